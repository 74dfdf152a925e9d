"""One stage for the tests of a file; at its end the browser has nothing to complain of."""

from collections.abc import Iterator

import pytest

from tests.pages.stages import Stage, open_stage


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with open_stage(tmp_path_factory.mktemp("pages")) as opened:
        yield opened


@pytest.fixture(autouse=True)
def no_complaints(stage: Stage) -> Iterator[None]:
    """No error in the console, and no request to another host, on any page of any test."""
    stage.browser.complaints.clear()
    yield
    assert stage.browser.complaints == []
