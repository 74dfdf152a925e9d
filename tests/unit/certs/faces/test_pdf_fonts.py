import io
import re
from pathlib import Path

import pytest
from fontTools.cffLib import CFFFontSet
from fontTools.pens.recordingPen import RecordingPen

from certs.faces.cff import write_cff
from certs.faces.fonts import Family, typeface
from certs.faces.pdf_fonts import PageFont
from certs.faces.typefaces import Typeface
from signing.pdf.objects import Reference, Stream
from tests.unit.certs.faces.synthetic_fonts import RARE, write_font

TEXT = "芜湖市 Yinxin-2026，（印信）"


def opened(program: bytes) -> CFFFontSet:
    fontset = CFFFontSet()
    fontset.decompile(io.BytesIO(program), None)
    return fontset


def test_program_holds_the_outlines_and_widths_of_the_font() -> None:
    face = typeface(Family.SERIF)
    characters = list(dict.fromkeys(TEXT))
    charstrings = [face.charstring(None), *map(face.charstring, characters)]
    program = opened(write_cff("AAAAAA+Test", charstrings, bounds=face.bounds))
    font = program[0]

    assert program.fontNames == ["AAAAAA+Test"]
    assert font.ROS == ("Adobe", "Identity", 0)
    assert font.CIDCount == len(characters) + 1
    assert tuple(font.FontBBox) == face.bounds
    assert font.charset == [".notdef", *(f"cid{cid:05d}" for cid in range(1, len(charstrings)))]
    for cid, character in enumerate(characters, start=1):
        ours, theirs = RecordingPen(), RecordingPen()
        glyph = font.CharStrings[f"cid{cid:05d}"]
        glyph.draw(ours)
        face.draw(character, theirs, (1000, 0, 0, 1000, 0, 0))
        assert glyph.width == face.advance(character)
        assert [name for name, _ in ours.value] == [name for name, _ in theirs.value]
        for (_, points), (_, others) in zip(ours.value, theirs.value, strict=True):
            assert [xy for p in points for xy in p] == pytest.approx(
                [xy for p in others for xy in p]
            )


@pytest.mark.parametrize("count", [1, 2, 40, 300, 3000])
def test_programs_of_any_size_are_read(count: int) -> None:
    face = typeface(Family.SANS)
    charstrings = [face.charstring(None), *([face.charstring("印")] * count)]
    font = opened(write_cff("T", charstrings, bounds=face.bounds))[0]
    assert len(font.CharStrings) == count + 1
    glyph = font.CharStrings[f"cid{count:05d}"]
    glyph.draw(RecordingPen())
    assert glyph.width == 1000


def test_quadratic_outlines_become_cubic_in_thousandths(tmp_path: Path) -> None:
    face = Typeface(write_font(tmp_path, RARE))
    font = opened(
        write_cff("T", [face.charstring(None), face.charstring(RARE)], bounds=(0, 0, 9, 9))
    )
    pen = RecordingPen()
    font[0].CharStrings["cid00001"].draw(pen)

    assert {name for name, _ in pen.value} == {"moveTo", "lineTo", "curveTo", "closePath"}
    assert pen.value[0] == ("moveTo", ((98, 0),))


def test_characters_are_numbered_as_they_come() -> None:
    font = PageFont(typeface(Family.SERIF))
    assert font.encode("印信印") == b"000100020001"
    assert font.encode("章信") == b"00030002"


def test_objects_of_a_font_agree_with_one_another(tmp_path: Path) -> None:
    font = PageFont(Typeface(write_font(tmp_path, f"印{RARE}")))
    font.encode(f"印{RARE}")
    first, descendant, descriptor, unicode_map, program = font.objects(7)

    assert isinstance(first, dict)
    assert isinstance(descendant, dict)
    assert isinstance(descriptor, dict)
    assert isinstance(unicode_map, Stream)
    assert isinstance(program, Stream)
    assert first["DescendantFonts"] == (Reference(8),)
    assert descendant["FontDescriptor"] == Reference(9)
    assert first["ToUnicode"] == Reference(10)
    assert descriptor["FontFile3"] == Reference(11)
    assert descendant["W"] == (1, (1000, 1000))
    assert re.fullmatch(r"[A-Z]{6}\+RareHan", str(descendant["BaseFont"]))
    assert descendant["BaseFont"] == descriptor["FontName"] == opened(program.data).fontNames[0]
    assert first["BaseFont"] == f"{descendant['BaseFont']}-Identity-H"
    # Plane 2 stands as a pair of surrogates.
    assert b"<0001> <5370>\n<0002> <D870DF86>" in unicode_map.data


def test_unicode_map_has_at_most_a_hundred_lines_in_a_block() -> None:
    font = PageFont(typeface(Family.SERIF))
    font.encode("".join(map(chr, range(0x4E00, 0x4E00 + 250))))
    unicode_map = font.objects(1)[3]
    assert isinstance(unicode_map, Stream)
    assert re.findall(rb"(\d+) beginbfchar", unicode_map.data) == [b"100", b"100", b"50"]


def test_subsets_with_other_characters_have_other_names() -> None:
    names = []
    for text in ("印信", "印章", "印信"):
        font = PageFont(typeface(Family.SERIF))
        font.encode(text)
        descendant = font.objects(1)[1]
        assert isinstance(descendant, dict)
        names.append(descendant["BaseFont"])
    assert names[0] == names[2] != names[1]
