"""The drawn oval seal (椭圆形印章), as contract and business seals often are.

For demonstrations and for owners without a registered imprint, like the round one.
Size and ring follow custom (45 mm by 30 mm, 1 mm); Source: unconfirmed.
"""

import math
from dataclasses import dataclass
from typing import Final

from certs.faces.drawing import Drawing, Segment, Shape
from certs.faces.fonts import Family
from certs.faces.seal_lettering import (
    ASCENT,
    SEAL_COLOR,
    Foot,
    Lettering,
    check_characters,
    check_length,
    ellipse,
    mark,
    standing,
    straight,
)

OVAL_WIDTH_MM: Final = 45.0
OVAL_HEIGHT_MM: Final = 30.0

_CENTER: Final = (OVAL_WIDTH_MM / 2, OVAL_HEIGHT_MM / 2)
_RING_MM: Final = 1.0
_STEPS: Final = 720
_UPPER: Final = -math.pi / 2
_LOWER: Final = math.pi / 2
_WIDEST: Final = 0.46
"""How much of the ellipse's length the owner's name may take."""
_MAX_OWNER, _MAX_LINE, _MAX_CODE = 30, 12, 20


@dataclass(frozen=True, slots=True)
class _Ellipse:
    """An ellipse around the seal's center, walked by length.

    Attributes:
        half_width: In mm.
        half_height: In mm.
    """

    half_width: float
    half_height: float

    @property
    def length(self) -> float:
        """Length around, in mm."""
        return sum(self._step(k * math.tau / _STEPS) for k in range(_STEPS))

    def foot(self, middle: float, distance: float) -> Foot:
        """A place ``distance`` mm, clockwise on the page, from the one at angle ``middle``."""
        angle, left = middle, abs(distance)
        sign = math.copysign(1, distance)
        while left > 0:
            step = self._step(angle)
            share = min(1.0, left / step)
            angle += sign * share * math.tau / _STEPS
            left -= step
        x, y = self.half_width * math.cos(angle), self.half_height * math.sin(angle)
        # The gradient of the ellipse points outward.
        across, along = x / self.half_width**2, y / self.half_height**2
        norm = math.hypot(across, along)
        return Foot(
            at=(_CENTER[0] + x, _CENTER[1] + y),
            up=(across / norm, along / norm),
        )

    def _step(self, angle: float) -> float:
        return (
            math.hypot(self.half_width * math.sin(angle), self.half_height * math.cos(angle))
            * math.tau
            / _STEPS
        )


def draw_oval_seal(owner: str, *, line: str = "", code: str = "", specimen: bool = True) -> Drawing:
    """Draw an oval seal.

    Args:
        owner: 印章所有者, along the upper arc, 2 to 30 characters.
        line: The horizontal line in the middle, for instance 合同专用章.
        code: The seal's code, along the lower arc.
        specimen: 样本 stands above the line.

    Returns:
        A drawing of 45 mm by 30 mm in one color.

    Raises:
        MissingGlyphError: The fonts lack a character.
        FaceError: A text is too short or too long.
    """
    check_length(owner, 2, _MAX_OWNER, what="印章所有者 owner")
    check_length(line, 0, _MAX_LINE, what="专用章名称 line")
    check_length(code, 0, _MAX_CODE, what="印章编码 code")
    check_characters(owner + line + code)
    across, down = _CENTER
    marks = [
        *_owner_arc(owner),
        *straight(line, middle=(across, down + 5.9), max_width=26.0, size=4.2),
        *_code_arc(code),
    ]
    if specimen:
        for character, offset in (("样", -3.6), ("本", 3.6)):
            marks += mark(character, middle=(across + offset, down - 1.0), size=4.4)
    ring = ellipse(_CENTER, across, down)
    inside = ellipse(_CENTER, across - _RING_MM, down - _RING_MM)
    return Drawing(
        width_mm=OVAL_WIDTH_MM,
        height_mm=OVAL_HEIGHT_MM,
        shapes=(
            Shape(path=ring + inside, color=SEAL_COLOR, is_even_odd=True),
            Shape(path=tuple(marks), color=SEAL_COLOR),
        ),
    )


def _owner_arc(owner: str) -> list[Segment]:
    """The owner's name, clockwise over the top, feet inward; long names are condensed."""
    count, size = len(owner), 4.6
    while True:
        depth = _RING_MM + 0.7 + ASCENT * size
        base = _Ellipse(_CENTER[0] - depth, _CENTER[1] - depth)
        pitch = min(size * 1.15, base.length * _WIDEST / (count - 1))
        condensed = min(1.0, pitch / size / 1.02)
        if condensed >= 0.5 or size < 2.5:  # noqa: PLR2004
            break
        size -= 0.3
    lettering = Lettering(size_mm=size, condensed=condensed)
    return [
        segment
        for index, character in enumerate(owner)
        for segment in standing(
            character, lettering, base.foot(_UPPER, pitch * (index - (count - 1) / 2))
        )
    ]


def _code_arc(code: str) -> list[Segment]:
    """The code along the bottom, left to right, feet to the ring."""
    size = 2.0
    base = _Ellipse(_CENTER[0] - _RING_MM - 0.8, _CENTER[1] - _RING_MM - 0.8)
    lettering = Lettering(family=Family.SANS, size_mm=-size)
    return [
        segment
        for index, character in enumerate(code)
        for segment in standing(
            character,
            lettering,
            base.foot(_LOWER, -size * 0.74 * (index - (len(code) - 1) / 2)),
        )
    ]
