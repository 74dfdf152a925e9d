"""PDF objects as Python values, and the one way we write them.

========================  ==========================================
PDF                       Python
========================  ==========================================
null, boolean             ``None``, ``bool``
integer, real             ``int``, ``float``
string                    ``bytes``
name                      `Name`
array, dictionary         ``tuple``, ``dict`` in the order of the file
indirect reference        `Reference`
stream                    `Stream`
========================  ==========================================

Every value has exactly one written form: white space only where two tokens would run
together, strings literal when printable and in capital hexadecimal digits otherwise.

Source: ISO 32000-1:2008, 7.3.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, TypeAlias

_DELIMITERS: Final = frozenset(b"()<>[]{}/%")
_PRINTABLE: Final = re.compile(rb"[ -~]*")
_SPECIAL: Final = re.compile(rb"[()\\]")
_PLAIN_NAME: Final = re.compile(r"[0-9A-Za-z!\"$&'*+,\-.:;=?@^_`|~\\]+")


class Name(str):
    """A name without its solidus; every character stands for one byte (Latin-1)."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference to an indirect object (间接引用)."""

    number: int
    generation: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """A stream: its dictionary and its bytes as stored, filters not applied."""

    entries: Mapping[str, "PdfObject"]
    data: bytes


PdfObject: TypeAlias = (
    bool
    | int
    | float
    | bytes
    | Name
    | Reference
    | Stream
    | tuple["PdfObject", ...]
    | Mapping[str, "PdfObject"]
    | None
)


class WrittenDictionary(dict[str, "PdfObject"]):
    """A dictionary that knows its written form; never changed once it is made."""

    __slots__ = ("written",)

    def __init__(self, entries: Mapping[str, "PdfObject"]) -> None:
        super().__init__(entries)
        self.written = _write_dictionary(entries)


def write_object(value: PdfObject) -> bytes:
    """Return the one written form of ``value``.

    Raises:
        KeyError: ``value`` is no PDF object.
    """
    return _WRITERS[type(value)](value)


def _write_array(items: tuple[PdfObject, ...]) -> bytes:
    parts = [b"["]
    run_on = False
    for item in items:
        text = _WRITERS[type(item)](item)
        if run_on and text[0] not in _DELIMITERS:
            parts.append(b" ")
        parts.append(text)
        run_on = text[-1] not in _DELIMITERS
    parts.append(b"]")
    return b"".join(parts)


def _write_dictionary(entries: Mapping[str, PdfObject]) -> bytes:
    parts = [b"<<"]
    for key, value in entries.items():
        text = _WRITERS[type(value)](value)
        parts.append(_write_name(key))
        if text[0] not in _DELIMITERS:
            parts.append(b" ")
        parts.append(text)
    parts.append(b">>")
    return b"".join(parts)


def _write_stream(stream: Stream) -> bytes:
    return b"%b\nstream\n%b\nendstream" % (_write_dictionary(stream.entries), stream.data)


@lru_cache(maxsize=1024)
def _write_name(name: str) -> bytes:
    if _PLAIN_NAME.fullmatch(name):
        return b"/" + name.encode("ascii")
    return b"/" + b"".join(
        character.encode("ascii") if _PLAIN_NAME.fullmatch(character) else b"#%02X" % ord(character)
        for character in name
    )


def _write_string(value: bytes) -> bytes:
    if _PRINTABLE.fullmatch(value):
        return b"(%b)" % _SPECIAL.sub(rb"\\\g<0>", value)
    return b"<%b>" % value.hex().upper().encode("ascii")


def _write_real(value: float) -> bytes:
    text = repr(value)
    return (format(Decimal(text), "f") if "e" in text else text).encode("ascii")


_WRITERS: Final[dict[type, Callable[[Any], bytes]]] = {
    type(None): lambda _: b"null",
    bool: lambda value: b"true" if value else b"false",
    int: lambda value: b"%d" % value,
    float: _write_real,
    bytes: _write_string,
    Name: _write_name,
    Reference: lambda value: b"%d %d R" % (value.number, value.generation),
    Stream: _write_stream,
    tuple: _write_array,
    dict: _write_dictionary,
    WrittenDictionary: lambda value: value.written,
}
