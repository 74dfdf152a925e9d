"""Electronic seals (电子印章, SESeal): made, parsed, and their makers' signatures checked.

The layout is told by its shape. In version 1 the maker signs the description, its own
certificate and the algorithm; in version 4 and 5 the description and nothing else. Sources:
GM/T 0031-2014; GB/T 38540-2020, built to what four implementations and real files agree on.
"""

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Final

from signing import der, lenient, sm2
from signing.algorithms import SM2_SIGN_WITH_SM3, SM3_BYTES
from signing.certificates import Certificate
from signing.errors import MalformedStructureError, SigningError
from signing.seal_descriptions import (
    ExtensionData,
    SealDescription,
    SealKind,
    SealLayout,
    SealPicture,
)
from signing.seal_reading import (
    MAX_SIDE_MM,
    at_least,
    read_certificate,
    read_info,
    read_number,
    read_timestamp,
)
from signing.seal_writing import encode_info, encode_timestamp
from signing.signer import CertifiedSigner
from signing.tolerances import Tolerance

__all__ = [
    "MAX_FOREIGN_SEAL_BYTES",
    "MAX_SEAL_BYTES",
    "ExtensionData",
    "Seal",
    "SealDescription",
    "SealKind",
    "SealLayout",
    "SealPicture",
    "make_seal",
    "parse_seal",
]

MAX_SEAL_BYTES: Final = 65_536
"""The largest seal made here; each license carries one."""
MAX_FOREIGN_SEAL_BYTES: Final = 4 * 2**20
"""The largest seal read; some carry a whole document as their picture."""
_KNOWN_SEALS: Final = 64
_ALGORITHM: Final = der.oid(SM2_SIGN_WITH_SM3)
_V1_PARTS: Final = 2
_V4_PARTS: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """A seal signed by its maker.

    Attributes:
        encoded: The DER as it came.
        info: The SES_SealInfo slice.
        to_be_signed: What the maker signed, made of slices as they came.
        version: The number in the header.
        maker: Certificate of the 电子印章制作管理单位.
        signature_value: The maker's signature value as it came, DER or raw.
        timestamp: The token of a version 5 seal, unread; empty without one.
        tolerances: Liberties the seal takes; those of certificates stand in them.
    """

    encoded: bytes = field(repr=False)
    info: bytes = field(repr=False)
    to_be_signed: bytes = field(repr=False)
    layout: SealLayout
    version: int
    description: SealDescription
    maker: Certificate
    signature_value: bytes
    timestamp: bytes
    tolerances: frozenset[Tolerance]

    @property
    def is_strict(self) -> bool:
        """Whether the seal has the one form that seals made here have.

        Only then is nothing in it that its maker did not sign, but for certificate, algorithm
        and timestamp of version 4 and 5, which the maker's certificate path vouches for.
        """
        if self.tolerances:
            return False
        try:
            value = lenient.signature_value(self.signature_value).to_der()
            return self.encoded == _assemble(
                encode_info(self.description, self.layout, self.version),
                self.layout,
                self.maker,
                value,
                self.timestamp,
            )
        except SigningError:
            return False

    def verify_maker(self) -> None:
        """Check that the maker named in the seal signed it.

        Raises:
            InvalidSignatureError: It did not.
        """
        # A seal stands in every file that it sealed: what was verified once stays verified.
        verify = _verify_known if len(self.encoded) <= MAX_SEAL_BYTES else _verify
        verify(self.to_be_signed, self.signature_value, self.maker.public_key)

    def is_valid_at(self, instant: datetime) -> bool:
        """Whether ``instant`` lies in the seal's validity period, both ends included."""
        return self.description.valid_from <= instant <= self.description.valid_to

    def lists(self, certificate: Certificate) -> bool:
        """Whether ``certificate`` may use this seal: byte for byte, or by its SM3 digest."""
        described = self.description
        if certificate in described.signers:
            return True
        return bool(described.signer_digests) and certificate.digest in described.signer_digests


def make_seal(
    description: SealDescription, *, maker: CertifiedSigner, layout: SealLayout = SealLayout.V4
) -> Seal:
    """Make a seal (制章).

    Args:
        description: Lists either certificates or digests of certificates, never both.
        maker: 电子印章制作管理单位.
        layout: Version 4, or 1 for readers that know no other.

    Raises:
        MalformedStructureError: The description breaks a rule, or the layout cannot hold it.
        KeyUnavailableError: The maker's key store did not answer.
    """
    _check_description(description)
    info = encode_info(description, layout, layout.version)
    message = _to_be_signed(info, layout, der.octets(maker.certificate.encoded), _ALGORITHM)
    encoded = _assemble(info, layout, maker.certificate, maker.sign(message), b"")
    if len(encoded) > MAX_SEAL_BYTES:
        raise MalformedStructureError("the seal is too long")
    return parse_seal(encoded)


def parse_seal(data: bytes) -> Seal:
    """Parse a seal of any layout; no signature is checked here.

    Raises:
        MalformedStructureError: Not a seal of a maker that signs with SM2.
    """
    if len(data) > MAX_FOREIGN_SEAL_BYTES:
        raise MalformedStructureError("the seal is too long")
    return _parse_known(data) if len(data) <= MAX_SEAL_BYTES else _parse(data)


@lru_cache(_KNOWN_SEALS)
def _parse_known(data: bytes) -> Seal:
    return _parse(data)


def _verify(message: bytes, value: bytes, key: sm2.PublicKey) -> None:
    sm2.verify(message, lenient.signature_value(value), key=key)


_verify_known = lru_cache(_KNOWN_SEALS)(_verify)


def _parse(data: bytes) -> Seal:
    tolerated: set[Tolerance] = set()
    layout, (info, maker, algorithm, value, *stamps) = _take_apart(data)
    lenient.read_sm2_identifier(algorithm, tolerated)
    if layout is not SealLayout.V1:
        der.expect(maker, der.OCTET_STRING)
    found = read_info(info, layout, tolerated)
    if stamps and layout is not SealLayout.V5:
        tolerated.add(Tolerance.ODD_VERSION)
    signature = der.to_bits(value)
    lenient.note_raw_value(signature, tolerated)
    return Seal(
        encoded=data,
        info=info.encoded,
        to_be_signed=_to_be_signed(info.encoded, layout, maker.encoded, algorithm.encoded),
        layout=layout,
        version=found.version,
        description=found.description,
        maker=read_certificate(maker, tolerated),
        signature_value=signature,
        timestamp=read_timestamp(stamps, tolerated),
        tolerances=frozenset(tolerated),
    )


def layout_of(seal: bytes) -> tuple[SealLayout, int]:
    """Return the layout of a SESeal by its shape, and the version number in its header.

    Raises:
        MalformedStructureError: It has the shape of none.
    """
    layout, parts = _take_apart(seal)
    return layout, _version(parts[0])


def _take_apart(data: bytes) -> tuple[SealLayout, tuple[der.Element, ...]]:
    """Return the layout, and description, maker, algorithm, value and what may follow."""
    parts = at_least(der.read(data), _V1_PARTS, most=5)
    if parts[0].tag == der.OID:
        raise MalformedStructureError("this is signed data, not a seal")
    if len(parts) == _V1_PARTS:
        return SealLayout.V1, (parts[0], *at_least(parts[1], 3, most=3))
    if len(parts) < _V4_PARTS:
        raise MalformedStructureError("a seal has 2, 4 or 5 parts")
    is_fifth = _version(parts[0]) == SealLayout.V5.version
    return (SealLayout.V5 if is_fifth else SealLayout.V4), parts


def _version(info: der.Element) -> int:
    header = at_least(info, 4, most=5)[0]
    return read_number(at_least(header, 3, most=3)[1])


def _to_be_signed(info: bytes, layout: SealLayout, maker: bytes, algorithm: bytes) -> bytes:
    return der.sequence(info, maker, algorithm) if layout is SealLayout.V1 else info


def _assemble(
    info: bytes, layout: SealLayout, maker: Certificate, value: bytes, timestamp: bytes
) -> bytes:
    signed = (der.octets(maker.encoded), _ALGORITHM, der.bits(value))
    if layout is SealLayout.V1:
        return der.sequence(info, der.sequence(*signed))
    return der.sequence(info, *signed, *encode_timestamp(timestamp))


def _check_description(description: SealDescription) -> None:
    picture = description.picture
    if not all(0 < side <= MAX_SIDE_MM for side in (picture.width_mm, picture.height_mm)):
        raise MalformedStructureError("the seal picture has an impossible size")
    if not isinstance(description.kind, SealKind):
        raise MalformedStructureError("unknown kind of seal")
    if bool(description.signers) == bool(description.signer_digests):
        raise MalformedStructureError("a seal lists certificates or digests")
    if any(len(digest) != SM3_BYTES for digest in description.signer_digests):
        raise MalformedStructureError("a digest of a certificate has 32 bytes")
    if description.valid_from > description.valid_to:
        raise MalformedStructureError("the seal ends before it begins")
