"""Subsets are fonts that other programs read, and say what the original says."""

import io

import pytest
from fontTools.pens.areaPen import AreaPen
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont
from PIL import Image, ImageChops, ImageDraw, ImageFont
from pylopdf_fonts_zh_cn import serif_path

from certs.errors import FaceError, MissingGlyphError
from certs.faces.fonts import Family, typeface
from certs.faces.ofd.glyph_subsets import MAX_CHARACTERS, GlyphSubsets

TEXT = "食品经营许可证 ABC，（㛃）𬍛0189"
SUBSETS = GlyphSubsets(typeface(Family.SERIF))


def _font(data: bytes) -> TTFont:
    return TTFont(io.BytesIO(data), checkChecksums=2)


def test_a_subset_has_the_characters_and_their_widths() -> None:
    font = _font(SUBSETS.write(TEXT))

    assert set(font.getBestCmap()) == {ord(character) for character in TEXT}
    assert {(table.platformID, table.platEncID, table.format) for table in font["cmap"].tables} == {
        (3, 1, 4),
        (3, 10, 12),
    }
    for character in TEXT:
        name = font.getBestCmap()[ord(character)]
        assert font["hmtx"][name][0] == typeface(Family.SERIF).advance(character)
    basic = next(table for table in font["cmap"].tables if table.format == 4)
    assert set(basic.cmap) == {ord(character) for character in TEXT if character <= "\uffff"}


def test_every_table_of_a_subset_can_be_read() -> None:
    font = _font(SUBSETS.write(TEXT))
    for tag in font.keys():  # noqa: SIM118 - the fonts' own mapping
        assert font[tag] is not None
    assert font["name"].getDebugName(1) == "Noto Serif SC"
    assert font["OS/2"].fsType == 0
    assert font["maxp"].numGlyphs == len(set(TEXT)) + 1


def test_the_sum_of_a_whole_file_is_the_one_that_the_format_demands() -> None:
    data = SUBSETS.write(TEXT)
    words = [int.from_bytes(data[at : at + 4]) for at in range(0, len(data), 4)]
    assert len(data) % 4 == 0
    assert sum(words) % 2**32 == 0xB1B0AFBA


def test_outlines_stay_where_they_were() -> None:
    original, subset = TTFont(serif_path()), _font(SUBSETS.write(TEXT))
    for character in TEXT.replace(" ", ""):
        one, other = original.getGlyphSet(), subset.getGlyphSet()
        pens = []
        for glyphs, font in ((one, original), (other, subset)):
            bounds, area = BoundsPen(glyphs), AreaPen(glyphs)
            glyphs[font.getBestCmap()[ord(character)]].draw(bounds)
            glyphs[font.getBestCmap()[ord(character)]].draw(area)
            pens.append((bounds.bounds, abs(area.value)))
        (box, area_before), (new_box, area_after) = pens
        assert all(abs(a - b) <= 2 for a, b in zip(box, new_box, strict=True)), character
        assert abs(area_before - area_after) <= 0.01 * area_before, character


def test_freetype_draws_a_subset_like_the_original() -> None:
    pictures = []
    for source in (serif_path(), io.BytesIO(SUBSETS.write(TEXT))):
        picture = Image.new("L", (3000, 300), 255)
        font = ImageFont.truetype(source, 200)
        ImageDraw.Draw(picture).text((5, 0), "食品经营许可证，A8", font=font, fill=0)
        pictures.append(picture)
    difference = ImageChops.difference(*pictures).histogram()
    assert pictures[0].histogram()[0] > 50_000
    # The original is fitted to pixels by its hints, the subset has none.
    assert sum(difference[128:]) < 0.08 * pictures[0].histogram()[0]


def test_the_same_characters_give_the_same_bytes() -> None:
    again = GlyphSubsets(typeface(Family.SERIF))
    assert again.write(reversed(TEXT + TEXT)) == SUBSETS.write(TEXT)
    assert SUBSETS.write("食") != SUBSETS.write("品")


def test_blanks_have_no_outline() -> None:
    font = _font(SUBSETS.write(" "))
    assert font["glyf"][font.getBestCmap()[32]].numberOfContours == 0


def test_what_a_font_does_not_have_is_named() -> None:
    with pytest.raises(MissingGlyphError) as caught:
        SUBSETS.write("证\U0002c386")
    assert caught.value.characters == "\U0002c386"


@pytest.mark.parametrize("characters", ["", map(chr, range(0x4E00, 0x4E01 + MAX_CHARACTERS))])
def test_a_subset_is_neither_empty_nor_the_whole_font(characters: str) -> None:
    with pytest.raises(FaceError, match="different characters"):
        SUBSETS.write(characters)
