"""A case rebuilt from its package alone (还原): the same records that the database kept."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Self

from certs import canonical
from certs.errors import MalformedIdentifierError, MalformedPackageError
from certs.identifiers import LicenseIdentifier, LicenseTypeCode
from certs.packages.files import CASE_RECORD
from certs.packages.package import ArchivePackage
from certs.packages.rules import PackageRule
from certs.regions import RegionCode
from verify.acceptance.lookups import Lookup, Statement
from verify.acceptance.probes import Probe, SourceState
from verify.acceptance.promises.declarations import Declaration, SignatureKind
from verify.acceptance.promises.records import Promise, PromiseKind, Step, StepKind
from verify.acceptance.reasons import LookupResult, ReasonCode
from verify.acceptance.records import Applicant, Case, Decision, DecisionRequest, Form
from verify.archiving.case_histories import CaseHistory
from verify.archiving.case_records import SCHEMA
from verify.case_receipts.records import CaseReceipt
from verify.complaints.records import AnswerResult, Complaint, ComplaintAnswer, Shown
from verify.conclusions import Conclusion
from verify.errors import VerifyError
from verify.matters.ways import Way
from verify.outcomes.records import CaseOutcome, OutcomeKind, ResultIntent
from verify.prefill.facts import Origin
from verify.prefill.filling import FormEntry, KeptForm
from verify.prefill.sources import SourceKind

_Value = Mapping[str, Any]
_Places = Mapping[tuple[str, str, int], Lookup]


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoredCase:
    """A case as its package tells it.

    Attributes:
        case: The case.
        history: All that belongs to it.
        contents: Its files by where they lie in the package: faces, declarations, receipts, and
            the rules of the matter.
    """

    case: Case
    history: CaseHistory
    contents: Mapping[str, bytes]

    @classmethod
    def of(cls, package: ArchivePackage) -> Self:
        """Rebuild a case.

        Raises:
            MalformedPackageError: It is not the package of a case, of this form.
        """
        try:
            value = _read(package)
            case = _case(value)
            history = _history(case.id, value)
        except (
            KeyError,
            TypeError,
            ValueError,
            AttributeError,
            MalformedIdentifierError,
            VerifyError,
        ) as error:
            raise MalformedPackageError(
                PackageRule.RECORD, "not a case that can be rebuilt", about=CASE_RECORD
            ) from error
        contents = {name: file.content for name, file in package.files.items()}
        return cls(case=case, history=history, contents=contents)


def differences(one: RestoredCase, case: Case, history: CaseHistory) -> Iterator[str]:
    """Yield the names of the parts in which a rebuilt case is not what the database keeps."""
    for old, new in ((one.case, case), (one.history, history)):
        for part in fields(type(old)):
            if getattr(old, part.name) != getattr(new, part.name):
                yield part.name


def _read(package: ArchivePackage) -> _Value:
    value: Any = canonical.decode(package.files[CASE_RECORD].content)
    if value["schema"] != SCHEMA:
        raise ValueError("another form of record")
    found: _Value = value
    return found


def _at(value: object) -> datetime:
    return datetime.fromisoformat(str(value))


def _day(value: object) -> date:
    return date.fromisoformat(str(value))


def _case(value: _Value) -> Case:
    return Case(
        id=value["case"],
        matter_code=value["matter"]["code"],
        matter_version=value["matter"]["version"],
        applicant=Applicant.from_json(value["applicant"]),
        operator=value["operator"],
        opened_at=_at(value["opened_at"]),
        situation=dict(value["situation"]),
        parties={code: Applicant.from_json(item) for code, item in value["parties"].items()},
    )


def _history(case_id: str, value: _Value) -> CaseHistory:
    lookups = tuple(_lookup(case_id, item) for item in value["lookups"])
    places = {(item.material, item.way.value, item.number): item for item in lookups}
    form, outcome, result = value.get("form"), value.get("outcome"), value.get("result")
    return CaseHistory(
        lookups=lookups,
        decisions={
            item["code"]: _decision(case_id, item["code"], item["decision"], places)
            for item in value["materials"]
            if "decision" in item
        },
        outcome=_outcome(case_id, outcome) if outcome is not None else None,
        intent=_intent(case_id, result) if result is not None else None,
        license=value.get("result_license", ""),
        form=_form(case_id, form) if form is not None else None,
        attached={
            (item["material"], item["lookup"]): item["sm3"] for item in value.get("attached", ())
        },
        declarations=tuple(_declaration(case_id, item) for item in value.get("declarations", ())),
        promises=tuple(_promise(case_id, item) for item in value.get("promises", ())),
        receipts=tuple(_receipt(case_id, item) for item in value.get("receipts", ())),
        complaints=tuple(_complaint(case_id, item, places) for item in value.get("complaints", ())),
    )


def _lookup(case_id: str, value: _Value) -> Lookup:
    license, region, conclusion = (value.get(name) for name in ("license", "region", "conclusion"))
    return Lookup(
        case_id=case_id,
        material=value["material"],
        way=Way(value["way"]),
        number=value["number"],
        result=LookupResult(value["result"]),
        license=LicenseIdentifier.parse(license) if license else None,
        region=RegionCode(region) if region else None,
        conclusion=Conclusion(conclusion) if conclusion else None,
        looked_up_at=_at(value["looked_up_at"]),
        stated=_statement(value["stated"]) if "stated" in value else None,
        due_at=_at(value["due_at"]) if "due_at" in value else None,
        question=value.get("question"),
        reference=value.get("reference"),
        silent=tuple(value.get("silent", ())),
        outside=tuple(map(RegionCode, value.get("outside", ()))),
    )


def _statement(value: _Value) -> Statement:
    return Statement(by=RegionCode(value["by"]), at=_at(value["at"]))


def _placed(material: str, value: _Value | None, places: _Places) -> Lookup | None:
    return None if value is None else places[material, value["way"], value["number"]]


def _decision(case_id: str, material: str, value: _Value, places: _Places) -> Decision:
    reason, probe = value.get("reason"), value.get("probe")
    return Decision(
        case_id=case_id,
        material=material,
        request=DecisionRequest(
            form=Form(value["form"]),
            operator=value["operator"],
            voluntary=value["voluntary"],
            reason=ReasonCode(reason) if reason is not None else None,
            note=value.get("note"),
            approver=value.get("approver"),
        ),
        lookups=tuple(
            places[material, item["way"], item["number"]] for item in value.get("rests_on", ())
        ),
        ground=_placed(material, value.get("ground"), places),
        probe=Probe(
            source=probe["source"],
            state=SourceState(probe["state"]),
            probed_at=_at(probe["probed_at"]),
        )
        if probe is not None
        else None,
        decided_at=_at(value["decided_at"]),
    )


def _outcome(case_id: str, value: _Value) -> CaseOutcome:
    return CaseOutcome(
        case_id=case_id,
        kind=OutcomeKind(value["outcome"]),
        operator=value["operator"],
        approver=value["approver"],
        note=value.get("note"),
        decided_at=_at(value["decided_at"]),
    )


def _intent(case_id: str, value: _Value) -> ResultIntent:
    return ResultIntent(
        case_id=case_id,
        license_type=LicenseTypeCode(value["license_type"]),
        values=dict(value["values"]),
        replaces=value["replaces"],
    )


def _form(case_id: str, value: _Value) -> KeptForm:
    return KeptForm(
        case_id=case_id,
        version=value["version"],
        entries=tuple(map(_entry, value["entries"])),
        operator=value["operator"],
        recorded_at=_at(value["recorded_at"]),
    )


def _entry(value: _Value) -> FormEntry:
    said = value.get("origin")
    origin = None
    if said is not None:
        origin = Origin(
            kind=SourceKind(said["kind"]),
            title_zh=said["title"],
            license=said["license"],
            field=said["field"],
            as_of=_day(said["as_of"]),
            is_authoritative=said["authoritative"],
        )
    return FormEntry(
        field=value["field"], value=value["value"], origin=origin, is_changed=value["changed"]
    )


def _declaration(case_id: str, value: _Value) -> Declaration:
    return Declaration(
        case_id=case_id,
        material=value["material"],
        version=value["version"],
        digest=value["sm3"],
        kind=SignatureKind(value["kind"]),
        evidence=value["evidence"],
        operator=value["operator"],
        declared_at=_at(value["declared_at"]),
    )


def _promise(case_id: str, value: _Value) -> Promise:
    return Promise(
        case_id=case_id,
        material=value["material"],
        kind=PromiseKind(value["kind"]),
        made_at=_at(value["made_at"]),
        due_on=_day(value["due_on"]) if "due_on" in value else None,
        steps=tuple(map(_step, value["steps"])),
    )


def _step(value: _Value) -> Step:
    return Step(
        kind=StepKind(value["kind"]),
        at=_at(value["at"]),
        way=Way(value["way"]) if "way" in value else None,
        lookup=value.get("lookup"),
        operator=value.get("operator"),
        approver=value.get("approver"),
        note=value.get("note"),
    )


def _receipt(case_id: str, value: _Value) -> CaseReceipt:
    return CaseReceipt(
        case_id=case_id,
        version=value["version"],
        number=value["number"],
        former=value["former"],
        content=value["content"],
        document=value["document"],
        page=value["page"],
        operator=value["operator"],
        issued_at=_at(value["issued_at"]),
    )


def _complaint(case_id: str, value: _Value, places: _Places) -> Complaint:
    answer = value.get("answer")
    return Complaint(
        number=value["number"],
        case_id=case_id,
        receipt=value["receipt"],
        material=value["material"],
        shown=Shown(value["shown"]),
        lookup=_placed(value["material"], value.get("lookup"), places),
        raised_at=_at(value["raised_at"]),
        due_on=_day(value["due_on"]),
        answer=ComplaintAnswer(
            result=AnswerResult(answer["result"]),
            note=answer["note"],
            operator=answer["operator"],
            answered_at=_at(answer["answered_at"]),
        )
        if answer is not None
        else None,
    )
