"""Compact Font Format programs for the characters of one page, put together from charstrings.

CID-keyed, glyph n being CID n, with one font dictionary and no subroutines.
Source: Adobe Technical Notes 5176 (CFF) and 5177 (Type 2 charstrings).
"""

from collections.abc import Sequence
from typing import Final

MAX_GLYPHS: Final = 60_000

_HEADER: Final = b"\x01\x00\x04\x04"
_STANDARD_STRINGS: Final = 391
_COLLECTION: Final = (b"Adobe", b"Identity")
# Operators of dictionaries; two bytes where the first one is an escape.
_ROS: Final = b"\x0c\x1e"
_CID_COUNT: Final = b"\x0c\x22"
_FONT_BOX: Final = b"\x05"
_CHARSET: Final = b"\x0f"
_CHARSTRINGS: Final = b"\x11"
_FD_ARRAY: Final = b"\x0c\x24"
_FD_SELECT: Final = b"\x0c\x25"
_PRIVATE: Final = b"\x12"
# Every charstring says its own width, as a difference from a nominal width of zero.
_PRIVATE_DICTIONARY: Final = b"\x8b\x14\x8b\x15"
_RANGES_OF_TWO_BYTES: Final = b"\x02"
_RANGES: Final = b"\x03"
_NO_SUBROUTINES: Final = b"\x00\x00"


def write_cff(
    name: str, charstrings: Sequence[bytes], *, bounds: tuple[int, int, int, int]
) -> bytes:
    """Write a font program.

    Args:
        name: The name of the font, in ASCII.
        charstrings: One for each glyph, from CID 0, which stands for no character; at least two.
        bounds: The box around all glyphs, 1/1000 em: left, bottom, right, top.
    """
    count = len(charstrings)
    names, strings = _index([name.encode("ascii")]), _index(_COLLECTION)
    charset = _RANGES_OF_TWO_BYTES + b"\x00\x01" + (count - 2).to_bytes(2, "big")
    # One range: from glyph 0 on all glyphs belong to font dictionary 0.
    select = _RANGES + b"\x00\x01\x00\x00\x00" + count.to_bytes(2, "big")
    outlines = _index(charstrings)

    def top(at: int) -> bytes:
        """Return the dictionary, given where the part after the global subroutines begins."""
        at_select = at + len(charset)
        at_outlines = at_select + len(select)
        at_fonts = at_outlines + len(outlines) + len(_PRIVATE_DICTIONARY)
        return b"".join(
            (
                *(_integer(_STANDARD_STRINGS), _integer(_STANDARD_STRINGS + 1), _integer(0), _ROS),
                *(*map(_integer, bounds), _FONT_BOX),
                *(_integer(count), _CID_COUNT),
                *(_integer(at), _CHARSET),
                *(_integer(at_select), _FD_SELECT),
                *(_integer(at_outlines), _CHARSTRINGS),
                *(_integer(at_fonts), _FD_ARRAY),
            )
        )

    # All integers take five bytes, so that the dictionary is as long wherever things are.
    front = len(_HEADER) + len(names) + len(_index([top(0)])) + len(strings)
    at = front + len(_NO_SUBROUTINES)
    at_private = at + len(charset) + len(select) + len(outlines)
    fonts = _index([_integer(len(_PRIVATE_DICTIONARY)) + _integer(at_private) + _PRIVATE])
    return b"".join(
        (
            *(_HEADER, names, _index([top(at)]), strings, _NO_SUBROUTINES),
            *(charset, select, outlines, _PRIVATE_DICTIONARY, fonts),
        )
    )


def _integer(value: int) -> bytes:
    return b"\x1d" + value.to_bytes(4, "big", signed=True)


def _index(items: Sequence[bytes]) -> bytes:
    """Return a table of byte strings: count, size of an offset, offsets, data."""
    offsets = [1]
    for item in items:
        offsets.append(offsets[-1] + len(item))
    size = (offsets[-1].bit_length() + 7) // 8
    table = b"".join([offset.to_bytes(size, "big") for offset in offsets])
    return b"".join((len(items).to_bytes(2, "big"), size.to_bytes(1, "big"), table, *items))
