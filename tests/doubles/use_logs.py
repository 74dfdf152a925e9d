"""The holder's log, its counts and disputes in memory; they pass the tests of the SQL ones."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from certs.errors import DisputeNotFoundError, DisputeRefusedError
from certs.licenses import License
from certs.usages import Usage
from certs.use_logs.counts import UseCount
from certs.use_logs.disputes import Dispute
from certs.use_logs.entries import LoggedUse, UseFilter


class MemoryHolderLog:
    def __init__(self, usages: Sequence[Usage], licenses: Mapping[str, License]) -> None:
        self._usages = usages
        self._licenses = licenses

    def _all(self) -> list[tuple[str, LoggedUse]]:
        return [
            (
                self._licenses[usage.identifier].holder_key,
                LoggedUse(number=number, usage=usage, salt="5" * 32),
            )
            for number, usage in enumerate(self._usages, 1)
        ]

    def newest(
        self, holder_key: str, limit: int, *, before: int | None = None, wanted: UseFilter
    ) -> tuple[LoggedUse, ...]:
        found = [
            item
            for key, item in reversed(self._all())
            if key == holder_key
            and (before is None or item.number < before)
            and wanted.license in ("", item.usage.identifier)
            and wanted.basis in ("", item.usage.basis)
            and (wanted.since is None or item.usage.at >= wanted.since)
            and (wanted.until is None or item.usage.at < wanted.until)
        ]
        return tuple(found[:limit])

    def whole(self, holder_key: str, *, through: int) -> tuple[LoggedUse, ...]:
        return tuple(
            item for key, item in self._all() if key == holder_key and item.number <= through
        )

    def get(self, number: int) -> tuple[str, LoggedUse] | None:
        return next((found for found in self._all() if found[1].number == number), None)

    def holders_since(self, number: int, *, before: datetime) -> tuple[tuple[str, int], ...]:
        last = {
            key: item.number
            for key, item in self._all()
            if item.number > number and item.usage.at < before
        }
        return tuple(sorted(last.items()))


class MemoryUseCounts:
    def __init__(self, kept: list[UseCount]) -> None:
        self._kept = kept

    def add(self, count: UseCount) -> None:
        self._kept.append(count)

    def newest(self, holder_key: str) -> UseCount | None:
        found = [item for item in self._kept if item.holder_key == holder_key]
        return max(found, key=lambda item: item.through, default=None)

    def last(self) -> int:
        return max((item.through for item in self._kept), default=0)


class MemoryDisputes:
    def __init__(self, kept: dict[str, Dispute]) -> None:
        self._kept = kept

    def add(self, dispute: Dispute) -> None:
        if any(item.use == dispute.use for item in self._kept.values()):
            raise DisputeRefusedError("uq_disputes_use_row")
        self._kept[dispute.id] = dispute

    def get(self, dispute_id: str) -> Dispute:
        if dispute_id not in self._kept:
            raise DisputeNotFoundError(dispute_id)
        return self._kept[dispute_id]

    def answer(self, dispute: Dispute) -> None:
        if self.get(dispute.id).finding is not None:
            raise DisputeRefusedError("pk_dispute_answers")
        self._kept[dispute.id] = dispute

    def of_holder(self, holder_key: str) -> tuple[Dispute, ...]:
        return tuple(x for x in reversed(self._kept.values()) if x.holder_key == holder_key)

    def of_department(self, department: str) -> tuple[Dispute, ...]:
        return tuple(x for x in reversed(self._kept.values()) if x.department == department)
