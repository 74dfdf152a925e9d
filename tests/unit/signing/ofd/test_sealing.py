import io
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from signing import der
from signing.algorithms import sm3
from signing.errors import MalformedOfdError, MalformedStructureError
from signing.ofd import writing
from signing.ofd.descriptions import Box, Provider, Stamp
from signing.ofd.package import DocumentInfo, read_package
from signing.ofd.reading import add_signature, parse_strict
from signing.ofd.rules import OfdRule
from signing.ofd.sealing import PreparedOfd, prepare
from signing.ofd.signatures import find_signatures
from signing.ofd.writing import Member, write_zip
from tests.unit.signing.ofd.samples import (
    INFO,
    LIST,
    NOON,
    OTHER_SEAL,
    OTHER_VALUE,
    SEAL,
    SIGN_0,
    STAMP,
    VALUE,
    document,
    members_of,
    prepared,
    sealed,
    sealed_twice,
)


def _prepare(
    members: tuple[Member, ...] | None = None,
    *,
    info: DocumentInfo = INFO,
    stamps: tuple[Stamp, ...] = (STAMP,),
    signed_at: datetime = NOON,
) -> PreparedOfd:
    return prepare(members or document(), info=info, seal=SEAL, stamps=stamps, signed_at=signed_at)


def _rule(*members: Member) -> str:
    with pytest.raises(MalformedOfdError) as caught:
        _prepare((*document(), *members))
    return caught.value.rule


def test_a_zip_of_ours_is_read_by_another_program() -> None:
    with zipfile.ZipFile(io.BytesIO(sealed())) as archive:
        assert archive.testzip() is None
        assert archive.namelist()[0] == "OFD.xml"
        assert archive.namelist()[-1] == LIST
        for info in archive.infolist():
            assert info.date_time == (1980, 1, 1, 0, 0, 0)
            assert (info.extra, info.comment, info.external_attr) == (b"", b"", 0)
            assert info.flag_bits == 0x0800
        assert archive.read(f"{SIGN_0}SignedValue.dat") == VALUE
        assert archive.read("Doc_0/Attachs/license.json") == b'{"schema":"yinxin.license/1"}'


def test_the_same_input_gives_the_same_bytes_and_members_serve_again() -> None:
    assert prepared().complete(VALUE) == sealed()
    fresh = tuple(Member(item.name, item.data, item.is_stored) for item in document())
    assert _prepare(fresh).complete(VALUE) == sealed()


def test_what_is_sealed_is_known_before_the_value() -> None:
    ready = prepared()
    assert ready.document == "/Doc_0/Signs/Sign_0/Signature.xml"
    (signature,) = parse_strict(ready.complete(VALUE)).signatures
    assert signature.digest == ready.digest() == sm3(ready.description.data)
    assert signature.document == ready.document


def test_a_deflated_stream_made_before_is_used_as_it_is() -> None:
    member = document()[1]
    again = Member(member.name, member.data, deflated=member.packed)
    assert again == member
    assert again.packed is member.packed
    assert write_zip([again]) == write_zip([member])


def test_the_seal_and_its_strips_are_written_with_places_to_three_decimals() -> None:
    strip = Stamp(page="7", boundary=(-0.0001, 1.23456, 20, 297.5), clip=(0, 0, 10, 20))
    xml = _prepare(stamps=(STAMP, strip)).description.data.decode()
    assert '<ofd:StampAnnot ID="2" PageRef="7" Boundary="140 220.5 42 42"/>' in xml
    assert 'ID="3" PageRef="7" Boundary="0 1.235 20 297.5" Clip="0 0 10 20"/>' in xml


@pytest.mark.parametrize(
    "box",
    [
        (0, 0, 0, 1),
        (0, 0, 1, 0.0001),
        (0, 0, 1, -1),
        (float("nan"), 0, 1, 1),
        (0, 0, float("inf"), 1),
        (0, 0, 1, float("nan")),
        (1e6, 0, 1, 1),
    ],
)
def test_a_stamp_without_a_place_or_size_is_refused(box: Box) -> None:
    with pytest.raises(ValueError, match="place and a size"):
        _prepare(stamps=(Stamp(page="7", boundary=box),))
    with pytest.raises(ValueError, match="place and a size"):
        _prepare(stamps=(Stamp(page="7", boundary=(0, 0, 1, 1), clip=box),))


def test_a_stamp_on_a_page_that_does_not_exist_is_refused() -> None:
    with pytest.raises(MalformedOfdError) as caught:
        _prepare(stamps=(STAMP, replace(STAMP, page="8")))
    assert caught.value.rule == OfdRule.PATH


def test_times_are_written_in_utc_to_the_second() -> None:
    east = datetime(2026, 3, 1, 12, 0, 0, 999, tzinfo=timezone(timedelta(hours=8)))
    (signature,) = parse_strict(_prepare(signed_at=east).complete(VALUE)).signatures
    assert signature.signed_at == datetime(2026, 3, 1, 4, 0, 0, tzinfo=UTC)
    with pytest.raises(ValueError, match="time zone"):
        _prepare(signed_at=datetime(2026, 3, 1))  # noqa: DTZ001 - the point of the test


@pytest.mark.parametrize(
    "text", ["\x00", "a\nb", "a\x85b", " a", "a ", "\ufffe", "\ud800", "\u2028"]
)
def test_a_text_that_xml_would_change_is_refused(text: str) -> None:
    for info in (replace(INFO, title=text), replace(INFO, custom_datas=((text, "x"),))):
        with pytest.raises(ValueError, match="cannot be written"):
            _prepare(info=info)
    with pytest.raises(ValueError, match="cannot be written"):
        prepare(
            document(),
            info=INFO,
            seal=SEAL,
            stamps=(STAMP,),
            signed_at=NOON,
            provider=Provider(name=text),
        )


def test_our_own_custom_data_cannot_be_handed_in() -> None:
    with pytest.raises(ValueError, match="not a name for others"):
        _prepare(info=replace(INFO, custom_datas=(("yinxin.packing/1", "x"),)))


def test_a_document_may_not_bring_what_is_written_here() -> None:
    assert _rule(Member("OFD.xml", b"")) == OfdRule.DUPLICATE_NAME
    assert _rule(Member("ofd.XML", b"")) == OfdRule.DUPLICATE_NAME
    assert _rule(Member(LIST, b"")) == OfdRule.DUPLICATE_NAME
    assert _rule(Member("doc_0/signs/Sign_9/Signature.xml", b"")) == OfdRule.NAME
    assert _rule(document()[0]) == OfdRule.DUPLICATE_NAME
    with pytest.raises(MalformedOfdError) as caught:
        _prepare(document()[1:])
    assert caught.value.rule == OfdRule.STRUCTURE


@pytest.mark.parametrize("name", ["", "/a", "../a", "a\\b", "a//b", "C:a", "a\x00"])
def test_a_member_needs_a_safe_name(name: str) -> None:
    with pytest.raises(MalformedOfdError) as caught:
        Member(name, b"")
    assert caught.value.rule == OfdRule.NAME


@pytest.mark.parametrize(
    "value", [b"", VALUE[:-1], VALUE + b"\x00", b"\x04\x01a", bytes(1_000_001)]
)
def test_a_value_that_is_not_one_der_element_is_refused(value: bytes) -> None:
    with pytest.raises(MalformedStructureError):
        prepared().complete(value)


def test_a_value_larger_than_any_reader_takes_is_refused() -> None:
    with pytest.raises(MalformedOfdError) as caught:
        prepared().complete(der.sequence(der.octets(bytes(1_000_000))))
    assert caught.value.rule == OfdRule.TOO_LARGE


def test_too_much_for_one_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="too much"):
        write_zip([Member(str(number), b"") for number in range(5001)])
    size = len(write_zip(document())) - 22
    monkeypatch.setattr(writing, "MAX_ZIP_BYTES", size)
    write_zip(document())
    monkeypatch.setattr(writing, "MAX_ZIP_BYTES", size - 1)
    with pytest.raises(ValueError, match="too much"):
        write_zip(document())


def test_two_members_of_one_name_make_no_zip() -> None:
    with pytest.raises(MalformedOfdError) as caught:
        write_zip([Member("a.xml", b""), Member("A.xml", b"")])
    assert caught.value.rule == OfdRule.DUPLICATE_NAME


def test_a_second_seal_leaves_the_first_byte_for_byte() -> None:
    before = {member.name: member for member in members_of(sealed())}
    after = {member.name: member for member in members_of(sealed_twice())}
    assert {name for name in before if before[name] != after[name]} == {LIST}
    listed = sealed().rindex(b"PK\3\4")
    assert sealed_twice()[:listed] == sealed()[:listed]
    first, second = parse_strict(sealed_twice()).signatures
    assert (first.value, first.seal) == (VALUE, SEAL)
    assert (second.value, second.seal) == (OTHER_VALUE, OTHER_SEAL)
    assert (first,) == parse_strict(sealed()).signatures
    assert len(second.stamps) == 2


def test_identifiers_of_signatures_and_stamps_are_all_different() -> None:
    found = find_signatures(read_package(sealed_twice())).signatures
    texts = "".join(item.signature_xml.decode() for item in found)
    names = [item.identifier for item in found]
    assert names == ["s001", "s003"]
    for stamp in ("2", "4", "5"):
        assert texts.count(f'ID="{stamp}"') == 1
    listed = {member.name: member.data for member in members_of(sealed_twice())}[LIST]
    assert b"<ofd:MaxSignId>s005</ofd:MaxSignId>" in listed


def test_seals_can_be_added_up_to_the_limit() -> None:
    data = sealed()
    for _ in range(15):
        data = add_signature(data, seal=SEAL, stamps=(), signed_at=NOON).complete(VALUE)
    assert len(parse_strict(data).signatures) == 16
    with pytest.raises(MalformedOfdError) as caught:
        add_signature(data, seal=SEAL, stamps=(), signed_at=NOON)
    assert caught.value.rule == OfdRule.NOT_STRICT


def test_a_seal_is_added_to_nothing_but_a_file_of_ours() -> None:
    with pytest.raises(MalformedOfdError):
        add_signature(sealed() + b"\x00", seal=SEAL, stamps=(), signed_at=NOON)
    with pytest.raises(MalformedOfdError) as caught:
        add_signature(sealed(), seal=SEAL, stamps=(replace(STAMP, page="9"),), signed_at=NOON)
    assert caught.value.rule == OfdRule.PATH
