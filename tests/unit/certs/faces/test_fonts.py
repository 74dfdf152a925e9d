import threading
from pathlib import Path

import pytest
from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTFont

from certs.errors import FaceError, MissingGlyphError
from certs.faces import font_chains, typefaces
from certs.faces.font_chains import MAX_ADDED_FONTS, FontChain
from certs.faces.fonts import Family, font_folder, is_visible, typeface
from certs.faces.typefaces import Typeface
from tests.unit.certs.faces.synthetic_fonts import RARE, RARER, write_font

HEBREW, CIRCLE = "\u05d0", "\u25ef"


def test_typeface_knows_its_names_and_measures_in_thousandths(tmp_path: Path) -> None:
    face = Typeface(write_font(tmp_path, RARE))

    assert (face.family, face.postscript_name) == ("Rare Han", "RareHan")
    assert face.advance(RARE) == 1000
    assert (face.ascent, face.descent) == (879, -121)
    assert RARE in face
    assert "印" not in face


def test_outline_is_drawn_in_em_units_whatever_the_font_is_made_in(tmp_path: Path) -> None:
    face = Typeface(write_font(tmp_path, RARE))
    pen = BoundsPen(None)
    face.draw(RARE, pen, (2, 0, 0, 2, 10, 0))

    left, bottom, right, _ = pen.bounds
    assert (left, bottom, right) == pytest.approx((10 + 400 / 2048, 0, 10 + 3600 / 2048))


def test_missing_character_is_named() -> None:
    face = typeface(Family.SERIF)
    for ask in (face.advance, face.charstring, lambda c: face.draw(c, RecordingPen())):
        with pytest.raises(MissingGlyphError) as caught:
            ask(RARE)
        assert caught.value.characters == RARE


@pytest.mark.parametrize("content", [b"", b"no font", b"OTTO" + bytes(200), b"\0\1\0\0" * 50])
def test_file_that_is_no_font_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.ttf"
    path.write_bytes(content)
    with pytest.raises(FaceError):
        Typeface(path)
    with pytest.raises(FaceError):
        Typeface(tmp_path / "absent.ttf")


def test_damaged_font_is_refused_or_opened_but_never_breaks_anything(tmp_path: Path) -> None:
    whole = write_font(tmp_path, RARE).read_bytes()
    path = tmp_path / "damaged.ttf"
    for end in range(0, len(whole), 41):
        path.write_bytes(whole[:end])
        with pytest.raises(FaceError):
            Typeface(path).charstring(RARE)


def test_font_whose_outlines_are_damaged_is_refused(tmp_path: Path) -> None:
    path = write_font(tmp_path, RARE)
    with TTFont(path) as font:
        table = font.reader.tables["glyf"]
        offset, length = table.offset, table.length
    data = path.read_bytes()
    path.write_bytes(data[:offset] + b"\xff" * length + data[offset + length :])
    with pytest.raises(FaceError, match="damaged"):
        Typeface(path).charstring(RARE)


def test_font_larger_than_64_mb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_font(tmp_path, RARE)
    monkeypatch.setattr(typefaces, "MAX_FONT_BYTES", path.stat().st_size)
    Typeface(path)
    monkeypatch.setattr(typefaces, "MAX_FONT_BYTES", path.stat().st_size - 1)
    with pytest.raises(FaceError, match="larger"):
        Typeface(path)


def test_font_without_a_name_is_refused(tmp_path: Path) -> None:
    path = write_font(tmp_path, RARE)
    font = TTFont(path)
    font["name"].names = []
    font.save(path)
    with pytest.raises(FaceError, match="name"):
        Typeface(path)


def test_each_family_asks_itself_first_and_the_other_next() -> None:
    fonts = FontChain()
    sans_only = next(
        chr(point)
        for point in sorted(typeface(Family.SANS).code_points)
        if point not in typeface(Family.SERIF).code_points and is_visible(chr(point))
    )
    assert fonts.prints(Family.SERIF)["印"].typeface is typeface(Family.SERIF)
    assert fonts.prints(Family.SANS)["印"].typeface is typeface(Family.SANS)
    assert fonts.prints(Family.SERIF)[sans_only].typeface is typeface(Family.SANS)


def test_added_fonts_print_what_the_families_lack(tmp_path: Path) -> None:
    write_font(tmp_path, f"印{RARE}{RARER}")
    fonts = FontChain([tmp_path])

    assert fonts.prints(Family.SERIF)["印"].typeface is typeface(Family.SERIF)
    for character in (RARE, RARER):
        assert fonts.prints(Family.SANS)[character].typeface.family == "Rare Han"
    assert fonts.missing(f"印{RARE}{RARER}") == ""
    assert FontChain().missing(f"印{RARE}{RARER}{RARE}") == RARE + RARER
    assert fonts.named("Rare Han") is fonts.prints(Family.SANS)[RARE].typeface
    assert fonts.folders == (font_folder(), tmp_path)


def test_added_fonts_print_no_other_scripts(tmp_path: Path) -> None:
    """Hebrew would come out in the wrong order, and joining letters unjoined."""
    write_font(tmp_path, f"{HEBREW}{RARE}\u0627\u0e01")
    assert FontChain([tmp_path]).missing(f"{HEBREW}\u0627\u0e01{RARE}") == f"{HEBREW}\u0627\u0e01"


@pytest.mark.parametrize(
    "character",
    ["\u202e", "\u200b", "\x00", "\n", "\ue000", "\ud800", "\u2028", "\ufffe", "\u0378"],
)
def test_what_has_no_picture_is_missing_even_if_a_font_has_it(
    tmp_path: Path, character: str
) -> None:
    write_font(tmp_path, RARE + ("" if character == "\ud800" else character))
    assert FontChain([tmp_path]).missing(f"甲{character}") == character
    with pytest.raises(MissingGlyphError):
        FontChain().check(["甲", character])


def test_unknown_families_and_doubled_or_too_many_fonts_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FaceError, match="no family"):
        FontChain().prints("Arial")
    with pytest.raises(FaceError, match="no font"):
        FontChain().named("Arial")
    write_font(tmp_path / "one", RARE)
    write_font(tmp_path / "two", RARE)
    with pytest.raises(FaceError, match="one family name"):
        FontChain([tmp_path / "one", tmp_path / "two"])
    for number in range(MAX_ADDED_FONTS):
        (tmp_path / "two" / f"{number}.TTF").touch()
    with pytest.raises(FaceError, match="more than"):
        FontChain([tmp_path / "two"])
    assert font_chains.MAX_ADDED_FONTS == 16


def test_other_files_beside_the_fonts_are_left_alone(tmp_path: Path) -> None:
    write_font(tmp_path, RARE)
    (tmp_path / "LICENSE.txt").write_text("OFL")
    assert FontChain([tmp_path]).missing(RARE) == ""


def test_threads_share_a_typeface() -> None:
    face = Typeface(next(font_folder().glob("*Serif*.otf")))
    characters = "芜湖市镜湖区老街口徽味餐饮有限公司" * 3
    found: list[list[bytes]] = []

    def work() -> None:
        found.append([face.charstring(character) for character in characters])

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    expected = [typeface(Family.SERIF).charstring(character) for character in characters]
    assert found == [expected] * 4
