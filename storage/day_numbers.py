"""Days as columns hold them where rules count with them: by their number since 1970."""

from datetime import date, timedelta
from typing import Final

_FIRST: Final = date(1970, 1, 1)


def day_number(day: date) -> int:
    """Return a day's number."""
    return (day - _FIRST).days


def numbered_day(number: int) -> date:
    """Return the day with a number."""
    return _FIRST + timedelta(days=number)


def maybe_number(day: date | None) -> int | None:
    """Return a day's number; None for no day."""
    return None if day is None else day_number(day)


def maybe_day(number: int | None) -> date | None:
    """Return the day with a number; None for no number."""
    return None if number is None else numbered_day(number)
