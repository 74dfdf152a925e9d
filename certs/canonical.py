"""Canonical JSON (RFC 8785): the one byte form of a record that is digested and signed.

A license record is smaller than JSON: no null, no fraction, integers that a double holds
exactly, few levels. What is read obeys the same bounds before anything is built from it.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NoReturn, TypeAlias

import rfc8785

from certs.errors import MalformedRecordError

JsonValue: TypeAlias = str | int | bool | Mapping[str, "JsonValue"] | Sequence["JsonValue"]
"""What a record is made of."""

MAX_BYTES = 262_144
"""The largest text that is read or written, unless the caller says otherwise: 256 KiB."""

_MAX_DEPTH = 16
_MAX_INTEGER = 2**53 - 1
_MAX_INTEGER_LETTERS = 17
# A string (closed or not, so that no letter is looked at twice), or one bracket.
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+"?|([\[{])|[\]}]', re.DOTALL)

_TWO_UNITS = re.compile(rb"[\xf0-\xf4]")
_WRITER = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
)

_Plain: TypeAlias = str | int | bool | dict[str, "_Plain"] | list["_Plain"]


def encode(value: JsonValue, *, max_bytes: int = MAX_BYTES) -> bytes:
    """Return the canonical form of ``value`` (RFC 8785), UTF-8.

    Raises:
        MalformedRecordError: A null, a float, an integer beyond ±(2^53 - 1), a lone
            surrogate, a key that is no text, more than 16 levels, or too many bytes.
    """
    return _encoded(_plain(value, 0), max_bytes)


def decode(content: bytes, *, max_bytes: int = MAX_BYTES) -> JsonValue:
    """Return the value whose canonical form is ``content``.

    Raises:
        MalformedRecordError: As ``parse_json``; or the bytes are not the canonical form
            of the value they hold (spaces, key order, needless escapes).
    """
    value = _parsed(content, max_bytes)
    if _encoded(value, max_bytes) != content:
        raise MalformedRecordError("not in canonical form (RFC 8785)")
    return value


def parse_json(content: bytes, *, max_bytes: int = MAX_BYTES) -> JsonValue:
    """Return the value of a JSON text in any layout, within the bounds of a record.

    For envelopes, whose own layout is not signed.

    Raises:
        MalformedRecordError: Not JSON in UTF-8 without a byte order mark, a key twice in
            one object, or anything that ``encode`` refuses.
    """
    return _parsed(content, max_bytes)


def _encoded(value: _Plain, max_bytes: int) -> bytes:
    """Return the canonical form of what a record can hold.

    The standard library writes it, much faster, unless a character has two UTF-16 units: those
    alone are sorted in another order than by their code points.
    """
    written = _WRITER.encode(value).encode("utf-8")
    if _TWO_UNITS.search(written):
        written = rfc8785.dumps(value)
    if len(written) > max_bytes:
        raise MalformedRecordError(f"more than {max_bytes} bytes")
    return written


def _parsed(content: bytes, max_bytes: int) -> _Plain:
    if len(content) > max_bytes:
        raise MalformedRecordError(f"more than {max_bytes} bytes")
    _check_nesting(content)
    try:
        parsed = json.loads(
            content.decode("utf-8"),
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_refuse_number,
            parse_constant=_refuse_number,
        )
    except ValueError as error:
        raise MalformedRecordError("not JSON in UTF-8") from error
    return _plain(parsed, 0)


def _check_nesting(content: bytes) -> None:
    depth = 0
    for match in _TOKEN.finditer(content):
        if match.group(1):
            depth += 1
            if depth > _MAX_DEPTH:
                raise MalformedRecordError(f"more than {_MAX_DEPTH} levels")
        elif not match.group().startswith(b'"'):
            depth -= 1


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise MalformedRecordError("a key twice in one object")
    return members


def _integer(digits: str) -> int:
    if len(digits) > _MAX_INTEGER_LETTERS or digits == "-0":
        _refuse_number(digits)
    return int(digits)


def _refuse_number(digits: str) -> NoReturn:
    raise MalformedRecordError(f"not an integer that a record may hold: {digits[:24]}")


def _plain(value: object, depth: int) -> _Plain:
    """Return ``value`` as new dicts and lists, or raise for what a record cannot hold."""
    if depth > _MAX_DEPTH:
        raise MalformedRecordError(f"more than {_MAX_DEPTH} levels")
    if type(value) is str and value.isascii():
        return value  # most values are
    match value:
        case bool():
            return value
        case int():
            if abs(value) > _MAX_INTEGER:
                raise MalformedRecordError("an integer beyond 2^53 - 1")
            return int(value)
        case str():
            return _text(value)
        case Mapping():
            return _members(value.items(), depth)
        case list() | tuple():
            return [_plain(item, depth + 1) for item in value]
        case _:
            raise MalformedRecordError(f"a record cannot hold {type(value).__name__}")


def _members(items: Iterable[tuple[object, object]], depth: int) -> dict[str, _Plain]:
    members = {}
    for key, item in items:
        if not isinstance(key, str):
            raise MalformedRecordError("a key that is not text")
        members[_text(key)] = _plain(item, depth + 1)
    return members


def _text(text: str) -> str:
    """Return ``text`` as a plain str (enumerations are subclasses of it)."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise MalformedRecordError("a lone surrogate") from error
    return str(text)
