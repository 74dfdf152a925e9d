"""Promises: what is still open of a material that was declared or deferred, and each step of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum, unique
from typing import Final, Self

from certs.civil_dates import day_of
from verify.acceptance.notices import CaseMaterial
from verify.acceptance.records import Decision, Form
from verify.decision_errors import NoteRequiredError
from verify.matters.ways import CommitmentRule, DeferralKind, DeferralRule, Way

REMINDED_BEFORE: Final = timedelta(days=3)
"""How long before the due day whoever promised is reminded."""


@unique
class PromiseKind(StrEnum):
    """What is open."""

    COMMITMENT = "commitment"
    """告知承诺: whether what was declared is true."""
    LATER = "later"
    """材料后补: the material follows."""
    REVIEWED_AFTER = "reviewed_after"
    """审查后置: the material is looked at after the decision."""
    WAIVED = "waived"
    """免交: nothing; it is on record that it was waived."""
    RELEASED = "released"
    """豁免: nothing; it is on record that a good record released from it."""
    AWAITED = "awaited"
    """A register was silent: it is asked again, and the applicant is not."""

    @property
    def needs_credit(self) -> bool:
        """Whether it rests on the word of whoever makes it."""
        return self in {PromiseKind.COMMITMENT, PromiseKind.RELEASED}


_OF_DEFERRALS: Final = {
    DeferralKind.LATER: PromiseKind.LATER,
    DeferralKind.REVIEWED_AFTER: PromiseKind.REVIEWED_AFTER,
    DeferralKind.WAIVED: PromiseKind.WAIVED,
    DeferralKind.RELEASED: PromiseKind.RELEASED,
}
FINAL_KINDS: Final = frozenset({PromiseKind.WAIVED, PromiseKind.RELEASED})
"""Nothing is open of these."""


@unique
class StepKind(StrEnum):
    """What happened to a promise."""

    REMINDED = "reminded"
    """The due day is near; whoever promised is told."""
    RESOLVED = "resolved"
    """A license, a register or a department serves after all: nobody has to bring anything."""
    BROUGHT = "brought"
    """The material followed."""
    KEPT = "kept"
    """A follow-up check found it true, or in order."""
    BREACHED = "breached"
    """A follow-up check found it false, or nothing followed: 失信."""
    REPAIRED = "repaired"
    """信用修复: whoever broke it set it right."""

    @property
    def is_closing(self) -> bool:
        """Whether nothing is open after it."""
        return self in _CLOSING


_CLOSING: Final = frozenset({StepKind.RESOLVED, StepKind.BROUGHT, StepKind.KEPT, StepKind.BREACHED})
BY_SYSTEM: Final = frozenset({StepKind.REMINDED, StepKind.RESOLVED})
"""Steps that nobody takes by hand."""
BY_TWO: Final = frozenset({StepKind.BREACHED, StepKind.REPAIRED})
"""Steps on somebody's record, to which a second person agrees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a promise.

    Attributes:
        kind: What happened.
        at: When.
        way: The way that serves, of a promise that resolved itself.
        lookup: The number of the look-up that shows it.
        operator: Who took it; None for the system's.
        approver: The second person.
        note: In words.
    """

    kind: StepKind
    at: datetime
    way: Way | None = None
    lookup: int | None = None
    operator: str | None = None
    approver: str | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        if self.kind in BY_TWO and not (self.note and self.note.strip()):
            raise NoteRequiredError(f"{self.kind} must be put into words")


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What is open of one material of one case.

    Attributes:
        case_id: The case.
        material: Code of the material.
        kind: What is open.
        made_at: When it was decided.
        due_on: The last day on which it follows, or is checked; None where no day is set.
        steps: What happened since, oldest first.
    """

    case_id: str
    material: str
    kind: PromiseKind
    made_at: datetime
    due_on: date | None
    steps: Sequence[Step] = ()

    @classmethod
    def of(cls, decision: Decision, item: CaseMaterial) -> Self | None:
        """Return what a decision leaves open; None where it leaves nothing."""
        found = _kind_and_days(decision.request.form, item)
        if found is None:
            return None
        kind, days = found
        made_on = day_of(decision.decided_at)
        return cls(
            case_id=decision.case_id,
            material=decision.material,
            kind=kind,
            made_at=decision.decided_at,
            due_on=made_on + timedelta(days=days) if days else None,
        )

    @property
    def is_open(self) -> bool:
        """Whether something has still to happen."""
        return self.kind not in FINAL_KINDS and not any(step.kind.is_closing for step in self.steps)

    @property
    def is_reminded(self) -> bool:
        """Whether whoever promised was told that the day is near."""
        return any(step.kind is StepKind.REMINDED for step in self.steps)

    def is_overdue(self, today: date) -> bool:
        """Tell whether the day passed and something is open."""
        return self.is_open and self.due_on is not None and self.due_on < today


def _kind_and_days(form: Form, item: CaseMaterial) -> tuple[PromiseKind, int] | None:
    if form is Form.COMMITMENT:
        rule = item.rule(Way.COMMITMENT)
        days = rule.follow_up_days if isinstance(rule, CommitmentRule) else 0
        return PromiseKind.COMMITMENT, days
    if form is not Form.DEFERRAL:
        return None
    deferral = item.rule(Way.DEFERRAL)
    if isinstance(deferral, DeferralRule):
        return _OF_DEFERRALS[deferral.kind], deferral.due_days
    # No rule: a register is silent, and that is not the applicant's affair.
    return PromiseKind.AWAITED, 0
