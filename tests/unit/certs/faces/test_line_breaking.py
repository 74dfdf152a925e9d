import re
from itertools import pairwise

import pytest
from fontTools.pens.boundsPen import BoundsPen
from hypothesis import given
from hypothesis import strategies as st

from certs.faces.font_chains import FontChain
from certs.faces.fonts import Family, typeface
from certs.faces.line_breaking import CLOSING, HALF_EM, OPENING, Line, Paragraph

FONTS = FontChain()
EM = 1000


def paragraph(text: str) -> Paragraph:
    prints = FONTS.prints(Family.SERIF)
    return Paragraph(text, [prints[character].advance for character in text])


def broken(text: str, ems: float, most: int = 99) -> list[str] | None:
    """The lines of a text in lines of so many em."""
    lines = paragraph(text).lines(ems * EM, most)
    return None if lines is None else [text[line.start : line.end] for line in lines]


def test_short_text_is_one_line() -> None:
    assert broken("食品经营许可证", 7) == ["食品经营许可证"]
    assert broken("食品经营许可证", 6.9) == ["食品经营许可", "证"]


@pytest.mark.parametrize(
    "sign", ["，", "。", "、", "；", "：", "！", "？", "）", "》", "”", "…", "·"]
)
def test_no_line_begins_with_a_closing_sign(sign: str) -> None:
    assert broken(f"甲乙丙{sign}丁", 3) == ["甲乙", f"丙{sign}丁"]


@pytest.mark.parametrize("sign", ["（", "《", "「", "【", "“", "￥"])
def test_no_line_ends_with_an_opening_sign(sign: str) -> None:
    assert broken(f"甲乙{sign}丙丁", 3.1) == ["甲乙", f"{sign}丙丁"]


def test_words_and_numbers_stay_whole() -> None:
    assert broken("中山路1234567号", 5) == ["中山路", "1234567号"]
    assert broken("联系人 Smith, J.", 5) == ["联系人", "Smith, J."]
    assert broken("甲乙丙丁.com店", 5) == ["甲乙丙", "丁.com店"]


def test_dashes_and_dots_of_a_pair_stay_together() -> None:
    assert broken("甲乙丙——丁", 4) == ["甲乙", "丙——丁"]
    assert broken("甲乙丙……丁", 4) == ["甲乙", "丙……丁"]


def test_word_longer_than_a_line_is_broken_anywhere() -> None:
    lines = broken("甲" + "A" * 20, 7)
    assert lines is not None
    assert lines[0] == "甲"
    assert "".join(lines) == "甲" + "A" * 20
    assert len(lines) == 4


def test_piece_of_a_long_word_does_not_push_a_sign_to_the_next_line() -> None:
    digit = FONTS.prints(Family.SERIF)["1"].advance
    assert broken("1" * 20 + "，甲", 10 * digit / EM) == ["1" * 10, "1" * 9, "1，甲"]


def test_signs_without_any_place_to_break_are_broken_all_the_same() -> None:
    lines = broken("。" * 40, 5)
    assert lines is not None
    assert "".join(lines) == "。" * 40


def test_spaces_at_the_end_of_a_line_take_no_room() -> None:
    assert broken("甲乙丙　 丁", 3) == ["甲乙丙", "丁"]
    assert broken("甲乙丙  ", 3) == ["甲乙丙"]


def test_blank_text_is_one_line() -> None:
    assert broken("   ", 5) == [" "]


def test_too_many_lines_are_none() -> None:
    assert broken("甲乙丙丁", 2, most=2) == ["甲乙", "丙丁"]
    assert broken("甲乙丙丁", 2, most=1) is None
    assert broken("甲乙丙丁" * 1000, 2, most=3) is None


def test_character_wider_than_a_line_does_not_fit() -> None:
    assert broken("甲乙", 0.9) is None


def test_white_halves_at_the_ends_of_a_line_hang_out() -> None:
    whole = paragraph("（甲）")
    (line,) = whole.lines(2 * EM, 1) or ()
    assert whole.width(line) == 2 * EM
    assert whole.offset(line, 0) == -HALF_EM
    assert whole.offset(line, 1) == HALF_EM


@pytest.mark.parametrize(
    ("text", "squeezed"),
    [
        ("甲）。乙", {2}),
        ("甲）（乙", {2}),
        ("甲（（乙", {2}),
        ("“《甲》”", {1, 4}),
        ("（）", set()),
        ("甲（乙）丙", set()),
        ("甲，乙", set()),
    ],
)
def test_white_halves_between_signs_are_taken_away(text: str, squeezed: set[int]) -> None:
    measured = paragraph(text)
    assert measured.squeezes == squeezed
    offsets = [measured.offset(Line(0, len(text)), index) for index in range(len(text))]
    steps = [after - before for before, after in pairwise(offsets)]
    assert steps == [HALF_EM if index in squeezed else EM for index in range(1, len(text))]


@pytest.mark.parametrize("family", list(Family))
def test_signs_have_the_white_half_that_is_taken_away(family: Family) -> None:
    face = typeface(family)
    for sign in CLOSING + OPENING:
        pen = BoundsPen(None)
        face.draw(sign, pen)
        left, _, right, _ = pen.bounds
        assert face.advance(sign) == EM
        assert right <= 0.5 if sign in CLOSING else left >= 0.5


CHARACTERS = st.text("甲乙丙丁，。、；（）《》“”·—…￥ABC123.-/ \u3000", min_size=1, max_size=60)


@given(text=CHARACTERS, ems=st.floats(1, 30))
def test_lines_fit_and_say_everything(text: str, ems: float) -> None:
    measured = paragraph(text)
    lines = measured.lines(ems * EM, 10_000)
    assert lines is not None
    assert all(measured.width(line) <= ems * EM for line in lines)
    said = "".join(text[line.start : line.end] for line in lines)
    assert re.sub(r"\s", "", said) == re.sub(r"\s", "", text)


UNITS = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["", "", "（", "《", "￥"]),
        st.sampled_from(["甲", "乙", "丙丁", "ABC店", "3.14元", "77号", "x-y戊"]),
        st.sampled_from(["", "", "，", "。", "）", "》、", "……", "——", "%"]),
        st.sampled_from(["", "", " ", "\u3000"]),
    ),
)


@given(text=st.lists(UNITS, min_size=1, max_size=40).map("".join), ems=st.floats(8, 30))
def test_rules_hold_wherever_lines_are_long_enough(text: str, ems: float) -> None:
    lines = paragraph(text).lines(ems * EM, 10_000)
    assert lines is not None
    for before, after in pairwise(lines):
        first, last = text[after.start], text[before.end - 1]
        assert first not in CLOSING + "…—%"
        assert last not in OPENING + "￥"
        is_word = (last + first).isascii() and (last + first).isalnum()
        assert not (is_word and after.start == before.end)
