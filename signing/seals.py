"""Electronic seals (电子印章, SESeal) of GB/T 38540 version 4: made and parsed.

Source: built to what four implementations and real files agree on; the maker signs the
SES_SealInfo and nothing else.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, unique
from typing import Final

from signing import der, sm2
from signing.algorithms import SM2_SIGN_WITH_SM3
from signing.certificates import Certificate, parse_certificate
from signing.errors import MalformedStructureError
from signing.signature_values import SignatureValue
from signing.signer import CertifiedSigner

VERSION: Final = 4
MAX_SEAL_BYTES: Final = 65_536
_HEADER_ID: Final = "ES"
_VENDOR: Final = "Yinxin"
_CERTIFICATES: Final = 1
_MAX_CERTIFICATES: Final = 16
_MAX_SIDE_MM: Final = 200


@unique
class SealKind(IntEnum):
    """印章类型."""

    UNIT = 1
    PERSON = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class SealPicture:
    """The imprint (印模).

    Attributes:
        kind: ``PNG``, ``SVG`` and so on, as the file says it.
        image: The picture file.
        width_mm: Printed width.
        height_mm: Printed height.
    """

    kind: str
    image: bytes
    width_mm: int
    height_mm: int

    def __post_init__(self) -> None:
        if not (0 < self.width_mm <= _MAX_SIDE_MM and 0 < self.height_mm <= _MAX_SIDE_MM):
            raise MalformedStructureError("the seal picture has an impossible size")


@dataclass(frozen=True, slots=True, kw_only=True)
class SealDescription:
    """What a seal says of itself.

    Attributes:
        code: 印章编码 (esID).
        name: 印章名称.
        signers: Certificates that may use the seal (certListType 1).
        created_at: 制章日期; whole seconds, like the two that follow.
        valid_from: First moment of validity.
        valid_to: Last moment of validity.
    """

    kind: SealKind
    code: str
    name: str
    signers: tuple[Certificate, ...]
    created_at: datetime
    valid_from: datetime
    valid_to: datetime
    picture: SealPicture


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """A seal signed by its maker.

    Attributes:
        encoded: The DER as it came.
        info: The SES_SealInfo slice, which the maker signed.
        maker: Certificate of the 电子印章制作管理单位.
    """

    encoded: bytes
    info: bytes
    description: SealDescription
    maker: Certificate
    signature: SignatureValue

    def verify_maker(self) -> None:
        """Check that the maker named in the seal signed it.

        Raises:
            InvalidSignatureError: It did not.
        """
        sm2.verify(self.info, self.signature, key=self.maker.public_key)

    def is_valid_at(self, instant: datetime) -> bool:
        """Whether ``instant`` lies in the seal's validity period, both ends included."""
        return self.description.valid_from <= instant <= self.description.valid_to

    def lists(self, certificate: Certificate) -> bool:
        """Whether ``certificate`` may use this seal."""
        return certificate in self.description.signers


def make_seal(description: SealDescription, *, maker: CertifiedSigner) -> Seal:
    """Make a seal (制章).

    Raises:
        KeyUnavailableError: The maker's key store did not answer.
    """
    info = _encode_info(description)
    encoded = der.sequence(
        info,
        der.octets(maker.certificate.encoded),
        der.oid(SM2_SIGN_WITH_SM3),
        der.bits(maker.sign(info)),
    )
    return parse_seal(encoded)


def parse_seal(data: bytes) -> Seal:
    """Parse a version 4 seal; no signature is checked here.

    Raises:
        MalformedStructureError: Not such a seal.
        InvalidSignatureError: The signature value is not strict DER or out of range.
    """
    if len(data) > MAX_SEAL_BYTES:
        raise MalformedStructureError("the seal is too long")
    info, maker, algorithm, signature = der.parts(
        der.read(data), der.SEQUENCE, der.OCTET_STRING, der.OID, der.BIT_STRING
    )
    if der.to_oid(algorithm) != SM2_SIGN_WITH_SM3:
        raise MalformedStructureError("the seal is not signed with SM2")
    return Seal(
        encoded=data,
        info=info.encoded,
        description=_parse_info(info),
        maker=parse_certificate(maker.content),
        signature=SignatureValue.from_der(der.to_bits(signature)),
    )


def _encode_info(description: SealDescription) -> bytes:
    picture = description.picture
    return der.sequence(
        der.sequence(
            der.text(_HEADER_ID, der.IA5_STRING),
            der.integer(VERSION),
            der.text(_VENDOR, der.IA5_STRING),
        ),
        der.text(description.code, der.IA5_STRING),
        der.sequence(
            der.integer(description.kind),
            der.text(description.name, der.UTF8_STRING),
            der.integer(_CERTIFICATES),
            der.sequence(*(der.octets(item.encoded) for item in description.signers)),
            der.generalized_time(description.created_at),
            der.generalized_time(description.valid_from),
            der.generalized_time(description.valid_to),
        ),
        der.sequence(
            der.text(picture.kind, der.IA5_STRING),
            der.octets(picture.image),
            der.integer(picture.width_mm),
            der.integer(picture.height_mm),
        ),
    )


def _parse_info(info: der.Element) -> SealDescription:
    header, code, properties, picture = der.parts(
        info, der.SEQUENCE, der.IA5_STRING, der.SEQUENCE, der.SEQUENCE
    )
    identity, version, _ = der.parts(header, der.IA5_STRING, der.INTEGER, der.IA5_STRING)
    if der.to_text(identity, der.IA5_STRING) != _HEADER_ID or der.to_integer(version) != VERSION:
        raise MalformedStructureError("not a version 4 seal")
    kind, name, list_kind, listed, created, start, end = der.parts(
        properties,
        *(der.INTEGER, der.UTF8_STRING, der.INTEGER, der.SEQUENCE),
        *(der.GENERALIZED_TIME,) * 3,
    )
    if der.to_integer(list_kind) != _CERTIFICATES:
        raise MalformedStructureError("the seal lists digests, not certificates")
    return SealDescription(
        kind=_kind(der.to_integer(kind)),
        code=der.to_text(code, der.IA5_STRING),
        name=der.to_text(name, der.UTF8_STRING),
        signers=_signers(listed),
        created_at=der.to_time(created),
        valid_from=der.to_time(start),
        valid_to=der.to_time(end),
        picture=_picture(picture),
    )


def _kind(number: int) -> SealKind:
    try:
        return SealKind(number)
    except ValueError as error:
        raise MalformedStructureError("unknown kind of seal") from error


def _signers(listed: der.Element) -> tuple[Certificate, ...]:
    found = der.children(listed)
    if not 0 < len(found) <= _MAX_CERTIFICATES:
        raise MalformedStructureError("the seal lists no certificate, or too many")
    return tuple(parse_certificate(der.expect(item, der.OCTET_STRING).content) for item in found)


def _picture(element: der.Element) -> SealPicture:
    kind, image, width, height = der.parts(
        element, der.IA5_STRING, der.OCTET_STRING, der.INTEGER, der.INTEGER
    )
    return SealPicture(
        kind=der.to_text(kind, der.IA5_STRING),
        image=image.content,
        width_mm=der.to_integer(width),
        height_mm=der.to_integer(height),
    )
