"""Days as people in China live them: midnight in Beijing (UTC+8, no summer time)."""

from datetime import date, datetime, time, timedelta, timezone
from typing import Final

BEIJING: Final = timezone(timedelta(hours=8))


def day_of(instant: datetime) -> date:
    """Return the civil day of ``instant``."""
    try:
        return instant.astimezone(BEIJING).date()
    except OverflowError:  # the calendar's last hours have no day in Beijing
        return instant.date()


def whole_years(born_on: date, today: date) -> int:
    """Return how many years somebody has (周岁); who was born on 29 February turns on 1 March."""
    had_birthday = (today.month, today.day) >= (born_on.month, born_on.day)
    return today.year - born_on.year - (not had_birthday)


def start_of(day: date) -> datetime:
    """Return the first instant of ``day``."""
    return datetime.combine(day, time.min, BEIJING)
