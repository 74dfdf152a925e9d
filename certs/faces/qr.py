"""QR codes on faces (二维码): written as sharp outlines, read from pictures."""

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, pairwise
from operator import sub
from typing import Final, Literal, Self

import zxingcpp
from PIL import Image

from certs.errors import FaceError

QR_QUIET_ZONE_MODULES = 4

_MAX_PICTURE_BYTES = 16 << 20
_MAX_PIXELS = 40_000_000
_MAX_CODES = 16
_REMEMBERED: Final = 4

Corner = tuple[int, int]
QrLevel = Literal["L", "M", "Q", "H"]

# A mask is tried for each symbol where large areas could come out alike (ISO/IEC 18004). Codes
# here hold a signature, which looks random under every mask; choosing takes ten times as long.
_MASK: Final = 2
_DARK: Final = re.compile(rb"\0+")
_PIXELS: Final = bytes.maketrans(b"01", b"\xff\0")
_LIGHT: Final = b"\xff"
# Symbols of versions 1 to 40 (ISO/IEC 18004).
_SIZES: Final = frozenset(range(21, 178, 4))


@dataclass(frozen=True, slots=True)
class QrModules:
    """The modules of a QR code, without the quiet zone.

    Attributes:
        rows: From top to bottom; in each a byte for a module, 0 for dark and 255 for light.
    """

    rows: tuple[bytes, ...]

    @property
    def size(self) -> int:
        """How many modules stand side by side."""
        return len(self.rows)

    @classmethod
    def of_rows(cls, rows: Sequence[int]) -> Self:
        """Put a code together from its rows, bit n telling whether column n is dark.

        Raises:
            FaceError: No QR code is that large.
        """
        size = max(len(rows), max([row.bit_length() for row in rows], default=0))
        if size not in _SIZES or len(rows) != size:
            raise FaceError("no QR code has so many modules")
        return cls(
            tuple([f"{row:0{size}b}"[::-1].encode("ascii").translate(_PIXELS) for row in rows])
        )

    def bars(self) -> Iterator[tuple[int, int, int]]:
        """Yield the dark bars, one module high: column, row, and how many modules long."""
        for y, row in enumerate(self.rows):
            for bar in _DARK.finditer(row):
                x, end = bar.span()
                yield x, y, end - x


@lru_cache(_REMEMBERED)
def qr_modules(text: str, *, level: QrLevel = "M") -> QrModules:
    """Encode a text as a QR code.

    Args:
        text: What the code says, in ASCII: readers have to guess the encoding of the rest.
        level: Error correction: about 7, 15, 25 or 30 % of the code may be lost.

    Raises:
        FaceError: The text is empty, too long for a QR code or not ASCII.
    """
    if not text.isascii():
        raise FaceError("the text of a QR code has characters outside ASCII")
    try:
        barcode = zxingcpp.create_barcode(
            text, zxingcpp.BarcodeFormat.QRCode, options=f"ecLevel={level},dataMask={_MASK}"
        )
        image = barcode.to_image(scale=1, add_quiet_zones=False)
    except (ValueError, RuntimeError) as error:
        raise FaceError(f"{len(text)} characters do not fit into a QR code") from error
    size = image.shape[0]
    pixels = memoryview(image).tobytes()  # type: ignore[arg-type]  # a buffer at run time
    return QrModules(tuple(pixels[start : start + size] for start in range(0, size * size, size)))


def qr_svg(text: str, *, level: QrLevel = "M") -> str:
    """Draw a QR code as SVG: a white sheet with the quiet zone and one black path.

    The path follows the outlines of the dark areas, so that no viewer shows seams between
    modules. One module is one unit.

    Args:
        text: As for `qr_modules`.
        level: As for `qr_modules`.

    Raises:
        FaceError: As `qr_modules`.
    """
    modules = qr_modules(text, level=level)
    edge, full = -QR_QUIET_ZONE_MODULES, modules.size + 2 * QR_QUIET_ZONE_MODULES
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{edge} {edge} {full} {full}">'
        f'<rect x="{edge}" y="{edge}" width="{full}" height="{full}" fill="#fff"/>'
        f'<path fill-rule="evenodd" d="{_outlines(modules.rows)}"/></svg>'
    )


def _outlines(rows: Sequence[bytes]) -> str:
    """Write the borders between dark and light modules as closed paths.

    Every corner is an end of a horizontal border and of a vertical one. The corners on a
    vertical line, from top to bottom, are by pairs the ends of vertical borders; so walking
    horizontally and vertically by turns leads around each area.
    """
    corners = _horizontal_borders(rows)
    order = sorted(range(len(corners)), key=corners.__getitem__)
    across = dict(zip(order[::2], order[1::2], strict=True))
    across |= {end: start for start, end in across.items()}
    parts: list[str] = []
    waiting = set(range(0, len(corners), 2))
    for first in range(0, len(corners), 2):
        if first in waiting:
            parts.append(f"M{corners[first][0]} {corners[first][1]}")
        here = first
        while here & -2 in waiting:
            waiting.remove(here & -2)
            turn = here ^ 1
            after = across[turn]
            parts.append(
                f"h{corners[turn][0] - corners[here][0]}v{corners[after][1] - corners[turn][1]}"
            )
            here = after
    return "".join(parts) + "Z"


def _horizontal_borders(rows: Sequence[bytes]) -> list[Corner]:
    """Return the left and the right end (x, y) of each border, one after the other."""
    light = b"\xff" * len(rows)
    corners: list[Corner] = []
    for y, (above, below) in enumerate(pairwise([light, *rows, light])):
        x = 0
        for change, run in groupby(map(sub, above, below)):
            start, x = x, x + len(list(run))
            if change:
                corners += [(start, y), (x, y)]
    return corners


def read_qr(picture: bytes) -> tuple[str, ...]:
    """Read the QR codes in a PNG or JPEG picture.

    Args:
        picture: A foreign file of at most 16 MB and 40 million pixels.

    Returns:
        The texts, at most 16, as found; empty when there is no readable code.

    Raises:
        FaceError: Not a picture of these kinds, damaged or too large.
    """
    if len(picture) > _MAX_PICTURE_BYTES:
        raise FaceError("the picture has more than 16 MB")
    try:
        with Image.open(io.BytesIO(picture), formats=("PNG", "JPEG")) as image:
            if image.width * image.height > _MAX_PIXELS:
                raise FaceError("the picture has more than 40 million pixels")
            gray = image.convert("L")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise FaceError("not a readable PNG or JPEG picture") from error
    return read_qr_pixels(gray)


def read_qr_pixels(gray: Image.Image) -> tuple[str, ...]:
    """Read the QR codes in a decoded grayscale picture."""
    found = zxingcpp.read_barcodes(
        gray, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    )
    return tuple(code.text for code in found[:_MAX_CODES])


def read_qr_modules(modules: QrModules) -> str:
    """Read a code that needs no finding.

    Raises:
        FaceError: The modules say nothing that can be read.
    """
    edge, size = QR_QUIET_ZONE_MODULES, modules.size + 2 * QR_QUIET_ZONE_MODULES
    side, blank = _LIGHT * edge, _LIGHT * (size * edge)
    pixels = b"".join((blank, *(b"%b%b%b" % (side, row, side) for row in modules.rows), blank))
    found = zxingcpp.read_barcodes(
        Image.frombytes("L", (size, size), pixels),
        formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode),
        try_rotate=False,
        try_downscale=False,
        try_invert=False,
        binarizer=zxingcpp.Binarizer.FixedThreshold,
        is_pure=True,
    )
    if len(found) != 1 or not found[0].valid:
        raise FaceError("the modules are no readable QR code")
    return str(found[0].text)
