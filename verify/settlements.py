"""What of a verdict stays as it is (定案部分): everything but the license's status.

Judging the same license again, a moment later, gives the same findings unless a region published
something new or a date was passed. Then, and only then, it is judged anew.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from certs.civil_dates import start_of
from signing.certificates import Certificate
from signing.revocation_lists import RevocationList
from verify.examination import Examination
from verify.grounds import Grounds
from verify.license_claims import LicenseClaims
from verify.report import Finding, Requirement
from verify.sources import Sources
from verify.trust_lists import TrustedRegion, TrustList

_MOST: Final = 20_000
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """The findings about one license before anybody asks for its status.

    Attributes:
        region: The region that issued it; None where the trust list does not know it.
        times: When trusted clocks saw its signatures, by number.
        lists: The region's certificate revocation lists.
        since: From when this holds.
        until: The first instant at which a date in it turns; ``since`` if an answer to a
            question of this moment went in.
        required: What must have ended well for the document to pass.
        grounds: What it rests on.
        relied_on: The regions whose publications it rests on.
        written: Where whoever writes reports keeps what they have in common.
    """

    examination: Examination
    trust: TrustList | None
    region: TrustedRegion | None
    claims: LicenseClaims | None
    findings: tuple[Finding, ...]
    times: dict[int, datetime]
    lists: tuple[RevocationList, ...]
    since: datetime
    until: datetime
    required: frozenset[Requirement]
    grounds: Grounds = field(repr=False)
    relied_on: tuple[TrustedRegion, ...] = ()
    written: dict[str, bytes] = field(default_factory=dict, repr=False, compare=False)

    def still_holds(self, sources: Sources, now: datetime) -> bool:
        """Whether no date was passed, and regions still publish what it rests on."""
        if not self.since <= now < self.until or sources.trust_list() is not self.trust:
            return False
        by_code = {str(region.code): region for region in self.relied_on}
        lists = (
            sources.revocation_lists(by_code[code]) == kept
            for code, kept in self.grounds.revocation_lists
        )
        certificates = (
            sources.certificates(by_code[question.region], question.key_id) == kept
            for question, kept in self.grounds.certificates
        )
        standings = (
            sources.seal_standings(by_code[code]) == kept
            for code, kept in self.grounds.seal_standings
        )
        return all(lists) and all(certificates) and all(standings)


class Settlements:
    """The settlements of late, by what was brought and whose policy weighs it; for threads."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[str, str], Settlement] = OrderedDict()
        self._lock = threading.Lock()

    def find(
        self, examination: Examination, policy: str, *, sources: Sources, now: datetime
    ) -> Settlement | None:
        """Return what was settled before, if it still holds."""
        key = (examination.digest, policy)
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return None
            self._kept.move_to_end(key)
        return found if found.still_holds(sources, now) else None

    def keep(self, settlement: Settlement, policy: str) -> None:
        """Keep a settlement that holds for a while; the longest unused one makes room."""
        if settlement.until <= settlement.since or settlement.claims is None:
            return
        with self._lock:
            self._kept[settlement.examination.digest, policy] = settlement
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)


def horizon(  # noqa: PLR0913 - whatever has a date
    now: datetime,
    *,
    trust: TrustList | None,
    regions: Iterable[TrustedRegion],
    certificates: Iterable[Certificate],
    lists: Iterable[RevocationList],
    claims: LicenseClaims | None,
    others: Iterable[datetime],
) -> datetime:
    """Return the first instant after ``now`` at which anything that was compared turns."""
    turns: list[datetime] = [now + _DAY, *others]
    if trust is not None:
        turns += [trust.issued_at, trust.expires_at]
    for region in regions:
        for anchor in region.anchors:
            turns += [anchor.valid_from, *([anchor.withdrawn_at] if anchor.withdrawn_at else [])]
            turns += [anchor.certificate.not_before, anchor.certificate.not_after]
    for certificate in certificates:
        turns += [certificate.not_before, certificate.not_after]
    for listed in lists:
        turns += [listed.this_update, listed.next_update]
    if claims is not None:
        turns += [start_of(claims.valid_from)] if claims.valid_from else []
        turns += [start_of(claims.valid_to + _DAY)] if claims.valid_to else []
    return min(turn for turn in turns if turn > now)
