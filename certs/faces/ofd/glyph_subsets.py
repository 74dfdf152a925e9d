"""TrueType fonts with just the characters of one page, for embedding in OFD files.

Readers of OFD expect TrueType outlines, and the fonts of the faces have cubic ones; so every
character is redrawn with quadratic curves, once, within 1/1000 em of the original. What remains
for each page is to put finished pieces together. The same characters give the same bytes.
Source: OpenType 1.9, tables named in the code; GB/T 33190-2016, 11.1 (embedded font files).
"""

import struct
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Final, NamedTuple

from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen

from certs.errors import FaceError
from certs.faces.ofd.truetype_tables import (
    FIXED_ONE,
    Glyph,
    cmap_table,
    head_table,
    hhea_table,
    maxp_table,
    name_table,
    os2_table,
)
from certs.faces.typefaces import EM, Typeface

MAX_CHARACTERS: Final = 4_000
"""The most different characters of one font on a page."""

_MAX_ERROR: Final = 1.0
_WORD: Final = 4
_WHOLE_SUM: Final = 0xB1B0AFBA
_MASK: Final = 0xFFFFFFFF


class GlyphSubsets:
    """Makes subsets of one font and keeps every character it ever redrew."""

    def __init__(self, typeface: Typeface) -> None:
        self._typeface = typeface
        self._glyphs: dict[str, Glyph] = {}
        # What stands for no character is blank: a subset has all that the page shows.
        self._none = Glyph(EM)

    def write(self, characters: Iterable[str]) -> bytes:
        """Return a font file with these characters.

        Args:
            characters: At least one, in any order; repeated ones count once.

        Raises:
            MissingGlyphError: The font does not have one of them.
            FaceError: There are none, or more than 4,000.
        """
        wanted = sorted(set(characters))
        if not 0 < len(wanted) <= MAX_CHARACTERS:
            raise FaceError(f"{len(wanted)} different characters of one font on a page")
        glyphs = [self._none, *(self._glyph(character) for character in wanted)]
        return _assemble(_tables(self._typeface, [ord(item) for item in wanted], glyphs))

    def _glyph(self, character: str) -> Glyph:
        found = self._glyphs.get(character)
        if found is None:
            found = self._glyphs[character] = _redraw(self._typeface, character)
        return found


def _redraw(typeface: Typeface, character: str) -> Glyph:
    pen = TTGlyphPen(None)
    redrawing = Cu2QuPen(pen, _MAX_ERROR, reverse_direction=True)
    typeface.draw(character, redrawing, (EM, 0, 0, EM, 0, 0))
    glyph = pen.glyph()
    advance = typeface.advance(character)
    if not glyph.numberOfContours:
        return Glyph(advance)
    data = _padded(glyph.compile(None))
    bounds = (glyph.xMin, glyph.yMin, glyph.xMax, glyph.yMax)
    return Glyph(
        advance, data, bounds, len(glyph.coordinates), glyph.numberOfContours, _sum_of_words(data)
    )


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % _WORD)


def _sum_of_words(data: bytes) -> int:
    words: tuple[int, ...] = struct.unpack(f">{len(data) // _WORD}I", data)
    return sum(words) & _MASK


class _Table(NamedTuple):
    """A table: its bytes with padding, its length without, and its sum."""

    data: bytes
    length: int
    checksum: int


def _table(data: bytes, checksum: int | None = None) -> _Table:
    padded = _padded(data)
    return _Table(padded, len(data), _sum_of_words(padded) if checksum is None else checksum)


def _tables(
    typeface: Typeface, code_points: Sequence[int], glyphs: Sequence[Glyph]
) -> dict[bytes, _Table]:
    offsets = [0, *accumulate(len(glyph.data) for glyph in glyphs)]
    drawn = [glyph.bounds for glyph in glyphs if glyph.data] or [(0, 0, 0, 0)]
    left, bottom = (min(bounds[side] for bounds in drawn) for side in (0, 1))
    right, top = (max(bounds[side] for bounds in drawn) for side in (2, 3))
    return {
        b"OS/2": _table(os2_table(typeface, code_points)),
        b"cmap": _table(cmap_table(code_points)),
        b"glyf": _table(
            b"".join(glyph.data for glyph in glyphs),
            sum(glyph.checksum for glyph in glyphs) & _MASK,
        ),
        b"head": _table(head_table((left, bottom, right, top))),
        b"hhea": _table(hhea_table(typeface, glyphs, right)),
        b"hmtx": _table(
            b"".join(struct.pack(">Hh", glyph.advance, glyph.bounds[0]) for glyph in glyphs)
        ),
        b"loca": _table(struct.pack(f">{len(offsets)}I", *offsets)),
        b"maxp": _table(maxp_table(glyphs)),
        b"name": _table(name_table(typeface)),
        b"post": _table(struct.pack(">IIhhIIIII", 0x00030000, 0, -100, 50, 0, 0, 0, 0, 0)),
    }


def _assemble(tables: dict[bytes, _Table]) -> bytes:
    """Put the tables together; the sum of all words of the file becomes 0xB1B0AFBA."""
    exponent = len(tables).bit_length() - 1
    reach = 16 << exponent
    header = struct.pack(
        ">IHHHH", FIXED_ONE, len(tables), reach, exponent, 16 * len(tables) - reach
    )
    records: list[bytes] = []
    at = len(header) + 16 * len(tables)
    for tag, table in tables.items():
        records.append(tag + struct.pack(">III", table.checksum, at, table.length))
        at += len(table.data)
    opening = b"".join((header, *records))
    whole = _sum_of_words(opening) + sum(table.checksum for table in tables.values())
    head = tables[b"head"].data
    adjusted = b"".join((head[:8], struct.pack(">I", (_WHOLE_SUM - whole) & _MASK), head[12:]))
    pieces = {tag: table.data for tag, table in tables.items()} | {b"head": adjusted}
    return b"".join((opening, *pieces.values()))
