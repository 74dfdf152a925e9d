"""What a receipt of a case says: of each material how it was obtained, and by which clause.

It is made from what is on record, so that the same record gives the same statement; a statement
that differs is a new version of the receipt.

Source: Administrative License Law (行政许可法), art. 32: the receipt of an application is written,
sealed and dated; art. 42 and 82: the decision follows within twenty working days.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum, unique
from typing import Final, Self

from certs import canonical
from certs.canonical import JsonValue
from certs.working_days import working_day_after
from signing.algorithms import sm3
from verify.acceptance.notices import CaseMaterial, CaseView
from verify.acceptance.promises.records import Promise, PromiseKind, StepKind
from verify.acceptance.reasons import REASONS
from verify.acceptance.records import DecisionRequest, Form
from verify.case_errors import CaseIncompleteError
from verify.matters.materials import Necessity
from verify.matters.ways import DataRule, DepartmentRule, Rule, Way

WORKING_DAYS: Final = 20
"""Within which a case is decided, unless its matter is quicker."""


@unique
class Obtained(StrEnum):
    """How a material was obtained (取得方式)."""

    EXEMPT = "exempt"
    DATA_CHECKED = "data_checked"
    DEPARTMENT_CHECKED = "department_checked"
    E_LICENSE = "e_license"
    DECLARED = "declared"
    FOLLOWS = "follows"
    WAIVED = "waived"
    AWAITED = "awaited"
    VOLUNTARY = "voluntary"
    DEMANDED = "demanded"
    SELF_PROVIDED = "self_provided"
    NOT_NEEDED = "not_needed"

    @property
    def is_brought(self) -> bool:
        """Whether the applicant brings it, so that the receipt stands for having been asked."""
        return self in _BROUGHT


_BROUGHT: Final = frozenset({Obtained.DEMANDED, Obtained.SELF_PROVIDED, Obtained.FOLLOWS})
_OF_WAYS: Final = {
    Way.E_LICENSE: Obtained.E_LICENSE,
    Way.DATA_CHECK: Obtained.DATA_CHECKED,
    Way.DEPARTMENT_CHECK: Obtained.DEPARTMENT_CHECKED,
}
_WAYS_OF_FORMS: Final = {
    Form.EXEMPT: Way.EXEMPT,
    Form.E_LICENSE: Way.E_LICENSE,
    Form.DATA_CHECK: Way.DATA_CHECK,
    Form.DEPARTMENT_CHECK: Way.DEPARTMENT_CHECK,
    Form.COMMITMENT: Way.COMMITMENT,
    Form.DEFERRAL: Way.DEFERRAL,
}
_OF_PROMISES: Final = {
    PromiseKind.COMMITMENT: Obtained.DECLARED,
    PromiseKind.LATER: Obtained.FOLLOWS,
    PromiseKind.REVIEWED_AFTER: Obtained.FOLLOWS,
    PromiseKind.WAIVED: Obtained.WAIVED,
    PromiseKind.RELEASED: Obtained.WAIVED,
    PromiseKind.AWAITED: Obtained.AWAITED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialLine:
    """One material on a receipt.

    Attributes:
        code: Its code in the matter.
        zh: Its name in Chinese.
        en: The same in English.
        obtained: How it was obtained.
        at: When that was recorded; None where it is not needed.
        basis: The clause, in Chinese; of a demand the clause that allows it.
        license: 电子证照标识, where a license serves.
        region: Where that license is kept.
        source: The register or the department that said so.
        until: The last day of what follows or is checked later.
        reason: Code of the reason of a demand.
        reason_zh: The reason in words.
        stands: What became of what was left open; empty while nothing did.
    """

    code: str
    zh: str
    en: str
    obtained: Obtained
    at: datetime | None = None
    basis: str = ""
    license: str = ""
    region: str = ""
    source: str = ""
    until: date | None = None
    reason: str = ""
    reason_zh: str = ""
    stands: str = ""

    def as_json(self) -> dict[str, JsonValue]:
        """Return the line as it is signed; what it does not say is left out."""
        value = {
            "code": self.code,
            "zh": self.zh,
            "en": self.en,
            "obtained": self.obtained.value,
            "at": self.at.isoformat() if self.at else "",
            "basis": self.basis,
            "license": self.license,
            "region": self.region,
            "source": self.source,
            "until": self.until.isoformat() if self.until else "",
            "reason": self.reason,
            "reason_zh": self.reason_zh,
            "stands": self.stands,
        }
        return {name: text for name, text in value.items() if text}


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStatement:
    """What a receipt says of its case.

    Attributes:
        case_id: The case.
        matter: Code and version of the matter.
        matter_zh: Its name.
        matter_en: The same in English.
        department: Who handles it, in Chinese; empty where that is not said.
        applicant: The applicant's name.
        applicant_code: Their code, masked.
        opened_at: When the case was opened.
        done_by: Until when it is decided.
        lines: The materials, in the order of the notice.
    """

    case_id: str
    matter: tuple[str, int]
    matter_zh: str
    matter_en: str
    department: str
    applicant: str
    applicant_code: str
    opened_at: datetime
    done_by: date
    lines: tuple[MaterialLine, ...]

    @classmethod
    def of(cls, view: CaseView, promises: Mapping[str, Promise]) -> Self:
        """Return what is said of a case.

        Args:
            view: The case.
            promises: What its decisions left open, by the material's code.

        Raises:
            CaseIncompleteError: A required material waits for its decision.
        """
        waiting = tuple(
            item.material.code
            for item in view.materials
            if item.decision is None and item.material.necessity is Necessity.REQUIRED
        )
        if waiting:
            raise CaseIncompleteError(waiting)
        case, matter = view.case, view.matter
        return cls(
            case_id=case.id,
            matter=(matter.code, matter.version),
            matter_zh=matter.name_zh,
            matter_en=matter.name_en,
            department=matter.department_zh,
            applicant=case.applicant.name,
            applicant_code=case.applicant.code.masked(),
            opened_at=case.opened_at,
            done_by=working_day_after(case.opened_on, WORKING_DAYS),
            lines=tuple(_line(item, promises.get(item.material.code)) for item in view.materials),
        )

    @property
    def not_to_be_asked(self) -> tuple[str, ...]:
        """The materials that nobody may ask the applicant for, by their codes."""
        return tuple(line.code for line in self.lines if not line.obtained.is_brought)

    def as_json(self) -> dict[str, JsonValue]:
        """Return the statement as it is signed."""
        code, version = self.matter
        return {
            "case": self.case_id,
            "matter": {
                "code": code,
                "version": version,
                "zh": self.matter_zh,
                "en": self.matter_en,
                "department": self.department,
            },
            "applicant": {"name": self.applicant, "code": self.applicant_code},
            "opened_at": self.opened_at.isoformat(),
            "done_by": self.done_by.isoformat(),
            "materials": [line.as_json() for line in self.lines],
            "not_to_be_asked": list(self.not_to_be_asked),
        }

    @property
    def digest(self) -> str:
        """SM3 of what is said, hexadecimal: a receipt is issued once for each."""
        return sm3(canonical.encode(self.as_json())).hex()


def _line(item: CaseMaterial, promise: Promise | None) -> MaterialLine:
    """Return what is said of a material."""
    material, decision = item.material, item.decision
    bare = MaterialLine(
        code=material.code,
        zh=material.name_zh,
        en=material.name_en,
        obtained=Obtained.NOT_NEEDED,
        at=decision.decided_at if decision is not None else None,
    )
    if decision is None:
        return bare
    served = _resolved(promise)
    if served is not None:
        return _served(bare, item, *served)
    request = decision.request
    way = _WAYS_OF_FORMS.get(request.form)
    if way in _OF_WAYS:
        return _served(bare, item, way, decision.decided_at)
    if promise is not None:
        return _promised(replace(bare, basis=_basis(item, way)), promise)
    if way is Way.EXEMPT:
        return replace(bare, obtained=Obtained.EXEMPT, basis=_basis(item, way))
    return _paper(bare, request, is_demand=decision.is_demand)


def _served(bare: MaterialLine, item: CaseMaterial, way: Way, at: datetime) -> MaterialLine:
    lookup, rule = item.lookup_by(way), item.rule(way)
    license = lookup.license if lookup is not None else None
    return replace(
        bare,
        obtained=_OF_WAYS[way],
        at=at,
        basis=_basis(item, way),
        license=str(license or ""),
        region=str(lookup.region or "") if lookup is not None else "",
        source=_source(rule),
    )


def _source(rule: Rule | None) -> str:
    match rule:
        case DataRule():
            return rule.source
        case DepartmentRule():
            return rule.department
        case _:
            return ""


def _promised(bare: MaterialLine, promise: Promise) -> MaterialLine:
    told = [step.kind for step in promise.steps if step.kind is not StepKind.REMINDED]
    return replace(
        bare,
        obtained=_OF_PROMISES[promise.kind],
        until=promise.due_on,
        stands=told[-1].value if told else "",
    )


def _paper(bare: MaterialLine, request: DecisionRequest, *, is_demand: bool) -> MaterialLine:
    if request.voluntary:
        return replace(bare, obtained=Obtained.VOLUNTARY)
    obtained = Obtained.DEMANDED if is_demand else Obtained.SELF_PROVIDED
    if request.reason is None:
        return replace(bare, obtained=obtained)
    reason = REASONS[request.reason]
    return replace(
        bare,
        obtained=obtained,
        reason=reason.code.value,
        reason_zh=reason.zh,
        basis=reason.legal_zh,
    )


def _resolved(promise: Promise | None) -> tuple[Way, datetime] | None:
    """Return the way that came to serve what was left open, and when."""
    steps = promise.steps if promise is not None else ()
    found = (step for step in steps if step.kind is StepKind.RESOLVED and step.way is not None)
    return next(((step.way, step.at) for step in found if step.way is not None), None)


def _basis(item: CaseMaterial, way: Way | None) -> str:
    rule = item.rule(way) if way is not None else None
    return rule.legal_basis if rule is not None else ""
