"""One font file: what it covers, how wide its characters are, and how they are drawn.

All measures are in thousandths of an em, whatever the font's own unit.
"""

import io
import struct
import threading
from pathlib import Path
from typing import Any, Final

from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont, TTLibError

from certs.errors import FaceError, MissingGlyphError

EM: Final = 1000
MAX_FONT_BYTES: Final = 64 << 20

Transform = tuple[float, float, float, float, float, float]
_SCRIPT_FAMILY, _FAMILY, _POSTSCRIPT = 16, 1, 6
# What fontTools is known to raise for files that are no sound fonts.
_DAMAGE: Final = (
    *(TTLibError, OSError, struct.error),
    *(LookupError, ValueError, TypeError, AttributeError, AssertionError),
)


class Typeface:
    """A font (字体) of one weight, with TrueType or CFF outlines.

    Threads may share it. What was once asked for is kept, which makes the second use of a
    character a hundred times faster.

    Attributes:
        family: Its family name, by which templates know it.
        postscript_name: Its name in files, ASCII letters, digits and hyphens only.
        code_points: What it has characters for.
        ascent: Height above the baseline.
        descent: Depth below it, negative.
        cap_height: Height of capital letters.
        bounds: The box around all its characters: left, bottom, right, top.
    """

    def __init__(self, path: Path) -> None:
        """Open a font file.

        Raises:
            FaceError: It cannot be read, is no font or larger than 64 MB.
        """
        # fontTools reads on demand and is not made for threads.
        self._reading = threading.Lock()
        self._advances: dict[str, int] = {}
        self._charstrings: dict[str, bytes] = {}
        try:
            if path.stat().st_size > MAX_FONT_BYTES:
                raise FaceError(f"{path.name} is larger than a font may be")
            self._font = TTFont(io.BytesIO(path.read_bytes()), lazy=True)
            self._describe()
        except _DAMAGE as error:
            raise FaceError(f"{path.name} is no usable font") from error

    def __contains__(self, character: str) -> bool:
        return ord(character) in self.code_points

    def advance(self, character: str) -> int:
        """Return how far a character advances.

        Raises:
            MissingGlyphError: The font does not have it.
        """
        if character not in self._advances:
            with self._reading:
                width = self._glyph(character).width
            self._advances[character] = round(width * self._scale)
        return self._advances[character]

    def charstring(self, character: str | None) -> bytes:
        """Return the outline as a Type 2 charstring with its width, free of subroutines.

        Args:
            character: One character, None for the sign that stands for no character.

        Raises:
            MissingGlyphError: The font does not have it.
        """
        key = character or ""
        if key not in self._charstrings:
            try:
                self._charstrings[key] = self._compiled(character)
            except _DAMAGE as error:
                raise FaceError(f"the font {self.family} is damaged") from error
        return self._charstrings[key]

    def draw(self, character: str, pen: object, transform: Transform = (1, 0, 0, 1, 0, 0)) -> None:
        """Draw a character's outline with a fontTools pen.

        Args:
            character: One character.
            pen: Told the outline; curves are cubic or quadratic, as the font has them.
            transform: Affine matrix (xx, xy, yx, yy, dx, dy) from em units (x to the right, y
                up, origin on the baseline) to the pen's.

        Raises:
            MissingGlyphError: The font does not have it.
        """
        unit = self._scale / EM
        xx, xy, yx, yy, dx, dy = transform
        matrix = (xx * unit, xy * unit, yx * unit, yy * unit, dx, dy)
        with self._reading:
            self._glyph(character).draw(TransformPen(pen, matrix))

    def _describe(self) -> None:
        head, lines, sizes = self._font["head"], self._font["hhea"], self._font["OS/2"]
        self._scale = EM / float(head.unitsPerEm)
        self._names = self._font.getBestCmap()
        self._glyphs = self._font.getGlyphSet()
        self.code_points = frozenset(self._names)
        self.family = self._name(_SCRIPT_FAMILY) or self._name(_FAMILY)
        written = self._name(_POSTSCRIPT) or self.family
        self.postscript_name = "".join(
            c for c in written if c.isascii() and (c.isalnum() or c == "-")
        )
        self.ascent, self.descent = self._scaled(lines.ascent), self._scaled(lines.descent)
        self.cap_height = self._scaled(getattr(sizes, "sCapHeight", 0)) or self.ascent
        self.bounds = (
            *(self._scaled(head.xMin), self._scaled(head.yMin)),
            *(self._scaled(head.xMax), self._scaled(head.yMax)),
        )
        if not self.family or not self.postscript_name:
            raise FaceError("a font without a name")

    def _scaled(self, units: float) -> int:
        return round(units * self._scale)

    def _name(self, number: int) -> str:
        return str(self._font["name"].getDebugName(number) or "")

    def _glyph(self, character: str) -> Any:  # noqa: ANN401  fontTools has no types
        name = self._names.get(ord(character))
        if name is None:
            raise MissingGlyphError(character)
        return self._glyphs[name]

    def _compiled(self, character: str | None) -> bytes:
        with self._reading:
            glyph = self._glyphs[".notdef"] if character is None else self._glyph(character)
            pen = T2CharStringPen(round(glyph.width * self._scale), None)
            glyph.draw(TransformPen(pen, (self._scale, 0, 0, self._scale, 0, 0)))
            charstring = pen.getCharString()
            charstring.compile()
            code: bytes = charstring.bytecode
        return code
