"""Signed messages with one SM2 signer, detached, with attributes: CMS and GB/T 35275.

The two differ in object identifiers alone, so one builder and one strict parser serve both.
Parsing rebuilds the message from its parts and compares byte for byte: neither extra
certificates nor other encodings can hide in it. Sources: RFC 5652 §5; GB/T 35275 dialect A
(attributes present) as real files have it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from functools import lru_cache
from typing import Final

from signing import der, sm2
from signing.algorithms import (
    ALGORITHM_PROTECTION,
    CMS_DATA,
    CMS_SIGNED_DATA,
    CONTENT_TYPE,
    GB_DATA,
    GB_SIGNED_DATA,
    MESSAGE_DIGEST,
    SIGNATURE_TIMESTAMP,
    SIGNING_CERTIFICATE_V2,
    SIGNING_TIME,
    SM2_SIGN,
    SM2_SIGN_WITH_SM3,
    SM3,
    sm3,
)
from signing.certificates import Certificate, parse_certificate
from signing.errors import InvalidSignatureError, MalformedStructureError
from signing.signature_values import SignatureValue
from signing.signer import CertifiedSigner

MAX_MESSAGE_BYTES: Final = 131_072
_MAX_CERTIFICATES: Final = 8
_REMEMBERED: Final = 16
"""Messages looked at last: both faces of a license carry one signature of their record."""
_CACHED_CERTIFICATES: Final = 64
_VERSION: Final = der.integer(1)
_SM3: Final = der.sequence(der.oid(SM3))


class Dialect(Enum):
    """Which family of object identifiers a message uses."""

    CMS = (CMS_SIGNED_DATA, CMS_DATA, SM2_SIGN_WITH_SM3)
    GB_T_35275 = (GB_SIGNED_DATA, GB_DATA, SM2_SIGN)

    def __init__(self, outer: str, inner: str, algorithm: str) -> None:
        self.outer = der.oid(outer)
        self.inner = der.oid(inner)
        self.algorithm = der.sequence(der.oid(algorithm))


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedMessage:
    """One signature over a message digest and attributes.

    Attributes:
        attributes: The value of each attribute by dotted OID, DER.
        certificates: The signer's first, then its authorities.
        message_digest: SM3 of the message that this one is detached from.
        signed_at: The signer's own claim (signingTime).
        timestamp: A timestamp token over SM3 of the signature value, DER; empty without one.
            Nothing here looks into it, and no signature of this message covers it.
    """

    dialect: Dialect
    attributes: Mapping[str, bytes]
    certificates: tuple[Certificate, ...]
    signature: SignatureValue
    message_digest: bytes
    signed_at: datetime
    to_be_signed: bytes = field(repr=False)
    timestamp: bytes = field(default=b"", repr=False)

    @property
    def signer(self) -> Certificate:
        """The certificate whose key signed."""
        return self.certificates[0]

    def verify(self, message_digest: bytes) -> None:
        """Check the digest and the signature over the attributes.

        Args:
            message_digest: SM3 of the message, 32 bytes, computed by the caller.

        Raises:
            InvalidSignatureError: Another message, or the signature does not verify.
        """
        if message_digest != self.message_digest:
            raise InvalidSignatureError("the message is not the one that was signed")
        _verify(self.to_be_signed, self.signature, self.signer.public_key)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedMessage:
    """A message that lacks nothing but its signature; the same input prepares the same bytes."""

    dialect: Dialect
    certificates: tuple[Certificate, ...]
    attributes: tuple[bytes, ...]

    @property
    def to_be_signed(self) -> bytes:
        """The SET OF attributes that the signature is over, DER."""
        return der.set_of(self.attributes)

    def complete(self, signature: bytes, timestamp: bytes = b"") -> bytes:
        """Return the message, DER.

        Args:
            signature: DER signature value over ``to_be_signed``.
            timestamp: A timestamp token over SM3 of ``signature``, if there is one; it becomes
                the one unsigned attribute.
        """
        return _assemble(self.dialect, self.certificates, self.attributes, (signature, timestamp))


def prepare(
    dialect: Dialect,
    message_digest: bytes,
    *,
    signer: CertifiedSigner,
    signed_at: datetime,
    extra: Mapping[str, bytes] | None = None,
) -> PreparedMessage:
    """Lay out everything that the signature will be over.

    Args:
        dialect: CMS or GB/T 35275.
        message_digest: SM3 of the message, 32 bytes.
        signer: Names the certificates; its key is not used here.
        signed_at: Claimed signing time, whole seconds.
        extra: Further signed attributes by dotted OID, each one DER value.
    """
    certificates = (signer.certificate, *signer.chain)
    values = {
        CONTENT_TYPE: dialect.inner,
        MESSAGE_DIGEST: der.octets(message_digest),
        SIGNING_TIME: der.x509_time(signed_at),
        SIGNING_CERTIFICATE_V2: _signing_certificates(certificates),
        ALGORITHM_PROTECTION: der.sequence(_SM3, der.tlv(0xA1, dialect.algorithm[2:])),
        **(extra or {}),
    }
    return PreparedMessage(
        dialect=dialect,
        certificates=certificates,
        attributes=tuple(
            der.sequence(der.oid(kind), der.tlv(der.SET, value)) for kind, value in values.items()
        ),
    )


def sign_message(
    dialect: Dialect, message_digest: bytes, *, signer: CertifiedSigner, signed_at: datetime
) -> bytes:
    """Prepare, sign and assemble in one go, where nothing has to be recorded between."""
    prepared = prepare(dialect, message_digest, signer=signer, signed_at=signed_at)
    return prepared.complete(signer.sign(prepared.to_be_signed))


def parse_message(dialect: Dialect, data: bytes) -> SignedMessage:
    """Parse a message as this module writes it; nothing is verified yet.

    Raises:
        MalformedStructureError: Anything else, however slightly.
        InvalidSignatureError: The signature value is not strict DER or out of range.
    """
    if len(data) > MAX_MESSAGE_BYTES:
        raise MalformedStructureError("the message is too long")
    return _parsed(dialect, data)


@lru_cache(_REMEMBERED)
def _verify(message: bytes, value: SignatureValue, key: sm2.PublicKey) -> None:
    sm2.verify(message, value, key=key)


@lru_cache(_REMEMBERED)
def _parsed(dialect: Dialect, data: bytes) -> SignedMessage:
    _, content = der.parts(der.read(data), der.OID, 0xA0)
    _, _, _, certificate_set, infos = der.parts(
        der.read(content.content), der.INTEGER, der.SET, der.SEQUENCE, 0xA0, der.SET
    )
    certificates = _certificates(certificate_set)
    info, timestamp = _signer_info(der.read(infos.content))
    attributes = der.children(info[3])
    encoded = tuple(attribute.encoded for attribute in attributes)
    signature = info[5].content
    if _assemble(dialect, certificates, encoded, (signature, timestamp)) != data:
        raise MalformedStructureError("the message is not in its one strict form")
    values = _attribute_values(attributes)
    return SignedMessage(
        dialect=dialect,
        attributes=values,
        certificates=certificates,
        signature=SignatureValue.from_der(signature),
        message_digest=_message_digest(dialect, values, certificates),
        signed_at=der.to_time(der.read(values.get(SIGNING_TIME, b""))),
        to_be_signed=der.set_of(encoded),
        timestamp=timestamp,
    )


def _signer_info(info: der.Element) -> tuple[tuple[der.Element, ...], bytes]:
    """Return the six parts of a SignerInfo and the token of its timestamp, if it has one."""
    tags = (der.INTEGER, der.SEQUENCE, der.SEQUENCE, 0xA0, der.SEQUENCE, der.OCTET_STRING)
    if len(der.children(info)) == len(tags):
        return der.parts(info, *tags), b""
    *found, unsigned = der.parts(info, *tags, 0xA1)
    # That the attribute is a timestamp shows when the message is written again.
    _, values = der.parts(der.read(unsigned.content), der.OID, der.SET)
    return tuple(found), der.expect(der.read(values.content), der.SEQUENCE).encoded


def _assemble(
    dialect: Dialect,
    certificates: tuple[Certificate, ...],
    attributes: tuple[bytes, ...],
    value: tuple[bytes, bytes],
) -> bytes:
    """Return the message around a signature value and its timestamp, which may be empty."""
    signer = certificates[0]
    signature, timestamp = value
    token = der.sequence(der.oid(SIGNATURE_TIMESTAMP), der.tlv(der.SET, timestamp))
    info = der.sequence(
        _VERSION,
        _issuer_and_serial(signer),
        _SM3,
        der.tlv(0xA0, *sorted(attributes)),
        dialect.algorithm,
        der.octets(signature),
        *((der.tlv(0xA1, token),) if timestamp else ()),
    )
    content = der.sequence(
        _VERSION,
        der.tlv(der.SET, _SM3),
        der.sequence(dialect.inner),
        der.tlv(0xA0, *(certificate.encoded for certificate in certificates)),
        der.tlv(der.SET, info),
    )
    return der.sequence(dialect.outer, der.explicit(0, content))


def _issuer_and_serial(certificate: Certificate) -> bytes:
    return der.sequence(certificate.issuer_name, der.integer(certificate.serial))


def _signing_certificates(certificates: tuple[Certificate, ...]) -> bytes:
    """SigningCertificateV2: SM3 of every certificate, the signer's first (RFC 5035 §3).

    All of them are named, so that none can be added to the message or taken away.
    """
    return der.sequence(der.sequence(*(_certificate_identifier(item) for item in certificates)))


@lru_cache(_CACHED_CERTIFICATES)
def _certificate_identifier(certificate: Certificate) -> bytes:
    names = der.sequence(der.tlv(0xA4, certificate.issuer_name))
    issuer_serial = der.sequence(names, der.integer(certificate.serial))
    return der.sequence(_SM3, der.octets(sm3(certificate.encoded)), issuer_serial)


def _certificates(certificate_set: der.Element) -> tuple[Certificate, ...]:
    found = der.children(certificate_set)
    if not 0 < len(found) <= _MAX_CERTIFICATES:
        raise MalformedStructureError("no certificate, or too many")
    return tuple(parse_certificate(element.encoded) for element in found)


def _attribute_values(attributes: tuple[der.Element, ...]) -> dict[str, bytes]:
    """Return the single value of each attribute; none may stand twice."""
    values: dict[str, bytes] = {}
    for attribute in attributes:
        kind, value_set = der.parts(attribute, der.OID, der.SET)
        dotted = der.to_oid(kind)
        if dotted in values:
            raise MalformedStructureError(f"the attribute {dotted} stands twice")
        values[dotted] = der.read(value_set.content).encoded
    return values


def _message_digest(
    dialect: Dialect, values: dict[str, bytes], certificates: tuple[Certificate, ...]
) -> bytes:
    """Return messageDigest, if the other mandatory attributes say what they must."""
    expected = {
        CONTENT_TYPE: dialect.inner,
        SIGNING_CERTIFICATE_V2: _signing_certificates(certificates),
        ALGORITHM_PROTECTION: der.sequence(_SM3, der.tlv(0xA1, dialect.algorithm[2:])),
    }
    wrong = [kind for kind, value in expected.items() if values.get(kind) != value]
    if wrong:
        raise MalformedStructureError(f"attributes are missing or wrong: {', '.join(wrong)}")
    return der.expect(der.read(values.get(MESSAGE_DIGEST, b"")), der.OCTET_STRING).content
