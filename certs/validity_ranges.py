"""How long licenses of a type may be valid (有效期限范围, GB/T 36902-2018)."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import MAXYEAR, date
from enum import StrEnum, unique

from certs.errors import MalformedTypeError

PERMANENT = "长期"
"""What a license without an end of validity says in place of the date."""

_MAX_VALIDITY = 200


@unique
class _Unit(StrEnum):
    """Units of 有效期限范围."""

    DAYS = "天"
    MONTHS = "月"
    YEARS = "年"


@dataclass(frozen=True, slots=True)
class ValidityRange:
    """有效期限范围: 30天, 6月, 5年, or 长期."""

    text: str

    def __post_init__(self) -> None:
        if self.is_permanent:
            return
        count, unit = self.text[:-1], self.text[-1:]
        is_counted = count.isascii() and count.isdigit() and 1 <= int(count[:4]) <= _MAX_VALIDITY
        if not is_counted or unit not in set(_Unit):
            raise MalformedTypeError(f"not a range of validity: {self.text[:20]!r}")

    @property
    def is_permanent(self) -> bool:
        """Tell whether it has no end."""
        return self.text == PERMANENT

    def end_after(self, start: date) -> date:
        """Return the last day that a license valid from ``start`` may name as its end.

        That is the anniversary itself: some departments print it, others the day before.
        """
        if self.is_permanent:
            return date.max
        count = int(self.text[:-1])
        match _Unit(self.text[-1]):
            case _Unit.DAYS:
                return date.fromordinal(min(start.toordinal() + count, date.max.toordinal()))
            case _Unit.MONTHS:
                return _add_months(start, count)
            case _Unit.YEARS:
                return _add_months(start, 12 * count)


def _add_months(start: date, count: int) -> date:
    """Return the same day ``count`` months on; the month's last day where it is shorter."""
    years, month = divmod(start.month - 1 + count, 12)
    year = start.year + years
    if year > MAXYEAR:
        return date.max
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
