"""What a page says piece by piece (数据索引): texts and a code, each under the name of what it is.

Writers of faces put a name around each piece that varies; readers of the strict profile give
the pieces back. Names mean nothing here. In a PDF a name stands as a mark (marked content,
``/yx.name BMC`` to ``EMC``), in an OFD as the ``Name`` of a graphic unit.
Source: ISO 32000-1:2008, 14.6 (marked content); GB/T 33190-2016, 8 (graphic units).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

MARK_PREFIX: Final = "yx."
"""What marks of ours begin with in a PDF, where names of other makers could stand beside them."""
CODE_NAME: Final = "code"
"""The name of the code; it is no text, so a text of that name is another thing."""

MAX_TEXTS: Final = 400
MAX_CHARACTERS: Final = 20_000
LEAST_SIZE_PT: Final = 1.0
"""Smaller print counts as hidden."""
LEAST_CODE_MM: Final = 8.0
"""A smaller code counts as hidden."""
MM_PER_POINT: Final = 25.4 / 72

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,99}")

MAX_MODULES: Final = 177
"""A code has at most so many rows and columns (ISO/IEC 18004, version 40)."""

Box: TypeAlias = tuple[float, float, float, float]
"""Left, lower, right and upper edge; which way is up does not matter."""


@dataclass(frozen=True, slots=True)
class MarkedText:
    """A text on a page.

    Attributes:
        name: What it is; empty where the page does not say.
        lines: Its lines; the white space at which a text was broken is in none of them.
    """

    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MarkedPage:
    """What a page says besides what all pages of its template say.

    Attributes:
        texts: All texts, in the order of the page.
        code: The rows of the code from top to bottom, bit n of each telling whether column n
            is dark; empty if there is none.
        is_marked: Whether everything has a name; otherwise nothing has.
    """

    texts: tuple[MarkedText, ...]
    code: tuple[int, ...]
    is_marked: bool


def is_mark_name(name: str) -> bool:
    """Whether a text on a page can be called that."""
    return _NAME.fullmatch(name) is not None


def code_rows(bars: Iterable[tuple[int, int, int]]) -> tuple[int, ...]:
    """Put a code together from dark bars, one module high.

    Args:
        bars: Column, row, and how many modules long; none reaches beyond ``MAX_MODULES``.
    """
    rows = [0] * MAX_MODULES
    for column, row, length in bars:
        rows[row] |= ((1 << length) - 1) << column
    while rows and not rows[-1]:
        rows.pop()
    return tuple(rows)


def overlap(one: Box, other: Box) -> bool:
    """Whether two boxes share more than an edge."""
    is_beside = one[2] <= other[0] or other[2] <= one[0]
    return not (is_beside or one[3] <= other[1] or other[3] <= one[1])


def covers_any(cover: Box, boxes: Iterable[Box]) -> bool:
    """Whether ``cover`` lies over one of ``boxes``."""
    return any(overlap(cover, box) for box in boxes)
