"""Stand-ins for the ports of the acceptance gate, and a matter that shows every result."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from types import TracebackType
from typing import Self

from certs.holder_codes import HolderCode, HolderCodeType
from certs.identifiers import LicenseIdentifier, LicenseTypeCode, SocialCreditCode
from certs.regions import RegionCode
from certs.statuses import StatusKind
from verify.acceptance.ports import FoundLicense
from verify.acceptance.reasons import LookupResult
from verify.acceptance.records import Applicant, Case, Decision, Lookup, PersonRole
from verify.conclusions import Conclusion
from verify.errors import (
    AlreadyDecidedError,
    CaseNotFoundError,
    RecordRefusedError,
    SourceSilentError,
)
from verify.matters.catalogue import Matter
from verify.matters.materials import Material, MaterialSource
from verify.matters.ways import LicenseRule

NOON = datetime(2026, 3, 18, 4, 0, tzinfo=UTC)
TYPE = LicenseTypeCode("11100000MB9TXY0149001")
WUHU = RegionCode("340200")
BAOJI = RegionCode("610300")
HOLDER = HolderCode(code_type=HolderCodeType.SOCIAL_CREDIT_CODE, code="11340200MB9TXY014H")
APPLICANT = Applicant(code=HOLDER, name="芜湖市镜湖区好味道餐饮店（样本）")
IDENTIFIER = LicenseIdentifier(
    type_code=TYPE, issuer_code=SocialCreditCode("11610300MB9TXY014E"), serial="JY26103020000017"
)
RULE = LicenseRule(
    license_types=(TYPE,), required_fields=("operator",), min_remaining_days=0, legal_basis="样本"
)
OWN = Material(code="own", name_zh="申请表", name_en="Form", source=MaterialSource.SELF)


def ruled(result: LookupResult) -> Material:
    """A government-issued material, named after the result its look-up has in the tests."""
    return Material(
        code=result.replace("_", "-"),
        name_zh="证照",
        name_en="License",
        source=MaterialSource.GOVERNMENT_ISSUED,
        rules=(RULE,),
    )


EVERY_RESULT = Matter(
    code="every-result",
    version=1,
    name_zh="样本事项",
    name_en="Sample",
    materials=(*(ruled(result) for result in LookupResult), OWN),
)
"""One material for each result of a look-up, and one without a rule."""


def a_case(case_id: str = "CAAAAAAAAAAAAAAAAAAAA", *, opened_at: datetime = NOON) -> Case:
    return Case(
        id=case_id,
        matter_code=EVERY_RESULT.code,
        matter_version=EVERY_RESULT.version,
        applicant=APPLICANT,
        operator="window",
        opened_at=opened_at,
    )


def a_lookup(case: Case, result: LookupResult, *, number: int = 1, at: datetime = NOON) -> Lookup:
    is_found = result.names_license
    passed = result in {LookupResult.VALID, LookupResult.MISMATCH}
    conclusion = Conclusion.PASSED if passed else Conclusion.FAILED
    return Lookup(
        case_id=case.id,
        material=ruled(result).code,
        number=number,
        result=result,
        license=IDENTIFIER if is_found else None,
        region=BAOJI if is_found else None,
        conclusion=conclusion if is_found else None,
        looked_up_at=at,
    )


def a_license(**changes: object) -> FoundLicense:
    """A license that serves ``RULE``, but for the changes."""
    parts: dict[str, object] = {
        "identifier": IDENTIFIER,
        "region": BAOJI,
        "holder": HOLDER,
        "holder_name": APPLICANT.name,
        "status": StatusKind.ACTIVE,
        "valid_to": date(2031, 3, 17),
        "fields": frozenset({"operator", "premises"}),
        "conclusion": Conclusion.PASSED,
    }
    return FoundLicense(**{**parts, **changes})  # type: ignore[arg-type]  # tests name the parts


@dataclass
class SetClock:
    """A clock that a test moves."""

    instant: datetime = NOON

    def now(self) -> datetime:
        return self.instant

    def advance(self, by: timedelta) -> None:
        self.instant += by


@dataclass
class FakeFinder:
    """A region's register that holds what a test puts in, and can fall silent."""

    region: RegionCode
    found: list[FoundLicense] = field(default_factory=list)
    is_silent: bool = False
    questions: list[tuple[HolderCode, LicenseTypeCode]] = field(default_factory=list)

    def find(self, holder: HolderCode, license_type: LicenseTypeCode) -> tuple[FoundLicense, ...]:
        self.questions.append((holder, license_type))
        if self.is_silent:
            raise SourceSilentError(self.region.value)
        return tuple(self.found)


@dataclass
class MemoryCases:
    """Cases in dictionaries."""

    matters: dict[tuple[str, int], Matter] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    lookups: dict[tuple[str, str, int], Lookup] = field(default_factory=dict)
    kept_decisions: dict[tuple[str, str], Decision] = field(default_factory=dict)
    roles: set[tuple[str, PersonRole]] = field(default_factory=set)

    def publish(self, matter: Matter) -> None:
        key = (matter.code, matter.version)
        if _shape(self.matters.setdefault(key, matter)) != _shape(matter):
            raise RecordRefusedError("matters_append_only")

    def add(self, case: Case, matter: Matter) -> None:
        is_published = (matter.code, matter.version) in self.matters
        has_role = (case.operator, PersonRole.ACCEPTANCE) in self.roles
        if case.id in self.cases or not is_published or not has_role:
            raise RecordRefusedError("cases")
        self.cases[case.id] = case

    def get(self, case_id: str) -> Case:
        if case_id not in self.cases:
            raise CaseNotFoundError(case_id)
        return self.cases[case_id]

    def hold(self, case_id: str) -> None:
        """Units in memory come one after the other."""

    def recent(self, limit: int) -> tuple[Case, ...]:
        newest = sorted(self.cases.values(), key=lambda case: case.opened_at, reverse=True)
        return tuple(newest[:limit])

    def add_lookup(self, lookup: Lookup) -> None:
        key = (lookup.case_id, lookup.material, lookup.number)
        material = self._material(lookup.case_id, lookup.material)
        if key in self.lookups or material is None or material.license_rule is None:
            raise RecordRefusedError("lookups")
        self.lookups[key] = lookup

    def latest_lookups(self, case_id: str) -> Mapping[str, Lookup]:
        ordered = sorted(self.lookups.values(), key=lambda lookup: lookup.number)
        return {lookup.material: lookup for lookup in ordered if lookup.case_id == case_id}

    def add_decision(self, decision: Decision) -> None:
        key = (decision.case_id, decision.material)
        if key in self.kept_decisions:
            raise AlreadyDecidedError(decision.material)
        if decision.lookup != self.latest_lookups(decision.case_id).get(decision.material):
            raise RecordRefusedError("material_decisions_latest_lookup")
        self.kept_decisions[key] = decision

    def decisions(self, case_id: str) -> Mapping[str, Decision]:
        kept = self.kept_decisions.values()
        return {item.material: item for item in kept if item.case_id == case_id}

    def grant_role(self, person: str, role: PersonRole) -> None:
        self.roles.add((person, role))

    def withdraw_role(self, person: str, role: PersonRole) -> None:
        self.roles.discard((person, role))

    def holds_role(self, person: str, role: PersonRole) -> bool:
        return (person, role) in self.roles

    def _material(self, case_id: str, code: str) -> Material | None:
        case = self.cases.get(case_id)
        if case is None:
            return None
        return self.matters[case.matter_code, case.matter_version].material(code)


class MemoryWork:
    """A unit of work over ``MemoryCases``: without a commit nothing is kept."""

    def __init__(self, kept: MemoryCases) -> None:
        self._kept = kept
        self.cases = kept

    def __call__(self) -> Self:
        return self

    def __enter__(self) -> Self:
        self.cases = deepcopy(self._kept)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.cases = self._kept

    def commit(self) -> None:
        self._kept = self.cases


def _shape(matter: Matter) -> list[tuple[str, str, str]]:
    return [(item.code, item.source, item.way) for item in matter.materials]
