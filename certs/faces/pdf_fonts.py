"""The fonts of one PDF page: which characters of which typeface it uses, and the objects.

Source: ISO 32000-1:2008, 9.7 (composite fonts), 9.9 (embedded programs), 9.10.3 (ToUnicode);
ISO 19005-3:2012, 6.2.11.
"""

import hashlib
from collections.abc import Sequence
from typing import Final

from certs.faces.cff import write_cff
from certs.faces.typefaces import EM, Typeface
from signing.pdf.objects import Name, PdfObject, Reference, Stream
from signing.pdf.unicode_maps import write_unicode_map

OBJECTS_OF_FONT: Final = 5
_SYMBOLIC: Final = 4
_STEM: Final = 80
_TAG_LETTERS: Final = 6
_SYSTEM: Final[dict[str, PdfObject]] = {
    "Registry": b"Adobe",
    "Ordering": b"Identity",
    "Supplement": 0,
}


class PageFont:
    """The characters of one typeface on one page, numbered in the order in which they come."""

    def __init__(self, typeface: Typeface) -> None:
        self.typeface = typeface
        self._codes: dict[str, int] = {}

    def encode(self, text: str) -> bytes:
        """Return the codes of a text's characters, as hexadecimal digits."""
        codes = self._codes
        return b"".join([b"%04X" % codes.setdefault(c, len(codes) + 1) for c in text])

    def objects(self, number: int) -> tuple[PdfObject, ...]:
        """Return the font's objects, five, the first of which is the font.

        Args:
            number: The number of the first one; the others take the numbers after it.
        """
        typeface, characters = self.typeface, tuple(self._codes)
        name = f"{_tag(characters)}+{typeface.postscript_name}"
        descendant, descriptor, unicode_map, program = (
            Reference(number + more) for more in range(1, OBJECTS_OF_FONT)
        )
        charstrings = [typeface.charstring(None), *map(typeface.charstring, characters)]
        return (
            {
                "Type": Name("Font"),
                "Subtype": Name("Type0"),
                "BaseFont": Name(f"{name}-Identity-H"),
                "Encoding": Name("Identity-H"),
                "DescendantFonts": (descendant,),
                "ToUnicode": unicode_map,
            },
            {
                "Type": Name("Font"),
                "Subtype": Name("CIDFontType0"),
                "BaseFont": Name(name),
                "CIDSystemInfo": _SYSTEM,
                "FontDescriptor": descriptor,
                "DW": EM,
                "W": (1, tuple([typeface.advance(c) for c in characters])),
            },
            {
                "Type": Name("FontDescriptor"),
                "FontName": Name(name),
                "Flags": _SYMBOLIC,
                "FontBBox": typeface.bounds,
                "ItalicAngle": 0,
                "Ascent": typeface.ascent,
                "Descent": typeface.descent,
                "CapHeight": typeface.cap_height,
                "StemV": _STEM,
                "FontFile3": program,
            },
            stored(write_unicode_map("".join(characters)), {"Type": Name("CMap")}),
            stored(
                write_cff(name, charstrings, bounds=typeface.bounds),
                {"Subtype": Name("CIDFontType0C")},
            ),
        )


def stored(data: bytes, entries: dict[str, PdfObject]) -> Stream:
    """Return a stream without a filter: what is small or dense is hardly worth deflating."""
    return Stream(entries={"Length": len(data), **entries}, data=data)


def _tag(characters: Sequence[str]) -> str:
    """Return six capital letters that tell subsets of one font apart."""
    digest = hashlib.new("sm3", "".join(characters).encode()).digest()
    return "".join(chr(ord("A") + byte % 26) for byte in digest[:_TAG_LETTERS])
