"""The signed form of requests between regions."""

import base64
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing import sm2
from signing.algorithms import sm3
from signing.cose import key_id
from signing.errors import InvalidSignatureError, MalformedStructureError, SigningError
from signing.request_forms import MAX_CERTIFICATE_CHARACTERS, RequestHead, signature_base
from signing.request_signatures import is_signed, parse_request_signature, sign_request
from signing.signature_values import SignatureValue
from signing.signer import CertifiedSigner
from tests import world

SERVICE = world.region("610300").service
HEAD = RequestHead(method="GET", path="/a%20b", query="x=1&y=%E8%8A%9C", content_type="text/plain")
NOW = world.NOON + timedelta(seconds=1, microseconds=900_000)


def signed(head: RequestHead = HEAD, body: bytes = b"body", to: str = "340200") -> dict[str, str]:
    return sign_request(head, body, region="610300", to=to, signer=SERVICE, now=NOW)


def test_what_is_signed_reads_as_in_rfc_9421() -> None:
    headers = signed()
    parameters = headers["Signature-Input"].removeprefix("yx=")

    base = signature_base(HEAD, sm3(b"body"), parameters).decode("ascii")

    assert base.splitlines() == [
        '"@method": GET',
        '"@path": /a%20b',
        '"@query": ?x=1&y=%E8%8A%9C',
        '"content-type": text/plain',
        f'"content-digest": {headers["Content-Digest"]}',
        f'"@signature-params": {parameters}',
    ]
    value = base64.b64decode(headers["Signature"][len("yx=:") : -1])
    sm2.verify(
        base.encode("ascii"), SignatureValue.from_raw(value), key=SERVICE.certificate.public_key
    )


def test_the_headers_say_who_asks_whom_and_when() -> None:
    headers = signed()

    assert re.fullmatch(
        r'yx=\("@method" "@path" "@query" "content-type" "content-digest"\)'
        rf";created={int(world.NOON.timestamp()) + 1}"
        r';nonce="[0-9a-f]{32}"'
        rf';keyid="610300/{key_id(SERVICE.certificate).hex()}"'
        r';alg="sm2-sm3";tag="yinxin.region-request/1";to="340200"',
        headers["Signature-Input"],
    )
    assert headers["Content-Digest"] == f"sm3=:{base64.b64encode(sm3(b'body')).decode()}:"
    assert base64.b64decode(headers["Yinxin-Certificate"]) == SERVICE.certificate.encoded


def test_what_was_signed_is_read_back() -> None:
    found = parse_request_signature(signed().items())

    assert (found.region, found.to, found.certificate) == ("610300", "340200", SERVICE.certificate)
    assert found.created == NOW.replace(microsecond=0)
    assert found.covers_content_type
    found.verify(HEAD)
    found.check_body(b"body")
    with pytest.raises(InvalidSignatureError):
        found.check_body(b"")


def test_names_of_headers_are_read_in_any_case() -> None:
    for change in (str.lower, str.upper):
        headers = [(change(name), value) for name, value in signed().items()]

        parse_request_signature(headers).verify(HEAD)
        assert is_signed(headers)


def test_two_signatures_over_one_request_differ_in_their_nonces() -> None:
    nonces = {parse_request_signature(signed().items()).nonce for _ in range(50)}

    assert len(nonces) == 50


def test_a_request_claims_to_be_signed_by_any_header_of_a_signature() -> None:
    for name in ("signature", "Signature-Input", "yinxin-certificate"):
        assert is_signed([("host", "x"), (name, "")])
    assert not is_signed([("content-digest", "sm3=:x:"), ("authorization", "Bearer x")])


@pytest.mark.parametrize(
    "parts",
    [
        {"method": "get"},
        {"method": ""},
        {"method": "GET\n"},
        {"path": "a"},
        {"path": "/a b"},
        {"path": '/a\n"@query": ?'},
        {"path": "/a?b"},
        {"path": "/芜湖"},
        {"path": "/" + "a" * 2048},
        {"query": "a b"},
        {"query": "a#b"},
        {"query": "a\r"},
        {"query": "a" * 4097},
        {"content_type": "text/plain\n"},
        {"content_type": " text/plain"},
        {"content_type": "text/plain "},
        {"content_type": "a" * 201},
    ],
    ids=str,
)
def test_a_head_that_could_forge_a_line_or_is_too_long_is_refused(parts: dict[str, str]) -> None:
    with pytest.raises(MalformedStructureError):
        replace(HEAD, **parts)


@pytest.mark.parametrize("to", ["", "34020", "3402000", "34020a", '340200";x="'])
def test_nothing_is_signed_for_what_is_no_region(to: str) -> None:
    with pytest.raises(MalformedStructureError):
        signed(to=to)


def test_a_certificate_that_fits_no_header_is_not_sent() -> None:
    longer = replace(SERVICE.certificate, encoded=bytes(MAX_CERTIFICATE_CHARACTERS))
    signer = CertifiedSigner(signer=SERVICE.signer, certificate=longer)

    with pytest.raises(MalformedStructureError, match="too long"):
        sign_request(HEAD, b"", region="610300", to="340200", signer=signer, now=NOW)


@pytest.mark.parametrize("header", ["Signature-Input", "Signature", "Content-Digest"])
def test_a_long_header_is_refused_before_it_is_looked_at(header: str) -> None:
    for name, length in ((header, 513), ("Yinxin-Certificate", MAX_CERTIFICATE_CHARACTERS + 1)):
        with pytest.raises(MalformedStructureError, match="too long"):
            parse_request_signature((signed() | {name: "A" * length}).items())


@pytest.mark.parametrize("content_type", ["", "text/plain"])
def test_a_signature_says_rightly_whether_it_covers_a_content_type(content_type: str) -> None:
    """A line more or less in what is signed than among the components that are named."""
    named = replace(HEAD, content_type="" if content_type else "text/plain")
    headers = signed(named)
    parameters = headers["Signature-Input"].removeprefix("yx=")
    head = replace(HEAD, content_type=content_type)
    value = SignatureValue.from_der(SERVICE.sign(signature_base(head, sm3(b"body"), parameters)))
    headers["Signature"] = f"yx=:{base64.b64encode(value.to_raw()).decode()}:"

    with pytest.raises(InvalidSignatureError):
        parse_request_signature(headers.items()).verify(head)


_NAMES = st.sampled_from(["content-digest", "signature-input", "signature", "yinxin-certificate"])


@given(st.lists(st.tuples(_NAMES, st.text(max_size=99)), max_size=6), st.booleans())
def test_any_headers_are_read_or_refused(
    strange: list[tuple[str, str]],
    with_good_ones: bool,  # noqa: FBT001 - drawn
) -> None:
    good = (
        []
        if not with_good_ones
        else [i for i in signed().items() if i[0].lower() not in dict(strange)]
    )

    try:
        parse_request_signature([*good, *strange])
    except SigningError:
        return
    assert strange == []


@given(st.data())
def test_any_changed_character_of_a_header_is_noticed(data: st.DataObject) -> None:
    headers = signed()
    name = data.draw(st.sampled_from(sorted(headers)))
    at = data.draw(st.integers(0, len(headers[name]) - 1))
    letter = data.draw(st.characters(min_codepoint=32, max_codepoint=126))
    changed = headers[name][:at] + letter + headers[name][at + 1 :]

    if changed == headers[name]:
        return
    with pytest.raises(SigningError):
        parse_request_signature((headers | {name: changed}).items()).verify(HEAD)
