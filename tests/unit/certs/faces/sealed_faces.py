"""Faces from compiled templates with a seal on them, as the tests of such faces need them."""

import atexit
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import pypdfium2

from certs.faces.compiled import CompiledFaces
from certs.faces.content import FaceContent
from certs.faces.drawing import to_pdf_operators
from certs.faces.renderer import TypstRenderer
from certs.faces.seal_drawing import draw_round_seal
from signing.pdf.assembly import PreparedPdf
from signing.pdf.sealing import SealAppearance, SealPlacement, VisibleSeal
from tests.bare_pages import CONTENTS
from tests.unit.certs.face_samples import CONTENT, content_with
from tests.unit.certs.test_faces_renderer import LONG

_MM = 72 / 25.4
OTHER = replace(content_with(operator="芜湖市弋江区（样例）小吃店"), qr_text="HTTP://WUHU.TEST/V#1")
LONG_CONTENT = replace(content_with(**LONG), specimen=False)


@cache
def compiled_faces() -> CompiledFaces:
    faces = CompiledFaces()
    atexit.register(faces.close)
    return faces


@cache
def typst_renderer() -> TypstRenderer:
    renderer = TypstRenderer()
    atexit.register(renderer.close)
    return renderer


@cache
def visible_seal() -> VisibleSeal:
    drawing = draw_round_seal("芜湖市市场监督管理局", line="行政审批专用章", code="3402000000001")
    return VisibleSeal(
        placement=SealPlacement(left_mm=196, top_mm=141, width_mm=42, height_mm=42),
        appearance=SealAppearance(width_mm=42, height_mm=42, content=to_pdf_operators(drawing)),
        signed_at=CONTENT.created_at,
        reason="签发食品经营许可证",
        signer_name="芜湖市市场监督管理局",
        contents_bytes=9000,
    )


def prepared(content: FaceContent = CONTENT) -> PreparedPdf:
    return compiled_faces().prepare(content, visible_seal())


def sealed(content: FaceContent = CONTENT) -> bytes:
    """A face with a value that only looks like a signature."""
    return prepared(content).complete(CONTENTS)


@dataclass(frozen=True)
class Letter:
    """A character on a page, in mm from the upper left corner."""

    character: str
    left_mm: float
    baseline_mm: float


def letters(pdf: bytes) -> Sequence[Letter]:
    """All characters of the first page but for white space, in the order of the page."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[0]
        height, text = page.get_size()[1], page.get_textpage()
        found = []
        for index in range(text.count_chars()):
            character = text.get_text_range(index, 1)
            if character.strip():
                left, bottom, _, _ = text.get_charbox(index)
                found.append(Letter(character, left / _MM, (height - bottom) / _MM))
        return found
    finally:
        document.close()
