"""A pen that remembers outlines as path segments, quadratic curves turned into cubic ones."""

from typing import Final, Literal

from fontTools.pens.basePen import BasePen

from certs.errors import FaceError
from certs.faces.drawing import Segment

MAX_SEGMENTS: Final = 500_000

_Point = tuple[float, float]


class SegmentPen(BasePen):  # type: ignore[misc]  # fontTools has no types
    """Collects segments in ``segments``.

    A move that nothing follows draws nothing and is left out: some readers of OFD lose a point
    when two moves stand side by side.
    """

    def __init__(self, most: int = MAX_SEGMENTS) -> None:
        """Start with nothing.

        Args:
            most: How many segments there may be; one more raises ``FaceError``.
        """
        super().__init__(None)
        self.segments: list[Segment] = []
        self._waiting: _Point | None = None
        self._most = most

    def _moveTo(self, pt: _Point) -> None:  # noqa: N802  fontTools' name
        self._waiting = pt

    def _lineTo(self, pt: _Point) -> None:  # noqa: N802
        self._add("L", *pt)

    def _curveToOne(self, pt1: _Point, pt2: _Point, pt3: _Point) -> None:  # noqa: N802
        self._add("C", *pt1, *pt2, *pt3)

    def _closePath(self) -> None:  # noqa: N802
        if self._waiting is None:
            self._add("Z")

    def _endPath(self) -> None:  # noqa: N802
        return

    def _add(self, operator: Literal["M", "L", "C", "Z"], *coordinates: float) -> None:
        if self._waiting is not None:
            self.segments.append(Segment("M", self._waiting))
            self._waiting = None
        if len(self.segments) >= self._most:
            raise FaceError("a drawing has too many lines")
        self.segments.append(Segment(operator, coordinates))
