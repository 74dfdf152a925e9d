"""Drawn square personal seals (人名章) and rectangular line seals (条形章).

Like the round seal these are for demonstrations and for owners without a registered imprint.
Characters run from the top down, columns from right to left. Sizes follow custom;
Source: unconfirmed.
"""

from enum import StrEnum, unique
from typing import Final

from certs.faces.drawing import Drawing, Segment, Shape
from certs.faces.fonts import Family, advance_width, outline
from certs.faces.seal_lettering import (
    SEAL_COLOR,
    check_characters,
    check_length,
    mark,
    rectangle,
    straight,
)

SQUARE_SIDE_MM: Final = 20.0
LINE_WIDTH_MM: Final = 50.0
LINE_HEIGHT_MM: Final = 14.0

_FRAME_MM: Final = 0.9
_GAP_MM: Final = 0.7
_STRIP_MM: Final = 3.6
_NARROWEST: Final = 0.62
"""The least width of a cell that a character fills, as a share of its height."""
_LONGEST_NAME: Final = 4
_LONGEST_LINE: Final = 16
# The ink of a Chinese character inside its em: left, bottom, width, height.
_INK: Final = (0.05, -0.07, 0.90, 0.90)


@unique
class Cut(StrEnum):
    """How the characters are cut."""

    RED = "red"
    """朱文: red characters on white."""
    WHITE = "white"
    """白文: white characters on red."""


def draw_square_seal(
    name: str, *, cut: Cut = Cut.RED, side_mm: float = SQUARE_SIDE_MM, specimen: bool = True
) -> Drawing:
    """Draw a square personal seal.

    Args:
        name: 2 to 4 characters; 印 completes three of them to a square.
        cut: Red or white characters.
        side_mm: The side, in mm.
        specimen: 样本 stands in a strip at the bottom.

    Returns:
        A square drawing in one color.

    Raises:
        MissingGlyphError: The fonts lack a character.
        FaceError: The name is too short or too long.
    """
    check_length(name, 2, _LONGEST_NAME, what="姓名 name")
    check_characters(name)
    margin = _FRAME_MM + _GAP_MM
    strip = _STRIP_MM if specimen else 0.0
    marks = _cells(_columns(name), margin, side_mm - 2 * margin, side_mm - 2 * margin - strip)
    if specimen:
        middle = side_mm - margin - strip / 2 + 0.45
        for character, share in (("样", 0.32), ("本", 0.68)):
            marks += mark(character, middle=(side_mm * share, middle), size=_STRIP_MM * 0.8)
    return Drawing(
        width_mm=side_mm, height_mm=side_mm, shapes=_shapes(cut, marks, side_mm, side_mm)
    )


def draw_line_seal(text: str, *, specimen: bool = True) -> Drawing:
    """Draw a rectangular seal with one line of text (条形章).

    Args:
        text: 2 to 16 characters, such as 与原件核对一致.
        specimen: 样本 stands at the right.

    Returns:
        A drawing of 50 mm by 14 mm in one color.

    Raises:
        MissingGlyphError: The fonts lack a character.
        FaceError: The text is too short or too long.
    """
    check_length(text, 2, _LONGEST_LINE, what="印文 text")
    check_characters(text)
    room = 6.0 if specimen else 0.0
    size = 6.4
    middle = ((LINE_WIDTH_MM - room) / 2, LINE_HEIGHT_MM / 2 + size * 0.38)
    marks = straight(text, middle=middle, max_width=LINE_WIDTH_MM - room - 5.0, size=size)
    if specimen:
        across = LINE_WIDTH_MM - room / 2 - 2.0
        for character, down in (("样", 0.31), ("本", 0.69)):
            marks += mark(character, middle=(across, LINE_HEIGHT_MM * down), size=4.2)
    return Drawing(
        width_mm=LINE_WIDTH_MM,
        height_mm=LINE_HEIGHT_MM,
        shapes=_shapes(Cut.RED, marks, LINE_WIDTH_MM, LINE_HEIGHT_MM),
    )


def _shapes(cut: Cut, marks: list[Segment], width: float, height: float) -> tuple[Shape, ...]:
    sheet = rectangle(0, 0, width, height)
    match cut:
        case Cut.RED:
            inside = rectangle(_FRAME_MM, _FRAME_MM, width - 2 * _FRAME_MM, height - 2 * _FRAME_MM)
            frame = Shape(path=sheet + inside, color=SEAL_COLOR, is_even_odd=True)
            return (frame, Shape(path=tuple(marks), color=SEAL_COLOR))
        case Cut.WHITE:
            # Under the even-odd rule the outlines become holes in the sheet.
            return (Shape(path=(*sheet, *marks), color=SEAL_COLOR, is_even_odd=True),)


def _columns(name: str) -> tuple[str, ...]:
    """The columns of a seal, from right to left, each from the top down."""
    match len(name):
        case 2:
            return (name[0], name[1])
        case 3:
            return (name[0] + name[1], name[2] + "印")
        case _:
            return (name[:2], name[2:])


def _cells(columns: tuple[str, ...], margin: float, width: float, height: float) -> list[Segment]:
    """Every character stretched to fill its cell, as seal cutters do."""
    cell_width = width / len(columns)
    segments: list[Segment] = []
    for number, column in enumerate(columns):
        right = margin + width - number * cell_width
        cell_height = height / len(column)
        for row, character in enumerate(column):
            segments += _filling(
                character, right - cell_width, margin + row * cell_height, cell_width, cell_height
            )
    return segments


def _filling(
    character: str, left: float, top: float, width: float, height: float
) -> tuple[Segment, ...]:
    """One character whose ink fills a cell, but for a small gap around it."""
    ink_left, ink_bottom, ink_width, ink_height = _INK
    tall = min(height, width / _NARROWEST)
    across = (width - _GAP_MM) / ink_width / advance_width(Family.SERIF, character)
    down = (tall - _GAP_MM) / ink_height
    x = left + _GAP_MM / 2 - ink_left * across
    y = top + (height + tall - _GAP_MM) / 2 + ink_bottom * down
    return outline(Family.SERIF, character, (across, 0.0, 0.0, -down, x, y))
