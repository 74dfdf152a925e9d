"""Paths as OFD draws them: PathObjects in millimeters, for every reader we know.

Readers differ, hence the habits here: no transformations, no opacity, absolute lines and cubic
curves only, and nothing that depends on a fill rule where it can be helped.
Source: GB/T 33190-2016, 8.5 (graphic units), 9 (paths).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from certs.faces.drawing import Drawing, Segment, format_number

DIGITS: Final = 3
"""Decimals of a millimeter."""

Box = tuple[float, float, float, float]
"""Left, top, right, bottom, millimeters from the upper left corner."""
Cap = Literal["Butt", "Round", "Square"]
Join = Literal["Miter", "Round", "Bevel"]

_OPERATORS: Final = {"M": "M", "L": "L", "C": "B", "Z": "C"}
_MITER: Final = 2.0
"""How far a pointed join may reach beyond half the line, in halves of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """How a path is stroked (勾边).

    Attributes:
        color: ``#rrggbb``.
        width_mm: Width of the line.
        dashes_mm: Lengths of dashes and gaps by turns; none for a whole line.
    """

    color: str
    width_mm: float
    cap: Cap = "Butt"
    join: Join = "Miter"
    dashes_mm: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VectorPath:
    """A path on a page (图形对象).

    Attributes:
        path: Its segments, in millimeters from the upper left corner of the page.
        fill: ``#rrggbb``; None if only its line is drawn.
        line: Its line, None if it is only filled.
        is_even_odd: The even-odd rule fills it; otherwise the nonzero rule.
        clip: What is outside is not shown.
    """

    path: tuple[Segment, ...]
    fill: str | None = None
    line: Line | None = None
    is_even_odd: bool = False
    clip: Box | None = None


def paths_of(drawing: Drawing, *, left_mm: float = 0, top_mm: float = 0) -> tuple[VectorPath, ...]:
    """Return the shapes of a drawing, its corner put at a place of the page."""
    return tuple(
        VectorPath(
            path=tuple(_moved(segment, left_mm, top_mm) for segment in shape.path),
            fill=shape.color,
            is_even_odd=shape.is_even_odd,
        )
        for shape in drawing.shapes
    )


def path_object(vector: VectorPath, identifier: int, *, name: str = "") -> str:
    """Return a path as a PathObject, or nothing where nothing of it is shown.

    The boundary (外接矩形) is as tight as is easily found; coordinates count from its corner.

    Args:
        vector: The path.
        identifier: The object's.
        name: What the object shows, letters, digits and underscores; empty for no name.
    """
    box = _boundary(vector)
    if box is None:
        return ""
    left, top, right, bottom = box
    line = vector.line
    width = f' LineWidth="{_number(line.width_mm)}"{_line_style(line)}' if line else ""
    rule = ' Rule="Even-Odd"' if vector.is_even_odd else ""
    colors = _color("Stroke", line.color) if line else ""
    colors += _color("Fill", vector.fill) if vector.fill else ""
    named = f' Name="{name}"' if name else ""
    return (
        f'<ofd:PathObject ID="{identifier}"{named} Boundary="{_number(left)} {_number(top)}'
        f' {_number(right - left)} {_number(bottom - top)}"{width}'
        f' Stroke="{_claim(line)}" Fill="{_claim(vector.fill)}"{rule}>{colors}'
        f"<ofd:AbbreviatedData>{path_data(vector.path, left, top)}</ofd:AbbreviatedData>"
        "</ofd:PathObject>"
    )


def path_data(path: Sequence[Segment], left_mm: float, top_mm: float) -> str:
    """Write segments as AbbreviatedData, seen from a corner."""
    words: list[str] = []
    for segment in path:
        words.append(_OPERATORS[segment.operator])
        words.extend(
            _number(value - (top_mm if index % 2 else left_mm))
            for index, value in enumerate(segment.coordinates)
        )
    return " ".join(words)


def color_value(color: str) -> str:
    """Write ``#rrggbb`` as the value of a color."""
    return " ".join(str(int(color[at : at + 2], 16)) for at in (1, 3, 5))


def box_of(path: Sequence[Segment]) -> Box | None:
    """Return a box around a path and the points that bend its curves, None if it is empty."""
    xs = [value for segment in path for value in segment.coordinates[::2]]
    ys = [value for segment in path for value in segment.coordinates[1::2]]
    return (min(xs), min(ys), max(xs), max(ys)) if xs else None


def overlap(one: Box, other: Box) -> Box:
    """Return what two boxes share; without any size where they are apart."""
    left, top = max(one[0], other[0]), max(one[1], other[1])
    return left, top, max(left, min(one[2], other[2])), max(top, min(one[3], other[3]))


def _boundary(vector: VectorPath) -> Box | None:
    box = box_of(vector.path)
    if box is None:
        return None
    reach = vector.line.width_mm / 2 * _MITER if vector.line else 0
    box = (box[0] - reach, box[1] - reach, box[2] + reach, box[3] + reach)
    if vector.clip is not None:
        box = overlap(box, vector.clip)
    return box if box[2] > box[0] and box[3] > box[1] else None


def _moved(segment: Segment, left_mm: float, top_mm: float) -> Segment:
    return Segment(
        segment.operator,
        tuple(
            value + (top_mm if index % 2 else left_mm)
            for index, value in enumerate(segment.coordinates)
        ),
    )


def _line_style(line: Line) -> str:
    words = [
        f' Cap="{line.cap}"' if line.cap != "Butt" else "",
        f' Join="{line.join}"' if line.join != "Miter" else "",
        f' DashPattern="{" ".join(map(_number, line.dashes_mm))}"' if line.dashes_mm else "",
    ]
    return "".join(words)


def _color(name: str, color: str) -> str:
    return f'<ofd:{name}Color Value="{color_value(color)}"/>'


def _claim(value: object) -> str:
    return "true" if value else "false"


def _number(value: float) -> str:
    return format_number(value, DIGITS)
