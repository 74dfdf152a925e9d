"""What a sealed page says, read off its operators: the pieces of `signing.page_marks`.

Only a page written as ours is read: its ground first, then texts in a closed set of operators,
then the code. No operator that clips, hides or paints over is among them, so what is read is
what is shown; where it is shown is checked. The ground, which all pages of a template share,
is not looked into. Source: ISO 32000-1:2008, 7.8, 8.4, 9.4 and 14.6.
"""

import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from operator import add
from typing import Final

from signing.errors import MalformedPdfError
from signing.page_marks import (
    CODE_NAME,
    LEAST_CODE_MM,
    LEAST_SIZE_PT,
    MARK_PREFIX,
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
from signing.pdf.assembly import page_size
from signing.pdf.attachments import inflate
from signing.pdf.bare import page_numbers
from signing.pdf.document import Document
from signing.pdf.objects import PdfObject, Reference
from signing.pdf.reading import StrictPdf
from signing.pdf.rules import PdfRule
from signing.pdf.unicode_maps import MAX_MAP_BYTES, read_unicode_map

MAX_CONTENT_BYTES: Final = 4 << 20

_PAGE_KEYS: Final = frozenset({"Type", "Parent", "MediaBox", "Resources", "Contents"})
_ROOT_KEYS: Final = frozenset({"Type", "Kids", "Count"})
_MARK: Final = b"/" + MARK_PREFIX.encode("ascii")
_CODE: Final = re.escape(_MARK + CODE_NAME.encode("ascii")) + rb" BMC\n"
_BEGINS: Final = re.compile(re.escape(_MARK) + rb"([A-Za-z0-9_]{1,100}) BMC")
_ENDS: Final = b"EMC"
_NUMBER: Final = rb"(-?\d{1,6}(?:\.\d{1,6})?)"
_CONTENT: Final = re.compile(
    rb"/Ground Do"
    rb"(?:\nBT\n(.*?)\nET)?"  # 1 texts
    rb"(?:\n(" + _CODE + rb")?"  # 2 mark of the code
    rb"q " + _NUMBER + rb" 0 0 -" + _NUMBER + rb" " + _NUMBER + rb" " + _NUMBER + rb" cm 0 g\n"  # 6
    rb"((?:\d{1,3} \d{1,3} \d{1,3} 1 re\n++)*+)f Q"  # 7 bars
    rb"(\nEMC)?)?",  # 8
    re.DOTALL,
)
_RUN: Final = re.compile(
    rb"/(F\d{1,2}) "
    + _NUMBER
    + rb" Tf (?:[01](?:\.\d{1,5})? ){3}rg 1 0 0 1 "
    + _NUMBER
    + rb" "
    + _NUMBER
    + rb" Tm <((?:[0-9A-F]{4}){1,5000})> Tj"
)
_EM: Final = 1000
_MAX_WIDTH: Final = 4 * _EM
# Looking a number up takes half the time of reading it.
_SMALL: Final = {b"%d" % number: number for number in range(1000)}


@dataclass(frozen=True, slots=True)
class _Font:
    """A font's characters by their codes and how far each advances, in 1/1000 em.

    At index 0 is the sign for no character.
    """

    characters: str
    widths: tuple[int, ...]


def read_page(strict: StrictPdf) -> MarkedPage:
    """Return what the only page of a file says.

    Raises:
        MalformedPdfError: ``foreign-page``, another writer wrote the page and marked nothing;
            ``page-content``, ``hidden-content``, ``unknown-glyph`` or ``too-large``, something
            on it is not as our writer does it.
    """
    document = strict.bare
    pages = page_numbers(document)
    content = _content(document, pages)
    page = document.dictionary(Reference(pages[0]))
    match = _CONTENT.fullmatch(content)
    if match is None or not _is_plain(document, page) or len(pages) != 1:
        is_foreign = _MARK not in content
        rule = PdfRule.FOREIGN_PAGE if is_foreign else PdfRule.PAGE_CONTENT
        raise MalformedPdfError(rule, "the page is not as our writer writes it")
    reader = _Reader(document, page, page_size(document, pages[0]))
    if match[1] is not None:
        reader.read(match[1])
    code = reader.code(match) if match[3] is not None else ()
    return MarkedPage(tuple(reader.texts), code, is_marked=reader.is_marked(match))


def _content(document: Document, pages: tuple[int, ...]) -> bytes:
    """Return the operators of the first page."""
    try:
        (number, *_) = pages
        stream = document.stream(document.dictionary(Reference(number)).get("Contents"))
    except (MalformedPdfError, ValueError) as error:
        raise MalformedPdfError(PdfRule.FOREIGN_PAGE, "a page is not one stream") from error
    try:
        return inflate(stream, max_bytes=MAX_CONTENT_BYTES)
    except MalformedPdfError as error:
        # Packed as our writer packs pages, but damaged or far too long.
        is_ours = stream.entries.keys() <= {"Length", "Filter"}
        rule = PdfRule.PAGE_CONTENT if is_ours else PdfRule.FOREIGN_PAGE
        raise MalformedPdfError(rule, "a page cannot be inflated") from error


def _is_plain(document: Document, page: Mapping[str, PdfObject]) -> bool:
    """Whether nothing turns, cuts or scales the page, and it draws with plain resources."""
    resources = page.get("Resources")
    root = document.dictionary(page.get("Parent"))
    return (
        page.keys() == _PAGE_KEYS
        and root.keys() == _ROOT_KEYS
        and isinstance(resources, dict)
        and resources.keys() <= {"XObject", "Font"}
    )


class _Reader:
    """Reads the texts of one page and notes where they stand, in points."""

    def __init__(
        self, document: Document, page: Mapping[str, PdfObject], size: tuple[float, float]
    ) -> None:
        self.texts: list[MarkedText] = []
        self._document = document
        resources = document.dictionary(page.get("Resources"))
        self._names = document.dictionary(resources.get("Font", {}))
        self._fonts: dict[bytes, _Font] = {}
        self._size = size
        self._boxes: list[Box] = []
        self._characters_left = MAX_CHARACTERS

    def read(self, operators: bytes) -> None:
        """Read what stands between ``BT`` and ``ET``."""
        name, lines, height = "", list[str](), b""
        for operator in operators.split(b"\n"):
            run = _RUN.fullmatch(operator)
            if run is None:
                name = self._turned(operator, name, lines)
                lines, height = [], b""
                continue
            text = self._run(run)
            if not name:
                self._add("", [text])
            elif run[4] == height:
                lines[-1] += text
            else:
                lines.append(text)
                height = run[4]
        if name:
            raise _foreign("a mark has no end")

    def code(self, match: re.Match[bytes]) -> tuple[int, ...]:
        """Return the rows of the code."""
        if match[3] != match[4] or (match[2] is None) != (match[8] is None):
            raise _foreign("the code is not drawn as our writer draws it")
        columns, rows, lengths = _numbers(match[7])
        across, down = max(map(add, columns, lengths), default=0), max(rows, default=-1) + 1
        if max(across, down) > MAX_MODULES:
            raise _foreign("the code is larger than a code can be")
        module, left, top = float(match[3]), float(match[5]), float(match[6])
        box = (left, top - down * module, left + across * module, top)
        is_small = min(across, down) * module * MM_PER_POINT < LEAST_CODE_MM
        if is_small or not self._is_on_page(box, 0) or covers_any(box, self._boxes):
            raise _hidden("the code is too small, off the page or over a text")
        return code_rows(zip(columns, rows, lengths, strict=True))

    def is_marked(self, match: re.Match[bytes]) -> bool:
        """Whether everything is marked, as opposed to nothing."""
        claims = {bool(text.name) for text in self.texts}
        if match[3] is not None:
            claims.add(match[2] is not None)
        if len(claims) > 1:
            raise _foreign("something stands outside the marks")
        return True in claims

    def _turned(self, operator: bytes, name: str, lines: list[str]) -> str:
        """Return the name of the mark that an operator begins, none if it ends one."""
        if operator == _ENDS and lines:
            self._add(name, lines)
            return ""
        begins = _BEGINS.fullmatch(operator)
        found = begins[1].decode("ascii") if begins else ""
        if name or not is_mark_name(found):
            raise _foreign("an operator that our writer does not use, or an empty mark")
        return found

    def _add(self, name: str, lines: list[str]) -> None:
        if len(self.texts) >= MAX_TEXTS:
            raise MalformedPdfError(PdfRule.TOO_LARGE, f"more than {MAX_TEXTS} texts")
        self.texts.append(MarkedText(name, tuple(lines)))

    def _run(self, run: re.Match[bytes]) -> str:
        """Return what one operator shows, having checked that it can be seen."""
        font = self._font(run[1])
        digits = run[5]
        codes = struct.unpack(f">{len(digits) // 4}H", bytes.fromhex(digits.decode("ascii")))
        self._characters_left -= len(codes)
        if self._characters_left < 0:
            raise MalformedPdfError(PdfRule.TOO_LARGE, f"more than {MAX_CHARACTERS} characters")
        if min(codes) == 0 or max(codes) >= len(font.characters):
            raise MalformedPdfError(PdfRule.UNKNOWN_GLYPH, "a sign stands for no character")
        text = "".join(map(font.characters.__getitem__, codes))
        size, left, baseline = float(run[2]), float(run[3]), float(run[4])
        advance = sum(map(font.widths.__getitem__, codes)) * size / _EM
        box = (left, baseline, left + advance, baseline + size)
        # The white halves of signs hang out of their places.
        if size < LEAST_SIZE_PT or not self._is_on_page(box, size / 2):
            raise _hidden("a text is too small or off the page")
        self._boxes.append(box)
        return text

    def _is_on_page(self, box: Box, tolerance: float) -> bool:
        left, bottom, right, top = box
        width, height = self._size
        is_across = -tolerance <= left and right <= width + tolerance
        return is_across and -tolerance <= bottom and top <= height + tolerance

    def _font(self, name: bytes) -> _Font:
        font = self._fonts.get(name)
        if font is None:
            font = _read_font(self._document, self._names.get(name.decode("ascii")))
            self._fonts[name] = font
        return font


def _numbers(bars: bytes) -> tuple[list[int], list[int], list[int]]:
    """Return columns, rows and lengths of bars."""
    words = bars.replace(b"1 re\n", b"").split()
    try:
        numbers = list(map(_SMALL.__getitem__, words))
    except KeyError as error:
        raise _foreign("a number that our writer writes in another way") from error
    return numbers[::3], numbers[1::3], numbers[2::3]


def _read_font(document: Document, value: PdfObject) -> _Font:
    """Read a font as our writer embeds it."""
    try:
        font = document.dictionary(value)
        (reference,) = document.array(font.get("DescendantFonts"))
        widths = document.dictionary(reference).get("W")
        unicode_map = document.stream(font.get("ToUnicode"))
        characters = read_unicode_map(inflate(unicode_map, max_bytes=MAX_MAP_BYTES))
    except (MalformedPdfError, ValueError) as error:
        raise _foreign("a font is not as our writer embeds it") from error
    if font.get("Subtype") != "Type0" or font.get("Encoding") != "Identity-H":
        raise _foreign("a font of another kind")
    return _Font("\0" + characters, (0, *_widths(widths, len(characters))))


def _widths(value: PdfObject, count: int) -> tuple[int, ...]:
    """Return the widths of ``count`` characters from code 1 on (``/W``)."""
    match value:
        case (1, tuple() as each) if len(each) == count:
            widths = tuple([item for item in each if type(item) is int])
            if len(widths) == count > 0 and min(widths) >= 0 and max(widths) <= _MAX_WIDTH:
                return widths
        case _:
            pass
    raise _foreign("a font does not tell the widths of its characters")


def _foreign(message: str) -> MalformedPdfError:
    return MalformedPdfError(PdfRule.PAGE_CONTENT, message)


def _hidden(message: str) -> MalformedPdfError:
    return MalformedPdfError(PdfRule.HIDDEN_CONTENT, message)
