"""Timestamp tokens as other makers write them, or should not: every part can be chosen."""

import hashlib
from dataclasses import dataclass, field, replace
from functools import cache

from signing import der
from signing.algorithms import (
    CMS_SIGNED_DATA,
    CONTENT_TYPE,
    MESSAGE_DIGEST,
    SIGNING_CERTIFICATE_V2,
    SM2_SIGN_WITH_SM3,
    SM3,
    sm3,
)
from signing.roles import Role
from signing.signature_values import SignatureValue
from signing.signer import CertifiedSigner
from signing.timestamp_authorities import POLICY, TimestampAuthority
from signing.timestamp_info import TST_INFO
from tests import world

DIGEST = sm3(b"signature value")


@cache
def signer() -> CertifiedSigner:
    """A timestamping authority of the world."""
    region = world.region("340200")
    made = world.certified(region.authority, Role.TIMESTAMP)
    return replace(made, chain=(region.authority.certificate,))


def authority() -> TimestampAuthority:
    return TimestampAuthority(signer=signer(), now=lambda: world.NOON)


def algorithm(dotted: str, *, has_null: bool = False) -> bytes:
    return der.sequence(der.oid(dotted), *((b"\x05\x00",) if has_null else ()))


def imprint(digest: bytes = DIGEST, *, hash_name: str = SM3) -> bytes:
    return der.sequence(algorithm(hash_name), der.octets(digest))


def info(*more: bytes, time: bytes = b"20260318040000Z", stamped: bytes | None = None) -> bytes:
    """A TSTInfo with further parts."""
    return der.sequence(
        der.integer(1),
        der.oid(POLICY),
        imprint() if stamped is None else stamped,
        der.integer(7),
        der.tlv(der.GENERALIZED_TIME, time),
        *more,
    )


def sha256_name(certificate: bytes) -> bytes:
    """SigningCertificateV2 with the default digest left out."""
    identifier = der.sequence(der.octets(hashlib.sha256(certificate).digest()))
    return der.sequence(der.sequence(identifier))


@dataclass(frozen=True, kw_only=True)
class Maker:
    """How a token is made; every default is sound.

    Attributes:
        signed_info: What messageDigest is of, where it is not the content.
        named: SigningCertificateV2; empty leaves it out.
        identified_by_key: The signer is named by its key identifier.
    """

    signer: CertifiedSigner = field(default_factory=signer)
    content: bytes = field(default_factory=info)
    signed_info: bytes | None = None
    outer: str = CMS_SIGNED_DATA
    content_type: str = TST_INFO
    attribute_type: str = TST_INFO
    digest_name: str = SM3
    signature_name: str = SM2_SIGN_WITH_SM3
    has_null: bool = False
    is_raw: bool = False
    named: bytes = b""
    more_attributes: tuple[bytes, ...] = ()
    is_sorted: bool = True
    identified_by_key: bool = False
    certificates: tuple[bytes, ...] | None = None
    lists: bytes = b""
    unsigned: bytes = b""

    def attributes(self) -> list[bytes]:
        values = {
            CONTENT_TYPE: der.oid(self.attribute_type),
            MESSAGE_DIGEST: der.octets(
                sm3(self.content if self.signed_info is None else self.signed_info)
            ),
            **({SIGNING_CERTIFICATE_V2: self.named} if self.named else {}),
        }
        made = [
            der.sequence(der.oid(kind), der.tlv(der.SET, value)) for kind, value in values.items()
        ]
        made += self.more_attributes
        return sorted(made) if self.is_sorted else sorted(made, reverse=True)

    def token(self) -> bytes:
        attributes = b"".join(self.attributes())
        value = self.signer.sign(der.tlv(der.SET, attributes))
        if self.is_raw:
            value = SignatureValue.from_der(value).to_raw()
        certificate = self.signer.certificate
        by_name = der.sequence(certificate.issuer_name, der.integer(certificate.serial))
        digest = algorithm(self.digest_name, has_null=self.has_null)
        signer_info = der.sequence(
            der.integer(3 if self.identified_by_key else 1),
            der.tlv(0x80, certificate.subject_key_id) if self.identified_by_key else by_name,
            digest,
            der.tlv(0xA0, attributes),
            algorithm(self.signature_name, has_null=self.has_null),
            der.octets(value),
            *((der.tlv(0xA1, self.unsigned),) if self.unsigned else ()),
        )
        inside = (certificate.encoded,) if self.certificates is None else self.certificates
        content = der.sequence(
            der.integer(3),
            der.tlv(der.SET, digest),
            der.sequence(der.oid(self.content_type), der.explicit(0, der.octets(self.content))),
            *((der.tlv(0xA0, *inside),) if inside else ()),
            *((der.tlv(0xA1, self.lists),) if self.lists else ()),
            der.tlv(der.SET, signer_info),
        )
        return der.sequence(der.oid(self.outer), der.explicit(0, content))
