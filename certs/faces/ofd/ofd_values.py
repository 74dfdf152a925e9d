"""The values of foreign OFD attributes: numbers, boxes, matrices, colors, steps, path data.

Nothing here raises: a value that makes no sense counts as absent, as it does for readers that
people use. All numbers are bounded, so that nothing drawn from them can run away.
Source: GB/T 33190-2016, 7.3 (basic types), 8.3 (colors), 9.1 (path data), 11.3 (text codes).
"""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final

from signing.ofd.xml_trees import Element

Box = tuple[float, float, float, float]
"""Left, top, width, height."""
Matrix = tuple[float, float, float, float, float, float]

MAX_LENGTH: Final = 20_000.0
"""No coordinate is farther away, in millimeters."""
_MAX_COLOR: Final = 255
_NUMBER: Final = re.compile(
    r"[+-]?(?:\d{1,9}\.?\d{0,12}|\.\d{1,12})(?:[eE][+-]?\d{1,2})?", re.ASCII
)
_COUNT: Final = re.compile(r"[0-9]{1,9}")
_WORD: Final = re.compile(r"[^\s,]+")
_OPERANDS: Final = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}
_SVG: Final = {"S": "M", "M": "M", "L": "L", "Q": "Q", "B": "C", "A": "A", "C": "Z"}
_BOX_NUMBERS, _MATRIX_NUMBERS = 4, 6


def number(text: str | None, default: float = 0.0) -> float:
    """Return a number, within bounds, or the default."""
    if text is None or not _NUMBER.fullmatch(text.strip()):
        return default
    value = float(text)
    return value if abs(value) <= MAX_LENGTH else default


def numbers(text: str | None, most: int) -> list[float]:
    """Return the numbers of a list, at most so many; none where one is no number."""
    words = [match[0] for match in islice(_WORD.finditer(text or ""), most + 1)]
    if len(words) > most or not all(_NUMBER.fullmatch(word) for word in words):
        return []
    values = [float(word) for word in words]
    return values if all(abs(value) <= MAX_LENGTH for value in values) else []


def box(text: str | None) -> Box | None:
    """Return a box (ST_Box) that has a size."""
    match numbers(text, _BOX_NUMBERS):
        case [left, top, width, height] if width > 0 and height > 0:
            return left, top, width, height
        case _:
            return None


def matrix(text: str | None) -> Matrix | None:
    """Return a matrix (CTM)."""
    match numbers(text, _MATRIX_NUMBERS):
        case [a, b, c, d, e, f]:
            return a, b, c, d, e, f
        case _:
            return None


def claim(attributes: Mapping[str, str], name: str, *, default: bool) -> bool:
    """Return a truth value."""
    text = attributes.get(name, "").strip().lower()
    return default if text not in {"true", "false", "1", "0"} else text in {"true", "1"}


def opacity(text: str | None) -> float:
    """Return an alpha value (0 to 255) as a share of one."""
    return min(_MAX_COLOR, max(0.0, number(text, _MAX_COLOR))) / _MAX_COLOR


def color(element: Element) -> tuple[str, float]:
    """Return a color as ``#rrggbb`` and its opacity; of a gradient, its first color."""
    for shade in element.children:
        for segment in shade.all("Segment"):
            inner = segment.all("Color")
            if inner and not inner[0].children:
                return color(inner[0])
    parts = [_channel(word) for word in element.attributes.get("Value", "").split()[:4]]
    match parts:
        case [red, green, blue]:
            found = red, green, blue
        case [gray]:
            found = gray, gray, gray
        case [cyan, magenta, yellow, key]:
            light = (_MAX_COLOR - key) / _MAX_COLOR
            cmy = (cyan, magenta, yellow)
            red, green, blue = (round((_MAX_COLOR - part) * light) for part in cmy)
            found = red, green, blue
        case _:
            found = 0, 0, 0
    written = "#" + "".join(f"{part:02x}" for part in found)
    return written, opacity(element.attributes.get("Alpha"))


def _channel(word: str) -> int:
    if re.fullmatch(r"#[0-9a-fA-F]{1,2}", word):
        return int(word[1:], 16)
    return int(min(_MAX_COLOR, max(0.0, number(word))))


def steps(text: str | None, count: int) -> list[float]:
    """Return the first steps between characters (DeltaX, DeltaY), repeated ones told apart."""
    found: list[float] = []
    words = iter((text or "").split(maxsplit=4 * count + 4))
    for word in words:
        if len(found) >= count:
            break
        if word != "g":
            found.append(number(word))
            continue
        times, step = next(words, ""), number(next(words, None))
        found.extend([step] * min(_count(times), count - len(found)))
    return found[:count]


def _count(word: str) -> int:
    return int(word) if _COUNT.fullmatch(word) else 0


def svg_path(data: str, most: int) -> tuple[str, int]:
    """Return path data (AbbreviatedData) as SVG, and how many segments it has.

    What follows the first thing that makes no sense is left out, and so is everything beyond
    ``most`` segments.
    """
    words = (match[0] for match in _WORD.finditer(data))
    pieces: list[str] = []
    for operator in words:
        count = _OPERANDS.get(operator)
        if count is None or len(pieces) >= most:
            break
        operands = numbers(" ".join(islice(words, count)), count)
        if len(operands) != count or not _may_stand(operator, operands, is_first=not pieces):
            break
        pieces.append(_SVG[operator] + " ".join(f"{value:.5g}" for value in operands))
    return "".join(pieces), len(pieces)


def _may_stand(operator: str, operands: list[float], *, is_first: bool) -> bool:
    if is_first and operator not in {"S", "M"}:
        return False
    # The two flags of an arc.
    return operator != "A" or all(flag in {0, 1} for flag in operands[3:5])


def paths_of(element: Element) -> Iterator[str]:
    """Yield the path data of an element."""
    for item in element.all("AbbreviatedData"):
        yield item.text
