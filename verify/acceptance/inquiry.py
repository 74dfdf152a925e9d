"""Ask for a material in the ways that are open: license, then register, then department.

The next is asked only where the former does not serve, the department only where nothing was
found, something was denied or a register is silent.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Self

from certs.regions import RegionCode
from verify.acceptance.asking_once import asked_once
from verify.acceptance.budgets import Deadline, within
from verify.acceptance.lookups import Lookup, Said
from verify.acceptance.notices import CaseMaterial
from verify.acceptance.ports import (
    DataSource,
    DepartmentOffice,
    DepartmentQuestion,
    LicenseFinder,
    Reply,
)
from verify.acceptance.probes import source_of_register
from verify.acceptance.reach import Recognition
from verify.acceptance.reasons import LookupResult
from verify.acceptance.records import Case
from verify.acceptance.search import SearchResult, search
from verify.errors import SourceSilentError
from verify.matters.ways import (
    CancelledRule,
    CommitmentRule,
    DataRule,
    DeferralRule,
    DepartmentRule,
    LicenseRule,
    Rule,
    Way,
)
from verify.mutual_recognition import MutualRecognition

_RESULTS = {Reply.CONFIRMED: LookupResult.CONFIRMED, Reply.DENIED: LookupResult.DENIED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """查询: whom a window can ask.

    Attributes:
        finders: The registers of licenses, the own region's first.
        sources: The registers of facts.
        departments: Where questions to departments go.
        agreements: Returns the agreements (授信约定) of the trust list as it stands.
    """

    finders: Sequence[LicenseFinder]
    sources: DataSource
    departments: DepartmentOffice
    agreements: Callable[[], tuple[MutualRecognition, ...]] = tuple

    def once(self) -> Self:
        """Return the same for one opening: no register of licenses is asked a question twice."""
        return replace(self, finders=asked_once(self.finders))

    def ask(
        self,
        case: Case,
        item: CaseMaterial,
        *,
        now: datetime,
        deadline: Deadline | None = None,
    ) -> tuple[Said, ...]:
        """Ask anew for one material, and return what was said, in the order of asking.

        A department is asked once; after that its answers are read, and its time may pass.
        Whoever has not answered by the deadline is silent; without one it begins to run now.
        """
        end = Deadline.after() if deadline is None else deadline
        told: list[Said] = []
        standing = item.lookup_by(Way.DEPARTMENT_CHECK)
        seen = replace(item, lookups=())
        while (rule := _next_rule(seen)) is not None:
            if isinstance(rule, DepartmentRule) and standing is not None:
                break
            told.append(self._ask(rule, case, item, now, end))
            seen = seen.with_said(told[-1])
        if standing is not None and seen.serving is None:
            told += self._heard(standing, now)
        return tuple(told)

    @property
    def own(self) -> RegionCode:
        """The region of the window."""
        return self.finders[0].region

    def hear(self, item: CaseMaterial, *, now: datetime) -> tuple[Said, ...]:
        """Return what became of a question to a department, without asking anybody anew.

        Where something else serves, nobody waits for it.
        """
        standing = item.lookup_by(Way.DEPARTMENT_CHECK)
        if standing is None or item.serving not in {None, Way.DEPARTMENT_CHECK}:
            return ()
        return self._heard(standing, now)

    def _ask(
        self, rule: Rule, case: Case, item: CaseMaterial, now: datetime, deadline: Deadline
    ) -> Said:
        match rule:
            case LicenseRule():
                return self._search(rule, case, item, now, deadline)
            case DataRule():
                return self._check(rule, case, item, now, deadline)
            case DepartmentRule():
                return self._put(rule, case, item, now)
            case CancelledRule() | CommitmentRule() | DeferralRule():
                raise AssertionError(f"nobody is asked by the way {rule.way}")

    def _search(
        self, rule: LicenseRule, case: Case, item: CaseMaterial, now: datetime, deadline: Deadline
    ) -> Said:
        found = search(
            rule,
            case.owner(item.material),
            finders=self.finders,
            recognition=Recognition(
                accepting=self.own,
                matter=case.matter_code,
                agreements=self.agreements(),
                at=now,
            ),
            now=now,
            budget=deadline.left,
        )
        license = found.license
        return Said(
            way=rule.way,
            result=found.result,
            license=None if license is None else license.identifier,
            region=None if license is None else license.region,
            conclusion=None if license is None else license.conclusion,
            silent=found.silent,
            outside=found.outside,
            looked_up_at=now,
            face=_face(rule, found),
        )

    def _check(
        self, rule: DataRule, case: Case, item: CaseMaterial, now: datetime, deadline: Deadline
    ) -> Said:
        (reply,) = within(deadline.left, [partial(self._reply, rule, case, item)])
        is_silent = reply is None
        return Said(
            way=rule.way,
            result=LookupResult.SOURCE_DOWN if reply is None else _RESULTS[reply],
            silent=(source_of_register(rule.source),) if is_silent else (),
            looked_up_at=now,
        )

    def _reply(self, rule: DataRule, case: Case, item: CaseMaterial) -> Reply | None:
        try:
            owner = case.owner(item.material)
            return self.sources.check(rule.source, rule.item, owner, case.situation)
        except SourceSilentError:
            return None

    def _put(self, rule: DepartmentRule, case: Case, item: CaseMaterial, now: datetime) -> Said:
        """Ask the department; where it cannot be reached its time runs all the same."""
        due_at = now + timedelta(hours=rule.answer_hours)
        question = DepartmentQuestion(
            case_id=case.id,
            material=item.material.code,
            department=rule.department,
            question_zh=rule.question_zh,
            question_en=rule.question_en,
            applicant=case.owner(item.material),
            asked_at=now,
            due_at=due_at,
        )
        try:
            taken = self.departments.ask(question)
        except SourceSilentError:
            taken = None
        return Said(
            way=rule.way,
            result=LookupResult.ASKED,
            due_at=due_at if taken is None else max(due_at, taken.due_at),
            reference=None if taken is None else taken.reference,
            looked_up_at=now,
        )

    def _heard(self, standing: Lookup, now: datetime) -> tuple[Said, ...]:
        """Return what became of a question since: a newer answer, or that its time has passed."""
        result = self._answer(standing)
        if result is None and standing.result is LookupResult.ASKED and _is_due(standing, now):
            result = LookupResult.TIMED_OUT
        if result is None or result is standing.result:
            return ()
        heard = Said(
            way=Way.DEPARTMENT_CHECK,
            result=result,
            due_at=standing.due_at,
            question=standing.number if standing.question is None else standing.question,
            reference=standing.reference,
            looked_up_at=now,
        )
        return (heard,)

    def _answer(self, standing: Lookup) -> LookupResult | None:
        if standing.reference is None:
            return None
        try:
            answers = self.departments.answers(standing.case_id)
        except SourceSilentError:
            return None
        own = [item.reply for item in answers if item.reference == standing.reference]
        return _RESULTS[own[-1]] if own else None


def _face(rule: LicenseRule, found: SearchResult) -> bytes | None:
    """Return the face to keep; a rule that needs no field needs the status alone."""
    is_kept = found.result is LookupResult.VALID and bool(rule.required_fields)
    return found.license.face if found.license is not None and is_kept else None


def _next_rule(item: CaseMaterial) -> Rule | None:
    way = item.next_way
    return None if way is None else item.rule(way)


def _is_due(asked: Lookup, now: datetime) -> bool:
    return asked.due_at is not None and asked.due_at <= now
