"""What the window needs from outside: registers of licenses, and a place to keep cases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum, unique
from typing import Protocol

from certs.holder_codes import HolderCode
from certs.identifiers import LicenseIdentifier, LicenseTypeCode
from certs.regions import RegionCode
from certs.statuses import StatusKind
from certs.transactions import Transaction
from verify.acceptance.holder_cases import HolderCaseBook
from verify.acceptance.lookups import Lookup, Statement
from verify.acceptance.probes import ProbeBook
from verify.acceptance.promises.ports import PromiseBook
from verify.acceptance.records import Applicant, Case, Decision, PersonRole
from verify.acceptance.refusals import RefusalBook
from verify.case_corrections.ports import CaseCorrectionBook
from verify.conclusions import Conclusion
from verify.matters.catalogue import Matter
from verify.matters.situations import Answers


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundLicense:
    """A license that a register returned, verified.

    Attributes:
        identifier: 电子证照标识.
        region: Where it is kept.
        holder: 持证主体代码.
        holder_name: 持证主体名称.
        status: 证照状态 now.
        valid_from: The first day of validity.
        valid_to: The last day of validity; None for 长期.
        fields: Names of the fields that hold a value. Values stay where they are.
        conclusion: The verdict of verifying file, seal and record, judged now.
        face: The face (PDF) that was verified, as the register gave it.
        sealed_at: When its face was sealed: nobody could have looked it up before.
        stated_at: When its region said how it stands: the oldest word that the verdict rests on.
    """

    identifier: LicenseIdentifier
    region: RegionCode
    holder: HolderCode
    holder_name: str
    status: StatusKind
    valid_to: date | None
    fields: frozenset[str]
    conclusion: Conclusion
    valid_from: date | None = None
    sealed_at: datetime | None = None
    stated_at: datetime | None = None
    face: bytes = field(repr=False)


class LicenseFinder(Protocol):
    """One region's register of licenses."""

    @property
    def region(self) -> RegionCode:
        """The region that keeps it."""
        ...

    def find(
        self, holder: HolderCode, license_types: Sequence[LicenseTypeCode]
    ) -> tuple[FoundLicense, ...]:
        """Return the holder's licenses of these types, each verified; superseded ones left out.

        Raises:
            SourceSilentError: The region did not answer. That is never the same as "none".
        """
        ...


@unique
class Reply(StrEnum):
    """What a register of facts or a department says to a question."""

    CONFIRMED = "confirmed"
    DENIED = "denied"


class DataSource(Protocol):
    """The registers of facts (数据源) that can be asked, by their names."""

    def check(self, source: str, item: str, applicant: Applicant, situation: Answers) -> Reply:
        """Ask whether what a material would show is so (数据共享核验).

        Args:
            source: The name of the register, as matters have it.
            item: What is asked, by the register's name for it.
            applicant: Of whom.
            situation: What the applicant said.

        Raises:
            SourceSilentError: The register did not answer, or none has the name. That is never
                the same as "denied".
        """
        ...

    def region_of(self, source: str) -> RegionCode | None:
        """Return the region whose register has the name, or None."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentQuestion:
    """部门核验: what the department that issued a material is asked.

    Attributes:
        case_id: The case that asks.
        material: Code of the material.
        department: The department's short name, as matters have it.
        question_zh: What is asked, in Chinese.
        question_en: The same in English.
        applicant: Of whom.
        asked_at: When.
        due_at: Until when it has to answer, at the soonest.
    """

    case_id: str
    material: str
    department: str
    question_zh: str
    question_en: str
    applicant: Applicant
    asked_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenQuestion:
    """A question that a department has taken.

    Attributes:
        reference: The number under which the department keeps it.
        due_at: Until when it answers.
    """

    reference: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentAnswer:
    """What a department said to a question.

    Attributes:
        reference: The number of the question.
        reply: What it says.
        stated: Of which region it is, and when its answer was heard.
    """

    reference: str
    reply: Reply
    stated: Statement | None = None


class DepartmentOffice(Protocol):
    """Where questions to departments go, and where their answers come in."""

    def ask(self, question: DepartmentQuestion) -> TakenQuestion:
        """Put a question to a department.

        Raises:
            SourceSilentError: It could not be reached.
        """
        ...

    def answers(self, case_id: str) -> tuple[DepartmentAnswer, ...]:
        """Return the answers that came in for a case, in the order in which they came.

        Raises:
            SourceSilentError: The office itself cannot be reached.
        """
        ...


class CaseRepository(Protocol):
    """Where cases are kept. Everything in it is added once and never changed."""

    def publish(self, matter: Matter) -> None:
        """Keep a version of a matter, so that cases may cite it; again is no error.

        Raises:
            RecordRefusedError: The version is kept already and says something else.
        """
        ...

    def definitions(self) -> tuple[bytes, ...]:
        """Return every matter that is kept, as `verify.matters.encoding` wrote it."""
        ...

    def add(self, case: Case, matter: Matter) -> None:
        """Keep a new case with the materials that its situation calls for.

        Raises:
            RecordRefusedError: The matter is not published, or the operator lacks the role.
        """
        ...

    def get(self, case_id: str) -> Case:
        """Return a case.

        Raises:
            CaseNotFoundError: There is none.
        """
        ...

    def hold(self, case_id: str) -> None:
        """Let no other unit of work hold the case until this one ends; wait for one that does."""
        ...

    def add_lookups(self, lookups: Sequence[Lookup]) -> None:
        """Keep several look-ups, all or none; see ``add_lookup``."""
        ...

    def add_lookup(self, lookup: Lookup) -> None:
        """Keep a look-up.

        Raises:
            RecordRefusedError: Its number is taken, or the way is not open for the material.
        """
        ...

    def latest_lookups(self, case_id: str) -> Mapping[str, tuple[Lookup, ...]]:
        """Return the latest look-up of each way, by the material's code."""
        ...

    def lookups_of(self, case_id: str) -> tuple[Lookup, ...]:
        """Return every look-up of a case, by material, in the order of ways and numbers."""
        ...

    def add_decision(self, decision: Decision) -> None:
        """Keep a decision.

        Raises:
            AlreadyDecidedError: Somebody was faster.
            RecordRefusedError: A rule of the gate is broken.
        """
        ...

    def decisions(self, case_id: str) -> Mapping[str, Decision]:
        """Return the decisions of a case by the material's code."""
        ...

    def recent(self, limit: int) -> tuple[Case, ...]:
        """Return the newest cases, newest first."""
        ...

    def grant_role(self, person: str, role: PersonRole) -> None:
        """Give a person a role; again is no error."""
        ...

    def withdraw_role(self, person: str, role: PersonRole) -> None:
        """Take a role away; what the person did with it stays."""
        ...

    def holds_role(self, person: str, role: PersonRole) -> bool:
        """Tell whether a person holds a role now."""
        ...


class AcceptanceWork(Transaction, Protocol):
    """A unit of work: all of it is kept, or nothing."""

    @property
    def cases(self) -> CaseRepository:
        """The cases."""
        ...

    @property
    def holder_cases(self) -> HolderCaseBook:
        """Whose they are."""
        ...

    @property
    def case_corrections(self) -> CaseCorrectionBook:
        """What cases raise at issuers."""
        ...

    @property
    def promises(self) -> PromiseBook:
        """What was declared and deferred."""
        ...

    @property
    def refusals(self) -> RefusalBook:
        """What the gate refused."""
        ...

    @property
    def source_probes(self) -> ProbeBook:
        """What probes of sources found."""
        ...
