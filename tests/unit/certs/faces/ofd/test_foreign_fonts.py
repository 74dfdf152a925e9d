"""Fonts of foreign files: drawn when they can be, never believed."""

import io
import struct
from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.misc.psCharStrings import T2CharString
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph
from pylopdf_fonts_zh_cn import serif_path

from certs.errors import FaceError
from certs.faces.fonts import Family, typeface
from certs.faces.ofd import foreign_fonts
from certs.faces.ofd.foreign_fonts import ForeignFont
from certs.faces.ofd.glyph_subsets import GlyphSubsets
from tests.unit.certs.faces.synthetic_fonts import RARE, write_font

SUBSET = GlyphSubsets(typeface(Family.SERIF)).write("证照A\U0002cb2d")


def _saved(font: TTFont) -> bytes:
    buffer = io.BytesIO()
    font.save(buffer)
    return buffer.getvalue()


def _cff(program: list[object], subroutines: list[list[object]] | None = None) -> bytes:
    """A CFF font whose only glyph, for A, is this program."""
    builder = FontBuilder(1000, isTTF=False)
    builder.setupGlyphOrder([".notdef", "a"])
    builder.setupCharacterMap({ord("A"): "a"})
    blank = T2CharStringPen(500, None).getCharString()
    builder.setupCFF("Test", {}, {".notdef": blank, "a": T2CharString(program=program)}, {})
    builder.setupHorizontalMetrics({".notdef": (500, 0), "a": (500, 0)})
    builder.setupHorizontalHeader()
    builder.setupPost()
    builder.font.recalcBBoxes = False
    for subroutine in subroutines or []:
        builder.font["CFF "].cff.GlobalSubrs.append(T2CharString(program=subroutine))
    return _saved(builder.font)


def _triangle() -> Glyph:
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    pen.lineTo((500, 0))
    pen.lineTo((500, 500))
    pen.closePath()
    return pen.glyph()


def test_characters_are_found_and_drawn_in_em() -> None:
    font = ForeignFont(SUBSET)
    for character in "证照A\U0002cb2d":
        path = font.path(font.glyph_of(character))
        assert path.startswith("M")
        assert path.endswith("Z")
    assert font.glyph_of("没") == 0
    assert font.path(font.glyph_of("A")).count("M") == 2


def test_fonts_with_cubic_outlines_are_drawn_too() -> None:
    font = ForeignFont(serif_path().read_bytes())
    assert font.path(font.glyph_of("证")).startswith("M")
    drawn = ForeignFont(_cff([100, 100, "rmoveto", 200, "hlineto", 200, "vlineto", "endchar"]))
    assert drawn.path(1) == "M0.1 0.1L0.3 0.1L0.3 0.3Z"


def test_quadratic_outlines_of_any_unit_are_drawn(tmp_path: Path) -> None:
    font = ForeignFont(write_font(tmp_path, RARE).read_bytes())
    assert font.path(font.glyph_of(RARE)).startswith("M0.0977 0L0.0977 0.7812C")


@pytest.mark.parametrize("kind", [0, 4, 6, 12])
def test_character_maps_of_every_kind_are_understood(kind: int) -> None:
    font = TTFont(io.BytesIO(SUBSET))
    (table,) = (item for item in font["cmap"].tables if item.format == 12)
    glyph = table.cmap[ord("A")]
    map_of = {
        0: struct.pack(">HHH", 0, 262, 0) + bytes(65) + b"\x03" + bytes(190),
        4: struct.pack(">14H", 4, 32, 0, 4, 4, 1, 0, 65, 0xFFFF, 0, 65, 0xFFFF, 3 - 65 & 0xFFFF, 1)
        + bytes(4),
        6: struct.pack(">6H", 6, 12, 0, 65, 1, 3),
        12: struct.pack(">HHIII", 12, 0, 28, 0, 1) + struct.pack(">III", 65, 66, 3),
    }
    data = b"\0\0\0\1" + struct.pack(">HHI", 3, 1, 12) + map_of[kind]
    found = foreign_fonts._look_up(data, 12, 65)
    assert glyph
    assert found == 3
    assert foreign_fonts._look_up(data, 12, 64) == 0
    assert foreign_fonts._look_up(data, 12, 0x20000) == 0


def test_symbol_fonts_are_asked_for_private_characters() -> None:
    font = TTFont(io.BytesIO(SUBSET))
    for table in font["cmap"].tables:
        table.ensureDecompiled()
        table.cmap = {0xF000 + ord("x"): "A"} if table.format == 4 else {}
    assert ForeignFont(_saved(font)).glyph_of("x") == 1


def test_a_map_of_all_characters_costs_nothing() -> None:
    """One group of four billion characters: whoever unfolds it runs out of memory."""
    font = TTFont(io.BytesIO(SUBSET))
    group = struct.pack(">HHIII", 12, 0, 28, 0, 1) + struct.pack(">III", 0, 0xFFFFFFFF, 0)
    data = struct.pack(">HH", 0, 1) + struct.pack(">HHI", 3, 10, 12) + group
    tables = {tag: font.reader[tag] for tag in font.reader.keys()} | {"cmap": data}  # noqa: SIM118
    head = struct.pack(">IHHHH", 0x00010000, len(tables), 0, 0, 0)
    records, bodies, at = b"", b"", 12 + 16 * len(tables)
    for tag, body in tables.items():
        records += tag.encode() + struct.pack(">III", 0, at + len(bodies), len(body))
        bodies += body
    font_file = ForeignFont(head + records + bodies)
    assert font_file.glyph_of("A") == 65
    assert font_file.path(65) == ""


def test_glyphs_made_of_glyphs_are_counted() -> None:
    names = [".notdef", *(f"g{number}" for number in range(20)), *(f"b{n}" for n in range(40))]
    glyphs = {".notdef": _triangle(), "g0": _triangle(), "b0": Glyph()}
    for name in [name for name in names if name not in glyphs]:
        number = int(name[1:])
        pen = TTGlyphPen(glyphs)
        for shift in (0, 10):
            pen.addComponent(f"{name[0]}{number - 1}", (1, 0, 0, 1, shift, 0))
        glyphs[name] = pen.glyph()
    for glyph in glyphs.values():
        glyph.xMin = glyph.yMin = glyph.xMax = glyph.yMax = 0
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({65: "g3", 66: "g19", 67: "b39"})
    builder.setupGlyf(glyphs, calcGlyphBounds=False)
    builder.setupHorizontalMetrics(dict.fromkeys(names, (500, 0)))
    builder.setupHorizontalHeader()
    builder.setupPost()
    # Measuring the last glyph would take the builder half a million triangles.
    builder.font.recalcBBoxes = False
    font = ForeignFont(_saved(builder.font))
    assert font.path(font.glyph_of("A")).count("M") == 8
    assert font.path(font.glyph_of("B")) == ""
    # A million million blanks.
    assert font.path(font.glyph_of("C")) == ""


def test_programs_that_call_each_other_end() -> None:
    bias = 107
    program: list[object] = [0, 0, "rmoveto", 9, "hlineto", -bias, "callgsubr", "endchar"]
    calling: list[list[object]] = [
        [*[number + 1 - bias, "callgsubr"] * 10, "return"] for number in range(19)
    ]
    assert ForeignFont(_cff(program, [[5, "vlineto", "return"]])).path(1) != ""
    assert ForeignFont(_cff(program, [*calling, [5, "vlineto", "return"]])).path(1) == ""
    assert ForeignFont(_cff(program, [*calling, ["return"]])).path(1) == ""


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"OTTO",
        b"wOFF" + SUBSET[4:],
        SUBSET[:40],
        SUBSET[: len(SUBSET) // 2],
        b"\0\1\0\0\xff\xff" + SUBSET[6:],
        SUBSET.replace(b"head", b"hexd", 1),
        SUBSET.replace(b"glyf", b"glyx", 1),
    ],
)
def test_damaged_fonts_are_refused(data: bytes) -> None:
    with pytest.raises(FaceError):
        ForeignFont(data)


def test_glyphs_that_are_not_there_are_blank() -> None:
    font = ForeignFont(SUBSET)
    assert font.path(999) == ""
    assert font.path(-1) == ""
