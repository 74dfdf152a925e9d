"""A certificate authority (证书认证机构) for demo and tests: certificates and revocation lists.

Real certificates come from a lawful electronic certification service; the composition root
builds this one only where the environment is ``demo`` or ``dev``.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

from signing import der
from signing.algorithms import SM2_SIGN_WITH_SM3, sm3
from signing.certificate_requests import CertificateRequest
from signing.certificates import Certificate, encode_public_key, parse_certificate
from signing.names import DistinguishedName
from signing.revocation_lists import RevocationList, build_revocation_list
from signing.roles import Role
from signing.signer import Signer
from signing.sm2 import PublicKey

_ALGORITHM: Final = der.sequence(der.oid(SM2_SIGN_WITH_SM3))
_KEY_ID_BYTES: Final = 20
_BASIC_CONSTRAINTS: Final = "2.5.29.19"
_KEY_USAGE: Final = "2.5.29.15"
_EXTENDED_KEY_USAGE: Final = "2.5.29.37"
_SUBJECT_KEY_ID: Final = "2.5.29.14"
_AUTHORITY_KEY_ID: Final = "2.5.29.35"
_TRUE: Final = der.tlv(der.BOOLEAN, b"\xff")
_CERT_AND_CRL_SIGN: Final = der.tlv(der.BIT_STRING, bytes((1, 0b0000_0110)))
_SIGN_AND_NON_REPUDIATION: Final = der.tlv(der.BIT_STRING, bytes((6, 0b1100_0000)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity:
    """When a certificate is good, both ends included."""

    not_before: datetime
    not_after: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateAuthority:
    """Issues certificates under its own; every one has one role or is an authority itself."""

    certificate: Certificate
    signer: Signer

    @classmethod
    def self_signed(cls, name: DistinguishedName, *, signer: Signer, validity: Validity) -> Self:
        """Make a root (根证书) that signs itself; two levels of authorities fit below it."""
        encoded_name = name.encode()
        certificate = _issue(
            subject=encoded_name,
            public_key=signer.public_key,
            issuer=encoded_name,
            signer=signer,
            validity=validity,
            extensions=_authority_extensions(path_length=1),
        )
        return cls(certificate=certificate, signer=signer)

    def issue_authority(self, request: CertificateRequest, *, validity: Validity) -> Certificate:
        """Issue the certificate of an authority below this one."""
        return self._issue(request, validity, _authority_extensions(path_length=0))

    def issue(self, request: CertificateRequest, *, role: Role, validity: Validity) -> Certificate:
        """Issue a certificate for one role.

        Raises:
            InvalidSignatureError: The request does not prove possession of its key.
        """
        extensions = {
            _BASIC_CONSTRAINTS: (True, der.sequence()),
            _KEY_USAGE: (True, _SIGN_AND_NON_REPUDIATION),
            _EXTENDED_KEY_USAGE: (True, der.sequence(der.oid(role.oid))),
        }
        return self._issue(request, validity, extensions)

    def revocation_list(
        self,
        revoked: Mapping[int, datetime],
        *,
        number: int,
        this_update: datetime,
        next_update: datetime,
    ) -> RevocationList:
        """Sign the list of revoked serial numbers with their dates (CRL)."""
        return build_revocation_list(
            revoked,
            issuer=self.certificate,
            signer=self.signer,
            number=number,
            this_update=this_update,
            next_update=next_update,
        )

    def _issue(
        self,
        request: CertificateRequest,
        validity: Validity,
        extensions: Mapping[str, tuple[bool, bytes]],
    ) -> Certificate:
        request.verify_possession()
        return _issue(
            subject=request.subject_name,
            public_key=request.public_key,
            issuer=self.certificate.subject_name,
            signer=self.signer,
            validity=validity,
            extensions=extensions,
        )


def _authority_extensions(path_length: int) -> dict[str, tuple[bool, bytes]]:
    return {
        _BASIC_CONSTRAINTS: (True, der.sequence(_TRUE, der.integer(path_length))),
        _KEY_USAGE: (True, _CERT_AND_CRL_SIGN),
    }


def _issue(  # noqa: PLR0913 - the parts of a certificate
    *,
    subject: bytes,
    public_key: PublicKey,
    issuer: bytes,
    signer: Signer,
    validity: Validity,
    extensions: Mapping[str, tuple[bool, bytes]],
) -> Certificate:
    own_id = der.octets(key_id(public_key))
    issuer_id = der.sequence(der.tlv(0x80, key_id(signer.public_key)))
    all_extensions = {
        **extensions,
        _SUBJECT_KEY_ID: (False, own_id),
        _AUTHORITY_KEY_ID: (False, issuer_id),
    }
    body = der.sequence(
        der.explicit(0, der.integer(2)),
        der.integer(secrets.randbits(127) | 1 << 126),
        _ALGORITHM,
        issuer,
        der.sequence(der.x509_time(validity.not_before), der.x509_time(validity.not_after)),
        subject,
        encode_public_key(public_key),
        der.explicit(3, der.sequence(*(_extension(*item) for item in all_extensions.items()))),
    )
    return parse_certificate(der.sequence(body, _ALGORITHM, der.bits(signer.sign(body))))


def key_id(key: PublicKey) -> bytes:
    """Return the key identifier used here: the first 20 bytes of SM3 of the point."""
    return sm3(key.point)[:_KEY_ID_BYTES]


def _extension(kind: str, value: tuple[bool, bytes]) -> bytes:
    critical, encoded = value
    return der.sequence(der.oid(kind), *((_TRUE,) if critical else ()), der.octets(encoded))
