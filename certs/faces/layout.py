"""Texts on the places of a face: the one layout that every kind of file is written from.

A value stands in its slot in the largest size in which it fits. Writers only draw what is
placed here, so a face says the same, in the same places, as PDF and as OFD.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from certs.errors import FaceError
from certs.faces.font_chains import FontChain, Print
from certs.faces.line_breaking import Line, Paragraph
from certs.faces.qr import QR_QUIET_ZONE_MODULES, QrModules
from certs.faces.slots import FaceSlots, Horizontal, TextSlot, Vertical
from certs.faces.typefaces import EM
from signing.page_marks import is_mark_name

POINTS_PER_MM: Final = 72 / 25.4

# The square in which Chinese characters stand, in em above the baseline; it is one em high.
_ASCENT: Final = 0.88
_STEP_PT: Final = 0.5
_TOLERANCE: Final = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedText:
    """A run of text: one font, one size, each character after the other.

    Attributes:
        family: The font that has all its characters.
        size_pt: The size of the type.
        color: ``#rrggbb``, sRGB.
        x_mm: Where it begins, from the left edge of the page.
        baseline_mm: Where its baseline is, from the upper edge of the page.
        text: What it says.
        mark: What it is called on the page; empty where it has no name.
    """

    family: str
    size_pt: float
    color: str
    x_mm: float
    baseline_mm: float
    text: str
    mark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedCode:
    """A QR code on the page.

    Attributes:
        x_mm: Left edge of its modules, from the left edge of the page.
        y_mm: Upper edge of its modules, from the upper edge of the page.
        size_mm: How wide all modules are together.
        modules: Its modules.
        is_marked: Whether the page says that it is the code.
    """

    x_mm: float
    y_mm: float
    size_mm: float
    modules: QrModules
    is_marked: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceLayout:
    """What varies on a page, in its places (排版结果).

    Attributes:
        width_mm: Width of the page.
        height_mm: Height of the page.
        texts: All runs, in reading order.
        code: The QR code, if the face has one.
    """

    width_mm: float
    height_mm: float
    texts: tuple[PlacedText, ...]
    code: PlacedCode | None


def lay_out(
    slots: FaceSlots,
    values: Mapping[str, str],
    *,
    fonts: FontChain,
    code: QrModules | None = None,
    mark_of: Callable[[str], str] = str,
) -> FaceLayout:
    """Put texts and code into their places.

    Args:
        slots: The places.
        values: What to say, by the names of the slots; an empty text leaves its place empty.
        fonts: The fonts of the face.
        code: The QR code.
        mark_of: Tells what the text of a slot is called on the page.

    Raises:
        MissingGlyphError: A text has a character that no font prints.
        FaceError: A value is missing, a text does not fit its place at any size, or cannot be
            called what it is called.
    """
    columns = [
        _Column(slot, _value_of(slot, values), fonts.prints(slot.family), mark_of(slot.name))
        for slot in slots.texts
        if _value_of(slot, values)
    ]
    sizes = _common_sizes(columns)
    return FaceLayout(
        width_mm=slots.width_mm,
        height_mm=slots.height_mm,
        texts=tuple(run for column in columns for run in column.runs(sizes[column.group])),
        code=_placed(slots, code),
    )


def _value_of(slot: TextSlot, values: Mapping[str, str]) -> str:
    if slot.name not in values:
        raise FaceError(f"there is no value for {slot.name}")
    return values[slot.name]


def _common_sizes(columns: Sequence["_Column"]) -> dict[str, float]:
    """Return the size of each group: the largest in which all its texts fit."""
    sizes: dict[str, float] = {}
    for column in columns:
        sizes[column.group] = min(column.size_pt(), sizes.get(column.group, column.slot.size_pt))
    return sizes


def _placed(slots: FaceSlots, code: QrModules | None) -> PlacedCode | None:
    if slots.code is None or code is None:
        return None
    module_mm = slots.code.size_mm / (code.size + 2 * QR_QUIET_ZONE_MODULES)
    edge_mm = module_mm * QR_QUIET_ZONE_MODULES
    return PlacedCode(
        x_mm=slots.code.x_mm + edge_mm,
        y_mm=slots.code.y_mm + edge_mm,
        size_mm=module_mm * code.size,
        modules=code,
    )


class _Column:
    """A slot with a text in it."""

    def __init__(self, slot: TextSlot, text: str, prints: Mapping[str, Print], mark: str) -> None:
        if not is_mark_name(mark):
            raise FaceError(f"a text on a face cannot be called {mark!r}")
        self.slot = slot
        self._mark = mark
        self.group = slot.group or f"alone: {slot.name}"
        self._prints = [prints[character] for character in text]
        self._paragraph = Paragraph(text, [item.advance for item in self._prints])
        self._known: dict[float, tuple[Line, ...] | None] = {}

    def size_pt(self) -> float:
        """Return the largest size in which the text fits."""
        size_pt = self.slot.size_pt
        while not self._lines(size_pt):
            if size_pt <= self.slot.min_size_pt:
                raise self._no_fit()
            size_pt = max(size_pt - _STEP_PT, self.slot.min_size_pt)
        return size_pt

    def runs(self, size_pt: float) -> Iterator[PlacedText]:
        """Place the lines in a size in which they fit."""
        lines = self._lines(size_pt)
        if lines is None:
            raise self._no_fit()
        size_mm = size_pt / POINTS_PER_MM
        baseline_mm = self._top(len(lines), size_mm) + _ASCENT * size_mm
        for line in lines:
            x_mm = self._left(line, size_mm)
            for start, end in self._pieces(line):
                yield PlacedText(
                    family=self._prints[start].typeface.family,
                    size_pt=size_pt,
                    color=self.slot.color,
                    x_mm=x_mm + self._paragraph.offset(line, start) * size_mm / EM,
                    baseline_mm=baseline_mm,
                    text=self._paragraph.text[start:end],
                    mark=self._mark,
                )
            baseline_mm += self.slot.leading * size_mm

    def _no_fit(self) -> FaceError:
        return FaceError(f"the texts do not fit the face: {self.slot.name}")

    def _lines(self, size_pt: float) -> tuple[Line, ...] | None:
        if size_pt not in self._known:
            size_mm = size_pt / POINTS_PER_MM
            room = self.slot.height_mm / size_mm - 1
            most = min(self.slot.lines, int(room / self.slot.leading + 1 + _TOLERANCE))
            width = self.slot.width_mm / size_mm * EM + _TOLERANCE
            fits = most > 0 and room > -_TOLERANCE
            self._known[size_pt] = self._paragraph.lines(width, most) if fits else None
        return self._known[size_pt]

    def _top(self, lines: int, size_mm: float) -> float:
        spare_mm = self.slot.height_mm - ((lines - 1) * self.slot.leading + 1) * size_mm
        match self.slot.vertical:
            case Vertical.TOP:
                return self.slot.y_mm
            case Vertical.HORIZON:
                return self.slot.y_mm + spare_mm / 2
            case Vertical.BOTTOM:
                return self.slot.y_mm + spare_mm

    def _left(self, line: Line, size_mm: float) -> float:
        spare_mm = self.slot.width_mm - self._paragraph.width(line) * size_mm / EM
        match self.slot.horizontal:
            case Horizontal.LEFT:
                return self.slot.x_mm
            case Horizontal.CENTER:
                return self.slot.x_mm + spare_mm / 2
            case Horizontal.RIGHT:
                return self.slot.x_mm + spare_mm

    def _pieces(self, line: Line) -> Iterator[tuple[int, int]]:
        """Yield the parts of a line with one font and even advances."""
        prints, squeezes = self._prints, self._paragraph.squeezes
        start = line.start
        for index in range(line.start + 1, line.end):
            if index in squeezes or prints[index].typeface is not prints[start].typeface:
                yield start, index
                start = index
        yield start, line.end
