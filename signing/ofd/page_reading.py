"""What a sealed OFD page of ours says: the pieces of `signing.page_marks`.

Only a page written as ours is read, letter by letter: plain texts, outlines with a see-through
text that says what they show, and the code. The template page, which all pages of a type
share, is not looked into. Source: GB/T 33190-2016, 7.7, 8 (graphic units), 9, 11.
"""

import re
from typing import Final
from xml.sax.saxutils import unescape

from signing.errors import MalformedOfdError
from signing.ofd.reading import StrictOfd
from signing.ofd.rules import OfdRule
from signing.page_marks import (
    CODE_NAME,
    LEAST_CODE_MM,
    LEAST_SIZE_PT,
    MAX_CHARACTERS,
    MAX_MODULES,
    MAX_TEXTS,
    MM_PER_POINT,
    Box,
    MarkedPage,
    MarkedText,
    code_rows,
    covers_any,
    is_mark_name,
)

MAX_PAGE_BYTES: Final = 8 << 20

_N: Final = r"(-?\d{1,6}(?:\.\d{1,6})?)"
_COLOR: Final = r'<ofd:FillColor Value="\d{1,3} \d{1,3} \d{1,3}"'
_BOUNDARY: Final = rf' Boundary="{_N} {_N} {_N} {_N}"'
_PAGE: Final = re.compile(
    r'<\?xml version="1\.0" encoding="UTF-8"\?>\n'
    r'<ofd:Page xmlns:ofd="http://www\.ofdspec\.org/2016">'
    r'<ofd:Template TemplateID="\d{1,9}" ZOrder="Background"/>'
    rf"<ofd:Area><ofd:PhysicalBox>0 0 {_N} {_N}</ofd:PhysicalBox></ofd:Area>"
    r'<ofd:Content><ofd:Layer ID="\d{1,9}" Type="Body">'
    r"(.*)</ofd:Layer></ofd:Content></ofd:Page>",
    re.ASCII | re.DOTALL,
)
_TEXT: Final = re.compile(
    rf'<ofd:TextObject ID="\d{{1,9}}"(?: Name="(\w{{1,100}})")?{_BOUNDARY}'
    rf' Font="\d{{1,3}}" Size="{_N}">{_COLOR}( Alpha="0")?/>'  # 6 size, 7 see-through
    rf'<ofd:TextCode X="0" Y="{_N}"(?: DeltaX="([-0-9.g ]{{1,100000}})")?>'  # 8 height, 9 steps
    r"((?:[^<>&]|&(?:amp|lt|gt);)+)</ofd:TextCode></ofd:TextObject>",  # 10
    re.ASCII,
)
_OUTLINES: Final = re.compile(
    rf'<ofd:PathObject ID="\d{{1,9}}"(?: Name="(\w{{1,100}})")?{_BOUNDARY}'
    rf' Stroke="false" Fill="true">{_COLOR}/>'
    r"<ofd:AbbreviatedData>[-0-9. A-Z]+</ofd:AbbreviatedData></ofd:PathObject>",
    re.ASCII,
)
_CODE: Final = re.compile(
    rf'<ofd:PathObject ID="\d{{1,9}}"(?: Name="({CODE_NAME})")?{_BOUNDARY}'
    rf' CTM="{_N} 0 0 {_N} 0 0" Stroke="false" Fill="true"><ofd:FillColor Value="0 0 0"/>'
    r"<ofd:AbbreviatedData>([MLC0-9 ]+)</ofd:AbbreviatedData></ofd:PathObject>",  # 8
    re.ASCII,
)
_BAR: Final = re.compile(
    r"M (\d{1,3}) (\d{1,3}) L (\d{1,3}) \2 L \3 (\d{1,3}) L \1 \4 C(?: (?=M)|\Z)", re.ASCII
)
_REPEATED: Final = "g"
_TOLERANCE_MM: Final = 0.05


def read_page(strict: StrictOfd) -> MarkedPage:
    """Return what the only page of a file says.

    Raises:
        MalformedOfdError: ``foreign-page``, another writer wrote the page and named nothing;
            ``page-content``, ``hidden-content`` or ``too-large``, something on it is not as our
            writer does it; or the document cannot be read.
    """
    data, is_bare = strict.only_page()
    if len(data) > MAX_PAGE_BYTES:
        raise MalformedOfdError(OfdRule.TOO_LARGE, f"larger than {MAX_PAGE_BYTES} bytes")
    match = _PAGE.fullmatch(data.decode("utf-8", "replace"))
    if match is None or not is_bare:
        rule = OfdRule.PAGE_CONTENT if b' Name="' in data else OfdRule.FOREIGN_PAGE
        raise MalformedOfdError(rule, "the page is not as our writer writes it")
    reader = _Reader(width_mm=float(match[1]), height_mm=float(match[2]))
    reader.read(match[3])
    return reader.page()


class _Reader:
    """Reads the objects of one page in the order of drawing, in mm from the upper left corner."""

    def __init__(self, *, width_mm: float, height_mm: float) -> None:
        self._sheet = (width_mm, height_mm)
        self._texts: list[tuple[str, list[str]]] = []
        self._code: tuple[int, ...] = ()
        self._claims: set[bool] = set()
        self._boxes: list[Box] = []
        self._line = ("", "")
        self._outlined = ""
        self._characters_left = MAX_CHARACTERS

    def page(self) -> MarkedPage:
        """Return what was read."""
        if self._outlined or len(self._claims) > 1:
            raise _foreign("something on the page does not say what it is")
        texts = tuple(MarkedText(name, tuple(lines)) for name, lines in self._texts)
        return MarkedPage(texts, self._code, is_marked=True in self._claims)

    def read(self, objects: str) -> None:
        """Read the objects of the page's only layer."""
        at = 0
        while at < len(objects):
            if found := _TEXT.match(objects, at):
                self._read_text(found)
            elif (found := _OUTLINES.match(objects, at)) and not self._outlined:
                self._seen(found)
                self._outlined = f"{found[1]} outlined"
            elif (found := _CODE.match(objects, at)) and not self._code:
                self._read_code(found)
            else:
                raise _foreign("an object that our writer does not draw")
            self._claims.add(found[1] is not None)
            at = found.end()

    def _read_text(self, found: re.Match[str]) -> None:
        text, size_mm, box = unescape(found[10]), float(found[6]), self._seen(found)
        # A see-through text says what the outlines right before it show, and only such a text.
        expected = f"{found[1]} outlined" if found[7] else ""
        if self._outlined != expected:
            raise _hidden("a text that nothing shows, or outlines that nothing explains")
        self._outlined = ""
        width, height, below = box[2] - box[0], box[3] - box[1], float(found[8])
        if size_mm < LEAST_SIZE_PT * MM_PER_POINT or not size_mm / 2 <= below <= height:
            raise _hidden("a text is too small, or stands outside its boundary")
        if _length(found[9] or "", len(text)) > width + _TOLERANCE_MM:
            raise _hidden("a text runs out of its boundary")
        self._characters_left -= len(text)
        if self._characters_left < 0 or len(self._texts) >= MAX_TEXTS:
            raise MalformedOfdError(OfdRule.TOO_LARGE, "the page holds too much text")
        self._boxes.append(box)
        self._add(found[1] or "", text, found[3])

    def _add(self, name: str, text: str, top: str) -> None:
        """Add a text to those of its name; ``top`` tells lines apart."""
        if name and not is_mark_name(name):
            raise _foreign("a name that our writer does not give")
        if not name or not self._texts or self._texts[-1][0] != name:
            self._texts.append((name, [text]))
        elif self._line == (name, top):
            self._texts[-1][1][-1] += text
        else:
            self._texts[-1][1].append(text)
        self._line = (name, top)

    def _read_code(self, found: re.Match[str]) -> None:
        box, module = self._seen(found), float(found[6])
        bars = _bars(found[8])
        if found[6] != found[7]:
            raise _foreign("the modules of the code are not square")
        size = max(max(column + length, row + 1) for column, row, length in bars)
        if size > MAX_MODULES:
            raise _foreign("the code is larger than a code can be")
        is_whole = size * module <= min(box[2] - box[0], box[3] - box[1]) + _TOLERANCE_MM
        is_small = size * module < LEAST_CODE_MM
        if is_small or not is_whole or covers_any(box, self._boxes):
            raise _hidden("the code is too small, cut off, or over a text")
        self._code = code_rows(bars)

    def _seen(self, found: re.Match[str]) -> Box:
        """Return the boundary of an object, which must lie on the page."""
        left, top, width, height = (float(found[group]) for group in (2, 3, 4, 5))
        box = (left, top, left + width, top + height)
        # The white halves of signs hang out of their places.
        least, most = -height, (self._sheet[0] + height, self._sheet[1] + height)
        is_on_page = least <= left and least <= top and box[2] <= most[0] and box[3] <= most[1]
        if not is_on_page or width <= 0 or height <= 0:
            raise _hidden("an object is off the page or has no size")
        return box


def _bars(path: str) -> list[tuple[int, int, int]]:
    """Return the bars that a path draws around, at least one."""
    found: list[tuple[str, str, str, str]] = _BAR.findall(path)
    # Drawn again from what was read, the path must be the same, so that nothing lies between.
    again = " ".join([f"M {x} {y} L {r} {y} L {r} {b} L {x} {b} C" for x, y, r, b in found])
    corners = [(int(x), int(y), int(r), int(b)) for x, y, r, b in found]
    if not found or again != path or any(b != y + 1 or r <= x for x, y, r, b in corners):
        raise _foreign("the code is not drawn as our writer draws it")
    return [(x, y, r - x) for x, y, r, _ in corners]


def _length(steps: str, count: int) -> float:
    """Return how far the last of ``count`` characters stands from the first (DeltaX)."""
    words = steps.split()
    length, told, at = 0.0, 1, 0
    try:
        while at < len(words):
            repeated = int(words[at + 1]) if words[at] == _REPEATED else 1
            step = float(words[at + 2 if words[at] == _REPEATED else at])
            at += 3 if words[at] == _REPEATED else 1
            length, told = length + repeated * step, told + repeated
    except (ValueError, IndexError) as error:
        raise _foreign("steps between characters that make no sense") from error
    if told != count:
        raise _foreign("the steps between characters are too few or too many")
    return length


def _foreign(message: str) -> MalformedOfdError:
    return MalformedOfdError(OfdRule.PAGE_CONTENT, message)


def _hidden(message: str) -> MalformedOfdError:
    return MalformedOfdError(OfdRule.HIDDEN_CONTENT, message)
