"""Use cases of promises (承诺与容缺): declare, follow up, record a breach, see what is due."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from certs.file_formats import format_of_scan
from certs.ports import ObjectStore
from verify.acceptance.desk import AcceptanceDesk
from verify.acceptance.ports import AcceptanceWork, CaseRepository
from verify.acceptance.promises.declarations import (
    Declaration,
    Signature,
    SignatureKind,
    Wording,
    wording,
)
from verify.acceptance.promises.records import (
    BY_SYSTEM,
    BY_TWO,
    Promise,
    Step,
    StepKind,
)
from verify.acceptance.records import Applicant, PersonRole
from verify.case_errors import PromiseClosedError
from verify.decision_errors import (
    ApproverIsOperatorError,
    ApproverRequiredError,
    CreditExcludedError,
    EvidenceRefusedError,
    FormNotPossibleError,
    RoleMissingError,
)
from verify.ports import Clock

MAX_EVIDENCE: Final = 10 << 20
"""Bytes of a scan."""

_MOST_DUE: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseDesk:
    """承诺与容缺 of one region.

    Attributes:
        acceptance: Sees cases as they stand.
        objects: Keeps scans and confirmations.
        unit_of_work: Opens a unit of work.
        clock: Tells the time.
    """

    acceptance: AcceptanceDesk
    objects: ObjectStore
    unit_of_work: Callable[[], AcceptanceWork]
    clock: Clock

    def wording(self, case_id: str, material: str) -> Wording:
        """Return what the applicant signs.

        Raises:
            CaseNotFoundError: There is no such case.
            MaterialNotFoundError: The case does not ask for the material.
            FormNotPossibleError: No rule lets it be declared, or something serves.
            CreditExcludedError: The applicant broke a promise before.
        """
        view = self.acceptance.view_case(case_id)
        if not view.material(material).may_commit:
            raise FormNotPossibleError("it cannot be declared as things stand")
        with self.unit_of_work() as work:
            _check_credit(work, view.case.applicant)
        return wording(view, material)

    def declare(
        self, case_id: str, material: str, signature: Signature, *, operator: str
    ) -> Declaration:
        """Keep a signed declaration; what it takes the place of is decided upon afterwards.

        Args:
            case_id: The case.
            material: Code of the material.
            signature: What shows that the wording was signed.
            operator: Who takes it in.

        Raises:
            FormNotPossibleError: Another wording was signed, nothing shows the signature, or it
                cannot be declared.
            EvidenceRefusedError: What was signed on paper is no scan of a format for keeping.
            CreditExcludedError: The applicant broke a promise before.
            RoleMissingError: The operator may not accept cases.
            RecordRefusedError: It was declared already.
        """
        wanted = self.wording(case_id, material)
        if signature.digest != wanted.digest:
            raise FormNotPossibleError("another wording was signed")
        if not 0 < len(signature.evidence) <= MAX_EVIDENCE:
            raise FormNotPossibleError(f"a signature is shown by 1 to {MAX_EVIDENCE} bytes")
        is_paper = signature.kind is SignatureKind.HANDWRITTEN
        if is_paper and format_of_scan(signature.evidence) is None:
            raise EvidenceRefusedError("a case with it could never be archived")
        declaration = Declaration(
            case_id=case_id,
            material=material,
            version=wanted.version,
            digest=wanted.digest,
            kind=signature.kind,
            evidence=self.objects.put(signature.evidence),
            operator=operator,
            declared_at=self.clock.now(),
        )
        self.objects.put(wanted.text.encode())
        with self.unit_of_work() as work:
            work.cases.hold(case_id)
            _check_role(work.cases, operator, PersonRole.ACCEPTANCE)
            work.promises.declare(declaration)
            work.commit()
        return declaration

    def promise(self, case_id: str, material: str) -> Promise:
        """Return what is open of a material.

        Raises:
            PromiseNotFoundError: Nothing was left open.
        """
        with self.unit_of_work() as work:
            return work.promises.get(case_id, material)

    def follow_up(  # noqa: PLR0913 - what a person says of a promise
        self,
        case_id: str,
        material: str,
        kind: StepKind,
        *,
        operator: str,
        approver: str | None = None,
        note: str | None = None,
    ) -> Promise:
        """Record how a promise was found: brought, kept, breached, or a breach set right.

        Raises:
            PromiseNotFoundError: Nothing was left open of the material.
            PromiseClosedError: Nothing is open any more, or there is no breach to set right.
            ApproverRequiredError: A breach needs a second person, and a reason in words.
            RoleMissingError: Somebody lacks the role.
        """
        step = Step(kind=kind, at=self.clock.now(), operator=operator, approver=approver, note=note)
        with self.unit_of_work() as work:
            work.cases.hold(case_id)
            promise = work.promises.get(case_id, material)
            _check_step(promise, step)
            _check_people(work.cases, step)
            work.promises.take(promise, step)
            work.commit()
            return work.promises.get(case_id, material)

    def due(self, day: date) -> tuple[Promise, ...]:
        """Return what is open and due by a day, the oldest first."""
        with self.unit_of_work() as work:
            return work.promises.open_until(day, limit=_MOST_DUE)

    def breaches(self) -> tuple[tuple[Applicant, Promise], ...]:
        """Return every breach for the credit platform (信用平台), with whoever it is of."""
        with self.unit_of_work() as work:
            return work.promises.breaches()


def _check_credit(work: AcceptanceWork, applicant: Applicant) -> None:
    if work.promises.has_breached(applicant.code):
        raise CreditExcludedError("a promise was broken and not set right")


def _check_step(promise: Promise, step: Step) -> None:
    if step.kind in BY_SYSTEM:
        raise PromiseClosedError(f"nobody takes the step {step.kind} by hand")
    last = promise.steps[-1].kind if promise.steps else None
    is_possible = last is StepKind.BREACHED if step.kind is StepKind.REPAIRED else promise.is_open
    if not is_possible:
        raise PromiseClosedError(f"{promise.material}: {step.kind} is not open")


def _check_people(cases: CaseRepository, step: Step) -> None:
    _check_role(cases, step.operator or "", PersonRole.ACCEPTANCE)
    if step.approver is None:
        if step.kind in BY_TWO:
            raise ApproverRequiredError(f"{step.kind} needs a second person")
        return
    if step.approver == step.operator:
        raise ApproverIsOperatorError("operator and approver are the same person")
    _check_role(cases, step.approver, PersonRole.ACCEPTANCE_APPROVER)


def _check_role(cases: CaseRepository, person: str, role: PersonRole) -> None:
    if not cases.holds_role(person, role):
        raise RoleMissingError(person, role)
