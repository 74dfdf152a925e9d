"""How drawn seals are cut: lettering on lines and arcs, rings, frames and the star."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from certs.errors import FaceError, MissingGlyphError
from certs.faces.drawing import Segment
from certs.faces.fonts import Family, advance_width, covered_code_points, outline

SEAL_COLOR: Final = "#d7000f"

# The share of an em that Chinese characters reach above the baseline, and below it.
ASCENT, DESCENT = 0.86, 0.10
_CIRCLE_HANDLE: Final = 4 / 3 * math.tan(math.pi / 8)
Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lettering:
    """How a run of characters is cut: family, height in mm, width as a share of the height.

    A negative size turns characters around: their heads point the other way.
    """

    family: Family = Family.SERIF
    size_mm: float
    condensed: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Foot:
    """Where a character stands.

    Attributes:
        at: The middle of its foot.
        up: Unit vector from foot to head.
    """

    at: Point
    up: Point


def check_characters(text: str) -> None:
    """Refuse characters that cannot be cut.

    Raises:
        MissingGlyphError: A font lacks one, or one is a space.
    """
    covered = covered_code_points(Family.SERIF) & covered_code_points(Family.SANS)
    missing = "".join(c for c in dict.fromkeys(text) if c.isspace() or ord(c) not in covered)
    if missing:
        raise MissingGlyphError(missing)


def check_length(text: str, shortest: int, longest: int, *, what: str) -> None:
    """Refuse a text that is too short or too long for its place.

    Raises:
        FaceError: It is.
    """
    if not shortest <= len(text) <= longest:
        raise FaceError(f"{what}: {shortest} to {longest} characters")


def ellipse(center: Point, half_width: float, half_height: float) -> tuple[Segment, ...]:
    """An ellipse as four cubic curves, from its right end, clockwise on the page."""
    x, y = center
    path = [Segment("M", (x + half_width, y))]
    corner = ((1.0, _CIRCLE_HANDLE), (_CIRCLE_HANDLE, 1.0), (0.0, 1.0))
    for cosine, sine in ((1, 0), (0, 1), (-1, 0), (0, -1)):
        path.append(
            Segment(
                "C",
                tuple(
                    coordinate
                    for along, across in corner
                    for coordinate in (
                        x + half_width * (along * cosine - across * sine),
                        y + half_height * (along * sine + across * cosine),
                    )
                ),
            )
        )
    return (*path, Segment("Z"))


def polygon(points: Sequence[Point]) -> tuple[Segment, ...]:
    """A closed contour with straight sides."""
    first, *others = points
    return (Segment("M", first), *(Segment("L", point) for point in others), Segment("Z"))


def rectangle(left: float, top: float, width: float, height: float) -> tuple[Segment, ...]:
    """A rectangle."""
    right, bottom = left + width, top + height
    return polygon(((left, top), (right, top), (right, bottom), (left, bottom)))


def star(center: Point, radius: float) -> tuple[Segment, ...]:
    """A five-pointed star, one point upward."""
    inner = radius * math.sin(math.pi / 10) / math.sin(7 * math.pi / 10)
    corners = []
    for step in range(10):
        angle, reach = -math.pi / 2 + step * math.pi / 5, inner if step % 2 else radius
        corners.append((center[0] + reach * math.cos(angle), center[1] + reach * math.sin(angle)))
    return polygon(corners)


def standing(character: str, lettering: Lettering, foot: Foot) -> tuple[Segment, ...]:
    """One character with the middle of its foot at a place, its head in a direction."""
    size, width = lettering.size_mm, lettering.size_mm * lettering.condensed
    up_x, up_y = foot.up
    along_x, along_y = -up_y, up_x  # the line of writing: to the right of the head
    half = advance_width(lettering.family, character) / 2
    return outline(
        lettering.family,
        character,
        (
            along_x * width,
            along_y * width,
            up_x * size,
            up_y * size,
            foot.at[0] - half * along_x * width,
            foot.at[1] - half * along_y * width,
        ),
    )


def straight(
    text: str, *, middle: Point, max_width: float, size: float, family: Family = Family.SERIF
) -> list[Segment]:
    """A horizontal line, condensed to ``max_width`` mm.

    Args:
        text: What it says.
        middle: The middle of its foot.
        max_width: In mm.
        size: Height of the characters in mm.
        family: The font.
    """
    natural = sum(advance_width(family, character) for character in text) * size
    condensed = min(1.0, max_width / natural) if text else 1.0
    x = middle[0] - natural * condensed / 2
    segments: list[Segment] = []
    for character in text:
        transform = (size * condensed, 0.0, 0.0, -size, x, middle[1])
        segments += outline(family, character, transform)
        x += advance_width(family, character) * size * condensed
    return segments


def mark(character: str, *, middle: Point, size: float) -> tuple[Segment, ...]:
    """A character with its own middle at a point; for 样 and 本."""
    foot = middle[1] + size * ((ASCENT - DESCENT) / 2)
    return outline(Family.SANS, character, (size, 0, 0, -size, middle[0] - size / 2, foot))
