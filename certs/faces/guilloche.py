"""Guilloche (扭索纹): the interlaced curves of security printing, as SVG path data.

Every curve is sampled at the turning points of its wave and drawn with cubic pieces that have
the exact slopes there: two pieces per wave look like the true curve and keep a page small.
Lengths are mm, angles radians, y points down.
"""

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

from certs.faces.drawing import format_number

Point = tuple[float, float]
Curve = Callable[[float], Point]


def smooth_path(curve: Curve, parameters: Sequence[float], *, closed: bool = False) -> str:
    """Draw a parametric curve through its points at the given parameters.

    Args:
        curve: From a parameter to a point.
        parameters: Increasing; one cubic piece is drawn between neighbors.
        closed: The last point is the first one again, and the path is closed.

    Returns:
        SVG path data with two decimals.
    """
    points = [curve(parameter) for parameter in parameters]
    slopes = [_slope(curve, parameter) for parameter in parameters]
    pieces = ["M" + _numbers(points[0])]
    for index, (start, end) in enumerate(pairwise(parameters)):
        third = (end - start) / 3
        (x0, y0), (x1, y1) = points[index], points[index + 1]
        (u0, v0), (u1, v1) = slopes[index], slopes[index + 1]
        handle_out, handle_in = (
            (x0 + u0 * third, y0 + v0 * third),
            (x1 - u1 * third, y1 - v1 * third),
        )
        pieces.append(
            "C" + " ".join(_numbers(point) for point in (handle_out, handle_in, (x1, y1)))
        )
    return "".join(pieces) + ("Z" if closed else "")


def _slope(curve: Curve, parameter: float, step: float = 1e-5) -> Point:
    (x0, y0), (x1, y1) = curve(parameter - step), curve(parameter + step)
    return (x1 - x0) / (2 * step), (y1 - y0) / (2 * step)


def _numbers(point: Point) -> str:
    return " ".join(format_number(value, 2) for value in point)


def steps(count: int, start: float, end: float) -> list[float]:
    """Return ``count`` + 1 equally spaced numbers from ``start`` to ``end``."""
    return [start + (end - start) * index / count for index in range(count + 1)]


def rosette(center: Point, radius: float, *, depth: float, petals: int, strands: int) -> str:
    """Draw strands that wave around a circle, each a little turned (团花).

    Args:
        center: Middle of the circle.
        radius: Mean radius.
        depth: How far the strands swing in and out.
        petals: Waves around the circle.
        strands: Number of strands.
    """

    def strand(phase: float) -> str:
        def curve(angle: float) -> Point:
            distance = radius + depth * math.cos(petals * angle + phase)
            return (
                center[0] + distance * math.cos(angle),
                center[1] + distance * math.sin(angle),
            )

        first = -phase / petals
        return smooth_path(curve, steps(2 * petals, first, first + math.tau), closed=True)

    return "".join(strand(math.tau * index / strands) for index in range(strands))


def band(axis: tuple[Point, Point], *, depth: float, waves: int, strands: int, swells: int) -> str:
    """Draw a plait of strands along a straight line (花边).

    Args:
        axis: Its two ends.
        depth: Greatest distance from the axis.
        waves: Waves along the axis.
        strands: Number of strands.
        swells: How often the plait swells and narrows; a negative number starts with a swell,
            so that two bands can swell by turns.
    """
    start, end = axis
    length = math.dist(start, end)
    along = ((end[0] - start[0]) / length, (end[1] - start[1]) / length)

    def strand(phase: float) -> str:
        def curve(share: float) -> Point:
            swell = 0.65 - math.copysign(0.35, swells) * math.cos(math.tau * swells * share)
            offset = depth * swell * math.sin(math.tau * waves * share + phase)
            return (
                start[0] + along[0] * length * share - along[1] * offset,
                start[1] + along[1] * length * share + along[0] * offset,
            )

        turn = (0.25 - phase / math.tau) % 0.5
        turns = [(index / 2 + turn) / waves for index in range(2 * waves)]
        return smooth_path(curve, [0.0, *(share for share in turns if 0 < share < 1), 1.0])

    return "".join(strand(math.tau * index / strands) for index in range(strands))


def ripple(start: Point, length: float, *, pieces: int, heave: Callable[[float], float]) -> str:
    """Draw one line of the wave ground (波纹底), ``heave`` giving its height at x."""

    def curve(x: float) -> Point:
        return x, start[1] + heave(x)

    return smooth_path(curve, steps(pieces, start[0], start[0] + length))
