"""Drawn ovals, squares and lines, and imprints that become outlines."""

import io
from collections.abc import Callable
from itertools import product
from zlib import crc32

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw

from certs.errors import FaceError, MissingGlyphError
from certs.faces.drawing import Drawing, to_pdf_operators, to_svg
from certs.faces.pictures import SEAL_PICTURE_LIMIT_BYTES, preview, seal_picture
from certs.faces.seal_drawing import draw_round_seal
from certs.faces.seal_imprints import MAX_PICTURE_BYTES, is_picture, read_imprint
from certs.faces.seal_lettering import SEAL_COLOR
from certs.faces.seal_oval import draw_oval_seal
from certs.faces.seal_square import Cut, draw_line_seal, draw_square_seal
from certs.faces.seal_tracing import trace_imprint
from tests.unit.certs.face_samples import gray_picture

DRAWINGS: dict[str, Callable[[], Drawing]] = {
    "oval": lambda: draw_oval_seal("芜湖市样例餐饮公司", line="合同专用章", code="34020000000002"),
    "square": lambda: draw_square_seal("周样松"),
    "white": lambda: draw_square_seal("欧阳样竹", cut=Cut.WHITE),
    "line": lambda: draw_line_seal("与原件核对一致"),
}


def points(drawing: Drawing) -> list[tuple[float, float]]:
    return [
        point
        for shape in drawing.shapes
        for segment in shape.path
        for point in zip(segment.coordinates[::2], segment.coordinates[1::2], strict=True)
    ]


def ink(drawing: Drawing) -> Image.Image:
    """Black where the drawing is."""
    return gray_picture(seal_picture(drawing, size_px=300)).point(lambda v: 255 if v < 140 else 0)


def inked(picture: Image.Image) -> int:
    return picture.histogram()[255]


# Drawn -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawn_seal_lies_on_its_sheet_in_one_color_and_is_small(name: str) -> None:
    drawing = DRAWINGS[name]()

    assert {shape.color for shape in drawing.shapes} == {SEAL_COLOR}
    for x, y in points(drawing):
        assert -0.01 <= x <= drawing.width_mm + 0.01
        assert -0.01 <= y <= drawing.height_mm + 0.01
    assert len(seal_picture(drawing)) <= SEAL_PICTURE_LIMIT_BYTES
    assert to_pdf_operators(drawing) == to_pdf_operators(DRAWINGS[name]())


@pytest.mark.parametrize("specimen", [True, False])
@pytest.mark.parametrize("owner", ["印信", "芜湖市样例餐饮有限公司", "省市区县乡镇街道" * 3])
def test_what_an_oval_seal_says_stays_inside_its_ring(owner: str, *, specimen: bool) -> None:
    drawing = draw_oval_seal(owner, line="合同专用章", code="3" * 20, specimen=specimen)

    for segment in drawing.shapes[1].path:
        for x, y in zip(segment.coordinates[::2], segment.coordinates[1::2], strict=True):
            assert ((x - 22.5) / 21.5) ** 2 + ((y - 15) / 14) ** 2 < 1


def test_columns_of_a_square_seal_run_from_right_to_left() -> None:
    """One character that is all ink on its own shows where each stands."""
    full = draw_square_seal("一回", specimen=False)
    picture = ink(full)
    left, right = (picture.crop((s * 150 + 30, 30, s * 150 + 120, 270)) for s in (0, 1))

    assert inked(left) > 2 * inked(right)  # 回 is the second character, and stands at the left


@pytest.mark.parametrize(("three", "four"), [("周样松", "周样松印"), ("李小禾", "李小禾印")])
def test_the_character_for_seal_completes_a_name_of_three(three: str, four: str) -> None:
    assert draw_square_seal(three) == draw_square_seal(four)


def test_a_white_cut_is_the_negative_of_the_red_one_inside() -> None:
    red, white = (ink(draw_square_seal("周样松", cut=cut)) for cut in (Cut.RED, Cut.WHITE))
    inside = (25, 25, 275, 275)
    same = ImageChops.difference(red.crop(inside), ImageChops.invert(white.crop(inside)))

    assert inked(same) < 0.04 * 250 * 250  # the edges of strokes are gray


@pytest.mark.parametrize("name", DRAWINGS)
def test_specimens_say_so(name: str) -> None:
    plain = {
        "oval": lambda: draw_oval_seal(
            "芜湖市样例餐饮公司", line="合同专用章", code="34020000000002", specimen=False
        ),
        "square": lambda: draw_square_seal("周样松", specimen=False),
        "white": lambda: draw_square_seal("欧阳样竹", cut=Cut.WHITE, specimen=False),
        "line": lambda: draw_line_seal("与原件核对一致", specimen=False),
    }[name]()

    assert DRAWINGS[name]() != plain


@pytest.mark.parametrize("name", ["", "王", "阿卜杜拉·买"])
def test_a_personal_seal_has_two_to_four_characters(name: str) -> None:
    with pytest.raises(FaceError, match="2 to 4"):
        draw_square_seal(name)


def test_characters_that_cannot_be_cut_are_named() -> None:
    for draw in (draw_square_seal, draw_line_seal, draw_oval_seal):
        with pytest.raises(MissingGlyphError):
            draw("李\U0002f800")


def test_a_preview_is_on_white_paper() -> None:
    picture = Image.open(io.BytesIO(preview(to_svg(DRAWINGS["oval"]()), width_px=450)))

    assert picture.size == (450, 300)
    assert picture.convert("RGB").getpixel((2, 2)) == (255, 255, 255)


# Traced ------------------------------------------------------------------------------------------


def png(picture: Image.Image, kind: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind)
    return buffer.getvalue()


def test_a_traced_imprint_looks_like_its_picture() -> None:
    drawn = draw_round_seal("芜湖市市场监督管理局", line="行政审批专用章", code="34020000000001")
    traced = trace_imprint(seal_picture(drawn), width_mm=42, height_mm=42)

    before, after = ink(drawn), ink(traced)
    assert inked(ImageChops.difference(before, after)) < 0.15 * inked(before)
    assert (traced.width_mm, traced.height_mm) == (42, 42)
    assert len(to_pdf_operators(traced)) < 100_000


def test_red_ink_is_separated_from_gray_paper_and_black_print() -> None:
    scan = Image.new("RGB", (300, 300), (222, 220, 214))
    pen = ImageDraw.Draw(scan)
    pen.ellipse((40, 40, 260, 260), outline=(205, 30, 40), width=24)
    pen.rectangle((0, 140, 120, 150), fill=(25, 25, 25))

    imprint = read_imprint(png(scan, "JPEG"))

    assert imprint.ink[145 * 300 + 20] == 0
    assert imprint.ink[150 * 300 + 250] == 255
    assert int(imprint.color[1:3], 16) > 180 > int(imprint.color[3:5], 16)


def test_black_seals_are_traced_in_black() -> None:
    sheet = Image.new("L", (200, 200), 255)
    ImageDraw.Draw(sheet).rectangle((20, 20, 180, 180), outline=0, width=10)

    drawing = trace_imprint(png(sheet, "BMP"), width_mm=20, height_mm=20)

    (shape,) = drawing.shapes
    assert shape.color == "#000000"
    assert [segment.operator for segment in shape.path].count("M") == 2
    xs = [x for x, _ in points(drawing)]
    assert [min(xs), max(xs)] == pytest.approx([2.0, 18.1], abs=0.1)


@settings(max_examples=60, deadline=None)
@given(st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7)), min_size=1))
def test_every_blot_is_drawn_where_it_is(cells: set[tuple[int, int]]) -> None:
    """Blots of 8 by 8 pixels, which may touch at corners and lie in one another's holes."""
    sheet = Image.new("RGB", (64, 64), "white")
    for x, y in cells:
        sheet.paste((215, 0, 15), (x * 8, y * 8, x * 8 + 8, y * 8 + 8))

    drawing = trace_imprint(png(sheet), width_mm=64, height_mm=64)

    for x, y in product(range(8), range(8)):
        assert _is_inside(drawing, x * 8 + 4, y * 8 + 4) == ((x, y) in cells)


def _is_inside(drawing: Drawing, x: float, y: float) -> bool:
    """Even-odd rule: count crossings of a ray to the right."""
    (shape,) = drawing.shapes
    crossings, start, last = 0, (0.0, 0.0), (0.0, 0.0)
    for segment in shape.path:
        if segment.operator == "M":
            start = last = (segment.coordinates[0], segment.coordinates[1])
            continue
        point = start if segment.operator == "Z" else segment.coordinates
        (x0, y0), (x1, y1) = last, (point[0], point[1])
        if (y0 > y) != (y1 > y) and x < x0 + (y - y0) * (x1 - x0) / (y1 - y0):
            crossings += 1
        last = (x1, y1)
    return crossings % 2 == 1


@pytest.mark.parametrize(
    "picture",
    [
        b"",
        b"\x89PNG\r\n\x1a\n",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 200,
        b"GIF89a" + b"\xff" * 50,
        b"BM" + b"\xff" * 60,
        b"\xff\xd8\xff\xe0" + b"\0" * 100,
        b"PK\x03\x04" + b"\0" * 100,
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\0" * (MAX_PICTURE_BYTES + 1),
    ],
)
def test_what_is_no_picture_is_refused(picture: bytes) -> None:
    with pytest.raises(FaceError):
        trace_imprint(picture, width_mm=42, height_mm=42)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_damaged_pictures_are_refused_or_read_and_nothing_else(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["PNG", "GIF", "BMP", "JPEG"]))
    sheet = Image.new("RGB", (24, 24), "white")
    ImageDraw.Draw(sheet).ellipse((3, 3, 20, 20), fill=(215, 0, 15))
    damaged = bytearray(png(sheet, kind))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        damaged[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(damaged)))

    try:
        drawing = trace_imprint(bytes(damaged[:cut]), width_mm=42, height_mm=42)
    except FaceError:
        return
    assert len(to_pdf_operators(drawing)) <= 1024 * 1024


@pytest.mark.parametrize("side", [4001, 12_000, 2**31 - 1])
def test_a_picture_of_many_pixels_is_refused_before_it_is_decoded(side: int) -> None:
    small = png(Image.new("1", (8, 8)))
    header = b"IHDR" + side.to_bytes(4, "big") * 2 + small[24:29]
    claimed = small[:12] + header + crc32(header).to_bytes(4, "big") + small[33:]

    with pytest.raises(FaceError):
        trace_imprint(claimed, width_mm=42, height_mm=42)


@pytest.mark.parametrize("color", ["white", (250, 250, 250)])
def test_a_blank_picture_is_refused(color: str | tuple[int, int, int]) -> None:
    with pytest.raises(FaceError, match="blank"):
        trace_imprint(png(Image.new("RGB", (50, 50), color)), width_mm=42, height_mm=42)


def test_noise_is_refused_soon() -> None:
    noise = Image.effect_noise((480, 480), 200)

    with pytest.raises(FaceError, match="noise"):
        trace_imprint(png(noise), width_mm=42, height_mm=42)


def test_kinds_of_pictures_are_told_by_their_bytes() -> None:
    sheet = Image.new("RGB", (8, 8))
    assert all(is_picture(png(sheet, kind)) for kind in ("PNG", "GIF", "BMP", "JPEG"))
    assert not is_picture(b"PK\x03\x04")  # a small OFD, as in seals of tax offices
    assert not is_picture(b"<svg/>")
