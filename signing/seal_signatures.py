"""Electronic seal signatures (电子签章, SES_Signature): made, parsed and verified.

The signature is over the TBS_Sign alone. From version 4 on certificate, algorithm and timestamp
stand outside it, so that both are checked: the certificate's key must verify, and the seal must
list the certificate. Sources: GM/T 0031-2014; GB/T 38540-2020, built to what four
implementations and real files agree on.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from signing import der, lenient, sm2
from signing.algorithms import SM3_BYTES
from signing.certificates import Certificate
from signing.errors import InvalidSignatureError, MalformedStructureError, SigningError
from signing.seal_reading import (
    CONTEXT_0,
    at_least,
    read_certificate,
    read_extensions,
    read_number,
    read_timestamp,
)
from signing.seal_signature_making import PreparedSealSignature, prepare, to_be_signed
from signing.seals import ExtensionData, Seal, SealLayout, parse_seal
from signing.signed_data import parse_signed_data
from signing.signer import CertifiedSigner, SealProperties
from signing.tolerances import Tolerance

__all__ = [
    "MAX_FOREIGN_SEAL_SIGNATURE_BYTES",
    "LocalSealer",
    "PreparedSealSignature",
    "SealSignature",
    "parse_seal_signature",
    "prepare",
    "to_be_signed",
]

MAX_FOREIGN_SEAL_SIGNATURE_BYTES: Final = 5 * 2**20
"""The largest seal signature read."""
_V1_PARTS: Final = 2
_OUTSIDE_PARTS: Final = 3
_MAX_TOKEN_BYTES: Final = 65_536
_TOKEN_TIME: Final = 4
"""Where genTime stands in a TSTInfo (RFC 3161 §2.4.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealSignature:
    """One use of a seal.

    Attributes:
        encoded: The DER as it came.
        to_be_signed: The TBS_Sign slice, which the signer signed.
        version: The number in the TBS_Sign.
        signed_at: The signer's own claim (timeInfo).
        digest: SM3 of the protected bytes, 32 bytes.
        document: propertyInfo.
        extensions: 扩展属性 of this use; none in version 1.
        signature_value: As it came, DER or raw; a timestamp is over these octets.
        timestamp: The token over the signature value, unread; empty without one.
        tolerances: Liberties of the signature and of its seal.
    """

    encoded: bytes = field(repr=False)
    to_be_signed: bytes = field(repr=False)
    layout: SealLayout
    version: int
    seal: Seal
    signed_at: datetime
    digest: bytes
    document: str
    extensions: tuple[ExtensionData, ...]
    signer: Certificate
    signature_value: bytes
    timestamp: bytes
    tolerances: frozenset[Tolerance]

    @property
    def is_strict(self) -> bool:
        """Whether this has the one form that version 4 signatures made here have.

        Written anew from what was understood, it gives the same bytes. So nothing outside the
        signature can differ but the certificate, which the seal must list, and the content of
        the timestamp, which has a signature of its own. The seal is inside the signature and
        may have any form (``Seal.is_strict``).
        """
        if self.layout is not SealLayout.V4:
            return False
        properties = SealProperties(signed_at=self.signed_at, document=self.document)
        try:
            prepared = prepare(
                self.seal, self.digest, properties, signer=self.signer, extensions=self.extensions
            )
            value = lenient.signature_value(self.signature_value).to_der()
        except SigningError:
            return False
        return prepared.complete(value, timestamp=self.timestamp) == self.encoded

    def verify(self, digest: bytes) -> None:
        """Check the digest, the signature, and that the seal lists the signer.

        The seal itself is judged on its own (``Seal.verify_maker``).

        Raises:
            InvalidSignatureError: Other bytes, a signature that does not verify, or a signer
                that may not use the seal.
        """
        self.verify_digest(digest)
        self.verify_signature()
        self.verify_signer()

    def verify_digest(self, digest: bytes) -> None:
        """Check that the protected bytes are these.

        Args:
            digest: SM3 of the bytes at hand, computed by the caller.

        Raises:
            InvalidSignatureError: They are others.
        """
        if digest != self.digest:
            raise InvalidSignatureError("the document is not the one that was sealed")

    def verify_signature(self) -> None:
        """Check that the key of the certificate named here signed the TBS_Sign.

        Raises:
            InvalidSignatureError: It did not.
        """
        value = lenient.signature_value(self.signature_value)
        sm2.verify(self.to_be_signed, value, key=self.signer.public_key)

    def verify_signer(self) -> None:
        """Check that the seal lists the certificate named here.

        Raises:
            InvalidSignatureError: It does not.
        """
        if not self.seal.lists(self.signer):
            raise InvalidSignatureError("the seal does not list its signer")


@dataclass(frozen=True, slots=True)
class LocalSealer:
    """Uses a seal with a signer of this process.

    Attributes:
        signer: Whoever signs; the seal lists its certificate.
        timestamper: Returns a timestamp token over the signature value it is given, DER.
    """

    _seal: Seal
    signer: CertifiedSigner
    timestamper: Callable[[bytes], bytes] | None = None

    def __post_init__(self) -> None:
        if not self._seal.lists(self.signer.certificate):
            raise InvalidSignatureError("the seal does not list its signer")

    @property
    def seal(self) -> bytes:
        """The SESeal, DER."""
        return self._seal.encoded

    def seal_digest(self, digest: bytes, properties: SealProperties) -> bytes:
        """Return the SES_Signature over ``digest``; see ``Sealer.seal_digest``."""
        prepared = prepare(self._seal, digest, properties, signer=self.signer.certificate)
        value = self.signer.sign(prepared.to_be_signed)
        timestamp = self.timestamper(value) if self.timestamper is not None else b""
        return prepared.complete(value, timestamp=timestamp)


def parse_seal_signature(data: bytes) -> SealSignature:
    """Parse a seal signature of any layout; nothing is verified yet.

    Raises:
        MalformedStructureError: Not a seal signature of an SM2 signer over an SM3 digest.
        InvalidSignatureError: The signature value of a certificate is out of range.
    """
    if len(data) > MAX_FOREIGN_SEAL_SIGNATURE_BYTES:
        raise MalformedStructureError("the seal signature is too long")
    message, *outside = at_least(der.read(data), _V1_PARTS, most=5)
    if message.tag == der.OID:
        raise MalformedStructureError("this is signed data, not a seal signature")
    tolerated: set[Tolerance] = set()
    inside = at_least(message, 5, most=7)
    layout = SealLayout.V1 if len(outside) == 1 else SealLayout.V4
    if layout is SealLayout.V1:
        outside = [*at_least(message, 7, most=7)[5:], *outside]
    elif len(outside) < _OUTSIDE_PARTS:
        raise MalformedStructureError("a seal signature has 2, 4 or 5 parts")
    certificate, algorithm, value, *stamps = outside
    lenient.read_sm2_identifier(algorithm, tolerated)
    if layout is not SealLayout.V1:
        der.expect(certificate, der.OCTET_STRING)
    seal = parse_seal(inside[1].encoded)
    _check_versions(seal, layout, read_number(inside[0]), tolerated)
    signature = der.to_bits(value)
    lenient.note_raw_value(signature, tolerated)
    return SealSignature(
        encoded=data,
        to_be_signed=message.encoded,
        layout=seal.layout,
        version=read_number(inside[0]),
        seal=seal,
        signed_at=_signing_time(inside[2], layout, tolerated),
        digest=_digest(inside[3], tolerated),
        document=lenient.read_text(inside[4], der.IA5_STRING, tolerated),
        extensions=_extensions(inside[5:], layout, tolerated),
        signer=read_certificate(certificate, tolerated),
        signature_value=signature,
        timestamp=read_timestamp(stamps, tolerated),
        tolerances=frozenset(tolerated) | seal.tolerances,
    )


def _check_versions(
    seal: Seal, layout: SealLayout, version: int, tolerated: set[Tolerance]
) -> None:
    """Refuse a signature of another layout than its seal.

    In version 1 some vendors write another number, under the signature, than in the seal.
    """
    if (seal.layout is SealLayout.V1) != (layout is SealLayout.V1):
        raise MalformedStructureError("the seal has another layout than the signature")
    if version != seal.version:
        if layout is not SealLayout.V1:
            raise MalformedStructureError("the seal has another version than the signature")
        tolerated.add(Tolerance.DIFFERING_VERSIONS)


def _signing_time(element: der.Element, layout: SealLayout, tolerated: set[Tolerance]) -> datetime:
    if layout is not SealLayout.V1:
        return lenient.read_time(element, der.GENERALIZED_TIME, tolerated)
    instant = lenient.read_signing_time(element, tolerated)
    return _token_time(lenient.octets_or_bits(element)) if instant is None else instant


def _token_time(token: bytes) -> datetime:
    """Return genTime of a timestamp token that stands for timeInfo; only read, not verified."""
    if len(token) > _MAX_TOKEN_BYTES:
        raise MalformedStructureError("a timestamp is too long")
    content = parse_signed_data(token).content
    if content is None:
        raise MalformedStructureError("a timestamp says nothing")
    return der.to_time(at_least(der.read(content), 5, most=10)[_TOKEN_TIME])


def _digest(element: der.Element, tolerated: set[Tolerance]) -> bytes:
    digest = lenient.read_digest(element, tolerated)
    if len(digest) != SM3_BYTES:
        raise MalformedStructureError("not a digest of SM3")
    return digest


def _extensions(
    found: tuple[der.Element, ...], layout: SealLayout, tolerated: set[Tolerance]
) -> tuple[ExtensionData, ...]:
    """Return the extension data of the later layouts, which end their TBS_Sign with them."""
    if not found or layout is SealLayout.V1:
        return ()
    if len(found) > 1:
        raise MalformedStructureError("a TBS_Sign has 5 or 6 parts")
    if found[0].tag != CONTEXT_0:
        tolerated.add(Tolerance.UNTAGGED_EXTENSIONS)
    return read_extensions(found[0], tolerated)
