"""The record of a case (办件记录) in its package: nothing of it is left out, so that it comes back.

What has no value is left out; `verify.archiving.restored_cases` reads what is written here.
"""

from collections.abc import Mapping
from typing import Final

from certs.canonical import JsonValue
from verify.acceptance.lookups import Lookup, Statement
from verify.acceptance.notices import CaseMaterial, CaseView
from verify.acceptance.probes import Probe
from verify.acceptance.promises.declarations import Declaration
from verify.acceptance.promises.records import Promise, Step
from verify.acceptance.records import Decision
from verify.archiving.case_histories import CaseHistory
from verify.case_receipts.records import CaseReceipt
from verify.complaints.records import Complaint
from verify.outcomes.records import CaseOutcome, ResultIntent
from verify.prefill.filling import FormEntry, KeptForm

SCHEMA: Final = "yinxin.case/2"
_Record = dict[str, JsonValue]


def case_record(view: CaseView, history: CaseHistory) -> _Record:
    """Return the record of a case as its package carries it."""
    case = view.case
    known: _Record = {
        "schema": SCHEMA,
        "case": case.id,
        "matter": {"code": case.matter_code, "version": case.matter_version},
        "applicant": case.applicant.as_json(),
        "parties": {code: party.as_json() for code, party in case.parties.items()},
        "operator": case.operator,
        "opened_at": case.opened_at.isoformat(),
        "situation": dict(case.situation),
        "materials": [_material(item) for item in view.materials],
    }
    return known | _history(history)


def _history(history: CaseHistory) -> _Record:
    return _told(
        {
            "lookups": list(map(_lookup, history.lookups)),
            "outcome": _outcome(history.outcome) if history.outcome is not None else None,
            "result": _intent(history.intent) if history.intent is not None else None,
            "result_license": history.license or None,
            "form": _form(history.form) if history.form is not None else None,
            "attached": [
                {"material": material, "lookup": number, "sm3": name}
                for (material, number), name in sorted(history.attached.items())
            ]
            or None,
            "declarations": list(map(_declaration, history.declarations)) or None,
            "promises": list(map(_promise, history.promises)) or None,
            "receipts": list(map(_receipt, history.receipts)) or None,
            "complaints": list(map(_complaint, history.complaints)) or None,
        }
    )


def _told(value: Mapping[str, JsonValue | None]) -> _Record:
    return {name: part for name, part in value.items() if part is not None}


def _material(item: CaseMaterial) -> _Record:
    value: _Record = {
        "code": item.material.code,
        "name": item.material.name_zh,
        "outcome": item.outcome.value,
    }
    if item.decision is not None:
        value["decision"] = _decision(item.decision)
    return value


def _place(lookup: Lookup) -> _Record:
    return {"way": lookup.way.value, "number": lookup.number}


def _statement(stated: Statement) -> _Record:
    return {"by": str(stated.by), "at": stated.at.isoformat()}


def _lookup(lookup: Lookup) -> _Record:
    return _told(
        {
            "material": lookup.material,
            "way": lookup.way.value,
            "number": lookup.number,
            "result": lookup.result.value,
            "license": str(lookup.license) if lookup.license is not None else None,
            "region": str(lookup.region) if lookup.region is not None else None,
            "conclusion": lookup.conclusion.value if lookup.conclusion is not None else None,
            "looked_up_at": lookup.looked_up_at.isoformat(),
            "stated": _statement(lookup.stated) if lookup.stated is not None else None,
            "due_at": lookup.due_at.isoformat() if lookup.due_at is not None else None,
            "question": lookup.question,
            "reference": lookup.reference,
            "silent": list(lookup.silent) or None,
            "outside": list(map(str, lookup.outside)) or None,
        }
    )


def _decision(decision: Decision) -> _Record:
    asked = decision.request
    return _told(
        {
            "form": asked.form.value,
            "reason": asked.reason.value if asked.reason is not None else None,
            "note": asked.note,
            "operator": asked.operator,
            "approver": asked.approver,
            "voluntary": asked.voluntary,
            "decided_at": decision.decided_at.isoformat(),
            "rests_on": [_place(lookup) for lookup in decision.lookups] or None,
            "ground": _place(decision.ground) if decision.ground is not None else None,
            "probe": _probe(decision.probe) if decision.probe is not None else None,
        }
    )


def _probe(probe: Probe) -> _Record:
    return {
        "source": probe.source,
        "state": probe.state.value,
        "probed_at": probe.probed_at.isoformat(),
    }


def _outcome(outcome: CaseOutcome) -> _Record:
    return _told(
        {
            "outcome": outcome.kind.value,
            "operator": outcome.operator,
            "approver": outcome.approver,
            "note": outcome.note,
            "decided_at": outcome.decided_at.isoformat(),
        }
    )


def _intent(intent: ResultIntent) -> _Record:
    return {
        "license_type": str(intent.license_type),
        "values": dict(intent.values),
        "replaces": intent.replaces,
    }


def _form(form: KeptForm) -> _Record:
    return {
        "version": form.version,
        "operator": form.operator,
        "recorded_at": form.recorded_at.isoformat(),
        "entries": list(map(_entry, form.entries)),
    }


def _entry(entry: FormEntry) -> _Record:
    value: _Record = {"field": entry.field, "value": entry.value, "changed": entry.is_changed}
    origin = entry.origin
    if origin is not None:
        value["origin"] = {
            "kind": origin.kind.value,
            "title": origin.title_zh,
            "license": origin.license,
            "field": origin.field,
            "as_of": origin.as_of.isoformat(),
            "authoritative": origin.is_authoritative,
        }
    return value


def _declaration(item: Declaration) -> _Record:
    return {
        "material": item.material,
        "version": item.version,
        "sm3": item.digest,
        "kind": item.kind.value,
        "evidence": item.evidence,
        "operator": item.operator,
        "declared_at": item.declared_at.isoformat(),
    }


def _promise(item: Promise) -> _Record:
    return _told(
        {
            "material": item.material,
            "kind": item.kind.value,
            "made_at": item.made_at.isoformat(),
            "due_on": item.due_on.isoformat() if item.due_on is not None else None,
            "steps": list(map(_step, item.steps)),
        }
    )


def _step(step: Step) -> _Record:
    return _told(
        {
            "kind": step.kind.value,
            "at": step.at.isoformat(),
            "way": step.way.value if step.way is not None else None,
            "lookup": step.lookup,
            "operator": step.operator,
            "approver": step.approver,
            "note": step.note,
        }
    )


def _receipt(item: CaseReceipt) -> _Record:
    return {
        "number": item.number,
        "version": item.version,
        "former": item.former,
        "content": item.content,
        "document": item.document,
        "page": item.page,
        "operator": item.operator,
        "issued_at": item.issued_at.isoformat(),
    }


def _complaint(item: Complaint) -> _Record:
    answer = item.answer
    more: dict[str, JsonValue | None] = {
        "receipt": item.receipt,
        "lookup": _place(item.lookup) if item.lookup is not None else None,
        "answer": {
            "result": answer.result.value,
            "note": answer.note,
            "operator": answer.operator,
            "answered_at": answer.answered_at.isoformat(),
        }
        if answer is not None
        else None,
    }
    return item.as_payload() | _told(more)
