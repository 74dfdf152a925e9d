"""Pages as SVG, in which nothing of a foreign file is left but numbers and pixels, and as PNG."""

from dataclasses import dataclass, field
from typing import Final

import typst

from certs.errors import FaceError
from certs.faces.ofd.objects import MAX_PIXELS

_MM_PER_INCH: Final = 25.4
_PAGE: Final = """
#set page(width: {width}mm, height: {height}mm, margin: 0pt, fill: {ground})
#image(bytes(sys.inputs.svg), format: "svg", width: 100%, height: 100%)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageDrawing:
    """A page as SVG.

    Attributes:
        svg: The document; one unit is a millimeter.
    """

    svg: str = field(repr=False)
    width_mm: float
    height_mm: float

    def png(self, *, dpi: float, ground: str) -> bytes:
        """Return the page as a PNG.

        Args:
            dpi: Pixels per inch.
            ground: What lies below it, as typst names colors.

        Raises:
            FaceError: It cannot be drawn, or would have more than 40 million pixels, or none.
        """
        across, down = (side * dpi / _MM_PER_INCH for side in (self.width_mm, self.height_mm))
        if dpi <= 0 or not 1 <= across * down <= MAX_PIXELS:
            raise FaceError("the picture of the page would have too many pixels, or none")
        page = _PAGE.format(width=self.width_mm, height=self.height_mm, ground=ground)
        try:
            png = typst.compile(
                page.encode("ascii"),
                format="png",
                ppi=dpi,
                sys_inputs={"svg": self.svg},
                ignore_system_fonts=True,
            )
        except (typst.TypstError, RuntimeError, ValueError) as error:
            raise FaceError(f"the page cannot be drawn: {error}") from error
        if not isinstance(png, bytes):
            raise FaceError("the page cannot be drawn")
        return png


def svg_document(definitions: list[str], body: str, width: float, height: float) -> str:
    """Return a page as SVG around what was drawn on it."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.6g}mm" height="{height:.6g}mm"'
        f' viewBox="0 0 {width:.6g} {height:.6g}"><defs>{"".join(definitions)}</defs>{body}</svg>'
    )
