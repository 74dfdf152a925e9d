"""The pictures of the seals in an OFD document (印章图片), and where they are shown.

That a seal has a picture says nothing about its validity. Source: GB/T 33190-2016, 18.2.2.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from signing.errors import MalformedOfdError, MalformedStructureError, SigningError
from signing.ofd.descriptions import Stamp
from signing.ofd.package import Package
from signing.ofd.signatures import OfdSignature, SignatureKind, find_signatures
from signing.seal_descriptions import SealPicture
from signing.seal_signatures import parse_seal_signature
from signing.seals import parse_seal

_MAGIC: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"PK\x03\x04", "application/ofd"),
)
OFD_PICTURE: Final = "application/ofd"
"""A whole OFD file with the seal on its first page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSeal:
    """A seal's picture in a document.

    Attributes:
        image: The picture file.
        media_type: What its first bytes say it is; empty for anything unknown.
        width_mm: Its width, as the seal says.
        height_mm: Its height, as the seal says.
        stamps: Where it is shown.
    """

    image: bytes = field(repr=False)
    media_type: str
    width_mm: int
    height_mm: int
    stamps: tuple[Stamp, ...]


def shown_seals(package: Package) -> tuple[ShownSeal, ...]:
    """Return the seals of a document that can be read and have a picture, in order."""
    return tuple(_shown(package))


def media_type_of(image: bytes) -> str:
    """Return the media type that a file's first bytes say, empty for an unknown one.

    What a seal says of its picture is not asked: vendors differ in words and in truth.
    """
    return next((kind for magic, kind in _MAGIC if image.startswith(magic)), "")


def _shown(package: Package) -> Iterator[ShownSeal]:
    try:
        found = find_signatures(package).signatures
    except MalformedOfdError:
        return
    for signature in found:
        picture = _picture(signature) if signature.kind is SignatureKind.SEAL else None
        if picture is not None and picture.image:
            yield ShownSeal(
                image=picture.image,
                media_type=media_type_of(picture.image),
                width_mm=picture.width_mm,
                height_mm=picture.height_mm,
                stamps=signature.description.stamps if signature.description else (),
            )


def _picture(signature: OfdSignature) -> SealPicture | None:
    """Return the picture in the value, or where that cannot be read, in the separate seal."""
    try:
        return parse_seal_signature(signature.value).seal.description.picture
    except SigningError:
        pass
    try:
        return parse_seal(signature.seal_file or b"").description.picture
    except (MalformedStructureError, SigningError):
        return None
