"""The places on a face for what varies, as its template declares them."""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Any, Final, TypeVar

from certs.errors import FaceError

MAX_SLOTS: Final = 200

_MAX_MM: Final = 2000.0
_MAX_PT: Final = 500.0
_MAX_LINES: Final = 200
_COLOR: Final = re.compile(r"#[0-9a-f]{6}")
_E = TypeVar("_E", bound=StrEnum)


@unique
class Horizontal(StrEnum):
    """Where the lines of a slot stand across it."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


@unique
class Vertical(StrEnum):
    """Where the lines of a slot stand from top to bottom."""

    TOP = "top"
    HORIZON = "horizon"
    BOTTOM = "bottom"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSlot:
    """The place of one value.

    Attributes:
        name: Whose value.
        x_mm: Its left edge, from the left edge of the page.
        y_mm: Its upper edge, from the upper edge of the page.
        width_mm: How long a line may be.
        height_mm: How much room all lines have.
        family: The font family.
        size_pt: The size of the type where everything fits.
        min_size_pt: The smallest size.
        color: ``#rrggbb``, sRGB.
        horizontal: Where the lines stand across.
        vertical: Where they stand from top to bottom.
        leading: From baseline to baseline, as a multiple of the size.
        lines: The most lines.
        group: Slots with the same group are set in one size; empty for none.
    """

    name: str
    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float
    family: str
    size_pt: float
    min_size_pt: float
    color: str
    horizontal: Horizontal
    vertical: Vertical
    leading: float
    lines: int
    group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeSlot:
    """The place of the QR code, its quiet zone included: left and upper edge, and size."""

    x_mm: float
    y_mm: float
    size_mm: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceSlots:
    """All places on the face of a type (版面).

    Attributes:
        width_mm: Width of the page.
        height_mm: Height of the page.
        texts: The places of values, in the order of the template.
        code: The place of the QR code, if the face has one.
    """

    width_mm: float
    height_mm: float
    texts: tuple[TextSlot, ...]
    code: CodeSlot | None


def parse_slots(declared: str, *, width_mm: float, height_mm: float) -> FaceSlots:
    """Read what a template declared.

    Args:
        declared: A JSON array, as the query for slots answers.
        width_mm: Width of the page.
        height_mm: Height of the page.

    Raises:
        FaceError: A slot is not on the page, is declared twice, or makes no sense.
    """
    items = json.loads(declared)
    if not isinstance(items, list) or len(items) > MAX_SLOTS:
        raise FaceError(f"a face has at most {MAX_SLOTS} slots")
    tables = [_Table(item) for item in items]
    for table in tables:
        table.check_page(width_mm, height_mm)
    codes = [_code(table) for table in tables if table.kind == "code"]
    texts = tuple(_text(table) for table in tables if table.kind == "text")
    if len(codes) > 1 or len({text.name for text in texts}) != len(texts):
        raise FaceError("a slot is declared twice")
    return FaceSlots(
        width_mm=width_mm, height_mm=height_mm, texts=texts, code=codes[0] if codes else None
    )


class _Table:
    """One declaration; whatever is taken from it has been checked."""

    def __init__(self, item: object) -> None:
        self._facts: Mapping[str, Any] = item if isinstance(item, dict) else {}
        self.kind = self.word("kind")

    def check_page(self, width_mm: float, height_mm: float) -> None:
        across, down = ("size", "size") if self.kind == "code" else ("width", "height")
        right = self.number("x", _MAX_MM, least=0) + self.number(across, _MAX_MM)
        bottom = self.number("y", _MAX_MM, least=0) + self.number(down, _MAX_MM)
        is_on_page = right <= width_mm and bottom <= height_mm and self._facts.get("page") == 1
        if not is_on_page or self.kind not in {"text", "code"}:
            raise FaceError(f"a slot does not lie on the page: {self._facts}")

    def word(self, name: str) -> str:
        value = self._facts.get(name)
        if not isinstance(value, str):
            raise self.error(name)
        return value

    def number(self, name: str, most: float, *, least: float = 0.001) -> float:
        value = self._facts.get(name)
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise self.error(name)
        if not (math.isfinite(value) and least <= value <= most):
            raise self.error(name)
        return float(value)

    def error(self, name: str) -> FaceError:
        return FaceError(f"a slot's {name} makes no sense: {self._facts}")


def _code(table: _Table) -> CodeSlot:
    return CodeSlot(
        x_mm=table.number("x", _MAX_MM, least=0),
        y_mm=table.number("y", _MAX_MM, least=0),
        size_mm=table.number("size", _MAX_MM),
    )


def _text(table: _Table) -> TextSlot:
    size_pt = table.number("size", _MAX_PT)
    color = table.word("color")
    if not _COLOR.fullmatch(color):
        raise table.error("color")
    return TextSlot(
        name=table.word("name"),
        x_mm=table.number("x", _MAX_MM, least=0),
        y_mm=table.number("y", _MAX_MM, least=0),
        width_mm=table.number("width", _MAX_MM),
        height_mm=table.number("height", _MAX_MM),
        family=table.word("family"),
        size_pt=size_pt,
        min_size_pt=table.number("min-size", size_pt),
        color=color,
        horizontal=_member(table, "horizontal", Horizontal),
        vertical=_member(table, "vertical", Vertical),
        leading=table.number("leading", 10),
        lines=int(table.number("lines", _MAX_LINES, least=1)),
        group=table.word("group"),
    )


def _member(table: _Table, name: str, kind: type[_E]) -> _E:
    try:
        return kind(table.word(name))
    except ValueError as error:
        raise table.error(name) from error
