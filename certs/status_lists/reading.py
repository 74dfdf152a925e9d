"""What is handed out of status lists: the present token, an earlier one, and what changed."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from certs.civil_dates import start_of
from certs.errors import MalformedStatusListError, StatusListNotFoundError
from certs.ports import UnitOfWork
from certs.status_lists.deltas import sign_delta
from certs.status_lists.ports import KeptToken
from certs.status_lists.tokens import StatusListToken
from signing.signer import CertifiedSigner

VERSION: Final = re.compile(r"[0-9a-f]{64}")
DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Two versions of a list, of which the later one is the present one."""

    before: KeptToken = field(repr=False)
    after: KeptToken = field(repr=False)

    @property
    def name(self) -> str:
        """Names the difference: the same versions, the same name."""
        return f"{self.before.version}-{self.after.version}"

    def sign(self, signer: CertifiedSigner) -> bytes:
        """Return the signed delta.

        Raises:
            StatusListNotFoundError: So much changed that the whole list is to be fetched.
        """
        before, after = (StatusListToken.parse(item.encoded) for item in (self.before, self.after))
        try:
            return sign_delta(before, after, signer=signer)
        except MalformedStatusListError as error:
            raise StatusListNotFoundError(
                f"差异过大，请取整份列表 · too many changes; fetch the whole list: {error}"
            ) from error


def find_token(
    number: int, moment: datetime | None, *, unit_of_work: Callable[[], UnitOfWork]
) -> KeptToken | None:
    """Return a list's present token, or the one that stood at a moment; None if there is none."""
    with unit_of_work() as work:
        work.only_read()
        if moment is None:
            return work.status_lists.newest(number)
        return work.status_lists.at(number, moment)


def find_difference(
    number: int, since: str, *, unit_of_work: Callable[[], UnitOfWork]
) -> Difference:
    """Return what changed in a list since a version, or since the beginning of a day.

    Args:
        number: The list.
        since: SM3 of a token, in hexadecimal, or a day of Beijing in ISO form.
        unit_of_work: Opens the register.

    Raises:
        StatusListNotFoundError: There is no such list, or that version is not kept.
    """
    with unit_of_work() as work:
        work.only_read()
        after = work.status_lists.newest(number)
        if VERSION.fullmatch(since):
            before = work.status_lists.find(number, since)
        else:
            before = work.status_lists.at(number, _start_of(since))
    if before is None or after is None:
        raise StatusListNotFoundError(f"no version {since} of the list {number} is kept")
    return Difference(before=before, after=after)


def _start_of(day: str) -> datetime:
    try:
        return start_of(date.fromisoformat(day))
    except ValueError as error:
        raise StatusListNotFoundError(f"there is no day {day}") from error
