"""Whose the cases of a dictionary are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from verify.acceptance.holder_cases import HolderCase
from verify.acceptance.records import Case
from verify.case_errors import RecordRefusedError

if TYPE_CHECKING:
    from tests.doubles.acceptance_memory import MemoryCases


@dataclass
class MemoryCaseHolders:
    """The index over cases in memory."""

    kept: "MemoryCases"

    def add(self, entries: Sequence[HolderCase]) -> None:
        for item in entries:
            if item.case_id in self.kept.holders or item.case_id not in self.kept.cases:
                raise RecordRefusedError("case_holders")
            self.kept.holders[item.case_id] = item.holder_key

    def of_holder(self, holder_key: str, limit: int) -> tuple[Case, ...]:
        found = [
            self.kept.cases[name] for name, key in self.kept.holders.items() if key == holder_key
        ]
        found.sort(key=lambda case: case.id)
        found.sort(key=lambda case: case.opened_at, reverse=True)
        return tuple(found[:limit])

    def is_of(self, holder_key: str, case_id: str) -> bool:
        return self.kept.holders.get(case_id) == holder_key

    def unindexed(self, limit: int) -> tuple[Case, ...]:
        found = [case for case in self.kept.cases.values() if case.id not in self.kept.holders]
        return tuple(sorted(found, key=lambda case: (case.opened_at, case.id))[:limit])
