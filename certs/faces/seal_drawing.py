"""The drawn round seal (圆形印章), for demonstrations and for owners without a registered imprint.

A registered imprint (印模) is imported, never drawn. The national emblem is not drawn either:
a five-pointed star stands in the center. Size and ring follow custom (42 mm, 1.2 mm);
Source: unconfirmed.
"""

import math
from typing import Final

from certs.errors import FaceError
from certs.faces.drawing import Drawing, Segment, Shape
from certs.faces.fonts import Family
from certs.faces.seal_lettering import (
    ASCENT,
    SEAL_COLOR,
    Foot,
    Lettering,
    check_characters,
    ellipse,
    mark,
    standing,
    star,
    straight,
)

SEAL_DIAMETER_MM: Final = 42.0

_RADIUS: Final = SEAL_DIAMETER_MM / 2
_CENTER: Final = (_RADIUS, _RADIUS)
_RING_MM: Final = 1.2
_STAR_RADIUS: Final = 7.0
_MAX_OWNER, _MAX_LINE, _MAX_CODE = 40, 16, 20


def draw_round_seal(
    owner: str, *, line: str = "", code: str = "", specimen: bool = True
) -> Drawing:
    """Draw a round seal.

    Args:
        owner: 印章所有者, along the upper arc, 2 to 40 characters.
        line: The horizontal line under the star, for instance 行政审批专用章.
        code: The seal's code, along the lower arc.
        specimen: 样 and 本 flank the star, so that nobody takes it for a seal in force.

    Returns:
        A drawing of 42 mm by 42 mm in one color.

    Raises:
        MissingGlyphError: The fonts lack a character.
        FaceError: A text is too short or too long.
    """
    if not (2 <= len(owner) <= _MAX_OWNER and len(line) <= _MAX_LINE and len(code) <= _MAX_CODE):  # noqa: PLR2004
        raise FaceError("a seal's owner has 2 to 40 characters, its line 16, its code 20")
    check_characters(owner + line + code)
    marks = [
        *star(_CENTER, _STAR_RADIUS),
        *_owner_arc(owner),
        *straight(line, middle=(_RADIUS, _RADIUS + 12.1), max_width=24.0, size=3.8),
        *_code_arc(code),
    ]
    if specimen:
        for character, offset in (("样", -10.1), ("本", 10.1)):
            marks += mark(character, middle=(_RADIUS + offset, _RADIUS), size=4.8)
    inner = _RADIUS - _RING_MM
    return Drawing(
        width_mm=SEAL_DIAMETER_MM,
        height_mm=SEAL_DIAMETER_MM,
        shapes=(
            Shape(
                path=ellipse(_CENTER, _RADIUS, _RADIUS) + ellipse(_CENTER, inner, inner),
                color=SEAL_COLOR,
                is_even_odd=True,
            ),
            Shape(path=tuple(marks), color=SEAL_COLOR),
        ),
    )


def _owner_arc(owner: str) -> list[Segment]:
    """The owner's name, clockwise, feet to the center.

    Seal cutters keep the height and condense the characters of a long name; only below half
    the width they make them smaller.
    """
    count, size = len(owner), 5.7
    while True:
        baseline = _RADIUS - _RING_MM - 0.75 - ASCENT * size
        middle = baseline + 0.38 * size
        span = min(math.radians(236), (count - 1) * size * 1.3 / middle)
        pitch = span / (count - 1) * middle
        condensed = min(1.0, pitch / size / 1.05)
        if condensed >= 0.5 or size < 3:  # noqa: PLR2004
            break
        size -= 0.3
    lettering = Lettering(size_mm=size, condensed=condensed)
    return [
        segment
        for index, character in enumerate(owner)
        for segment in standing(
            character,
            lettering,
            _foot(-math.pi / 2 - span / 2 + span * index / (count - 1), baseline),
        )
    ]


def _code_arc(code: str) -> list[Segment]:
    """The code along the bottom, left to right, feet to the ring."""
    size, baseline = 2.0, _RADIUS - _RING_MM - 0.9
    lettering = Lettering(family=Family.SANS, size_mm=-size)
    step = size * 0.80 / baseline
    start = math.pi / 2 + step * (len(code) - 1) / 2
    return [
        segment
        for index, character in enumerate(code)
        for segment in standing(character, lettering, _foot(start - step * index, baseline))
    ]


def _foot(angle: float, radius: float) -> Foot:
    """A place on a circle around the center, heads outward."""
    up = (math.cos(angle), math.sin(angle))
    return Foot(at=(_RADIUS + radius * up[0], _RADIUS + radius * up[1]), up=up)
