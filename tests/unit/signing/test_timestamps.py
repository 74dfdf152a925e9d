"""Timestamps: our authority, what other makers write, and everything that must not pass."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from signing import der
from signing.algorithms import (
    CMS_DATA,
    GB_SIGNED_DATA,
    SM2_CURVE,
    SM2_SIGN,
    SM3,
    TIMESTAMPING_USAGE,
    sm3,
)
from signing.certificates import parse_certificate
from signing.errors import InvalidPathError, InvalidSignatureError, MalformedStructureError
from signing.named_certificates import name_certificates
from signing.paths import build_path, check_role
from signing.roles import Role
from signing.signer import CertifiedSigner
from signing.timestamp_authorities import POLICY, TimestampAuthority
from signing.timestamp_tokens import MAX_TOKEN_BYTES, Token, parse_token
from signing.timestamps import (
    MAX_REQUEST_BYTES,
    MAX_RESPONSE_BYTES,
    TimestampRequest,
    granted,
    parse_request,
    read_response,
    refused,
)
from tests import world
from tests.foreign_timestamps import (
    DIGEST,
    Maker,
    algorithm,
    authority,
    imprint,
    info,
    sha256_name,
    signer,
)
from tests.openssl import openssl

EXTENSION = der.sequence(der.oid("1.2.3.4"), der.octets(b"x"))
CRITICAL = der.sequence(der.oid("1.2.3.4"), der.tlv(der.BOOLEAN, b"\xff"), der.octets(b"x"))


def _read(token: bytes) -> Token:
    parsed = parse_token(token)
    parsed.verify(DIGEST)
    return parsed


# Our authority ---------------------------------------------------------------------------------


def test_an_answer_holds_for_its_question() -> None:
    request = TimestampRequest.of(DIGEST)
    token = read_response(authority().answer(request.encode()), request)

    assert (token.time, token.info.imprint) == (world.NOON, DIGEST)
    assert (token.info.nonce, token.info.policy) == (request.nonce, POLICY)
    assert token.info.accuracy == timedelta(seconds=1)
    assert token.others == signer().chain


def test_the_authority_of_a_token_has_its_own_role() -> None:
    token = _read(authority().stamp(DIGEST))
    path = build_path(
        token.certificate, intermediates=token.others, anchors=(world.root().certificate,)
    )
    check_role(path, Role.TIMESTAMP)
    with pytest.raises(InvalidPathError):
        check_role(path, Role.SEAL)
    assert token.certificate.extended_usages == {TIMESTAMPING_USAGE}


def test_two_questions_never_look_alike() -> None:
    assert TimestampRequest.of(DIGEST) != TimestampRequest.of(DIGEST)


def test_a_key_for_something_else_makes_no_authority() -> None:
    with pytest.raises(InvalidPathError):
        TimestampAuthority(signer=world.region("340200").seal_signer, now=lambda: world.NOON)


def test_an_answer_to_another_question_is_refused() -> None:
    one, other = TimestampRequest.of(DIGEST), TimestampRequest.of(DIGEST)
    with pytest.raises(InvalidSignatureError, match="another request"):
        read_response(authority().answer(one.encode()), other)


def test_an_answer_that_names_no_question_is_refused() -> None:
    with pytest.raises(InvalidSignatureError, match="which request"):
        read_response(granted(authority().stamp(DIGEST)), TimestampRequest.of(DIGEST))


def test_an_answer_under_other_rules_is_refused() -> None:
    request = TimestampRequest(digest=DIGEST, nonce=5, policy="1.2.3")
    with pytest.raises(MalformedStructureError, match="refused"):
        read_response(authority().answer(request.encode()), request)
    asked_for_none = replace(request, policy="")
    with pytest.raises(InvalidSignatureError, match="other rules"):
        read_response(authority().answer(asked_for_none.encode()), request)


@pytest.mark.parametrize(
    "query",
    [
        b"",
        b"\x30\x00",
        b"0" * 40,
        TimestampRequest(digest=DIGEST, nonce=7).encode()[:-1],
        der.sequence(der.integer(1), imprint(DIGEST, hash_name="2.16.840.1.101.3.4.2.1")),
        der.sequence(der.integer(1), imprint(DIGEST)),
        der.sequence(der.integer(2), imprint(DIGEST), der.tlv(der.BOOLEAN, b"\xff")),
        der.sequence(der.integer(1), imprint(b"short"), der.tlv(der.BOOLEAN, b"\xff")),
        TimestampRequest(digest=DIGEST, nonce=1 << 2000).encode(),
        b"\x30" * (MAX_REQUEST_BYTES + 1),
    ],
    ids=lambda query: query[:8].hex(),
)
def test_a_question_that_cannot_be_read_is_refused_and_nothing_is_signed(query: bytes) -> None:
    assert authority().answer(query) == refused()
    with pytest.raises(MalformedStructureError):
        parse_request(query)
    with pytest.raises(MalformedStructureError, match="refused"):
        read_response(refused(), TimestampRequest.of(DIGEST))


# OpenSSL as a witness ----------------------------------------------------------------------------


def test_openssl_reads_our_question_and_our_answer(tmp_path: Path) -> None:
    request = TimestampRequest.of(DIGEST)
    (tmp_path / "q").write_bytes(request.encode())
    (tmp_path / "r").write_bytes(authority().answer(request.encode()))

    asked = openssl("ts", "-query", "-in", tmp_path / "q", "-text")
    answered = openssl("ts", "-reply", "-in", tmp_path / "r", "-text")

    assert f"Nonce: 0x{request.nonce:0X}" in asked.replace("0x0", "0x")
    assert "Hash Algorithm: sm3" in asked
    assert "Status: Granted." in answered
    assert "Time stamp: Mar 18 04:00:00 2026 GMT" in answered
    assert "Accuracy: 0x01 seconds" in answered


def test_our_authority_answers_a_question_that_openssl_wrote(tmp_path: Path) -> None:
    openssl("ts", "-query", "-digest", DIGEST.hex(), "-sm3", "-cert", "-out", tmp_path / "q")
    request = parse_request((tmp_path / "q").read_bytes())
    assert request.digest == DIGEST
    token = read_response(authority().answer((tmp_path / "q").read_bytes()), request)
    assert token.info.nonce == request.nonce


def test_openssl_verifies_what_our_authority_signed(tmp_path: Path) -> None:
    token = authority().stamp(DIGEST)
    content = der.children(der.children(der.read(token))[1])[0]
    infos = der.children(content)[-1]
    parts = der.children(der.children(infos)[0])
    attributes, signature = parts[3], parts[5]
    (tmp_path / "signed").write_bytes(der.tlv(der.SET, attributes.content))
    (tmp_path / "value").write_bytes(signature.content)
    (tmp_path / "certificate").write_text(signer().certificate.to_pem())
    key = openssl("x509", "-in", tmp_path / "certificate", "-noout", "-pubkey")
    (tmp_path / "key").write_text(key)

    openssl(
        *("dgst", "-sm3", "-verify", tmp_path / "key"),
        *("-signature", tmp_path / "value", "-sigopt", "distid:1234567812345678"),
        tmp_path / "signed",
    )


# Other makers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "maker",
    [
        Maker(),
        Maker(outer=GB_SIGNED_DATA),
        Maker(outer=GB_SIGNED_DATA, signature_name=SM2_SIGN, is_raw=True),
        Maker(signature_name=SM2_CURVE),
        Maker(digest_name=f"{SM3}.1", has_null=True),
        Maker(content=info(stamped=imprint(hash_name=f"{SM3}.1"))),
        Maker(identified_by_key=True),
        Maker(is_sorted=False),
        Maker(named=sha256_name(signer().certificate.encoded)),
        Maker(unsigned=der.sequence(der.oid("1.2.3"), der.tlv(der.SET, der.integer(1)))),
        Maker(lists=der.sequence(der.integer(1))),
        Maker(certificates=(der.sequence(der.integer(1)), signer().certificate.encoded)),
        Maker(content=info(der.tlv(der.BOOLEAN, b"\0"), der.explicit(1, EXTENSION))),
        Maker(content=info(der.explicit(0, der.tlv(0xA4, der.sequence())))),
    ],
    ids=range(14),
)
def test_a_token_of_another_maker_is_read(maker: Maker) -> None:
    assert _read(maker.token()).certificate == signer().certificate


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        (b"20260318040000Z", 0),
        (b"20260318040000.5Z", 500_000),
        (b"20260318040000.1234567Z", 123_456),
    ],
)
def test_times_may_have_fractions(time: bytes, expected: int) -> None:
    token = _read(Maker(content=info(time=time)).token())
    assert token.time == datetime(2026, 3, 18, 4, 0, 0, expected, tzinfo=UTC)


def test_accuracy_is_added_up_from_its_parts() -> None:
    accuracy = der.sequence(der.integer(2), der.tlv(0x80, b"\x05"), der.tlv(0x81, b"\x03\x00"))
    token = _read(Maker(content=info(accuracy, der.integer(9))).token())
    assert token.info.accuracy == timedelta(seconds=2, milliseconds=5, microseconds=768)
    assert token.info.nonce == 9


# What must not pass ------------------------------------------------------------------------------


def _other_key() -> CertifiedSigner:
    return world.certified(world.region("340200").authority, Role.TIMESTAMP)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: Maker(content=info(stamped=imprint(sm3(b"other")))), "something else"),
        (lambda: Maker(signed_info=info(der.integer(1))), "not what was signed"),
        (lambda: Maker(attribute_type=CMS_DATA), "no timestamp"),
        (lambda: Maker(signer=world.region("340200").seal_signer), "timestamping alone"),
        (lambda: Maker(signer=world.region("340200").service), "timestamping alone"),
        (lambda: Maker(named=sha256_name(b"another")), "another certificate"),
        (lambda: Maker(named=der.sequence()), "another certificate"),
        (lambda: Maker(named=der.sequence(der.sequence())), "another certificate"),
        (
            lambda: Maker(
                named=der.sequence(der.sequence(der.sequence(algorithm(SM3), der.octets(DIGEST))))
            ),
            "another certificate",
        ),
    ],
    ids=range(9),
)
def test_a_token_that_does_not_hold_is_refused(make: Callable[[], Maker], reason: str) -> None:
    token = parse_token(make().token())
    with pytest.raises(InvalidSignatureError, match=reason):
        token.verify(DIGEST)


def test_a_signature_by_another_key_is_refused() -> None:
    good = Maker(is_raw=True).token()
    value = Maker(signer=_other_key(), is_raw=True).token()[-64:]
    token = parse_token(good[:-64] + value)
    with pytest.raises(InvalidSignatureError):
        token.verify(DIGEST)


def test_a_purpose_that_is_not_critical_is_refused() -> None:
    certificate = _without_critical(signer())
    token = parse_token(Maker(signer=certificate).token())
    with pytest.raises(InvalidSignatureError, match="timestamping alone"):
        token.verify(DIGEST)


def _without_critical(honest: CertifiedSigner) -> CertifiedSigner:
    """The same key certified anew, the purpose marked as mere advice."""
    parent = world.region("340200").authority
    usage = der.oid("2.5.29.37")
    critical = usage + der.tlv(der.BOOLEAN, b"\xff")
    body = der.read(honest.certificate.to_be_signed)
    changed = _replaced(body, critical, usage)
    algorithm_of = der.children(der.read(honest.certificate.encoded))[1].encoded
    encoded = der.sequence(changed, algorithm_of, der.bits(parent.signer.sign(changed)))
    return CertifiedSigner(signer=honest.signer, certificate=parse_certificate(encoded))


def _replaced(element: der.Element, old: bytes, new: bytes) -> bytes:
    """The element with bytes in its depth exchanged, all lengths put right."""
    if old not in element.content:
        return element.encoded
    if element.content.startswith(old):
        return der.tlv(element.tag, element.content.replace(old, new, 1))
    return der.tlv(element.tag, *(_replaced(child, old, new) for child in der.children(element)))


@pytest.mark.parametrize(
    "make",
    [
        lambda: Maker(certificates=()),
        lambda: Maker(certificates=(_other_key().certificate.encoded,)),
        lambda: Maker(certificates=(signer().certificate.encoded,) * 17),
        lambda: Maker(outer=CMS_DATA),
        lambda: Maker(content_type=CMS_DATA),
        lambda: Maker(digest_name="2.16.840.1.101.3.4.2.1"),
        lambda: Maker(signature_name="1.2.840.113549.1.1.11"),
        lambda: Maker(content=info(der.explicit(1, CRITICAL))),
        lambda: Maker(content=info(der.integer(1), der.sequence())),
        lambda: Maker(content=info(der.integer(1), der.integer(1))),
        lambda: Maker(content=info(der.integer(1 << 600))),
        lambda: Maker(content=info(der.sequence(der.tlv(0x80, b"\x03\xe8")))),
        lambda: Maker(content=info(der.sequence(der.integer(1), der.integer(1)))),
        lambda: Maker(content=info(der.sequence(der.integer(-1)))),
        lambda: Maker(content=info(der.tlv(der.UTF8_STRING, b"x"))),
        lambda: Maker(content=info(time=b"20260318040000")),
        lambda: Maker(content=info(time=b"20260318120000+0800")),
        lambda: Maker(content=info(time=b"20261318040000Z")),
        lambda: Maker(content=info(stamped=imprint(DIGEST, hash_name="1.2.3"))),
        lambda: Maker(content=info(stamped=imprint(DIGEST + b"x"))),
        lambda: Maker(content=der.sequence(der.integer(1))),
        lambda: Maker(content=b"\x04\x00"),
        lambda: Maker(more_attributes=(Maker().attributes()[0],)),
    ],
    ids=range(23),
)
def test_what_is_no_token_is_refused(make: Callable[[], Maker]) -> None:
    with pytest.raises((MalformedStructureError, InvalidSignatureError)):
        parse_token(make().token())


@pytest.mark.parametrize(
    "data",
    [b"", b"\x30", b"\x30\x80\x00\x00", b"\x30\x00", b"\x31" * 50, b"\x30" * 3000],
    ids=range(6),
)
def test_bytes_that_are_no_der_are_refused(data: bytes) -> None:
    with pytest.raises(MalformedStructureError):
        parse_token(data)


def test_a_token_or_an_answer_that_is_too_long_is_not_read() -> None:
    with pytest.raises(MalformedStructureError, match="longer"):
        parse_token(bytes(MAX_TOKEN_BYTES + 1))
    with pytest.raises(MalformedStructureError, match="longer"):
        read_response(bytes(MAX_RESPONSE_BYTES + 1), TimestampRequest.of(DIGEST))


def test_no_changed_byte_makes_a_token_say_something_else() -> None:
    honest = authority().stamp(DIGEST)
    known = parse_token(honest)
    for offset in range(len(honest)):
        changed = honest[:offset] + bytes((honest[offset] ^ 0x41,)) + honest[offset + 1 :]
        try:
            token = parse_token(changed)
            token.verify(DIGEST)
        except (MalformedStructureError, InvalidSignatureError):
            continue
        # Version numbers and further certificates stand outside the signature.
        assert (token.info, token.certificate) == (known.info, known.certificate), offset
        assert not token.is_exact, offset


@pytest.mark.parametrize(
    "maker",
    [
        Maker(),
        Maker(named=name_certificates((signer().certificate,)), is_raw=True),
        Maker(named=name_certificates((signer().certificate,)), has_null=True),
        Maker(
            named=name_certificates((signer().certificate,)),
            certificates=(signer().certificate.encoded, signer().chain[0].encoded),
        ),
        Maker(
            named=name_certificates((signer().certificate,)),
            certificates=(signer().certificate.encoded, der.sequence(der.integer(1))),
        ),
        Maker(
            named=name_certificates((signer().certificate,)),
            unsigned=der.sequence(der.oid("1.2.3"), der.tlv(der.SET, der.integer(1))),
        ),
        Maker(named=name_certificates((signer().certificate,)), lists=der.sequence()),
    ],
    ids=range(7),
)
def test_a_token_that_could_vary_unseen_is_not_exact(maker: Maker) -> None:
    assert not _read(maker.token()).is_exact


def test_a_token_whose_every_byte_is_protected_is_exact() -> None:
    assert _read(authority().stamp(DIGEST)).is_exact
    assert _read(Maker(named=name_certificates((signer().certificate,))).token()).is_exact
