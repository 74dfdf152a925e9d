import math
import zlib

import pytest

from certs.errors import FaceError, MissingGlyphError
from certs.faces.drawing import Drawing, Segment, Shape, format_number, to_pdf_operators, to_svg
from certs.faces.fonts import Family, advance_width, missing_characters, outline
from certs.faces.pictures import SEAL_PICTURE_LIMIT_BYTES, seal_picture
from certs.faces.seal_drawing import SEAL_DIAMETER_MM, draw_round_seal
from certs.faces.seal_lettering import SEAL_COLOR
from tests.unit.certs.face_samples import gray_picture, opened_picture

TRIANGLE = Drawing(
    width_mm=25.4,
    height_mm=50.8,
    shapes=(
        Shape(
            path=(
                Segment("M", (0, 0)),
                Segment("L", (25.4, 0)),
                Segment("C", (0, 25.4, 12.7, 25.4, 25.4, 50.8)),
                Segment("Z"),
            ),
            color="#ff0080",
        ),
    ),
)


def test_pdf_operators_turn_y_upward_and_count_in_points() -> None:
    assert to_pdf_operators(TRIANGLE).decode().splitlines() == [
        "1 0 0.502 rg",
        "0 144 m",
        "72 144 l",
        "0 72 36 72 72 0 c",
        "h",
        "f",
    ]


def test_svg_keeps_mm_and_the_filling_rule() -> None:
    svg = to_svg(TRIANGLE)

    assert 'width="25.4mm" height="50.8mm" viewBox="0 0 25.4 50.8"' in svg
    assert 'fill="#ff0080" fill-rule="nonzero" d="M0 0L25.4 0C0 25.4 12.7 25.4 25.4 50.8Z"' in svg


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0"), (-0.0001, "0"), (1.5, "1.5"), (1e-9, "0"), (120.0, "120")]
)
def test_numbers_are_short_and_never_in_exponent_form(value: float, text: str) -> None:
    assert format_number(value, 3) == text


def test_outlines_follow_the_transform() -> None:
    upright = outline(Family.SERIF, "印", (10, 0, 0, -10, 5, 20))
    moved = outline(Family.SERIF, "印", (10, 0, 0, -10, 8, 20))

    assert upright[0].operator == "M"
    assert upright[-1].operator == "Z"
    assert [s.coordinates[0] + 3 for s in upright if s.coordinates] == pytest.approx(
        [s.coordinates[0] for s in moved if s.coordinates]
    )
    assert advance_width(Family.SERIF, "印") == 1.0


def test_character_without_outline_is_named() -> None:
    with pytest.raises(MissingGlyphError) as caught:
        outline(Family.SERIF, "\U0002f800", (1, 0, 0, 1, 0, 0))

    assert caught.value.characters == "\U0002f800"


def test_missing_characters_come_once_and_in_order() -> None:
    assert missing_characters("芜\U0002f800湖\U00031350市\U0002f800") == "\U0002f800\U00031350"


@pytest.mark.parametrize(
    "character", ["\n", "\t", "\u202e", "\u200b", "\ufeff", "\ue000", "\ud800"]
)
def test_characters_without_a_picture_are_missing(character: str) -> None:
    assert missing_characters(f"有限{character}公司") == character


def test_characters_of_names_outside_the_common_block_are_covered() -> None:
    assert missing_characters("㛃𬭊（）、·—“”ⅣABC0123") == ""


def test_seal_has_the_size_ring_and_color_of_a_round_seal() -> None:
    drawing = draw_round_seal("芜湖市市场监督管理局", line="行政审批专用章", code="3402000012345")
    ring = drawing.shapes[0]

    assert (drawing.width_mm, drawing.height_mm) == (SEAL_DIAMETER_MM, SEAL_DIAMETER_MM)
    assert {shape.color for shape in drawing.shapes} == {SEAL_COLOR}
    assert ring.is_even_odd
    starts = [segment.coordinates for segment in ring.path if segment.operator == "M"]
    assert starts == [(42.0, 21.0), (pytest.approx(40.8), 21.0)]


@pytest.mark.parametrize(
    "owner", ["印信", "芜湖市市场监督管理局", "省市区县乡镇街道委员会办公室" * 2]
)
def test_everything_in_a_seal_stays_inside_its_ring(owner: str) -> None:
    drawing = draw_round_seal(owner, line="行政审批专用章", code="3402000012345")

    for segment in drawing.shapes[1].path:
        xs, ys = segment.coordinates[::2], segment.coordinates[1::2]
        for x, y in zip(xs, ys, strict=True):
            assert (x - 21) ** 2 + (y - 21) ** 2 < 19.8**2


def test_specimen_marks_flank_the_star_and_overlap_nothing() -> None:
    marked = draw_round_seal("芜湖市市场监督管理局", line="行政审批专用章")
    plain = draw_round_seal("芜湖市市场监督管理局", line="行政审批专用章", specimen=False)
    extra = Drawing(
        width_mm=42,
        height_mm=42,
        shapes=(Shape(path=marked.shapes[1].path[len(plain.shapes[1].path) :], color=SEAL_COLOR),),
    )
    dark_marks, dark_plain = (gray_picture(seal_picture(d, size_px=300)) for d in (extra, plain))
    both = sum(
        a < 128 and b < 128 for a, b in zip(dark_marks.tobytes(), dark_plain.tobytes(), strict=True)
    )

    assert sum(a < 128 for a in dark_marks.tobytes()) > 500
    assert both == 0


@pytest.mark.parametrize(
    ("owner", "line", "code"), [("局", "", ""), ("局" * 41, "", ""), ("印信", "章" * 17, "")]
)
def test_seal_texts_have_bounds(owner: str, line: str, code: str) -> None:
    with pytest.raises(FaceError, match="2 to 40"):
        draw_round_seal(owner, line=line, code=code)


def test_seal_refuses_characters_it_cannot_cut() -> None:
    with pytest.raises(MissingGlyphError) as caught:
        draw_round_seal("芜湖 市\U0002f800局")

    assert caught.value.characters == " \U0002f800"


@pytest.mark.parametrize(
    ("owner", "width_px"), [("芜湖市市场监督管理局", 330), ("安徽省芜湖市鸠江区" * 4, 240)]
)
def test_seal_picture_is_a_small_transparent_palette_png(owner: str, width_px: int) -> None:
    drawing = draw_round_seal(owner, line="行政审批专用章", code="3402000012345")
    png = seal_picture(drawing)
    picture = opened_picture(png)

    assert len(png) <= SEAL_PICTURE_LIMIT_BYTES
    assert (picture.format, picture.mode) == ("PNG", "P")
    assert picture.width == picture.height >= width_px
    colors = picture.convert("RGBA")
    assert colors.getpixel((0, 0)) == (0xD7, 0x00, 0x0F, 0)
    assert colors.getpixel((picture.width // 2, picture.height // 2)) == (0xD7, 0x00, 0x0F, 255)
    assert seal_picture(drawing) == png


def test_seal_picture_is_refused_for_several_colors() -> None:
    two = Drawing(
        width_mm=10,
        height_mm=10,
        shapes=(TRIANGLE.shapes[0], Shape(path=TRIANGLE.shapes[0].path, color="#000000")),
    )

    with pytest.raises(FaceError, match="one color"):
        seal_picture(two)


def test_picture_that_cannot_be_small_is_refused() -> None:
    speckles = Drawing(
        width_mm=42,
        height_mm=420,
        shapes=tuple(
            Shape(
                path=(
                    Segment(
                        "M", (x := math.sin(index) * 1e4 % 42, y := math.cos(index) * 1e4 % 420)
                    ),
                    Segment("L", (x + 1.2, y)),
                    Segment("L", (x, y + 1.2)),
                    Segment("Z"),
                ),
                color=SEAL_COLOR,
            )
            for index in range(3000)
        ),
    )

    with pytest.raises(FaceError, match="12 kB"):
        seal_picture(speckles)


def test_seal_drawing_is_small_as_page_operators() -> None:
    drawing = draw_round_seal("芜湖市市场监督管理局", line="行政审批专用章", code="3402000012345")
    operators = to_pdf_operators(drawing)

    assert len(zlib.compress(operators)) < 12_288
    assert operators == to_pdf_operators(
        draw_round_seal("芜湖市市场监督管理局", line="行政审批专用章", code="3402000012345")
    )
