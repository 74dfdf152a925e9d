"""Known beginnings of files spare work and never change a judgment."""

import hashlib
import threading

import pytest

from signing.errors import MalformedPdfError
from signing.pdf import known_openings, reading
from signing.pdf.assembly import PreparedPdf
from signing.pdf.beginnings import NOTHING_READ, read_beginning
from signing.pdf.document import Document, read_document
from signing.pdf.frames import HEADER, frame_object, frame_table
from signing.pdf.known_openings import UNKNOWN, KnownOpenings
from signing.pdf.objects import Name, PdfObject, Reference, Stream
from signing.pdf.openings import HEADER_ALONE, Opening
from signing.pdf.reading import parse_strict
from signing.pdf.sealing import SealPlacement, VisibleSeal, begin_document, prepare_document
from tests import bare_pages
from tests.bare_pages import APPEARANCE, CONTENTS, SIGNED_AT

SEAL = VisibleSeal(
    placement=SealPlacement(left_mm=10, top_mm=10, width_mm=42, height_mm=42),
    appearance=APPEARANCE,
    signed_at=SIGNED_AT,
    reason="签发",
    signer_name="样本局",
    contents_bytes=3072,
)
BIG = 40_000


def stream(size: int, seed: bytes = b"x") -> Stream:
    return Stream(entries={"Length": size}, data=hashlib.shake_256(seed).digest(size))


def page_of(
    *first: PdfObject, title: bytes = b"one", page: dict[str, PdfObject] | None = None
) -> Document:
    """A page whose first objects are given; catalog, pages, page and information follow."""
    count = len(first)
    catalog, pages, leaf, info = (Reference(count + more) for more in range(1, 5))
    objects: tuple[PdfObject, ...] = (
        *first,
        {"Type": Name("Catalog"), "Pages": pages},
        {"Type": Name("Pages"), "Kids": (leaf,), "Count": 1},
        {
            "Type": Name("Page"),
            "Parent": pages,
            "MediaBox": (0, 0, 595, 842),
            "Kept": tuple(Reference(number) for number in range(1, count + 1)),
            **(page or {}),
        },
        {"Title": title},
    )
    return Document(
        objects=objects,
        order=tuple(range(1, len(objects) + 1)),
        trailer={"Size": len(objects) + 1, "Root": catalog, "Info": info},
        names=frozenset(),
    )


def sealed(bare: Document) -> bytes:
    return prepare_document(bare, SEAL).complete(CONTENTS)


@pytest.fixture(autouse=True)
def openings(monkeypatch: pytest.MonkeyPatch) -> KnownOpenings:
    """What the reader knows: nothing at first."""
    fresh = KnownOpenings()
    monkeypatch.setattr(reading, "_OPENINGS", fresh)
    return fresh


def rule(data: bytes) -> str:
    with pytest.raises(MalformedPdfError) as caught:
        parse_strict(data)
    return caught.value.rule


# Writing ---------------------------------------------------------------------------------------


def test_file_with_a_known_opening_is_the_same_file() -> None:
    bare = page_of(stream(BIG), {"A": 1})
    opening = begin_document(bare, APPEARANCE, count=2)
    with_it, without = prepare_document(bare, SEAL, opening=opening), prepare_document(bare, SEAL)

    assert with_it == without
    assert with_it.digest() == without.digest()
    assert with_it.digest() == hashlib.new("sm3", with_it.head + with_it.tail).digest()
    assert len(opening.data) > BIG
    assert list(opening.offsets) == [8, 1, 2]


def test_digest_of_a_sealed_file_covers_its_opening_its_value_and_its_end() -> None:
    bare = page_of(stream(BIG), {"A": 1})
    opening = begin_document(bare, APPEARANCE, count=2)
    for prepared in (prepare_document(bare, SEAL, opening=opening), prepare_document(bare, SEAL)):
        file = prepared.complete(bytes.fromhex("0401aa"))
        assert prepared.file_digest(file) == hashlib.new("sm3", file).digest()
        assert prepared.file_digest(file) != prepared.file_digest(file[:-1])


def test_appearance_comes_first_and_the_rest_in_the_order_of_the_page() -> None:
    bare = page_of(stream(9), {"A": 1})
    turned = Document(
        objects=bare.objects, order=bare.order[::-1], trailer=bare.trailer, names=bare.names
    )
    assert read_document(sealed(bare)).order == (8, 1, 2, 3, 4, 5, 6, 7, 9)
    assert read_document(sealed(turned)).order == (8, 6, 5, 4, 3, 2, 1, 7, 9)
    assert parse_strict(sealed(turned)).title == "one"


def test_opening_of_other_files_is_not_used() -> None:
    bare = page_of(stream(BIG), {"A": 1})
    opening = begin_document(bare, APPEARANCE, count=2)
    with pytest.raises(ValueError, match="do not come first"):
        prepare_document(page_of(stream(BIG)), SEAL, opening=opening)
    with pytest.raises(ValueError, match="does not begin"):
        PreparedPdf(head=b"%PDF", tail=b"", contents_bytes=9, opening=opening)


def test_digest_is_that_of_the_bytes_even_after_a_change() -> None:
    prepared = prepare_document(page_of(stream(BIG)), SEAL)
    before = prepared.digest()
    changed = PreparedPdf(head=prepared.head + b" ", tail=prepared.tail, contents_bytes=3072)
    assert before != changed.digest()
    assert HEADER_ALONE.digest((b"a", b"b")) == hashlib.new("sm3", HEADER + b"ab").digest()


# Reading ---------------------------------------------------------------------------------------


def test_second_file_of_a_template_is_read_from_the_first_one(openings: KnownOpenings) -> None:
    first, second = (sealed(page_of(stream(BIG), title=title)) for title in (b"one", b"two"))
    assert openings.find(second) is UNKNOWN
    assert parse_strict(first).title == "one"
    known = openings.find(second)

    assert known.read.end > BIG
    assert list(known.read.objects) == [7, 1]
    assert parse_strict(second).title == "two"
    assert (
        parse_strict(second).digest()
        == prepare_document(page_of(stream(BIG), title=b"two"), SEAL).digest()
    )
    assert len(openings) == 1


def test_little_is_not_worth_remembering(openings: KnownOpenings) -> None:
    parse_strict(sealed(page_of(stream(100))))
    parse_strict(sealed(page_of(stream(1_000_000))))
    assert len(openings) == 0


def test_refused_file_teaches_nothing(openings: KnownOpenings) -> None:
    data = sealed(page_of(stream(BIG)))
    assert rule(data.replace(b"/F 132", b"/F 130")) == "not-strict"
    assert len(openings) == 0


def test_memory_is_bounded_and_forgets_what_was_not_used(
    openings: KnownOpenings, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [sealed(page_of(stream(BIG, bytes([seed])))) for seed in range(3)]
    few = KnownOpenings(2)
    monkeypatch.setattr(reading, "_OPENINGS", few)
    for data in (files[0], files[1], files[0], files[2]):
        parse_strict(data)

    assert [few.find(data) is UNKNOWN for data in files] == [False, True, False]
    assert len(few) == 2
    assert len(openings) == 0
    assert known_openings.MAX_OPENINGS == 16


@pytest.mark.parametrize("offset", range(20, 44_000, 1999))
def test_changed_opening_is_seen_although_the_file_was_read_before(offset: int) -> None:
    data = sealed(page_of(stream(BIG), stream(3000)))
    digest = parse_strict(data).digest()
    changed = data[:offset] + bytes([data[offset] ^ 1]) + data[offset + 1 :]
    try:
        assert parse_strict(changed).digest() != digest
    except MalformedPdfError:
        return


def test_object_of_the_opening_does_not_become_the_catalog() -> None:
    """Its bytes are known as those of a mere dictionary; as a catalog it is not as ours."""
    decoy: dict[str, PdfObject] = {
        "Type": Name("Catalog"),
        "Pages": Reference(4),
        "AcroForm": {"Fields": (Reference(7),), "SigFlags": 1},
        "Perms": {"DocMDP": Reference(9)},
    }
    bare = page_of(stream(BIG), decoy, page={"Kept": (Reference(1), Reference(2), Reference(3))})
    data = sealed(bare)
    assert data.count(b"/Root 3 0 R") == 1
    forged = data.replace(b"/Root 3 0 R", b"/Root 2 0 R")

    assert rule(forged) == "not-strict"
    assert parse_strict(data).title == "one"
    assert rule(forged) == "not-strict"


def test_object_of_the_opening_does_not_become_the_page() -> None:
    decoy: dict[str, PdfObject] = {
        "Type": Name("Page"),
        "Parent": Reference(4),
        "MediaBox": (0, 0, 595, 842),
    }
    pages: dict[int, PdfObject] = {
        4: {"Type": Name("Pages"), "Kids": (Reference(5), Reference(2)), "Count": 2}
    }
    data = sealed(page_of(stream(BIG), decoy).with_objects(pages, count=6))
    assert data.count(b"/P 5 0 R") == 1
    forged = data.replace(b"/P 5 0 R", b"/P 2 0 R")

    assert rule(forged) == "not-bare"
    assert parse_strict(data).title == "one"
    assert rule(forged) == "not-bare"


def test_known_opening_with_more_objects_behind_it_is_not_strict(
    openings: KnownOpenings,
) -> None:
    """The number of the appearance stands in the opening; here it is a mere picture's."""
    data = sealed(page_of(stream(BIG)))
    parse_strict(data)
    known = openings.find(data)
    form = known.read.objects[7]
    larger = read_document(sealed(page_of(stream(BIG), *({"A": n} for n in range(1, 6)), form)))
    # Object 7 is the form again, and the file is written so that it begins with it.
    order = (7, 1, *(number for number in larger.order if number not in {7, 1}))
    forged = in_order(larger, order)

    assert openings.find(forged) is known
    assert rule(forged) == "not-strict"


def in_order(document: Document, order: tuple[int, ...]) -> bytes:
    """A document written in another order of its objects."""
    data, offsets = HEADER, {}
    for number in order:
        offsets[number] = len(data)
        data += frame_object(number, document.objects[number - 1])
    table = frame_table([offsets[number] for number in sorted(offsets)], document.trailer)
    return data + table + b"%d\n%%%%EOF\n" % len(data)


def test_beginning_says_the_same_as_in_the_file(openings: KnownOpenings) -> None:
    data = sealed(page_of(stream(BIG), {"Some": Name("Name"), "See": Reference(1)}))
    parse_strict(data)
    read = openings.find(data).read
    document = read_document(data)

    assert read.names == {"Length", "Some", "Name", "See"} | _form_names()
    assert read.references[2] == {1}
    assert [document.objects[number - 1] for number in read.objects] == list(read.objects.values())
    assert read_document(data, beginning=read) == document
    assert 0 < read.tokens < 60


def _form_names() -> set[str]:
    words = "Length Type XObject Subtype Form BBox Resources ExtGState Ink BM Multiply Filter"
    return {*words.split(), "FlateDecode"}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"%PDF-1.4\n",
        HEADER,
        HEADER + b"1 0 obj\n1\nendobj",
        HEADER + b"1 0 obj\n1\nendobj\n\n",
        HEADER + b"1 0 obj\n1\nendobj\nxref\n",
        HEADER + b"1 0 obj\n1\n",
        HEADER + b"1 0 obj\n1\nendobj\n1 0 obj\n1\nendobj\n",
    ],
)
def test_what_is_no_beginning_of_a_file_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedPdfError):
        read_beginning(data)


def test_beginning_counts_against_the_limit_of_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    data = sealed(page_of(stream(BIG), tuple({"A": n} for n in range(100))))
    parse_strict(data)
    known = reading._OPENINGS.find(data)
    assert known.read.tokens > 300
    total = known.read.tokens + 130
    monkeypatch.setattr("signing.pdf.document.MAX_TOKENS", total)
    read_document(data, beginning=known.read)
    monkeypatch.setattr("signing.pdf.document.MAX_TOKENS", known.read.tokens + 20)
    with pytest.raises(MalformedPdfError):
        read_document(data, beginning=known.read)


def test_threads_may_read_at_once(openings: KnownOpenings) -> None:
    files = [sealed(page_of(stream(BIG, bytes([seed % 3])))) for seed in range(9)]
    titles: list[str] = []

    def work(data: bytes) -> None:
        titles.append(parse_strict(data).title)

    threads = [threading.Thread(target=work, args=(data,)) for data in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert titles == ["one"] * 9
    assert len(openings) == 3


def test_nothing_read_is_never_added_to() -> None:
    parse_strict(bare_pages.sealed())
    assert (NOTHING_READ.objects, NOTHING_READ.offsets, NOTHING_READ.references) == ({}, {}, {})
    assert Opening(data=HEADER, offsets={}) == HEADER_ALONE
