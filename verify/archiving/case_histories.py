"""What belongs to a settled case beside its materials (办件全过程): what was promised and decided.

Faces, signed declarations and receipts are named by the digests under which they are stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, Self

from certs.canonical import JsonValue
from verify.acceptance.notices import CaseView
from verify.acceptance.promises.declarations import Declaration
from verify.acceptance.promises.records import Promise
from verify.acceptance.records import Form
from verify.case_receipts.records import CaseReceipt
from verify.complaints.records import Complaint, ComplaintWork
from verify.outcomes.records import CaseOutcome
from verify.prefill.desk import FormWork
from verify.prefill.filling import KeptForm

_OPEN = frozenset({Form.COMMITMENT, Form.DEFERRAL})


class CaseHistoryWork(FormWork, ComplaintWork, Protocol):
    """A unit of work over all that belongs to a case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseHistory:
    """What happened to a case beside its look-ups and decisions.

    Attributes:
        outcome: What became of it; None while it is open.
        license: 电子证照标识 of the result license; empty for none.
        form: What the applicant's form said last; None without one.
        attached: The objects of attached faces, by material and number of the look-up.
        declarations: What was declared.
        promises: What decisions left open, and each step.
        receipts: Its receipts, the oldest first.
        complaints: What was complained of.
    """

    outcome: CaseOutcome | None = None
    license: str = ""
    form: KeptForm | None = field(default=None, repr=False)
    attached: Mapping[tuple[str, int], str] = field(default_factory=dict)
    declarations: tuple[Declaration, ...] = ()
    promises: tuple[Promise, ...] = ()
    receipts: tuple[CaseReceipt, ...] = ()
    complaints: tuple[Complaint, ...] = ()

    @classmethod
    def read(cls, view: CaseView, work: CaseHistoryWork) -> Self:
        """Return the history of a case."""
        case_id = view.case.id
        decided = [item for item in view.materials if item.decision is not None]
        found = [
            work.promises.declaration(case_id, item.material.code)
            for item in decided
            if item.is_declared
        ]
        license = work.outcomes.license_of(case_id)
        return cls(
            outcome=work.outcomes.find(case_id),
            license=str(license or ""),
            form=work.forms.find(case_id),
            attached=work.attachments.of_case(case_id),
            declarations=tuple(item for item in found if item is not None),
            promises=tuple(
                work.promises.get(case_id, item.material.code)
                for item in decided
                if item.decision is not None and item.decision.request.form in _OPEN
            ),
            receipts=work.case_receipts.of_case(case_id),
            complaints=work.complaints.of_case(case_id),
        )

    @property
    def settled_at(self) -> datetime | None:
        """When it was settled; None while it is open."""
        return self.outcome.decided_at if self.outcome is not None else None

    def as_json(self) -> dict[str, JsonValue]:
        """Return it as packages carry it; what there is none of is left out."""
        value: dict[str, JsonValue] = {
            "outcome": _outcome_json(self.outcome) if self.outcome is not None else {},
            "result_license": self.license,
            "form": _form_json(self.form) if self.form is not None else {},
            "attached": [
                {"material": material, "lookup": number, "sm3": name}
                for (material, number), name in sorted(self.attached.items())
            ],
            "declarations": list(map(_declaration_json, self.declarations)),
            "promises": list(map(_promise_json, self.promises)),
            "receipts": list(map(_receipt_json, self.receipts)),
            "complaints": [item.as_payload() for item in self.complaints],
        }
        return {name: part for name, part in value.items() if part}


def _outcome_json(outcome: CaseOutcome) -> dict[str, JsonValue]:
    return {
        "outcome": outcome.kind.value,
        "approver": outcome.approver,
        "note": outcome.note or "",
        "decided_at": outcome.decided_at.isoformat(),
    }


def _form_json(form: KeptForm) -> dict[str, JsonValue]:
    return {
        "version": form.version,
        "recorded_at": form.recorded_at.isoformat(),
        "answers": dict(form.answers),
    }


def _declaration_json(item: Declaration) -> dict[str, JsonValue]:
    return {
        "material": item.material,
        "version": item.version,
        "sm3": item.digest,
        "kind": item.kind.value,
        "evidence": item.evidence,
        "declared_at": item.declared_at.isoformat(),
    }


def _promise_json(item: Promise) -> dict[str, JsonValue]:
    return {
        "material": item.material,
        "kind": item.kind.value,
        "due_on": item.due_on.isoformat() if item.due_on else "",
        "steps": [{"kind": step.kind.value, "at": step.at.isoformat()} for step in item.steps],
    }


def _receipt_json(item: CaseReceipt) -> dict[str, JsonValue]:
    return {
        "number": item.number,
        "version": item.version,
        "document": item.document,
        "page": item.page,
        "issued_at": item.issued_at.isoformat(),
    }
