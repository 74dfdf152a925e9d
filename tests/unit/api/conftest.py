from collections.abc import Iterator
from pathlib import Path

import pytest

from certs.faces.renderer import TypstRenderer
from tests.instances import Country, open_country


@pytest.fixture(scope="session")
def renderer() -> Iterator[TypstRenderer]:
    with TypstRenderer() as renderer:
        yield renderer


@pytest.fixture
def country(tmp_path: Path, renderer: TypstRenderer) -> Iterator[Country]:
    with open_country(tmp_path, renderer) as country:
        yield country
