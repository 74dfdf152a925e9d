"""What is kept of a complaint: what the record showed that minute, and what the department said."""

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum, unique
from typing import Final, Protocol

from certs.canonical import JsonValue
from verify.acceptance.lookups import Lookup
from verify.acceptance.ports import AcceptanceWork
from verify.case_receipts.records import CaseReceiptBook
from verify.decision_errors import NoteRequiredError

SCHEMA: Final = "yinxin.complaint/1"
MAX_NOTE: Final = 500
_BYTES: Final = 16


@unique
class Shown(StrEnum):
    """What the record shows of a material that a window is said to demand."""

    OBTAINED = "obtained"
    """It was obtained without the applicant, or serves this minute."""
    UNRECORDED = "unrecorded"
    """Nobody recorded a demand for it, or the receipt does not list it."""
    DEMANDED = "demanded"
    """A demand is on record, with its reason."""
    OWN = "own"
    """Only the applicant has it, or promised to bring it."""

    @property
    def is_breach(self) -> bool:
        """Whether paper was demanded outside the record."""
        return self in {Shown.OBTAINED, Shown.UNRECORDED}


@unique
class AnswerResult(StrEnum):
    """What the department says."""

    UPHELD = "upheld"
    """属实."""
    REJECTED = "rejected"
    """不属实."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintAnswer:
    """What the department answered; final.

    Attributes:
        result: Whether it was so.
        note: In words, for the applicant.
        operator: Who answered.
        answered_at: When.

    Raises:
        NoteRequiredError: No words, or too many.
    """

    result: AnswerResult
    note: str
    operator: str
    answered_at: datetime

    def __post_init__(self) -> None:
        if not (self.note.strip() and len(self.note) <= MAX_NOTE):
            raise NoteRequiredError(f"an answer has 1 to {MAX_NOTE} characters")


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """投诉: a window is said to demand a material; never changed.

    Attributes:
        number: 26 letters of base32, unguessable.
        case_id: The case.
        receipt: The number of the receipt that was shown.
        material: Code of the material; empty for one that the receipt does not list.
        shown: What the record showed.
        lookup: The look-up of that minute; None where there is nobody to be asked.
        raised_at: When.
        due_on: Until when the department answers.
        answer: What it said; None while it did not.
    """

    number: str
    case_id: str
    receipt: str
    material: str
    shown: Shown
    lookup: Lookup | None
    raised_at: datetime
    due_on: date
    answer: ComplaintAnswer | None = None

    def as_payload(self) -> dict[str, JsonValue]:
        """Return what 好差评 and 12345 are told: the case, and nobody's name."""
        return {
            "schema": SCHEMA,
            "number": self.number,
            "case": self.case_id,
            "material": self.material,
            "shown": self.shown.value,
            "is_breach": self.shown.is_breach,
            "raised_at": self.raised_at.isoformat(),
            "due_on": self.due_on.isoformat(),
        }


def new_complaint_number() -> str:
    """Return a fresh number (128 random bits)."""
    return base64.b32encode(secrets.token_bytes(_BYTES)).decode("ascii").rstrip("=")


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintPost:
    """A complaint on its way out.

    Attributes:
        complaint: The complaint.
        attempts: How often delivery has been tried.
    """

    complaint: Complaint
    attempts: int


class ComplaintBook(Protocol):
    """Where complaints are kept; each is added once, answered once, and never changed."""

    def add(self, complaint: Complaint) -> None:
        """Keep a complaint, and have it delivered.

        Raises:
            RecordRefusedError: There is one about this material of the case.
        """
        ...

    def answer(self, number: str, answer: ComplaintAnswer) -> None:
        """Keep what the department said.

        Raises:
            RecordRefusedError: It was answered.
        """
        ...

    def find(self, number: str) -> Complaint | None:
        """Return a complaint, or None."""
        ...

    def of_case(self, case_id: str) -> tuple[Complaint, ...]:
        """Return the complaints about a case, the oldest first."""
        ...

    def newest(self, limit: int) -> tuple[Complaint, ...]:
        """Return the newest complaints, newest first."""
        ...

    def take(self, limit: int, *, now: datetime, until: datetime) -> tuple[ComplaintPost, ...]:
        """Return what is due for delivery, the oldest first, and make it due again ``until``."""
        ...

    def postpone(self, number: str, *, until: datetime) -> None:
        """Let a delivery be due later."""
        ...

    def delivered(self, numbers: Sequence[str]) -> None:
        """Note what arrived."""
        ...


class ComplaintWork(AcceptanceWork, Protocol):
    """A unit of work over complaints, and the receipts that they come from."""

    @property
    def case_receipts(self) -> CaseReceiptBook:
        """The receipts of cases."""
        ...

    @property
    def complaints(self) -> ComplaintBook:
        """The complaints."""
        ...
