import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import page as page_validation
import pypdfium2
import pytest

from signing.errors import MalformedPdfError
from signing.pdf.assembly import PreparedPdf
from signing.pdf.document import Document, read_document
from signing.pdf.objects import Name, PdfObject, Reference, Stream
from signing.pdf.reading import parse_strict
from signing.pdf.sealing import SealAppearance, SealPlacement, prepare
from tests import bare_pages
from tests.bare_pages import APPEARANCE, CONTENTS, ROOM, SIGNED_AT


def _prepare(pdf: bytes, placement: SealPlacement, signed_at: datetime = SIGNED_AT) -> PreparedPdf:
    return prepare(
        pdf,
        placement=placement,
        appearance=APPEARANCE,
        signed_at=signed_at,
        reason="签发",
        signer_name="样本局",
        contents_bytes=ROOM,
    )


def _changed(*, catalog: dict[str, PdfObject], page: dict[str, PdfObject]) -> bytes:
    """Write the bare page with more entries in its catalog and on its page."""
    document = read_document(bare_pages.render())
    number = _page_number(document)
    changes: dict[int, PdfObject] = {
        document.root.number: {**document.catalog, **catalog},
        number: {**document.dictionary(Reference(number)), **page},
    }
    return bare_pages.written(document.with_objects(changes, count=len(document.objects)))


def _page_number(document: Document) -> int:
    pages = document.dictionary(document.catalog["Pages"])
    (reference,) = document.array(pages["Kids"])
    assert isinstance(reference, Reference)
    return reference.number


def _findings(pdf: bytes) -> list[tuple[str, str]]:
    report = page_validation.validate_pdf_bytes(pdf, profile="3b")
    return [(finding.rule_id, finding.message) for finding in report.failures]


@pytest.mark.parametrize("is_tagged", [False, True])
def test_sealing_breaks_no_rule_of_pdf_a(*, is_tagged: bool) -> None:
    bare = bare_pages.render(is_tagged=is_tagged)
    sealed = bare_pages.prepared(bare).complete(CONTENTS)
    assert _findings(sealed) == _findings(bare)


def test_metadata_and_attachments_are_carried_over_untouched() -> None:
    before = read_document(bare_pages.render())
    after = read_document(bare_pages.sealed())
    streams = [value for value in before.objects if isinstance(value, Stream)]
    assert streams
    assert [value for value in after.objects if isinstance(value, Stream)][:-1] == streams


def test_sealed_page_opens_and_shows_the_seal() -> None:
    def red_pixels(pdf: bytes) -> int:
        document = pypdfium2.PdfDocument(pdf)
        document.init_forms()
        image = document[0].render(scale=1, may_draw_forms=True).to_pil().convert("RGB")
        document.close()
        return sum(
            count
            for count, (red, green, blue) in image.getcolors(1 << 24)
            if red > 190 and green < 40 and blue < 60
        )

    assert red_pixels(bare_pages.sealed()) - red_pixels(bare_pages.render()) > 3000


def test_byte_range_is_the_whole_file_but_the_value() -> None:
    prepared = bare_pages.prepared()
    sealed = prepared.complete(CONTENTS)
    start, length, second, rest = prepared.byte_range
    assert (start, second + rest) == (0, len(sealed))
    assert b"/ByteRange[%d %d %d %d]/Contents<" % prepared.byte_range in sealed
    assert (sealed[length : length + 1], sealed[second - 1 : second]) == (b"<", b">")
    assert second - length == 2 * ROOM + 2
    covered = hashlib.new("sm3", sealed[:length] + sealed[second:]).digest()
    assert prepared.digest() == covered


def test_sealed_page_is_one_revision() -> None:
    sealed = bare_pages.sealed()
    assert sealed.count(b"startxref") == 1
    assert b"/Prev" not in sealed
    assert sealed.endswith(b"%%EOF\n")


def test_same_arguments_give_the_same_bytes() -> None:
    assert bare_pages.prepared() == bare_pages.prepared()


@pytest.mark.parametrize("room", range(30, 2200, 97))
def test_byte_range_is_true_whatever_its_digits(room: int) -> None:
    value = b"\x30\x0a" + bytes(10)
    sealed = bare_pages.prepared(room=room).complete(value)
    assert parse_strict(sealed).contents == value


def test_value_that_fills_the_room_is_written() -> None:
    sealed = bare_pages.prepared(room=len(CONTENTS)).complete(CONTENTS)
    assert parse_strict(sealed).contents == CONTENTS


@pytest.mark.parametrize(
    "value", [b"", b"\x30", CONTENTS + b"\0", CONTENTS[:-1], b"\x30\x80\x01\x01\x00\x00\x00"]
)
def test_value_that_is_not_one_der_element_is_refused(value: bytes) -> None:
    with pytest.raises(MalformedPdfError) as caught:
        bare_pages.prepared().complete(value)
    assert caught.value.rule == "contents"


def test_value_that_is_too_long_is_refused() -> None:
    with pytest.raises(MalformedPdfError) as caught:
        bare_pages.prepared(room=len(CONTENTS) - 1).complete(CONTENTS)
    assert caught.value.rule == "contents"


@pytest.mark.parametrize("room", [0, -1, 2_000_000])
def test_absurd_room_is_refused(room: int) -> None:
    with pytest.raises(MalformedPdfError):
        bare_pages.prepared(room=room)


def test_seal_stands_where_it_was_placed() -> None:
    placement = SealPlacement(left_mm=25.4, top_mm=50.8, width_mm=25.4, height_mm=12.7)
    read = parse_strict(_prepare(bare_pages.render(), placement).complete(CONTENTS))
    top = 595.2756 - 144
    assert read.rectangle == pytest.approx((72, top - 36, 144, top), abs=0.01)


def test_seal_stands_on_the_page_asked_for() -> None:
    pdf = bare_pages.render('#set document(title: "x")\n1 #pagebreak() 2 #pagebreak() 3')
    placement = SealPlacement(page=2, left_mm=10, top_mm=10, width_mm=42, height_mm=42)
    assert parse_strict(_prepare(pdf, placement).complete(CONTENTS)).page == 2
    with pytest.raises(MalformedPdfError) as caught:
        _prepare(pdf, replace(placement, page=4))
    assert caught.value.rule == "placement"


@pytest.mark.parametrize(("left_mm", "top_mm"), [(-1, 10), (256, 10), (10, -1), (10, 169)])
def test_seal_that_leaves_the_page_is_refused(left_mm: float, top_mm: float) -> None:
    placement = SealPlacement(left_mm=left_mm, top_mm=top_mm, width_mm=42, height_mm=42)
    with pytest.raises(MalformedPdfError) as caught:
        _prepare(bare_pages.render(), placement)
    assert caught.value.rule == "placement"


@pytest.mark.parametrize(
    "entries", [{"Rotate": 90}, {"UserUnit": 2}, {"CropBox": (0, 0, 9, 9)}, {"MediaBox": (1, 0, 9)}]
)
def test_page_that_is_not_plainly_upright_is_refused(entries: dict[str, PdfObject]) -> None:
    with pytest.raises(MalformedPdfError) as caught:
        bare_pages.prepared(_changed(catalog={}, page=entries))
    assert caught.value.rule == "placement"


def test_time_is_written_in_utc() -> None:
    there = SIGNED_AT.astimezone(timezone(timedelta(hours=8))).replace(microsecond=999)
    placement = SealPlacement(left_mm=10, top_mm=10, width_mm=42, height_mm=42)
    read = parse_strict(_prepare(bare_pages.render(), placement, there).complete(CONTENTS))
    assert read.signed_at == SIGNED_AT
    assert read.signed_at.tzinfo is UTC


def test_time_without_a_zone_is_refused() -> None:
    placement = SealPlacement(left_mm=10, top_mm=10, width_mm=42, height_mm=42)
    with pytest.raises(ValueError, match="time zone"):
        _prepare(bare_pages.render(), placement, SIGNED_AT.replace(tzinfo=None))


def test_seal_without_a_size_is_refused() -> None:
    with pytest.raises(ValueError, match="size"):
        SealPlacement(left_mm=0, top_mm=0, width_mm=0, height_mm=42)
    with pytest.raises(ValueError, match="size"):
        SealAppearance(width_mm=42, height_mm=-1, content=b"")
    with pytest.raises(ValueError, match="large"):
        SealAppearance(width_mm=42, height_mm=42, content=bytes(1024 * 1024 + 1))


@pytest.mark.parametrize(
    ("catalog", "page", "rule"),
    [
        ({"AcroForm": {"Fields": ()}}, {}, "not-bare"),
        ({"Perms": {}}, {}, "not-bare"),
        ({"Names": {"Pages": {}}}, {}, "not-bare"),
        ({}, {"Annots": ()}, "not-bare"),
        ({"OpenAction": {"S": Name("JavaScript"), "JS": b"app.alert(1)"}}, {}, "active-content"),
        ({}, {"AA": {"O": {"S": Name("Launch")}}}, "active-content"),
        ({}, {"PieceInfo": {"S": Name("URI"), "URI": b"https://x.example"}}, "active-content"),
        ({"OCProperties": {}}, {}, "active-content"),
        ({"Pages": Reference(1000)}, {}, "structure"),
        ({"Pages": 3}, {}, "structure"),
        ({}, {"Type": Name("Pages"), "Kids": (Reference(1),)}, "structure"),
        ({}, {"Type": Name("Other")}, "structure"),
    ],
)
def test_page_that_is_not_bare_is_refused(
    catalog: dict[str, PdfObject], page: dict[str, PdfObject], rule: str
) -> None:
    with pytest.raises(MalformedPdfError) as caught:
        bare_pages.prepared(_changed(catalog=catalog, page=page))
    assert caught.value.rule == rule


def test_page_with_a_link_is_refused() -> None:
    with pytest.raises(MalformedPdfError) as caught:
        bare_pages.prepared(
            bare_pages.render('#set document(title: "x")\n#link("https://x.example")[there]')
        )
    assert caught.value.rule == "active-content"


def test_sealed_page_is_not_sealed_again() -> None:
    with pytest.raises(MalformedPdfError) as caught:
        bare_pages.prepared(bare_pages.sealed())
    assert caught.value.rule == "not-bare"


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (b"/Root", b"/Encrypt 1 0 R/Root", "encrypted"),
        (b"/Root", b"/Prev 9/Root", "several-revisions"),
        (b"/Root", b"/XRefStm 9/Root", "structure"),
        (b"xref\n0 ", b"xref\n1 ", "structure"),
        (b"0000000016 00000 n", b"0000000017 00000 n", "structure"),
        (b"trailer", b"tracker", "structure"),
        (b"%PDF-1.7", b"%PDF-1.4", "not-strict"),
        (b"\n1 0 obj", b"\n2 0 obj", "structure"),
        (b"\n1 0 obj", b"\n1 1 obj", "structure"),
    ],
)
def test_file_that_is_not_plainly_one_revision_is_refused(
    old: bytes, new: bytes, rule: str
) -> None:
    pdf = bare_pages.render()
    assert old in pdf
    with pytest.raises(MalformedPdfError) as caught:
        bare_pages.prepared(pdf.replace(old, new))
    assert caught.value.rule == rule


def test_file_larger_than_100_mb_is_refused() -> None:
    with pytest.raises(MalformedPdfError) as caught:
        bare_pages.prepared(bare_pages.render() + bytes(100 * 1024 * 1024))
    assert caught.value.rule == "too-large"
