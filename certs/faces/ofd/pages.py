"""What varies on a face as the content of an OFD page: texts, and the QR code.

A line that one of the two families prints becomes text with an embedded font. Any other line,
and one with characters outside the Basic Multilingual Plane, is drawn as outlines, since some
readers ignore embedded fonts and some take such characters apart; a see-through text lies over
it, so that it can still be found, copied and read by programs. So fonts that the owner added
are never embedded. Every object has the name of what it shows.
Source: GB/T 33190-2016, 7.7 (pages), 8 (graphic units), 9 (paths), 11 (text).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Final
from xml.sax.saxutils import escape

from certs.faces.drawing import format_number
from certs.faces.font_chains import FontChain
from certs.faces.fonts import Family
from certs.faces.layout import POINTS_PER_MM, FaceLayout, PlacedCode, PlacedText
from certs.faces.ofd.pens import SegmentPen
from certs.faces.ofd.vectors import DIGITS, VectorPath, color_value, path_object
from certs.faces.typefaces import EM
from signing.page_marks import CODE_NAME

_FAMILIES: Final = tuple(map(str, Family))
_LAST_BMP: Final = "\uffff"
# How far two runs of one line may overlap (white halves of signs) or be apart, in em.
_OVERLAP_EM, _GAP_EM = 0.6, 0.02
# The box of a line, in em above and below its baseline.
_ABOVE_EM, _BELOW_EM = 0.9, 0.3
_LEAST_REPEATED: Final = 3


@dataclass(frozen=True, slots=True)
class PageText:
    """The objects of a page (页面内容), and what fonts they need.

    Attributes:
        objects: XML, in the order of drawing.
        last_identifier: The highest identifier in use.
        characters: Characters by the family that must be embedded for them.
    """

    objects: str
    last_identifier: int
    characters: dict[str, set[str]]


def font_identifier(family: str) -> int:
    """Return the identifier of a family's font: the lowest ones of every document of ours."""
    return 1 + _FAMILIES.index(family)


def write_page(layout: FaceLayout, fonts: FontChain, *, last_identifier: int) -> PageText:
    """Write what varies on a page.

    Args:
        layout: What stands where.
        fonts: The fonts of the layout.
        last_identifier: The highest identifier already in use.

    Raises:
        FaceError: An outline has far too many lines.
    """
    writer = _Writer(fonts, last_identifier)
    objects = [writer.line(line) for line in _lines(layout.texts, fonts)]
    if layout.code is not None:
        objects.append(writer.code(layout.code))
    return PageText("".join(objects), writer.identifier, writer.characters)


@dataclass(frozen=True, slots=True)
class _Line:
    """Runs that follow each other without a gap, in one size and color."""

    runs: tuple[PlacedText, ...]
    xs_mm: tuple[float, ...]
    end_mm: float

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)

    @property
    def is_plain(self) -> bool:
        """Whether an embedded font and every reader can show it."""
        family = self.runs[0].family
        return (
            family in _FAMILIES
            and all(run.family == family for run in self.runs)
            and max(self.text) <= _LAST_BMP
        )


def _lines(texts: Iterable[PlacedText], fonts: FontChain) -> Iterator[_Line]:
    """Join runs that were parted only because of fonts or white space."""
    line: _Line | None = None
    for run in texts:
        size_mm = run.size_pt / POINTS_PER_MM
        typeface = fonts.named(run.family)
        xs_mm, x_mm = [], run.x_mm
        for character in run.text:
            xs_mm.append(x_mm)
            x_mm += typeface.advance(character) * size_mm / EM
        if line is not None and _continues(run, line):
            line = _Line((*line.runs, run), (*line.xs_mm, *xs_mm), x_mm)
            continue
        if line is not None:
            yield line
        line = _Line((run,), tuple(xs_mm), x_mm)
    if line is not None:
        yield line


def _continues(run: PlacedText, line: _Line) -> bool:
    before = line.runs[-1]
    gap_em = (run.x_mm - line.end_mm) * POINTS_PER_MM / run.size_pt
    return (
        -_OVERLAP_EM <= gap_em <= _GAP_EM
        and run.baseline_mm == before.baseline_mm
        and (run.size_pt, run.color, run.mark) == (before.size_pt, before.color, before.mark)
    )


class _Writer:
    """Writes objects, numbering them and noting which characters need a font."""

    def __init__(self, fonts: FontChain, last_identifier: int) -> None:
        self.identifier = last_identifier
        self.characters: dict[str, set[str]] = {}
        self._fonts = fonts

    def line(self, line: _Line) -> str:
        """Return a line as text, or as outlines under see-through text."""
        if line.is_plain:
            return self._text(line, line.runs[0].family)
        own = [run.family for run in line.runs if run.family in _FAMILIES]
        name = line.runs[0].mark
        outlines = path_object(self._outlines(line), self._next(), name=name)
        return outlines + self._text(line, own[0] if own else _FAMILIES[0], is_visible=False)

    def code(self, code: PlacedCode) -> str:
        """Return the QR code as one path, a module being the unit: readers show no seams."""
        size, module = _millimeters(code.size_mm), _written(code.size_mm / code.modules.size, 6)
        bars = [
            f"M {x} {y} L {x + length} {y} L {x + length} {y + 1} L {x} {y + 1} C"
            for x, y, length in code.modules.bars()
        ]
        return (
            f'<ofd:PathObject ID="{self._next()}"{_name(CODE_NAME if code.is_marked else "")}'
            f' Boundary="{_millimeters(code.x_mm)}'
            f' {_millimeters(code.y_mm)} {size} {size}" CTM="{module} 0 0 {module} 0 0"'
            ' Stroke="false" Fill="true"><ofd:FillColor Value="0 0 0"/>'
            f"<ofd:AbbreviatedData>{' '.join(bars)}</ofd:AbbreviatedData></ofd:PathObject>"
        )

    def _next(self) -> int:
        self.identifier += 1
        return self.identifier

    def _text(self, line: _Line, family: str, *, is_visible: bool = True) -> str:
        first = line.runs[0]
        typeface = self._fonts.named(family)
        self.characters.setdefault(family, set()).update(c for c in line.text if c in typeface)
        size_mm = first.size_pt / POINTS_PER_MM
        left, above = line.xs_mm[0], _ABOVE_EM * size_mm
        alpha = "" if is_visible else ' Alpha="0"'
        return (
            f'<ofd:TextObject ID="{self._next()}"{_name(first.mark)}'
            f' Boundary="{_millimeters(left)}'
            f" {_millimeters(first.baseline_mm - above)} {_millimeters(line.end_mm - left)}"
            f' {_millimeters(above + _BELOW_EM * size_mm)}" Font="{font_identifier(family)}"'
            f' Size="{_written(size_mm, 4)}">'
            f'<ofd:FillColor Value="{color_value(first.color)}"{alpha}/>'
            f'<ofd:TextCode X="0" Y="{_millimeters(above)}"{_deltas(line.xs_mm)}>'
            f"{escape(line.text)}</ofd:TextCode></ofd:TextObject>"
        )

    def _outlines(self, line: _Line) -> VectorPath:
        pen = SegmentPen()
        places = iter(line.xs_mm)
        for run in line.runs:
            typeface = self._fonts.named(run.family)
            size_mm = run.size_pt / POINTS_PER_MM
            for character, x_mm in zip(run.text, places, strict=False):
                matrix = (size_mm, 0, 0, -size_mm, x_mm, run.baseline_mm)
                typeface.draw(character, pen, matrix)
        return VectorPath(path=tuple(pen.segments), fill=line.runs[0].color)


def _name(mark: str) -> str:
    """Return the attribute that says what an object shows."""
    return f' Name="{mark}"' if mark else ""


def _deltas(xs_mm: Sequence[float]) -> str:
    """Return DeltaX: the steps between characters, equal ones counted (``g`` number step)."""
    steps = [_millimeters(after - before) for before, after in pairwise(xs_mm)]
    words: list[str] = []
    for step, group in groupby(steps):
        repeated = list(group)
        words += ["g", str(len(repeated)), step] if len(repeated) >= _LEAST_REPEATED else repeated
    return f' DeltaX="{" ".join(words)}"' if words else ""


def _millimeters(value: float) -> str:
    return format_number(value, DIGITS)


def _written(value: float, digits: int) -> str:
    return format_number(value, digits)
