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


def start_of(day: date) -> datetime:
    """Return the first instant of ``day``."""
    return datetime.combine(day, time.min, BEIJING)
