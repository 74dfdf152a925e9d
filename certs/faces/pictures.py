"""Pixel pictures of drawings: the palette PNG inside a SESeal (印章图片)."""

import io

import typst
from PIL import Image

from certs.errors import FaceError
from certs.faces.drawing import Drawing, to_svg

SEAL_PICTURE_LIMIT_BYTES = 12_288

_STRENGTHS = 8
_PAGE = """
#set page(width: {width}pt, height: {height}, margin: 0pt, fill: {ground})
#image(bytes(sys.inputs.svg), format: "svg", width: 100%)
"""


def seal_picture(drawing: Drawing, *, size_px: int = 360) -> bytes:
    """Render a drawing in one color as a PNG with a transparent ground.

    The palette holds the one color in 8 strengths, four bits a pixel. Seal signatures carry the
    picture each time, so it has to be small: a picture beyond 12 kB is made again, smaller.

    Args:
        drawing: What to render; all shapes have the same color.
        size_px: Greatest width of the picture.

    Returns:
        A PNG of at most 12 kB; the same drawing always gives the same bytes.

    Raises:
        FaceError: The drawing has several colors, or far too many outlines for such a picture.
    """
    colors = {shape.color for shape in drawing.shapes}
    if len(colors) != 1:
        raise FaceError("the picture of a seal has one color")
    color = colors.pop()
    for width_px in range(size_px, size_px // 2, -30):
        picture = _palette_png(_opacity(drawing, width_px), color)
        if len(picture) <= SEAL_PICTURE_LIMIT_BYTES:
            return picture
    raise FaceError("the seal picture does not fit into 12 kB")


def preview(svg: str, *, width_px: int = 600) -> bytes:
    """Render a drawing as people see it on paper.

    Args:
        svg: A drawing of our own, as ``to_svg`` writes it.
        width_px: Width of the picture.

    Returns:
        A PNG on white.
    """
    return _rendered(svg, width_px=width_px, height="auto", ground="white")


def _palette_png(opacity: Image.Image, color: str) -> bytes:
    strength = opacity.point([(value * (_STRENGTHS - 1) + 127) // 255 for value in range(256)])
    picture = Image.frombytes("P", strength.size, strength.tobytes())
    picture.putpalette(bytes(int(color[i : i + 2], 16) for i in (1, 3, 5)) * _STRENGTHS)
    levels = bytes(round(level * 255 / (_STRENGTHS - 1)) for level in range(_STRENGTHS))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", bits=4, transparency=levels, optimize=True)
    return buffer.getvalue()


def _opacity(drawing: Drawing, size_px: int) -> Image.Image:
    """How much of each pixel the drawing covers, 0 to 255."""
    height_px = round(size_px * drawing.height_mm / drawing.width_mm)
    png = _rendered(to_svg(drawing), width_px=size_px, height=f"{height_px}pt", ground="none")
    return Image.open(io.BytesIO(png)).convert("RGBA").getchannel("A")


def _rendered(svg: str, *, width_px: int, height: str, ground: str) -> bytes:
    page = _PAGE.format(width=width_px, height=height, ground=ground)
    png: bytes = typst.compile(
        page.encode(), format="png", ppi=72, sys_inputs={"svg": svg}, ignore_system_fonts=True
    )
    return png
