"""Ask for a material in the ways that are open: license, then register, then department.

The next is asked only where the former does not serve, the department only where nothing was
found, something was denied or a register is silent.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Self

from certs.regions import RegionCode
from verify.acceptance.asking_once import asked_once
from verify.acceptance.budgets import BUDGET, Deadline, each_at_once, in_turn, within
from verify.acceptance.gathering import Need, gather
from verify.acceptance.lookups import Lookup, Said, Statement
from verify.acceptance.notices import CaseMaterial
from verify.acceptance.ports import (
    DataSource,
    DepartmentAnswer,
    DepartmentOffice,
    DepartmentQuestion,
    FoundLicense,
    LicenseFinder,
    Reply,
)
from verify.acceptance.probes import source_of_register
from verify.acceptance.reach import Recognition, reach_of
from verify.acceptance.reasons import LookupResult
from verify.acceptance.records import Case
from verify.acceptance.search import Hear, SearchResult, judge, search, stands_by
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
        at_once: How several registers of licenses are heard.
    """

    finders: Sequence[LicenseFinder]
    sources: DataSource
    departments: DepartmentOffice
    agreements: Callable[[], tuple[MutualRecognition, ...]] = tuple
    at_once: Hear = within

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

    def ask_together(
        self, case: Case, items: Sequence[CaseMaterial], *, now: datetime, deadline: Deadline
    ) -> list[tuple[Said, ...]]:
        """Ask for several materials of a new case: each register of licenses hears one question.

        Returns:
            What was said of each, as ``ask`` says it.
        """
        recognition, finders = self._recognition(case, now), tuple(self.finders)
        needs = {
            item.material.code: Need(
                rule=rule,
                owner=case.owner(item.material),
                reach=reach_of(rule, finders, recognition),
            )
            for item in items
            if isinstance(rule := _next_rule(item), LicenseRule)
        }
        is_served = partial(_has_valid, now=now)
        heard = gather(tuple(needs.values()), finders, is_served=is_served, deadline=deadline)
        informed = replace(self, finders=heard, at_once=in_turn)
        return informed.ask_each(case, items, now=now, deadline=deadline)

    def confirms(self, case: Case, item: CaseMaterial, *, now: datetime) -> bool:
        """Tell whether the register that gave the license for a material still stands by it.

        True also where no license served, or where that register is silent now.
        """
        rule, lookup = item.rule(Way.E_LICENSE), item.lookup_by(Way.E_LICENSE)
        if not isinstance(rule, LicenseRule) or lookup is None or not lookup.result.serves:
            return True
        owner = case.owner(item.material)
        registers = [finder for finder in self.finders if finder.region == lookup.region]
        ask = [partial(stands_by, finder, lookup, rule, owner, now=now) for finder in registers]
        answers = within(BUDGET, ask)
        return bool(answers) and False not in answers

    def ask_each(
        self, case: Case, items: Sequence[CaseMaterial], *, now: datetime, deadline: Deadline
    ) -> list[tuple[Said, ...]]:
        """Ask anew for each material; where licenses do not serve, others are asked at once."""
        told: dict[str, tuple[Said, ...]] = {item.material.code: () for item in items}
        for item in items:
            rule = _next_rule(item)
            if isinstance(rule, LicenseRule):
                told[item.material.code] = (self._search(rule, case, item, now, deadline),)
        left = [item for item in items if _seen(item, told).next_way is not None]
        ask = partial(self.ask, case, now=now, deadline=deadline)
        rest = each_at_once([partial(ask, item) for item in left])
        told |= {item.material.code: said for item, said in zip(left, rest, strict=True)}
        return list(told.values())

    def _recognition(self, case: Case, now: datetime) -> Recognition:
        return Recognition(
            accepting=self.own,
            matter=case.matter_code,
            agreements=self.agreements(),
            at=now,
        )

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
            recognition=self._recognition(case, now),
            now=now,
            budget=deadline.left,
            hear=self.at_once,
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
            stated=None if license is None else _stated(license, now),
            face=_face(rule, found),
        )

    def _check(
        self, rule: DataRule, case: Case, item: CaseMaterial, now: datetime, deadline: Deadline
    ) -> Said:
        (reply,) = within(deadline.left, [partial(self._reply, rule, case, item)])
        is_silent = reply is None
        region = self.sources.region_of(rule.source)
        return Said(
            way=rule.way,
            result=LookupResult.SOURCE_DOWN if reply is None else _RESULTS[reply],
            silent=(source_of_register(rule.source),) if is_silent else (),
            looked_up_at=now,
            # A register answers when it is asked; nothing of it is kept.
            stated=None if region is None or is_silent else Statement(by=region, at=now),
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
        answer = self._answer(standing)
        result = None if answer is None else _RESULTS[answer.reply]
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
            stated=None if answer is None else answer.stated,
        )
        return (heard,)

    def _answer(self, standing: Lookup) -> DepartmentAnswer | None:
        if standing.reference is None:
            return None
        try:
            answers = self.departments.answers(standing.case_id)
        except SourceSilentError:
            return None
        own = [item for item in answers if item.reference == standing.reference]
        return own[-1] if own else None


def _stated(license: FoundLicense, now: datetime) -> Statement:
    """Return whose word a license found is; of two words the older: it rests on both."""
    return Statement(by=license.region, at=license.stated_at or now)


def _face(rule: LicenseRule, found: SearchResult) -> bytes | None:
    """Return the face to keep; a rule that needs no field needs the status alone."""
    is_kept = found.result is LookupResult.VALID and bool(rule.required_fields)
    return found.license.face if found.license is not None and is_kept else None


def _next_rule(item: CaseMaterial) -> Rule | None:
    way = item.next_way
    return None if way is None else item.rule(way)


def _has_valid(need: Need, found: Sequence[FoundLicense], *, now: datetime) -> bool:
    """Tell whether one of the licenses serves a need, so that nobody else is asked."""
    return any(
        judge(license, need.rule, need.owner, now=now) is LookupResult.VALID for license in found
    )


def _seen(item: CaseMaterial, told: Mapping[str, Sequence[Said]]) -> CaseMaterial:
    """Return a material as it stands after what was said of it so far."""
    for said in told[item.material.code]:
        item = item.with_said(said)
    return item


def _is_due(asked: Lookup, now: datetime) -> bool:
    return asked.due_at is not None and asked.due_at <= now
