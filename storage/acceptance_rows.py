"""Records of the acceptance gate as rows, and back."""

from collections.abc import Mapping
from typing import Any

from certs.holder_codes import HolderCode, HolderCodeType
from certs.identifiers import LicenseIdentifier
from certs.regions import RegionCode
from verify.acceptance.reasons import REASONS, LookupResult, ReasonCode
from verify.acceptance.records import (
    Applicant,
    Case,
    Decision,
    DecisionRequest,
    Form,
    Lookup,
    PersonRole,
)
from verify.conclusions import Conclusion
from verify.matters.catalogue import Matter


def materials_to_rows(matter: Matter) -> list[dict[str, object]]:
    """Return what the database keeps of a matter's materials."""
    return [
        {
            "matter_code": matter.code,
            "matter_version": matter.version,
            "code": material.code,
            "source": material.source.value,
            "way": material.way.value,
        }
        for material in matter.materials
    ]


def case_to_row(case: Case) -> dict[str, object]:
    """Return a case as a row."""
    return {
        "id": case.id,
        "matter_code": case.matter_code,
        "matter_version": case.matter_version,
        "applicant_code_type": case.applicant.code.code_type.value,
        "applicant_code": case.applicant.code.code,
        "applicant_name": case.applicant.name,
        "operator": case.operator,
        "operator_role": PersonRole.ACCEPTANCE.value,
        "opened_at": case.opened_at,
    }


def case_from_row(row: Mapping[Any, Any]) -> Case:
    """Return the case of a row."""
    holder = HolderCode(
        code_type=HolderCodeType(row["applicant_code_type"]), code=row["applicant_code"]
    )
    return Case(
        id=row["id"],
        matter_code=row["matter_code"],
        matter_version=row["matter_version"],
        applicant=Applicant(code=holder, name=row["applicant_name"]),
        operator=row["operator"],
        opened_at=row["opened_at"],
    )


def lookup_to_row(lookup: Lookup) -> dict[str, object]:
    """Return a look-up as a row, without the material's way."""
    return {
        "case_id": lookup.case_id,
        "material": lookup.material,
        "number": lookup.number,
        "result": lookup.result.value,
        "license": None if lookup.license is None else str(lookup.license),
        "region": None if lookup.region is None else lookup.region.value,
        "conclusion": None if lookup.conclusion is None else lookup.conclusion.value,
        "looked_up_at": lookup.looked_up_at,
    }


def lookup_from_row(row: Mapping[Any, Any]) -> Lookup:
    """Return the look-up of a row."""
    license, region, conclusion = row["license"], row["region"], row["conclusion"]
    return Lookup(
        case_id=row["case_id"],
        material=row["material"],
        number=row["number"],
        result=LookupResult(row["result"]),
        license=None if license is None else LicenseIdentifier.parse(license),
        region=None if region is None else RegionCode(region),
        conclusion=None if conclusion is None else Conclusion(conclusion),
        looked_up_at=row["looked_up_at"],
    )


def decision_to_row(decision: Decision) -> dict[str, object]:
    """Return a decision as a row, without the material's way."""
    request, lookup = decision.request, decision.lookup
    return {
        "case_id": decision.case_id,
        "material": decision.material,
        "lookup_number": None if lookup is None else lookup.number,
        "lookup_result": None if lookup is None else lookup.result.value,
        "looked_up_at": None if lookup is None else lookup.looked_up_at,
        "form": request.form.value,
        "voluntary": request.voluntary,
        "reason": None if request.reason is None else request.reason.value,
        "reason_needs_approver": _needs_approver(request.reason, lookup),
        "note": request.note,
        "operator": request.operator,
        "operator_role": PersonRole.ACCEPTANCE.value,
        "approver": request.approver,
        "approver_role": (
            None if request.approver is None else PersonRole.ACCEPTANCE_APPROVER.value
        ),
        "decided_at": decision.decided_at,
    }


def decision_from_row(row: Mapping[Any, Any]) -> Decision:
    """Return the decision of a row that was joined with its look-up."""
    reason = row["reason"]
    has_lookup = row["lookup_number"] is not None
    return Decision(
        case_id=row["case_id"],
        material=row["material"],
        request=DecisionRequest(
            form=Form(row["form"]),
            operator=row["operator"],
            voluntary=row["voluntary"],
            reason=None if reason is None else ReasonCode(reason),
            note=row["note"],
            approver=row["approver"],
        ),
        lookup=(
            lookup_from_row({**row, "number": row["lookup_number"], "result": row["lookup_result"]})
            if has_lookup
            else None
        ),
        decided_at=row["decided_at"],
    )


def _needs_approver(reason: ReasonCode | None, lookup: Lookup | None) -> bool | None:
    if reason is None or lookup is None:
        return None
    return REASONS[reason].needs_approver(lookup.result)
