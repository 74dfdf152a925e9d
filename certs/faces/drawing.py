"""Drawings made of filled paths, written as SVG and as PDF operators.

One drawing serves three carriers: the seal on a PDF page (page operators), the seal picture
(SVG, then PNG) and previews. Only outlines occur, so it looks the same with every reader and
needs no font.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple

_POINTS_PER_MM = 72 / 25.4


class Segment(NamedTuple):
    """One step of a path.

    Attributes:
        operator: ``M`` move, ``L`` line, ``C`` cubic curve or ``Z`` close, as in SVG.
        coordinates: x and y in mm from the top left corner: one point for ``M`` and ``L``,
            two control points and the end for ``C``, none for ``Z``.
    """

    operator: Literal["M", "L", "C", "Z"]
    coordinates: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A filled path.

    Attributes:
        path: Its segments; every contour starts with ``M`` and ends with ``Z``.
        color: ``#rrggbb``, sRGB.
        is_even_odd: The even-odd rule fills it (rings); otherwise the nonzero rule.
    """

    path: tuple[Segment, ...]
    color: str
    is_even_odd: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """Shapes on a transparent sheet, the first one at the bottom.

    Attributes:
        width_mm: Width of the sheet.
        height_mm: Height of the sheet.
        shapes: What is drawn.
    """

    width_mm: float
    height_mm: float
    shapes: tuple[Shape, ...]


def to_svg(drawing: Drawing) -> str:
    """Write a drawing as an SVG document with the size in mm.

    Returns:
        The document; the same drawing always gives the same text.
    """
    width, height = format_number(drawing.width_mm, 3), format_number(drawing.height_mm, 3)
    paths = "".join(
        f'<path fill="{shape.color}" fill-rule="{_rule(shape)}" d="{svg_path(shape.path)}"/>'
        for shape in drawing.shapes
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm" '
        f'viewBox="0 0 {width} {height}">{paths}</svg>'
    )


def _rule(shape: Shape) -> str:
    return "evenodd" if shape.is_even_odd else "nonzero"


def svg_path(path: tuple[Segment, ...], digits: int = 3) -> str:
    """Write segments as SVG path data with at most ``digits`` decimals."""
    return "".join(
        segment.operator + " ".join(format_number(value, digits) for value in segment.coordinates)
        for segment in path
    )


def to_pdf_operators(drawing: Drawing) -> bytes:
    """Write a drawing as page content, for the stream of a Form XObject.

    The unit is the point, the origin is the bottom left corner, so that the form's ``/BBox`` is
    ``[0 0 width height]`` in points. Colors are DeviceRGB and no resources are needed.

    Returns:
        ASCII operators; the same drawing always gives the same bytes.
    """
    lines: list[str] = []
    for shape in drawing.shapes:
        red, green, blue = (int(shape.color[i : i + 2], 16) / 255 for i in (1, 3, 5))
        lines.append(" ".join(format_number(value, 3) for value in (red, green, blue)) + " rg")
        lines.extend(_pdf_segment(segment, drawing.height_mm) for segment in shape.path)
        lines.append("f*" if shape.is_even_odd else "f")
    return "\n".join(lines).encode("ascii")


_PDF_OPERATORS = {"M": "m", "L": "l", "C": "c", "Z": "h"}


def _pdf_segment(segment: Segment, height_mm: float) -> str:
    numbers = [
        format_number((height_mm - value if index % 2 else value) * _POINTS_PER_MM, 2)
        for index, value in enumerate(segment.coordinates)
    ]
    return " ".join([*numbers, _PDF_OPERATORS[segment.operator]])


def format_number(value: float, digits: int) -> str:
    """Write a number with at most ``digits`` decimals, without exponent or idle zeros."""
    text = f"{value:.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text
