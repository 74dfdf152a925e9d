import io
import struct
import tracemalloc
import zipfile
import zlib
from dataclasses import replace

import pytest

from signing.algorithms import sm3
from signing.errors import MalformedOfdError
from signing.ofd.archive import Archive
from signing.ofd.directory import Limits
from signing.ofd.rules import OfdRule
from tests.unit.signing.ofd.zips import Record, deflated, zip_of

ONE = Record(name=b"OFD.xml", data=b"<ofd/>" * 50)
TWO = Record(name=b"Doc_0/Document.xml", data=b"document", method=0)


def _rule(data: bytes, limits: Limits | None = None) -> str:
    """The rule that a file breaks, in its records or in one of its entries."""
    with pytest.raises(MalformedOfdError) as caught:
        _read_all(data, limits or Limits())
    return caught.value.rule


def _read_all(data: bytes, limits: Limits) -> dict[str, bytes]:
    archive = Archive(data, limits)
    return {name: archive.read(name) for name in archive.entries}


class _Pipe(io.BytesIO):
    """A file that cannot be gone back in, so that zipfile writes data descriptors."""

    def seekable(self) -> bool:
        return False

    def seek(self, *_: int) -> int:
        raise io.UnsupportedOperation


def test_a_plain_zip_gives_names_contents_and_digests() -> None:
    archive = Archive(zip_of([ONE, TWO]))
    assert list(archive.entries) == ["OFD.xml", "Doc_0/Document.xml"]
    assert archive.read("OFD.xml") == ONE.data
    assert archive.digest("Doc_0/Document.xml") == sm3(b"document")
    assert archive.packed("OFD.xml") == deflated(ONE.data)
    assert archive.damaged() == ()


def test_zips_of_another_writer_are_read_with_folders_and_descriptors() -> None:
    for file in (io.BytesIO(), _Pipe()):
        with zipfile.ZipFile(file, "w") as archive:
            archive.mkdir("Doc_0")
            archive.writestr("Doc_0/a.xml", b"a" * 5000, zipfile.ZIP_DEFLATED)
            archive.writestr("Doc_0/附件.json", b"{}", zipfile.ZIP_STORED)
        read = Archive(file.getvalue())
        assert read.folders == ("Doc_0/",)
        assert read.read("Doc_0/a.xml") == b"a" * 5000
        assert read.read("Doc_0/附件.json") == b"{}"


@pytest.mark.parametrize("method", [0, 8])
@pytest.mark.parametrize("signature", [b"PK\7\x08", b""])
@pytest.mark.parametrize("zeros", [True, False])
def test_data_descriptors_are_read_in_every_form(
    method: int, signature: bytes, *, zeros: bool
) -> None:
    data = b"some content " * 20
    packed = deflated(data) if method else data
    sums = struct.pack("<III", zlib.crc32(data), len(packed), len(data))
    record = Record(
        name=b"a",
        data=data,
        method=method,
        flags=0x0808,
        local={"crc": 0, "packed": 0, "size": 0} if zeros else {},
        descriptor=signature + sums,
    )
    assert Archive(zip_of([record, TWO])).read("a") == data
    lying = replace(record, descriptor=signature + sums[:-1] + b"\xff")
    assert _rule(zip_of([lying, TWO])) == OfdRule.LOCAL_HEADER
    absent = replace(record, descriptor=b"")
    assert _rule(zip_of([absent, TWO])) == OfdRule.LOCAL_HEADER


def test_a_name_in_utf_8_is_read_even_when_the_flag_is_forgotten() -> None:
    name = "Doc_0/附件.json"
    record = Record(name=name.encode(), flags=0)
    assert list(Archive(zip_of([record])).entries) == [name]


def test_extra_fields_that_only_tell_times_are_left_alone() -> None:
    ntfs = struct.pack("<HH", 10, 4) + b"time"
    record = replace(ONE, extra=ntfs, local_extra=b"\x00\x00", comment=b"what a nice file")
    assert Archive(zip_of([record])).read("OFD.xml") == ONE.data


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", OfdRule.NOT_A_ZIP),
        (b"%PDF-1.7", OfdRule.NOT_A_ZIP),
        (b"PK\5\6" + bytes(18), OfdRule.NOT_A_ZIP),
        (b"PK\3\4", OfdRule.TRUNCATED),
        (b"PK\3\4PK\5\6" + bytes(5), OfdRule.TRUNCATED),
        (zip_of([ONE])[:-2] + b"\x05\x00", OfdRule.TRAILING_BYTES),
        (zip_of([ONE])[:-6] + b"\xff" * 4 + bytes(2), OfdRule.ZIP64),
        (zip_of([ONE])[:-10] + b"\xff" * 4 + bytes(6), OfdRule.ZIP64),
        (b"\x00" + zip_of([ONE]), OfdRule.LEADING_BYTES),
        (b"MZ" * 400 + zip_of([ONE]), OfdRule.LEADING_BYTES),
        (zip_of([ONE])[:-1], OfdRule.TRUNCATED),
        (zip_of([ONE])[:60], OfdRule.TRUNCATED),
        (zip_of([ONE]) + b"\x00", OfdRule.TRAILING_BYTES),
        (zip_of([ONE], comment=b"hello"), OfdRule.TRAILING_BYTES),
        (zip_of([ONE], count=2), OfdRule.DIRECTORY),
        (zip_of([ONE, TWO], count=1), OfdRule.DIRECTORY),
        (zip_of([ONE], disk=1), OfdRule.DIRECTORY),
        (zip_of([ONE], after_directory=b"more"), OfdRule.DIRECTORY),
        (zip_of([ONE], before_directory=b"hidden"), OfdRule.GAP),
        (zip_of([ONE, replace(TWO, before=b"hidden")]), OfdRule.GAP),
        (zip_of([replace(ONE, before=b"PK\3\4")]), OfdRule.GAP),
        (zip_of([ONE], count=0xFFFF), OfdRule.ZIP64),
        (zip_of([ONE], after_directory=b"PK\x06\x07" + bytes(16)), OfdRule.ZIP64),
        (zip_of([replace(ONE, size=0xFFFFFFFF)]), OfdRule.ZIP64),
        (zip_of([replace(ONE, extra=b"\x01\x00\x00\x00")]), OfdRule.ZIP64),
        (zip_of([replace(ONE, local_extra=b"\x01\x00\x00\x00")]), OfdRule.ZIP64),
        (zip_of([replace(ONE, extra=b"\x75\x70\x01\x00a")]), OfdRule.NAME),
        (zip_of([replace(ONE, extra=b"\x0a\x00\xff\x00a")]), OfdRule.DIRECTORY),
        (zip_of([replace(ONE, extra=b"\x0a\x00\x00\x00" * 33)]), OfdRule.DIRECTORY),
        (zip_of([replace(ONE, extra=bytes(4 * 33))]), OfdRule.DIRECTORY),
        (zip_of([replace(ONE, extra=b"abc")]), OfdRule.DIRECTORY),
        (zip_of([replace(ONE, extra=b"junk!!!" + bytes(99))]), OfdRule.DIRECTORY),
        (zip_of([replace(ONE, attributes=0xA1FF << 16)]), OfdRule.DIRECTORY),
        (zip_of([replace(ONE, flags=0x0801)]), OfdRule.ENCRYPTED),
        (zip_of([replace(ONE, flags=0x0840)]), OfdRule.ENCRYPTED),
        (zip_of([replace(ONE, flags=0x0820)]), OfdRule.PACKING),
        (zip_of([replace(ONE, method=12)]), OfdRule.PACKING),
        (zip_of([ONE, ONE]), OfdRule.DUPLICATE_NAME),
        (zip_of([ONE, replace(ONE, name=b"ofd.XML")]), OfdRule.DUPLICATE_NAME),
        (zip_of([ONE, replace(ONE, name=b"OFD.xml/a")]), OfdRule.DUPLICATE_NAME),
        (zip_of([replace(TWO, crc=7)]), OfdRule.DAMAGED),
        (zip_of([replace(TWO, size=7)]), OfdRule.DAMAGED),
        (zip_of([replace(ONE, size=7)]), OfdRule.DAMAGED),
        (zip_of([replace(ONE, size=700)]), OfdRule.DAMAGED),
        (zip_of([replace(ONE, crc=7)]), OfdRule.DAMAGED),
        (zip_of([replace(ONE, packed=deflated(ONE.data) + b"more")]), OfdRule.DAMAGED),
        (zip_of([replace(ONE, packed=deflated(ONE.data)[:-3])]), OfdRule.DAMAGED),
        (zip_of([replace(ONE, packed=b"\xff" * 20)]), OfdRule.DAMAGED),
        (zip_of([replace(TWO, name=b"folder/")]), OfdRule.DAMAGED),
    ],
)
def test_a_zip_that_two_programs_could_read_in_two_ways_is_refused(data: bytes, rule: str) -> None:
    assert _rule(data) == rule


@pytest.mark.parametrize(
    ("offset", "value"),
    [(4, 1), (6, 1), (8, 1), (8, 3), (10, 1), (10, 3), (12, 1), (16, 1), (16, 200)],
)
def test_an_end_record_that_does_not_fit_is_refused(offset: int, value: int) -> None:
    data = bytearray(zip_of([ONE, TWO]))
    data[len(data) - 22 + offset] = value
    assert _rule(bytes(data)) == OfdRule.DIRECTORY


def test_an_end_record_without_any_entry_is_refused() -> None:
    assert _rule(zip_of([], before_directory=b"PK\3\4" + bytes(40))) == OfdRule.DIRECTORY


@pytest.mark.parametrize("more", [b"PK\1\2", b"PK\1\2" + bytes(40), b"PK\1\2" + b"\xff" * 45])
def test_a_directory_that_is_cut_short_is_refused(more: bytes) -> None:
    data = zip_of([ONE])
    end = bytearray(data[-22:])
    end[8] = end[10] = 2
    end[12] += len(more)
    assert _rule(data[:-22] + more + bytes(end)) in {OfdRule.DIRECTORY, OfdRule.ZIP64}


@pytest.mark.parametrize(("offset", "value"), [(0, 0), (28, 200), (30, 200), (32, 200), (34, 1)])
def test_a_record_of_the_directory_that_is_damaged_is_refused(offset: int, value: int) -> None:
    data = bytearray(zip_of([ONE]))
    data[data.index(b"PK\1\2") + offset] = value
    assert _rule(bytes(data)) == OfdRule.DIRECTORY


def test_an_entry_without_a_local_header_is_refused() -> None:
    data = bytearray(zip_of([TWO, ONE]))
    data[data.index(b"PK\3\4", 1)] = 0
    assert _rule(bytes(data)) == OfdRule.LOCAL_HEADER


def test_a_stored_entry_with_two_sizes_is_refused_at_once() -> None:
    with pytest.raises(MalformedOfdError) as caught:
        Archive(zip_of([replace(TWO, size=7)]))
    assert caught.value.rule == OfdRule.DAMAGED


@pytest.mark.parametrize(
    "local",
    [
        {"name": b"ofd.xml"},
        {"flags": 0x0000},
        {"method": 0},
        {"crc": 1},
        {"size": 1},
        {"packed": 1},
        {"crc": 0, "packed": 0, "size": 0},
    ],
)
def test_a_local_header_that_tells_another_story_is_refused(local: dict[str, int | bytes]) -> None:
    assert _rule(zip_of([replace(ONE, local=local), TWO])) == OfdRule.LOCAL_HEADER


@pytest.mark.parametrize(
    "name",
    [
        *(b"", b"/OFD.xml", b"../OFD.xml", b"a/../../b", b"a//b", b"./a", b"a/.", b"a\\b"),
        *(b"C:/a", b"c:a", b"a\x00b", b"a\nb", b"a\x7fb", b"\xff\xfe", b"\xd6\xa4\xd5\xd5"),
        *("a\u202eb".encode(), "a\u200bb".encode(), "a\u2028b".encode(), b"a" * 1025),
    ],
)
def test_a_name_that_leads_elsewhere_or_cannot_be_seen_is_refused(name: bytes) -> None:
    assert _rule(zip_of([replace(ONE, name=name)])) == OfdRule.NAME


def test_names_that_differ_only_in_how_they_are_composed_are_one() -> None:
    names = ("Doc_0/é.xml", "Doc_0/e\u0301.xml")
    records = [replace(ONE, name=name.encode()) for name in names]
    assert _rule(zip_of(records)) == OfdRule.DUPLICATE_NAME


def test_a_folder_and_a_file_beside_it_are_two_names() -> None:
    names = (b"a/", b"a/b", b"a.b", b"a-b/c", b"ab")
    records = [Record(name=name, data=b"", method=0) for name in names]
    assert list(Archive(zip_of(records)).entries) == ["a/b", "a.b", "a-b/c", "ab"]
    twice = [*records, Record(name=b"A", data=b"", method=0)]
    assert _rule(zip_of(twice)) == OfdRule.DUPLICATE_NAME


def test_entries_that_share_bytes_are_refused() -> None:
    # Fifield's bomb: many directory records quote one local header.
    twice = [ONE, replace(ONE, name=b"b", start=0)]
    assert _rule(zip_of(twice)) in {OfdRule.OVERLAP, OfdRule.LOCAL_HEADER}
    inner = zip_of([TWO])[: -22 - 46 - len(TWO.name)]
    outer = Record(name=b"a", data=inner, method=0)
    nested = [outer, replace(TWO, start=31, before=b"")]
    assert _rule(zip_of(nested)) in {OfdRule.OVERLAP, OfdRule.GAP}
    runs_on = replace(ONE, packed_size=len(deflated(ONE.data)) + 20)
    assert _rule(zip_of([runs_on, TWO])) == OfdRule.OVERLAP


def test_a_bomb_is_refused_before_anything_is_inflated() -> None:
    bomb = Record(name=b"OFD.xml", data=bytes(150_000_000))
    data = zip_of([bomb])
    tracemalloc.start()
    try:
        assert _rule(data) == OfdRule.TOO_DENSE
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def test_an_entry_that_lies_about_its_size_is_inflated_no_further_than_it_says() -> None:
    bomb = Record(name=b"OFD.xml", data=bytes(150_000_000))
    data = zip_of([replace(bomb, size=900_000)])
    tracemalloc.start()
    try:
        assert _rule(data) == OfdRule.DAMAGED
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()


def test_every_limit_is_kept() -> None:
    data = zip_of([ONE, TWO])
    assert _rule(data, Limits(file_bytes=len(data) - 1)) == OfdRule.TOO_LARGE
    assert _rule(data, Limits(entries=1)) == OfdRule.TOO_MANY_ENTRIES
    assert _rule(data, Limits(inflated_bytes=307)) == OfdRule.TOO_LARGE
    assert _rule(data, Limits(part_bytes=299)) == OfdRule.TOO_LARGE
    assert _rule(data, Limits(ratio=2, ratio_free_bytes=0)) == OfdRule.TOO_DENSE
    exact = Limits(file_bytes=len(data), entries=2, inflated_bytes=308, part_bytes=300)
    assert len(_read_all(data, exact)) == 2


def test_the_largest_allowed_number_of_entries_is_read_and_one_more_is_not() -> None:
    records = [Record(name=b"%d" % number, data=b"", method=0) for number in range(5001)]
    assert _rule(zip_of(records)) == OfdRule.TOO_MANY_ENTRIES
    assert len(Archive(zip_of(records[:5000])).entries) == 5000


def test_reading_one_large_entry_again_and_again_comes_to_an_end() -> None:
    data = zip_of([Record(name=b"a", data=bytes(1000), method=0)])
    archive = Archive(data, Limits(inflated_bytes=1000))
    archive._kept_bytes = 32_000_000  # nothing is remembered any more
    for _ in range(3):
        archive.read("a")
    with pytest.raises(MalformedOfdError, match="too much"):
        archive.read("a")


def test_an_entry_that_does_not_exist_is_an_error_of_ours() -> None:
    archive = Archive(zip_of([ONE]))
    for ask in (archive.read, archive.digest, archive.packed):
        with pytest.raises(MalformedOfdError) as caught:
            ask("nothing")
        assert caught.value.rule == OfdRule.PATH


def test_a_large_entry_is_digested_without_being_held() -> None:
    content = b"0123456789abcdef" * 400_000
    archive = Archive(
        zip_of([Record(name=b"a", data=content, packed=deflated(content))]),
        Limits(part_bytes=1000, ratio=1000),
    )
    tracemalloc.start()
    try:
        assert archive.digest("a") == sm3(content)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_damaged_entries_are_named() -> None:
    data = zip_of([ONE, replace(TWO, crc=7)])
    assert Archive(data).damaged() == ("Doc_0/Document.xml",)
