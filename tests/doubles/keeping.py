"""Holdings, holds, disposals and scrubs in memory; they pass the tests of the SQL ones."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from certs.errors import (
    DisposalError,
    DisposedError,
    HoldingNotFoundError,
    HoldNotFoundError,
)
from certs.keeping.disposals import Disposal, DisposalProposal
from certs.keeping.holdings import Holding, LegalHold, PackageReference
from certs.keeping.retention import Appraisal
from certs.keeping.scrubs import Scrub


@dataclass
class KeepingShelf:
    holdings: dict[str, Holding] = field(default_factory=dict)
    appraisals: list[Appraisal] = field(default_factory=list)
    references: list[PackageReference] = field(default_factory=list)
    holds: list[LegalHold] = field(default_factory=list)
    proposals: dict[str, DisposalProposal] = field(default_factory=dict)
    disposals: dict[str, Disposal] = field(default_factory=dict)
    scrubs: list[Scrub] = field(default_factory=list)

    def get(self, package_id: str) -> Holding:
        if package_id not in self.holdings:
            raise HoldingNotFoundError(package_id)
        return self.holdings[package_id]

    def check_open(self, package_id: str) -> None:
        if package_id in self.disposals:
            raise DisposedError(package_id)
        self.get(package_id)

    def change(self, package_id: str, **changes: object) -> None:
        self.holdings[package_id] = replace(self.get(package_id), **changes)  # type: ignore[arg-type]  # named by the callers below


class MemoryHoldings:
    def __init__(self, shelf: KeepingShelf) -> None:
        self._shelf = shelf

    def add(self, holding: Holding) -> None:
        present = self._shelf.holdings.setdefault(holding.package_id, holding)
        if present.destroyed_at is not None:
            raise DisposedError(holding.package_id)

    def refer(self, reference: PackageReference) -> None:
        if reference not in self._shelf.references:
            self._shelf.check_open(reference.package_id)
            self._shelf.references.append(reference)

    def get(self, package_id: str) -> Holding:
        return self._shelf.get(package_id)

    def claim(self, package_id: str) -> Holding:
        return self._shelf.get(package_id)

    def known(self, package_ids: Collection[str]) -> frozenset[str]:
        kept = (item for item in self._shelf.holdings.values() if item.destroyed_at is None)
        return frozenset(package_ids) & {item.package_id for item in kept}

    def appraise(self, appraisal: Appraisal) -> None:
        self._shelf.change(
            appraisal.package_id,
            retention=appraisal.retention,
            keep_until=appraisal.keep_until,
            locked_at=None,
        )
        self._shelf.appraisals.append(appraisal)

    def appraisals(self, package_id: str) -> tuple[Appraisal, ...]:
        return tuple(item for item in self._shelf.appraisals if item.package_id == package_id)

    def note_locked(self, package_id: str, at: datetime) -> None:
        self._shelf.change(package_id, locked_at=at)

    def unlocked(self, limit: int) -> tuple[Holding, ...]:
        waiting = [
            item
            for _, item in sorted(self._shelf.holdings.items())
            if item.retention and item.locked_at is None and item.destroyed_at is None
        ]
        return tuple(waiting[:limit])

    def references(self, package_id: str) -> tuple[PackageReference, ...]:
        found = [item for item in self._shelf.references if item.package_id == package_id]
        return tuple(sorted(found, key=lambda item: (item.referrer, item.kind)))


class MemoryHolds:
    def __init__(self, shelf: KeepingShelf) -> None:
        self._shelf = shelf

    def place(self, hold: LegalHold) -> LegalHold:
        self._shelf.check_open(hold.package_id)
        placed = replace(hold, number=len(self._shelf.holds) + 1)
        self._shelf.holds.append(placed)
        return placed

    def release(self, hold: LegalHold) -> None:
        for at, placed in enumerate(self._shelf.holds):
            is_meant = (placed.number, placed.package_id) == (hold.number, hold.package_id)
            if is_meant and placed.held_until is None:
                self._shelf.holds[at] = hold
                return
        raise HoldNotFoundError(str(hold.number))

    def of(self, package_id: str) -> tuple[LegalHold, ...]:
        return tuple(item for item in self._shelf.holds if item.package_id == package_id)


class MemoryDisposals:
    def __init__(self, shelf: KeepingShelf) -> None:
        self._shelf = shelf

    def propose(self, proposal: DisposalProposal) -> None:
        self._shelf.get(proposal.package_id)
        if proposal.package_id in self._shelf.proposals:
            raise DisposalError("proposed already")
        self._shelf.proposals[proposal.package_id] = proposal

    def proposal(self, package_id: str) -> DisposalProposal | None:
        return self._shelf.proposals.get(package_id)

    def add(self, disposal: Disposal) -> None:
        if not self._may(disposal):
            raise DisposalError(disposal.package_id)
        self._shelf.disposals[disposal.package_id] = disposal
        self._shelf.references = [
            item for item in self._shelf.references if item.referrer != disposal.package_id
        ]

    def _may(self, disposal: Disposal) -> bool:
        name, proposal = disposal.package_id, self.proposal(disposal.package_id)
        holding = self._shelf.get(name)
        return (
            name not in self._shelf.disposals
            and proposal is not None
            and proposal.proposer == disposal.proposer != disposal.approver != ""
            and (holding.retention, holding.keep_until) == (disposal.retention, disposal.keep_until)
            and disposal.keep_until <= disposal.approved_at
            and not any(item.package_id == name for item in self._shelf.references)
            and not any(
                item.package_id == name and item.held_until is None for item in self._shelf.holds
            )
        )

    def find(self, package_id: str) -> Disposal | None:
        return self._shelf.disposals.get(package_id)

    def note_destroyed(self, package_id: str, at: datetime) -> None:
        if self._shelf.get(package_id).destroyed_at is None:
            self._shelf.change(package_id, destroyed_at=at)


class MemoryScrubs:
    def __init__(self, shelf: KeepingShelf) -> None:
        self._shelf = shelf

    def begin(self, at: datetime) -> Scrub:
        for scrub in self._shelf.scrubs:
            if scrub.finished_at is None:
                return scrub
        self._shelf.scrubs.append(Scrub(number=len(self._shelf.scrubs) + 1, started_at=at))
        return self._shelf.scrubs[-1]

    def due(self, before: datetime, limit: int) -> tuple[Holding, ...]:
        waiting = [
            item
            for item in self._shelf.holdings.values()
            if item.destroyed_at is None and item.last_scrubbed_at < before
        ]
        waiting.sort(key=lambda item: (item.last_scrubbed_at, item.package_id))
        return tuple(waiting[:limit])

    def note(self, package_ids: Sequence[str], at: datetime, *, lost: Collection[str]) -> None:
        for name in package_ids:
            damaged_at = at if name in lost else None
            self._shelf.change(name, last_scrubbed_at=at, damaged_at=damaged_at)

    def save(self, scrub: Scrub) -> None:
        self._shelf.scrubs[scrub.number - 1] = scrub

    def newest(self, limit: int) -> tuple[Scrub, ...]:
        return tuple(reversed(self._shelf.scrubs))[:limit]

    def damaged(self, limit: int) -> tuple[Holding, ...]:
        found = [item for _, item in sorted(self._shelf.holdings.items()) if item.damaged_at]
        return tuple(found[:limit])
