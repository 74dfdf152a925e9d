"""The two font families of the faces: what they cover and how their characters are drawn.

Noto Serif SC and Noto Sans SC (OFL) come as a package, so that a face is the same on every
machine. Fonts of the system are never used.
"""

import unicodedata
from enum import StrEnum, unique
from functools import cache
from pathlib import Path
from typing import Final, Literal

import pylopdf_fonts_zh_cn
from fontTools.pens.recordingPen import RecordingPen

from certs.faces.drawing import Segment
from certs.faces.typefaces import EM, Transform, Typeface

# Planes 2 and 3 are for ideographs alone; new ones appear there before Python knows them.
_IDEOGRAPHIC_PLANES: Final = range(0x20000, 0x3FFFE)
# Both fonts have cubic outlines (CFF); other operations do not occur.
_OPERATORS: dict[str, Literal["M", "L", "C", "Z"]] = {
    "moveTo": "M",
    "lineTo": "L",
    "curveTo": "C",
    "closePath": "Z",
}


@unique
class Family(StrEnum):
    """A font family, by the name that templates use."""

    SERIF = "Noto Serif SC"
    SANS = "Noto Sans SC"


def font_folder() -> Path:
    """Return the folder with the font files of both families and nothing else."""
    folder: Path = pylopdf_fonts_zh_cn.serif_path().parent
    return folder


def missing_characters(text: str) -> str:
    """Return the characters that neither family can print, each once, in order of appearance.

    That includes what has no picture at all; see `is_visible`.
    """
    return "".join(
        character
        for character in dict.fromkeys(text)
        if not is_visible(character)
        or not any(ord(character) in covered_code_points(family) for family in Family)
    )


def is_visible(character: str) -> bool:
    """Tell whether a character is one that is printed at all.

    Control and format characters are not (a right-to-left override would make a face say
    something else than its record), nor are surrogates, private use, line and paragraph
    separators.
    """
    category = unicodedata.category(character)
    if category == "Cn":
        return ord(character) in _IDEOGRAPHIC_PLANES
    return not category.startswith("C") and category not in {"Zl", "Zp"}


@cache
def typeface(family: Family) -> Typeface:
    """Return the font of a family."""
    match family:
        case Family.SERIF:
            return Typeface(pylopdf_fonts_zh_cn.serif_path())
        case Family.SANS:
            return Typeface(pylopdf_fonts_zh_cn.sans_path())


def covered_code_points(family: Family) -> frozenset[int]:
    """Return the code points a family has characters for."""
    return typeface(family).code_points


def advance_width(family: Family, character: str) -> float:
    """Return how far a character advances, in em.

    Raises:
        MissingGlyphError: The family does not have the character.
    """
    return typeface(family).advance(character) / EM


def outline(family: Family, character: str, transform: Transform) -> tuple[Segment, ...]:
    """Return a character's outline as path segments.

    Args:
        family: The font family.
        character: One character.
        transform: Affine matrix (xx, xy, yx, yy, dx, dy) from em units (x to the right, y up,
            origin on the baseline) to the drawing's mm.

    Raises:
        MissingGlyphError: The family does not have the character.
    """
    pen = RecordingPen()
    typeface(family).draw(character, pen, transform)
    return tuple(
        Segment(_OPERATORS[operation], tuple(value for point in points for value in point))
        for operation, points in pen.value
    )
