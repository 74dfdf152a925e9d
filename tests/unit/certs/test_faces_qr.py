import io
import math

import pytest
import typst
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from certs.errors import FaceError
from certs.faces.qr import (
    QR_QUIET_ZONE_MODULES,
    QrModules,
    qr_modules,
    qr_svg,
    read_qr,
    read_qr_modules,
)

_PAGE = b"""
#set page(width: 200pt, height: 200pt, margin: 0pt)
#image(bytes(sys.inputs.svg), format: "svg", width: 100%)
"""


CODE_OF_A_FACE = "https://zz.example/V#" + "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$*+-./:" * 9


def drawn(svg: str, *, pixels: int = 400) -> bytes:
    png = typst.compile(_PAGE, format="png", ppi=72 * pixels / 200, sys_inputs={"svg": svg})
    assert isinstance(png, bytes)
    return png


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=120))
def test_what_is_drawn_is_read_back(text: str) -> None:
    assert read_qr(drawn(qr_svg(text))) == (text,)


@pytest.mark.parametrize("level", ["L", "M", "Q", "H"])
def test_long_code_of_a_face_is_read_back(level: str) -> None:
    svg = qr_svg(CODE_OF_A_FACE, level=level)  # type: ignore[arg-type]  # parametrized

    assert read_qr(drawn(svg, pixels=600)) == (CODE_OF_A_FACE,)


def test_quiet_zone_is_white_and_four_modules_wide() -> None:
    svg = qr_svg("HELLO")
    size = int(svg.split('viewBox="', 1)[1].split('"', 1)[0].split()[2])
    picture = Image.open(io.BytesIO(drawn(svg, pixels=size * 8))).convert("L")
    dark = [index % picture.width for index, value in enumerate(picture.tobytes()) if value < 128]

    assert min(dark) == QR_QUIET_ZONE_MODULES * 8
    assert max(dark) == picture.width - QR_QUIET_ZONE_MODULES * 8 - 1


def test_outlines_are_one_path_that_fills_exactly_the_dark_modules() -> None:
    text = CODE_OF_A_FACE
    barcode = zxingcpp.create_barcode(
        text, zxingcpp.BarcodeFormat.QRCode, options="ecLevel=M,dataMask=2"
    )
    modules = memoryview(barcode.to_image(scale=1))  # type: ignore[arg-type]  # a buffer at run time
    picture = Image.open(
        io.BytesIO(drawn(qr_svg(text), pixels=math.isqrt(modules.nbytes)))
    ).convert("L")

    assert qr_svg(text).count("<path") == 1
    assert picture.point(lambda value: 255 * (value > 127)).tobytes() == modules.tobytes()


@pytest.mark.parametrize("text", ["", "0" * 8000, "印信"])
def test_text_that_no_code_holds_is_refused(text: str) -> None:
    with pytest.raises(FaceError, match="QR code"):
        qr_svg(text)


@pytest.mark.parametrize(
    "picture", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n" + bytes(40), b"GIF89a" + bytes(20)]
)
def test_what_is_no_picture_is_refused(picture: bytes) -> None:
    with pytest.raises(FaceError, match="not a readable"):
        read_qr(picture)


@pytest.mark.parametrize("cut", [20, 50, 90, 140, 200, 500])
def test_truncated_picture_is_refused(cut: int) -> None:
    with pytest.raises(FaceError):
        read_qr(drawn(qr_svg("HELLO"))[:cut])


def test_enormous_picture_is_refused_before_it_is_decoded() -> None:
    buffer = io.BytesIO()
    Image.new("1", (8000, 8000)).save(buffer, "PNG")

    with pytest.raises(FaceError, match="40 million"):
        read_qr(buffer.getvalue())
    with pytest.raises(FaceError, match="16 MB"):
        read_qr(bytes((16 << 20) + 1))


def test_picture_without_a_code_gives_nothing() -> None:
    buffer = io.BytesIO()
    Image.new("L", (200, 200), 255).save(buffer, "JPEG")

    assert read_qr(buffer.getvalue()) == ()


def rows_of(modules: QrModules) -> list[int]:
    """The rows of a code as numbers, bit n telling whether column n is dark."""
    return [sum(1 << x for x, pixel in enumerate(row) if pixel == 0) for row in modules.rows]


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=400))
def test_a_code_is_put_together_from_its_rows_and_read(text: str) -> None:
    modules = qr_modules(text)
    again = QrModules.of_rows(rows_of(modules))

    assert again == modules
    assert read_qr_modules(again) == text


def test_a_damaged_code_is_read_as_far_as_it_can_be_mended() -> None:
    rows = rows_of(qr_modules(CODE_OF_A_FACE))
    rows[20] ^= 0b1111 << 20
    assert read_qr_modules(QrModules.of_rows(rows)) == CODE_OF_A_FACE

    turned = [*rows[:20], *(row ^ ((1 << 30) - 1) for row in rows[20:])]
    with pytest.raises(FaceError, match="readable"):
        read_qr_modules(QrModules.of_rows(turned))


@pytest.mark.parametrize(
    "rows", [[], [0], [1 << 20] * 20, [1 << 20] * 22, [1 << 177] * 178, [1 << 21] * 22]
)
def test_rows_that_are_no_code_are_refused(rows: list[int]) -> None:
    with pytest.raises(FaceError, match="modules"):
        QrModules.of_rows(rows)


@pytest.mark.parametrize("row", [1, (1 << 21) - 1])
def test_a_square_that_says_nothing_is_refused(row: int) -> None:
    with pytest.raises(FaceError, match="readable"):
        read_qr_modules(QrModules.of_rows([row] * 21))
