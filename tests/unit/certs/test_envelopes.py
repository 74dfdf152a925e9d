"""Signed JSON: what was signed, by whom, and in whatever layout it travels."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from certs import canonical
from certs.canonical import JsonValue
from certs.envelopes import MAX_ENVELOPE_BYTES, parse_envelope, sign_payload
from certs.errors import MalformedRecordError
from signing.algorithms import sm3
from signing.errors import InvalidSignatureError
from signing.signed_messages import Dialect, sign_message
from tests import world

PAYLOAD: dict[str, JsonValue] = {
    "schema": "x/1",
    "名称": "信任列表",
    "regions": ["340200", "610300"],
}


def _signed(payload: dict[str, JsonValue] = PAYLOAD) -> bytes:
    return sign_payload(payload, signer=world.region("340200").service, signed_at=world.NOON)


def _changed(change: Callable[[dict[str, Any]], object]) -> bytes:
    value = json.loads(_signed())
    change(value)
    return json.dumps(value).encode()


def test_an_envelope_says_what_was_signed_and_by_whom() -> None:
    envelope = parse_envelope(_signed())

    envelope.verify()
    assert envelope.payload == PAYLOAD
    assert envelope.identity == sm3(canonical.encode(PAYLOAD))
    assert envelope.message.signer == world.region("340200").service.certificate
    assert envelope.message.dialect is Dialect.GB_T_35275


def test_the_layout_is_not_signed_and_does_not_change_the_identity() -> None:
    pretty = json.dumps(json.loads(_signed()), indent=2).encode()

    envelope = parse_envelope(pretty)

    envelope.verify()
    assert envelope.identity == parse_envelope(_signed()).identity
    assert b"\\u" in pretty


@pytest.mark.parametrize(
    "change",
    [
        lambda value: value["payload"].update(schema="x/2"),
        lambda value: value["payload"].update(more=1),
        lambda value: value["payload"].pop("schema"),
        lambda value: value["payload"]["regions"].reverse(),
        lambda value: value["payload"].update(名称="信任列表 "),
    ],
)
def test_a_changed_payload_does_not_verify(change: Callable[[dict[str, Any]], object]) -> None:
    envelope = parse_envelope(_changed(change))

    assert envelope.identity != parse_envelope(_signed()).identity
    with pytest.raises(InvalidSignatureError):
        envelope.verify()


def test_the_signature_of_another_payload_does_not_verify() -> None:
    other = json.loads(_signed({"schema": "x/1"}))["signature"]

    with pytest.raises(InvalidSignatureError):
        parse_envelope(_changed(lambda value: value.update(signature=other))).verify()


def _cms() -> str:
    digest = sm3(canonical.encode(PAYLOAD))
    signer = world.region("340200").service
    message = sign_message(Dialect.CMS, digest, signer=signer, signed_at=world.NOON)
    return base64.b64encode(message).decode()


@pytest.mark.parametrize(
    "change",
    [
        lambda value: value.update(signature=""),
        lambda value: value.update(signature="印信"),
        lambda value: value.update(signature="A"),
        lambda value: value.update(signature="AAAA\n"),
        lambda value: value.update(signature=value["signature"] + "AAAA"),
        lambda value: value.update(signature=value["signature"][:-4]),
        lambda value: value.update(signature=_cms()),
        lambda value: value.update(signature=5),
        lambda value: value.update(payload=[]),
        lambda value: value.update(payload="x"),
        lambda value: value.update(more="x"),
        lambda value: value.pop("payload"),
        lambda value: value.pop("signature"),
    ],
)
def test_another_structure_is_refused(change: Callable[[dict[str, Any]], object]) -> None:
    with pytest.raises(MalformedRecordError):
        parse_envelope(_changed(change))


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"[]", b"\xff", b"{" * 50_000, _signed() + b"x", _signed()[:-1]],
    ids=lambda data: repr(data[:12]),
)
def test_bytes_that_are_no_envelope_are_refused(data: bytes) -> None:
    with pytest.raises(MalformedRecordError):
        parse_envelope(data)


def test_an_envelope_larger_than_the_reader_wants_is_refused_unread() -> None:
    with pytest.raises(MalformedRecordError, match="more than 100 bytes"):
        parse_envelope(_signed(), max_bytes=100)
    with pytest.raises(MalformedRecordError, match="more than"):
        parse_envelope(b" " * (MAX_ENVELOPE_BYTES + 1))


def test_what_canonical_json_cannot_hold_is_not_signed() -> None:
    for value in (1.5, None, 2**53):
        with pytest.raises(MalformedRecordError):
            _signed({"x": value})  # type: ignore[dict-item]
