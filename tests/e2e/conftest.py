"""One country for all tests that need one; they are of one group, so that one worker has it."""

from collections.abc import Iterator

import pytest

from tests.country import Country, open_country


@pytest.fixture(scope="package")
def country(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Country]:
    with open_country(tmp_path_factory.mktemp("country") / "out") as opened:
        yield opened
