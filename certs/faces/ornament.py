"""The ground of a face (底纹): paper, waves, rosettes, border and head ornament as one SVG.

The national emblem is deliberately absent; its use is restricted by law. A flower of eight
petals (宝相花) heads the sheet instead.
"""

import math
import re
from dataclasses import dataclass
from functools import lru_cache

from certs.errors import MalformedTypeError
from certs.faces.drawing import format_number
from certs.faces.guilloche import Point, band, ripple, rosette, smooth_path, steps


@dataclass(frozen=True, slots=True, kw_only=True)
class Ornament:
    """Size and colors of a ground.

    Attributes:
        width_mm: Width of the sheet.
        height_mm: Height of the sheet.
        paper: Color of the sheet.
        line: Color of the border.
        accent: Second color of border and flower.
        tint: Color of the central rosette, pale enough to read text above.
        blush: Second color of the rosette.
        wave: Color of the wave ground, paler still.
        has_flower: Whether the flower heads the sheet; small sheets have no room for it.
        is_card: Whether a thin rule with round corners borders the sheet, like a card, and no
            band with rosettes.
    """

    width_mm: float = 297.0
    height_mm: float = 210.0
    paper: str = "#fffdf5"
    line: str = "#a9782f"
    accent: str = "#b0342b"
    tint: str = "#e9cf9d"
    blush: str = "#f1cfc0"
    wave: str = "#f0e1bf"
    has_flower: bool = True
    is_card: bool = False

    def __post_init__(self) -> None:
        colors = (self.paper, self.line, self.accent, self.tint, self.blush, self.wave)
        if not all(_COLOR.fullmatch(color) for color in colors):
            raise MalformedTypeError("colors: each is written #rrggbb")
        if min(self.width_mm, self.height_mm) < _LEAST_MM:
            raise MalformedTypeError(f"width_mm: a sheet measures {_LEAST_MM:g} mm or more")


# Distances from the edge of the sheet, in mm.
_OUTER, _BAND_OUT, _BAND_IN, _INNER = 7.0, 8.9, 17.9, 19.6
_AXIS = (_BAND_OUT + _BAND_IN) / 2
_CORNER = 7.6
_CARD_OUTER, _CARD_INNER, _CARD_RADIUS = 3.6, 4.6, 6.0
_LEAST_MM = 100.0
# The side of the sheet for which the rosette was drawn.
_FULL_MM = 210.0
_COLOR = re.compile(r"#[0-9a-f]{6}")


@lru_cache(maxsize=16)
def draw_ground(ornament: Ornament) -> str:
    """Draw the ground of a face.

    Returns:
        An SVG document in mm; the same ornament always gives the same text.
    """
    width, height = (format_number(value, 2) for value in (ornament.width_mm, ornament.height_mm))
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm" '
        f'viewBox="0 0 {width} {height}">'
    )
    parts = [
        head,
        f'<rect width="{width}" height="{height}" fill="{ornament.paper}"/>',
        *_waves(ornament),
        *_center(ornament),
        *(_card_border(ornament) if ornament.is_card else _border(ornament)),
        *(_head(ornament) if ornament.has_flower else ()),
        "</svg>",
    ]
    return "".join(parts)


def _stroke(path: str, color: str, width_mm: float) -> str:
    return f'<path d="{path}" fill="none" stroke="{color}" stroke-width="{width_mm}"/>'


def _waves(ornament: Ornament) -> list[str]:
    """Fine lines across the sheet; their heave drifts from line to line, like relief."""
    edge = _CARD_INNER if ornament.is_card else _INNER
    left, top = edge + 1.2, edge + 4.5
    length, depth = ornament.width_mm - 2 * left, ornament.height_mm - 2 * top
    lines = []
    for index, share in enumerate(steps(40, 0.0, 1.0)):

        def heave(x: float, drift: float = index * 0.31) -> float:
            return 2.1 * math.sin(x / 13 + drift) + 1.1 * math.sin(x / 29 - 1.7 * drift)

        lines.append(ripple((left, top + depth * share), length, pieces=11, heave=heave))
    return [_stroke("".join(lines), ornament.wave, 0.15)]


def _center(ornament: Ornament) -> list[str]:
    """A large rosette of three rings, light in the middle."""
    scale = min(ornament.width_mm, ornament.height_mm) / _FULL_MM
    lowered = 12 * scale if ornament.has_flower else 0
    middle = (ornament.width_mm / 2, ornament.height_mm / 2 + lowered)
    outer = rosette(middle, 51 * scale, depth=9 * scale, petals=24, strands=6)
    ring = rosette(middle, 36 * scale, depth=7.5 * scale, petals=24, strands=6)
    inner = rosette(middle, 22 * scale, depth=7 * scale, petals=16, strands=6)
    return [
        _stroke(outer, ornament.tint, 0.16),
        _stroke(ring, ornament.blush, 0.2),
        _stroke(inner, ornament.tint, 0.16),
    ]


def _card_border(ornament: Ornament) -> list[str]:
    return [
        _stroke(_rounded(ornament, inset, radius), ornament.line, stroke)
        for inset, radius, stroke in (
            (_CARD_OUTER, _CARD_RADIUS, 0.7),
            (_CARD_INNER, _CARD_RADIUS - 1, 0.2),
        )
    ]


def _rounded(ornament: Ornament, inset: float, radius: float) -> str:
    """Return the path of a rectangle with round corners, clockwise from the upper left."""
    across, down = (
        format_number(side - 2 * (inset + radius), 2)
        for side in (ornament.width_mm, ornament.height_mm)
    )
    turn = f"a{radius:g} {radius:g} 0 0 1 "
    return (
        f"M{inset + radius:g} {inset:g}h{across}{turn}{radius:g} {radius:g}v{down}"
        f"{turn}{-radius:g} {radius:g}h-{across}{turn}{-radius:g} {-radius:g}v-{down}"
        f"{turn}{radius:g} {-radius:g}z"
    )


def _border(ornament: Ornament) -> list[str]:
    right, bottom = ornament.width_mm - _AXIS, ornament.height_mm - _AXIS
    rules = [
        _rule(ornament, inset, stroke)
        for inset, stroke in ((_OUTER, 0.9), (_BAND_OUT - 0.6, 0.2), (_BAND_IN + 0.4, 0.2))
    ]
    rules.append(_rule(ornament, _INNER, 0.55))
    sides: tuple[tuple[Point, Point], ...] = (
        ((_AXIS + _CORNER, _AXIS), (right - _CORNER, _AXIS)),
        ((_AXIS + _CORNER, bottom), (right - _CORNER, bottom)),
        ((_AXIS, _AXIS + _CORNER), (_AXIS, bottom - _CORNER)),
        ((right, _AXIS + _CORNER), (right, bottom - _CORNER)),
    )
    depth = (_BAND_IN - _BAND_OUT) / 2 - 0.25
    swelling, waning = [], []
    for start, end in sides:
        swells = 2 * round(math.dist(start, end) / 44)
        swelling.append(band((start, end), depth=depth, waves=4 * swells, strands=5, swells=swells))
        waning.append(band((start, end), depth=depth, waves=4 * swells, strands=3, swells=-swells))
    return [
        *rules,
        _stroke("".join(swelling), ornament.line, 0.17),
        _stroke("".join(waning), ornament.accent, 0.17),
        *_corners(ornament),
    ]


def _rule(ornament: Ornament, inset: float, stroke_mm: float) -> str:
    return (
        f'<rect x="{inset}" y="{inset}" width="{format_number(ornament.width_mm - 2 * inset, 2)}" '
        f'height="{format_number(ornament.height_mm - 2 * inset, 2)}" fill="none" '
        f'stroke="{ornament.line}" stroke-width="{stroke_mm}"/>'
    )


def _corners(ornament: Ornament) -> list[str]:
    parts = []
    for x in (_AXIS, ornament.width_mm - _AXIS):
        for y in (_AXIS, ornament.height_mm - _AXIS):
            parts += [
                _disc((x, y), _CORNER, ornament.paper, ornament.line, 0.4),
                _stroke(
                    rosette((x, y), 5.4, depth=1.7, petals=12, strands=4), ornament.accent, 0.15
                ),
                _stroke(rosette((x, y), 2.3, depth=1.2, petals=8, strands=3), ornament.line, 0.15),
            ]
    return parts


def _disc(center: Point, radius: float, fill: str, stroke: str, stroke_mm: float) -> str:
    return (
        f'<circle cx="{center[0]:.2f}" cy="{center[1]:.2f}" r="{radius}" fill="{fill}" '
        f'stroke="{stroke}" stroke-width="{stroke_mm}"/>'
    )


def _head(ornament: Ornament) -> list[str]:
    """The flower medallion above the title, with a scroll on either side."""
    center = (ornament.width_mm / 2, _INNER + 11.4)
    parts = [
        _disc(center, 8.8, ornament.paper, ornament.line, 0.3),
        _stroke(rosette(center, 7.5, depth=1.1, petals=24, strands=4), ornament.line, 0.16),
        _petals(center, 5.9, 0.0, ornament.accent, ornament.paper),
        _petals(center, 4.1, math.pi / 8, "#e2ad4f", ornament.paper),
        _disc(center, 1.25, "#f6dc96", ornament.accent, 0.25),
    ]
    scrolls = "".join(_scroll(center, side) for side in (-1, 1))
    return [*parts, _stroke(scrolls, ornament.line, 0.3)]


def _petals(center: Point, length: float, turn: float, fill: str, stroke: str) -> str:
    """Eight pointed petals around a center."""

    def at(angle: float, distance: float) -> str:
        x = center[0] + distance * math.cos(angle)
        y = center[1] + distance * math.sin(angle)
        return f"{x:.2f} {y:.2f}"

    petals = ""
    for index in range(8):
        angle = math.tau * index / 8 - math.pi / 2 + turn
        left, right = angle - 0.46, angle + 0.46
        petals += (
            f"M{at(angle, 0)}C{at(left, length * 0.55)} {at(left, length * 0.95)} "
            f"{at(angle, length)}C{at(right, length * 0.95)} {at(right, length * 0.55)} "
            f"{at(angle, 0)}Z"
        )
    return f'<path d="{petals}" fill="{fill}" stroke="{stroke}" stroke-width=".2"/>'


def _scroll(center: Point, side: int) -> str:
    """Cloud curls (卷云) beside the medallion, on a line that runs out to the side."""
    curls = ((17.2, 3.6, 1), (24.6, 2.7, -1), (30.6, 2.0, 1))
    return _stem(center, side) + "".join(
        _curl((center[0] + side * distance, center[1]), radius, side, lift)
        for distance, radius, lift in curls
    )


def _curl(center: Point, radius: float, side: int, lift: int) -> str:
    """A spiral that leaves the stem and winds inward, up or down."""

    def curve(angle: float) -> Point:
        distance = radius * math.exp(-0.2 * angle)
        return (
            center[0] + side * distance * math.sin(angle),
            center[1] - lift * (0.55 * radius - distance * math.cos(angle)) + 1.2,
        )

    return smooth_path(curve, steps(10, -0.9, 9.2))


def _stem(center: Point, side: int) -> str:
    def curve(distance: float) -> Point:
        fade = math.exp(-(((distance - 11) / 26) ** 2))
        return (
            center[0] + side * distance,
            center[1] + 1.2 + 1.5 * fade * math.sin((distance - 11) * math.tau / 14),
        )

    return smooth_path(curve, steps(14, 10.4, 62.0))
