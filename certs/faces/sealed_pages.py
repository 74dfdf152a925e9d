"""The page of a document that a seal stands on, as a picture, and where on it.

A place is what the document says of itself: it tells where to look, never whether what one sees
there is genuine.
"""

import io
import math
from dataclasses import dataclass, field
from typing import Final, Self

from PIL import Image

MOST_SEALS: Final = 64
LONGEST_SIDE: Final = 1_150
"""Pixels of the longer side: small print can be read."""
MOST_BYTES: Final = 92_160
"""Of a picture where that can be: a page with it weighs less than 150 kB, encoded and all."""
_QUALITIES: Final = (30, 12)
_EFFORT: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class SealPlace:
    """A rectangle on a page, in shares of its width and height from the upper left corner."""

    left: float
    top: float
    width: float
    height: float

    @classmethod
    def within_page(cls, left: float, top: float, right: float, bottom: float) -> Self | None:
        """Return what of a rectangle lies on the page, or None if nothing of it can be seen."""
        if not all(map(math.isfinite, (left, top, right, bottom))):
            return None
        left, right = (min(max(edge, 0.0), 1.0) for edge in sorted((left, right)))
        top, bottom = (min(max(edge, 0.0), 1.0) for edge in sorted((top, bottom)))
        if right <= left or bottom <= top:
            return None
        return cls(left=left, top=top, width=right - left, height=bottom - top)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedPage:
    """One page: the first with a seal that can be seen, or the first.

    Attributes:
        picture: WebP; of print at these sizes half as large as JPEG, and as easily read.
        page: Counted from 1.
        pages: How many there are.
        seals: Where signatures with a value are shown on this page.
    """

    picture: bytes = field(repr=False)
    page: int
    pages: int
    seals: tuple[SealPlace, ...]


def as_webp(png: bytes) -> bytes:
    """Return a picture as WebP, at a fraction of a PNG's size."""
    with Image.open(io.BytesIO(png)) as picture:
        return webp_of(picture)


def webp_of(picture: Image.Image) -> bytes:
    """Return a picture as a WebP file, coarser where it would be large."""
    encoded = b""
    for quality in _QUALITIES:
        buffer = io.BytesIO()
        picture.convert("RGB").save(buffer, "WEBP", quality=quality, method=_EFFORT)
        encoded = buffer.getvalue()
        if len(encoded) <= MOST_BYTES:
            break
    return encoded
