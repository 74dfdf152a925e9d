"""Read every archived package again, compare it with its digest, and repair it (巡检).

Those that wait longest come first, in portions that are noted one by one; so a run that was cut
short is gone on with. A store that does not answer ends it with an error: silence is no finding.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final

from certs.keeping.holdings import Holding
from certs.keeping.keeper import bind
from certs.keeping.ports import KeepingWork
from certs.keeping.scrubs import Scrub
from certs.keeping.stores import ScrubbedStore
from certs.ports import Clock
from storage.errors import DamagedObjectError, ObjectNotFoundError

_PORTION: Final = 200
_MOST_NAMED: Final = 100
"""Names of extra objects that are told; all of them are counted."""


class Pace:
    """Keeps reading below a rate, so that a scrub leaves the disks to others."""

    def __init__(
        self,
        bytes_per_second: float = float("inf"),
        *,
        seconds: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._rate = bytes_per_second
        self._seconds = seconds
        self._sleep = sleep
        self._free_at = seconds()

    def spend(self, count: int) -> None:
        """Wait until so many bytes more may have been read."""
        now = self._seconds()
        # Time in which nothing was read is not made up for.
        self._free_at = max(self._free_at, now) + count / self._rate
        if self._free_at > now:
            self._sleep(self._free_at - now)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScrubReport:
    """What a run found.

    Attributes:
        scrub: The figures.
        lost: Packages of which no good copy is left, by id.
        extra: Objects that no row knows, the first hundred.
    """

    scrub: Scrub
    lost: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """What became of one package."""

    package_id: str
    read_bytes: int = 0
    damaged: int = 0
    missing: int = 0
    repaired: int = 0
    is_lost: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scrubber:
    """Reads everything.

    Attributes:
        unit_of_work: Opens one transaction.
        stores: The stores that each have every package; one repairs the other.
        clock: Tells the time.
        pace: How fast it may read.
    """

    unit_of_work: Callable[[], KeepingWork]
    stores: Sequence[ScrubbedStore]
    clock: Clock
    pace: Pace = field(default_factory=Pace)

    def run(self) -> ScrubReport:
        """Read everything that was not read since this run began, and look for what is extra.

        Raises:
            ObjectStoreError: A store does not answer; the run is gone on with by the next call.
        """
        with self.unit_of_work() as work:
            scrub = work.scrubs.begin(self.clock.now())
            work.commit()
        while portion := self._due(scrub):
            scrub = self._note(scrub, [self._read(holding) for holding in portion])
        return self._finish(scrub)

    def _due(self, scrub: Scrub) -> tuple[Holding, ...]:
        with self.unit_of_work() as work:
            return work.scrubs.due(scrub.started_at, _PORTION)

    def _note(self, scrub: Scrub, readings: Sequence[_Reading]) -> Scrub:
        """Keep what was found of a portion; what the clock says never lets it be due again."""
        at = max(self.clock.now(), scrub.started_at)
        lost = [item.package_id for item in readings if item.is_lost]
        further = replace(
            scrub,
            packages=scrub.packages + len(readings),
            read_bytes=scrub.read_bytes + sum(item.read_bytes for item in readings),
            damaged=scrub.damaged + sum(item.damaged for item in readings),
            missing=scrub.missing + sum(item.missing for item in readings),
            repaired=scrub.repaired + sum(item.repaired for item in readings),
            lost=scrub.lost + len(lost),
        )
        with self.unit_of_work() as work:
            work.scrubs.note([item.package_id for item in readings], at, lost=lost)
            work.scrubs.save(further)
            work.commit()
        return further

    def _read(self, holding: Holding) -> _Reading:
        reading = _Reading(package_id=holding.package_id)
        bad: list[ScrubbedStore] = []
        for store in self.stores:
            try:
                count = store.check(holding.package_id)
            except ObjectNotFoundError:
                reading = replace(reading, missing=reading.missing + 1)
                bad.append(store)
            except DamagedObjectError:
                reading = replace(reading, damaged=reading.damaged + 1)
                bad.append(store)
            else:
                reading = replace(reading, read_bytes=reading.read_bytes + count)
                self.pace.spend(count)
        return self._repaired(holding, reading, bad) if bad else reading

    def _repaired(
        self, holding: Holding, reading: _Reading, bad: Sequence[ScrubbedStore]
    ) -> _Reading:
        # A bucket may find an older version of what is bad in it.
        copies = (store.find(holding.package_id) for store in reversed(self.stores))
        good = next((copy for copy in copies if copy is not None), None)
        if good is None:
            return replace(reading, is_lost=True)
        is_held = self._is_held(holding)
        for store in bad:
            store.repair(holding.package_id, good)
            bind(store, holding, is_held=is_held)
        return replace(reading, repaired=len(bad))

    def _is_held(self, holding: Holding) -> bool:
        with self.unit_of_work() as work:
            return any(hold.held_until is None for hold in work.holds.of(holding.package_id))

    def _finish(self, scrub: Scrub) -> ScrubReport:
        extra = sorted({digest for store in self.stores for digest in self._extra(store)})
        finished = replace(scrub, extra=len(extra), finished_at=self.clock.now())
        with self.unit_of_work() as work:
            work.scrubs.save(finished)
            lost = tuple(item.package_id for item in work.scrubs.damaged(_MOST_NAMED))
            work.commit()
        return ScrubReport(scrub=finished, lost=lost, extra=tuple(extra[:_MOST_NAMED]))

    def _extra(self, store: ScrubbedStore) -> Iterator[str]:
        """Return what is stored and no row knows; rows are looked up after the listing."""
        for portion in _portions(store.digests()):
            with self.unit_of_work() as work:
                known = work.holdings.known(portion)
            yield from (digest for digest in portion if digest not in known)


def _portions(digests: Iterable[str]) -> Iterator[tuple[str, ...]]:
    rest = iter(digests)
    while portion := tuple(islice(rest, _PORTION)):
        yield portion
