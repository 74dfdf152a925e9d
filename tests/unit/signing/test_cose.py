"""Signed claims in a QR code: one encoding, one signer, and no bombs."""

import subprocess
import time
import zlib
from pathlib import Path
from typing import Any

import cbor2
import pytest

from signing import cose
from signing.algorithms import sm3
from signing.certificate_requests import build_request
from signing.errors import InvalidSignatureError, MalformedStructureError, SigningError
from signing.names import DistinguishedName
from signing.roles import Role
from signing.signature_values import SignatureValue
from tests import world
from tests.openssl import USER_ID

CLAIMS: dict[Any, Any] = {1: "11340200MB9TXY014H", 65535: [0, 7], -1: {1: "id", 2: sm3(b"d")}}
DOMAIN = "yinxin.qr/1"
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$*+-./:"


def _signed(claims: dict[Any, Any] | None = None) -> bytes:
    return cose.sign_claims(
        CLAIMS if claims is None else claims,
        signer=world.region("340200").record_signer,
        domain=DOMAIN,
    )


def _frame(**changes: Any) -> bytes:  # noqa: ANN401 - any CBOR value
    """A COSE_Sign1 of which a test changes parts, signed or not."""
    signer = world.region("340200").record_signer
    header = changes.get("header", {1: cose.SM2_ALGORITHM, 4: cose.key_id(signer.certificate)})
    protected = changes.get("protected", cbor2.dumps(header, canonical=True))
    payload = changes.get("payload", cbor2.dumps(CLAIMS, canonical=True))
    message = cbor2.dumps(["Signature1", protected, DOMAIN.encode(), payload])
    signature = SignatureValue.from_der(signer.sign(message)).to_raw()
    parts = [
        protected,
        changes.get("unprotected", {}),
        payload,
        changes.get("signature", signature),
    ]
    return cbor2.dumps(
        cbor2.CBORTag(changes.get("tag", 18), parts + changes.get("more", [])), canonical=True
    )


def test_claims_are_read_as_signed() -> None:
    parsed = cose.parse_claims(_signed())

    parsed.verify(world.region("340200").record_signer.certificate, domain=DOMAIN)
    assert parsed.claims == CLAIMS
    assert parsed.key_id == world.region("340200").record_signer.certificate.digest[:8]


def test_the_frame_of_these_tests_is_the_honest_one() -> None:
    certificate = world.region("340200").record_signer.certificate

    cose.parse_claims(_frame()).verify(certificate, domain=DOMAIN)
    assert len(_frame()) == len(_signed())


def test_openssl_verifies_the_sig_structure(tmp_path: Path) -> None:
    certificate = world.region("340200").record_signer.certificate
    parsed = cose.parse_claims(_signed())
    (tmp_path / "c.pem").write_text(certificate.to_pem())
    (tmp_path / "m").write_bytes(cose.to_be_signed(CLAIMS, certificate=certificate, domain=DOMAIN))
    (tmp_path / "s").write_bytes(parsed.signature.to_der())
    done = subprocess.run(
        ["openssl", "pkeyutl", "-verify", "-rawin", "-digest", "sm3", "-pkeyopt", USER_ID,
         "-certin", "-inkey", tmp_path / "c.pem", "-in", tmp_path / "m",
         "-sigfile", tmp_path / "s"],
        capture_output=True, check=False, text=True,
    )  # fmt: skip

    assert "Signature Verified Successfully" in done.stdout, done.stderr


def test_claims_for_one_purpose_serve_no_other() -> None:
    parsed = cose.parse_claims(_signed())

    with pytest.raises(InvalidSignatureError):
        parsed.verify(world.region("340200").record_signer.certificate, domain="yinxin.status/1")


def test_another_certificate_is_refused_even_with_the_same_key() -> None:
    region = world.region("340200")
    request = build_request(
        DistinguishedName(common_name="twin"), signer=region.record_signer.signer
    )
    twin = region.authority.issue(request, role=Role.RECORD, validity=world.LONG)
    parsed = cose.parse_claims(_signed())

    for certificate in (twin, world.region("610300").record_signer.certificate):
        with pytest.raises(InvalidSignatureError):
            parsed.verify(certificate, domain=DOMAIN)


@pytest.mark.parametrize(
    "changes",
    [
        {"header": {1: -7, 4: bytes(8)}},
        {"header": {1: cose.SM2_ALGORITHM}},
        {"header": {4: bytes(8)}},
        {"header": {1: cose.SM2_ALGORITHM, 4: bytes(7)}},
        {"header": {1: cose.SM2_ALGORITHM, 4: "12345678"}},
        {"header": {1: cose.SM2_ALGORITHM, 4: bytes(8), 2: [1]}},
        {"header": {1: str(cose.SM2_ALGORITHM), 4: bytes(8)}},
        {"header": {1: cose.SM2_ALGORITHM, 4: bytes(8), 16: "application/statuslist+cwt"}},
        {"header": {1: float(cose.SM2_ALGORITHM), 4: bytes(8)}},
        {"header": {True: cose.SM2_ALGORITHM, 4: bytes(8)}},
        {"header": [1, 4]},
        {"protected": b""},
        {"protected": "text"},
        {"unprotected": {4: bytes(8)}},
        {"unprotected": []},
        {"unprotected": 0},
        {"unprotected": None},
        {"unprotected": False},
        {"unprotected": b""},
        {"payload": cbor2.dumps([1, 2])},
        {"payload": b"\xa1"},
        {"payload": b"\xa2\x01\x00\x01\x00"},
        {"payload": b"\xa2\x02\x00\x01\x00"},
        {"payload": b"\xa1\x18\x01\x00"},
        {"payload": b"\xbf\x01\x00\xff"},
        {"payload": b"\xa1\x01\x5f\x41a\xff"},
        {"payload": b"\xa1\x01\xfb\x3f\xf0\x00\x00\x00\x00\x00\x00"},
        {"payload": b"\xa0\x00"},
        {"signature": bytes(64)},
        {"signature": bytes(63)},
        {"signature": b"\xff" * 64},
        {"tag": 17},
        {"tag": 98},
        {"more": [b""]},
    ],
    ids=repr,
)
def test_any_other_structure_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(SigningError):
        cose.parse_claims(_frame(**changes))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xd2",
        b"\xd2\x84",
        b"\xd2\x80",
        b"\xd2\x00",
        b"\xd2" * 3000,
        b"\x81" * 3000,
        b"\xd8\x1c\x81\xd8\x1d\x00",
        b"\xd2\x9b\x7f\xff\xff\xff\xff\xff\xff\xff",
        b"\xd2\x5b\x7f\xff\xff\xff\xff\xff\xff\xff",
        b"\xd2\x84\x5b\x00\x00\x00\xff\xff\xff\xff\xff",
        b"\xc4\x82\x1b\x7f\xff\xff\xff\xff\xff\xff\xff\x01",
        b"\xc5\x82\x1b\x7f\xff\xff\xff\xff\xff\xff\xff\x01",
        b"\xd8\x23\x78\x20" + b"(" * 32,
        bytes(4097),
    ],
    ids=lambda data: data[:8].hex(),
)
def test_hostile_cbor_is_refused_soon(data: bytes) -> None:
    started = time.monotonic()

    with pytest.raises(MalformedStructureError):
        cose.parse_claims(data)

    assert time.monotonic() - started < 1


# Other messages than codes ------------------------------------------------------------------------


def test_a_content_type_is_signed_and_expected() -> None:
    signer = world.region("340200").status_signer
    data = cose.sign_claims(CLAIMS, signer=signer, domain=DOMAIN, content_type="a/b")

    parsed = cose.parse_claims(data, content_type="a/b")

    parsed.verify(signer.certificate, domain=DOMAIN)
    for expected in ("", "a/c"):
        with pytest.raises(MalformedStructureError, match="headers"):
            cose.parse_claims(data, content_type=expected)
    with pytest.raises(MalformedStructureError, match="headers"):
        cose.parse_claims(_signed(), content_type="a/b")


def test_a_code_has_no_content_type() -> None:
    protected = cbor2.loads(_signed()).value[0]

    assert cbor2.loads(protected).keys() == {1, 4}


def test_only_who_asks_for_more_reads_more_than_a_code() -> None:
    data = _signed({1: "a" * cose.MAX_MESSAGE_BYTES})

    assert cose.parse_claims(data, max_bytes=len(data)).claims == {1: "a" * 4096}
    for bound in (cose.MAX_MESSAGE_BYTES, len(data) - 1):
        with pytest.raises(MalformedStructureError, match="too long"):
            cose.parse_claims(data, max_bytes=bound)


# The text form -----------------------------------------------------------------------------------


def test_a_compressible_code_is_shorter_than_its_bytes_would_be() -> None:
    data = _signed({1: "a" * 900})
    text = cose.to_text(data)

    assert set(text) <= set(ALPHABET)
    assert len(text) < len(data)
    assert cose.from_text(text) == data


def test_two_bytes_take_three_letters() -> None:
    data = _signed()

    assert len(cose.to_text(data)) == len(data) // 2 * 3 + len(data) % 2 * 2
    assert cose.from_text(cose.to_text(data)) == data


def _text(packed: bytes) -> str:
    """Base43 of any bytes, compressed already."""
    letters = ""
    for at in range(0, len(packed), 2):
        pair = packed[at : at + 2]
        value = int.from_bytes(pair, "big")
        for _ in range(len(pair) + 1):
            value, letter = divmod(value, 43)
            letters += ALPHABET[letter]
    return letters


def test_a_bomb_is_not_unpacked() -> None:
    packed = zlib.compress(b"\xd2" + bytes(4_000_000), 9)
    assert len(packed) < 4096
    started = time.monotonic()

    with pytest.raises(MalformedStructureError, match="wrong length"):
        cose.from_text(_text(packed))

    assert time.monotonic() - started < 0.5


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "abc",
        "印信",
        "A" * 8193,
        ":::",
        "::",
        _text(b"\x00\x01"),
        _text(b"\x78\x9c"),
        _text(zlib.compress(b"\xd2\x00" * 40)[:-1]),
        _text(zlib.compress(b"\xd2\x00" * 40) + b"\x00"),
        _text(zlib.compress(b"\xd2\x00" * 40)[:-1] + b"\x00"),
        _text(zlib.compress(bytes(4097), 9)),
        _text(b"\xd2" * 4) + "0",
    ],
    ids=lambda text: text[:10] or "empty",
)
def test_texts_that_are_no_code_are_refused(text: str) -> None:
    with pytest.raises(MalformedStructureError):
        cose.parse_claims(cose.from_text(text))


def test_a_letter_too_many_gives_no_second_text_for_a_code() -> None:
    text = cose.to_text(_signed({1: "x"}))
    padded = text + "0" * (3 - len(text) % 3 + 1)

    with pytest.raises(MalformedStructureError):
        cose.parse_claims(cose.from_text(padded))
    if len(text) % 3 == 0:
        with pytest.raises(MalformedStructureError, match="base43"):
            cose.from_text(text + "0")
