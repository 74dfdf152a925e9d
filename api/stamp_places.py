"""Where a seal is put on a page (用印位置), and the places kept beside it for further seals."""

from itertools import product
from typing import Final

from api.errors import UsageError
from api.keyword_worker import find_places
from signing.pdf.sealing import SealAppearance, SealPlacement

_GAP_MM: Final = 6.0
_COLUMNS: Final = (0, 1, -1, 2, -2, 3, -3, 4, -4)
_ROWS: Final = (0, -1, 1, -2, 2, -3, 3)


def at_position(
    appearance: SealAppearance, *, page: int, left_mm: float, top_mm: float
) -> SealPlacement:
    """Return the place of a seal with its upper left corner at a point."""
    return SealPlacement(
        page=page,
        left_mm=left_mm,
        top_mm=top_mm,
        width_mm=appearance.width_mm,
        height_mm=appearance.height_mm,
    )


def at_keyword(
    pdf: bytes, appearance: SealAppearance, *, keyword: str, number: int, is_beside: bool
) -> SealPlacement:
    """Return the place of a seal on a word, or to the right of it.

    Args:
        pdf: The file; another process looks for the word.
        appearance: The seal.
        keyword: The word.
        number: Which of its places, counted from 1; from the end where negative.
        is_beside: Beside the word, not on it.

    Raises:
        UsageError: The pages cannot be read, or the word does not stand there so often.
    """
    places = find_places(pdf, keyword)
    if places is None:
        raise UsageError("无法在该文件中查找关键字 · the words of this file cannot be looked for")
    if not 0 < abs(number) <= len(places):
        raise UsageError(
            f"关键字“{keyword}”出现 {len(places)} 次 · the keyword stands {len(places)} times"
        )
    found = places[number - 1 if number > 0 else number]
    choose = found.beside if is_beside else found.centered
    left, top = choose(appearance.width_mm, appearance.height_mm)
    return at_position(appearance, page=found.page, left_mm=left, top_mm=top)


def beside(
    place: SealPlacement, count: int, size_mm: tuple[float, float]
) -> tuple[SealPlacement, ...]:
    """Return ``count`` places of the same size around ``place``, the nearest first.

    Args:
        place: Where the first seal stands.
        count: How many further seals there will be.
        size_mm: Width and height of the page.

    Raises:
        UsageError: The page has no room for them.
    """
    found = []
    for row, column in product(_ROWS, _COLUMNS):
        left = place.left_mm + column * (place.width_mm + _GAP_MM)
        top = place.top_mm + row * (place.height_mm + _GAP_MM)
        fits = 0 <= left <= size_mm[0] - place.width_mm and 0 <= top <= size_mm[1] - place.height_mm
        if (row or column) and fits:
            found.append(
                SealPlacement(
                    page=place.page,
                    left_mm=left,
                    top_mm=top,
                    width_mm=place.width_mm,
                    height_mm=place.height_mm,
                )
            )
    if len(found) < count:
        raise UsageError(
            f"该页只能再预留 {len(found)} 个印章位置 · there is room for {len(found)} more seals"
        )
    return tuple(found[:count])
