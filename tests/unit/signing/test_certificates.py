"""Certificates, requests and revocation lists: ours, other people's, and broken ones."""

import base64
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from signing import der, sm2
from signing.authorities import CertificateAuthority, Validity
from signing.certificate_requests import build_request, parse_request
from signing.certificates import (
    Certificate,
    encode_public_key,
    parse_certificate,
    parse_pem_certificates,
    parse_public_key,
    pem,
)
from signing.errors import (
    DamagedKeyError,
    InvalidSignatureError,
    MalformedStructureError,
    SigningError,
)
from signing.names import DistinguishedName
from signing.revocation_lists import parse_revocation_list
from signing.roles import Role
from signing.signature_values import SignatureValue
from signing.signer import CertifiedSigner
from tests import certificate_factory as factory
from tests import world
from tests.openssl import USER_ID, VECTORS, openssl, vector

NAME = DistinguishedName(
    common_name="芜湖市市场监督管理局电子印章",
    organization="芜湖市市场监督管理局",
    organization_code="11340200MB9TXY014H",
)
KEY = world.MemorySigner("certificates")
RSA = der.sequence(der.oid("1.2.840.113549.1.1.11"), der.tlv(der.NULL))


def test_a_certificate_says_what_was_asked_for() -> None:
    certificate = world.certified(world.root(), Role.SEAL, name=NAME).certificate

    assert certificate.common_name == NAME.common_name
    assert certificate.organization == NAME.organization
    assert certificate.organization_code == NAME.organization_code
    assert (certificate.not_before, certificate.not_after) == (
        world.LONG.not_before,
        world.LONG.not_after,
    )
    assert certificate.has_role(Role.SEAL)
    assert not certificate.is_authority
    assert certificate.key_usages == {"digital_signature", "non_repudiation"}
    assert not certificate.unknown_critical
    certificate.verify_signature(world.root().signer.public_key)


def test_two_certificates_for_one_key_have_two_serial_numbers() -> None:
    request = build_request(NAME, signer=KEY)
    issued = {
        world.root().issue(request, role=Role.SEAL, validity=world.LONG).serial for _ in range(20)
    }

    assert len(issued) == 20
    assert all(1 << 126 <= serial < 1 << 127 for serial in issued)


def test_openssl_reads_and_verifies_what_is_issued(tmp_path: Path) -> None:
    sub = world.region("340200").authority.certificate
    leaf = world.region("340200").seal_signer.certificate
    for name, certificate in {"root": world.root().certificate, "sub": sub, "leaf": leaf}.items():
        (tmp_path / f"{name}.pem").write_text(certificate.to_pem())

    told = openssl("x509", "-in", tmp_path / "leaf.pem", "-noout", "-text", "-nameopt", "utf8")
    # openssl hands the user ID to the last certificate alone, so the path goes in two steps.
    for issuer, subject in (("root", "sub"), ("sub", "leaf")):
        trusted = ("-partial_chain", "-CAfile", tmp_path / f"{issuer}.pem")
        openssl("verify", "-vfyopt", USER_ID, "-x509_strict", *trusted, tmp_path / f"{subject}.pem")

    assert "11340200MB9TXY014H" in told
    assert "Digital Signature, Non Repudiation" in told
    assert "2.25.137051818248734346883543435482049748593.3.3" in told
    assert "ASN1 OID: SM2" in told


def test_openssl_refuses_the_leaf_under_another_user_id(tmp_path: Path) -> None:
    (tmp_path / "root.pem").write_text(world.root().certificate.to_pem())
    (tmp_path / "sub.pem").write_text(world.region("340200").authority.certificate.to_pem())

    with pytest.raises(AssertionError, match="signature"):
        openssl(
            *("verify", "-vfyopt", "distid:other", "-CAfile", tmp_path / "root.pem"),
            *("-no-CApath", "-check_ss_sig", tmp_path / "sub.pem"),
        )


def test_certificates_beyond_2049_keep_their_century(tmp_path: Path) -> None:
    end = datetime(2077, 1, 1, tzinfo=UTC)
    validity = Validity(not_before=world.NOON, not_after=end)
    certificate = world.certified(world.root(), Role.SEAL, validity=validity).certificate
    (tmp_path / "leaf.pem").write_text(certificate.to_pem())

    assert certificate.not_after == end
    assert "2077" in openssl("x509", "-in", tmp_path / "leaf.pem", "-noout", "-enddate")


def test_both_ends_of_the_validity_period_are_inside() -> None:
    certificate = world.root().certificate
    second = timedelta(seconds=1)

    assert certificate.is_valid_at(certificate.not_before)
    assert certificate.is_valid_at(certificate.not_after)
    assert not certificate.is_valid_at(certificate.not_before - second)
    assert not certificate.is_valid_at(certificate.not_after + second)


@pytest.mark.parametrize(
    "algorithms",
    [
        (RSA, RSA),
        (factory.ALGORITHM, RSA),
        (RSA, factory.ALGORITHM),
        (factory.ALGORITHM, der.sequence(factory.ALGORITHM[2:], der.tlv(der.NULL))),
    ],
    ids=["both", "outer", "inner", "outer-parameters"],
)
def test_other_or_contradicting_algorithms_are_refused(algorithms: tuple[bytes, bytes]) -> None:
    with pytest.raises(MalformedStructureError, match="not signed with SM2"):
        factory.certificate("a", key=KEY, issuer="a", issuer_key=KEY, algorithms=algorithms)


def test_an_extension_that_stands_twice_is_refused() -> None:
    with pytest.raises(MalformedStructureError, match="twice"):
        factory.certificate(
            "a",
            key=KEY,
            issuer="a",
            issuer_key=KEY,
            extensions=(factory.CERT_SIGN, factory.CRITICAL_CA, factory.CERT_SIGN),
        )


@pytest.mark.parametrize("kind", ["2.5.29.19", "2.5.29.15", "2.5.29.37", "2.5.29.14", "2.5.29.35"])
@pytest.mark.parametrize(
    "value",
    [b"", b"\x30", b"\x30\x80" * 2000, b"\x05\x00", der.sequence(der.oid("2.5")), b"\xff" * 40],
    ids=["empty", "cut", "indefinite", "null", "oid", "garbage"],
)
def test_extensions_with_nonsense_inside_raise_our_errors_alone(kind: str, value: bytes) -> None:
    try:
        factory.certificate(
            "a", key=KEY, issuer="a", issuer_key=KEY, extensions=((kind, True, value),)
        )
    except SigningError:
        return
    # The only two that some of this is honest for: an OID list, and keyless identifiers.
    assert kind in {"2.5.29.37", "2.5.29.35", "2.5.29.19"}


@pytest.mark.parametrize(
    "time",
    [
        der.tlv(der.GENERALIZED_TIME, b"20260318040000"),
        der.tlv(der.GENERALIZED_TIME, b"20260318120000+0800"),
        der.tlv(der.GENERALIZED_TIME, b"20260318040000.5Z"),
        der.tlv(der.UTC_TIME, b"2603180400Z"),
        der.tlv(der.UTC_TIME, b"260318120000+0800"),
        der.tlv(der.UTC_TIME, b"260230040000Z"),
    ],
    ids=lambda time: time[2:].decode(),
)
def test_times_that_der_does_not_know_are_refused(time: bytes) -> None:
    """Without a zone they would mean another instant on another machine."""
    encoded = _with_times(time, der.x509_time(world.LONG.not_after))
    with pytest.raises(MalformedStructureError):
        parse_certificate(encoded)
    with pytest.raises(MalformedStructureError):
        parse_revocation_list(_partial(end=time))
    with pytest.raises(MalformedStructureError):
        parse_revocation_list(
            _partial(der.sequence(der.sequence(der.integer(1), time)), der.explicit(0, _NUMBER))
        )


_NUMBER = der.sequence(factory.extension("2.5.29.20", False, der.integer(1)))  # noqa: FBT003


def _with_times(start: bytes, end: bytes) -> bytes:
    body = der.children(der.children(der.read(world.root().certificate.encoded))[0])
    parts = [part.encoded for part in body]
    parts[4] = der.sequence(start, end)
    return factory.signed(der.sequence(*parts), world.root().signer)


def test_the_times_of_these_tests_are_otherwise_honest() -> None:
    honest = der.x509_time(world.LONG.not_before), der.x509_time(world.LONG.not_after)

    assert parse_certificate(_with_times(*honest)).not_after == world.LONG.not_after
    revoked = der.sequence(der.sequence(der.integer(1), honest[0]))
    made = parse_revocation_list(_partial(revoked, der.explicit(0, _NUMBER)))
    assert dict(made.revoked) == {1: world.LONG.not_before}


def test_a_certificate_larger_than_any_honest_one_is_refused() -> None:
    with pytest.raises(MalformedStructureError, match="longer"):
        factory.certificate(
            "a",
            key=KEY,
            issuer="a",
            issuer_key=KEY,
            extensions=(("2.5.29.99", False, bytes(2**14)),),
        )


def test_a_key_off_the_curve_is_refused() -> None:
    point = bytearray(KEY.public_key.point)
    encoded = encode_public_key(KEY.public_key).replace(
        bytes(point), bytes(point[:-1]) + bytes((point[-1] ^ 1,))
    )

    with pytest.raises(MalformedStructureError, match="curve"):
        parse_public_key(encoded)


def test_key_and_certificate_of_two_people_do_not_make_a_signer() -> None:
    with pytest.raises(DamagedKeyError, match="do not fit"):
        CertifiedSigner(signer=KEY, certificate=world.root().certificate)


def _even(body: bytes) -> tuple[bytes, int]:
    """The signed form whose signature ends in a zero bit, and where its unused bits stand."""
    while True:
        signature = KEY.sign(body)
        if not signature[-1] & 1:
            encoded = der.sequence(body, factory.ALGORITHM, der.bits(signature))
            return encoded, len(encoded) - len(signature) - 1


@pytest.mark.parametrize(
    ("body", "parse"),
    [
        (lambda: world.root().certificate.to_be_signed, parse_certificate),
        (lambda: build_request(NAME, signer=KEY).to_be_signed, parse_request),
        (lambda: parse_revocation_list(_partial()).to_be_signed, parse_revocation_list),
    ],
    ids=["certificate", "request", "list"],
)
def test_one_signature_has_one_form(
    body: Callable[[], bytes], parse: Callable[[bytes], object]
) -> None:
    """Unused bits in the signature's BIT STRING would leave the value as it is."""
    encoded, at = _even(body())
    parse(encoded)
    assert encoded[at] == 0

    with pytest.raises(MalformedStructureError, match="unused bits"):
        parse(encoded[:at] + b"\x01" + encoded[at + 1 :])


# PEM ----------------------------------------------------------------------------------------


def test_pem_comes_back_in_order_among_other_text() -> None:
    first, second = world.root().certificate, world.region("340200").authority.certificate
    text = f"Subject: 印信\n{second.to_pem()}\nmore\n{first.to_pem()}"

    assert parse_pem_certificates(text) == (second, first)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no certificate",
        "-----BEGIN CERTIFICATE-----\nAAA\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\nAAAA=AAA\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\n\n-----END CERTIFICATE-----\n",
        pem("CERTIFICATE", b"\x30\x00"),
    ],
)
def test_texts_without_a_whole_certificate_are_refused(text: str) -> None:
    with pytest.raises(MalformedStructureError):
        parse_pem_certificates(text)


# Requests -----------------------------------------------------------------------------------


def test_openssl_verifies_a_request(tmp_path: Path) -> None:
    request = build_request(NAME, signer=KEY)
    (tmp_path / "r.pem").write_text(pem("CERTIFICATE REQUEST", request.encoded))

    openssl("req", "-in", tmp_path / "r.pem", "-noout", "-verify", "-vfyopt", USER_ID)

    assert parse_request(request.encoded) == request
    assert request.subject_name == NAME.encode()


def test_nobody_gets_a_certificate_for_a_key_of_another() -> None:
    """A request that names somebody else's key, signed with one's own."""
    body = der.sequence(
        der.integer(0), NAME.encode(), encode_public_key(KEY.public_key), der.tlv(0xA0)
    )
    stolen = parse_request(factory.signed(body, world.MemorySigner("thief")))

    with pytest.raises(InvalidSignatureError):
        stolen.verify_possession()
    with pytest.raises(InvalidSignatureError):
        world.root().issue(stolen, role=Role.SEAL, validity=world.LONG)
    with pytest.raises(InvalidSignatureError):
        world.root().issue_authority(stolen, validity=world.LONG)


def test_a_request_signed_another_way_is_refused() -> None:
    body = der.sequence(
        der.integer(0), NAME.encode(), encode_public_key(KEY.public_key), der.tlv(0xA0)
    )
    with pytest.raises(MalformedStructureError, match="not signed with SM2"):
        parse_request(factory.signed(body, KEY, algorithm=RSA))


# Revocation lists ----------------------------------------------------------------------------


def test_openssl_verifies_a_list_and_reads_its_entries(tmp_path: Path) -> None:
    authority = world.region("340200").authority
    later = datetime(2055, 6, 1, tzinfo=UTC)
    made = authority.revocation_list(
        {0x1234: world.NOON, 0x5678: later}, number=7, this_update=world.NOON, next_update=later
    )
    (tmp_path / "ca.pem").write_text(authority.certificate.to_pem())
    (tmp_path / "list.der").write_bytes(made.encoded)

    told = openssl("crl", "-inform", "DER", "-in", tmp_path / "list.der", "-noout", "-text")

    assert "Serial Number: 1234" in told
    assert "Jun  1 00:00:00 2055" in told
    assert (made.number, dict(made.revoked)) == (7, {0x1234: world.NOON, 0x5678: later})
    made.verify(authority.certificate)
    with pytest.raises(InvalidSignatureError):
        sm2.verify(made.to_be_signed + b"\0", made.signature, key=authority.signer.public_key)


def test_an_empty_list_revokes_nothing() -> None:
    made = world.root().revocation_list(
        {}, number=1, this_update=world.NOON, next_update=world.LONG.not_after
    )

    assert not made.revoked
    assert parse_revocation_list(made.encoded) == made


def test_a_list_of_another_authority_is_refused() -> None:
    mine, other = world.region("340200").authority, world.region("610300").authority
    made = mine.revocation_list(
        {}, number=1, this_update=world.NOON, next_update=world.LONG.not_after
    )

    with pytest.raises(MalformedStructureError, match="not this authority's"):
        made.verify(other.certificate)


def test_a_list_under_another_key_of_the_same_name_is_refused() -> None:
    authority = world.region("340200").authority
    forged = CertificateAuthority(
        certificate=authority.certificate, signer=world.MemorySigner("forger")
    ).revocation_list({}, number=1, this_update=world.NOON, next_update=world.LONG.not_after)

    with pytest.raises(InvalidSignatureError):
        forged.verify(authority.certificate)


def test_a_certificate_that_may_not_sign_lists_signs_none() -> None:
    leaf = world.region("340200").seal_signer
    made = CertificateAuthority(certificate=leaf.certificate, signer=leaf.signer).revocation_list(
        {}, number=1, this_update=world.NOON, next_update=world.LONG.not_after
    )

    with pytest.raises(MalformedStructureError, match="not this authority's"):
        made.verify(leaf.certificate)


def _partial(*parts: bytes, end: bytes = der.x509_time(world.LONG.not_after)) -> bytes:
    root = world.root()
    return factory.revocation_list(
        *parts,
        issuer=root.certificate,
        signer=root.signer,
        this_update=world.NOON,
        end=end,
    )


@pytest.mark.parametrize(
    "kind", ["2.5.29.27", "2.5.29.28"], ids=["delta", "issuing-distribution-point"]
)
def test_partial_lists_are_refused(kind: str) -> None:
    value = der.integer(1) if kind == "2.5.29.27" else der.sequence()
    extensions = der.explicit(0, der.sequence(factory.extension(kind, True, value)))  # noqa: FBT003

    with pytest.raises(MalformedStructureError, match="partial"):
        parse_revocation_list(_partial(extensions))


def test_a_list_without_an_end_date_is_refused() -> None:
    with pytest.raises(MalformedStructureError, match="end date"):
        parse_revocation_list(_partial(end=b""))


def test_a_list_signed_another_way_is_refused() -> None:
    body = der.sequence(der.integer(1), RSA, NAME.encode(), der.x509_time(world.NOON))
    with pytest.raises(SigningError):
        parse_revocation_list(factory.signed(body, KEY, algorithm=RSA))


# What other implementations made --------------------------------------------------------------

OTHERS = [
    "tjfoc-SM2_CA.cer",
    "tjfoc-sm2_auth_cert.cer",
    "tjfoc-sm2_enc_cert.cer",
    "tjfoc-sm2_sign_cert.cer",
    "tongsuo-certs_sm2-chain-ca.crt",
    "tongsuo-certs_sm2-first-crt.pem",
    "tongsuo-certs_sm2-leaf.crt",
    "tongsuo-certs_sm2_chain-ca.crt",
    "tongsuo-certs_sm2_client_enc.crt",
    "tongsuo-certs_sm2_client_sign.crt",
    "tongsuo-certs_sm2_client_sign_expire.crt",
    "tongsuo-certs_sm2_server_sign.crt",
    "tongsuo-certs_sm2_server_sign2.crt",
]


def _others(name: str) -> tuple[Certificate, ...]:
    data = vector(f"x509/{name}")
    if b"-----BEGIN" in data:
        return parse_pem_certificates(data.decode("ascii"))
    return (parse_certificate(data),)


@pytest.mark.parametrize("name", OTHERS)
def test_certificates_of_other_implementations_are_read(name: str) -> None:
    for certificate in _others(name):
        assert certificate.not_before < certificate.not_after
        assert parse_certificate(certificate.encoded) == certificate


@pytest.mark.parametrize(
    ("leaf", "authorities"),
    [
        ("tjfoc-SM2_CA.cer", "tjfoc-SM2_CA.cer"),
        ("tjfoc-sm2_auth_cert.cer", "tjfoc-SM2_CA.cer"),
        ("tjfoc-sm2_sign_cert.cer", "tjfoc-SM2_CA.cer"),
        ("tongsuo-certs_sm2-leaf.crt", "tongsuo-certs_sm2-chain-ca.crt"),
        ("tongsuo-certs_sm2_client_sign.crt", "tongsuo-certs_sm2_chain-ca.crt"),
        ("tongsuo-certs_sm2_server_enc.crt", "tongsuo-certs_sm2_chain-ca.crt"),
    ],
)
def test_signatures_of_other_implementations_verify(leaf: str, authorities: str) -> None:
    (certificate,) = _others(leaf)
    issuers = [
        item for item in _others(authorities) if item.subject_name == certificate.issuer_name
    ]

    assert issuers
    certificate.verify_signature(issuers[0].public_key)
    with pytest.raises(InvalidSignatureError):
        certificate.verify_signature(KEY.public_key)


@pytest.mark.parametrize(
    ("name", "expired"),
    [
        ("tongsuo-certs_sm2_client_sign_expire.crt", True),
        ("tongsuo-certs_sm2_server_sign_expire.crt", True),
        ("tongsuo-certs_sm2_server_enc_expire.crt", True),
    ],
)
def test_expired_certificates_of_others_are_out_of_date(name: str, expired: bool) -> None:  # noqa: FBT001
    (certificate,) = _others(name)

    assert (certificate.not_after < datetime(2026, 1, 1, tzinfo=UTC)) is expired


def _raw_parts(name: str) -> tuple[der.Element, bytes, bytes]:
    """The body, its key's point and the signature of a self-signed form, without our parser."""
    body = re.search(rb"-----BEGIN [A-Z ]+-----(.+?)-----END", vector(f"x509/{name}"), re.DOTALL)
    assert body is not None
    signed, _, signature = der.children(der.read(base64.b64decode(body[1])))
    point = re.search(rb"\x03\x42\x00(\x04.{64})", signed.encoded, re.DOTALL)
    assert point is not None
    return signed, point[1], der.to_bits(signature)


@pytest.mark.parametrize(
    ("name", "is_ours"),
    [
        ("tongsuo-certs_sm2-noza-root-cert.pem", False),
        ("tongsuo-certs_sm2-noza-csr.pem", False),
        ("tongsuo-certs_sm2-root-cert.pem", True),
        ("tongsuo-certs_sm2-csr.pem", True),
    ],
)
def test_what_was_signed_without_z_does_not_verify(name: str, is_ours: bool) -> None:  # noqa: FBT001
    body, point, signature = _raw_parts(name)
    key, value = sm2.PublicKey(point), SignatureValue.from_der(signature)
    if is_ours:
        sm2.verify(body.encoded, value, key=key)
        return
    with pytest.raises(InvalidSignatureError):
        sm2.verify(body.encoded, value, key=key)


def test_no_file_of_the_folder_breaks_the_parsers() -> None:
    vector("x509/tjfoc-SM2_CA.cer")
    files = sorted(file for file in VECTORS.glob("*/*") if file.stat().st_size < 1 << 20)
    assert len(files) > 50
    for file in files:
        data = file.read_bytes()
        for parse in (parse_certificate, parse_request, parse_revocation_list):
            for slice_of in (data, data[:-1], data[40:]):
                try:
                    parse(slice_of)
                except SigningError:
                    continue
