"""Bare PDF/A-3b pages as typst writes them, and a seal to put on them."""

import hashlib
import json
import math
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pylopdf_fonts_zh_cn
import typst

from signing.pdf.assembly import PreparedPdf
from signing.pdf.document import Document
from signing.pdf.frames import HEADER, frame_object, frame_table
from signing.pdf.sealing import SealAppearance, SealPlacement, prepare

RECORD = json.dumps({"name": "食品经营许可证", "salt": "0" * 32}, ensure_ascii=False).encode()
SIGNED_DATA = hashlib.shake_256(b"signed data").digest(900)
# Only the outer length of a value matters to signing.pdf; it ends in zeros on purpose.
CONTENTS = b"\x30\x82\x08\x00" + hashlib.shake_256(b"value").digest(2040) + bytes(8)
SIGNED_AT = datetime(2026, 3, 18, 1, 2, 3, tzinfo=UTC)
ROOM = 3072

_PAGE = """
#set document(
  title: "食品经营许可证", author: "样本", date: datetime(year: 2026, month: 3, day: 18))
#set page(width: 297mm, height: 210mm, margin: 20mm,
  background: image("ground.svg", width: 297mm))
#set text(font: "Noto Serif SC", size: 13pt, lang: "zh")
#pdf.attach("license.json", relationship: "source", description: "数据",
  mime-type: "application/json")
#pdf.attach("license.p7s", relationship: "supplement", description: "签名",
  mime-type: "application/pkcs7-signature")
= 食品经营许可证
#text(fill: rgb(140, 29, 24, 60%))[样本] #h(1cm) #text(stroke: .5pt)[91340200MA2TEST01X]
#rect(fill: gradient.linear(red, blue), width: 50mm, height: 10mm)
#table(columns: 2, [经营者名称], [镜湖区某某餐饮店], [住所], [安徽省芜湖市某某路1号])
"""


def _ground(curves: int) -> str:
    """Return an SVG of wavy lines that does not compress to nothing."""
    paths = "".join(
        "M"
        + "L".join(
            f"{x / 2:.2f} {105 + 80 * math.sin(x * 0.05 + k * k * 0.37) * math.cos(k + x / 91):.2f}"
            for x in range(594)
        )
        for k in range(curves)
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 297 210">'
        f'<path d="{paths}" fill="none" stroke="#d9b779" stroke-width=".13"/></svg>'
    )


@cache
def render(
    source: str = _PAGE, *, curves: int = 2, record: bytes = RECORD, is_tagged: bool = False
) -> bytes:
    """Return ``source`` as a PDF/A-3b file with a ground of so many lines."""
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[Path(pylopdf_fonts_zh_cn.__file__).parent],
    )
    with TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "ground.svg").write_text(_ground(curves))
        (root / "license.json").write_bytes(record)
        (root / "license.p7s").write_bytes(SIGNED_DATA)
        (root / "page.typ").write_text(source)
        return typst.compile(
            root / "page.typ",
            root=root,
            font_paths=fonts,
            format="pdf",
            pdf_standards="a-3b",
            pdf_tags=is_tagged,
        )


def prepared(pdf: bytes | None = None, *, room: int = ROOM, left_mm: float = 200) -> PreparedPdf:
    """Return a page with the seal of this module and an open value."""
    return prepare(
        render() if pdf is None else pdf,
        placement=SealPlacement(left_mm=left_mm, top_mm=140, width_mm=42, height_mm=42),
        appearance=APPEARANCE,
        signed_at=SIGNED_AT,
        reason="签发电子证照",
        signer_name="芜湖市市场监督管理局",
        contents_bytes=room,
    )


def written(document: Document) -> bytes:
    """Return a document as a file without a seal."""
    data, offsets = HEADER, []
    for number, value in enumerate(document.objects, start=1):
        offsets.append(len(data))
        data += frame_object(number, value)
    return data + frame_table(offsets, document.trailer) + b"%d\n%%%%EOF\n" % len(data)


@cache
def sealed() -> bytes:
    """Return a small sealed page."""
    return prepared().complete(CONTENTS)


APPEARANCE = SealAppearance(
    width_mm=42,
    height_mm=42,
    content=b"0.84 0 0.06 rg 59.53 110 m 100 20 l 19 20 l h f 0.84 0 0.06 RG 4 w 4 4 111 111 re S",
)
