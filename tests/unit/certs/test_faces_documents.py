import io
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import page
import pytest
from fontTools.cffLib import CFFFontSet
from pyhanko.pdf_utils.generic import IndirectObject
from pyhanko.pdf_utils.reader import PdfFileReader

from certs.faces.renderer import TypstRenderer
from tests.unit.certs.face_samples import CONTENT, IDENTIFIER, RECORD, SIGNATURE


@pytest.fixture(scope="module")
def renderer() -> Iterator[TypstRenderer]:
    with TypstRenderer() as shared:
        yield shared


@pytest.fixture(scope="module")
def face(renderer: TypstRenderer) -> bytes:
    return renderer.render(CONTENT)


def resolved(item: Any) -> Any:  # noqa: ANN401  whatever the PDF holds
    if isinstance(item, IndirectObject):
        return item.get_object()
    return item


def test_file_is_small_has_one_page_and_a_classic_reference_table(face: bytes) -> None:
    assert len(face) <= 160_000
    assert face.count(b"\nxref\n0 ") == 1
    assert b"/ObjStm" not in face
    assert face.endswith(b"%%EOF")
    assert int(PdfFileReader(io.BytesIO(face)).root["/Pages"]["/Count"]) == 1


def test_document_information_names_title_author_and_time(face: bytes) -> None:
    info = PdfFileReader(io.BytesIO(face)).trailer["/Info"]

    assert info["/Title"] == CONTENT.title
    assert info["/Author"] == CONTENT.author
    assert info["/Keywords"] == IDENTIFIER
    assert str(info["/CreationDate"]).startswith("D:20260318013000")


def test_attached_files_come_back_byte_for_byte(face: bytes) -> None:
    reader = PdfFileReader(io.BytesIO(face))
    associated = {spec["/UF"]: spec for spec in map(resolved, reader.root["/AF"])}

    assert associated.keys() == {"license.json", "license.p7s"}
    for attachment, relationship in ((RECORD, "/Source"), (SIGNATURE, "/Supplement")):
        specification = associated[attachment.name]
        assert specification["/EF"]["/F"].data == attachment.content
        assert specification["/AFRelationship"] == relationship
        assert specification["/Desc"] == attachment.description


def test_attachments_of_one_face_do_not_reach_the_next(renderer: TypstRenderer) -> None:
    first = renderer.render(replace(CONTENT, attachments=(replace(RECORD, content=b"first"),)))
    second = renderer.render(replace(CONTENT, attachments=(replace(RECORD, content=b"second"),)))

    contents = [
        resolved(PdfFileReader(io.BytesIO(pdf)).root["/AF"][0])["/EF"]["/F"].data
        for pdf in (first, second)
    ]
    assert contents == [b"first", b"second"]


KNOWN_FALSE_ALARMS = {
    # The checker takes 0 for the width of characters that rely on the font's default width.
    "PDFA3B-TRUETYPE-GLYPH-WIDTH-001",
    # The checker miscounts a stream whose last byte is a carriage return.
    "PDFA3B-STREAM-LENGTH-001",
}


def test_outside_checker_finds_pdf_a_3b_but_for_refuted_alarms(face: bytes) -> None:
    report = page.validate_pdf_bytes(face, profile="3b")

    assert report.rules.total > 100
    assert {failure.rule_id for failure in report.failures} <= KNOWN_FALSE_ALARMS
    check_widths(face)
    check_stream_lengths(face)


def check_stream_lengths(pdf: bytes) -> None:
    streams = list(re.finditer(rb"/Length (\d+)[^\n]*>>\s*stream\n", pdf))
    assert len(streams) > 8
    for stream in streams:
        end = stream.end() + int(stream[1])
        assert pdf[end : end + 10] == b"\nendstream"


def check_widths(pdf: bytes) -> None:
    """Every embedded font program has the widths that the PDF declares."""
    reader = PdfFileReader(io.BytesIO(pdf))
    fonts = resolved(reader.root["/Pages"]["/Kids"][0])["/Resources"]["/Font"]
    assert len(fonts) >= 2
    for font in map(resolved, fonts.values()):
        descendant = resolved(font["/DescendantFonts"][0])
        fontset = CFFFontSet()
        program = descendant["/FontDescriptor"]["/FontFile3"].data
        fontset.decompile(io.BytesIO(program), None)
        declared = declared_widths(descendant)
        charstrings = fontset[0].CharStrings
        for cid, name in enumerate(fontset[0].charset):
            # fontTools learns the width while it follows the outline.
            glyph = charstrings[name]
            glyph.draw(NullPen())
            assert glyph.width == pytest.approx(declared[cid], abs=1)


def declared_widths(descendant: Any) -> dict[int, float]:  # noqa: ANN401
    widths: dict[int, float] = {}
    entries = [float(value) for value in descendant["/W"]]
    for first, last, width in zip(entries[::3], entries[1::3], entries[2::3], strict=True):
        widths |= dict.fromkeys(range(int(first), int(last) + 1), width)
    return widths


class NullPen:
    def moveTo(self, *_: object) -> None: ...  # noqa: N802
    def lineTo(self, *_: object) -> None: ...  # noqa: N802
    def curveTo(self, *_: object) -> None: ...  # noqa: N802
    def closePath(self) -> None: ...  # noqa: N802
