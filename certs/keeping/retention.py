"""How long packages are kept (保管期限), and what is said when that is decided (鉴定)."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum, unique
from typing import Final

from certs.civil_dates import day_of, start_of
from certs.errors import RetentionError

MAX_PERSON: Final = 64
MAX_DOCUMENT_NO: Final = 100
MAX_REASON: Final = 500
_LAST_YEAR: Final = date.max.year - 100
FOREVER_YEARS: Final = 99
"""What a store is bound to at a time for what is kept for ever; some bind for a century at most."""


@unique
class RetentionClass(StrEnum):
    """保管期限, as archives in China know them. Source: unconfirmed."""

    PERMANENT = "permanent"
    THIRTY_YEARS = "30y"
    TEN_YEARS = "10y"

    @property
    def zh(self) -> str:
        """What archivists call it."""
        match self:
            case RetentionClass.PERMANENT:
                return "永久"
            case RetentionClass.THIRTY_YEARS:
                return "30年"
            case RetentionClass.TEN_YEARS:
                return "10年"

    @property
    def years(self) -> int | None:
        """How many years; None for ever."""
        match self:
            case RetentionClass.PERMANENT:
                return None
            case RetentionClass.THIRTY_YEARS:
                return 30
            case RetentionClass.TEN_YEARS:
                return 10

    def keep_until(self, stored_at: datetime) -> datetime | None:
        """Return when the period ends: whole years from the year after storing; None for never.

        Source: unconfirmed.
        """
        return None if self.years is None else _new_year(stored_at, self.years)

    def lock_until(self, stored_at: datetime) -> datetime:
        """Return until when a store is bound."""
        return self.keep_until(stored_at) or _new_year(stored_at, FOREVER_YEARS)


def _new_year(stored_at: datetime, years: int) -> datetime:
    year = day_of(stored_at).year + 1 + years
    return start_of(date(min(year, _LAST_YEAR), 1, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Appraisal:
    """鉴定: who gives a package its retention class, and by which document.

    Attributes:
        package_id: SM3 digest of the package in hexadecimal.
        keep_until: When the period ends; None for never.
    """

    package_id: str
    retention: RetentionClass
    keep_until: datetime | None
    appraiser: str
    document_no: str
    appraised_at: datetime

    def __post_init__(self) -> None:
        check_named(self.appraiser, self.document_no)


def check_named(person: str, document_no: str) -> None:
    """Check that somebody answers for a decision, by a document.

    Raises:
        RetentionError: Nobody does, or a name is too long.
    """
    if not 0 < len(person) <= MAX_PERSON or not 0 < len(document_no) <= MAX_DOCUMENT_NO:
        raise RetentionError(
            f"须写明经办人（≤{MAX_PERSON}字）与文号（≤{MAX_DOCUMENT_NO}字） · "
            "name the person and the document number"
        )


def shortens(before: datetime | None, after: datetime | None) -> bool:
    """Whether a period that ended at ``before`` would end earlier; None is never."""
    if after is None:
        return False
    return before is None or after < before
