"""The values of SVG attributes: numbers, colors, lines, coordinate systems, simple shapes."""

import math
import re
from collections.abc import Mapping
from typing import Final

from fontTools.misc.transform import Identity, Transform

from certs.errors import FaceError
from certs.faces.ofd.vectors import Cap, Join, Line

INHERITED: Final = frozenset(
    {
        "fill",
        "fill-opacity",
        "fill-rule",
        "stroke",
        "stroke-dasharray",
        "stroke-linecap",
        "stroke-linejoin",
        "stroke-opacity",
        "stroke-width",
    }
)
"""What the elements inside an element have of it."""

_NUMBER: Final = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,2})?"
_NUMBERS: Final = re.compile(_NUMBER)
_LENGTH: Final = re.compile(rf"({_NUMBER})(?:px|pt|mm)?")
_FUNCTION: Final = re.compile(r"\s*([a-zA-Z]+)\s*\(([^()]*)\)\s*,?")
_HEX: Final = re.compile(r"#(?:[0-9a-fA-F]{3,4}){1,2}")
_RGB: Final = re.compile(r"rgb\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)")
_NAMED: Final = {"black": "#000000", "white": "#ffffff", "red": "#ff0000", "gray": "#808080"}
_NONE: Final = frozenset({"none", "transparent"})
_CAPS: Final[Mapping[str, Cap]] = {"butt": "Butt", "round": "Round", "square": "Square"}
_JOINS: Final[Mapping[str, Join]] = {"miter": "Miter", "round": "Round", "bevel": "Bevel"}
_MOST: Final = 1e6


def numbers_of(text: str) -> list[float]:
    """Return the numbers of a list with any separators.

    Raises:
        FaceError: One is out of all proportion.
    """
    numbers = [float(number) for number in _NUMBERS.findall(text)]
    if any(abs(number) > _MOST for number in numbers):
        raise FaceError("the drawing has a number out of all proportion")
    return numbers


def length_of(attributes: Mapping[str, str], name: str, default: float = 0.0) -> float:
    """Return a length in the element's own unit; its unit of measure does not count.

    Raises:
        FaceError: No such number.
    """
    text = attributes.get(name)
    if text is None:
        return default
    found = _LENGTH.fullmatch(text.strip())
    if found is None or abs(float(found[1])) > _MOST:
        raise FaceError(f"the drawing has a {name} of {text[:40]!r}")
    return float(found[1])


def transform_of(text: str) -> Transform:
    """Return a coordinate system (``transform``).

    Raises:
        FaceError: It is not understood.
    """
    matrix, at = Identity, 0
    while at < len(text):
        found = _FUNCTION.match(text, at)
        if found is None:
            raise FaceError(f"the drawing has a transformation {text[:40]!r}")
        matrix = matrix.transform(_function(found[1], numbers_of(found[2])))
        at = found.end()
    return matrix


def _function(name: str, numbers: list[float]) -> Transform:
    match name, numbers:
        case "matrix", [a, b, c, d, e, f]:
            return Transform(a, b, c, d, e, f)
        case "translate", [x, *rest]:
            return Transform(1, 0, 0, 1, x, *(rest[:1] or (0,)))
        case "scale", [x, *rest]:
            return Transform(x, 0, 0, *(rest[:1] or (x,)), 0, 0)
        case "rotate", [angle]:
            return Identity.rotate(math.radians(angle))
        case "rotate", [angle, x, y]:
            return Identity.translate(x, y).rotate(math.radians(angle)).translate(-x, -y)
        case _:
            raise FaceError(f"the drawing has a transformation {name[:40]!r}")


def opacity_of(text: str | None) -> float:
    """Return a share of one, one where nothing is said.

    Raises:
        FaceError: No such share.
    """
    if text is None:
        return 1.0
    found = numbers_of(text)
    if len(found) != 1:
        raise FaceError(f"the drawing has an opacity of {text[:40]!r}")
    return min(1.0, max(0.0, found[0] / 100 if text.strip().endswith("%") else found[0]))


def color_of(text: str) -> tuple[str, float] | None:
    """Return a color as ``#rrggbb`` and its opacity, None for no color.

    Raises:
        FaceError: It is not understood, such as a gradient.
    """
    written = text.strip()
    if written in _NONE:
        return None
    if found := _RGB.fullmatch(written):
        red, green, blue = (min(255, int(part)) for part in found.groups())
        return f"#{red:02x}{green:02x}{blue:02x}", 1.0
    written = _NAMED.get(written, written)
    if not _HEX.fullmatch(written):
        raise FaceError(f"a face of this kind cannot show the color {written[:40]!r}")
    digits = written[1:].lower()
    if len(digits) in {3, 4}:
        digits = "".join(digit * 2 for digit in digits)
    return f"#{digits[:6]}", int(digits[6:] or "ff", 16) / 255


def mixed(color: str, opacity: float, *, sheet: str) -> str:
    """Return what a see-through color looks like on a sheet."""
    parts = (
        round(int(color[at : at + 2], 16) * opacity + int(sheet[at : at + 2], 16) * (1 - opacity))
        for at in (1, 3, 5)
    )
    return "#" + "".join(f"{part:02x}" for part in parts)


def line_of(style: Mapping[str, str], color: str, scale: float) -> Line | None:
    """Return how a path is stroked, None if its line has no width.

    Args:
        style: The element's style.
        color: The color of the line.
        scale: Millimeters for a unit of the element.

    Raises:
        FaceError: The style is not understood.
    """
    width_mm = length_of(style, "stroke-width", 1.0) * scale
    cap = _CAPS.get(style.get("stroke-linecap", "butt"))
    join = _JOINS.get(style.get("stroke-linejoin", "miter"))
    if cap is None or join is None:
        raise FaceError("the drawing has a line whose ends or joins are not understood")
    if width_mm <= 0:
        return None
    dashes = style.get("stroke-dasharray", "none")
    return Line(
        color=color,
        width_mm=width_mm,
        cap=cap,
        join=join,
        dashes_mm=()
        if dashes == "none"
        else tuple(number * scale for number in numbers_of(dashes)),
    )


def shape_data(name: str, attributes: Mapping[str, str]) -> str:
    """Return the outline of a shape as path data.

    Raises:
        FaceError: It is not understood, such as a rectangle with round corners.
    """
    match name:
        case "path":
            return attributes.get("d", "")
        case "rect" if not attributes.keys() & {"rx", "ry"}:
            x, y = length_of(attributes, "x"), length_of(attributes, "y")
            width, height = length_of(attributes, "width"), length_of(attributes, "height")
            return f"M{x} {y}h{width}v{height}h{-width}z"
        case "circle":
            radius = length_of(attributes, "r")
            return _ellipse(attributes, radius, radius)
        case "ellipse":
            return _ellipse(attributes, length_of(attributes, "rx"), length_of(attributes, "ry"))
        case "line":
            start, end = (
                f"{length_of(attributes, f'x{n}')} {length_of(attributes, f'y{n}')}" for n in "12"
            )
            return f"M{start}L{end}"
        case "polyline" | "polygon":
            points = " ".join(map(str, numbers_of(attributes.get("points", ""))))
            return f"M{points}{'z' if name == 'polygon' else ''}"
        case _:
            raise FaceError(f"a face of this kind cannot show <{name[:40]}>")


def _ellipse(attributes: Mapping[str, str], across: float, down: float) -> str:
    x, y = length_of(attributes, "cx"), length_of(attributes, "cy")
    half = f"a{across} {down} 0 1 1"
    return f"M{x - across} {y}{half} {2 * across} 0{half} {-2 * across} 0z"
