"""Character maps (ToUnicode CMap) as we write them: from the codes 1 … n to one character each.

Source: ISO 32000-1:2008, 9.10.3; Adobe Technical Note 5411.
"""

import re
from functools import lru_cache
from typing import Final

from signing.errors import MalformedPdfError
from signing.pdf.rules import PdfRule

MAX_MAP_BYTES: Final = 1 << 20

_PER_BLOCK: Final = 100
_HEAD: Final = b"""\
/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
"""
_TAIL: Final = b"""\
endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""
_ENTRY: Final = re.compile(rb"^<[0-9A-F]{4}> <((?:[0-9A-F]{4}){1,2})>$", re.MULTILINE)


def write_unicode_map(characters: str) -> bytes:
    """Return the map; characters beyond the BMP stand in it as surrogate pairs."""
    lines = [
        b"<%04X> <%b>\n" % (code, _units(character))
        for code, character in enumerate(characters, start=1)
    ]
    blocks = [lines[start : start + _PER_BLOCK] for start in range(0, len(lines), _PER_BLOCK)]
    body = [b"%d beginbfchar\n%bendbfchar\n" % (len(block), b"".join(block)) for block in blocks]
    return b"".join((_HEAD, *body, _TAIL))


def read_unicode_map(data: bytes) -> str:
    """Return the characters of a map that was written here, that of code 1 first.

    Raises:
        MalformedPdfError: It was not written here.
    """
    if len(data) > MAX_MAP_BYTES:
        raise MalformedPdfError(PdfRule.TOO_LARGE, f"larger than {MAX_MAP_BYTES} bytes")
    units = b"".join(_ENTRY.findall(data, len(_HEAD))).decode("ascii")
    try:
        characters = bytes.fromhex(units).decode("utf-16-be")
    except UnicodeDecodeError as error:
        raise _foreign() from error
    # Written again, so that no entry can be half a character or stand out of its turn.
    if write_unicode_map(characters) != data:
        raise _foreign()
    return characters


@lru_cache(maxsize=8192)
def _units(character: str) -> bytes:
    return character.encode("utf-16-be").hex().upper().encode("ascii")


def _foreign() -> MalformedPdfError:
    return MalformedPdfError(PdfRule.PAGE_CONTENT, "a character map is not as our writer writes it")
