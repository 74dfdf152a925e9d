"""Corrections of cases in memory."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from verify.acceptance.places import Place
from verify.case_corrections.records import CaseCorrection, Standing


@dataclass
class MemoryCaseCorrections:
    """A ``CaseCorrectionBook`` in dictionaries."""

    kept: dict[Place, CaseCorrection] = field(default_factory=dict)
    next_at: dict[Place, datetime | None] = field(default_factory=dict)

    def add(self, correction: CaseCorrection) -> None:
        self.kept[correction.place] = correction
        self.next_at[correction.place] = correction.raised_at

    def of_case(self, case_id: str) -> tuple[CaseCorrection, ...]:
        return tuple(
            item
            for place, item in sorted(self.kept.items(), key=lambda pair: str(pair[0]))
            if place.case_id == case_id
        )

    def take(self, limit: int, *, now: datetime, until: datetime) -> tuple[CaseCorrection, ...]:
        waiting = sorted(
            (at, str(place), place)
            for place, at in self.next_at.items()
            if at is not None and at <= now
        )
        found = tuple(self.kept[place] for _, _, place in waiting[:limit])
        for item in found:
            self.kept[item.place] = replace(item, attempts=item.attempts + 1)
            self.next_at[item.place] = until
        return found

    def note(self, place: Place, standing: Standing | None, *, until: datetime | None) -> None:
        self.next_at[place] = until
        if standing is not None:
            self.kept[place] = replace(
                self.kept[place],
                receipt=standing.receipt,
                step=standing.step,
                outcome=standing.outcome,
                proposed={},
            )
