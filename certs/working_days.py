"""Working days (工作日): Monday to Friday.

Statutory holidays move every year and are not known here, so a limit that is counted so is never
later than the law allows.
"""

from datetime import date, timedelta
from typing import Final

_SATURDAY: Final = 5
_DAY: Final = timedelta(days=1)


def working_day_after(day: date, count: int) -> date:
    """Return the last day of a limit of ``count`` working days that begins after ``day``."""
    last = day
    while count:
        last += _DAY
        count -= last.weekday() < _SATURDAY
    return last
