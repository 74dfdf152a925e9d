"""Certificate revocation lists (CRL) signed with SM2. Source: RFC 5280 §5."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from signing import asn1, der, sm2
from signing.algorithms import SM2_SIGN_WITH_SM3
from signing.certificates import Certificate
from signing.errors import MalformedStructureError
from signing.signature_values import SignatureValue
from signing.signer import Signer

MAX_LIST_BYTES: Final = 8 * 2**20
_ALGORITHM: Final = der.sequence(der.oid(SM2_SIGN_WITH_SM3))
_CACHED: Final = 512
_CRL_NUMBER: Final = "2.5.29.20"
_UNDERSTOOD: Final = frozenset({"crl_number", "authority_key_identifier"})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RevocationList:
    """What one authority says about its certificates, and until when; equal when the bytes are.

    Attributes:
        encoded: The DER as it came.
        to_be_signed: The slice under the signature.
        revoked: Revocation time by serial number.
    """

    encoded: bytes
    to_be_signed: bytes
    signature: SignatureValue
    issuer_name: bytes
    this_update: datetime
    next_update: datetime
    number: int
    revoked: Mapping[int, datetime]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RevocationList) and self.encoded == other.encoded

    def __hash__(self) -> int:
        return hash(self.encoded)

    def verify(self, issuer: Certificate) -> None:
        """Check that ``issuer`` signed this list and may sign lists.

        Raises:
            InvalidSignatureError: It did not sign it.
            MalformedStructureError: The names differ, or it is no list-signing authority.
        """
        if self.issuer_name != issuer.subject_name or "crl_sign" not in issuer.key_usages:
            raise MalformedStructureError("the list is not this authority's")
        sm2.verify(self.to_be_signed, self.signature, key=issuer.public_key)


def build_revocation_list(  # noqa: PLR0913 - the parts of a list
    revoked: Mapping[int, datetime],
    *,
    issuer: Certificate,
    signer: Signer,
    number: int,
    this_update: datetime,
    next_update: datetime,
) -> RevocationList:
    """Sign a list; see ``CertificateAuthority.revocation_list``."""
    entries = tuple(
        der.sequence(der.integer(serial), der.x509_time(at)) for serial, at in revoked.items()
    )
    extension = der.sequence(der.oid(_CRL_NUMBER), der.octets(der.integer(number)))
    body = der.sequence(
        der.integer(1),
        _ALGORITHM,
        issuer.subject_name,
        der.x509_time(this_update),
        der.x509_time(next_update),
        *((der.sequence(*entries),) if entries else ()),
        der.explicit(0, der.sequence(extension)),
    )
    return parse_revocation_list(der.sequence(body, _ALGORITHM, der.bits(signer.sign(body))))


@lru_cache(_CACHED)
def parse_revocation_list(data: bytes) -> RevocationList:
    """Parse a DER list; the signature is not checked here.

    Raises:
        MalformedStructureError: Not a complete list with an end date, or one with critical
            extensions that change its meaning (delta, indirect or partitioned lists).
        InvalidSignatureError: The signature value is not strict DER or out of range.
    """
    parsed = asn1.load(
        asn1.crl.CertificateList, data, what="a revocation list", max_bytes=MAX_LIST_BYTES
    )
    with asn1.reading("a revocation list"):
        return _revocation_list(parsed, data)


def _revocation_list(parsed: Any, data: bytes) -> RevocationList:  # noqa: ANN401 - untyped library
    body = parsed["tbs_cert_list"]
    if {parsed["signature_algorithm"].dump(), body["signature"].dump()} != {_ALGORITHM}:
        raise MalformedStructureError("the list is not signed with SM2")
    extensions = {item["extn_id"].native: item for item in body["crl_extensions"]}
    strange = {
        name
        for name, item in extensions.items()
        if item["critical"].native and name not in _UNDERSTOOD
    }
    if strange or body["next_update"].native is None:
        raise MalformedStructureError("a partial list, or one without an end date")
    entries = body["revoked_certificates"]
    number = extensions.get("crl_number")
    return RevocationList(
        encoded=data,
        to_be_signed=body.dump(),
        signature=SignatureValue.from_der(asn1.to_bits(parsed["signature"])),
        issuer_name=body["issuer"].dump(),
        this_update=asn1.to_time(body["this_update"]),
        next_update=asn1.to_time(body["next_update"]),
        number=number["extn_value"].parsed.native if number else 0,
        revoked={
            entry["user_certificate"].native: asn1.to_time(entry["revocation_date"])
            for entry in (entries if entries.native else ())
        },
    )
