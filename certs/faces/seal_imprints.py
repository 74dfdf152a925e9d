"""Registered imprints (印模) as pixel pictures: read within bounds, and separated from the paper.

Pictures come from outside. Their kind and their size in pixels are looked at before a pixel
is decoded.
"""

import io
import struct
import zlib
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageChops, ImageStat

from certs.errors import FaceError

MAX_PICTURE_BYTES: Final = 2 * 2**20
_MAX_SIDE_PX: Final = 4000
_LONGEST_PX: Final = 480
_KINDS: Final = ("PNG", "GIF", "BMP", "JPEG")
# What a decoder may raise over hostile bytes.
_DECODER_ERRORS: Final = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AssertionError,
    EOFError,
    MemoryError,
    RuntimeError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,  # where warnings are errors
)
_PAPER: Final = (255, 255, 255, 255)
_REDNESS: Final = 60
_DARKNESS: Final = 96


@dataclass(frozen=True, slots=True, kw_only=True)
class Imprint:
    """A picture separated into ink and paper.

    Attributes:
        width_px: Pixels in a row.
        height_px: Rows.
        ink: One byte a pixel, row by row: 255 ink, 0 paper.
        color: The ink's mean color, ``#rrggbb``.
    """

    width_px: int
    height_px: int
    ink: bytes
    color: str


def read_imprint(picture: bytes) -> Imprint:
    """Separate the ink of a seal's picture from the paper.

    Where most of the ink is red, only what is red counts: a scan may hold printed text as well.
    Pictures of more than 480 pixels a side are made smaller.

    Args:
        picture: A PNG, GIF, BMP or JPEG of at most 2 MB and 4000 pixels a side.

    Raises:
        FaceError: It is none, too large, or blank.
    """
    colors = _on_paper(picture)
    red, green, blue = colors.split()
    redness = ImageChops.subtract(red, ImageChops.lighter(green, blue))
    is_red = redness.point(_steps(_REDNESS))
    brightness = ImageChops.darker(ImageChops.darker(red, green), blue)
    is_dark = ImageChops.invert(brightness).point(_steps(_DARKNESS))
    reds, darks = _count(is_red), _count(is_dark)
    ink = is_red if 2 * reds >= darks else is_dark
    if _count(ink) == 0:
        raise FaceError("印模图片是空白的 · the picture of the seal is blank")
    mean = ImageStat.Stat(colors, mask=ink).mean
    return Imprint(
        width_px=ink.width,
        height_px=ink.height,
        ink=ink.tobytes(),
        color="#" + "".join(f"{round(part):02x}" for part in mean),
    )


def is_picture(picture: bytes) -> bool:
    """Tell whether a picture is of a kind that can be read here; its name is not believed."""
    return picture.startswith((b"\x89PNG\r\n\x1a\n", b"GIF8", b"BM", b"\xff\xd8\xff"))


def _on_paper(picture: bytes) -> Image.Image:
    """Decode a picture and lay it on white."""
    if len(picture) > MAX_PICTURE_BYTES:
        raise FaceError("印模图片超过 2 MB · the picture of the seal is larger than 2 MB")
    try:
        opened = Image.open(io.BytesIO(picture), formats=_KINDS)
        if not (0 < opened.width <= _MAX_SIDE_PX and 0 < opened.height <= _MAX_SIDE_PX):
            raise FaceError("印模图片像素过大 · the picture of the seal has too many pixels")
        colors = opened.convert("RGBA")
    except _DECODER_ERRORS as error:
        raise FaceError("印模图片无法读取 · the picture of the seal cannot be read") from error
    sheet = Image.new("RGBA", colors.size, _PAPER)
    laid = Image.alpha_composite(sheet, colors).convert("RGB")
    laid.thumbnail((_LONGEST_PX, _LONGEST_PX), Image.Resampling.BOX)
    return laid


def _steps(threshold: int) -> list[int]:
    return [255 if value >= threshold else 0 for value in range(256)]


def _count(mask: Image.Image) -> int:
    return mask.histogram()[255]
