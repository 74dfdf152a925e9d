"""Pages of what strangers bring are drawn in processes of their own, whose word is not trusted."""

import math
from collections.abc import Iterator

import pytest

from api.sealed_page_worker import HEADER, PLACE, answer
from api.sealed_pages import ProcessPageViewer, read_answer
from tests import sealed
from tests.unit.certs.faces.ofd.sealed_ofd import sample

PICTURE = b"RIFF picture"
HOSTILE = (b"", b"%PDF-1.7", b"PK\x03\x04", b"\x30\x80", b"no document")


@pytest.fixture(scope="module")
def viewer() -> Iterator[ProcessPageViewer]:
    with ProcessPageViewer(1) as made:
        yield made


@pytest.mark.parametrize("document", [sealed.sound, sample], ids=["pdf", "ofd"])
def test_another_process_draws_the_page_and_finds_the_seal(
    viewer: ProcessPageViewer, document: object
) -> None:
    assert callable(document)
    shown = viewer.view(document())

    assert shown is not None
    assert shown.picture.startswith(b"RIFF")
    assert (shown.page, shown.pages, len(shown.seals)) == (1, 1, 1)


def test_what_cannot_be_drawn_has_no_page_and_the_next_one_has(viewer: ProcessPageViewer) -> None:
    assert [viewer.view(item) for item in HOSTILE] == [None] * len(HOSTILE)
    assert viewer.view(sealed.sound()) is not None


@pytest.mark.parametrize(
    "said",
    [
        b"",
        HEADER.pack(1, 1, 0),
        HEADER.pack(1, 1, 2) + PLACE.pack(0, 0, 1, 1) + PICTURE,
        HEADER.pack(1, 1, 0) + b"<svg onload=alert(1)>",
    ],
    ids=["nothing", "no picture", "fewer places than said", "another picture"],
)
def test_a_process_that_says_something_else_is_not_believed(said: bytes) -> None:
    assert read_answer(said) is None


def test_places_outside_the_page_are_cut_or_left_out() -> None:
    edges = [(-1, -1, 0.5, 0.5), (math.nan, 0, 1, 1), (0, 0, math.inf, 1), (2, 2, 3, 3)]
    said = HEADER.pack(1, 1, 4) + b"".join(PLACE.pack(*item) for item in edges) + PICTURE

    found = read_answer(said)

    assert found is not None
    (place,) = found.seals
    assert (place.left, place.top, place.width, place.height) == (0, 0, 0.5, 0.5)


def test_what_the_process_writes_is_read_as_it_was_meant() -> None:
    found = read_answer(answer(sample()) or b"")

    assert found is not None
    assert found.picture.startswith(b"RIFF")
