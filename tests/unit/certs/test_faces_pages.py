import io

import pytest
from PIL import Image

from certs.errors import FaceError
from certs.faces.drawing import to_pdf_operators
from certs.faces.pages import page_png, page_qr, page_text, sealed_page
from certs.faces.seal_drawing import draw_round_seal
from certs.faces.sealed_pages import LONGEST_SIDE


def pdf_of(
    *, pages: int = 1, box: str = "0 0 200 100", text: str = "YINXIN", extra: str = ""
) -> bytes:
    """A plain PDF without a reference table, which PDFium rebuilds."""
    content = f"BT /F 20 Tf 20 40 Td ({text}) Tj ET"
    kids = " ".join("3 0 R" for _ in range(pages))
    return (
        "%PDF-1.7\n"
        "1 0 obj\n<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[6 0 R]/SigFlags 3>>>>\nendobj\n"
        f"2 0 obj\n<</Type/Pages/Count {pages}/Kids[{kids}]>>\nendobj\n"
        f"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[{box}]/Contents 4 0 R/Annots[6 0 R]"
        "/Resources<</Font<</F 5 0 R>>>>>>\nendobj\n"
        f"4 0 obj\n<</Length {len(content)}>>\nstream\n{content}\nendstream\nendobj\n"
        "5 0 obj\n<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>\nendobj\n"
        f"{extra}"
        "trailer\n<</Root 1 0 R/Size 8>>\n%%EOF\n"
    ).encode("latin-1")


def test_text_of_all_pages_is_read() -> None:
    assert page_text(pdf_of(pages=2)) == "YINXIN\nYINXIN"


def test_picture_has_the_asked_resolution() -> None:
    picture = Image.open(io.BytesIO(page_png(pdf_of(), dpi=144)))

    assert picture.size == (400, 200)
    assert page_qr(pdf_of()) == ()


def test_seal_in_a_signature_field_is_part_of_the_picture() -> None:
    operators = to_pdf_operators(draw_round_seal("印信测试局")).decode()
    seal = (
        "6 0 obj\n<</Type/Annot/Subtype/Widget/FT/Sig/T(Seal)/F 132/Rect[60 0 160 100]"
        "/P 3 0 R/AP<</N 7 0 R>>>>\nendobj\n"
        f"7 0 obj\n<</Type/XObject/Subtype/Form/BBox[0 0 119.06 119.06]/Length {len(operators)}>>\n"
        f"stream\n{operators}\nendstream\nendobj\n"
    )
    picture = Image.open(io.BytesIO(page_png(pdf_of(extra=seal), dpi=144))).convert("RGB")

    assert picture.getpixel((220, 100)) == (0xD7, 0x00, 0x0F)


@pytest.mark.parametrize("pdf", [b"", b"%PDF-1.7\n", b"PK\x03\x04" + bytes(100), bytes(2000)])
def test_what_is_no_pdf_is_refused(pdf: bytes) -> None:
    for read in (page_text, page_png, page_qr):
        with pytest.raises(FaceError, match="cannot open"):
            read(pdf)


def test_too_many_pages_are_refused() -> None:
    with pytest.raises(FaceError, match="21 pages"):
        page_text(pdf_of(pages=21))


def test_too_much_text_is_refused() -> None:
    with pytest.raises(FaceError, match="100,000 characters"):
        page_text(pdf_of(pages=20, text="x" * 6000))


def test_too_large_files_are_refused() -> None:
    with pytest.raises(FaceError, match="32 MB"):
        page_text(bytes((32 << 20) + 1))


def test_enormous_pages_are_refused_before_they_are_drawn() -> None:
    with pytest.raises(FaceError, match="40 million"):
        page_png(pdf_of(box="0 0 14400 14400"))


def field(*, rect: str = "50 20 150 80", more: str = "/V 8 0 R") -> str:
    return (
        f"6 0 obj\n<</Type/Annot/Subtype/Widget/FT/Sig/T(S)/F 132/Rect[{rect}]{more}>>\n"
        "endobj\n8 0 obj\n<</Type/Sig/Filter/Adobe.PPKLite>>\nendobj\n"
    )


def edges(pdf: bytes) -> list[tuple[float, ...]]:
    return [
        tuple(round(edge, 3) for edge in (item.left, item.top, item.width, item.height))
        for item in sealed_page(pdf).seals
    ]


def test_a_signature_is_found_where_it_stands_on_the_page() -> None:
    assert edges(pdf_of(extra=field())) == [(0.25, 0.2, 0.5, 0.6)]


def test_a_page_that_does_not_begin_at_zero_or_is_turned_is_told_as_it_looks() -> None:
    moved = pdf_of(box="100 0 300 100", extra=field(rect="150 20 250 80"))
    turned = pdf_of(extra=field(rect="0 0 100 50")).replace(
        b"/Contents 4 0 R", b"/Contents 4 0 R/Rotate 90"
    )

    assert edges(moved) == [(0.25, 0.2, 0.5, 0.6)]
    assert edges(turned) == [(0.0, 0.0, 0.5, 0.5)]


@pytest.mark.parametrize(
    "changes",
    [
        {"more": ""},
        {"rect": "0 0 0 0"},
        {"rect": "900 900 950 950"},
        {"more": "/V 8 0 R/F 2"},
    ],
    ids=["no value", "no extent", "beside the page", "hidden"],
)
def test_what_shows_no_signature_has_no_place(changes: dict[str, str]) -> None:
    seal = field(**changes)
    if "/F 2" in seal:
        seal = seal.replace("/F 132", "")

    assert edges(pdf_of(extra=seal)) == []


def test_without_a_seal_the_first_page_is_shown_within_bounds() -> None:
    shown = sealed_page(pdf_of(pages=3, box="0 0 14000 7000"))
    picture = Image.open(io.BytesIO(shown.picture))

    assert (shown.page, shown.pages, shown.seals) == (1, 3, ())
    assert picture.format == "WEBP"
    assert max(picture.size) <= LONGEST_SIDE + 1


def test_the_page_with_the_seal_is_shown() -> None:
    second = "9 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Annots[6 0 R]>>\nendobj\n"
    pdf = pdf_of(pages=2, extra=field() + second)
    pdf = pdf.replace(b"/Kids[3 0 R 3 0 R]", b"/Kids[3 0 R 9 0 R]")
    pdf = pdf.replace(b"/Contents 4 0 R/Annots[6 0 R]", b"/Contents 4 0 R")

    assert (sealed_page(pdf).page, len(sealed_page(pdf).seals)) == (2, 1)


def test_what_is_no_document_has_no_page() -> None:
    with pytest.raises(FaceError):
        sealed_page(b"%PDF-1.7")
