"""A bounded reader of PDF objects from hostile bytes.

It reads what the standard allows, white space and comments included; that a file is written
as ours is shown by writing it again (see ``reading``). Source: ISO 32000-1:2008, 7.2 and 7.3.
"""

import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from signing.errors import MalformedPdfError
from signing.pdf.objects import Name, PdfObject, Reference, Stream, WrittenDictionary
from signing.pdf.rules import PdfRule

MAX_DEPTH: Final = 32
MAX_TOKENS: Final = 400_000
MAX_LITERAL_BYTES: Final = 65_535

_OBJECT_END: Final = b"\nendobj"
_SHORT_BYTES: Final = 1024
_SHORT_OBJECTS: Final = 512

_REGULAR: Final = rb"[^\x00\t\n\f\r ()<>\[\]{}/%]"
# Possessive quantifiers (}+) and bounds keep hostile runs of white space or digits cheap.
_TOKEN: Final = re.compile(
    rb"(?:[\x00\t\n\f\r ]{1,4096}+|%[^\r\n]{0,1024}+){0,64}+(?:"
    rb"/(" + _REGULAR + rb"{1,127}+)(?!" + _REGULAR + rb")"  # 1 name
    rb"|(\d{1,10})[\x00\t\n\f\r ]{1,8}+(\d{1,5})[\x00\t\n\f\r ]{1,8}+R(?!" + _REGULAR + rb")"  # 3
    rb"|([+-]?\d{1,18}+)(?!" + _REGULAR + rb")"  # 4 integer
    rb"|([+-]?(?:\d{1,18}+\.\d{0,18}+|\.\d{1,18}+))(?!" + _REGULAR + rb")"  # 5 real
    rb"|(<<)|(>>)|(\[)|(\])"  # 6 to 9
    rb"|<([0-9A-Fa-f\t\n\f\r ]{0,2200000}+)>"  # 10 hexadecimal string
    rb"|\(([^()\\\r]{0,65535}+)\)"  # 11 literal string without anything special
    rb"|(\()"  # 12 any other literal string
    rb"|(true|false|null)(?!" + _REGULAR + rb"))"  # 13
)
# Widths of glyphs and gradients are long arrays of plain numbers: one match reads them all.
_NUMBERS: Final = re.compile(rb"((?:-?\d{1,18}+(?:\.\d{1,18}+)?+(?: |(?=\]))){1,65535}+)\]")
_LITERAL_PART: Final = re.compile(
    rb"([^()\\\r]++)|\\([0-7]{1,3})|\\(\r\n|[\s\S])|(\r\n?)|([()])",
)
_ESCAPES: Final = {
    b"n": b"\n",
    b"r": b"\r",
    b"t": b"\t",
    b"b": b"\b",
    b"f": b"\f",
    b"\n": b"",
    b"\r": b"",
    b"\r\n": b"",
}
_NAME_ESCAPE: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM: Final = re.compile(rb"[\x00\t\n\f\r ]*+stream(?:\r\n|\n)")
_END_STREAM: Final = re.compile(rb"[\x00\t\n\f\r ]*+endstream(?!" + _REGULAR + rb")")
_KEYWORDS: Final[dict[bytes, bool | None]] = {b"true": True, b"false": False, b"null": None}


class _End:
    """The token that ends an array or a dictionary; never leaves this module."""

    __slots__ = ()


_END_ARRAY: Final = _End()
_END_DICTIONARY: Final = _End()


class ObjectReader:
    """Reads objects of one file, counting what it has read.

    Args:
        data: The file.
        max_tokens: How many tokens may be read in all.
        end: Where to stop looking, the end of the file if None.

    Attributes:
        references: Numbers of the objects referred to since the caller last emptied the set.
    """

    def __init__(
        self, data: bytes, *, max_tokens: int = MAX_TOKENS, end: int | None = None
    ) -> None:
        self.references: set[int] = set()
        self._data = data
        self._end = len(data) if end is None else end
        self._at = 0
        self._max_tokens = self._tokens_left = max_tokens
        self._depth = 0
        self._names: dict[bytes, Name] = {}
        self._known_names: frozenset[str] = frozenset()
        self._known_references: dict[bytes, Reference] = {}
        self._handlers: tuple[Callable[[re.Match[bytes]], PdfObject | _End], ...] = (
            self._bad_token,
            self._name,
            self._bad_token,
            self._reference,
            lambda match: int(match[4]),
            lambda match: float(match[5]),
            self._dictionary,
            lambda _: _END_DICTIONARY,
            self._array,
            lambda _: _END_ARRAY,
            self._hexadecimal,
            lambda match: match[11],
            self._literal,
            lambda match: _KEYWORDS[match[13]],
        )

    @property
    def names(self) -> frozenset[str]:
        """Every name read so far, as dictionary key or as value."""
        return self._known_names.union(self._names.values())

    @property
    def tokens(self) -> int:
        """How many tokens have been read so far."""
        return self._max_tokens - self._tokens_left

    def read(self, offset: int) -> tuple[PdfObject, int]:
        """Read one object that is not a stream.

        Returns:
            The object and the offset after its last byte.

        Raises:
            MalformedPdfError: Not an object, or too deep, or too many tokens.
        """
        self._at = offset
        value = self._value()
        if isinstance(value, _End):
            raise self._error("a bracket that nothing opened")
        return value, self._at

    def read_indirect(self, offset: int) -> tuple[PdfObject, int]:
        """Read the body of an indirect object, which may be a stream.

        A stream's ``/Length`` must stand in its dictionary: a length kept elsewhere would
        let two readers see two streams.

        Returns:
            The object and the offset after its last byte, before ``endobj``.

        Raises:
            MalformedPdfError: As for ``read``, or the stream does not end where it says.
        """
        value, end = self._known(offset) or self.read(offset)
        start = _STREAM.match(self._data, end) if isinstance(value, dict) else None
        if start is None or not isinstance(value, dict):
            return value, end
        length = value.get("Length")
        if type(length) is not int or not 0 <= length <= len(self._data) - start.end():
            raise self._error("a stream without an honest /Length")
        stop = _END_STREAM.match(self._data, start.end() + length)
        if stop is None or "F" in value:
            raise self._error("a stream does not end after its /Length, or lies in another file")
        data = self._data[start.end() : start.end() + length]
        return Stream(entries=value, data=data), stop.end()

    def _known(self, offset: int) -> tuple[PdfObject, int] | None:
        """Read a short object that is no stream; None where there is no such object.

        Files of one template have most of their objects in common, and what an object says
        depends on nothing around it.
        """
        end = self._data.find(_OBJECT_END, offset, offset + _SHORT_BYTES)
        found = _short_object(self._data[offset:end]) if end > 0 else None
        if found is None:
            return None
        self.references |= found.references
        self._known_names |= found.names
        self._tokens_left -= found.tokens
        if self._tokens_left < 0:
            raise self._error("too many tokens")
        return found.value, end

    def _value(self) -> PdfObject | _End:
        match = _TOKEN.match(self._data, self._at, self._end)
        self._tokens_left -= 1
        if match is None or match.lastindex is None or self._tokens_left < 0:
            raise self._error("no object" if match is None else "too many tokens")
        self._at = match.end()
        return self._handlers[match.lastindex](match)

    def _array(self, _: re.Match[bytes]) -> tuple[PdfObject, ...]:
        numbers = _NUMBERS.match(self._data, self._at, self._end)
        if numbers is not None:
            return self._numbers(numbers)
        self._enter()
        items: list[PdfObject] = []
        while (item := self._value()) is not _END_ARRAY:
            if isinstance(item, _End):
                raise self._error("an array ends as a dictionary")
            items.append(item)
        self._depth -= 1
        return tuple(items)

    def _numbers(self, match: re.Match[bytes]) -> tuple[int | float, ...]:
        words = match[1].split()
        self._at = match.end()
        self._tokens_left -= len(words)
        return tuple([float(word) if b"." in word else int(word) for word in words])

    def _dictionary(self, _: re.Match[bytes]) -> dict[str, PdfObject]:
        self._enter()
        entries: dict[str, PdfObject] = {}
        while (key := self._value()) is not _END_DICTIONARY:
            value = self._value()
            if type(key) is not Name or isinstance(value, _End) or key in entries:
                raise self._error("a dictionary with a bad, doubled or lonely key")
            entries[key] = value
        self._depth -= 1
        return entries

    def _name(self, match: re.Match[bytes]) -> Name:
        raw = match[1]
        name = self._names.get(raw)
        if name is None:
            value = raw
            if b"#" in raw:
                value = _NAME_ESCAPE.sub(lambda code: bytes((int(code[1], 16),)), raw)
            name = self._names[raw] = Name(value.decode("latin-1"))
        return name

    def _reference(self, match: re.Match[bytes]) -> Reference:
        raw = match[0]
        reference = self._known_references.get(raw)
        if reference is None:
            reference = Reference(int(match[2]), int(match[3]))
            self._known_references[raw] = reference
        # Nothing we read has another generation than 0: such a reference leads nowhere.
        self.references.add(-1 if reference.generation else reference.number)
        return reference

    def _hexadecimal(self, match: re.Match[bytes]) -> bytes:
        digits = match[10].translate(None, b"\t\n\f\r ")
        return binascii.unhexlify(digits + b"0" if len(digits) % 2 else digits)

    def _literal(self, _: re.Match[bytes]) -> bytes:
        parts: list[bytes] = []
        open_brackets = 1
        end = min(self._end, self._at + MAX_LITERAL_BYTES)
        while open_brackets:
            match = _LITERAL_PART.match(self._data, self._at, end)
            self._tokens_left -= 1
            if match is None or self._tokens_left < 0:
                raise self._error("a string without an end, or too long")
            self._at = match.end()
            parts.append(_literal_part(match))
            if match[5]:
                open_brackets += 1 if match[5] == b"(" else -1
        return b"".join(parts[:-1])

    def _enter(self) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._error(f"deeper than {MAX_DEPTH}")

    def _bad_token(self, _: re.Match[bytes]) -> PdfObject:
        raise self._error("no object")

    def _error(self, what: str) -> MalformedPdfError:
        return MalformedPdfError(PdfRule.SYNTAX, f"{what} (near offset {self._at})")


@dataclass(frozen=True, slots=True)
class _ShortObject:
    """A short object as it was read before, with all that reading it told."""

    value: PdfObject
    references: frozenset[int]
    names: frozenset[str]
    tokens: int


@lru_cache(_SHORT_OBJECTS)
def _short_object(raw: bytes) -> _ShortObject | None:
    """Read the whole of ``raw`` as one object; None if it is something else."""
    reader = ObjectReader(raw)
    try:
        value, end = reader.read(0)
    except MalformedPdfError:
        return None
    if end != len(raw) or b"stream" in raw:
        return None
    if type(value) is dict:
        value = WrittenDictionary(value)
    return _ShortObject(value, frozenset(reader.references), reader.names, reader.tokens)


def _literal_part(match: re.Match[bytes]) -> bytes:
    plain, octal, escaped, line_end, bracket = match.groups()
    if octal is not None:
        return bytes((int(octal, 8) & 0xFF,))
    if escaped is not None:
        return _ESCAPES.get(escaped, escaped)
    if line_end is not None:
        return b"\n"
    return plain if plain is not None else bracket or b""
