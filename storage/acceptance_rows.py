"""Records of the acceptance gate as rows, and back."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from certs import canonical
from certs.holder_codes import HolderCode, HolderCodeType
from certs.identifiers import LicenseIdentifier
from certs.regions import RegionCode
from storage.day_numbers import day_number
from storage.matter_tables import FLAGS
from verify.acceptance.lookups import Lookup, Statement
from verify.acceptance.probes import Probe, SourceState
from verify.acceptance.reach import regions_text
from verify.acceptance.reasons import REASONS, LookupResult, ReasonCode
from verify.acceptance.records import (
    Applicant,
    Case,
    Decision,
    DecisionRequest,
    Form,
    PersonRole,
)
from verify.conclusions import Conclusion
from verify.matters.catalogue import Matter
from verify.matters.materials import Material, Necessity, Period
from verify.matters.ways import Way


def materials_to_rows(matter: Matter) -> list[dict[str, object]]:
    """Return what the constraints know of a matter: its materials, by times and open ways."""
    return [
        {
            "matter_code": matter.code,
            "matter_version": matter.version,
            "code": material.code,
            "source": material.source.value,
            **_ways_to_row(material, period),
        }
        for material in matter.materials
        for period in material.periods()
    ]


def conditions_to_rows(matter: Matter) -> list[dict[str, object]]:
    """Return the situations in which a matter asks for each material."""
    return [
        {
            "matter_code": matter.code,
            "matter_version": matter.version,
            "material": material.code,
            "conditions": canonical.encode(material.when.written()).decode(),
        }
        for material in matter.materials
    ]


def optional_materials_to_rows(matter: Matter) -> list[dict[str, object]]:
    """Return the materials that a matter can do without."""
    return [
        {
            "matter_code": matter.code,
            "matter_version": matter.version,
            "material": material.code,
        }
        for material in matter.materials
        if material.necessity is Necessity.OPTIONAL
    ]


def case_materials_to_rows(case: Case, matter: Matter) -> list[dict[str, object]]:
    """Return the materials that the situation of a case calls for."""
    return [
        {
            "case_id": case.id,
            "material": material.code,
            "matter_code": matter.code,
            "matter_version": matter.version,
            "opened_on": day_number(case.opened_on),
            **_ways_to_row(material, period),
        }
        for material in matter.asked_for(case.situation)
        for period in material.periods()
        if period.first <= case.opened_on <= period.last
    ]


def _ways_to_row(material: Material, period: Period) -> dict[str, object]:
    return {
        "way": material.way.value,
        "first_day": day_number(period.first),
        "last_day": day_number(period.last),
        **{name: way in period.ways for name, way in FLAGS.items()},
    }


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
        "opened_on": day_number(case.opened_on),
        "situation": canonical.encode(dict(case.situation)).decode(),
        "parties": canonical.encode(
            {code: party.as_json() for code, party in case.parties.items()}
        ).decode(),
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
        situation=json.loads(row["situation"]),
        parties={
            code: Applicant.from_json(party) for code, party in json.loads(row["parties"]).items()
        },
    )


def lookup_to_row(lookup: Lookup) -> dict[str, object]:
    """Return a look-up as a row."""
    return {
        "case_id": lookup.case_id,
        "material": lookup.material,
        "number": lookup.number,
        "way": lookup.way.value,
        "result": lookup.result.value,
        "license": None if lookup.license is None else str(lookup.license),
        "region": None if lookup.region is None else lookup.region.value,
        "conclusion": None if lookup.conclusion is None else lookup.conclusion.value,
        "looked_up_at": lookup.looked_up_at,
        "due_at": lookup.due_at,
        "question": lookup.question,
        "question_result": None if lookup.question is None else LookupResult.ASKED.value,
        "reference": lookup.reference,
        "outside": regions_text(lookup.outside) or None,
        "stated_at": None if lookup.stated is None else lookup.stated.at,
        "stated_by": None if lookup.stated is None else lookup.stated.by.value,
    }


def silences_to_rows(lookup: Lookup) -> list[dict[str, object]]:
    """Return the sources that were silent in a look-up as rows."""
    return [
        {
            "case_id": lookup.case_id,
            "material": lookup.material,
            "way": lookup.way.value,
            "number": lookup.number,
            "result": lookup.result.value,
            "looked_up_at": lookup.looked_up_at,
            "source": source,
        }
        for source in dict.fromkeys(lookup.silent)
    ]


def lookup_from_row(row: Mapping[Any, Any], silences: Iterable[Mapping[Any, Any]] = ()) -> Lookup:
    """Return the look-up of a row.

    Args:
        row: The row.
        silences: The rows of what was silent in its case.
    """
    place = ("material", "way", "number")
    license, region, conclusion = row["license"], row["region"], row["conclusion"]
    return Lookup(
        case_id=row["case_id"],
        material=row["material"],
        number=row["number"],
        way=Way(row["way"]),
        result=LookupResult(row["result"]),
        license=None if license is None else LicenseIdentifier.parse(license),
        region=None if region is None else RegionCode(region),
        conclusion=None if conclusion is None else Conclusion(conclusion),
        looked_up_at=row["looked_up_at"],
        due_at=row["due_at"],
        question=row["question"],
        reference=row["reference"],
        silent=tuple(
            item["source"] for item in silences if all(item[name] == row[name] for name in place)
        ),
        outside=tuple(map(RegionCode, (row["outside"] or "").split())),
        stated=_statement_from_row(row),
    )


def _statement_from_row(row: Mapping[Any, Any]) -> Statement | None:
    if row["stated_by"] is None:
        return None
    return Statement(by=RegionCode(row["stated_by"]), at=row["stated_at"])


_CITATIONS: Final = {
    Way.E_LICENSE: ("lookup_way", "lookup_number", "lookup_result", "looked_up_at"),
    Way.DATA_CHECK: ("data_way", "data_number", "data_result", "data_at"),
    Way.DEPARTMENT_CHECK: ("check_way", "check_number", "check_result", "check_at"),
}


def decision_to_row(decision: Decision) -> dict[str, object]:
    """Return a decision as a row, without what the case says of the material."""
    request = decision.request
    return {
        "case_id": decision.case_id,
        "material": decision.material,
        **_citations_to_row(decision.lookups),
        "form": request.form.value,
        "voluntary": request.voluntary,
        **_reason_to_row(request.reason, decision.ground),
        **_probe_to_row(decision),
        "note": request.note,
        "operator": request.operator,
        "operator_role": PersonRole.ACCEPTANCE.value,
        "approver": request.approver,
        "approver_role": (
            None if request.approver is None else PersonRole.ACCEPTANCE_APPROVER.value
        ),
        "decided_at": decision.decided_at,
    }


def _citations_to_row(lookups: Iterable[Lookup]) -> dict[str, object]:
    cited = {lookup.way: lookup for lookup in lookups}
    row: dict[str, object] = {}
    for way, (way_column, number, result, at) in _CITATIONS.items():
        lookup = cited.get(way)
        row[way_column] = way.value
        row[number] = None if lookup is None else lookup.number
        row[result] = None if lookup is None else lookup.result.value
        row[at] = None if lookup is None else lookup.looked_up_at
    return row


def _probe_to_row(decision: Decision) -> dict[str, object]:
    ground, probe = decision.ground, decision.probe
    if ground is None or probe is None:
        names = ("probe_way", "probe_number", "probe_source", "probe_state", "probed_at")
        return dict.fromkeys(names)
    return {
        "probe_way": ground.way.value,
        "probe_number": ground.number,
        "probe_source": probe.source,
        "probe_state": probe.state.value,
        "probed_at": probe.probed_at,
    }


def _probe_from_row(row: Mapping[Any, Any]) -> Probe | None:
    if row["probe_source"] is None:
        return None
    return Probe(
        source=row["probe_source"],
        state=SourceState(row["probe_state"]),
        probed_at=row["probed_at"],
    )


def _reason_to_row(reason: ReasonCode | None, ground: Lookup | None) -> dict[str, object]:
    needs = None
    if reason is not None and ground is not None:
        needs = REASONS[reason].needs_approver(ground.result)
    return {
        "reason": None if reason is None else reason.value,
        "ground": None if ground is None else ground.result.value,
        "reason_needs_approver": needs,
    }


def decision_from_row(
    row: Mapping[Any, Any], lookups: Mapping[tuple[str, Way, int], Lookup]
) -> Decision:
    """Return the decision of a row.

    Args:
        row: The row.
        lookups: The look-ups of its case, by material, way and number.
    """
    reason, ground = row["reason"], row["ground"]
    cited = tuple(
        lookups[row["material"], way, row[number]]
        for way, (_, number, _, _) in _CITATIONS.items()
        if row[number] is not None
    )
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
        lookups=cited,
        ground=next((item for item in cited if item.result.value == ground), None),
        probe=_probe_from_row(row),
        decided_at=row["decided_at"],
    )
