"""Certificate requests (证书申请, PKCS#10) with SM2 keys. Source: RFC 2986."""

from dataclasses import dataclass
from typing import Final

from signing import asn1, der, sm2
from signing.algorithms import SM2_SIGN_WITH_SM3
from signing.certificates import encode_public_key, parse_public_key
from signing.errors import MalformedStructureError
from signing.names import DistinguishedName
from signing.signature_values import SignatureValue
from signing.signer import Signer

_MAX_REQUEST_BYTES: Final = 16_384
_ALGORITHM: Final = der.sequence(der.oid(SM2_SIGN_WITH_SM3))


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateRequest:
    """A name and a key that ask for a certificate.

    Attributes:
        encoded: The DER as it came.
        to_be_signed: The slice under the signature.
        subject_name: DER of the name.
    """

    encoded: bytes
    to_be_signed: bytes
    subject_name: bytes
    public_key: sm2.PublicKey
    signature: SignatureValue

    def verify_possession(self) -> None:
        """Check that whoever asks holds the private key.

        Raises:
            InvalidSignatureError: The request is not signed with its own key.
        """
        sm2.verify(self.to_be_signed, self.signature, key=self.public_key)


def build_request(name: DistinguishedName, *, signer: Signer) -> CertificateRequest:
    """Make a request for the key behind ``signer``."""
    body = der.sequence(
        der.integer(0), name.encode(), encode_public_key(signer.public_key), der.tlv(0xA0)
    )
    return parse_request(der.sequence(body, _ALGORITHM, der.bits(signer.sign(body))))


def parse_request(data: bytes) -> CertificateRequest:
    """Parse a DER request; the signature is not checked here.

    Raises:
        MalformedStructureError: Not such a request.
        InvalidSignatureError: The signature value is not strict DER or out of range.
    """
    parsed = asn1.load(
        asn1.csr.CertificationRequest, data, what="a request", max_bytes=_MAX_REQUEST_BYTES
    )
    with asn1.reading("a request"):
        body = parsed["certification_request_info"]
        if parsed["signature_algorithm"]["algorithm"].dotted != SM2_SIGN_WITH_SM3:
            raise MalformedStructureError("the request is not signed with SM2")
        return CertificateRequest(
            encoded=data,
            to_be_signed=body.dump(),
            subject_name=body["subject"].dump(),
            public_key=parse_public_key(body["subject_pk_info"].dump()),
            signature=SignatureValue.from_der(asn1.to_bits(parsed["signature"])),
        )
