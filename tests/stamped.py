"""Documents that are no licenses, and seals on them."""

import shutil
import subprocess
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import pylopdf_fonts_zh_cn
import pytest
import typst

from certs.faces.drawing import to_pdf_operators
from certs.faces.seal_drawing import draw_round_seal
from signing import sealed_pdf
from signing.algorithms import sm3
from signing.pdf.assembly import SealProfile
from signing.pdf.sealing import SealAppearance, SealPlacement
from signing.reference.sealing import seal_document
from signing.reference.stamping import Stamp, prepare_stamp
from signing.reference.validation import validate_all
from signing.reference.verdicts import ReferenceReport
from signing.sealed_pdf import contents_room
from signing.signer import CertifiedSigner
from signing.timestamps import TimestampSource
from tests import world

AT = world.NOON + timedelta(hours=1)
ANCHORS = (world.root().certificate.encoded,)
PLACE = SealPlacement(page=1, left_mm=120, top_mm=200, width_mm=42, height_mm=42)
NEXT = SealPlacement(page=1, left_mm=20, top_mm=200, width_mm=42, height_mm=42)
_PAGE = """
= 合同 第{page}页

甲方（盖章）：芜湖市某公司 #h(2cm) 乙方（盖章）：

{text}
"""


@cache
def document(pages: int = 3, *, standard: Literal["a-1b", "a-3b"] = "a-3b") -> bytes:
    """A contract of so many pages."""
    head = '#set page(width: 210mm, height: 297mm)\n#set text(font: "Noto Serif SC", lang: "zh")\n'
    body = "#pagebreak()\n".join(
        _PAGE.format(page=number, text="条款内容。" * 80) for number in range(1, pages + 1)
    )
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[Path(pylopdf_fonts_zh_cn.__file__).parent],
    )
    with TemporaryDirectory() as folder:
        root = Path(folder)
        source = root / "contract.typ"
        source.write_text(head + body)
        return typst.compile(
            source, root=root, font_paths=fonts, format="pdf", pdf_standards=standard
        )


@cache
def appearance() -> SealAppearance:
    drawing = draw_round_seal(world.ISSUERS["340200"][0], line="合同专用章", code="3402000000001")
    return SealAppearance(width_mm=42, height_mm=42, content=to_pdf_operators(drawing))


def signer() -> CertifiedSigner:
    region = world.region("340200")
    return replace(region.seal_signer, chain=(region.authority.certificate,))


def stamp(  # noqa: PLR0913 - what a seal can be like
    pdf: bytes | None = None,
    *,
    place: SealPlacement | None = PLACE,
    is_riding: bool = False,
    kept_fields: tuple[SealPlacement, ...] = (),
    profile: SealProfile = SealProfile.CMS,
    timestamps: TimestampSource | None = None,
) -> bytes:
    """A document with one more seal of the world."""
    sealer = world.region("340200").sealer
    made = replace(
        _order(place),
        is_riding=is_riding,
        kept_fields=kept_fields,
        contents_bytes=contents_room(sealer, is_timestamped=timestamps is not None),
        profile=profile,
    )
    return seal_document(
        document() if pdf is None else pdf,
        made,
        sealer=sealer,
        signer=signer(),
        timestamps=timestamps,
    )


def _order(place: SealPlacement | None) -> Stamp:
    return Stamp(
        appearance=appearance(),
        place=place,
        signed_at=world.NOON,
        reason="盖章",
        signer_name="芜湖市市场监督管理局",
        contents_bytes=24_000,
    )


def cms_only(
    *, signed_by: CertifiedSigner, signed_at: datetime, timestamps: TimestampSource
) -> bytes:
    """A document signed by any key, without a seal signature."""
    prepared = prepare_stamp(document(), replace(_order(PLACE), signed_at=signed_at))
    message = sealed_pdf.document_message(
        prepared,
        seal_signature=b"",
        signer=signed_by,
        properties=sealed_pdf.properties_of(prepared, signed_at=signed_at),
    )
    value = signed_by.sign(message.to_be_signed)
    return prepared.complete(message.complete(value, timestamps.stamp(sm3(value))))


def judged(pdf: bytes) -> ReferenceReport:
    return validate_all(pdf, anchors=ANCHORS, at=AT)


def _tool(name: str) -> str:
    """Return an outside program; where it is missing the test that looks with it is skipped."""
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed")
    return name


def qpdf(pdf: bytes, *options: str) -> bytes:
    """What qpdf makes of a file."""
    with TemporaryDirectory() as folder:
        before, after = Path(folder) / "before.pdf", Path(folder) / "after.pdf"
        before.write_bytes(pdf)
        subprocess.run([_tool("qpdf"), *options, str(before), str(after)], check=True)
        return after.read_bytes()


def complaints_of_qpdf(pdf: bytes) -> str:
    """What qpdf --check finds wrong; empty for a good file."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "file.pdf"
        file.write_bytes(pdf)
        done = subprocess.run(
            [_tool("qpdf"), "--check", str(file)], capture_output=True, text=True, check=False
        )
        return "" if done.returncode == 0 and not done.stderr else done.stdout + done.stderr


def poppler_png(pdf: bytes, page: int, *, dpi: int = 40) -> bytes:
    """One page as poppler draws it."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "file.pdf"
        file.write_bytes(pdf)
        options = ["-r", str(dpi), "-f", str(page), "-l", str(page), "-singlefile", "-png"]
        drawn = str(Path(folder) / "page")
        subprocess.run([_tool("pdftoppm"), *options, str(file), drawn], check=True)
        return (Path(folder) / "page.png").read_bytes()


def handmade(
    page: bytes = b"/MediaBox[0 0 595.28 841.89]",
    *,
    catalog: bytes = b"",
    tree: bytes = b"",
    more: tuple[bytes, ...] = (),
    text: bytes = b"Contract",
) -> bytes:
    """A small classic PDF; what stands in its objects, and objects from number 6, are chosen."""
    content = b"BT /F1 24 Tf 72 700 Td (%b) Tj ET" % text
    bodies = (
        b"<</Type/Catalog/Pages 2 0 R%b>>" % catalog,
        b"<</Type/Pages/Kids[3 0 R]/Count 1%b>>" % tree,
        b"<</Type/Page/Parent 2 0 R%b/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>" % page,
        b"<</Length %d>>\nstream\n%b\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        *more,
    )
    data, offsets = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []
    for number, body in enumerate(bodies, start=1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    count = len(bodies) + 1
    return data + (
        b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<</Size %d/Root 1 0 R>>\n"
        b"startxref\n%d\n%%%%EOF" % (count, table, count, len(data))
    )


def hybrid() -> bytes:
    """A file with a classic table and a stream beside it, as word processors write them."""
    plain = handmade()
    at = plain.index(b"xref\n0 6")
    # The stream's own entry and nothing else: object 6, which only newer readers see.
    rows = b"\x01" + at.to_bytes(3, "big") + b"\x00"
    stream = (
        b"6 0 obj\n<</Type/XRef/Size 7/W[1 3 1]/Index[6 1]/Root 1 0 R/Length %d>>\n"
        b"stream\n%b\nendstream\nendobj\n" % (len(rows), rows)
    )
    tail = plain[at:].replace(b"/Size 6/Root", b"/Size 7/XRefStm %d/Root" % at)
    table = at + len(stream)
    return plain[:at] + stream + tail.replace(b"startxref\n%d" % at, b"startxref\n%d" % table)
