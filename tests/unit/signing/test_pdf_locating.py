from dataclasses import replace

import pytest

from signing.algorithms import sm3
from signing.errors import MalformedPdfError
from signing.pdf.locating import (
    MAX_SIGNATURES,
    LocatedSignature,
    covered_digest,
    locate_signatures,
    locate_strict,
)
from signing.pdf.reading import file_digest, parse_strict
from tests import bare_pages
from tests.bare_pages import CONTENTS, sealed
from tests.unit.certs.faces.sealed_faces import OTHER
from tests.unit.certs.faces.sealed_faces import sealed as face_sealed

_VALUE = b"\x30\x03\x02\x01\x05"


_SPACED = b"<< /Filter /Vendor.X /SubFilter /GM.sm2seal /ByteRange %b /Contents %b >>"


def _foreign(
    dictionary: bytes = _SPACED,
    *,
    value: bytes = b"<" + _VALUE.hex().encode() + b"0000>",
    shift: tuple[int, int, int, int] = (0, 0, 0, 0),
) -> bytes:
    """Write a file as another program might, its byte range true but for ``shift``."""
    opening = b"%PDF-1.4\r\n5 0 obj\r\n" + dictionary[: dictionary.index(b"%b")]
    blank = b"[0 %09d %09d %09d]" % (0, 0, 0)
    middle = dictionary[dictionary.index(b"%b") + 2 : dictionary.rindex(b"%b")]
    tail = dictionary[dictionary.rindex(b"%b") + 2 :] + b"\r\nendobj\r\ntrailer <<>>\r\n%%EOF"
    before = len(opening) + len(blank) + len(middle)
    numbers = (0, before, before + len(value), len(tail))
    first, *rest = (number + more for number, more in zip(numbers, shift, strict=True))
    blank = b"[%d %09d %09d %09d]" % (first, *rest)
    return opening + blank + middle + value + tail


def _only(data: bytes) -> LocatedSignature:
    (located,) = locate_signatures(data)
    return located


def test_our_seal_is_found_whole() -> None:
    located = _only(sealed())
    assert located.sub_filter == "ETSI.CAdES.detached"
    assert located.byte_range == bare_pages.prepared().byte_range
    assert located.contents == CONTENTS
    assert located.defect is None
    assert located.is_whole_file
    assert covered_digest(sealed(), located) == bare_pages.prepared().digest()


@pytest.mark.parametrize("appended", [b"\n", b"%junk\n", b"5 0 obj\n<<>>\nendobj\n%%EOF\n"])
def test_what_follows_a_seal_is_counted(appended: bytes) -> None:
    data = sealed() + appended
    located = _only(data)
    assert located.defect is None
    assert not located.is_whole_file
    assert located.trailing_bytes == len(appended)
    assert located.covered_end == len(sealed())
    assert covered_digest(data, located) == bare_pages.prepared().digest()


def test_page_without_a_signature_has_none() -> None:
    assert locate_signatures(bare_pages.render()) == ()
    assert locate_signatures(b"") == ()


@pytest.mark.parametrize(
    "dictionary",
    [
        _SPACED,
        b"<</SubFilter/GM.sm2seal/ByteRange%b/Contents%b/Filter/Vendor.X>>",
        b"<<%% remark\r\n/ByteRange\r\n%b/SubFilter /GM.sm2seal/Filter /Vendor.X\n/Contents\t%b>>",
        b"<</FT/Sig/V<</ByteRange%b/SubFilter/GM.sm2seal/Filter/Vendor.X/Contents%b>>>>",
        b"<</Kids[<</ByteRange%b/SubFilter/GM.sm2seal/Filter/Vendor.X/Contents%b>>]>>",
    ],
)
def test_foreign_signature_is_found_however_it_is_written(dictionary: bytes) -> None:
    located = _only(_foreign(dictionary.replace(b"%%", b"%")))
    assert (located.filter_name, located.sub_filter) == ("Vendor.X", "GM.sm2seal")
    assert located.contents == _VALUE
    assert located.is_whole_file


def test_value_may_stand_before_the_range() -> None:
    data = sealed()
    start, length, second, rest = bare_pages.prepared().byte_range
    hole = data[length:second]
    mark = data.index(b"/ByteRange")
    moved = data[:mark] + b"/Contents" + hole + data[mark:length].removesuffix(b"/Contents")
    moved += data[second:]
    at = mark + len(b"/Contents")
    old = b"[%d %d %d %d]" % (start, length, second, rest)
    new = b"[%d %d %d %d]" % (0, at, at + len(hole), len(moved) - at - len(hole))
    assert len(old) == len(new)
    located = _only(moved.replace(old, new))
    assert located.is_whole_file
    assert located.contents == CONTENTS


@pytest.mark.parametrize(
    "shift",
    [(1, 0, 0, 0), (0, 1, 0, 0), (0, -1, 0, 0), (0, 0, 1, 0), (0, 0, -1, 0), (0, 0, 0, 1)],
)
def test_range_with_another_gap_than_the_value_is_a_defect(
    shift: tuple[int, int, int, int],
) -> None:
    data = _foreign(shift=shift)
    located = _only(data)
    assert located.defect == "coverage"
    assert located.sub_filter == "GM.sm2seal"
    assert not located.is_whole_file
    with pytest.raises(MalformedPdfError) as caught:
        covered_digest(data, located)
    assert caught.value.rule == "coverage"


def test_range_that_leaves_out_the_end_is_not_the_whole_file() -> None:
    data = _foreign(shift=(0, 0, 0, -5))
    located = _only(data)
    assert located.defect is None
    assert located.trailing_bytes == 5
    assert not located.is_whole_file


@pytest.mark.parametrize(
    "value", [b"<30030201050>", b"<3003 020105>", b"<3003020105", b"(0123)", b"<zz>"]
)
def test_gap_that_is_no_hexadecimal_string_is_a_defect(value: bytes) -> None:
    assert _only(_foreign(value=value)).defect in {"coverage", "syntax"}


@pytest.mark.parametrize("value", [b"<>", b"<30>", b"<3080020105000000>", b"<30030201050001>"])
def test_value_that_is_no_der_is_a_defect(value: bytes) -> None:
    data = _foreign(value=value)
    located = _only(data)
    assert located.defect == "contents"
    assert len(covered_digest(data, located)) == 32


@pytest.mark.parametrize(
    "text", [b"[0 1 2]", b"[0 1 2 -3]", b"[0 1.5 2 3]", b"(0 1 2 3)", b"null", b"[0 1 2 true]"]
)
def test_range_that_is_not_four_offsets_is_a_defect(text: bytes) -> None:
    data = b"%PDF-1.4\n1 0 obj\n<</SubFilter/X/ByteRange " + text + b"/Contents<3000>>>\nendobj"
    located = _only(data)
    assert located.defect == "coverage"
    assert located.byte_range == (0, 0, 0, 0)


@pytest.mark.parametrize(
    "data",
    [
        b"/ByteRange",
        b"1 0 obj\n<</SubFilter/X/ByteRange[0 1 2 3",
        b"1 0 obj\n<</SubFilter/X/ByteRange[0 1 2 3]/X/Y/X/Z>>",
        b"1 0 obj\n<</A 1>>\nendobj /ByteRange [0 1 2 3]",
        b"obj obj obj obj obj obj /ByteRange [0 1 2 3]",
    ],
)
def test_what_cannot_be_made_out_is_still_no_unsigned_page(data: bytes) -> None:
    located = _only(data)
    assert located.defect == "syntax"
    with pytest.raises(MalformedPdfError) as caught:
        covered_digest(data, located)
    assert caught.value.rule == "syntax"


@pytest.mark.parametrize(
    "data",
    [
        b"1 0 obj\n<</Title(about /ByteRange)>>\nendobj",
        b"1 0 obj\n<</Length 10>>\nstream\n/ByteRange\nendstream\nendobj",
        b"1 0 obj\n<</Key/ByteRanges>>\nendobj",
    ],
)
def test_mere_mention_is_no_signature(data: bytes) -> None:
    assert locate_signatures(data) == ()


def test_each_of_several_signatures_is_found() -> None:
    data = _foreign()
    found = locate_signatures(data + sealed())
    assert [located.sub_filter for located in found] == ["GM.sm2seal", "ETSI.CAdES.detached"]
    assert [located.defect for located in found] == [None, "coverage"]


def test_number_of_signatures_is_bounded() -> None:
    one = b"1 0 obj\n<</ByteRange 1>>\nendobj\n"
    assert len(locate_signatures(one * MAX_SIGNATURES)) == MAX_SIGNATURES
    with pytest.raises(MalformedPdfError) as caught:
        locate_signatures(one * (MAX_SIGNATURES + 1))
    assert caught.value.rule == "too-many-signatures"


def test_file_larger_than_100_mb_is_refused() -> None:
    with pytest.raises(MalformedPdfError) as caught:
        locate_signatures(bytes(100 * 1024 * 1024 + 1))
    assert caught.value.rule == "too-large"


def test_range_is_not_used_on_another_file() -> None:
    located = _only(sealed())
    with pytest.raises(MalformedPdfError):
        covered_digest(sealed() + b"x", located)
    with pytest.raises(MalformedPdfError):
        covered_digest(sealed()[:-1], replace(located))


@pytest.mark.parametrize("data", [sealed(), face_sealed(), face_sealed(OTHER)])
def test_a_file_read_strictly_is_located_alike_without_looking_again(data: bytes) -> None:
    strict = parse_strict(data)
    found = locate_strict(data, strict)

    assert found == locate_signatures(data)
    assert strict.digest() == covered_digest(data, found[0])


def test_a_byte_range_in_an_attached_file_is_looked_at() -> None:
    record = b'{"x":"<</Type/Sig/ByteRange[0 1 2 3]/Contents<00>>>"}'
    data = bare_pages.prepared(bare_pages.render(record=record)).complete(CONTENTS)

    found = locate_strict(data, parse_strict(data))

    assert found == locate_signatures(data)
    assert data.count(b"/ByteRange") == 2


@pytest.mark.parametrize("data", [b"", b"%PDF", b"\n", sealed(), sealed()[:-1], face_sealed()])
def test_the_digest_of_a_file_is_the_same_whatever_was_read_before(data: bytes) -> None:
    assert file_digest(data) == sm3(data)
    parse_strict(face_sealed(OTHER))
    assert file_digest(data) == sm3(data)
    assert file_digest(face_sealed()) == sm3(face_sealed())
