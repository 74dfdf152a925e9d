"""A timestamp inside the strict CMS: exactly one, byte for byte, and over the signature value."""

import pytest

from signing import der
from signing.algorithms import SIGNATURE_TIMESTAMP, sm3
from signing.errors import MalformedStructureError
from signing.signed_messages import Dialect, parse_message, prepare
from signing.timestamp_tokens import parse_token
from tests import world
from tests.foreign_timestamps import Maker, authority

DIGEST = sm3(b"document")


def _made(*, timestamp: bytes | None = None, dialect: Dialect = Dialect.CMS) -> tuple[bytes, bytes]:
    """A message and its signature value."""
    signer = world.region("340200").seal_signer
    prepared = prepare(dialect, DIGEST, signer=signer, signed_at=world.NOON)
    value = signer.sign(prepared.to_be_signed)
    token = authority().stamp(sm3(value)) if timestamp is None else timestamp
    return prepared.complete(value, token), value


def _with_unsigned(*attributes: bytes) -> bytes:
    """A message with chosen unsigned attributes."""
    data, _ = _made(timestamp=b"\x30\x00")
    marker = der.sequence(der.oid(SIGNATURE_TIMESTAMP), der.tlv(der.SET, b"\x30\x00"))
    return _rebuilt(der.read(data), der.tlv(0xA1, marker), der.tlv(0xA1, *attributes))


def _rebuilt(element: der.Element, old: bytes, new: bytes) -> bytes:
    if element.encoded == old:
        return new
    if old not in element.content:
        return element.encoded
    return der.tlv(element.tag, *(_rebuilt(child, old, new) for child in der.children(element)))


@pytest.mark.parametrize("dialect", Dialect, ids=lambda item: item.name)
def test_a_message_keeps_its_timestamp(dialect: Dialect) -> None:
    data, value = _made(dialect=dialect)
    message = parse_message(dialect, data)

    message.verify(DIGEST)
    token = parse_token(message.timestamp)
    token.verify(sm3(value))
    assert message.signature.to_der() == value


def test_a_message_without_a_timestamp_has_none() -> None:
    data, _ = _made(timestamp=b"")
    assert parse_message(Dialect.CMS, data).timestamp == b""


def test_the_timestamp_changes_nothing_that_is_signed() -> None:
    plain, stamped = (
        parse_message(Dialect.CMS, _made(timestamp=timestamp)[0]) for timestamp in (b"", None)
    )
    assert plain.to_be_signed == stamped.to_be_signed


def _attribute(*values: bytes, kind: str = SIGNATURE_TIMESTAMP) -> bytes:
    return der.sequence(der.oid(kind), der.tlv(der.SET, *values))


@pytest.mark.parametrize(
    "attributes",
    [
        (),
        (_attribute(),),
        (_attribute(der.octets(b"x")),),
        (_attribute(b"\x30\x00", b"\x30\x00"),),
        (_attribute(b"\x30\x00"), _attribute(b"\x30\x00")),
        (_attribute(b"\x30\x00", kind="1.2.840.113549.1.9.16.2.47"),),
        (_attribute(b"\x30\x00"), _attribute(b"\x30\x00", kind="1.2.3")),
        (der.sequence(der.oid(SIGNATURE_TIMESTAMP)),),
    ],
    ids=range(8),
)
def test_any_other_unsigned_attribute_is_refused(attributes: tuple[bytes, ...]) -> None:
    with pytest.raises(MalformedStructureError):
        parse_message(Dialect.CMS, _with_unsigned(*attributes))


def test_a_surgery_that_changes_nothing_is_read() -> None:
    token = Maker().token()
    message = parse_message(Dialect.CMS, _with_unsigned(_attribute(token)))
    assert message.timestamp == token


def test_a_length_that_is_not_minimal_is_refused() -> None:
    data, _ = _made()
    at = data.rindex(b"\xa1\x82")
    length = int.from_bytes(data[at + 2 : at + 4], "big")
    padded = data[:at] + b"\xa1\x83" + length.to_bytes(3, "big") + data[at + 4 :]
    with pytest.raises(MalformedStructureError):
        parse_message(Dialect.CMS, padded)
