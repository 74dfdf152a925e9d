"""Cases in memory, for the window."""

from collections.abc import Collection, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from tests.doubles.promises import MemoryPromises
from tests.doubles.refusals import MemoryRefusals
from verify.acceptance.lookups import ASKED_WAYS, Lookup
from verify.acceptance.notices import CaseMaterial
from verify.acceptance.probes import Probe
from verify.acceptance.records import Case, Decision, PersonRole
from verify.errors import (
    AlreadyDecidedError,
    CaseNotFoundError,
    RecordRefusedError,
)
from verify.matters.catalogue import Matter
from verify.matters.encoding import encode_matter
from verify.matters.ways import (
    Way,
)


@dataclass
class MemoryCases:
    """Cases in dictionaries."""

    matters: dict[tuple[str, int], Matter] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    lookups: dict[tuple[str, str, Way, int], Lookup] = field(default_factory=dict)
    kept_decisions: dict[tuple[str, str], Decision] = field(default_factory=dict)
    roles: set[tuple[str, PersonRole]] = field(default_factory=set)
    promises: MemoryPromises = field(default_factory=MemoryPromises)
    refusals: MemoryRefusals = field(default_factory=MemoryRefusals)

    def __post_init__(self) -> None:
        self.promises.cases = self.cases

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

    def add_lookups(self, lookups: Sequence[Lookup]) -> None:
        for lookup in lookups:
            self.add_lookup(lookup)

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
class MemoryProbes:
    """Probes in a dictionary."""

    kept: set[Probe] = field(default_factory=set)

    def add(self, probes: Collection[Probe]) -> None:
        self.kept.update(probes)

    def newest(self, sources: Collection[str]) -> Mapping[str, Probe]:
        found = [item for item in self.kept if item.source in sources]
        ordered = sorted(found, key=lambda item: (item.probed_at, item.state))
        return {item.source: item for item in ordered}


class MemoryWork:
    """A unit of work over ``MemoryCases``: without a commit nothing is kept."""

    def __init__(self, kept: MemoryCases) -> None:
        self._kept = kept
        self.cases = kept
        self.source_probes = MemoryProbes()
        """Every probe is kept at once, whatever becomes of the unit."""

    def __call__(self) -> Self:
        return self

    @property
    def promises(self) -> MemoryPromises:
        return self.cases.promises

    @property
    def refusals(self) -> MemoryRefusals:
        return self.cases.refusals

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
