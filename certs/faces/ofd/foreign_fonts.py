"""Glyphs of fonts inside foreign OFD files, as SVG path data, one em being the unit.

The files are hostile: tables are found and bounded here, characters are looked up here, and
fontTools only draws single glyphs, counted. Source: OpenType 1.9.
"""

import io
import struct
from collections.abc import Iterator
from typing import Any, Final, Protocol

from fontTools.misc.psCharStrings import T2CharString, T2OutlineExtractor
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont, TTLibError

from certs.errors import FaceError
from certs.faces.drawing import svg_path
from certs.faces.ofd.pens import SegmentPen

MAX_FONT_BYTES: Final = 32_000_000
MAX_GLYPH_SEGMENTS: Final = 5_000
MAX_COMPONENTS: Final = 64
MAX_CALLS: Final = 500
MAX_CODE_BYTES: Final = 200_000

_PLAIN: Final = frozenset({b"\x00\x01\x00\x00", b"true", b"OTTO"})
_MAX_TABLES: Final = 64
_SYMBOLS: Final = 0xF000
_LAST_BMP, _LAST_BYTE = 0xFFFF, 0xFF
_DIGITS: Final = 4
_DAMAGE: Final = (
    TTLibError,
    FaceError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
    struct.error,
)
"""What fontTools is known to raise for damaged fonts; there is no common ancestor."""


class ForeignFont:
    """A font with TrueType or CFF outlines that nobody vouches for.

    Raises:
        FaceError: It cannot be used at all.
    """

    def __init__(self, data: bytes) -> None:
        if len(data) > MAX_FONT_BYTES or data[:4] not in _PLAIN:
            raise FaceError("no font of a known kind")
        self._data = data
        self._paths: dict[int, str] = {}
        self._numbers: dict[str, int] = {}
        try:
            self._tables = dict(_tables(data))
            self._subtables = sorted(_subtables(data, self._tables), reverse=True)
            self._font = TTFont(io.BytesIO(data), lazy=True, recalcBBoxes=False)
            unit = float(self._font["head"].unitsPerEm)
            self._matrix = (1 / unit, 0, 0, 1 / unit, 0, 0)
            self._glyphs = self._opened()
        except _DAMAGE as error:
            raise FaceError("the font is damaged") from error

    def glyph_of(self, character: str) -> int:
        """Return the number of a character's glyph, 0 if there is none."""
        found = self._numbers.get(character)
        if found is None:
            found = self._numbers[character] = self._looked_up(ord(character))
        return found

    def _looked_up(self, code: int) -> int:
        for _, at in self._subtables:
            for candidate in (code, _SYMBOLS + code):
                try:
                    glyph = _look_up(self._data, at, candidate)
                except (struct.error, IndexError):
                    continue
                if glyph:
                    return glyph
        return 0

    def path(self, glyph: int) -> str:
        """Return a glyph's outline, y up; empty if it has none or is damaged."""
        found = self._paths.get(glyph)
        if found is None:
            found = self._paths[glyph] = self._drawn(glyph)
        return found

    def _opened(self) -> "_Glyphs":
        if b"CFF " in self._tables:
            return _CffGlyphs(self._font)
        return _TrueTypeGlyphs(self._font)

    def _drawn(self, glyph: int) -> str:
        pen = _CountingPen(self._glyphs)
        try:
            self._glyphs.draw(glyph, TransformPen(pen, self._matrix))
        except _DAMAGE:
            return ""
        return svg_path(tuple(pen.segments), _DIGITS)


class _Glyphs(Protocol):
    """The outlines of a font by number."""

    def draw(self, glyph: int, pen: object) -> None:
        """Draw one."""
        ...


class _CountingPen(SegmentPen):
    """Follows components of glyphs, but not for ever."""

    def __init__(self, glyphs: _Glyphs) -> None:
        super().__init__(MAX_GLYPH_SEGMENTS)
        self._glyphs = glyphs
        self._left = MAX_COMPONENTS

    def addComponent(self, glyphName: str, transformation: Any) -> None:  # noqa: ANN401, N802, N803  fontTools' names
        self._left -= 1
        if self._left < 0:
            raise FaceError("a glyph has too many components")
        self._glyphs.draw(int(glyphName), TransformPen(self, transformation))


class _TrueTypeGlyphs:
    def __init__(self, font: Any) -> None:  # noqa: ANN401  fontTools has no types
        # Names that are numbers: the table of names is not needed, and may be damaged.
        font.setGlyphOrder([str(number) for number in range(font["maxp"].numGlyphs)])
        self._table = font["glyf"]

    def draw(self, glyph: int, pen: object) -> None:
        self._table[str(glyph)].draw(pen, self._table)


class _CffGlyphs:
    def __init__(self, font: Any) -> None:  # noqa: ANN401
        top = font["CFF "].cff.topDictIndex[0]
        self._strings = top.CharStrings
        self._names = top.charset

    def draw(self, glyph: int, pen: object) -> None:
        charstring: T2CharString = self._strings[self._names[glyph]]
        charstring.outlineExtractor = _BoundedExtractor
        charstring.draw(pen)


class _BoundedExtractor(T2OutlineExtractor):  # type: ignore[misc]
    """Runs a glyph's program, but not for ever: subroutines can call each other."""

    calls = 0
    code_bytes = 0

    def execute(self, charString: Any) -> None:  # noqa: ANN401, N803
        self.calls += 1
        self.code_bytes += len(charString.bytecode or b"")
        if self.calls > MAX_CALLS or self.code_bytes > MAX_CODE_BYTES:
            raise FaceError("the program of a glyph is too long")
        super().execute(charString)


def _tables(data: bytes) -> Iterator[tuple[bytes, tuple[int, int]]]:
    """Yield name, offset and length of each table."""
    (count,) = struct.unpack_from(">H", data, 4)
    if not 0 < count <= _MAX_TABLES:
        raise FaceError("a font has too many tables")
    for number in range(count):
        tag, _, at, length = struct.unpack_from(">4sIII", data, 12 + 16 * number)
        if at + length > len(data):
            raise FaceError("a table of the font is cut short")
        yield tag, (at, length)


def _subtables(
    data: bytes, tables: dict[bytes, tuple[int, int]]
) -> Iterator[tuple[tuple[int, int], int]]:
    """Yield platform, encoding and offset of each character map."""
    if b"cmap" not in tables:
        return
    start = tables[b"cmap"][0]
    (count,) = struct.unpack_from(">H", data, start + 2)
    for number in range(min(count, _MAX_TABLES)):
        platform, encoding, at = struct.unpack_from(">HHI", data, start + 4 + 8 * number)
        if start + at < len(data):
            yield (platform, encoding), start + at


def _look_up(data: bytes, at: int, code: int) -> int:
    """Return the glyph of a code in the character map at an offset, 0 if there is none."""
    (kind,) = struct.unpack_from(">H", data, at)
    match kind:
        case 0:
            return data[at + 6 + code] if code <= _LAST_BYTE else 0
        case 4:
            return _format_4(data, at, code)
        case 6:
            first, count = struct.unpack_from(">HH", data, at + 6)
            inside = first <= code < first + count
            return _word(data, at + 10 + 2 * (code - first)) if inside else 0
        case 12:
            return _format_12(data, at, code)
        case _:
            return 0


def _format_4(data: bytes, at: int, code: int) -> int:
    if code > _LAST_BMP:
        return 0
    size = _word(data, at + 6)
    ends, starts = at + 14, at + 16 + size
    low, high = 0, size // 2
    while low < high:
        middle = (low + high) // 2
        if code > _word(data, ends + 2 * middle):
            low = middle + 1
        else:
            high = middle
    place = starts + 2 * low
    start, delta = _word(data, place), _word(data, place + size)
    reach = _word(data, place + 2 * size)
    if 2 * low >= size or code < start:
        return 0
    if not reach:
        return (code + delta) & _LAST_BMP
    glyph = _word(data, place + 2 * size + reach + 2 * (code - start))
    return (glyph + delta) & _LAST_BMP if glyph else 0


def _format_12(data: bytes, at: int, code: int) -> int:
    (count,) = struct.unpack_from(">I", data, at + 12)
    low, high = 0, min(count, len(data) // 12)
    while low < high:
        middle = (low + high) // 2
        first, last, glyph = struct.unpack_from(">III", data, at + 16 + 12 * middle)
        if code < first:
            high = middle
        elif code > last:
            low = middle + 1
        else:
            return int(glyph + code - first)
    return 0


def _word(data: bytes, at: int) -> int:
    word: int = struct.unpack_from(">H", data, at)[0]
    return word
