"""What is written is read back the same, and no changed or random byte gets through."""

import random
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing import cose, der
from signing.algorithms import sm3
from signing.certificate_requests import build_request, parse_request
from signing.certificates import Certificate, parse_certificate
from signing.errors import InvalidSignatureError, SigningError
from signing.names import DistinguishedName
from signing.revocation_lists import parse_revocation_list
from signing.roles import Role
from signing.seal_signatures import parse_seal_signature
from signing.seals import parse_seal
from signing.signed_messages import Dialect, parse_message, prepare
from signing.signer import CertifiedSigner, SealProperties
from tests import world

_QUICK = settings(max_examples=150, deadline=None)
_CODES = st.sampled_from(["1.2.156.10197.1.501", "2.5.4.97", "2.25.7", "0.4.0"])
_VALUES = st.recursive(
    st.integers(-(2**200), 2**200).map(der.integer)
    | st.binary(max_size=300).map(der.octets)
    | st.binary(max_size=40).map(der.bits)
    | _CODES.map(der.oid)
    | st.text(max_size=20)
    .filter(lambda text: text.isprintable())
    .map(lambda text: der.text(text, der.UTF8_STRING)),
    lambda inner: st.lists(inner, max_size=5).map(lambda parts: der.sequence(*parts)),
    max_leaves=15,
)


def rewritten(element: der.Element) -> bytes:
    """Write an element anew from its parts."""
    if element.tag == der.SEQUENCE:
        return der.sequence(*(rewritten(part) for part in der.children(element)))
    return der.tlv(element.tag, element.content)


@given(_VALUES)
@_QUICK
def test_der_is_read_and_written_back_byte_for_byte(encoded: bytes) -> None:
    der.check(encoded)

    assert rewritten(der.read(encoded)) == encoded


@given(st.integers(-(2**300), 2**300))
@_QUICK
def test_integers_come_back(value: int) -> None:
    assert der.to_integer(der.read(der.integer(value))) == value


@given(
    st.datetimes(datetime(1950, 1, 1), datetime(2300, 1, 1))  # noqa: DTZ001 - made aware below
)
@_QUICK
def test_times_come_back_in_whole_seconds(naive: datetime) -> None:
    instant = naive.replace(tzinfo=UTC)

    assert der.to_time(der.read(der.x509_time(instant))) == instant.replace(microsecond=0)


@given(st.binary(max_size=60))
@_QUICK
def test_what_is_accepted_has_one_encoding(data: bytes) -> None:
    try:
        der.check(data)
    except SigningError:
        return
    element = der.read(data)
    assert element.encoded == data == der.tlv(element.tag, element.content)


def _certificate() -> Certificate:
    return world.region("340200").seal_signer.certificate


@cache
def _message(dialect: Dialect) -> bytes:
    region = world.region("340200")
    signer = CertifiedSigner(
        signer=region.record_signer.signer,
        certificate=region.record_signer.certificate,
        chain=(region.authority.certificate,),
    )
    prepared = prepare(dialect, sm3(b"x"), signer=signer, signed_at=world.NOON)
    return prepared.complete(signer.sign(prepared.to_be_signed))


@cache
def _request() -> bytes:
    return build_request(DistinguishedName(common_name="x"), signer=world.MemorySigner("x")).encoded


@cache
def _list() -> bytes:
    return (
        world.region("340200")
        .authority.revocation_list(
            {7: world.NOON}, number=1, this_update=world.NOON, next_update=world.LONG.not_after
        )
        .encoded
    )


@cache
def _seal_signature() -> bytes:
    properties = SealProperties(signed_at=world.NOON, document="d")
    return world.region("340200").sealer.seal_digest(sm3(b"x"), properties)


@cache
def _code() -> bytes:
    signer = world.region("340200").record_signer
    return cose.sign_claims({1: "a", -1: {2: b"x" * 32}}, signer=signer, domain="d")


def _verify_certificate(data: bytes) -> None:
    parse_certificate(data).verify_signature(world.region("340200").authority.signer.public_key)


def _verify_request(data: bytes) -> None:
    parse_request(data).verify_possession()


def _verify_list(data: bytes) -> None:
    parse_revocation_list(data).verify(world.region("340200").authority.certificate)


def _verify_seal(data: bytes) -> None:
    seal = parse_seal(data)
    if seal.maker != world.region("340200").maker.certificate:
        raise InvalidSignatureError("made by another")
    seal.verify_maker()


def _verify_seal_signature(data: bytes) -> None:
    parsed = parse_seal_signature(data)
    _verify_seal(parsed.seal.encoded)
    parsed.verify(sm3(b"x"))


def _verify_code(data: bytes) -> None:
    cose.parse_claims(data).verify(world.region("340200").record_signer.certificate, domain="d")


FORMS: dict[str, tuple[Callable[[], bytes], Callable[[bytes], None]]] = {
    "certificate": (lambda: _certificate().encoded, _verify_certificate),
    "request": (_request, _verify_request),
    "revocation list": (_list, _verify_list),
    "CMS": (
        lambda: _message(Dialect.CMS),
        lambda data: parse_message(Dialect.CMS, data).verify(sm3(b"x")),
    ),
    "GB/T 35275": (
        lambda: _message(Dialect.GB_T_35275),
        lambda data: parse_message(Dialect.GB_T_35275, data).verify(sm3(b"x")),
    ),
    "seal": (lambda: world.region("340200").seal.encoded, _verify_seal),
    "seal signature": (_seal_signature, _verify_seal_signature),
    "code": (_code, _verify_code),
}
each_form = pytest.mark.parametrize(
    ("make", "verify"), FORMS.values(), ids=[name.replace(" ", "-") for name in FORMS]
)


@each_form
def test_any_flipped_bit_is_refused(
    make: Callable[[], bytes], verify: Callable[[bytes], None]
) -> None:
    """Every bit of the frame, and a sample of the rest."""
    data = make()
    verify(data)
    chosen = random.Random(38540)  # noqa: S311 - a fixed sample
    frame = {*range(min(24, len(data))), *range(max(0, len(data) - 100), len(data))}
    changes = [(offset, 1 << bit) for offset in sorted(frame) for bit in range(8)]
    changes += [(chosen.randrange(len(data)), 1 << chosen.randrange(8)) for _ in range(250)]
    for offset, mask in changes:
        changed = data[:offset] + bytes((data[offset] ^ mask,)) + data[offset + 1 :]
        with pytest.raises(SigningError):
            verify(changed)


@each_form
def test_cut_and_lengthened_bytes_are_refused(
    make: Callable[[], bytes], verify: Callable[[bytes], None]
) -> None:
    data = make()
    for changed in (b"", data[:-1], data[: len(data) // 2], data + b"\0", data + data):
        with pytest.raises(SigningError):
            verify(changed)


@each_form
@given(source=st.data())
@settings(max_examples=60, deadline=None)
def test_bytes_moved_about_raise_our_errors_alone(
    make: Callable[[], bytes], verify: Callable[[bytes], None], source: st.DataObject
) -> None:
    data = bytearray(make())
    original = bytes(data)
    for _ in range(source.draw(st.integers(1, 4))):
        start = source.draw(st.integers(0, len(data) - 1))
        end = source.draw(st.integers(start, min(len(data), start + 12)))
        data[start:end] = source.draw(st.binary(max_size=12))
    if bytes(data) == original:
        return
    with pytest.raises(SigningError):
        verify(bytes(data))


@given(st.binary(max_size=400))
@_QUICK
def test_random_bytes_raise_our_errors_alone(data: bytes) -> None:
    for _, verify in FORMS.values():
        with pytest.raises(SigningError):
            verify(data)


@given(_VALUES)
@_QUICK
def test_random_der_raises_our_errors_alone(data: bytes) -> None:
    for _, verify in FORMS.values():
        with pytest.raises(SigningError):
            verify(data)


@given(
    st.dictionaries(
        st.integers(-5, 70000),
        st.integers(-(2**70), 2**70) | st.text(max_size=20) | st.binary(max_size=40),
        max_size=8,
    )
)
@_QUICK
def test_claims_come_back_through_the_text_of_a_code(claims: dict[int, object]) -> None:
    signer = world.region("340200").record_signer
    data = cose.sign_claims(dict(claims), signer=signer, domain="d")

    parsed = cose.parse_claims(cose.from_text(cose.to_text(data)))

    assert parsed.claims == claims
    parsed.verify(signer.certificate, domain="d")


@given(st.text(alphabet="0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$*+-./:", max_size=200))
@_QUICK
def test_any_text_of_the_alphabet_is_read_or_refused(text: str) -> None:
    try:
        cose.parse_claims(cose.from_text(text))
    except SigningError:
        return
    raise AssertionError(text)


@given(st.binary(max_size=120))
@settings(max_examples=500, deadline=None)
def test_any_payload_in_a_well_formed_frame_is_read_or_refused(payload: bytes) -> None:
    header = b"\xa2\x01\x3a" + (65578).to_bytes(4, "big") + b"\x04\x48" + bytes(8)
    frame = b"\xd2\x84" + _bytes(header) + b"\xa0" + _bytes(payload) + _bytes(b"\x01" * 64)
    try:
        parsed = cose.parse_claims(frame)
    except SigningError:
        return
    assert isinstance(parsed.claims, dict)


def _bytes(content: bytes) -> bytes:
    return b"\x58" + bytes((len(content),)) + content


def test_roles_are_never_confused() -> None:
    certificate = _certificate()

    assert [role for role in Role if certificate.has_role(role)] == [Role.SEAL]
