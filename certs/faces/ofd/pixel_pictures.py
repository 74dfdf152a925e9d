"""Pictures made of pixels that foreign files bring along, read and written anew.

Only pictures that Pillow reads whole are shown, and always as PNG: whoever draws the page meets
no foreign bytes.
"""

import base64
import io
import struct
import zlib
from typing import Final

from PIL import Image

from certs.errors import FaceError

MAX_PICTURE_BYTES: Final = 32_000_000
_KINDS: Final = ("PNG", "JPEG", "GIF", "BMP")
_PLAIN: Final = frozenset({"L", "RGB", "RGBA"})
_TOO_LARGE: Final = (Image.DecompressionBombError, Image.DecompressionBombWarning)
_DAMAGE: Final = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What Pillow is known to raise for damaged pictures."""


def as_png(data: bytes, most_pixels: int) -> tuple[bytes, int, int] | None:
    """Read a picture and write it as PNG.

    Args:
        data: A PNG, JPEG, GIF or BMP file; of several pictures in it the first counts.
        most_pixels: How many pixels it may have.

    Returns:
        The PNG, its width and its height; None if it cannot be read.

    Raises:
        FaceError: It is too large.
    """
    if len(data) > MAX_PICTURE_BYTES:
        raise FaceError("a picture is larger than 32 MB")
    try:
        with Image.open(io.BytesIO(data), formats=_KINDS) as image:
            if image.width * image.height > most_pixels:
                raise FaceError("the pictures have too many pixels")
            return _written(image), image.width, image.height
    except _TOO_LARGE as error:
        raise FaceError("the pictures have too many pixels") from error
    except _DAMAGE:
        return None


def as_png_address(data: bytes, most_pixels: int) -> tuple[str, int] | None:
    """Return a picture as an address that holds it all, and how many pixels it has.

    Returns:
        None if it cannot be read.

    Raises:
        FaceError: It is too large.
    """
    found = as_png(data, most_pixels)
    if found is None:
        return None
    png, width, height = found
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii"), width * height


def _written(image: Image.Image) -> bytes:
    has_alpha = image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info
    plain = image if image.mode in _PLAIN else image.convert("RGBA" if has_alpha else "RGB")
    # Nothing but pixels: no profiles, no texts.
    bare = Image.frombytes(plain.mode, plain.size, plain.tobytes())
    buffer = io.BytesIO()
    bare.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()
