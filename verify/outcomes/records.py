"""What is kept of the outcome of a case (办结): who decided it, and the license it led to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, unique
from typing import Final, Protocol

from certs.identifiers import LicenseIdentifier, LicenseTypeCode
from verify.acceptance.attachments import AttachmentWork
from verify.decision_errors import NoteRequiredError

MAX_NOTE: Final = 500
"""Characters of a note."""


@unique
class OutcomeKind(StrEnum):
    """办理结果: what becomes of a case."""

    APPROVE = "approve"
    """准予."""
    REJECT = "reject"
    """不予; the note says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOutcome:
    """办结: decided once, never changed.

    Attributes:
        case_id: The case.
        kind: What becomes of it.
        operator: Who opened the case; never the approver.
        approver: Who decided.
        note: The reason of a rejection, in words for the applicant.
        decided_at: When.

    Raises:
        NoteRequiredError: A rejection without a reason, or a note that is too long.
    """

    case_id: str
    kind: OutcomeKind
    operator: str
    approver: str
    note: str | None = None
    decided_at: datetime

    def __post_init__(self) -> None:
        is_missing = self.note is None and self.kind is OutcomeKind.REJECT
        is_blank = self.note is not None and not (self.note.strip() and len(self.note) <= MAX_NOTE)
        if is_missing or is_blank:
            raise NoteRequiredError(f"a rejection has a reason of 1 to {MAX_NOTE} characters")


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultIntent:
    """What an approved case is to lead to, on record before anything is signed.

    Attributes:
        case_id: The case.
        license_type: 证照类型代码 of the result license (结果证照).
        values: What is filled in, by field name.
        replaces: The license whose place it takes; empty for none.
    """

    case_id: str
    license_type: LicenseTypeCode
    values: Mapping[str, str] = field(repr=False)
    replaces: str = ""

    @property
    def request_key(self) -> str:
        """The key of the request to the issuing desk: one license for one case."""
        return f"case:{self.case_id}"


class OutcomeBook(Protocol):
    """Where outcomes are kept; everything in it is added once and never changed."""

    def add(self, outcome: CaseOutcome, intent: ResultIntent | None) -> None:
        """Keep an outcome, with what it leads to.

        Raises:
            AlreadyDecidedError: The case has one.
            RecordRefusedError: A required material waits for its decision, the approver lacks
                the role or took part in the case, or a rejected case is to lead to a license.
        """
        ...

    def find(self, case_id: str) -> CaseOutcome | None:
        """Return the outcome of a case, None while it is open."""
        ...

    def intent(self, case_id: str) -> ResultIntent | None:
        """Return what a case is to lead to; None where that is no license."""
        ...

    def add_license(self, case_id: str, license: LicenseIdentifier) -> None:
        """Keep which license a case led to; the same again is no error.

        Raises:
            RecordRefusedError: The case leads to none, to another, or the license is not here.
        """
        ...

    def license_of(self, case_id: str) -> LicenseIdentifier | None:
        """Return the license that a case led to; None while there is none."""
        ...

    def waiting(self, limit: int) -> tuple[str, ...]:
        """Return approved cases whose license is not made yet, the oldest first."""
        ...


class OutcomeWork(AttachmentWork, Protocol):
    """A unit of work over cases and their outcomes."""

    @property
    def outcomes(self) -> OutcomeBook:
        """The outcomes."""
        ...


OpenOutcomeWork = Callable[[], OutcomeWork]
