"""Signed messages: one strict form, and OpenSSL's opinion of what is signed."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from signing import der
from signing.algorithms import MESSAGE_DIGEST, SIGNING_TIME, sm3
from signing.certificate_requests import CertificateRequest, build_request
from signing.certificates import Certificate, encode_public_key, pem
from signing.errors import InvalidSignatureError, MalformedStructureError
from signing.names import DistinguishedName
from signing.roles import Role
from signing.signed_messages import (
    Dialect,
    PreparedMessage,
    parse_message,
    prepare,
    sign_message,
)
from signing.signer import CertifiedSigner
from tests import world
from tests.openssl import USER_ID, openssl, vector

DIGEST = sm3(b"message")
each_dialect = pytest.mark.parametrize("dialect", Dialect, ids=lambda item: item.name)


def _signer() -> CertifiedSigner:
    region = world.region("340200")
    return CertifiedSigner(
        signer=region.record_signer.signer,
        certificate=region.record_signer.certificate,
        chain=(region.authority.certificate,),
    )


def _made(
    dialect: Dialect,
    *,
    attributes: Sequence[bytes] | None = None,
    certificates: tuple[Certificate, ...] | None = None,
) -> bytes:
    """A message whose attributes or certificates the test chooses, properly signed."""
    honest = prepare(dialect, DIGEST, signer=_signer(), signed_at=world.NOON)
    prepared = PreparedMessage(
        dialect=dialect,
        certificates=honest.certificates if certificates is None else certificates,
        attributes=honest.attributes if attributes is None else tuple(attributes),
    )
    return prepared.complete(_signer().sign(prepared.to_be_signed))


def _attributes(dialect: Dialect) -> dict[str, bytes]:
    prepared = prepare(dialect, DIGEST, signer=_signer(), signed_at=world.NOON)
    return {der.to_oid(der.children(der.read(item))[0]): item for item in prepared.attributes}


@each_dialect
def test_a_message_says_who_signed_what_and_when(dialect: Dialect) -> None:
    message = parse_message(dialect, _made(dialect))

    message.verify(DIGEST)
    assert message.signer == _signer().certificate
    assert message.certificates[1:] == _signer().chain
    assert (message.message_digest, message.signed_at) == (DIGEST, world.NOON)


@each_dialect
def test_another_message_is_refused(dialect: Dialect) -> None:
    message = parse_message(dialect, _made(dialect))

    for digest in (sm3(b"other"), b"", DIGEST[:-1], DIGEST + b"\0"):
        with pytest.raises(InvalidSignatureError, match="not the one"):
            message.verify(digest)


@each_dialect
def test_the_same_input_prepares_the_same_bytes(dialect: Dialect) -> None:
    one, other = (
        prepare(dialect, DIGEST, signer=_signer(), signed_at=world.NOON) for _ in range(2)
    )

    assert one == other
    signature = _signer().sign(one.to_be_signed)
    assert one.complete(signature) == other.complete(signature)


@each_dialect
def test_openssl_verifies_the_signature_over_the_attributes(
    dialect: Dialect, tmp_path: Path
) -> None:
    message = parse_message(dialect, _made(dialect))
    (tmp_path / "key.pem").write_text(
        pem("PUBLIC KEY", encode_public_key(message.signer.public_key))
    )
    (tmp_path / "attributes").write_bytes(message.to_be_signed)
    (tmp_path / "signature").write_bytes(message.signature.to_der())
    verify = ("dgst", "-sm3", "-verify", tmp_path / "key.pem", "-sigopt", USER_ID)

    told = openssl(*verify, "-signature", tmp_path / "signature", tmp_path / "attributes")

    assert "Verified OK" in told
    (tmp_path / "attributes").write_bytes(message.to_be_signed + b"\0")
    with pytest.raises(AssertionError, match="Verification"):
        openssl(*verify, "-signature", tmp_path / "signature", tmp_path / "attributes")


def test_openssl_reads_the_cms_with_signer_and_attributes(tmp_path: Path) -> None:
    (tmp_path / "m.der").write_bytes(_made(Dialect.CMS))

    told = openssl(
        "cms", "-cmsout", "-print", "-noout", "-inform", "DER", "-in", tmp_path / "m.der"
    )

    assert "id-smime-aa-signingCertificateV2" in told
    assert "SM2-with-SM3" in told
    assert told.count("d.certificate:") == 2


def test_a_message_of_one_dialect_is_none_of_the_other() -> None:
    with pytest.raises(MalformedStructureError):
        parse_message(Dialect.CMS, _made(Dialect.GB_T_35275))
    with pytest.raises(MalformedStructureError):
        parse_message(Dialect.GB_T_35275, _made(Dialect.CMS))


@each_dialect
def test_certificates_can_neither_be_added_nor_taken_away(dialect: Dialect) -> None:
    """The signature does not cover them, so the attributes must name each one."""
    signer, authority = _signer().certificate, _signer().chain[0]
    other = world.region("610300").authority.certificate
    data = _made(dialect)
    for certificates in (
        (signer,),
        (signer, authority, other),
        (signer, authority, authority),
        (signer, other),
        (signer, authority, *(other,) * 7),
        (),
    ):
        certificate_set = der.tlv(0xA0, *(item.encoded for item in certificates))
        honest = der.tlv(0xA0, signer.encoded, authority.encoded)
        with pytest.raises(MalformedStructureError):
            parse_message(dialect, _replaced(data, honest, certificate_set))


def _replaced(data: bytes, old: bytes, new: bytes) -> bytes:
    """Exchange one element anywhere and write the lengths around it anew."""
    element = der.read(data)
    if element.encoded == old:
        return new
    if not element.tag & 0x20:
        return data
    return der.tlv(
        element.tag, *(_replaced(part.encoded, old, new) for part in der.children(element))
    )


def test_the_rewriting_of_these_tests_keeps_the_bytes() -> None:
    data = _made(Dialect.CMS)

    assert _replaced(data, b"-", b"-") == data


@each_dialect
def test_the_signer_of_another_certificate_is_refused(dialect: Dialect) -> None:
    """The same key under another certificate: what RFC 5035 guards against."""
    twin = world.root().issue(_request_of_the_same_key(), role=Role.RECORD, validity=world.LONG)
    with pytest.raises(MalformedStructureError, match=r"1\.2\.840\.113549\.1\.9\.16\.2\.47"):
        parse_message(dialect, _made(dialect, certificates=(twin, *_signer().chain)))


def _request_of_the_same_key() -> CertificateRequest:
    name = DistinguishedName(common_name="twin")
    return build_request(name, signer=_signer().signer)


@each_dialect
def test_reordered_attributes_are_refused(dialect: Dialect) -> None:
    data = _made(dialect)
    ordered = sorted(_attributes(dialect).values())
    honest = der.tlv(0xA0, *ordered)

    assert honest in data
    with pytest.raises(MalformedStructureError, match="strict form"):
        parse_message(dialect, data.replace(honest, der.tlv(0xA0, *reversed(ordered))))


@each_dialect
def test_an_attribute_that_stands_twice_is_refused(dialect: Dialect) -> None:
    attributes = _attributes(dialect)
    second = der.sequence(
        der.oid(MESSAGE_DIGEST), der.tlv(der.SET, der.octets(sm3(b"another message")))
    )
    with pytest.raises(MalformedStructureError, match="twice"):
        parse_message(dialect, _made(dialect, attributes=(*attributes.values(), second)))


@each_dialect
def test_an_attribute_with_two_values_is_refused(dialect: Dialect) -> None:
    attributes = _attributes(dialect)
    two = der.set_of((der.octets(DIGEST), der.octets(sm3(b"another"))))
    attributes[MESSAGE_DIGEST] = der.sequence(der.oid(MESSAGE_DIGEST), two)

    with pytest.raises(MalformedStructureError):
        parse_message(dialect, _made(dialect, attributes=tuple(attributes.values())))


@each_dialect
@pytest.mark.parametrize("index", range(5))
def test_a_missing_attribute_is_refused(dialect: Dialect, index: int) -> None:
    attributes = list(_attributes(dialect).values())
    del attributes[index]

    with pytest.raises(MalformedStructureError):
        parse_message(dialect, _made(dialect, attributes=attributes))


@each_dialect
def test_an_attribute_of_ones_own_is_carried(dialect: Dialect) -> None:
    extra = {"2.25.7": der.octets(b"value")}
    prepared = prepare(dialect, DIGEST, signer=_signer(), signed_at=world.NOON, extra=extra)

    message = parse_message(dialect, prepared.complete(_signer().sign(prepared.to_be_signed)))

    assert message.attributes["2.25.7"] == der.octets(b"value")
    message.verify(DIGEST)


@each_dialect
def test_ber_that_means_the_same_is_refused(dialect: Dialect) -> None:
    data = _made(dialect)
    _, rest = data[:4], data[4:]
    indefinite = b"\x30\x80" + rest + b"\0\0"
    padded = b"\x30\x83\x00" + data[2:]

    for changed in (indefinite, padded):
        with pytest.raises(MalformedStructureError):
            parse_message(dialect, changed)


def test_a_message_longer_than_any_honest_one_is_refused() -> None:
    with pytest.raises(MalformedStructureError, match="too long"):
        parse_message(Dialect.CMS, der.octets(bytes(131_072)))


def test_signing_times_after_2049_keep_their_century() -> None:
    late = datetime(2061, 5, 4, tzinfo=UTC)
    data = sign_message(Dialect.CMS, DIGEST, signer=_signer(), signed_at=late)

    message = parse_message(Dialect.CMS, data)

    assert message.signed_at == late
    assert message.attributes[SIGNING_TIME][0] == der.GENERALIZED_TIME


@pytest.mark.parametrize(
    "name",
    [
        "cfca-sadk-attached.p7",
        "cfca-sadk-detached-HelloSecretWorld.p7",
        "gmssl-sm2-certchain.p7.pem",
    ],
)
@each_dialect
def test_other_dialects_are_refused_cleanly(dialect: Dialect, name: str) -> None:
    with pytest.raises(MalformedStructureError):
        parse_message(dialect, vector(f"p7/{name}"))
