import pytest

from tests.instances import Country
from tests.sharing import Asker


@pytest.fixture
def issuer(country: Country) -> Asker:
    return Asker(country)


@pytest.fixture
def license(country: Country) -> str:
    return str(country.wuhu.mint()["identifier"])
