"""By when a license was issued (签发时间): proved by other regions that saw it in the ledger.

A license is captured once enough of them did, so that its package carries the proof. Where they
are silent for too long, or there are none, it is captured without; the checks say which it was.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from certs.ledger.entries import LedgerName
from certs.licenses import License
from certs.ports import UnitOfWork
from certs.regions import RegionCode
from verify.archive_checks.results import CheckResult, by_hand, failed, passed
from verify.checks import Outcome
from verify.ledger_checks import ledger_time
from verify.ports import TrustSource
from verify.trust_lists import TrustedRegion, TrustList

PATIENCE: Final = timedelta(minutes=10)
UNWITNESSED: Final = "not-witnessed"
NO_LEDGER: Final = passed(unseen="no ledger is kept")


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueTimes:
    """What an archive's desk knows of the ledger that its licenses stand in.

    Attributes:
        region: Whose ledger it is.
        proof: Gives the proof that a license was issued; nothing where there is none yet.
        trust: Names the regions that may have seen it.
        witnesses: How many of them have to.
        patience: How long a license waits for them.
    """

    region: RegionCode
    proof: Callable[[License], bytes]
    trust: TrustSource
    witnesses: int = 1
    patience: timedelta = PATIENCE

    def ready(
        self, licenses: Iterable[License], *, work: UnitOfWork, now: datetime
    ) -> tuple[License, ...]:
        """Return the licenses that need not wait for witnesses any longer."""
        waiting = tuple(licenses)
        if not self.can_be_seen():
            return waiting
        young = {item.identifier for item in waiting if now - item.sealed_at < self.patience}
        unseen = young - work.ledger.seen(LedgerName.ISSUE, young)
        return tuple(item for item in waiting if item.identifier not in unseen)

    def can_be_seen(self) -> bool:
        """Tell whether enough other regions keep a ledger, and so witness."""
        trust = self.trust.current()
        return trust is not None and _witnesses(trust, self.region) >= self.witnesses

    def check(self, proof: bytes, *, record: str) -> CheckResult:
        """Check the proof that goes into a package.

        Args:
            proof: The proof; empty where there is none.
            record: SM3 of the license's record, hexadecimal.
        """
        return check_issue_time(
            proof,
            record=record,
            region=self.region,
            lists=(self.trust.current(),),
            witnesses=self.witnesses,
        )


def check_issue_time(
    proof: bytes,
    *,
    record: str,
    region: RegionCode,
    lists: Iterable[TrustList | None],
    witnesses: int,
) -> CheckResult:
    """Tell by when a record stood in the ledger of its region.

    Args:
        proof: The proof; empty where there is none.
        record: SM3 of the record, hexadecimal.
        region: Who issued the license.
        lists: Trust lists that name those whose sightings count, tried in turn.
        witnesses: How many it takes.

    Returns:
        Passed where other regions saw it or there are none; by hand where they did not; failed
        where the proof is none, or of something else.
    """
    result = by_hand(unseen="nobody is trusted who could tell")
    for trust in lists:
        keeper = trust.region(region) if trust is not None else None
        if trust is None or keeper is None:
            continue
        result = _told(proof, record=record, keeper=keeper, trust=trust, witnesses=witnesses)
        if "seen_at" in result.evidence:
            break
    return result


def _told(
    proof: bytes, *, record: str, keeper: TrustedRegion, trust: TrustList, witnesses: int
) -> CheckResult:
    finding, _ = ledger_time(
        proof or None, digest=record, region=keeper, trust=trust, witnesses=witnesses
    )
    if finding.outcome is Outcome.OK:
        return passed(seen_at=finding.facts["time"], seen_by=finding.facts["regions"])
    if proof and finding.reason != UNWITNESSED:
        return failed(proof=finding.reason)
    if not keeper.ledger:
        return NO_LEDGER
    if _witnesses(trust, keeper.code) < witnesses:
        return passed(unseen="too few other regions keep a ledger")
    return by_hand(unseen="no other region saw it in the ledger")


def _witnesses(trust: TrustList, keeper: RegionCode) -> int:
    return sum(1 for item in trust.regions if item.ledger and item.code != keeper)
