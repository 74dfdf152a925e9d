"""Electronic seal signatures (电子签章, SES_Signature) of GB/T 38540 version 4.

The signature is over the TBS_Sign alone; certificate and algorithm stand outside it, so both
are checked: the certificate's key must verify, and the seal must list the certificate.
Source: built to what four implementations and real files agree on.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from signing import der, sm2
from signing.algorithms import SM2_SIGN_WITH_SM3, SM3_BYTES
from signing.certificates import Certificate, parse_certificate
from signing.errors import InvalidSignatureError, MalformedStructureError
from signing.seals import VERSION, Seal, parse_seal
from signing.signature_values import SignatureValue
from signing.signer import CertifiedSigner, SealProperties

MAX_SEAL_SIGNATURE_BYTES: Final = 98_304


@dataclass(frozen=True, slots=True, kw_only=True)
class SealSignature:
    """One use of a seal.

    Attributes:
        to_be_signed: The TBS_Sign slice, which the signer signed.
        signed_at: The signer's own claim (timeInfo).
        digest: SM3 of the protected bytes, 32 bytes.
        document: propertyInfo.
    """

    to_be_signed: bytes
    seal: Seal
    signed_at: datetime
    digest: bytes
    document: str
    signer: Certificate
    signature: SignatureValue

    def verify(self, digest: bytes) -> None:
        """Check the digest, the signature, and that the seal lists the signer.

        The seal itself is judged on its own (``Seal.verify_maker``).

        Raises:
            InvalidSignatureError: Other bytes, a signature that does not verify, or a signer
                that may not use the seal.
        """
        if digest != self.digest:
            raise InvalidSignatureError("the document is not the one that was sealed")
        sm2.verify(self.to_be_signed, self.signature, key=self.signer.public_key)
        if not self.seal.lists(self.signer):
            raise InvalidSignatureError("the seal does not list its signer")


def to_be_signed(seal: bytes, digest: bytes, properties: SealProperties) -> bytes:
    """Return the TBS_Sign, DER; the same input gives the same bytes."""
    return der.sequence(
        der.integer(VERSION),
        seal,
        der.generalized_time(properties.signed_at),
        der.bits(digest),
        der.text(properties.document, der.IA5_STRING),
    )


@dataclass(frozen=True, slots=True)
class LocalSealer:
    """Uses a seal with a signer of this process."""

    _seal: Seal
    signer: CertifiedSigner

    def __post_init__(self) -> None:
        if not self._seal.lists(self.signer.certificate):
            raise InvalidSignatureError("the seal does not list its signer")

    @property
    def seal(self) -> bytes:
        """The SESeal, DER."""
        return self._seal.encoded

    def seal_digest(self, digest: bytes, properties: SealProperties) -> bytes:
        """Return the SES_Signature over ``digest``; see ``Sealer.seal_digest``."""
        message = to_be_signed(self.seal, digest, properties)
        return der.sequence(
            message,
            der.octets(self.signer.certificate.encoded),
            der.oid(SM2_SIGN_WITH_SM3),
            der.bits(self.signer.sign(message)),
        )


def parse_seal_signature(data: bytes) -> SealSignature:
    """Parse a version 4 seal signature; nothing is verified yet.

    Raises:
        MalformedStructureError: Not such a signature.
        InvalidSignatureError: A signature value is not strict DER or out of range.
    """
    if len(data) > MAX_SEAL_SIGNATURE_BYTES:
        raise MalformedStructureError("the seal signature is too long")
    message, certificate, algorithm, signature = der.parts(
        der.read(data), der.SEQUENCE, der.OCTET_STRING, der.OID, der.BIT_STRING
    )
    if der.to_oid(algorithm) != SM2_SIGN_WITH_SM3:
        raise MalformedStructureError("the seal signature is not SM2")
    version, seal, signed_at, digest, document = der.parts(
        message,
        *(der.INTEGER, der.SEQUENCE, der.GENERALIZED_TIME, der.BIT_STRING, der.IA5_STRING),
    )
    if der.to_integer(version) != VERSION or len(der.to_bits(digest)) != SM3_BYTES:
        raise MalformedStructureError("not a version 4 seal signature with an SM3 digest")
    return SealSignature(
        to_be_signed=message.encoded,
        seal=parse_seal(seal.encoded),
        signed_at=der.to_time(signed_at),
        digest=der.to_bits(digest),
        document=der.to_text(document, der.IA5_STRING),
        signer=parse_certificate(certificate.content),
        signature=SignatureValue.from_der(der.to_bits(signature)),
    )
