from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certs.errors import FaceError, MissingGlyphError
from certs.faces.font_chains import FontChain
from certs.faces.layout import POINTS_PER_MM, FaceLayout, PlacedText, lay_out
from certs.faces.qr import QR_QUIET_ZONE_MODULES, qr_modules
from certs.faces.slots import CodeSlot, FaceSlots, Horizontal, TextSlot, Vertical
from tests.unit.certs.faces.synthetic_fonts import RARE, write_font

FONTS = FontChain()
SLOT = TextSlot(
    name="operator",
    x_mm=10,
    y_mm=20,
    width_mm=40,
    height_mm=10,
    family="Noto Serif SC",
    size_pt=12,
    min_size_pt=6,
    color="#1f1d1a",
    horizontal=Horizontal.LEFT,
    vertical=Vertical.TOP,
    leading=1.25,
    lines=20,
    group="",
)
MM = 12 / POINTS_PER_MM
"""An em of 12 pt."""


def laid_out(text: str, *, fonts: FontChain = FONTS, **changes: object) -> tuple[PlacedText, ...]:
    slot = replace(SLOT, **changes)  # type: ignore[arg-type]
    return on_page(slot, values={slot.name: text}, fonts=fonts).texts


def on_page(*slots: TextSlot, values: dict[str, str], fonts: FontChain = FONTS) -> FaceLayout:
    page = FaceSlots(width_mm=297, height_mm=210, texts=slots, code=None)
    return lay_out(page, values, fonts=fonts)


def test_short_text_stands_in_full_size_at_the_upper_left() -> None:
    (run,) = laid_out("印信")

    assert (run.text, run.family, run.size_pt, run.color) == (
        "印信",
        "Noto Serif SC",
        12,
        "#1f1d1a",
    )
    assert run.x_mm == 10
    assert run.baseline_mm == pytest.approx(20 + 0.88 * MM)


def test_empty_text_leaves_its_place_empty() -> None:
    assert laid_out("") == ()


def test_missing_value_is_named() -> None:
    with pytest.raises(FaceError, match="operator"):
        on_page(SLOT, values={"other": "印"})


def test_lines_are_a_leading_apart() -> None:
    first, second = laid_out("芜湖市镜湖区老街口徽味餐饮")

    assert (first.text, second.text) == ("芜湖市镜湖区老街口", "徽味餐饮")
    assert second.baseline_mm - first.baseline_mm == pytest.approx(1.25 * MM)


@pytest.mark.parametrize(
    ("horizontal", "x_mm"),
    [(Horizontal.LEFT, 10), (Horizontal.CENTER, 30 - MM), (Horizontal.RIGHT, 50 - 2 * MM)],
)
def test_text_stands_across_as_asked(horizontal: Horizontal, x_mm: float) -> None:
    (run,) = laid_out("印信", horizontal=horizontal)
    assert run.x_mm == pytest.approx(x_mm)


@pytest.mark.parametrize(
    ("vertical", "top_mm"),
    [(Vertical.TOP, 20), (Vertical.HORIZON, 25 - MM / 2), (Vertical.BOTTOM, 30 - MM)],
)
def test_text_stands_down_as_asked(vertical: Vertical, top_mm: float) -> None:
    (run,) = laid_out("印信", vertical=vertical)
    assert run.baseline_mm == pytest.approx(top_mm + 0.88 * MM)


def test_long_text_is_set_smaller_but_never_smaller_than_the_smallest() -> None:
    sizes = [laid_out("印" * count)[0].size_pt for count in (18, 19, 22, 40, 54)]
    assert sizes[0] == 12
    assert all(before >= after for before, after in pairwise(sizes))
    assert sizes[-1] < 9
    fits = max(count for count in range(200) if _fits(count))
    assert laid_out("印" * fits)[0].size_pt == 6
    with pytest.raises(FaceError, match="do not fit the face: operator"):
        laid_out("印" * (fits + 1))


def _fits(count: int) -> bool:
    try:
        laid_out("印" * count)
    except FaceError:
        return False
    return True


def test_smallest_size_is_tried_even_between_steps() -> None:
    assert laid_out("印" * 10, lines=1, min_size_pt=11.3)[0].size_pt == 11.3
    with pytest.raises(FaceError, match="do not fit"):
        laid_out("印" * 11, lines=1, min_size_pt=11.3)


def test_lines_are_limited_even_where_there_is_room() -> None:
    (run,) = laid_out("芜湖市镜湖区老街口徽味", lines=1)
    assert run.size_pt < 12


def test_slot_lower_than_a_line_shrinks_the_text() -> None:
    (run,) = laid_out("印", height_mm=3)
    assert run.size_pt == 8.5
    with pytest.raises(FaceError, match="do not fit"):
        laid_out("印", height_mm=2)


def test_slots_of_a_group_have_one_size() -> None:
    one = replace(SLOT, name="one", group="address")
    two = replace(SLOT, name="two", group="address", y_mm=40)
    other = replace(SLOT, name="other", y_mm=60)
    page = on_page(one, two, other, values={"one": "印" * 40, "two": "印", "other": "印"})

    sizes = {run.baseline_mm > 40: run.size_pt for run in page.texts if run.baseline_mm < 60}
    assert sizes[True] == sizes[False] < 12
    assert page.texts[-1].size_pt == 12


def test_squeezed_signs_begin_a_run_of_their_own() -> None:
    first, second = laid_out("（甲）、乙")

    assert (first.text, second.text) == ("（甲）", "、乙")
    assert first.x_mm == pytest.approx(10 - MM / 2)
    assert second.x_mm == pytest.approx(10 + 2 * MM)


def test_another_font_begins_a_run_of_its_own(tmp_path: Path) -> None:
    write_font(tmp_path, RARE)
    runs = laid_out(f"张{RARE}明", fonts=FontChain([tmp_path]))

    assert [(run.family, run.text) for run in runs] == [
        ("Noto Serif SC", "张"),
        ("Rare Han", RARE),
        ("Noto Serif SC", "明"),
    ]
    assert [run.x_mm for run in runs] == pytest.approx([10, 10 + MM, 10 + 2 * MM])
    with pytest.raises(MissingGlyphError):
        laid_out(f"张{RARE}明")


def test_code_stands_in_its_place_within_its_quiet_zone() -> None:
    code = qr_modules("HTTP://127.0.0.1/V#0")
    page = FaceSlots(
        width_mm=297,
        height_mm=210,
        texts=(),
        code=CodeSlot(x_mm=100, y_mm=50, size_mm=code.size + 2 * QR_QUIET_ZONE_MODULES),
    )
    placed = lay_out(page, {}, fonts=FONTS, code=code).code

    assert placed is not None
    assert (placed.x_mm, placed.y_mm, placed.size_mm) == pytest.approx((104, 54, code.size))
    assert lay_out(page, {}, fonts=FONTS).code is None
    assert lay_out(replace(page, code=None), {}, fonts=FONTS, code=code).code is None


def test_bars_of_a_code_are_its_dark_modules() -> None:
    code = qr_modules("HTTP://127.0.0.1/V#0")
    dark = {
        (x, y) for y, row in enumerate(code.rows) for x, module in enumerate(row) if module == 0
    }
    bars = [(x + step, y) for x, y, length in code.bars() for step in range(length)]
    assert len(bars) == len(dark)
    assert set(bars) == dark


@given(text=st.text("甲乙丙，。（）《》—…ABC123.- ", min_size=1, max_size=90))
def test_whatever_fits_stays_inside_its_slot(text: str) -> None:
    try:
        runs = laid_out(text)
    except FaceError:
        return
    assert "".join("".join(run.text for run in runs).split()) == "".join(text.split())
    for run in runs:
        em_mm = run.size_pt / POINTS_PER_MM
        assert run.baseline_mm - 0.88 * em_mm >= 20 - 0.001
        assert run.baseline_mm + 0.12 * em_mm <= 30 + 0.001
        ends = sum(FONTS.prints(run.family)[c].advance for c in run.text) * em_mm / 1000
        # Only the white halves of signs may hang out.
        assert run.x_mm >= 10 - em_mm / 2 - 0.001
        assert run.x_mm + ends <= 50 + em_mm / 2 + 0.001
