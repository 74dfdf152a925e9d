"""The itemised answer (一次性告知): how each material of a case stands, and what serves it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from enum import StrEnum, unique

from verify.acceptance.lookups import ASKED_WAYS, Lookup, Said
from verify.acceptance.reasons import LookupResult, ReasonCode, reasons_for
from verify.acceptance.records import Case, Decision
from verify.case_errors import MaterialNotFoundError
from verify.matters.catalogue import Matter
from verify.matters.materials import Material
from verify.matters.ways import Rule, Way


@unique
class Outcome(StrEnum):
    """What the notice says of a material."""

    EXEMPT = "exempt"
    """Abolished: nobody needs it any more."""
    E_LICENSE = "e_license"
    """Attached, verified; nothing is to be brought."""
    DATA_CHECKED = "data_checked"
    """A register confirms it; nothing is to be brought."""
    DEPARTMENT_CHECKED = "department_checked"
    """The department confirms it; nothing is to be brought."""
    CHECK_RUNNING = "check_running"
    """The department was asked and has time to answer; until then nobody may ask for paper."""
    CHECK_REQUIRED = "check_required"
    """Looked up in vain, and no department was heard: nobody may ask for paper."""
    MAY_DEMAND = "may_demand"
    """Looked up in vain; paper may be demanded for one of the reasons allowed."""
    SELF_PROVIDED = "self_provided"
    """Only the applicant has it."""
    UNAVAILABLE = "unavailable"
    """A register is silent: nothing is known, and paper needs just that reason."""


_SERVED = {
    Way.EXEMPT: Outcome.EXEMPT,
    Way.E_LICENSE: Outcome.E_LICENSE,
    Way.DATA_CHECK: Outcome.DATA_CHECKED,
    Way.DEPARTMENT_CHECK: Outcome.DEPARTMENT_CHECKED,
}
_VAIN = frozenset({LookupResult.NONE, LookupResult.DENIED, LookupResult.SOURCE_DOWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMaterial:
    """A material of a case as it stands.

    Attributes:
        case_id: The case.
        material: What is asked for.
        day: The day the case was opened; rules that were in force then count.
        lookups: The latest look-up of each way that was asked.
        decision: How it is had, once that is decided.
        is_declared: Whether the applicant signed the declaration that its rule asks for.
    """

    case_id: str
    material: Material
    day: date
    lookups: tuple[Lookup, ...] = ()
    decision: Decision | None = None
    is_declared: bool = False

    @property
    def ways(self) -> frozenset[Way]:
        """The ways that are open."""
        return self.material.ways_on(self.day)

    @property
    def is_spared(self) -> bool:
        """Whether a rule spares the paper, if its way serves."""
        return any(way.exemption is not None for way in self.ways)

    @property
    def is_looked_up(self) -> bool:
        """Whether there is anybody to be asked for it."""
        return not self.ways.isdisjoint(ASKED_WAYS)

    def rule(self, way: Way) -> Rule | None:
        """Return the rule of a way, if the way is open."""
        return self.material.rule_for(way, self.day) if way in self.ways else None

    def lookup_by(self, way: Way) -> Lookup | None:
        """Return the latest look-up of one way."""
        return next((item for item in self.lookups if item.way is way), None)

    def placed(self, said: Said) -> Lookup:
        """Return what was said as the next look-up of its way; a face is kept elsewhere."""
        before = self.lookup_by(said.way)
        return Lookup(
            case_id=self.case_id,
            material=self.material.code,
            number=1 if before is None else before.number + 1,
            **{part.name: getattr(said, part.name) for part in fields(said) if part.compare},
        )

    def with_said(self, said: Said) -> "CaseMaterial":
        """Return the material as it stands once that was said."""
        others = (item for item in self.lookups if item.way is not said.way)
        return replace(self, lookups=(*others, self.placed(said)))

    @property
    def lookup(self) -> Lookup | None:
        """The latest look-up of the first way that was asked."""
        return next(filter(None, map(self.lookup_by, ASKED_WAYS)), None)

    @property
    def evidence(self) -> tuple[Lookup, ...]:
        """The look-ups that count, in the order of their ways: none beyond one that serves."""
        found: list[Lookup] = []
        for lookup in filter(None, map(self.lookup_by, ASKED_WAYS)):
            found.append(lookup)
            if lookup.result.serves:
                break
        return tuple(found)

    @property
    def silent_since(self) -> Mapping[str, datetime]:
        """The sources that were silent, and when they were last found so."""
        return {source: lookup.looked_up_at for lookup in self.evidence for source in lookup.silent}

    @property
    def serving(self) -> Way | None:
        """The way in which it is had now; None where none serves."""
        if Way.EXEMPT in self.ways:
            return Way.EXEMPT
        return next((item.way for item in self.evidence if item.result.serves), None)

    @property
    def next_way(self) -> Way | None:
        """The way in which somebody has to be asked next; None where nobody has."""
        if self.serving is not None:
            return None
        last: LookupResult | None = None
        for way in ASKED_WAYS:
            lookup = self.lookup_by(way)
            is_needed = way is not Way.DEPARTMENT_CHECK or last is None or last in _VAIN
            if lookup is None and way in self.ways and is_needed:
                return way
            last = lookup.result if lookup is not None else last
        return None

    @property
    def department_due_at(self) -> datetime | None:
        """Until when the department that was asked may answer; None where none has to."""
        lookup = self.lookup_by(Way.DEPARTMENT_CHECK)
        is_running = lookup is not None and lookup.result is LookupResult.ASKED
        return lookup.due_at if lookup is not None and is_running else None

    @property
    def lacks_department(self) -> bool:
        """Whether a department has to be heard, or to let its time pass, before a demand."""
        if self.serving is not None:
            return False
        if self.lookup_by(Way.DEPARTMENT_CHECK) is not None:
            return self.department_due_at is not None
        found = {item.result for item in self.evidence}
        is_vain = not found.isdisjoint({LookupResult.NONE, LookupResult.DENIED})
        return is_vain or self.next_way is Way.DEPARTMENT_CHECK

    @property
    def grounds(self) -> tuple[Lookup, ...]:
        """The look-ups that the reason of a demand may rest on; what serves stands alone."""
        if self.lacks_department:
            return ()
        serving = tuple(item for item in self.evidence if item.result.serves)
        return serving or self.evidence

    @property
    def outcome(self) -> Outcome:
        """What the notice says of it."""
        if self.serving is not None:
            return _SERVED[self.serving]
        if not self.is_spared:
            return Outcome.SELF_PROVIDED
        if self.department_due_at is not None:
            return Outcome.CHECK_RUNNING
        if self.lacks_department:
            return Outcome.CHECK_REQUIRED
        found = [item.result for item in self.evidence]
        if set(found) <= {LookupResult.SOURCE_DOWN}:
            return Outcome.UNAVAILABLE
        return Outcome.MAY_DEMAND

    @property
    def reasons_allowed(self) -> tuple[ReasonCode, ...]:
        """The reasons for which paper could be demanded; while something serves by two persons."""
        return reasons_for(*(item.result for item in self.grounds))

    @property
    def may_commit(self) -> bool:
        """Whether it may be declared (告知承诺) as things stand."""
        return self.serving is None and Way.COMMITMENT in self.ways

    @property
    def may_defer(self) -> bool:
        """Whether it may follow (容缺办理): by a rule, or while a register is silent."""
        is_silent = any(item.result is LookupResult.SOURCE_DOWN for item in self.evidence)
        return self.serving is None and (Way.DEFERRAL in self.ways or is_silent)

    @property
    def rule_shown(self) -> Rule | None:
        """The rule that the notice cites: that of the way that serves, or of the first open."""
        if self.serving is not None:
            return self.rule(self.serving)
        ways = (rule.way for rule in self.material.rules if rule.way in self.ways)
        return next(map(self.rule, ways), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """The itemised answer: what is not in it, nobody may ask for."""

    case: Case
    matter: Matter
    materials: tuple[CaseMaterial, ...]

    @property
    def licenses(self) -> frozenset[str]:
        """Identifiers of the licenses that look-ups of the case found."""
        lookups = (lookup for item in self.materials for lookup in item.lookups)
        return frozenset(str(lookup.license) for lookup in lookups if lookup.license is not None)

    def material(self, code: str) -> CaseMaterial:
        """Return one material.

        Raises:
            MaterialNotFoundError: The case does not ask for it.
        """
        for item in self.materials:
            if item.material.code == code:
                return item
        raise MaterialNotFoundError(self.case.id, code)
