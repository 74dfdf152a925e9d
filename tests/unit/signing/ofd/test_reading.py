"""The strict profile: any other byte in a file of ours is seen."""

import random
import re
import zlib
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signing import der
from signing.errors import MalformedOfdError
from signing.ofd.assembly import (
    SignatureParts,
    entry_point,
    packing_digest,
    seal_member,
    signatures_list,
)
from signing.ofd.descriptions import Provider
from signing.ofd.package import read_package
from signing.ofd.reading import StrictSignature, parse_strict
from signing.ofd.rules import OfdRule
from signing.ofd.sealing import prepare, prepare_next
from signing.ofd.signatures import find_signatures
from signing.ofd.writing import Member, write_zip
from tests.unit.signing.ofd.samples import (
    INFO,
    LIST,
    NOON,
    PAGE,
    SEAL,
    SIGN_0,
    SIGN_1,
    STAMP,
    VALUE,
    document,
    foreign,
    foreign_files,
    members_of,
    prepared,
    repacked,
    sealed,
    sealed_twice,
    signature_xml,
)
from tests.unit.signing.ofd.zips import Record, deflated, zip_of

_QUICK = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _signatures(data: bytes) -> tuple[StrictSignature, ...]:
    return parse_strict(data).signatures


def _seen(data: bytes, original: bytes | None = None) -> bool:
    """Whether a changed file is refused or no longer carries what was signed."""
    try:
        return _signatures(data) != _signatures(original or sealed())
    except MalformedOfdError:
        return True


def _rule(data: bytes) -> str:
    with pytest.raises(MalformedOfdError) as caught:
        parse_strict(data)
    return caught.value.rule


def test_what_was_sealed_is_read() -> None:
    read = parse_strict(sealed())
    assert read.info == INFO
    assert read.document == document()
    assert read.entries[PAGE] == document()[2].data
    assert dict(read.attachments) == {
        "license.json": b'{"schema":"yinxin.license/1"}',
        "license.p7s": document()[5].data,
    }
    assert read.page_texts() == ("食品经营许可证\n甲 & 乙\n第2行",)
    (signature,) = read.signatures
    assert (signature.seal, signature.value, signature.stamps) == (SEAL, VALUE, (STAMP,))
    assert signature.digest == prepared().digest()


def test_every_bit_of_the_directory_and_a_bit_of_every_byte_are_seen() -> None:
    data = sealed()
    for at in range(data.index(b"PK\1\2"), len(data)):
        for bit in range(8):
            assert _seen(data[:at] + bytes((data[at] ^ 1 << bit,)) + data[at + 1 :]), (at, bit)
    for at in range(len(data)):
        assert _seen(data[:at] + bytes((data[at] ^ 1 << at % 8,)) + data[at + 1 :]), at


@pytest.mark.parametrize("make", [sealed, sealed_twice])
def test_two_thousand_other_bits_are_seen(make: Callable[[], bytes]) -> None:
    data = make()
    chosen = random.Random(33190)  # noqa: S311 - a fixed sample
    for _ in range(2000):
        at, bit = chosen.randrange(len(data)), chosen.randrange(8)
        changed = data[:at] + bytes((data[at] ^ 1 << bit,)) + data[at + 1 :]
        assert _seen(changed, data), (at, bit)


def test_every_other_content_of_an_entry_is_seen_when_the_zip_is_sound() -> None:
    for index, member in enumerate(members_of(sealed_twice())):
        step = max(1, len(member.data) // 40)
        for at in range(0, len(member.data), step):
            content = bytearray(member.data)
            content[at] ^= 1 << at % 8
            members = members_of(sealed_twice())
            members[index] = Member(member.name, bytes(content), is_stored=member.is_stored)
            assert _seen(write_zip(members), sealed_twice()), (member.name, at)


def test_the_same_content_deflated_otherwise_is_seen() -> None:
    members = members_of(sealed())
    at = next(i for i, member in enumerate(members) if member.name.startswith("Doc_0/Tpls"))
    template = members[at]
    forms = {template.packed}
    for level in range(10):
        forms.add(deflated(template.data, level))
    forms |= {form[:-1] + bytes((form[-1] ^ 0x80,)) for form in list(forms)}
    told = 0
    for form in forms - {template.packed}:
        try:
            same = zlib.decompress(form, -15) == template.data
        except zlib.error:
            continue
        if not same:
            continue
        members[at] = Member(template.name, template.data, deflated=form)
        changed = write_zip(members)
        found = find_signatures(read_package(changed))
        assert found.signatures[0].is_intact  # the references cannot tell
        assert _rule(changed) == OfdRule.NOT_STRICT
        told += 1
    assert told >= 3
    members[at] = Member(template.name, template.data, is_stored=True)
    assert _rule(write_zip(members)) == OfdRule.NOT_STRICT


def test_a_stream_of_another_zlib_is_accepted_when_it_was_sealed_so() -> None:
    first, template, *rest = document()
    other = Member(template.name, template.data, deflated=deflated(template.data, 1))
    assert other.packed != template.packed
    assert packing_digest((first, other, *rest)) != packing_digest(document())
    ready = prepare((first, other, *rest), info=INFO, seal=SEAL, stamps=(STAMP,), signed_at=NOON)
    assert parse_strict(ready.complete(VALUE)).document == document()


@given(start=st.integers(0, len(sealed())), length=st.integers(0, 60), other=st.binary(max_size=60))
@_QUICK
def test_any_replaced_piece_is_seen(start: int, length: int, other: bytes) -> None:
    data = sealed()
    changed = data[:start] + other + data[start + length :]
    if changed != data:
        assert _seen(changed)


@given(end=st.integers(0, len(sealed()) - 1), start=st.integers(1, len(sealed())))
@_QUICK
def test_any_cut_off_end_or_beginning_is_seen(end: int, start: int) -> None:
    assert _seen(sealed()[:end])
    assert _seen(sealed()[start:])


@given(data=st.data())
@_QUICK
def test_entries_swapped_doubled_renamed_or_left_out_are_seen(data: st.DataObject) -> None:
    members = members_of(sealed_twice())
    first = data.draw(st.integers(0, len(members) - 1))
    second = data.draw(st.integers(0, len(members) - 1))
    changed = list(members)
    match data.draw(st.sampled_from(["swap", "exchange", "rename", "drop", "pack"])):
        case "swap":
            changed[first], changed[second] = changed[second], changed[first]
        case "exchange":
            one, two = members[first], members[second]
            changed[first] = Member(one.name, two.data, is_stored=one.is_stored)
            changed[second] = Member(two.name, one.data, is_stored=two.is_stored)
        case "rename":
            old = members[first]
            name = data.draw(st.sampled_from([f"{old.name}x", f"x{old.name}", "Doc_0/x.xml"]))
            changed[first] = Member(name, old.data, is_stored=old.is_stored)
        case "drop":
            del changed[first]
        case _:
            old = members[first]
            changed[first] = Member(old.name, old.data, is_stored=not old.is_stored)
    result = write_zip(changed)
    if result != sealed_twice():
        assert _seen(result, sealed_twice())


def _records(data: bytes) -> list[Record]:
    return [
        Record(
            name=member.name.encode(),
            data=member.data,
            method=0 if member.is_stored else 8,
            packed=member.packed,
        )
        for member in members_of(data)
    ]


def test_the_tests_own_zip_writer_agrees_with_ours() -> None:
    assert zip_of(_records(sealed())) == sealed()


@pytest.mark.parametrize(
    "change",
    [
        lambda record: replace(record, extra=b"\x0a\x00\x00\x00"),
        lambda record: replace(record, local_extra=b"\x0a\x00\x00\x00"),
        lambda record: replace(record, comment=b"x"),
        lambda record: replace(record, attributes=0x20),
        lambda record: replace(record, flags=0),
        lambda record: replace(record, flags=0x0802),
    ],
)
def test_zip_fields_that_readers_ignore_are_seen(change: Callable[[Record], Record]) -> None:
    records = _records(sealed())
    for at in range(len(records)):
        changed = zip_of([*records[:at], change(records[at]), *records[at + 1 :]])
        assert _rule(changed) in {OfdRule.NOT_STRICT, OfdRule.LOCAL_HEADER}


def test_times_versions_and_order_of_the_directory_are_seen() -> None:
    data = sealed()
    local = data.index(b"PK\3\4")
    central = data.index(b"PK\1\2")
    for at in (4, 5, 10, 11, 12, 13):
        both = bytearray(data)
        both[local + at] ^= 1
        both[central + at + 2] ^= 1
        assert _rule(bytes(both)) == OfdRule.NOT_STRICT, at
    second = data.index(b"PK\1\2", central + 4)
    third = data.index(b"PK\1\2", second + 4)
    swapped = data[:central] + data[second:third] + data[central:second] + data[third:]
    assert _rule(swapped) == OfdRule.NOT_STRICT


def test_folder_entries_are_seen() -> None:
    folder = Record(name=b"Doc_0/", data=b"", method=0)
    assert _rule(zip_of([*_records(sealed()), folder])) == OfdRule.NOT_STRICT


def test_a_file_more_is_seen_wherever_it_stands() -> None:
    members = members_of(sealed_twice())
    for name in ("x.xml", "Doc_0/x.xml", f"{SIGN_1}x", "Doc_0/Signs/Sign_2/Signature.xml"):
        for at in range(len(members) + 1):
            changed = [*members[:at], Member(name, b"<x/>"), *members[at:]]
            assert _rule(write_zip(changed)) == OfdRule.NOT_STRICT


def test_a_removed_second_seal_leaves_the_file_it_was_and_nothing_between() -> None:
    members = members_of(sealed_twice())
    without = [member for member in members if not member.name.startswith(SIGN_1)]
    assert _rule(write_zip(without)) == OfdRule.NOT_STRICT
    without[-1] = members_of(sealed())[-1]
    assert write_zip(without) == sealed()
    first_removed = [member for member in members if not member.name.startswith(SIGN_0)]
    assert _rule(write_zip(first_removed)) == OfdRule.NOT_STRICT


def test_signatures_in_another_order_are_seen() -> None:
    members = members_of(sealed_twice())
    exchanged = {
        member.name: member.data for member in members if member.name.startswith((SIGN_0, SIGN_1))
    }
    other = {
        name: exchanged[
            name.replace(SIGN_0, "\x00").replace(SIGN_1, SIGN_0).replace("\x00", SIGN_1)
        ]
        for name in exchanged
    }
    assert _seen(repacked(sealed_twice(), other), sealed_twice())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b's001" Type="Seal"', b's001" Type="Sign"'),
        (b's001" Type="Seal"', b's002" Type="Seal"'),
        (b"<ofd:MaxSignId>s002", b"<ofd:MaxSignId>s003"),
        (b"/Doc_0/Signs/Sign_0/Signature.xml", b"Sign_0/Signature.xml"),
        (b"</ofd:Signatures>", b"<!-- --></ofd:Signatures>"),
        (b"</ofd:Signatures>", b"</ofd:Signatures>\n"),
        (b"<ofd:MaxSignId>", b"<ofd:MaxSignId >"),
        (b"UTF-8", b"utf-8"),
    ],
)
def test_the_uncovered_list_of_signatures_has_one_form(old: bytes, new: bytes) -> None:
    changed = repacked(sealed(), {LIST: lambda data: data.replace(old, new)})
    assert changed != sealed()
    assert _rule(changed) == OfdRule.NOT_STRICT


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"1.2.156.10197.1.401", b"SM3"),
        (b"1.2.156.10197.1.501", b"SM2"),
        (b"20260301040000Z", b"20260301040001"),
        (b"20260301040000Z", b"20260231040000Z"),
        (b'PageRef="7"', b'PageRef="8"'),
        (b"140 220.5 42 42", b"140.0 220.5 42 42"),
        (b"140 220.5 42 42", b"140 220.5 0 42"),
        (b'ProviderName="Yinxin"', b'ProviderName=" Yinxin"'),
        (b'FileRef="/OFD.xml"', b'FileRef="OFD.xml"'),
        (b"/Doc_0/Signs/Sign_0/SignedValue.dat", b"SignedValue.dat"),
        (b"<ofd:SignedInfo>", b"<ofd:SignedInfo><ofd:Seal/>"),
    ],
)
def test_a_description_that_we_would_write_otherwise_is_seen(old: bytes, new: bytes) -> None:
    changed = repacked(sealed(), {f"{SIGN_0}Signature.xml": lambda data: data.replace(old, new, 1)})
    assert changed != sealed()
    assert _rule(changed) in {OfdRule.NOT_STRICT, OfdRule.STRUCTURE, OfdRule.PATH}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"</ofd:Title>", b" </ofd:Title>"),
        (b"yinxin.packing/1", b"yinxin.packing/2"),
        (b"</ofd:DocBody>", b"</ofd:DocBody><ofd:DocBody/>"),
        (b"</ofd:DocBody>", b"<ofd:Versions/></ofd:DocBody>"),
        (b'Version="1.0" ', b'Version="1.1" '),
        (b"<ofd:Title>", b"<ofd:Title>\x7f"),
    ],
)
def test_an_entry_point_that_we_would_write_otherwise_is_seen(old: bytes, new: bytes) -> None:
    changed = repacked(sealed(), {"OFD.xml": lambda data: data.replace(old, new)})
    assert changed != sealed()
    assert _rule(changed) == OfdRule.NOT_STRICT


@pytest.mark.parametrize("value", [b"", b"text", VALUE + b"\x00", der.octets(VALUE)])
def test_a_value_that_is_not_one_sequence_is_refused(value: bytes) -> None:
    assert _rule(repacked(sealed(), {f"{SIGN_0}SignedValue.dat": value})) == OfdRule.NOT_STRICT


def test_a_value_larger_than_any_honest_one_is_refused() -> None:
    huge = der.sequence(der.octets(bytes(1_000_001)))
    assert _rule(repacked(sealed(), {f"{SIGN_0}SignedValue.dat": huge})) == OfdRule.TOO_LARGE


def test_another_value_or_seal_is_handed_on_as_what_it_is() -> None:
    other = der.sequence(der.octets(b"another"))
    (signature,) = _signatures(repacked(sealed(), {f"{SIGN_0}SignedValue.dat": other}))
    assert signature.value == other
    assert _rule(repacked(sealed(), {f"{SIGN_0}Seal.esl": other})) == OfdRule.NOT_STRICT


def test_a_list_that_lists_nothing_is_no_seal() -> None:
    unsealed = write_zip([entry_point(INFO, document()), *document(), signatures_list([])])
    assert _rule(unsealed) == OfdRule.NOT_STRICT


def test_a_file_among_the_signatures_is_refused_even_when_it_is_covered() -> None:
    for name in (f"{SIGN_1}Signature.xml", "Doc_0/Signs/x.xml"):
        smuggled = (*document(), Member(name, b"<x/>"))
        parts = SignatureParts(
            seal=seal_member(SEAL, index=0),
            stamps=(STAMP,),
            signed_at=NOON,
            provider=Provider(name="x"),
        )
        covered = (entry_point(INFO, smuggled), *smuggled)
        assert _rule(prepare_next(covered, (), parts).complete(VALUE)) == OfdRule.NOT_STRICT


def test_an_unsealed_file_is_named_so() -> None:
    unhooked = repacked(
        sealed(),
        {"OFD.xml": lambda data: re.sub(b"<ofd:Signatures>.*</ofd:Signatures>", b"", data)},
    )
    assert _rule(unhooked) == OfdRule.UNSEALED
    assert _rule(repacked(sealed(), without=[LIST])) == OfdRule.UNSEALED


def test_a_file_of_another_program_is_not_strict() -> None:
    assert _rule(foreign(signature_xml(foreign_files()))) == OfdRule.NOT_STRICT


@given(data=st.binary(max_size=400))
@_QUICK
def test_random_bytes_only_raise_our_error(data: bytes) -> None:
    assert _seen(data)
    assert _seen(b"PK\3\4" + data + b"PK\5\6" + bytes(18))


_PIECES = st.sampled_from(
    [
        *(b"<ofd:OFD>", b"</ofd:OFD>", b"<OFD>", b"</OFD>", b"<DocBody>", b"</DocBody>", b"<a/>"),
        *(b"<Signatures>", b"</Signatures>", b"<Signature BaseLoc='S.xml'/>", b"<DocRoot>"),
        *(b"</DocRoot>", b"S.xml", b"D.xml", b"/", b"..", b"<!--", b"-->", b"<![CDATA[", b"]]>"),
        *(b"<Signature>", b"</Signature>", b"<SignedInfo>", b"</SignedInfo>", b"<References"),
        *(b" CheckMethod='SM3'>", b"</References>", b"<Reference FileRef='D.xml'/>", b"&lt;", b"&"),
        *(b"<SignedValue>S.xml</SignedValue>", b"<StampAnnot Boundary='1 1 1'/>", b"\xff", b" "),
    ]
)
_XML = st.lists(_PIECES, max_size=30).map(b"".join)


@given(entry=_XML, listed=_XML, signature=_XML)
@_QUICK
def test_scrambled_xml_only_raises_our_error(entry: bytes, listed: bytes, signature: bytes) -> None:
    head = b"<OFD><DocBody><DocRoot>D.xml</DocRoot><Signatures>L.xml</Signatures></DocBody>"
    for root in (entry, head + entry + b"</OFD>", head + b"</OFD>"):
        members = [
            Member("OFD.xml", root),
            Member("L.xml", b"<Signatures>" + listed + b"</Signatures>"),
            Member("S.xml", signature),
            Member("D.xml", b"<Signature>" + signature + b"</Signature>"),
        ]
        data = write_zip(members)
        assert _seen(data)
        try:
            package = read_package(data)
        except MalformedOfdError:
            continue
        find_signatures(package)
