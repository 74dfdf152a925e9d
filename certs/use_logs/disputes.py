"""Disputes (不是我办的): a holder contests a use, and whoever used the license has to answer."""

import base64
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum, unique
from typing import Final, Protocol

from certs.civil_dates import BEIJING
from certs.errors import DisputeNotFoundError, DisputeRefusedError
from certs.masking import redact
from certs.ports import Clock
from certs.transactions import Transaction
from certs.use_logs.entries import HolderLog

ANSWER_DAYS: Final = 3
"""Working days that whoever used a license has to answer."""

MOST_WORDS: Final = 200
_FRIDAY: Final = 4
_NUMBER_BYTES: Final = 12


@unique
class DisputeFinding(StrEnum):
    """What whoever used the license says."""

    RIGHTFUL = "rightful"
    """用证属实."""
    MISTAKE = "mistake"
    """误用: it should not have been."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """申诉 of one use.

    Attributes:
        id: 申诉编号.
        use: Number of the use.
        holder_key: Whose license it was of.
        department: Who used it, as the log names users.
        note: What the holder says.
        raised_at: When.
        due_at: Until when the answer has to be there.
        finding: The answer; None while there is none.
        answer: The answer in words.
        answered_at: When it came.
        answered_by: Who gave it.
    """

    id: str
    use: int
    holder_key: str
    department: str
    note: str
    raised_at: datetime
    due_at: datetime
    finding: DisputeFinding | None = None
    answer: str = ""
    answered_at: datetime | None = None
    answered_by: str = ""

    def is_overdue(self, at: datetime) -> bool:
        """Tell whether the answer is late."""
        return self.finding is None and at > self.due_at


class DisputeBook(Protocol):
    """Keeps disputes and their answers; nothing in it is changed or taken back."""

    def add(self, dispute: Dispute) -> None:
        """Keep a new dispute.

        Raises:
            DisputeRefusedError: The use is disputed already.
        """
        ...

    def get(self, dispute_id: str) -> Dispute:
        """Return a dispute.

        Raises:
            DisputeNotFoundError: There is none.
        """
        ...

    def answer(self, dispute: Dispute) -> None:
        """Keep the answer that ``dispute`` holds.

        Raises:
            DisputeRefusedError: It was answered before.
        """
        ...

    def of_holder(self, holder_key: str) -> tuple[Dispute, ...]:
        """Return a holder's disputes, newest first."""
        ...

    def of_department(self, department: str) -> tuple[Dispute, ...]:
        """Return the disputes that somebody has to answer or answered, newest first."""
        ...


class DisputeWork(Protocol):
    """What disputes are raised and answered with."""

    @property
    def holder_log(self) -> HolderLog:
        """The log within this transaction."""
        ...

    @property
    def disputes(self) -> DisputeBook:
        """The disputes within this transaction."""
        ...


class DisputeUnit(DisputeWork, Transaction, Protocol):
    """The same as a unit of work."""


def raise_dispute(
    use: int, *, holder_key: str, note: str, unit_of_work: Callable[[], DisputeUnit], clock: Clock
) -> Dispute:
    """Contest a use of an own license.

    Raises:
        DisputeNotFoundError: The holder has no such use.
        DisputeRefusedError: It is disputed already, or the note is too long or personal.
    """
    _check_words(note)
    now = clock.now()
    with unit_of_work() as work:
        found = work.holder_log.get(use)
        if found is None or found[0] != holder_key:
            raise DisputeNotFoundError(str(use))
        dispute = Dispute(
            id="D" + base64.b32encode(secrets.token_bytes(_NUMBER_BYTES)).decode().rstrip("="),
            use=use,
            holder_key=holder_key,
            department=found[1].usage.user,
            note=note,
            raised_at=now,
            due_at=working_days_after(now, ANSWER_DAYS),
        )
        work.disputes.add(dispute)
        work.commit()
    return dispute


def answer_dispute(  # noqa: PLR0913 - who says what to which
    dispute_id: str,
    *,
    by: str,
    finding: DisputeFinding,
    words: str,
    unit_of_work: Callable[[], DisputeUnit],
    clock: Clock,
) -> Dispute:
    """Answer a dispute; whoever used the license answers for it.

    Raises:
        DisputeNotFoundError: There is none that this person has to answer.
        DisputeRefusedError: It was answered before, or without words.
    """
    if not words.strip():
        raise DisputeRefusedError("请写明答复 · put the answer into words")
    _check_words(words)
    with unit_of_work() as work:
        dispute = work.disputes.get(dispute_id)
        if dispute.department != by:
            raise DisputeNotFoundError(dispute_id)
        answered = replace(
            dispute, finding=finding, answer=words, answered_at=clock.now(), answered_by=by
        )
        work.disputes.answer(answered)
        work.commit()
    return answered


def _check_words(text: str) -> None:
    if len(text) > MOST_WORDS or redact(text) != text:
        raise DisputeRefusedError("说明过长或含公民身份号码 · too long, or personal")


def working_days_after(at: datetime, days: int) -> datetime:
    """Return the same time of day so many working days later, Saturdays and Sundays left out.

    Public holidays change from year to year and are not known here. Source: unconfirmed.
    """
    found = at
    while days:
        found += timedelta(days=1)
        if found.astimezone(BEIJING).weekday() <= _FRIDAY:
            days -= 1
    return found
