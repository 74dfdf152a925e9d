"""The two font families of the faces: what they cover and how their characters are drawn.

Noto Serif SC and Noto Sans SC (OFL) come as a package, so that a face is the same on every
machine. Fonts of the system are never used.
"""

import threading
import unicodedata
from enum import StrEnum, unique
from functools import cache
from pathlib import Path
from typing import Any, Literal

import pylopdf_fonts_zh_cn
from fontTools.pens.recordingPen import RecordingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont

from certs.errors import MissingGlyphError
from certs.faces.drawing import Segment

Transform = tuple[float, float, float, float, float, float]

# fontTools reads tables and outlines when they are first asked for and is not made for threads.
_reading = threading.Lock()


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
    """Return the characters that cannot be printed, each once, in order of appearance.

    Missing are characters that neither family has, and those that have no picture at all:
    control and format characters (a right-to-left override would make a face say something
    else than its record), surrogates, private use, line and paragraph separators.
    """
    return "".join(character for character in dict.fromkeys(text) if not _is_printable(character))


def _is_printable(character: str) -> bool:
    category = unicodedata.category(character)
    if category.startswith("C") or category in {"Zl", "Zp"}:
        return False
    return any(ord(character) in covered_code_points(family) for family in Family)


@cache
def covered_code_points(family: Family) -> frozenset[int]:
    """Return the code points a family has characters for."""
    with _reading:
        return frozenset(_open(family).getBestCmap())


@cache
def _open(family: Family) -> Any:  # noqa: ANN401  fontTools has no types
    match family:
        case Family.SERIF:
            return TTFont(pylopdf_fonts_zh_cn.serif_path(), lazy=True)
        case Family.SANS:
            return TTFont(pylopdf_fonts_zh_cn.sans_path(), lazy=True)


def advance_width(family: Family, character: str) -> float:
    """Return how far a character advances, in em.

    Raises:
        MissingGlyphError: The family does not have the character.
    """
    with _reading:
        glyph = _glyph(family, character)
        return float(glyph.width) / float(_open(family)["head"].unitsPerEm)


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
    with _reading:
        glyph = _glyph(family, character)
        scale = 1 / float(_open(family)["head"].unitsPerEm)
        xx, xy, yx, yy, dx, dy = transform
        pen = RecordingPen()
        matrix = (xx * scale, xy * scale, yx * scale, yy * scale, dx, dy)
        glyph.draw(TransformPen(pen, matrix))
    return tuple(
        Segment(_OPERATORS[operation], tuple(value for point in points for value in point))
        for operation, points in pen.value
    )


def _glyph(family: Family, character: str) -> Any:  # noqa: ANN401  fontTools has no types
    font = _open(family)
    name = font.getBestCmap().get(ord(character))
    if name is None:
        raise MissingGlyphError(character)
    return _glyph_set(family)[name]


@cache
def _glyph_set(family: Family) -> Any:  # noqa: ANN401  fontTools has no types
    return _open(family).getGlyphSet()
