"""Stand-ins for the ports of the acceptance gate, and a matter that shows every result."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from types import TracebackType
from typing import Self

from certs.holder_codes import HolderCode, HolderCodeType
from certs.identifiers import LicenseIdentifier, LicenseTypeCode, SocialCreditCode
from certs.regions import RegionCode
from certs.statuses import StatusKind
from verify.acceptance.lookups import ASKED_WAYS, RESULTS, Lookup
from verify.acceptance.notices import CaseMaterial
from verify.acceptance.ports import (
    DepartmentAnswer,
    DepartmentQuestion,
    FoundLicense,
    Reply,
    TakenQuestion,
)
from verify.acceptance.reasons import LookupResult
from verify.acceptance.records import Applicant, Case, Decision, PersonRole
from verify.conclusions import Conclusion
from verify.errors import (
    AlreadyDecidedError,
    CaseNotFoundError,
    RecordRefusedError,
    SourceSilentError,
)
from verify.matters.catalogue import Matter
from verify.matters.encoding import encode_matter
from verify.matters.materials import Material, MaterialSource
from verify.matters.situations import Answers
from verify.matters.ways import (
    CancelledRule,
    CommitmentRule,
    DataRule,
    DeferralKind,
    DeferralRule,
    DepartmentRule,
    LicenseRule,
    Risk,
    Way,
)

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
CANCELLED_RULE = CancelledRule(legal_basis="样本")
DATA_RULE = DataRule(
    source="register",
    item="item",
    question_zh="是否属实",
    question_en="Is it so",
    legal_basis="样本",
)
DEPARTMENT_RULE = DepartmentRule(
    department="department",
    question_zh="是否核发",
    question_en="Was it issued",
    answer_hours=24,
    legal_basis="样本",
)
COMMITMENT_RULE = CommitmentRule(
    text_zh="样本承诺",
    text_en="Sample",
    text_version=1,
    risk=Risk.LOW,
    follow_up_days=30,
    legal_basis="样本",
)
DEFERRAL_RULE = DeferralRule(kind=DeferralKind.LATER, due_days=10, legal_basis="样本")


def ruled(result: LookupResult) -> Material:
    """A government-issued material, named after the result its look-up has in the tests."""
    return STANDS[result.replace("_", "-")].material


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
    """A look-up of the license that `ruled` names."""
    return _license_lookup(case, ruled(result).code, result, number=number, at=at)


def _license_lookup(
    case: Case, material: str, result: LookupResult, *, number: int = 1, at: datetime = NOON
) -> Lookup:
    is_found = result.names_license
    passed = result in {LookupResult.VALID, LookupResult.MISMATCH}
    conclusion = Conclusion.PASSED if passed else Conclusion.FAILED
    return Lookup(
        case_id=case.id,
        material=material,
        number=number,
        way=Way.E_LICENSE,
        result=result,
        license=IDENTIFIER if is_found else None,
        region=BAOJI if is_found else None,
        conclusion=conclusion if is_found else None,
        looked_up_at=at,
    )


LICENSE_RESULTS = [item for item in LookupResult if item in RESULTS[Way.E_LICENSE]]


@dataclass(frozen=True, kw_only=True)
class Stand:
    """A material, and what was said of it in each way that is open for it."""

    code: str
    license: LookupResult | None = None
    data: LookupResult | None = None
    department: LookupResult | None = None
    is_cancelled: bool = False
    is_flexible: bool = False
    """May be declared, and may follow."""
    has_department: bool = False
    """A department may be asked, and was not."""

    @property
    def material(self) -> Material:
        flexible = (COMMITMENT_RULE, DEFERRAL_RULE) if self.is_flexible else ()
        spared = (
            (CANCELLED_RULE, self.is_cancelled),
            (RULE, self.license is not None),
            (DATA_RULE, self.data is not None),
            (DEPARTMENT_RULE, self.department is not None or self.has_department),
        )
        rules = tuple(rule for rule, is_there in spared if is_there)
        issued = MaterialSource.GOVERNMENT_ISSUED
        return Material(
            code=self.code,
            name_zh="材料",
            name_en="Material",
            source=issued if rules else MaterialSource.SELF,
            rules=(*rules, *flexible),
        )

    def lookups(self, case: Case) -> tuple[Lookup, ...]:
        """Everything that was said, the question to a department included."""
        return tuple(self._lookups(case))

    def item(self, case: Case) -> CaseMaterial:
        latest = {lookup.way: lookup for lookup in self.lookups(case)}
        return CaseMaterial(
            case_id=case.id,
            material=self.material,
            day=case.opened_on,
            lookups=tuple(latest.values()),
        )

    def _lookups(self, case: Case) -> Iterator[Lookup]:
        if self.license is not None:
            yield _license_lookup(case, self.code, self.license)
        if self.data is not None:
            yield Lookup(
                case_id=case.id,
                material=self.code,
                number=1,
                way=Way.DATA_CHECK,
                result=self.data,
                looked_up_at=NOON,
            )
        if self.department is None:
            return
        is_open = self.department is LookupResult.ASKED
        asked = Lookup(
            case_id=case.id,
            material=self.code,
            number=1,
            way=Way.DEPARTMENT_CHECK,
            result=LookupResult.ASKED,
            due_at=NOON + timedelta(hours=24 if is_open else -24),
            reference="Q1",
            looked_up_at=NOON - timedelta(hours=0 if is_open else 48),
        )
        yield asked
        if not is_open:
            yield replace(
                asked,
                number=2,
                result=self.department,
                question=1,
                looked_up_at=NOON - timedelta(hours=1),
            )


_R = LookupResult
STANDS = {
    stand.code: stand
    for stand in (
        *(Stand(code=item.replace("_", "-"), license=item) for item in LICENSE_RESULTS),
        Stand(code="own"),
        Stand(code="own-flexible", is_flexible=True),
        Stand(code="abolished", is_cancelled=True),
        Stand(code="register-confirms", data=_R.CONFIRMED, is_flexible=True),
        Stand(code="register-denies", data=_R.DENIED),
        Stand(code="register-silent", data=_R.SOURCE_DOWN),
        Stand(code="department-asked", department=_R.ASKED, is_flexible=True),
        Stand(code="department-confirms", department=_R.CONFIRMED, is_flexible=True),
        Stand(code="department-denies", department=_R.DENIED, is_flexible=True),
        Stand(code="department-overdue", department=_R.TIMED_OUT),
        Stand(code="department-unasked", license=_R.NONE, has_department=True),
        Stand(code="valid-flexible", license=_R.VALID, is_flexible=True),
        Stand(code="expired-flexible", license=_R.EXPIRED, is_flexible=True),
        Stand(code="none-asked", license=_R.NONE, department=_R.ASKED),
        Stand(code="none-confirmed", license=_R.NONE, department=_R.CONFIRMED),
        Stand(code="none-denied", license=_R.NONE, department=_R.DENIED),
        Stand(code="none-overdue", license=_R.NONE, department=_R.TIMED_OUT),
        Stand(code="none-registered", license=_R.NONE, data=_R.CONFIRMED),
        Stand(code="expired-asked", license=_R.EXPIRED, department=_R.ASKED),
        Stand(code="expired-confirmed", license=_R.EXPIRED, department=_R.CONFIRMED),
        Stand(code="silent-overdue", license=_R.SOURCE_DOWN, department=_R.TIMED_OUT),
        Stand(
            code="all-denied",
            license=_R.NONE,
            data=_R.DENIED,
            department=_R.DENIED,
            is_flexible=True,
        ),
    )
}
"""Materials in every standing, by their codes."""

OWN = STANDS["own"].material
EVERY_RESULT = Matter(
    code="every-result",
    version=1,
    name_zh="样本事项",
    name_en="Sample",
    materials=tuple(stand.material for stand in STANDS.values()),
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
    lookups: dict[tuple[str, str, Way, int], Lookup] = field(default_factory=dict)
    kept_decisions: dict[tuple[str, str], Decision] = field(default_factory=dict)
    roles: set[tuple[str, PersonRole]] = field(default_factory=set)

    def publish(self, matter: Matter) -> None:
        key = (matter.code, matter.version)
        if self.matters.setdefault(key, matter) != matter:
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

    def definitions(self) -> tuple[bytes, ...]:
        return tuple(encode_matter(matter) for _, matter in sorted(self.matters.items()))

    def add_lookup(self, lookup: Lookup) -> None:
        key = (lookup.case_id, lookup.material, lookup.way, lookup.number)
        item = self._item(lookup.case_id, lookup.material)
        if key in self.lookups or item is None or lookup.way not in item.ways:
            raise RecordRefusedError("lookups")
        question = (*key[:3], lookup.question)
        if lookup.question is not None and question not in self.lookups:
            raise RecordRefusedError("fk_lookups_question")
        self.lookups[key] = lookup

    def latest_lookups(self, case_id: str) -> Mapping[str, tuple[Lookup, ...]]:
        latest: dict[str, dict[Way, Lookup]] = {}
        for lookup in sorted(
            (item for item in self.lookups.values() if item.case_id == case_id),
            key=lambda item: (ASKED_WAYS.index(item.way), item.number),
        ):
            latest.setdefault(lookup.material, {})[lookup.way] = lookup
        return {material: tuple(ways.values()) for material, ways in latest.items()}

    def add_decision(self, decision: Decision) -> None:
        key = (decision.case_id, decision.material)
        if key in self.kept_decisions:
            raise AlreadyDecidedError(decision.material)
        item = self._item(*key)
        if item is None or decision.lookups != item.evidence:
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

    def _item(self, case_id: str, code: str) -> CaseMaterial | None:
        case = self.cases.get(case_id)
        if case is None:
            return None
        material = self.matters[case.matter_code, case.matter_version].material(code)
        if material is None or not material.when.holds(case.situation):
            return None
        return CaseMaterial(
            case_id=case_id,
            material=material,
            day=case.opened_on,
            lookups=self.latest_lookups(case_id).get(code, ()),
        )


@dataclass
class FakeSources:
    """Registers of facts that say what a test puts in; one that nobody put in is silent."""

    replies: dict[tuple[str, str], Reply] = field(default_factory=dict)
    questions: list[tuple[str, str, Applicant, Answers]] = field(default_factory=list)

    def check(self, source: str, item: str, applicant: Applicant, situation: Answers) -> Reply:
        self.questions.append((source, item, applicant, situation))
        if (source, item) not in self.replies:
            raise SourceSilentError(source)
        return self.replies[source, item]


@dataclass
class FakeOffice:
    """Departments that take questions, and answer when a test says so."""

    is_silent: bool = False
    questions: list[DepartmentQuestion] = field(default_factory=list)
    given: list[tuple[str, DepartmentAnswer]] = field(default_factory=list)

    def ask(self, question: DepartmentQuestion) -> TakenQuestion:
        self._check_open(question.department)
        self.questions.append(question)
        return TakenQuestion(reference=f"Q{len(self.questions)}", due_at=question.due_at)

    def answers(self, case_id: str) -> tuple[DepartmentAnswer, ...]:
        self._check_open("office")
        return tuple(answer for case, answer in self.given if case == case_id)

    def answer(self, number: int, reply: Reply) -> None:
        """Answer a question by its number, from 1."""
        asked = self.questions[number - 1]
        self.given.append((asked.case_id, DepartmentAnswer(reference=f"Q{number}", reply=reply)))

    def _check_open(self, name: str) -> None:
        if self.is_silent:
            raise SourceSilentError(name)


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
