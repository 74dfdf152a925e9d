"""Uses of seals in every layout: what was sealed, when, by whom, and the liberties files take."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing import der, seal_signatures
from signing.algorithms import SM2_SIGN_WITH_SM3, sm3
from signing.certificate_requests import build_request
from signing.errors import InvalidSignatureError, MalformedStructureError, SigningError
from signing.names import DistinguishedName
from signing.roles import Role
from signing.seal_signatures import (
    MAX_FOREIGN_SEAL_SIGNATURE_BYTES,
    LocalSealer,
    SealSignature,
    parse_seal_signature,
    prepare,
)
from signing.seals import ExtensionData, Seal, SealLayout, make_seal
from signing.signer import CertifiedSigner, SealProperties
from signing.tolerances import Tolerance
from tests import world
from tests.openssl import openssl
from tests.unit.signing.der_surgery import (
    ALGORITHM,
    CODE,
    Change,
    at,
    mutations,
    part_at,
    parts_of,
    raw_value,
    signed_seal,
    signed_use,
)

DIGEST = sm3(b"document")
PROPERTIES = SealProperties(signed_at=world.NOON, document="/ByteRange [0 1 2 3]")
EXTENSIONS = (ExtensionData(kind="2.25.7", value=b"page", is_critical=True),)
each_layout = pytest.mark.parametrize("layout", SealLayout)
_MADE: dict[SealLayout, Seal] = {}


def _region() -> world.Region:
    return world.region(CODE)


def _seal(layout: SealLayout = SealLayout.V4) -> Seal:
    if layout not in _MADE:
        made = make_seal(_region().seal.description, maker=_region().maker, layout=layout)
        _MADE[layout] = made
    return _MADE[layout]


def _use(layout: SealLayout = SealLayout.V4) -> bytes:
    return LocalSealer(_seal(layout), _region().seal_signer).seal_digest(DIGEST, PROPERTIES)


def _signature(**changes: object) -> bytes:
    """A seal signature of which a test changes parts: seal, signer, certificate, version."""
    seal = changes.get("seal", _region().seal.encoded)
    signer = changes.get("signer", _region().seal_signer)
    assert isinstance(seal, bytes)
    assert isinstance(signer, CertifiedSigner)
    certificate = changes.get("certificate", signer.certificate.encoded)
    algorithm = changes.get("algorithm", SM2_SIGN_WITH_SM3)
    digest = changes.get("digest", DIGEST)
    assert isinstance(certificate, bytes)
    assert isinstance(algorithm, str)
    assert isinstance(digest, bytes)
    message = seal_signatures.to_be_signed(seal, digest, PROPERTIES)
    return der.sequence(
        message, der.octets(certificate), der.oid(algorithm), der.bits(signer.sign(message))
    )


# Making ----------------------------------------------------------------------------------------


@each_layout
def test_a_seal_signature_says_what_was_sealed_when_and_by_whom(layout: SealLayout) -> None:
    parsed = parse_seal_signature(_use(layout))

    parsed.verify(DIGEST)
    parsed.seal.verify_maker()
    assert parsed.seal == _seal(layout)
    assert parsed.signer == _region().seal_signer.certificate
    assert (parsed.signed_at, parsed.document) == (world.NOON, PROPERTIES.document)
    assert (parsed.layout, parsed.version) == (layout, layout.version)
    assert (parsed.extensions, parsed.timestamp) == ((), b"")
    assert parsed.tolerances == frozenset()
    assert parsed.is_strict is (layout is SealLayout.V4)


@each_layout
def test_the_same_input_gives_the_same_bytes_to_sign(layout: SealLayout) -> None:
    one, other = (parse_seal_signature(_use(layout)) for _ in range(2))
    signer = _region().seal_signer.certificate

    assert one.to_be_signed == other.to_be_signed
    assert one.to_be_signed == seal_signatures.to_be_signed(
        _seal(layout).encoded, DIGEST, PROPERTIES, signer=signer.encoded
    )


def test_openssl_sees_where_each_layout_has_its_certificate() -> None:
    first = openssl("asn1parse", "-inform", "DER", stdin=_use(SealLayout.V1)).splitlines()
    later = openssl("asn1parse", "-inform", "DER", stdin=_use(SealLayout.V4)).splitlines()

    for told, inside, outside in ((first, 7, 2), (later, 5, 4)):
        assert sum(":d=1 " in line for line in told) == outside
        end = next(index for index, line in enumerate(told[2:], 2) if ":d=1 " in line)
        assert sum(":d=2 " in line for line in told[:end]) == inside


def test_extension_data_stand_inside_the_signature() -> None:
    signer = _region().seal_signer
    prepared = prepare(
        _seal(), DIGEST, PROPERTIES, signer=signer.certificate, extensions=EXTENSIONS
    )
    data = prepared.complete(signer.sign(prepared.to_be_signed))
    parsed = parse_seal_signature(data)

    parsed.verify(DIGEST)
    assert parsed.extensions == EXTENSIONS
    assert parsed.is_strict
    without = der.sequence(*parts_of(part_at(data, 0))[:5])
    with pytest.raises(InvalidSignatureError):
        parse_seal_signature(at((0,), without)(data)).verify_signature()


@pytest.mark.parametrize("layout", [SealLayout.V4, SealLayout.V5])
def test_a_timestamp_over_the_value_is_written_beside_it(layout: SealLayout) -> None:
    asked: list[bytes] = []

    def timestamper(value: bytes) -> bytes:
        asked.append(value)
        return b"token"

    sealer = LocalSealer(_seal(layout), _region().seal_signer, timestamper)
    parsed = parse_seal_signature(sealer.seal_digest(DIGEST, PROPERTIES))

    parsed.verify(DIGEST)
    assert asked == [parsed.signature_value]
    assert parsed.timestamp == b"token"
    assert parsed.is_strict is (layout is SealLayout.V4)


def test_version_1_has_no_place_for_what_came_later() -> None:
    seal, signer = _seal(SealLayout.V1), _region().seal_signer
    sealer = LocalSealer(seal, signer, lambda _value: b"token")

    with pytest.raises(MalformedStructureError, match="timestamp"):
        sealer.seal_digest(DIGEST, PROPERTIES)
    with pytest.raises(MalformedStructureError, match="extensions"):
        prepare(seal, DIGEST, PROPERTIES, signer=signer.certificate, extensions=EXTENSIONS)
    with pytest.raises(MalformedStructureError, match="names its signer"):
        seal_signatures.to_be_signed(seal.encoded, DIGEST, PROPERTIES)


def test_a_document_reference_beyond_ascii_is_not_sealed() -> None:
    properties = SealProperties(signed_at=world.NOON, document="文档")

    with pytest.raises(MalformedStructureError):
        _region().sealer.seal_digest(DIGEST, properties)


# What does not hold ----------------------------------------------------------------------------


@each_layout
def test_another_document_is_refused(layout: SealLayout) -> None:
    parsed = parse_seal_signature(_use(layout))

    for digest in (sm3(b"other"), b"", DIGEST[:-1]):
        for check in (parsed.verify, parsed.verify_digest):
            with pytest.raises(InvalidSignatureError, match="not the one that was sealed"):
                check(digest)
    parsed.verify_signature()
    parsed.verify_signer()


def test_a_signer_whom_the_seal_does_not_list_is_refused() -> None:
    stranger = world.certified(_region().authority, Role.SEAL)
    parsed = parse_seal_signature(_signature(signer=stranger))

    parsed.verify_signature()
    with pytest.raises(InvalidSignatureError, match="does not list"):
        parsed.verify_signer()
    with pytest.raises(InvalidSignatureError, match="does not list"):
        parsed.verify(DIGEST)
    with pytest.raises(InvalidSignatureError, match="does not list"):
        LocalSealer(_seal(), stranger)


def test_a_swapped_outer_certificate_is_refused() -> None:
    """It stands outside what is signed: another key, and another certificate of the same key."""
    region = _region()
    twin = region.authority.issue(
        build_request(DistinguishedName(common_name="twin"), signer=region.seal_signer.signer),
        role=Role.SEAL,
        validity=world.LONG,
    )
    for certificate in (region.record_signer.certificate, twin):
        parsed = parse_seal_signature(_signature(certificate=certificate.encoded))
        with pytest.raises(InvalidSignatureError):
            parsed.verify(DIGEST)


def test_the_seal_of_another_inside_is_refused() -> None:
    parsed = parse_seal_signature(_signature(seal=world.region("610300").seal.encoded))

    with pytest.raises(InvalidSignatureError, match="does not list"):
        parsed.verify(DIGEST)


def test_a_value_that_is_no_signature_is_read_and_does_not_verify() -> None:
    for value in (b"", bytes(64), b"\xff" * 64, b"\x30\x06\2\1\1\2\1\1", bytes(71)):
        parsed = parse_seal_signature(at((3,), der.bits(value))(_use()))
        assert parsed.signature_value == value
        parsed.verify_digest(DIGEST)
        with pytest.raises(InvalidSignatureError):
            parsed.verify_signature()


# Reading ---------------------------------------------------------------------------------------


def _message(layout: SealLayout = SealLayout.V4) -> bytes:
    return part_at(_use(layout), 0)


_PLAIN = der.sequence(der.oid("2.25.7"), der.octets(b"page"))
_WRITTEN = der.sequence(der.oid("2.25.7"), b"\1\1\0", der.octets(b"page"))
LIBERTIES: dict[str, tuple[Change, set[Tolerance]]] = {
    "extensions without a tag": (
        at((5,), der.sequence(_PLAIN)),
        {Tolerance.UNTAGGED_EXTENSIONS},
    ),
    "extensions under the tag alone": (
        at((5,), der.explicit(0, _PLAIN)),
        {Tolerance.IMPLICIT_EXTENSIONS},
    ),
    "default written": (
        at((5,), der.explicit(0, der.sequence(_WRITTEN))),
        {Tolerance.EXPLICIT_DEFAULT},
    ),
    "digest as octets": (at((3,), der.octets(DIGEST)), {Tolerance.OCTET_STRING_DIGEST}),
    "path in Chinese": (
        at((4,), der.tlv(der.IA5_STRING, "文档".encode())),
        {Tolerance.NON_ASCII_IA5},
    ),
    "path in UTF-8": (
        at((4,), der.text("文档", der.UTF8_STRING)),
        {Tolerance.OTHER_STRING_TYPE},
    ),
    "Beijing time": (
        at((2,), der.tlv(der.GENERALIZED_TIME, b"20260318120000+0800")),
        {Tolerance.TIME_AS_TEXT},
    ),
}


@pytest.mark.parametrize(("change", "expected"), LIBERTIES.values(), ids=list(LIBERTIES))
def test_a_liberty_is_named_and_the_original_bytes_verify(
    change: Change, expected: set[Tolerance]
) -> None:
    parsed = parse_seal_signature(signed_use(change(_message())))

    parsed.verify(DIGEST)
    assert set(parsed.tolerances) == expected
    assert parsed.signed_at == world.NOON
    assert not parsed.is_strict


def test_liberties_of_the_seal_are_told_with_those_of_its_use() -> None:
    seal = signed_seal(at((2, 0), der.integer(3))(_seal().info))
    parsed = parse_seal_signature(signed_use(at((1,), seal)(_message())))

    parsed.verify(DIGEST)
    assert parsed.tolerances == {Tolerance.UNKNOWN_SEAL_KIND}
    # The seal is under the signature, so that its form makes nothing malleable.
    assert parsed.is_strict
    assert not parsed.seal.is_strict


def test_a_timestamp_without_a_tag_is_taken() -> None:
    parsed = parse_seal_signature(signed_use(_message(), after=der.bits(b"token")))

    parsed.verify(DIGEST)
    assert (parsed.timestamp, set(parsed.tolerances)) == (b"token", {Tolerance.UNTAGGED_TIMESTAMP})
    assert not parsed.is_strict


def test_a_raw_signature_value_verifies_and_is_named() -> None:
    for layout, path in ((SealLayout.V4, (3,)), (SealLayout.V1, (1,))):
        data = _use(layout)
        raw = raw_value(parse_seal_signature(data).signature_value)
        parsed = parse_seal_signature(at(path, der.bits(raw))(data))
        parsed.verify(DIGEST)
        assert parsed.tolerances == {Tolerance.RAW_SIGNATURE_VALUE}
        assert not parsed.is_strict


# Version 1 -------------------------------------------------------------------------------------


def _first(change: Change) -> SealSignature:
    """A version 1 signature around a changed TBS_Sign, properly signed."""
    message = change(_message(SealLayout.V1))
    value = _region().seal_signer.sign(message)
    return parse_seal_signature(der.sequence(message, der.bits(value)))


def _token(content: bytes) -> bytes:
    body = der.sequence(
        der.integer(3),
        der.tlv(der.SET),
        der.sequence(der.oid("1.2.840.113549.1.9.16.1.4"), der.explicit(0, der.octets(content))),
        der.tlv(der.SET),
    )
    return der.sequence(der.oid("1.2.840.113549.1.7.2"), der.explicit(0, body))


_STAMP = der.sequence(
    der.integer(1),
    der.oid("2.25.2"),
    der.sequence(der.sequence(der.oid("1.2.156.10197.1.401")), der.octets(bytes(32))),
    der.integer(7),
    der.generalized_time(world.NOON),
)
TIMES: dict[str, tuple[bytes, set[Tolerance]]] = {
    "UTCTime": (der.bits(der.utc_time(world.NOON)), set()),
    "KingGrid": (der.bits(b"20260318040000Z"), {Tolerance.TIME_AS_TEXT}),
    "ofdrw": (der.bits(b"2026-03-18 12:00:00"), {Tolerance.TIME_AS_TEXT}),
    "iOFD": (der.bits(b"2026-03-18T04:00:00.000Z"), {Tolerance.TIME_AS_TEXT}),
    "digits alone": (der.bits(b"20260318120000"), {Tolerance.TIME_AS_TEXT}),
    "two-digit year": (der.bits(b"260318040000Z"), {Tolerance.TIME_AS_TEXT}),
    "another zone": (der.bits(b"2026-03-18T00:30:00-03:30"), {Tolerance.TIME_AS_TEXT}),
    "four digits in UTCTime": (
        der.bits(der.tlv(der.UTC_TIME, b"20260318040000Z")),
        {Tolerance.TIME_AS_TEXT},
    ),
    "GeneralizedTime": (
        der.bits(der.generalized_time(world.NOON)),
        {Tolerance.GENERALIZED_TIME_IN_V1},
    ),
    "octets": (der.octets(der.utc_time(world.NOON)), {Tolerance.OCTET_STRING_TIME}),
    "octets of text": (
        der.octets(b"2026-03-18 12:00:00"),
        {Tolerance.OCTET_STRING_TIME, Tolerance.TIME_AS_TEXT},
    ),
    "bare": (der.utc_time(world.NOON), {Tolerance.BARE_TIME}),
    "bare GeneralizedTime": (
        der.generalized_time(world.NOON),
        {Tolerance.BARE_TIME, Tolerance.GENERALIZED_TIME_IN_V1},
    ),
    "token": (der.bits(_token(_STAMP)), {Tolerance.TOKEN_AS_TIME}),
}


@pytest.mark.parametrize(("time", "expected"), TIMES.values(), ids=list(TIMES))
def test_version_1_times_are_read_in_every_form(time: bytes, expected: set[Tolerance]) -> None:
    parsed = _first(at((2,), time))

    parsed.verify(DIGEST)
    assert parsed.signed_at == world.NOON
    assert set(parsed.tolerances) == expected


def test_fifteen_characters_are_a_year_of_four_digits() -> None:
    """A reader that took 20 for the year once made 10 September of 14 October."""
    expected = datetime(2021, 10, 14, 3, 34, 4, tzinfo=UTC)

    assert _first(at((2,), der.bits(b"20211014033404Z"))).signed_at == expected
    twice = at((2,), der.bits(der.tlv(der.UTC_TIME, b"20211014033404Z")))
    assert _first(twice).signed_at == expected


@pytest.mark.parametrize(
    "time",
    [
        der.bits(b""),
        der.octets(b""),
        der.bits(b"2026-02-30 12:00:00"),
        der.bits(b"2026-03-18 12:00"),
        der.bits(b"2026-03-18 12:00:00+99:00"),
        der.bits(b"0001-01-01 00:00:00"),
        der.bits("２０２６-03-18 12:00:00".encode()),  # noqa: RUF001 - wide digits are meant
        der.bits(b"2" * 5000),
        der.bits(der.utc_time(world.NOON) + b"\0"),
        der.bits(b"\x30\x00"),
        der.bits(_token(b"")),
        der.bits(_token(der.sequence(_STAMP))),
        der.bits(_token(_STAMP)[:-1]),
        der.bits(at((1, 0, 2), der.sequence(der.oid("2.25.1")))(_token(_STAMP))),
        der.bits(der.sequence(der.octets(bytes(70_000)))),
        der.tlv(der.BIT_STRING, b"\1\x30"),
        der.integer(5),
    ],
)
def test_what_is_no_time_is_refused(time: bytes) -> None:
    with pytest.raises(MalformedStructureError):
        _first(at((2,), time))


def test_version_1_takes_its_own_liberties() -> None:
    signer = _region().seal_signer.certificate
    for change, expected in (
        (at((0,), der.integer(2)), Tolerance.DIFFERING_VERSIONS),
        (at((5,), signer.encoded), Tolerance.BARE_CERTIFICATE),
        (at((6,), der.oid("1.2.156.10197.501")), Tolerance.ODD_SIGNATURE_ALGORITHM),
    ):
        parsed = _first(change)
        parsed.verify(DIGEST)
        assert parsed.tolerances == {expected}


def test_version_1_signs_which_certificate_the_signer_has() -> None:
    stranger = _region().record_signer.certificate
    data = at((0, 5), der.octets(stranger.encoded))(_use(SealLayout.V1))

    with pytest.raises(InvalidSignatureError):
        parse_seal_signature(data).verify_signature()


def test_a_seal_of_another_layout_inside_is_refused() -> None:
    for outer, inner in (
        (SealLayout.V4, SealLayout.V1),
        (SealLayout.V1, SealLayout.V4),
        (SealLayout.V4, SealLayout.V5),
    ):
        data = at((0, 1), _seal(inner).encoded)(_use(outer))
        with pytest.raises(MalformedStructureError, match="another"):
            parse_seal_signature(data)


@pytest.mark.parametrize(
    "data",
    [
        lambda: _signature() + b"\0",
        lambda: _signature()[:-1],
        lambda: _signature(algorithm="1.2.840.10045.4.3.2"),
        lambda: _signature(digest=DIGEST[:-1]),
        lambda: _signature(digest=b""),
        lambda: at((0, 1), der.sequence())(_signature()),
        lambda: _signature(certificate=b""),
        lambda: at((1,), _region().seal_signer.certificate.encoded)(_signature()),
        lambda: at((0, 0), der.integer(5))(_signature()),
        lambda: at((0, 0), der.integer(-4))(_signature()),
        lambda: at((0, 2), der.utc_time(world.NOON))(_signature()),
        lambda: at((0, 2), der.bits(der.generalized_time(world.NOON)))(_signature()),
        lambda: at((0, 4), der.octets(b"/Doc_0"))(_signature()),
        lambda: at((0, 4), der.tlv(der.IA5_STRING, b"\xff"))(_signature()),
        lambda: at((0, 5), der.octets(b""))(_signature()),
        lambda: at((0, 6), der.sequence())(at((0, 5), der.sequence())(_signature())),
        lambda: at((4,), der.explicit(0, der.octets(b"time")))(_signature()),
        lambda: at((4,), der.bits(b""))(_signature()),
        lambda: at((5,), der.bits(b"x"))(at((4,), der.bits(b"x"))(_signature())),
        lambda: der.sequence(*parts_of(_signature())[:3]),
        lambda: der.sequence(*parts_of(_signature())[:1]),
        lambda: der.sequence(_message(), der.bits(b"")),
        lambda: at((0, 7), ALGORITHM)(_use(SealLayout.V1)),
        lambda: at((0,), lambda message: der.sequence(*parts_of(message)[:6]))(_use(SealLayout.V1)),
        lambda: _seal().encoded,
        lambda: der.sequence(der.oid("1.2.156.10197.6.1.4.2.2"), der.explicit(0, b"\5\0")),
        lambda: der.octets(bytes(MAX_FOREIGN_SEAL_SIGNATURE_BYTES)),
    ],
)
def test_another_structure_of_a_signature_is_refused(data: Callable[[], bytes]) -> None:
    with pytest.raises(SigningError):
        parse_seal_signature(data())


# One form --------------------------------------------------------------------------------------


def _accepts(data: bytes) -> bool:
    """What a verifier asks of a sealed document of ours."""
    try:
        parsed = parse_seal_signature(data)
        parsed.verify(DIGEST)
        parsed.seal.verify_maker()
    except SigningError:
        return False
    is_ours = parsed.seal.maker == _region().maker.certificate
    return is_ours and parsed.is_strict and parsed.seal.is_strict


def test_every_flipped_bit_outside_the_signature_is_seen_and_a_sample_inside() -> None:
    data = _use()
    assert _accepts(data)
    inside = range(data.index(_message()), data.index(_message()) + len(_message()))
    chosen = random.Random(31)  # noqa: S311 - a fixed sample
    flips = [
        (offset, 1 << bit)
        for offset in range(len(data))
        for bit in ((chosen.randrange(8),) if offset in inside else range(8))
    ]
    for offset, mask in flips:
        changed = data[:offset] + bytes((data[offset] ^ mask,)) + data[offset + 1 :]
        assert not _accepts(changed), offset


@given(source=st.data())
@settings(max_examples=400, deadline=None)
def test_no_rearranged_seal_signature_is_taken_for_ours(source: st.DataObject) -> None:
    data = _use()
    changed = source.draw(mutations(data))
    assert changed == data or not _accepts(changed)


@each_layout
@given(source=st.data())
@settings(max_examples=200, deadline=None)
def test_rearranged_layouts_verify_only_over_what_was_signed(
    layout: SealLayout, source: st.DataObject
) -> None:
    data = _use(layout)
    changed = source.draw(mutations(data))
    try:
        parsed = parse_seal_signature(changed)
        parsed.verify(DIGEST)
    except SigningError:
        return
    assert parsed.to_be_signed == part_at(data, 0)


def test_a_replaced_part_is_not_strict_even_where_it_verifies() -> None:
    """Everything a reader tolerates outside the signature makes another file of the same seal."""
    data = _use()
    raw = raw_value(parse_seal_signature(data).signature_value)
    for changed in (
        at((2,), der.oid("1.2.156.10197.501"))(data),
        at((3,), der.bits(raw))(data),
        at((4,), der.bits(b"token"))(data),
    ):
        parsed = parse_seal_signature(changed)
        parsed.verify(DIGEST)
        assert not parsed.is_strict


def test_equal_seals_make_equal_signatures_comparable() -> None:
    parsed = parse_seal_signature(_use())

    assert parsed == parse_seal_signature(parsed.encoded)
    assert parsed != replace(parsed, digest=bytes(32))
