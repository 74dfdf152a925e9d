"""The desk (受理台): what a window does with a case, each act one unit of work."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from verify.acceptance.gate import decide
from verify.acceptance.ports import (
    AcceptanceWork,
    CaseRepository,
    LicenseFinder,
)
from verify.acceptance.records import (
    Applicant,
    Case,
    CaseMaterial,
    CaseView,
    Decision,
    DecisionRequest,
    Lookup,
    PersonRole,
    random_case_id,
)
from verify.acceptance.search import SearchResult, search
from verify.errors import FormNotPossibleError, RoleMissingError
from verify.matters.catalogue import MatterCatalogue
from verify.ports import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptanceDesk:
    """受理台 of one region.

    Registers are asked before a unit of work begins: a slow region must not hold the
    database's write lock.

    Attributes:
        matters: 事项清单.
        finders: The registers to ask, the own region's first.
        unit_of_work: Opens a unit of work.
        clock: Tells the time.
    """

    matters: MatterCatalogue
    finders: Sequence[LicenseFinder]
    unit_of_work: Callable[[], AcceptanceWork]
    clock: Clock

    def open_case(self, matter_code: str, applicant: Applicant, *, operator: str) -> CaseView:
        """Open a case (收件): look up every material that a rule names, answer item by item.

        Raises:
            MatterNotFoundError: No matter has the code.
            RoleMissingError: The operator may not accept cases.
        """
        matter = self.matters.latest(matter_code)
        now = self.clock.now()
        with self.unit_of_work() as work:
            _check_operator(work.cases, operator)
        case = Case(
            id=random_case_id(),
            matter_code=matter.code,
            matter_version=matter.version,
            applicant=applicant,
            operator=operator,
            opened_at=now,
        )
        lookups = [
            _lookup(
                CaseMaterial(case_id=case.id, material=material),
                search(material.license_rule, applicant, finders=self.finders, now=now),
                now=now,
            )
            for material in matter.materials
            if material.license_rule is not None
        ]
        with self.unit_of_work() as work:
            work.cases.add(case, matter)
            for lookup in lookups:
                work.cases.add_lookup(lookup)
            view = self._view(work, case.id)
            work.commit()
        return view

    def view_case(self, case_id: str) -> CaseView:
        """Return a case as it stands.

        Raises:
            CaseNotFoundError: There is none.
            MatterNotFoundError: The matter it cites is not at hand.
        """
        with self.unit_of_work() as work:
            return self._view(work, case_id)

    def look_up(self, case_id: str, material: str) -> CaseMaterial:
        """Look a material's license up again.

        Raises:
            CaseNotFoundError: There is no such case.
            MaterialNotFoundError: The case does not ask for the material.
            FormNotPossibleError: No rule names a license for it.
        """
        now = self.clock.now()
        view = self.view_case(case_id)
        rule = view.material(material).material.license_rule
        if rule is None:
            raise FormNotPossibleError(f"no rule names a license for {material}")
        found = search(rule, view.case.applicant, finders=self.finders, now=now)
        with self.unit_of_work() as work:
            work.cases.hold(case_id)
            # Read again: another window may have looked up meanwhile.
            item = self._view(work, case_id).material(material)
            work.cases.add_lookup(_lookup(item, found, now=now))
            item = self._view(work, case_id).material(material)
            work.commit()
        return item

    def decide(self, case_id: str, material: str, request: DecisionRequest) -> Decision:
        """Record how a material is had, if the gate lets it pass.

        Raises:
            CaseNotFoundError: There is no such case.
            MaterialNotFoundError: The case does not ask for the material.
            DecisionRefusedError: The gate refuses; ``DemandRefusedError`` while a valid
                e-license serves.
            RecordRefusedError: The database refuses, though the gate did not.
        """
        with self.unit_of_work() as work:
            work.cases.hold(case_id)
            item = self._view(work, case_id).material(material)
            _check_operator(work.cases, request.operator)
            decision = decide(
                request,
                item,
                approvers=_approvers(work.cases, request),
                now=self.clock.now(),
            )
            work.cases.add_decision(decision)
            work.commit()
        return decision

    def _view(self, work: AcceptanceWork, case_id: str) -> CaseView:
        case = work.cases.get(case_id)
        matter = self.matters.version(case.matter_code, case.matter_version)
        lookups = work.cases.latest_lookups(case_id)
        decisions = work.cases.decisions(case_id)
        return CaseView(
            case=case,
            matter=matter,
            materials=tuple(
                CaseMaterial(
                    case_id=case_id,
                    material=material,
                    lookup=lookups.get(material.code),
                    decision=decisions.get(material.code),
                )
                for material in matter.materials
            ),
        )


def _lookup(item: CaseMaterial, found: SearchResult, *, now: datetime) -> Lookup:
    license = found.license
    return Lookup(
        case_id=item.case_id,
        material=item.material.code,
        number=1 if item.lookup is None else item.lookup.number + 1,
        result=found.result,
        license=None if license is None else license.identifier,
        region=None if license is None else license.region,
        conclusion=None if license is None else license.conclusion,
        looked_up_at=now,
    )


def _check_operator(cases: CaseRepository, operator: str) -> None:
    if not cases.holds_role(operator, PersonRole.ACCEPTANCE):
        raise RoleMissingError(operator, PersonRole.ACCEPTANCE)


def _approvers(cases: CaseRepository, request: DecisionRequest) -> frozenset[str]:
    """Return the approver named, if that person holds the role."""
    person = request.approver
    if person is None or not cases.holds_role(person, PersonRole.ACCEPTANCE_APPROVER):
        return frozenset()
    return frozenset({person})
