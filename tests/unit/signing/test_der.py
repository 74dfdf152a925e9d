"""DER as it is written, and every way of writing it otherwise that must be refused."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest

from signing import der
from signing.errors import MalformedStructureError
from tests.openssl import openssl


def test_openssl_reads_what_is_written() -> None:
    written = der.sequence(
        der.integer(-129),
        der.oid("1.2.156.10197.1.501"),
        der.octets(b"\x01" * 200),
        der.bits(b"\x02"),
        der.text("印信", der.UTF8_STRING),
        der.set_of((der.integer(2), der.integer(1))),
        der.utc_time(datetime(2026, 3, 18, 4, 0, tzinfo=UTC)),
        der.explicit(0, der.generalized_time(datetime(2126, 3, 18, 4, 0, tzinfo=UTC))),
    )

    told = openssl("asn1parse", "-inform", "DER", stdin=written)

    assert [line.split(":", 3)[-1].strip() for line in told.splitlines() if "INTEGER" in line] == [
        "-81",
        "01",
        "02",
    ]
    assert ":SM2-with-SM3" in told
    assert ":260318040000Z" in told
    assert ":21260318040000Z" in told


@pytest.mark.parametrize(
    "encoded",
    [
        b"",
        b"\x30",
        b"\x30\x01",
        b"\x04\x02\x00",
        b"\x04\x81",
        b"\x04\x82\x01",
        b"\x04\x81\x7f" + bytes(127),
        b"\x04\x82\x00\x80" + bytes(128),
        b"\x04\x81\x00",
        b"\x30\x80\x00\x00",
        b"\x04\xff" + b"\xff" * 127,
        b"\x04\x85\x00\x00\x00\x00\x01\x00",
        b"\x1f\x81\x01\x01\x00",
        b"\x24\x04\x04\x02\x00\x00",
        b"\x23\x03\x03\x01\x00",
        b"\x2c\x02\x0c\x00",
        b"\x10\x00",
        b"\x11\x00",
    ],
    ids=lambda data: data[:6].hex() or "nothing",
)
def test_bytes_that_are_not_der_are_refused(encoded: bytes) -> None:
    with pytest.raises(MalformedStructureError):
        der.read(encoded)


def test_a_byte_behind_the_element_is_refused() -> None:
    with pytest.raises(MalformedStructureError, match="follow"):
        der.read(der.integer(1) + b"\0")


@pytest.mark.parametrize("inner", [b"\x30\x80\x00\x00", b"\x24\x00", b"\x04\x81\x01\x00", b"\x04"])
def test_what_is_not_der_deep_inside_is_found(inner: bytes) -> None:
    encoded = der.sequence(der.integer(1), der.sequence(der.explicit(1, inner)))
    der.read(encoded)

    with pytest.raises(MalformedStructureError):
        der.check(encoded)


def test_a_structure_deeper_than_any_honest_one_is_refused() -> None:
    nested = der.sequence()
    for _ in range(32):
        nested = der.sequence(nested)
    der.check(nested)

    with pytest.raises(MalformedStructureError, match="deep"):
        der.check(der.sequence(nested))


def test_a_structure_of_very_many_parts_is_refused_soon() -> None:
    started = time.monotonic()

    with pytest.raises(MalformedStructureError, match="too many"):
        der.check(der.sequence(b"\x05\x00" * 1_000_000))

    assert time.monotonic() - started < 10


def test_a_primitive_element_has_no_parts() -> None:
    with pytest.raises(MalformedStructureError, match="no parts"):
        der.children(der.read(der.octets(der.integer(1))))


@pytest.mark.parametrize("octets", [b"", b"\x00\x01", b"\xff\x80", b"\x00\x00", b"\xff\xff"])
def test_empty_and_padded_integers_are_refused(octets: bytes) -> None:
    with pytest.raises(MalformedStructureError, match="INTEGER"):
        der.to_integer(der.read(der.tlv(der.INTEGER, octets)))


@pytest.mark.parametrize("content", [b"", b"\x80", b"\x2a\x80", b"\x2a\x80\x01", b"\x80\x01"])
def test_padded_and_cut_object_identifiers_are_refused(content: bytes) -> None:
    with pytest.raises(MalformedStructureError, match="OBJECT IDENTIFIER"):
        der.to_oid(der.read(der.tlv(der.OID, content)))


def test_object_identifiers_of_all_three_roots_are_read_as_written() -> None:
    for dotted in ("0.9.2342", "1.2.156.10197.1.501", "2.5.4.3", "2.999.1", "2.25." + "9" * 39):
        assert der.to_oid(der.read(der.oid(dotted))) == dotted


@pytest.mark.parametrize("content", [b"", b"\x01\x02", b"\x08\x00"])
def test_bit_strings_with_unused_bits_are_refused(content: bytes) -> None:
    with pytest.raises(MalformedStructureError, match="BIT STRING"):
        der.to_bits(der.read(der.tlv(der.BIT_STRING, content)))


@pytest.mark.parametrize(
    ("tag", "content"),
    [
        (der.UTC_TIME, b"2603180400Z"),
        (der.UTC_TIME, b"260318040000+0800"),
        (der.UTC_TIME, b"260230040000Z"),
        (der.UTC_TIME, b"20260318040000Z"),
        (der.GENERALIZED_TIME, b"20260318040000"),
        (der.GENERALIZED_TIME, b"20260318040000.5Z"),
        (der.GENERALIZED_TIME, b"20260318246000Z"),
        (der.GENERALIZED_TIME, b"00000101000000Z"),
        (der.GENERALIZED_TIME, "\uff120260318040000Z".encode()),
        (der.OCTET_STRING, b"20260318040000Z"),
    ],
)
def test_times_that_der_does_not_know_are_refused(tag: int, content: bytes) -> None:
    with pytest.raises(MalformedStructureError):
        der.to_time(der.read(der.tlv(tag, content)))


@pytest.mark.parametrize(("written", "year"), [(b"50", 1950), (b"68", 1968), (b"49", 2049)])
def test_two_digit_years_turn_over_in_1950(written: bytes, year: int) -> None:
    element = der.read(der.tlv(der.UTC_TIME, written + b"0101000000Z"))

    assert der.to_time(element) == datetime(year, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("year", [1949, 2050])
def test_a_year_that_two_digits_cannot_say_is_refused(year: int) -> None:
    with pytest.raises(MalformedStructureError, match="1950 to 2049"):
        der.utc_time(datetime(year, 6, 1, tzinfo=UTC))


def test_x509_times_change_their_form_with_the_year_2050_in_utc() -> None:
    beijing = timezone(timedelta(hours=8))
    last = datetime(2050, 1, 1, 7, 59, 59, tzinfo=beijing)

    assert der.x509_time(last) == der.tlv(der.UTC_TIME, b"491231235959Z")
    assert der.x509_time(last + timedelta(seconds=1)) == der.tlv(
        der.GENERALIZED_TIME, b"20500101000000Z"
    )


@pytest.mark.parametrize(
    ("tag", "content"),
    [(der.UTF8_STRING, b"\xff"), (der.UTF8_STRING, b"\xed\xa0\x80"), (der.IA5_STRING, b"\x80")],
)
def test_strings_with_octets_outside_their_type_are_refused(tag: int, content: bytes) -> None:
    with pytest.raises(MalformedStructureError, match="outside"):
        der.to_text(der.read(der.tlv(tag, content)), tag)


def test_a_text_that_its_type_cannot_hold_is_not_written() -> None:
    with pytest.raises(MalformedStructureError, match="cannot hold"):
        der.text("印", der.IA5_STRING)
    with pytest.raises(MalformedStructureError, match="cannot hold"):
        der.text("\ud800", der.UTF8_STRING)


@pytest.mark.parametrize(
    "read",
    [
        lambda element: der.parts(element, der.INTEGER),
        lambda element: der.parts(element, der.INTEGER, der.OID),
        lambda element: der.parts(element, der.INTEGER, der.INTEGER, der.INTEGER),
        lambda element: der.expect(element, der.SET),
        der.to_integer,
        der.to_oid,
        der.to_bits,
        der.to_time,
    ],
)
def test_another_type_or_number_of_parts_is_refused(
    read: Callable[[der.Element], object],
) -> None:
    element = der.read(der.sequence(der.integer(1), der.integer(2)))
    assert [der.to_integer(part) for part in der.parts(element, der.INTEGER, der.INTEGER)] == [1, 2]

    with pytest.raises(MalformedStructureError):
        read(element)


def test_no_more_parts_are_read_than_were_asked_for() -> None:
    three = der.read(der.sequence(*(der.integer(n) for n in range(3))))

    assert len(der.children(three, most=3)) == 3
    with pytest.raises(MalformedStructureError, match="too many"):
        der.children(three, most=2)


def test_numbers_that_nobody_could_print_are_refused() -> None:
    """Python raises another error when it writes out an integer of thousands of digits."""
    for bits in (1000, 30_000):
        number = der.read(der.integer(1 << bits))
        if bits == 1000:
            assert str(der.to_integer(number))
        else:
            with pytest.raises(MalformedStructureError, match="endless"):
                der.to_integer(number)
    with pytest.raises(MalformedStructureError, match="endless"):
        der.to_oid(der.read(der.tlv(der.OID, b"\x2a", b"\xff" * 5000, b"\x01")))
    longest = der.to_oid(der.read(der.tlv(der.OID, b"\x2a", b"\xff" * 126, b"\x01")))
    assert longest.startswith("1.2.")
