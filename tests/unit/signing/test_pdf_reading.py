import zlib
from collections.abc import Callable
from dataclasses import replace

import pytest

from signing.errors import MalformedPdfError
from signing.pdf import reading
from signing.pdf.assembly import SealFields, assemble
from signing.pdf.document import Document, read_document
from signing.pdf.objects import Name, PdfObject, Reference, Stream
from signing.pdf.reading import parse_strict
from tests import bare_pages
from tests.bare_pages import CONTENTS, RECORD, SIGNED_AT, SIGNED_DATA, sealed, written


def _rule(data: bytes) -> str:
    with pytest.raises(MalformedPdfError) as caught:
        parse_strict(data)
    return caught.value.rule


def _replaced(old: bytes, new: bytes) -> bytes:
    """Replace a place that stands once in the sealed page."""
    assert sealed().count(old) == 1
    return sealed().replace(old, new)


def _lifted() -> tuple[Document, SealFields]:
    bare, fields, _ = reading._lift_seal(read_document(sealed()))
    return bare, fields


def _resealed(change: Callable[[Document], Document]) -> bytes:
    """Seal a changed page properly, as a sealer who means ill could."""
    bare, fields = _lifted()
    return assemble(change(bare), fields).complete(CONTENTS)


def _with_catalog(bare: Document, **entries: PdfObject) -> Document:
    changed: dict[int, PdfObject] = {bare.root.number: {**bare.catalog, **entries}}
    return bare.with_objects(changed, count=len(bare.objects))


def _with_embedded(change: Callable[[Stream], Stream]) -> bytes:
    """Change the stream of the first attachment and seal the page."""

    def changed(bare: Document) -> Document:
        number = next(
            number
            for number, value in enumerate(bare.objects, start=1)
            if isinstance(value, Stream) and value.entries.get("Type") == "EmbeddedFile"
        )
        return bare.with_objects(
            {number: change(bare.stream(Reference(number)))}, count=len(bare.objects)
        )

    return _resealed(changed)


def _stored(stream: Stream, data: bytes, size: int | None = None) -> Stream:
    entries = {
        **stream.entries,
        "Length": len(data),
        "Params": {"Size": len(data) if size is None else size},
    }
    return Stream(entries=entries, data=data)


def test_what_was_sealed_is_read_back() -> None:
    read = parse_strict(sealed())
    assert read.attachments == {"license.json": RECORD, "license.p7s": SIGNED_DATA}
    assert read.title == "食品经营许可证"
    assert read.signed_at == SIGNED_AT
    assert read.reason == "签发电子证照"
    assert read.signer_name == "芜湖市市场监督管理局"
    assert read.contents == CONTENTS
    assert read.page == 1
    assert read.appearance == b"/Ink gs\n" + bare_pages.APPEARANCE.content
    prepared = bare_pages.prepared()
    assert read.byte_range == prepared.byte_range
    assert read.digest() == prepared.digest()


def test_page_without_attachments_or_title_is_read() -> None:
    page = bare_pages.render('#set document(title: "样本")\n样本')
    read = parse_strict(bare_pages.prepared(page, left_mm=100).complete(CONTENTS))
    assert read.attachments == {}

    def untitled(bare: Document) -> Document:
        info = bare.trailer["Info"]
        assert isinstance(info, Reference)
        entries = {key: value for key, value in bare.dictionary(info).items() if key != "Title"}
        return bare.with_objects({info.number: entries}, count=len(bare.objects))

    assert parse_strict(_resealed(untitled)).title == ""


def test_bare_page_is_unsealed() -> None:
    assert _rule(bare_pages.render()) == "unsealed"


@pytest.mark.parametrize("data", [b"", b"hello", b"PK\x03\x04", b"\n" + sealed(), b"%PDF"])
def test_what_is_no_pdf_is_told_so(data: bytes) -> None:
    assert _rule(data) == "not-a-pdf"


@pytest.mark.parametrize("end", range(997, len(sealed()), 997))
def test_file_cut_short_is_told_so(end: int) -> None:
    assert _rule(sealed()[:end]) == "truncated"


@pytest.mark.parametrize("count", range(1, 12))
def test_file_without_its_last_bytes_is_told_so(count: int) -> None:
    assert _rule(sealed()[:-count]) in {"truncated", "structure"}


@pytest.mark.parametrize("junk", [b"\n", b"\0", b"%comment\n", b"junk" * 999])
def test_bytes_after_the_end_are_told(junk: bytes) -> None:
    assert _rule(sealed() + junk) == "trailing-bytes"


def _updated(old: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """Append an incremental update that replaces the object in which ``old`` stands."""
    data = sealed()
    at = data.rfind(b"endobj\n", 0, data.index(old)) + len(b"endobj\n")
    body = change(data[at : data.index(b"endobj\n", at)]) + b"endobj\n"
    number = int(body.split(b" ", 1)[0])
    previous = int(data[data.rindex(b"startxref") :].split()[1])
    trailer = data[data.rindex(b"trailer\n") :].split(b"\n")[1]
    return b"%b%bxref\n%d 1\n%010d 00000 n \ntrailer\n%b/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (
        *(data, body, number, len(data), trailer.removesuffix(b">>"), previous),
        len(data) + len(body),
    )


@pytest.mark.parametrize(
    ("old", "change"),
    [
        (b"application#2Fjson", lambda body: body.replace(b"/Size", b"/Siez")),
        (b"/Annots[", lambda body: body.replace(b"/Annots[", b"/Annots[9 0 R ")),
        (b"/Subtype/Widget", lambda body: body.replace(b"/Rect[", b"/Rect[1 ")),
        (b"/Type/Catalog", lambda body: body),
    ],
)
def test_incremental_update_is_told(old: bytes, change: Callable[[bytes], bytes]) -> None:
    assert _rule(_updated(old, change)) == "several-revisions"


def test_second_startxref_is_told() -> None:
    assert _rule(sealed() + b"startxref\n9\n%%EOF\n") == "several-revisions"
    tail = sealed()[sealed().rindex(b"startxref") :]
    assert _rule(sealed().removesuffix(tail) + tail + tail) == "several-revisions"
    assert _rule(_replaced(tail, tail.replace(b"%%EOF", b"startxref\n9\n%%EOF"))) == "structure"


def _range(first: int, second: int, third: int) -> bytes:
    """Write other numbers into the byte range."""
    old = b"/ByteRange[%d %d %d %d]" % parse_strict(sealed()).byte_range
    new = b"/ByteRange[0 %d %d %d]" % (first, second, third)
    assert len(old) == len(new)
    return _replaced(old, new)


@pytest.mark.parametrize(
    ("first", "second", "third"),
    [(1, 0, 0), (0, 1, 0), (0, 0, -1), (-2, 0, 0), (0, 2, -2), (0, -2, 2), (2, 2, -2)],
)
def test_other_byte_range_is_told(first: int, second: int, third: int) -> None:
    _, one, two, three = parse_strict(sealed()).byte_range
    assert _rule(_range(one + first, two + second, three + third)) == "coverage"


def test_hole_larger_than_the_value_is_told() -> None:
    data = sealed()
    _, start, _, _ = parse_strict(data).byte_range
    assert _rule(data[:start] + b"<00>" + data[start:]) == "syntax"
    assert _rule(data[:start] + b" " + data[start:]) == "structure"
    end = data.index(b">", start)
    assert _rule(data[:end] + b"00" + data[end:]) == "structure"


def test_object_outside_the_table_is_told() -> None:
    data = sealed()
    at = data.rindex(b"xref\n0 ")
    assert _rule(data[:at] + b"999 0 obj\nnull\nendobj\n" + data[at:]) == "structure"
    at = data.index(b"1 0 obj")
    assert _rule(data[:at] + b"% hidden\n" + data[at:]) == "structure"


def test_object_that_nothing_refers_to_is_told() -> None:
    def with_orphan(bare: Document) -> Document:
        order = (*bare.order, len(bare.objects) + 1)
        return replace(bare, objects=(*bare.objects, b"orphan"), order=order)

    assert _rule(_resealed(with_orphan)) == "unreferenced-object"


def test_reference_to_nothing_is_told() -> None:
    def dangling(bare: Document) -> Document:
        return _with_catalog(bare, Outlines=Reference(4000))

    assert _rule(_resealed(dangling)) == "structure"


def test_doubled_table_entry_is_told() -> None:
    data = sealed()
    at = data.rindex(b"xref\n0 ")
    entries = data.index(b"\n", data.index(b"\n", at) + 1) + 1
    first, second = data[entries : entries + 20], data[entries + 20 : entries + 40]
    doubled = data[:entries] + first + first + data[entries + 40 :]
    swapped = data[:entries] + second + first + data[entries + 40 :]
    assert _rule(doubled) == _rule(swapped) == "structure"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"/Filter/Adobe.PPKLite", b"/Filter/Adobe.PPKMS  "),
        (b"/SigFlags 3", b"/SigFlags 1"),
        (b"/F 132", b"/F 130"),
        (b"/TransformMethod/DocMDP", b"/TransformMethod/UR    "),
        (b"/P 1/V/1.2", b"/P 2/V/1.2"),
        (b"/SubFilter/ETSI.CAdES.detached", b"/SubFilter/adbe.pkcs7.detached"),
        (b"/T(Seal1)", b"/T(Seal2)"),
        (b"/Type/Sig/", b"/Type/Gis/"),
        (b"/Perms<<", b"/Parms<<"),
        (b"/BBox[0 0 ", b"/BBox[0 1 "),
        (b"/T(Seal1)", b"/T  Seal1"),
    ],
)
def test_seal_that_is_not_written_as_ours_is_told(old: bytes, new: bytes) -> None:
    assert _rule(_replaced(old, new)) in {"not-strict", "not-bare", "syntax"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"/M(D:", b"/M(X:"),
        (b"/M(D:20260318", b"/M(D:20261318"),
        (b"/FT/Sig", b"/FT/Tx "),
        (b"%%EOF\n", b"%%EOF\r"),
        (b"\nstartxref\n", b" startxref\n"),
    ],
)
def test_other_spelling_is_not_strict(old: bytes, new: bytes) -> None:
    assert _rule(_replaced(old, new)) == "not-strict"


def test_case_of_a_digit_and_padding_cannot_vary() -> None:
    data = sealed()
    _, start, second, _ = parse_strict(data).byte_range
    digits = data[start:second]
    assert _rule(data.replace(digits, digits.lower())) == "not-strict"
    assert _rule(data[: second - 2] + b"1" + data[second - 1 :]) == "contents"
    assert _rule(data[: second - 3] + b"  " + data[second - 1 :]) == "coverage"


def test_unreadable_value_is_told() -> None:
    data = sealed()
    at = data.index(b"<30820800") + 1
    for value in (b"30800800", b"00820800", b"3082FFFF", b"30850800"):
        assert _rule(data[:at] + value + data[at + 8 :]) == "contents"


def test_white_space_cannot_vary_even_where_all_offsets_agree() -> None:
    data = sealed()
    offset = data.index(b"<</Type/Pages") + 2
    assert _rule(data[:offset] + b" " + data[offset:]) == "structure"
    swapped = _replaced(b"<</Type/Sig/Filter/Adobe.PPKLite", b"<</Filter/Adobe.PPKLite/Type/Sig")
    assert _rule(swapped) == "not-strict"


@pytest.mark.parametrize(
    ("entries", "rule"),
    [
        ({"OpenAction": {"S": Name("JavaScript"), "JS": b"app.alert(1)"}}, "active-content"),
        ({"Lang": Name("URI")}, "active-content"),
        ({"Names": {"JavaScript": {"Names": ()}}}, "active-content"),
        ({"Collection": {}}, "not-bare"),
        ({"AF": ()}, "attachments"),
        ({"AF": 1}, "structure"),
        ({"Names": {"EmbeddedFiles": {"Kids": ()}}}, "attachments"),
        ({"Names": {"EmbeddedFiles": {"Names": (b"odd",)}}}, "attachments"),
        ({"Names": {"EmbeddedFiles": {"Names": (b"a", b"b")}}}, "attachments"),
        ({"Names": {"EmbeddedFiles": {"Names": (1, Reference(1))}}}, "structure"),
        ({"Names": {"EmbeddedFiles": {"Names": (b"a", Reference(1)) * 17}}}, "attachments"),
        ({"Names": {}, "AF": ()}, "attachments"),
    ],
)
def test_sealed_page_with_something_odd_is_refused(
    entries: dict[str, PdfObject], rule: str
) -> None:
    def changed(bare: Document) -> Document:
        # What the catalog listed before stays reachable, so that only the oddity is wrong.
        kept = (bare.catalog["Names"], bare.catalog["AF"])
        return _with_catalog(bare, ViewerPreferences={"Kept": kept}, **entries)

    assert _rule(_resealed(changed)) == rule


def test_attachment_listed_twice_is_refused() -> None:
    def doubled(bare: Document) -> Document:
        files = bare.array(bare.catalog["AF"])
        tree: PdfObject = {"EmbeddedFiles": {"Names": (b"a", files[0], b"b", files[0])}}
        keep: PdfObject = {"Kept": files}
        return _with_catalog(bare, Names=tree, AF=(files[0], files[0]), ViewerPreferences=keep)

    assert _rule(_resealed(doubled)) == "attachments"


def test_two_attachments_of_one_name_are_refused() -> None:
    def renamed(bare: Document) -> Document:
        first, second = bare.array(bare.catalog["AF"])
        assert isinstance(second, Reference)
        entries = {**bare.dictionary(second), "F": b"license.json", "UF": b"license.json"}
        changed = bare.with_objects({second.number: entries}, count=len(bare.objects))
        tree: PdfObject = {
            "EmbeddedFiles": {"Names": (b"license.json", first, b"license.json", second)}
        }
        return _with_catalog(changed, Names=tree)

    assert _rule(_resealed(renamed)) == "attachments"


def test_attachment_whose_names_differ_is_refused() -> None:
    def renamed(bare: Document) -> Document:
        _, second = bare.array(bare.catalog["AF"])
        assert isinstance(second, Reference)
        entries = {**bare.dictionary(second), "UF": b"other.p7s"}
        return bare.with_objects({second.number: entries}, count=len(bare.objects))

    assert _rule(_resealed(renamed)) == "attachments"


def test_attachment_with_two_contents_is_refused() -> None:
    def forked(bare: Document) -> Document:
        first, second = bare.array(bare.catalog["AF"])
        assert isinstance(second, Reference)
        other = bare.dictionary(bare.dictionary(first)["EF"])["F"]
        own = bare.dictionary(bare.dictionary(second)["EF"])["F"]
        entries = {**bare.dictionary(second), "EF": {"F": own, "UF": other}}
        return bare.with_objects({second.number: entries}, count=len(bare.objects))

    assert _rule(_resealed(forked)) == "attachments"


def test_attachment_that_inflates_without_end_is_refused() -> None:
    bomb = zlib.compress(bytes(5 * 1024 * 1024), 9)
    assert len(bomb) < 6000
    data = _with_embedded(lambda stream: _stored(stream, bomb, 5 * 1024 * 1024))
    assert _rule(data) == "attachments"


def test_attachment_of_exactly_the_limit_is_read() -> None:
    content = bytes(4 * 1024 * 1024)
    packed = zlib.compress(content, 9)
    data = _with_embedded(lambda stream: _stored(stream, packed, len(content)))
    assert parse_strict(data).attachments["license.json"] == content


@pytest.mark.parametrize(
    "packed",
    [
        zlib.compress(RECORD) + b"x",
        zlib.compress(RECORD)[:-1],
        zlib.compress(RECORD + b" "),
        b"not deflated",
        b"",
    ],
)
def test_damaged_attachment_is_refused(packed: bytes) -> None:
    data = _with_embedded(lambda stream: _stored(stream, packed, len(RECORD)))
    assert _rule(data) == "attachments"


@pytest.mark.parametrize(
    "entries",
    [
        {"Filter": Name("LZWDecode")},
        {"Filter": (Name("FlateDecode"),)},
        {"DecodeParms": {}},
        {"Params": {}},
        {"Type": Name("Other")},
    ],
)
def test_attachment_stored_otherwise_is_refused(entries: dict[str, PdfObject]) -> None:
    data = _with_embedded(
        lambda stream: Stream(entries={**stream.entries, **entries}, data=stream.data)
    )
    assert _rule(data) == "attachments"


def test_damaged_title_is_refused() -> None:
    def changed(bare: Document) -> Document:
        info = bare.trailer["Info"]
        assert isinstance(info, Reference)
        entries = {**bare.dictionary(info), "Title": b"\xfe\xff\xd8\x00"}
        return bare.with_objects({info.number: entries}, count=len(bare.objects))

    assert _rule(_resealed(changed)) == "structure"


def test_damaged_text_is_told() -> None:
    digits = "芜湖".encode("utf-16-be").hex().upper().encode()
    other = bytes.fromhex("d800d800").hex().upper().encode()
    assert _rule(_replaced(b"/Name<FEFF" + digits, b"/Name<FEFF" + other)) == "structure"
    assert _rule(_replaced(b"/Reason<FEFF", b"/Reason<0041")) == "structure"


def test_seal_on_no_page_is_told() -> None:
    bare, fields = _lifted()
    font = next(
        number
        for number, value in enumerate(bare.objects, start=1)
        if isinstance(value, dict) and value.get("Type") == "Font"
    )
    changed = {**bare.dictionary(Reference(font)), "MediaBox": (0, 0, 900, 900)}
    other = bare.with_objects({font: changed}, count=len(bare.objects))
    data = assemble(other, replace(fields, page=font)).complete(CONTENTS)
    assert _rule(data) == "not-strict"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"/AP<</N ", b"/AP<</M "),
        (b"/P 1/V/1.2", b"/P 1/V 1 R"),
        (b"/Annots[", b"/Annot ["),
        (b"/Subtype/Widget", b"/Subtype/Square"),
    ],
)
def test_other_shapes_of_the_field_are_told(old: bytes, new: bytes) -> None:
    assert _rule(_replaced(old, new)) in {"not-strict", "syntax", "coverage"}


def test_field_without_page_value_or_rectangle_is_told() -> None:
    data = sealed()
    page = data[data.rindex(b"/P ", 0, data.index(b"/AP<<")) :].split(b" ")[1]
    assert data.count(b"/P %b 0 R" % page) == 1
    assert _rule(_replaced(b"/P %b 0 R" % page, b"/P(%b 0 )" % page)) == "not-strict"
    assert _rule(_replaced(b"/Contents<30820800", b"/Kontents<30820800")) == "not-strict"
    assert _rule(_replaced(b"/Rect[", b"/Rekt[")) == "not-strict"
    widget = b"%d" % (len(read_document(data).objects) - 2)
    assert _rule(_replaced(b"/P %b 0 R" % page, b"/P %b 0 R" % widget)) == "not-strict"


def test_form_without_the_objects_of_a_seal_is_told() -> None:
    bare, _ = _lifted()
    assert _rule(written(_with_catalog(bare, AcroForm={"Fields": ()}))) == "not-strict"
    tiny = replace(bare, objects=({"AcroForm": {}},), trailer={"Root": Reference(1)})
    assert _rule(written(tiny)) == "not-strict"
    root = replace(bare, objects=((Reference(1),),), trailer={"Root": Reference(1)})
    assert _rule(written(root)) == "structure"


def test_seal_objects_must_come_last() -> None:
    bare, fields = _lifted()
    data = assemble(bare, fields).complete(CONTENTS)
    objects = read_document(data).objects
    kinds = zip(objects[-3:], (dict, Stream, dict), strict=True)
    assert all(isinstance(value, kind) for value, kind in kinds)
    widget = len(objects) - 2
    assert _rule(_replaced(b"/V %d 0 R" % len(objects), b"/V %d 0 R" % widget)) == "not-strict"
