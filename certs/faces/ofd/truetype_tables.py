"""The small tables of a TrueType font: what readers ask before they draw.

Source: OpenType 1.9, tables ``OS/2``, ``cmap``, ``head``, ``hhea``, ``maxp``, ``name``.
"""

import struct
from collections.abc import Sequence
from typing import Final, NamedTuple

from certs.faces.typefaces import EM, Typeface

FIXED_ONE: Final = 0x00010000
_MAGIC: Final = 0x5F0F3CF5
# 1 January 2024, in seconds from 1904: a fixed time, so that the bytes do not vary.
_MADE: Final = 3_786_912_000
_LAST_BMP: Final = 0xFFFF
_FAMILY, _STYLE, _UNIQUE, _FULL, _POSTSCRIPT = 1, 2, 3, 4, 6
_WINDOWS, _UNICODE_BMP, _UNICODE_FULL, _ENGLISH = 3, 1, 10, 0x409

Bounds = tuple[int, int, int, int]
"""Left, bottom, right, top."""


class Glyph(NamedTuple):
    """One character, ready for the tables ``glyf`` and ``hmtx``.

    Attributes:
        advance: How far it advances.
        data: Its outline, a multiple of four bytes; empty for blanks.
        bounds: The box around it.
        points: How many points the outline has.
        contours: How many contours.
        checksum: Sum of the words of ``data``.
    """

    advance: int
    data: bytes = b""
    bounds: Bounds = (0, 0, 0, 0)
    points: int = 0
    contours: int = 0
    checksum: int = 0


def head_table(bounds: tuple[int, int, int, int]) -> bytes:
    """Write ``head``, its adjustment still zero."""
    flags, style, smallest_pixels, mixed_directions, long_offsets = 3, 0, 8, 2, 1
    return struct.pack(
        ">IIIIHHqqhhhhHHhhh",
        FIXED_ONE,
        FIXED_ONE,
        0,
        _MAGIC,
        flags,
        EM,
        _MADE,
        _MADE,
        *bounds,
        style,
        smallest_pixels,
        mixed_directions,
        long_offsets,
        0,
    )


def hhea_table(typeface: Typeface, glyphs: Sequence[Glyph], right: int) -> bytes:
    """Write ``hhea``."""
    left_most = min(glyph.bounds[0] for glyph in glyphs)
    right_most = min(glyph.advance - glyph.bounds[2] for glyph in glyphs)
    return struct.pack(
        ">IhhhHhhhhhhhhhhhH",
        FIXED_ONE,
        typeface.ascent,
        typeface.descent,
        0,
        max(glyph.advance for glyph in glyphs),
        left_most,
        right_most,
        right,
        1,
        *(0,) * 7,
        len(glyphs),
    )


def maxp_table(glyphs: Sequence[Glyph]) -> bytes:
    """Write ``maxp``."""
    return struct.pack(
        ">IHHHHHHHHHHHHHH",
        FIXED_ONE,
        len(glyphs),
        max(glyph.points for glyph in glyphs),
        max(glyph.contours for glyph in glyphs),
        0,
        0,
        2,
        *(0,) * 8,
    )


def cmap_table(code_points: Sequence[int]) -> bytes:
    """Map code points to glyphs 1, 2, 3 …: format 4 for the BMP, format 12 for all."""
    numbered = list(enumerate(code_points, start=1))
    basic = _format_4([(code, glyph) for glyph, code in numbered if code < _LAST_BMP])
    groups = b"".join(struct.pack(">III", code, code, glyph) for glyph, code in numbered)
    full = struct.pack(">HHIII", 12, 0, 16 + len(groups), 0, len(numbered)) + groups
    first = 20
    return b"".join(
        (
            struct.pack(">HH", 0, 2),
            struct.pack(">HHI", _WINDOWS, _UNICODE_BMP, first),
            struct.pack(">HHI", _WINDOWS, _UNICODE_FULL, first + len(basic)),
            basic,
            full,
        )
    )


def _format_4(pairs: Sequence[tuple[int, int]]) -> bytes:
    """One segment for each character, and the last one that the format demands."""
    codes = [*(code for code, _ in pairs), _LAST_BMP]
    deltas = [*((glyph - code) & _LAST_BMP for code, glyph in pairs), 1]
    count = len(codes)
    exponent = count.bit_length() - 1
    reach = 2 << exponent
    head = struct.pack(
        ">HHHHHHH", 4, 16 + 8 * count, 0, 2 * count, reach, exponent, 2 * count - reach
    )
    words = struct.Struct(f">{count}H")
    return b"".join(
        (
            head,
            words.pack(*codes),
            b"\0\0",
            words.pack(*codes),
            words.pack(*deltas),
            bytes(2 * count),
        )
    )


def name_table(typeface: Typeface) -> bytes:
    """Write ``name``: family, style, and what makes a font unique, in English."""
    family, postscript = typeface.family, typeface.postscript_name
    texts = (
        (_FAMILY, family),
        (_STYLE, "Regular"),
        (_UNIQUE, f"{postscript}; subset"),
        (_FULL, family),
        (_POSTSCRIPT, postscript),
    )
    records, strings = [], b""
    for number, text in texts:
        written = text.encode("utf-16-be", "replace")
        records.append(
            struct.pack(
                ">HHHHHH",
                _WINDOWS,
                _UNICODE_BMP,
                _ENGLISH,
                number,
                len(written),
                len(strings),
            )
        )
        strings += written
    head = struct.pack(">HHH", 0, len(records), 6 + 12 * len(records))
    return b"".join((head, *records, strings))


def os2_table(typeface: Typeface, code_points: Sequence[int]) -> bytes:
    """Version 4; regular weight and width, no restriction on embedding, Chinese."""
    first, last = (min(code, _LAST_BMP) for code in (code_points[0], code_points[-1]))
    ideographs, simplified_chinese, regular = 1 << 27, 1 << 18, 0x40
    return struct.pack(
        ">HhHHHhhhhhhhhhhh10sIIII4sHHHhhhHHIIhhHHH",
        *(4, EM, 400, 5, 0),
        *(650, 600, 0, 75, 650, 600, 0, 350, 50, 300, 0),
        bytes(10),
        *(0, ideographs, 0, 0),
        b"NONE",
        *(regular, first, last),
        *(typeface.ascent, typeface.descent, 0, typeface.ascent, -typeface.descent),
        *(simplified_chinese, 0),
        *(500, typeface.cap_height, 0, 32, 1),
    )
