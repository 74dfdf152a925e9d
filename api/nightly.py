"""Does the night's work once for all processes, while ``yinxin serve`` or a worker runs."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from api.repeating import repeating
from api.services import Services
from certs.decision_digests import seal_days
from certs.decision_records import KEPT as DECISIONS_KEPT
from certs.periodic_runs import PeriodicRun, RunWork
from certs.ports import Clock
from certs.sessions import LONGEST
from certs.use_logs.counts import count_uses
from certs.webhooks import KEPT as WEBHOOKS_KEPT
from verify.acceptance.holder_cases import index_cases

INTERVAL_SECONDS: Final = 60.0
_JITTER: Final = 0.2
USE_COUNTS: Final = "use-counts"
CASE_INDEX: Final = "case-index"
DECISION_DAYS: Final = "decision-days"
SESSIONS: Final = "sessions"

Job = Callable[[], int]
"""Does its work in units of its own, and returns how much that was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nightly:
    """Runs each job once a night, whoever comes first.

    Attributes:
        jobs: What is to be done, by name.
        unit_of_work: Opens a unit of work over runs.
        clock: Tells the time.
    """

    jobs: Mapping[str, Job]
    unit_of_work: Callable[[], RunWork]
    clock: Clock

    def step(self) -> tuple[str, ...]:
        """Do what is due; return the names of the jobs that ended."""
        return tuple(name for name, job in self.jobs.items() if self._run(name, job))

    def _run(self, name: str, job: Job) -> bool:
        begun = self._claimed(name)
        if begun is None:
            return False
        # What fails here is logged by whoever repeats this; the run has no end, and shows so.
        done = job()
        ended = PeriodicRun(
            name=name, begun_at=begun.begun_at, ended_at=self.clock.now(), done=done
        )
        with self.unit_of_work() as work:
            work.runs.keep(ended)
            work.commit()
        return True

    def _claimed(self, name: str) -> PeriodicRun | None:
        now = self.clock.now()
        with self.unit_of_work() as work:
            last = work.runs.find(name)
            if last is not None and not last.is_due(now):
                return None
            begun = PeriodicRun(name=name, begun_at=now)
            work.runs.keep(begun)
            work.commit()
        return begun


def nightly_of(services: Services) -> Nightly:
    """Return the night's work of an instance."""

    def count() -> int:
        with services.unit_of_work() as work:
            counted = count_uses(work, now=services.clock.now())
            work.commit()
        return counted

    def index() -> int:
        return index_cases(services.unit_of_work, services.holder_keys.of)

    def seal() -> int:
        services.decisions.flush()
        with services.unit_of_work() as work:
            sealed = seal_days(work, now=services.clock.now())
            work.commit()
        return sealed

    def forget() -> int:
        with services.unit_of_work() as work:
            now = services.clock.now()
            forgotten = work.sessions.forget(now - LONGEST)
            work.access.forget(now - LONGEST)
            work.clients.forget_tokens(now - LONGEST)
            work.verifiers.forget_secrets(now - LONGEST)
            work.webhooks.forget(now - WEBHOOKS_KEPT)
            work.decisions.forget(now - DECISIONS_KEPT)
            work.commit()
        return forgotten

    return Nightly(
        jobs={USE_COUNTS: count, CASE_INDEX: index, DECISION_DAYS: seal, SESSIONS: forget},
        unit_of_work=services.unit_of_work,
        clock=services.clock,
    )


@contextmanager
def nightly(services: Services, *, interval: float = INTERVAL_SECONDS) -> Iterator[None]:
    """Do the night's work when it is due, until the block ends."""
    with repeating(
        nightly_of(services).step,
        interval=interval,
        jitter=_JITTER,
        name="nightly",
        trouble="the night's work could not be done",
    ):
        yield
