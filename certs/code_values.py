"""Values in the claims of codes: each of exactly one CBOR kind, days as numbers since 1970."""

from datetime import date
from typing import Any, Final, TypeVar

_T = TypeVar("_T")
_EPOCH: Final = date(1970, 1, 1).toordinal()


def of_kind(value: Any, kind: type[_T]) -> _T:  # noqa: ANN401 - any CBOR value
    """Return a value that is of a kind, and of no other that equals it.

    Raises:
        TypeError: It is of another.
    """
    if type(value) is not kind:
        raise TypeError(f"not {kind.__name__}")
    return value


def to_number(day: date) -> int:
    """Return a day as its number since 1970-01-01, which is what a license knows."""
    return day.toordinal() - _EPOCH


def to_day(number: Any) -> date:  # noqa: ANN401 - any CBOR value
    """Return the day of a number.

    Raises:
        TypeError: Not a number.
        ValueError, OverflowError: No day of the calendar.
    """
    return date.fromordinal(_EPOCH + of_kind(number, int))
