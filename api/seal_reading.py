"""Reads what comes with a seal from outside: the seal, certificates, a picture; within bounds."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from api.errors import UsageError
from certs.faces.drawing import Drawing
from certs.faces.seal_imprints import MAX_PICTURE_BYTES, is_picture
from certs.faces.seal_tracing import trace_imprint
from signing.certificates import Certificate, parse_certificate_file
from signing.errors import SigningError
from signing.seals import MAX_SEAL_BYTES, Seal, parse_seal

MAX_CHAIN_BYTES: Final = 262_144
_MAX_CHAIN: Final = 32


def read_seal(path: Path) -> Seal:
    """Read a SESeal.

    Raises:
        UsageError: There is none in the file.
    """
    try:
        return parse_seal(_bytes_of(path, MAX_SEAL_BYTES))
    except SigningError as error:
        raise UsageError(f"{path} 不是电子印章 (SESeal) · no electronic seal: {error}") from error


def read_chain(paths: Sequence[Path]) -> tuple[Certificate, ...]:
    """Read certificates, PEM or DER.

    Raises:
        UsageError: A file holds none, or there are far too many.
    """
    found: list[Certificate] = []
    for path in paths:
        found += read_certificates(path)
    if len(found) > _MAX_CHAIN:
        raise UsageError(f"证书超过 {_MAX_CHAIN} 张 · too many certificates")
    return tuple(found)


def read_certificates(path: Path) -> tuple[Certificate, ...]:
    """Read the certificates of one file: PEM, or a single one in DER.

    Raises:
        UsageError: It holds none.
    """
    try:
        return parse_certificate_file(_bytes_of(path, MAX_CHAIN_BYTES))
    except SigningError as error:
        raise UsageError(f"{path} 不是证书 (PEM 或 DER) · no certificate") from error


def read_drawing(seal: Seal, picture: Path | None) -> Drawing:
    """Return what the seal looks like on a page: its registered imprint, as outlines.

    Args:
        seal: The seal; its own picture serves where none is given.
        picture: The registered imprint (印模), PNG.

    Raises:
        UsageError: The seal's own picture is of a kind that cannot be traced.
        FaceError: The picture cannot be read, or is no seal.
    """
    image = b"" if picture is None else _bytes_of(picture, MAX_PICTURE_BYTES)
    held = seal.description.picture
    if picture is None and not is_picture(held.image):
        raise UsageError(
            f"印章图片是 {held.kind[:20]!r} 格式，请用 --picture 给出登记印模 (PNG) · "
            "give the registered imprint with --picture"
        )
    return traced(seal, image)


def traced(seal: Seal, picture: bytes) -> Drawing:
    """Return the outlines of a seal's registered imprint, or of its own picture for none.

    Raises:
        FaceError: The picture cannot be read, or is no seal.
    """
    held = seal.description.picture
    return trace_imprint(picture or held.image, width_mm=held.width_mm, height_mm=held.height_mm)


def _bytes_of(path: Path, most: int) -> bytes:
    """Return a file of at most ``most`` bytes."""
    try:
        with path.open("rb") as file:
            content = file.read(most + 1)
    except OSError as error:
        raise UsageError(f"无法读取 {path} · cannot read it") from error
    if len(content) > most:
        raise UsageError(f"{path} 超过 {most} 字节 · too large")
    return content
