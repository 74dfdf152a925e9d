"""Small TrueType fonts with a few square characters."""

from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

RARE = "\U0002c386"
"""A character of plane 2 that the two families do not have."""
RARER = "\U00031350"
"""A character newer than some versions of Python."""
UNITS = 2048


def write_font(folder: Path, characters: str, *, name: str = "Rare Han") -> Path:
    """Write a font in which every character is a square with a curved edge, one em wide."""
    folder.mkdir(exist_ok=True)
    names = [".notdef", *(f"u{ord(character):05X}" for character in characters)]
    builder = FontBuilder(UNITS, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap(
        {ord(character): f"u{ord(character):05X}" for character in characters}
    )
    pen = TTGlyphPen(None)
    pen.moveTo((200, 0))
    pen.lineTo((200, 1600))
    pen.qCurveTo((1000, 1800), (1800, 1600))
    pen.lineTo((1800, 0))
    pen.closePath()
    glyph = pen.glyph()
    builder.setupGlyf(dict.fromkeys(names, glyph))
    builder.setupHorizontalMetrics(dict.fromkeys(names, (UNITS, 200)))
    builder.setupHorizontalHeader(ascent=1800, descent=-248)
    builder.setupNameTable({"familyName": name, "styleName": "Regular", "psName": name})
    builder.setupOS2(sTypoAscender=1800, sTypoDescender=-248, usWeightClass=400)
    builder.setupPost()
    path = folder / f"{name.replace(' ', '')}.ttf"
    builder.save(path)
    return path
