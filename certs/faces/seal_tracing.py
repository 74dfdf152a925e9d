"""Outlines of a registered imprint (印模): pixels become paths that need no image and no font.

The borders between ink and paper are walked pixel by pixel, ink on the right hand; lines through
the middles of their steps are then straightened by about half a pixel. The result is a drawing
like a drawn seal's.
"""

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from certs.errors import FaceError
from certs.faces.drawing import Drawing, Segment, Shape
from certs.faces.seal_imprints import Imprint, read_imprint
from certs.faces.seal_lettering import polygon

MOST_CORNERS: Final = 20_000
_MOST_BORDERS: Final = 120_000
_SLACK_PX: Final = 0.45
_SMALLEST: Final = 3
"""Contours of fewer corners enclose nothing."""
_MOST_LOOKED_AT: Final = 4_000_000
"""Corners looked at in straightening; a seal needs some tens of thousands."""
Corner = tuple[int, int]
Point = tuple[float, float]
_Borders = dict[Corner, list[Corner]]


def trace_imprint(picture: bytes, *, width_mm: float, height_mm: float) -> Drawing:
    """Turn the picture of a seal into a drawing.

    Args:
        picture: As ``read_imprint`` takes it.
        width_mm: Printed width.
        height_mm: Printed height.

    Returns:
        A drawing in one color; the same picture always gives the same drawing.

    Raises:
        FaceError: The picture cannot be read, is blank, or is noise rather than a seal.
    """
    imprint = read_imprint(picture)
    across, down = width_mm / imprint.width_px, height_mm / imprint.height_px
    path: list[Segment] = []
    ruler = _Ruler()
    for contour in _contours(imprint):
        corners = ruler.straightened(contour)
        if len(corners) < _SMALLEST:
            continue
        path += polygon([(x * across, y * down) for x, y in corners])
        if len(path) > MOST_CORNERS:
            raise _noise()
    shape = Shape(path=tuple(path), color=imprint.color, is_even_odd=True)
    return Drawing(width_mm=width_mm, height_mm=height_mm, shapes=(shape,))


def _noise() -> FaceError:
    return FaceError("印模图片噪点过多 · the picture is noise rather than a seal")


def _contours(imprint: Imprint) -> list[list[Corner]]:
    """Return the closed borders between ink and paper, as corners of pixels."""
    borders = _borders(imprint)
    contours = []
    for start in sorted(borders):
        while borders[start]:
            contours.append(_walk(borders, start))
    return contours


def _walk(borders: _Borders, start: Corner) -> list[Corner]:
    """Follow borders from ``start`` until they close, and use them up.

    Where two pixels touch at a corner any way onward will do: the even-odd rule fills alike.
    """
    contour = [start]
    at = borders[start].pop()
    while at != start:
        contour.append(at)
        at = borders[at].pop()
    return contour


def _borders(imprint: Imprint) -> _Borders:
    """Return, from each corner, the next corners along a border, ink on the right hand."""
    width, height = imprint.width_px, imprint.height_px
    blank = bytes(width + 2)
    inked = (imprint.ink[y * width : (y + 1) * width] for y in range(height))
    rows = [blank, *(b"\0" + row + b"\0" for row in inked), blank]
    borders: _Borders = {}
    count = 0
    for y in range(height + 1):
        for begin, end in _level_borders(rows[y], rows[y + 1], y):
            borders.setdefault(begin, []).append(end)
            count += 1
        for begin, end in _upright_borders(rows[y + 1], y):
            borders.setdefault(begin, []).append(end)
            count += 1
        if count > _MOST_BORDERS:
            raise _noise()
    return borders


def _level_borders(above: bytes, below: bytes, y: int) -> list[tuple[Corner, Corner]]:
    """Borders between two rows: eastward over ink, westward under it."""
    found: list[tuple[Corner, Corner]] = []
    if above == below:
        return found
    for x, (upper, lower) in enumerate(zip(above, below, strict=True)):
        if upper != lower:
            west, east = (x - 1, y), (x, y)
            found.append((west, east) if lower else (east, west))
    return found


def _upright_borders(row: bytes, y: int) -> list[tuple[Corner, Corner]]:
    """Borders within a row: northward left of ink, southward right of it."""
    found = []
    for x, (left, right) in enumerate(pairwise(row)):
        if left != right:
            north, south = (x, y), (x, y + 1)
            found.append((south, north) if right else (north, south))
    return found


@dataclass(slots=True)
class _Ruler:
    """Straightens contours (Douglas and Peucker), and tires of what is no seal.

    Attributes:
        looked_at: Corners looked at so far.
    """

    looked_at: int = 0

    def straightened(self, corners: list[Corner]) -> list[Point]:
        """Return the middles of a contour's steps, without those that lie almost on a line."""
        contour = [
            ((x0 + x1) / 2, (y0 + y1) / 2)
            for (x0, y0), (x1, y1) in zip(corners, [*corners[1:], corners[0]], strict=True)
        ]
        # Two far points cut the closed contour into two open lines.
        far = self._farthest([*contour, contour[0]], 0, len(contour))[0]
        closed = [*contour, contour[0]]
        kept = {0, far}
        open_parts = [(0, far), (far, len(contour))]
        while open_parts:
            begin, end = open_parts.pop()
            farthest, distance = self._farthest(closed, begin, end)
            if distance > _SLACK_PX:
                kept.add(farthest)
                open_parts += [(begin, farthest), (farthest, end)]
        return [contour[k] for k in sorted(kept)]

    def _farthest(self, points: list[Point], begin: int, end: int) -> tuple[int, float]:
        """Return the point between two others that is farthest from their line, and how far.

        Raises:
            FaceError: Far too many corners were looked at.
        """
        self.looked_at += end - begin
        if self.looked_at > _MOST_LOOKED_AT:
            raise _noise()
        (x0, y0), (x1, y1) = points[begin], points[end]
        across, down = x1 - x0, y1 - y0
        length = math.hypot(across, down)
        farthest, most = begin, 0.0
        for k in range(begin + 1, end):
            x, y = points[k][0] - x0, points[k][1] - y0
            distance = abs(x * down - y * across) / length if length else math.hypot(x, y)
            if distance > most:
                farthest, most = k, distance
        return farthest, most
