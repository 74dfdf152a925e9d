"""Tables of outside data (TOML, JSON), read key by key with the type each must have.

Errors name the place and the key; what is left over is an error too, where a schema is closed.
"""

import tomllib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Final, Self, TypeVar

_MAX_FILE_BYTES: Final = 131_072
_MAX_ITEMS: Final = 5000
_MAX_TEXT: Final = 500
_T = TypeVar("_T")
_E = TypeVar("_E", bound=StrEnum)
MakeError = Callable[[str], Exception]
"""Makes the caller's own error from a message."""


class TypedTable:
    """One table; keys are taken out of it."""

    def __init__(
        self,
        values: Mapping[str, object],
        *,
        error: MakeError,
        where: str = "",
        max_text: int = _MAX_TEXT,
    ) -> None:
        """Read ``values``.

        Args:
            values: The table as the parser gave it.
            error: Makes the error that every method raises.
            where: The place of the table, in front of messages.
            max_text: The longest text, in characters.
        """
        self._values = dict(values)
        self._error = error
        self._where = where
        self._max_text = max_text

    @property
    def where(self) -> str:
        """The place of the table, as it stands in front of messages."""
        return self._where

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that are not taken yet."""
        return tuple(self._values)

    def has(self, key: str) -> bool:
        """Whether the key is there and not taken yet."""
        return key in self._values

    def is_list(self, key: str) -> bool:
        """Whether a list stands under the key, and not one thing."""
        return isinstance(self._values.get(key), list)

    def take(self, key: str, kind: type[_T], default: _T | None = None) -> _T:
        """Return the value of ``key``, which must be exactly of ``kind``; texts are not blank."""
        value = self._values.pop(key, default)
        if value is None:
            raise self.error(key, "is missing")
        # bool is an int for isinstance, and no field wants that.
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.error(key, f"must be {kind.__name__}")
        if isinstance(value, str) and not (value.strip() and len(value) <= self._max_text):
            raise self.error(key, f"must be 1 to {self._max_text} characters, not all blank")
        return value

    def optional_text(self, key: str) -> str:
        """Return a text, empty where the key is absent."""
        return self.take(key, str) if self.has(key) else ""

    def any_text(self, key: str) -> str:
        """Return a text that may be empty."""
        value = self._values.pop(key, None)
        if not isinstance(value, str) or len(value) > self._max_text:
            raise self.error(key, f"must be text of at most {self._max_text} characters")
        return value

    def texts(self, key: str, *, is_required: bool = False) -> tuple[str, ...]:
        """Return a list of texts, each once; empty where an optional key is absent."""
        items = self.take(key, list, None if is_required else [])
        found = tuple(item for item in items if isinstance(item, str) and item)
        if len(found) != len(items) or len(set(found)) != len(found) or len(found) > _MAX_ITEMS:
            raise self.error(key, "must be a list of texts, each once")
        if is_required and not found:
            raise self.error(key, "is empty")
        return found

    def member(self, key: str, enumeration: type[_E]) -> _E:
        """Return the member of ``enumeration`` that ``key`` names."""
        return self._member(key, self.take(key, str), enumeration)

    def optional_member(self, key: str, enumeration: type[_E]) -> _E | None:
        """Return the member that ``key`` names, None where the key is absent."""
        return self.member(key, enumeration) if self.has(key) else None

    def members(self, key: str, enumeration: type[_E]) -> tuple[_E, ...]:
        """Return the members that a list names."""
        return tuple(self._member(key, text, enumeration) for text in self.texts(key))

    def positive(self, key: str) -> int:
        """Return a number from 1."""
        value = self.take(key, int)
        if value < 1:
            raise self.error(key, "must be 1 or more")
        return value

    def optional_day(self, key: str) -> date | None:
        """Return a day, as the format knows one or as ISO text; None where the key is absent."""
        value = self._values.pop(key, None)
        if value is None or type(value) is date:
            return value
        try:
            return date.fromisoformat(value if isinstance(value, str) else "")
        except ValueError as error:
            raise self.error(key, "is no day; write 2026-01-31") from error

    def instant(self, key: str) -> datetime:
        """Return an ISO 8601 time with a zone."""
        text = self.take(key, str)
        try:
            instant = datetime.fromisoformat(text)
        except ValueError as error:
            raise self.error(key, "is no time") from error
        if instant.tzinfo is None:
            raise self.error(key, "has no time zone")
        return instant

    def length(self, key: str, *, below: float) -> float:
        """Return a measure, an integer or a decimal, above 0 and below ``below``."""
        value = self._values.pop(key, None)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        measure = float(str(value)) if is_number else 0.0
        if not 0 < measure < below:
            raise self.error(key, f"must be between 0 and {below:g}")
        return measure

    def table(self, key: str) -> Self:
        """Return the table under ``key``."""
        return self._inner(self.take(key, dict), key)

    def optional_table(self, key: str) -> Self | None:
        """Return the table under ``key``, None where the key is absent."""
        return self.table(key) if self.has(key) else None

    def tables(self, key: str, *, may_be_empty: bool = False) -> tuple[Self, ...]:
        """Return the array of tables under ``key``."""
        items = self.take(key, list)
        found = [item for item in items if isinstance(item, dict)]
        if len(found) != len(items) or len(found) > _MAX_ITEMS or not (found or may_be_empty):
            raise self.error(key, "must be a list of tables, neither empty nor very long")
        return tuple(self._inner(item, f"{key}[{number}]") for number, item in enumerate(found))

    def rest(self) -> dict[str, object]:
        """Take everything that is left, where the keys are data."""
        left, self._values = self._values, {}
        return left

    def finish(self) -> None:
        """Refuse keys that nobody asked for."""
        for key in self._values:
            raise self.error(key[:100], "is unknown")

    def error(self, key: str, what: str) -> Exception:
        """Return the caller's error, naming place and key."""
        return self._error(f"{self._where}{key}: {what}")

    def _inner(self, values: Mapping[str, object], key: str) -> Self:
        where = f"{self._where}{key}: "
        return type(self)(values, error=self._error, where=where, max_text=self._max_text)

    def _member(self, key: str, text: str, enumeration: type[_E]) -> _E:
        try:
            return enumeration(text)
        except ValueError as error:
            raise self.error(key, f"must be one of {', '.join(enumeration)}") from error


def read_toml(path: Path, *, error: MakeError) -> TypedTable:
    """Return the table that a TOML file of at most 128 KiB holds.

    Raises:
        Exception: What ``error`` makes, where the file is missing, too large or not TOML.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_FILE_BYTES + 1)
        if len(content) > _MAX_FILE_BYTES:
            raise error(f"more than {_MAX_FILE_BYTES} bytes")
        return TypedTable(tomllib.loads(content.decode("utf-8")), error=error)
    except (OSError, ValueError, RecursionError) as cause:
        raise error(str(cause)) from cause
