"""Words found on pages: where, how often, turned and cropped, and never beyond the limits."""

import pytest

from certs.errors import FaceError
from certs.faces.keyword_places import KeywordPlace, find_keyword
from tests import stamped


def test_a_word_is_found_on_every_page_in_order() -> None:
    places = find_keyword(stamped.document(), "乙方（盖章）")
    assert [place.page for place in places] == [1, 2, 3]
    (first, *_) = places
    assert first.page_width_mm == pytest.approx(210, abs=0.2)
    assert first.page_height_mm == pytest.approx(297, abs=0.2)
    assert 60 < first.left_mm < 120
    assert 20 < first.top_mm < 60
    assert 15 < first.width_mm < 35
    assert 2 < first.height_mm < 8


def test_a_word_that_stands_often_is_found_each_time() -> None:
    places = find_keyword(stamped.document(1), "盖章")
    assert len(places) == 2
    assert places[0].left_mm < places[1].left_mm


def test_a_word_that_stands_nowhere_is_not_found() -> None:
    assert find_keyword(stamped.document(), "丙方") == ()


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (b"/MediaBox[0 0 600 800]", (72, 100 - 17)),
        (b"/MediaBox[0 0 600 800]/Rotate 180", (600 - 72 - 96, 700)),
        (b"/MediaBox[0 0 600 800]/Rotate 90", (700, 72)),
        (b"/MediaBox[0 0 600 800]/Rotate 270", (800 - 700 - 17, 600 - 72 - 96)),
        (b"/MediaBox[0 0 600 800]/CropBox[50 100 600 750]", (22, 50 - 17)),
    ],
    ids=["upright", "180", "90", "270", "cropped"],
)
def test_places_are_told_as_people_see_the_page(page: bytes, expected: tuple[int, int]) -> None:
    (place,) = find_keyword(stamped.handmade(page), "Contract")
    found = (place.left_mm * 72 / 25.4, place.top_mm * 72 / 25.4)
    assert found == pytest.approx(expected, abs=6)


def _place(left: float, top: float) -> KeywordPlace:
    return KeywordPlace(
        page=1,
        left_mm=left,
        top_mm=top,
        width_mm=20,
        height_mm=4,
        page_width_mm=210,
        page_height_mm=297,
    )


def test_a_seal_stands_on_the_word_or_beside_it() -> None:
    assert _place(100, 100).centered(42, 42) == (89, 81)
    assert _place(100, 100).beside(42, 42) == (120, 81)


def test_a_seal_near_the_edge_is_kept_on_the_page() -> None:
    assert _place(0, 0).centered(42, 42) == (0, 0)
    assert _place(185, 290).centered(42, 42) == (168, 255)
    assert _place(180, 100).beside(42, 42) == (168, 81)


@pytest.mark.parametrize("keyword", ["", "  ", "字" * 65])
def test_a_keyword_has_a_sensible_length(keyword: str) -> None:
    with pytest.raises(FaceError):
        find_keyword(stamped.document(), keyword)


@pytest.mark.parametrize("data", [b"", b"no PDF", bytes((100 << 20) + 1)], ids=range(3))
def test_what_is_no_pdf_or_too_large_is_refused(data: bytes) -> None:
    with pytest.raises(FaceError):
        find_keyword(data, "盖章")
