"""Probes sources (数据源探测): every half minute, and whenever a look-up finds one silent."""

import logging
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Final, Protocol

from api.repeating import repeating
from verify.acceptance.budgets import within
from verify.acceptance.ports import AcceptanceWork
from verify.acceptance.probes import Probe, SourceState
from verify.ports import Clock

INTERVAL_SECONDS: Final = 30.0
PROBE_BUDGET: Final = timedelta(seconds=2)
"""How long a source has to show that it works; whoever needs longer is down."""

_JITTER: Final = 0.1

logger = logging.getLogger(__name__)


class Sources(Protocol):
    """Knows what there is to be probed, and how."""

    def names(self) -> frozenset[str]:
        """Return every source that a look-up may ask."""
        ...

    def works(self, source: str) -> bool:
        """Tell whether a source works, seen over another path than questions take."""
        ...


def in_background(work: Callable[[], None]) -> None:
    """Do something in a thread of its own; what comes of it nobody waits for."""
    threading.Thread(target=work, name="prober", daemon=True).start()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceProber:
    """Probes sources, and writes down what it finds; the port is ``Prober``.

    Attributes:
        sources: What there is.
        unit_of_work: Opens a unit of work; none is open while a source is probed.
        start: Begins what nobody waits for.
    """

    sources: Sources
    unit_of_work: Callable[[], AcceptanceWork]
    clock: Clock
    start: Callable[[Callable[[], None]], None] = in_background
    _begun: set[str] = field(default_factory=set, init=False, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def begin(self, sources: Collection[str]) -> None:
        """Probe sources soon; one that is being probed for others is not probed twice."""
        with self._lock:
            new = frozenset(sources) - self._begun
            self._begun.update(new)
        if new:
            self.start(partial(self._probe_begun, new))

    def probe(self, sources: Collection[str]) -> None:
        """Probe sources now."""
        self._keep(self._found(sources))

    def step(self) -> None:
        """Probe every source; write down what is down, and what changed."""
        found = self._found(self.sources.names())
        with self.unit_of_work() as work:
            work.only_read()
            before = work.source_probes.newest(self.sources.names())
        self._keep(
            [
                item
                for item in found
                if item.state is SourceState.DOWN
                or item.source not in before
                or before[item.source].state is not item.state
            ]
        )

    def _probe_begun(self, sources: frozenset[str]) -> None:
        try:
            self.probe(sources)
        except Exception as error:  # noqa: BLE001 - whoever ends the process closes what it needs
            logger.info("a probe was broken off: %s", type(error).__name__)
        finally:
            with self._lock:
                self._begun.difference_update(sources)

    def _found(self, sources: Collection[str]) -> list[Probe]:
        names = sorted(sources)
        answers = within(PROBE_BUDGET, [partial(self.sources.works, name) for name in names])
        now = self.clock.now()
        return [
            Probe(
                source=name,
                state=SourceState.UP if works else SourceState.DOWN,
                probed_at=now,
            )
            for name, works in zip(names, answers, strict=True)
        ]

    def _keep(self, probes: Collection[Probe]) -> None:
        if not probes:
            return
        with self.unit_of_work() as work:
            work.source_probes.add(probes)
            work.commit()


@contextmanager
def probing(prober: SourceProber | None, *, interval: float = INTERVAL_SECONDS) -> Iterator[None]:
    """Probe every source every ``interval`` seconds until the block ends."""
    if prober is None:
        yield
        return
    with repeating(
        prober.step,
        interval=interval,
        jitter=_JITTER,
        name="prober",
        trouble="sources could not be probed",
    ):
        yield
