"""What people do to sealed documents afterwards: none of it may be found sound."""

import io
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import pytest
from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from signing.algorithms import sm3
from signing.certificates import Certificate
from signing.errors import InvalidSignatureError, MalformedStructureError
from signing.pdf.locating import LocatedSignature, covered_digest, locate_signatures
from signing.reference.archiving import add_document_timestamp, add_evidence
from signing.reference.validation import validate_all
from signing.signed_messages import Dialect, parse_message
from signing.timestamp_tokens import parse_token
from tests import stamped, world
from tests.foreign_timestamps import authority, signer
from tests.sealed import judge
from verify.conclusions import Conclusion

Change = Callable[["_Update"], None]
_COVER = b"q 1 1 1 rg 0 0 600 900 re f Q"


@cache
def _one() -> bytes:
    return stamped.stamp()


@cache
def _riding() -> bytes:
    return stamped.stamp(is_riding=True)


@cache
def _keeping() -> bytes:
    return stamped.stamp(kept_fields=(stamped.NEXT,))


@cache
def _two() -> bytes:
    return stamped.stamp(_keeping(), place=None)


@cache
def _archived() -> bytes:
    region = world.region("340200")
    lists = tuple(
        maker.revocation_list(
            {}, number=1, this_update=world.NOON, next_update=world.NOON.replace(year=2027)
        )
        for maker in (region.authority, world.root())
    )
    chain = (*_certificates(), signer().certificate, world.root().certificate)
    timestamped = stamped.stamp(timestamps=authority())
    evident = add_evidence(timestamped, certificates=chain, revocation_lists=lists)
    return add_document_timestamp(evident, authority())


def _certificates() -> tuple[Certificate, ...]:
    return (stamped.signer().certificate, *stamped.signer().chain)


FILES = {
    "one": _one,
    "riding": _riding,
    "keeping": _keeping,
    "two": _two,
    "archived": _archived,
}
each_file = pytest.mark.parametrize("make", FILES.values(), ids=FILES)


def _is_sound(data: bytes) -> bool:
    """What both readers say: the reference of the revisions, our own of every value.

    The reference does not look at padding, nor at certificates that it finds elsewhere.
    """
    ours = judge(data, now=stamped.AT).conclusion is Conclusion.PASSED
    try:
        reference = stamped.judged(data).is_sound
        exact = [_is_exact(data, located) for located in locate_signatures(data)]
    except (MalformedStructureError, InvalidSignatureError):
        reference, exact = False, []
    assert ours <= reference, "the verifier passes what the reference does not"
    return reference and all(exact)


def _is_exact(data: bytes, located: LocatedSignature) -> bool:
    digest = covered_digest(data, located)
    if located.sub_filter == "ETSI.RFC3161":
        return _is_exact_token(located.contents, digest)
    message = parse_message(Dialect.CMS, located.contents)
    message.verify(digest)
    value = sm3(message.signature.to_der())
    return not message.timestamp or _is_exact_token(message.timestamp, value)


def _is_exact_token(data: bytes, digest: bytes) -> bool:
    token = parse_token(data)
    token.verify(digest)
    return token.is_exact


@each_file
def test_untouched_files_are_sound(make: Callable[[], bytes]) -> None:
    assert _is_sound(make())
    assert judge(make(), now=stamped.AT).conclusion is Conclusion.PASSED


# Bytes ------------------------------------------------------------------------------------------


@each_file
@pytest.mark.parametrize(
    "junk",
    [b"\n%junk\n", b"\n\n", b"  ", b"\0", b"%%EOF\n", b"\n%PDF-1.7\n%%EOF\n"],
    ids=lambda junk: junk.hex(),
)
def test_bytes_after_the_end(make: Callable[[], bytes], junk: bytes) -> None:
    assert not _is_sound(make() + junk)


@each_file
def test_a_second_end_that_leads_to_the_same_table(make: Callable[[], bytes]) -> None:
    data = make()
    last = re.findall(rb"startxref\s+(\d+)", data)[-1]
    assert not _is_sound(data + b"\n7 0 obj\n(x)\nendobj\nstartxref\n%b\n%%%%EOF\n" % last)


@each_file
def test_changed_bytes(make: Callable[[], bytes]) -> None:
    data = make()
    chosen = random.Random(35275)  # noqa: S311 - a fixed sample
    for _ in range(40):
        offset = chosen.randrange(len(data))
        assert not _is_sound(data[:offset] + bytes((data[offset] ^ 0x21,)) + data[offset + 1 :]), (
            offset
        )


@each_file
def test_a_value_of_zeros(make: Callable[[], bytes]) -> None:
    data = make()
    _, start, end, _ = locate_signatures(data)[0].byte_range
    assert not _is_sound(data[:start] + b"<" + b"0" * (end - start - 2) + b">" + data[end:])


@each_file
def test_a_byte_range_that_leaves_the_end_out(make: Callable[[], bytes]) -> None:
    data = make()
    located = locate_signatures(data)[-1]
    old = b"[%d %d %d %d]" % located.byte_range
    start, length, second, rest = located.byte_range
    new = b"[%d %d %d %d]" % (start, length, second, rest - 20)
    assert old in data
    assert not _is_sound(data.replace(old, new.ljust(len(old))))


# Revisions --------------------------------------------------------------------------------------


@dataclass
class _Update:
    """A further revision, written with everything pyHanko offers."""

    writer: IncrementalPdfFileWriter

    @property
    def page(self) -> DictionaryObject:
        found = self.writer.root["/Pages"]["/Kids"][0]
        assert isinstance(found, DictionaryObject)
        return found

    @property
    def fields(self) -> list[DictionaryObject]:
        return [item.get_object() for item in self.writer.root["/AcroForm"]["/Fields"]]

    def add(self, content: bytes, **entries: object) -> IndirectObject:
        stream = StreamObject(stream_data=content)
        for key, value in entries.items():
            stream[NameObject(f"/{key}")] = value
        return self.writer.add_object(stream)


def _updated(data: bytes, change: Change) -> bytes:
    update = _Update(IncrementalPdfFileWriter(io.BytesIO(data)))
    change(update)
    output = io.BytesIO()
    update.writer.write(output)
    assert len(output.getvalue()) > len(data)
    return output.getvalue()


def _overlay(update: _Update) -> None:
    before = update.page.raw_get("/Contents")
    update.page["/Contents"] = ArrayObject([before, update.add(_COVER)])
    update.writer.update_container(update.page)


def _replace_content(update: _Update) -> None:
    update.page["/Contents"] = update.add(b"BT ET")
    update.writer.update_container(update.page)


def _annotate(update: _Update) -> None:
    rectangle = ArrayObject(NumberObject(number) for number in (0, 0, 600, 900))
    entries = {
        "/Type": NameObject("/Annot"),
        "/Subtype": NameObject("/Square"),
        "/Rect": rectangle,
        "/F": NumberObject(4),
    }
    square = DictionaryObject({NameObject(key): value for key, value in entries.items()})
    update.writer.register_annotation(
        update.writer.find_page_for_modification(0)[0], update.writer.add_object(square)
    )


def _form(update: _Update) -> IndirectObject:
    box = ArrayObject(NumberObject(number) for number in (0, 0, 119, 119))
    return update.add(
        b"1 0 0 rg 0 0 50 50 re f",
        Type=NameObject("/XObject"),
        Subtype=NameObject("/Form"),
        BBox=box,
    )


def _swap_appearance(update: _Update) -> None:
    field = next(item for item in update.fields if "/V" in item)
    field["/AP"][NameObject("/N")] = _form(update)
    update.writer.update_container(field["/AP"])


def _move_seal(update: _Update) -> None:
    field = next(item for item in update.fields if "/V" in item)
    field["/Rect"] = ArrayObject(FloatObject(number) for number in (0, 0, 10, 10))
    update.writer.update_container(field)


def _hide_seal(update: _Update) -> None:
    field = next(item for item in update.fields if "/V" in item)
    field["/F"] = NumberObject(2)
    update.writer.update_container(field)


def _remove_value(update: _Update) -> None:
    field = next(item for item in update.fields if "/V" in item)
    del field["/V"]
    update.writer.update_container(field)


def _remove_annotations(update: _Update) -> None:
    update.page["/Annots"] = ArrayObject()
    update.writer.update_container(update.page)


def _rename(update: _Update) -> None:
    update.writer.root["/Lang"] = TextStringObject("en")
    update.writer.update_root()


def _lift_rules(update: _Update) -> None:
    del update.writer.root["/Perms"]
    update.writer.update_root()


def _swap_font(update: _Update) -> None:
    fonts = update.page["/Resources"]["/Font"]
    name = next(iter(fonts))
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Courier"),
        }
    )
    fonts[name] = update.writer.add_object(font)
    update.writer.update_container(fonts)


CHANGES: dict[str, Change] = {
    change.__name__.strip("_"): change
    for change in (
        *(_overlay, _replace_content, _annotate, _swap_appearance, _move_seal, _hide_seal),
        *(_remove_value, _remove_annotations, _rename, _lift_rules, _swap_font),
    )
}


@each_file
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_further_revision(make: Callable[[], bytes], change: Change) -> None:
    assert not _is_sound(_updated(make(), change))


def test_a_strip_of_a_riding_seal_exchanged_or_taken_away() -> None:
    def exchange(update: _Update) -> None:
        annotation = update.page["/Annots"][-1].get_object()
        assert annotation["/Subtype"] == "/Stamp"
        annotation["/AP"][NameObject("/N")] = _form(update)
        update.writer.update_container(annotation["/AP"])

    def take_away(update: _Update) -> None:
        update.page["/Annots"].pop()
        update.writer.update_container(update.page["/Annots"])

    for change in (exchange, take_away):
        assert not _is_sound(_updated(_riding(), change))


def test_a_kept_field_filled_with_a_value_from_elsewhere() -> None:
    """The value of the first seal, taken over into the field kept for the second."""
    prepared = stamped.stamp(_keeping(), place=None)
    first, second = locate_signatures(prepared)
    value = first.contents.hex().upper().encode()
    _, start, end, _ = second.byte_range
    forged = prepared[:start] + b"<" + value.ljust(end - start - 2, b"0") + b">" + prepared[end:]
    assert not _is_sound(forged)


def test_a_kept_field_filled_by_a_stranger() -> None:
    """Whoever holds any key can fill the field, but nobody trusts it."""
    other = stamped.judged(_two())
    assert other.is_sound
    report = validate_all(_two(), anchors=(), at=stamped.AT)
    assert report.is_whole
    assert not report.is_sound


# Shadows: what was hidden before sealing is shown afterwards -------------------------------------


def _shadowed() -> bytes:
    """A page with a second body of its text, which nothing refers to yet."""
    hidden = (
        b"4 0 obj\n<</Length 44>>\nstream\n"
        b"BT /F1 24 Tf 72 700 Td (Pay 9999999) Tj ET   \nendstream\nendobj\n"
    )
    data = stamped.handmade(
        more=(b"<</Length %d>>\nstream\n%b\nendstream" % (len(hidden), hidden),)
    )
    return stamped.stamp(data)


def _table(data: bytes, rows: bytes) -> bytes:
    """An update that is nothing but a table."""
    last = re.findall(rb"startxref\s+(\d+)", data)[-1]
    size = max(int(number) for number in re.findall(rb"/Size (\d+)", data))
    return data + b"xref\n%btrailer\n<</Size %d/Root 1 0 R/Prev %b>>\nstartxref\n%d\n%%%%EOF\n" % (
        rows,
        size,
        last,
        len(data),
    )


def test_hide_and_replace() -> None:
    data = _shadowed()
    assert _is_sound(data)
    offset = data.rindex(b"4 0 obj\n<</Length 44>>")
    assert not _is_sound(_table(data, b"4 1\n%010d 00000 n \n" % offset))


def test_hide() -> None:
    """An object is declared free, so that what lies beneath shows."""
    data = stamped.stamp(stamped.handmade())
    assert not _is_sound(_table(data, b"0 1\n0000000004 65535 f \n4 1\n0000000000 00001 f \n"))


def test_replace() -> None:
    """Another catalog through the trailer alone."""
    data = stamped.stamp(
        stamped.handmade(more=(b"<</Type/Catalog/Pages 7 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>"))
    )
    assert _is_sound(data)
    changed = _table(data, b"0 1\n0000000000 65535 f \n").replace(
        b"/Root 1 0 R/Prev", b"/Root 6 0 R/Prev"
    )
    assert not _is_sound(changed)


# Forms -------------------------------------------------------------------------------------------


def test_a_text_box_filled_in_after_the_seal() -> None:
    """Filling is permitted for further seals alone, though DocMDP knows no difference."""
    form = stamped.handmade(
        b"/MediaBox[0 0 595.28 841.89]/Annots[6 0 R]",
        catalog=b"/AcroForm<</Fields[6 0 R]>>",
        more=(
            b"<</Type/Annot/Subtype/Widget/FT/Tx/T(Sum)/V(100)/F 4/P 3 0 R/Rect[100 100 220 120]>>",
        ),
    )
    sealed = stamped.stamp(form, kept_fields=(stamped.NEXT,))
    assert _is_sound(sealed)

    def fill(update: _Update) -> None:
        field = next(item for item in update.fields if item["/T"] == "Sum")
        field["/V"] = TextStringObject("900")
        update.writer.update_container(field)

    assert not _is_sound(_updated(sealed, fill))
