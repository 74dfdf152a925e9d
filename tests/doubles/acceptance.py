"""Stand-ins for the ports of the acceptance gate, and the rules of a sample matter."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from certs.holder_codes import HolderCode, HolderCodeType
from certs.holder_keys import HolderKeys
from certs.identifiers import LicenseIdentifier, LicenseTypeCode, SocialCreditCode
from certs.regions import RegionCode
from certs.statuses import StatusKind
from verify.acceptance.ports import (
    AcceptanceWork,
    DepartmentAnswer,
    DepartmentQuestion,
    FoundLicense,
    Reply,
    TakenQuestion,
)
from verify.acceptance.probes import Probe, SourceState
from verify.acceptance.reach import Recognition
from verify.acceptance.records import Applicant
from verify.conclusions import Conclusion
from verify.errors import SourceSilentError
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
)

NOON = datetime(2026, 3, 18, 4, 0, tzinfo=UTC)
TYPE = LicenseTypeCode("11100000MB9TXY0149001")
KEY_OF = HolderKeys(bytes(32)).of
WUHU = RegionCode("340200")
BAOJI = RegionCode("610300")
HOLDER = HolderCode(code_type=HolderCodeType.SOCIAL_CREDIT_CODE, code="11340200MB9TXY014H")
APPLICANT = Applicant(code=HOLDER, name="芜湖市镜湖区好味道餐饮店（样本）")
IDENTIFIER = LicenseIdentifier(
    type_code=TYPE, issuer_code=SocialCreditCode("11610300MB9TXY014E"), serial="JY26103020000017"
)
NO_AGREEMENTS = Recognition(accepting=WUHU, matter="open-restaurant", agreements=(), at=NOON)
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
        "face": b"%PDF-",
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

    def find(
        self, holder: HolderCode, license_types: Sequence[LicenseTypeCode]
    ) -> tuple[FoundLicense, ...]:
        self.questions += [(holder, item) for item in license_types]
        if self.is_silent:
            raise SourceSilentError(self.region.value)
        return tuple(self.found)


@dataclass
class FakeSources:
    """Registers of facts that say what a test puts in; one that nobody put in is silent."""

    region: RegionCode = BAOJI
    replies: dict[tuple[str, str], Reply] = field(default_factory=dict)
    questions: list[tuple[str, str, Applicant, Answers]] = field(default_factory=list)

    def region_of(self, source: str) -> RegionCode | None:
        return self.region if source else None

    def check(self, source: str, item: str, applicant: Applicant, situation: Answers) -> Reply:
        self.questions.append((source, item, applicant, situation))
        if (source, item) not in self.replies:
            raise SourceSilentError(source)
        return self.replies[source, item]


@dataclass
class FakeProber:
    """Finds sources down, but for those that a test says work, and writes it down."""

    unit_of_work: Callable[[], AcceptanceWork]
    clock: SetClock
    working: set[str] = field(default_factory=set)
    begun: list[frozenset[str]] = field(default_factory=list)
    """What was to be probed soon; it is not."""

    def begin(self, sources: Collection[str]) -> None:
        self.begun.append(frozenset(sources))

    def probe(self, sources: Collection[str]) -> None:
        with self.unit_of_work() as work:
            work.source_probes.add(
                [
                    Probe(
                        source=source,
                        state=SourceState.UP if source in self.working else SourceState.DOWN,
                        probed_at=self.clock.now(),
                    )
                    for source in sources
                ]
            )
            work.commit()


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
