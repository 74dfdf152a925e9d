"""Evidence records of an instance's packages (存证): who makes them, and the work of every day."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from api.ground import Ground
from api.repeating import repeating
from certs.civil_dates import day_of, start_of
from certs.evidence.desk import EvidenceDesk
from storage.scrubbing import Pace

INTERVAL_SECONDS: Final = 600.0
"""How often somebody looks whether a day is over."""
_JITTER: Final = 0.2
_READ_BYTES_PER_SECOND: Final = 20_000_000
"""How fast packages are read again for another hash, beside requests."""


def open_evidence_desk(ground: Ground) -> EvidenceDesk | None:
    """Return who makes evidence of packages; None where there is no timestamp service."""
    clock = ground.evidence_clock
    if clock is None:
        return None
    return EvidenceDesk(
        unit_of_work=ground.unit_of_work,
        clock=ground.clock,
        timestamps=clock,
        packages=ground.objects.packages,
        revocation_lists=ground.revocations.lists,
    )


@dataclass(slots=True)
class EvidenceRound:
    """The work of every day; what it began and could not finish it goes on with.

    Attributes:
        desk: Who does it.
        renewed_on: When it last looked for what must be renewed.
    """

    desk: EvidenceDesk
    renewed_on: date | None = None

    def step(self) -> None:
        """Make evidence of the days that are over, renew what ends soon, go on reading.

        Raises:
            TimestampUnavailableError: The authority gave no timestamp; the next step goes on.
            StorageError: Database or store do not answer; the next step goes on.
        """
        today = day_of(self.desk.clock.now())
        self.desk.prove(before=start_of(today))
        if self.renewed_on != today:
            self.desk.renew()
            self.renewed_on = today
        if self.desk.is_rehashing():
            self.desk.rehash()


@contextmanager
def evidencing(desk: EvidenceDesk | None, *, interval: float = INTERVAL_SECONDS) -> Iterator[None]:
    """Do the work of every day until the block ends.

    Args:
        desk: Who does it; None where there is no timestamp service.
        interval: Seconds between two looks.
    """
    if desk is None:
        yield
        return
    paced = replace(desk, pace=Pace(_READ_BYTES_PER_SECOND).spend)
    with repeating(
        EvidenceRound(paced).step,
        interval=interval,
        jitter=_JITTER,
        name="evidence",
        trouble="evidence of archived packages could not be made",
    ):
        yield
