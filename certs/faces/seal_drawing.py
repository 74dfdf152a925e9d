"""The drawn round seal (圆形印章), for demonstrations and for owners without a registered imprint.

A registered imprint (印模) is imported, never drawn. The national emblem is not drawn either:
a five-pointed star stands in the center. Size and ring follow custom (42 mm, 1.2 mm);
Source: unconfirmed.
"""

import math
from dataclasses import dataclass

from certs.errors import FaceError, MissingGlyphError
from certs.faces.drawing import Drawing, Segment, Shape
from certs.faces.fonts import Family, advance_width, covered_code_points, outline

SEAL_COLOR = "#d7000f"
SEAL_DIAMETER_MM = 42.0

_RADIUS = SEAL_DIAMETER_MM / 2
_RING_MM = 1.2
_STAR_RADIUS = 7.0
_CIRCLE_HANDLE = 4 / 3 * math.tan(math.pi / 8)
_MAX_OWNER, _MAX_LINE, _MAX_CODE = 40, 16, 20
# The share of an em that Chinese characters reach above the baseline, and below it.
_ASCENT, _DESCENT = 0.86, 0.10


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lettering:
    """How a run of characters is cut: family, height in mm, width as a share of the height."""

    family: Family
    size_mm: float
    condensed: float = 1.0


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
    _check_characters(owner + line + code)
    marks = [*_star(), *_owner_arc(owner), *_straight(line, 12.1, 24.0, 3.8), *_code_arc(code)]
    if specimen:
        marks += [*_mark("样", -10.1), *_mark("本", 10.1)]
    return Drawing(
        width_mm=SEAL_DIAMETER_MM,
        height_mm=SEAL_DIAMETER_MM,
        shapes=(
            Shape(
                path=_circle(_RADIUS) + _circle(_RADIUS - _RING_MM),
                color=SEAL_COLOR,
                is_even_odd=True,
            ),
            Shape(path=tuple(marks), color=SEAL_COLOR),
        ),
    )


def _check_characters(text: str) -> None:
    covered = covered_code_points(Family.SERIF) & covered_code_points(Family.SANS)
    missing = "".join(c for c in dict.fromkeys(text) if c.isspace() or ord(c) not in covered)
    if missing:
        raise MissingGlyphError(missing)


def _circle(radius: float) -> tuple[Segment, ...]:
    """A circle around the center, as four cubic curves."""
    handle, center = radius * _CIRCLE_HANDLE, _RADIUS
    path = [Segment("M", (center + radius, center))]
    for cosine, sine in ((1, 0), (0, 1), (-1, 0), (0, -1)):
        points = ((radius, handle), (handle, radius), (0.0, radius))
        path.append(
            Segment(
                "C",
                tuple(
                    coordinate
                    for x, y in points
                    for coordinate in (
                        center + x * cosine - y * sine,
                        center + x * sine + y * cosine,
                    )
                ),
            )
        )
    return (*path, Segment("Z"))


def _star() -> list[Segment]:
    inner = _STAR_RADIUS * math.sin(math.pi / 10) / math.sin(7 * math.pi / 10)
    points = [
        _polar(-math.pi / 2 + step * math.pi / 5, inner if step % 2 else _STAR_RADIUS)
        for step in range(10)
    ]
    first, *others = points
    return [Segment("M", first), *(Segment("L", point) for point in others), Segment("Z")]


def _polar(angle: float, radius: float) -> tuple[float, float]:
    return _RADIUS + radius * math.cos(angle), _RADIUS + radius * math.sin(angle)


def _owner_arc(owner: str) -> list[Segment]:
    """The owner's name, clockwise, feet to the center.

    Seal cutters keep the height and condense the characters of a long name; only below half
    the width they make them smaller.
    """
    count, size = len(owner), 5.7
    while True:
        baseline = _RADIUS - _RING_MM - 0.75 - _ASCENT * size
        middle = baseline + 0.38 * size
        span = min(math.radians(236), (count - 1) * size * 1.3 / middle)
        pitch = span / (count - 1) * middle
        condensed = min(1.0, pitch / size / 1.05)
        if condensed >= 0.5 or size < 3:  # noqa: PLR2004
            break
        size -= 0.3
    lettering = _Lettering(family=Family.SERIF, size_mm=size, condensed=condensed)
    return [
        segment
        for index, character in enumerate(owner)
        for segment in _on_arc(
            character, lettering, baseline, -math.pi / 2 - span / 2 + span * index / (count - 1)
        )
    ]


def _code_arc(code: str) -> list[Segment]:
    """The code along the bottom, left to right, feet to the ring."""
    size, baseline = 2.0, _RADIUS - _RING_MM - 0.9
    lettering = _Lettering(family=Family.SANS, size_mm=-size)
    step = size * 0.80 / baseline
    start = math.pi / 2 + step * (len(code) - 1) / 2
    return [
        segment
        for index, character in enumerate(code)
        for segment in _on_arc(character, lettering, baseline, start - step * index)
    ]


def _on_arc(
    character: str, lettering: _Lettering, radius: float, angle: float
) -> tuple[Segment, ...]:
    """One character with the middle of its foot at ``angle``.

    A negative size turns the character around: its head points to the center.
    """
    size, width = lettering.size_mm, lettering.size_mm * lettering.condensed
    # Unit vectors along the line of writing (clockwise for a positive size) and to the head.
    along_x, along_y = -math.sin(angle), math.cos(angle)
    up_x, up_y = math.cos(angle), math.sin(angle)
    half = advance_width(lettering.family, character) / 2
    foot_x, foot_y = _polar(angle, radius)
    return outline(
        lettering.family,
        character,
        (
            along_x * width,
            along_y * width,
            up_x * size,
            up_y * size,
            foot_x - half * along_x * width,
            foot_y - half * along_y * width,
        ),
    )


def _straight(text: str, below_center: float, max_width: float, size: float) -> list[Segment]:
    """A horizontal line, centered, condensed to ``max_width`` mm."""
    natural = sum(advance_width(Family.SERIF, character) for character in text) * size
    condensed = min(1.0, max_width / natural) if text else 1.0
    x = _RADIUS - natural * condensed / 2
    segments: list[Segment] = []
    for character in text:
        transform = (size * condensed, 0.0, 0.0, -size, x, _RADIUS + below_center)
        segments += outline(Family.SERIF, character, transform)
        x += advance_width(Family.SERIF, character) * size * condensed
    return segments


def _mark(character: str, x_from_center: float) -> tuple[Segment, ...]:
    """A character beside the star, its middle level with the seal's center."""
    size = 4.8
    foot = _RADIUS + size * ((_ASCENT - _DESCENT) / 2)
    return outline(
        Family.SANS, character, (size, 0, 0, -size, _RADIUS + x_from_center - size / 2, foot)
    )
