"""The signed form of requests of clients: that of regions, with a key that is known already."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.algorithms import sm3
from signing.certificates import encode_public_key
from signing.client_requests import (
    is_signed_by_client,
    parse_client_signature,
    public_key_id,
    sign_client_request,
)
from signing.errors import InvalidSignatureError, MalformedStructureError, SigningError
from signing.request_forms import RequestHead
from signing.request_signatures import is_signed, parse_request_signature, sign_request
from tests import world
from tests.world import NOON, MemorySigner

SIGNER = MemorySigner("client")
HEAD = RequestHead(method="POST", path="/a%20b", query="x=1", content_type="text/plain")
NOW = NOON + timedelta(seconds=1, microseconds=900_000)


def signed(client: str = "window-system", to: str = "340200") -> dict[str, str]:
    return sign_client_request(HEAD, b"body", client=client, to=to, signer=SIGNER, now=NOW)


def test_the_headers_say_who_asks_whom_and_when_and_send_no_certificate() -> None:
    headers = signed()

    assert re.fullmatch(
        r'yx=\("@method" "@path" "@query" "content-type" "content-digest"\)'
        rf";created={int(NOON.timestamp()) + 1}"
        r';nonce="[0-9a-f]{32}"'
        rf';keyid="window-system/{public_key_id(SIGNER.public_key).hex()}"'
        r';alg="sm2-sm3";tag="yinxin.client-request/1";to="340200"',
        headers["Signature-Input"],
    )
    assert sorted(headers) == ["Content-Digest", "Signature", "Signature-Input"]
    assert public_key_id(SIGNER.public_key) == sm3(encode_public_key(SIGNER.public_key))[:8]


def test_what_was_signed_is_read_back_and_verifies_by_its_key_alone() -> None:
    found = parse_client_signature(signed().items())

    assert (found.signer, found.to, found.created) == (
        "window-system",
        "340200",
        NOW.replace(microsecond=0),
    )
    found.verify(HEAD, key=SIGNER.public_key)
    found.check_body(b"body")
    with pytest.raises(InvalidSignatureError):
        found.verify(HEAD, key=MemorySigner("other").public_key)
    with pytest.raises(InvalidSignatureError):
        found.check_body(b"")


def test_regions_and_clients_are_never_taken_for_one_another() -> None:
    region = sign_request(
        HEAD,
        b"body",
        region="610300",
        to="340200",
        signer=world.region("610300").service,
        now=NOW,
    )

    assert is_signed_by_client(signed().items())
    assert is_signed(signed().items())
    assert not is_signed_by_client(region.items())
    with pytest.raises(MalformedStructureError):
        parse_client_signature(region.items())
    with pytest.raises(MalformedStructureError):
        parse_request_signature(signed().items())
    beside = signed() | {"Yinxin-Certificate": region["Yinxin-Certificate"]}
    with pytest.raises(MalformedStructureError):
        parse_request_signature(beside.items())
    with pytest.raises(MalformedStructureError):
        parse_client_signature((signed() | {"yinxin-certificate": "MIIB"}).items())


@pytest.mark.parametrize("name", ["", "ab", "610300", "Window", "a/b", 'a";x="', "a" * 41])
def test_nothing_is_signed_in_what_is_no_name(name: str) -> None:
    with pytest.raises(MalformedStructureError):
        signed(client=name)


@pytest.mark.parametrize("to", ["", "34020", "34020a"])
def test_nothing_is_signed_for_what_is_no_region(to: str) -> None:
    with pytest.raises(MalformedStructureError):
        signed(to=to)


@given(st.data())
def test_any_changed_character_of_a_header_is_noticed(data: st.DataObject) -> None:
    headers = signed()
    name = data.draw(st.sampled_from(sorted(headers)))
    at = data.draw(st.integers(0, len(headers[name]) - 1))
    letter = data.draw(st.characters(min_codepoint=32, max_codepoint=126))
    changed = headers[name][:at] + letter + headers[name][at + 1 :]

    if changed == headers[name]:
        return
    found = headers | {name: changed}
    with pytest.raises(SigningError):
        parse_client_signature(found.items()).verify(HEAD, key=SIGNER.public_key)
