"""Photographs of printed faces, as a phone takes them."""

import io
from random import Random

import pypdfium2
from PIL import Image, ImageChops, ImageFilter

from certs.faces.qr import read_qr_pixels

_DOTS_PER_POINT = 3.5
_BACKGROUND = 96


def print_out(pdf: bytes) -> Image.Image:
    """The first page on paper, in gray."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        page: Image.Image = document[0].render(scale=_DOTS_PER_POINT).to_pil()
        return page.convert("L")
    finally:
        document.close()


def code_on(pdf: bytes) -> str:
    """What the one code on the page says."""
    (text,) = read_qr_pixels(print_out(pdf))
    return text


def photograph(
    pdf: bytes,
    *,
    kind: str,
    seed: int = 1,
    whole: bool = False,
) -> bytes:
    """The corner with the code held at an angle, a little out of focus, unevenly lit and noisy.

    Args:
        kind: ``PNG`` or ``JPEG``.
        whole: The whole page.
    """
    page = print_out(pdf)
    if not whole:
        page = page.crop((0, page.height // 2, page.width // 2, page.height))
    random = Random(seed)  # noqa: S311 - the same photograph every time
    photo = ImageChops.multiply(_tilted(page, random), _light(page.size))
    photo = photo.rotate(random.uniform(-8, 8), expand=True, fillcolor=_BACKGROUND)
    photo = photo.filter(ImageFilter.GaussianBlur(0.8))
    photo = Image.blend(photo, Image.effect_noise(photo.size, 60), 0.12)
    buffer = io.BytesIO()
    photo.save(buffer, kind, quality=85)
    return buffer.getvalue()


def _tilted(page: Image.Image, random: Random) -> Image.Image:
    """The page seen in perspective: its corners lie up to 4 % inside the picture."""
    width, height = page.size

    def inside() -> float:
        return random.uniform(0.0, 0.04)

    corners = (
        (-inside() * width, -inside() * height),
        (-inside() * width, (1 + inside()) * height),
        ((1 + inside()) * width, (1 + inside()) * height),
        ((1 + inside()) * width, -inside() * height),
    )
    return page.transform(
        page.size,
        Image.Transform.QUAD,
        tuple(value for corner in corners for value in corner),
        Image.Resampling.BICUBIC,
        fillcolor=_BACKGROUND,
    )


def _light(size: tuple[int, int]) -> Image.Image:
    """A lamp at the top: the lower edge gets two thirds of its light."""
    shade = Image.linear_gradient("L").resize(size)
    return shade.point([255 - value // 3 for value in range(256)])
