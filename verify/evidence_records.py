"""Judging evidence records (证据记录): does it still prove that a package existed, and since when?

Each timestamp must come from a trusted authority, and prove something until the next one took
over: its authority's certificates were valid and not revoked then. The newest must do so now.
Source: RFC 4998, 4.3 and 5.3.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique

from signing.errors import SigningError
from signing.evidence_records import EvidenceRecord
from signing.evidence_trees import EvidenceDigest
from signing.paths import Path, RevocationState, revocation_of
from signing.revocation_lists import RevocationList
from signing.timestamp_tokens import Token
from verify.conclusions import Conclusion
from verify.speakers import parse_lists
from verify.timestamp_checks import ListsOf, trusted_clock
from verify.trust_lists import TrustList


@unique
class EvidenceDoubt(StrEnum):
    """Why a timestamp proves nothing."""

    UNKNOWN_AUTHORITY = "unknown-authority"
    """Nobody trusted stands behind its clock."""
    REVOCATION = "revocation"
    """The authority was revoked, or nobody can tell that it was not."""
    RENEWED_LATE = "renewed-late"
    """It had ended when the next one was given."""
    EXPIRED = "expired"
    """It has ended, and none came after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedStamp:
    """One timestamp of a record.

    Attributes:
        ends_at: When the first certificate above it ends, as far as one knows them.
        doubt: Why it proves nothing; None if it does.
    """

    time: datetime
    authority: str
    ends_at: datetime
    doubt: EvidenceDoubt | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceVerdict:
    """What a record is worth.

    Attributes:
        conclusion: ``failed`` where it is about something else or broken; ``indeterminate`` where
            one cannot believe it, or no longer.
        problem: What is broken; empty if nothing is.
        stamps: Its timestamps, the oldest first; none where it is broken.
    """

    conclusion: Conclusion
    problem: str = ""
    stamps: tuple[JudgedStamp, ...] = ()

    @property
    def proves_since(self) -> datetime | None:
        """By when what it is about existed; None if it proves nothing."""
        return self.stamps[0].time if self.conclusion is Conclusion.PASSED else None

    @property
    def ends_at(self) -> datetime | None:
        """When it must have been renewed; None for a broken one."""
        return self.stamps[-1].ends_at if self.stamps else None


def judge_evidence(
    record: EvidenceRecord,
    hash_of: Callable[[EvidenceDigest], bytes],
    *,
    trust: TrustList | None,
    lists_of: ListsOf,
    now: datetime,
) -> EvidenceVerdict:
    """Judge a record.

    Args:
        record: The record.
        hash_of: Returns the hash of what it should be about.
        trust: Who is trusted; None, or a list out of date, leaves every authority unknown.
        lists_of: Returns a region's revocation lists; the record has those of earlier times.
        now: The time that the verdict is about.
    """
    try:
        tokens = record.check(hash_of)
    except SigningError as error:
        return EvidenceVerdict(conclusion=Conclusion.FAILED, problem=str(error))
    trust = trust if trust is not None and trust.is_fresh_at(now) else None
    kept = parse_lists(record.lists)
    ends = (*(token.time for token in tokens[1:]), None)
    stamps = tuple(
        _judged(token, trust, (lists_of, kept), renewed_at=renewed_at, now=now)
        for token, renewed_at in zip(tokens, ends, strict=True)
    )
    is_good = all(stamp.doubt is None for stamp in stamps)
    return EvidenceVerdict(
        conclusion=Conclusion.PASSED if is_good else Conclusion.INDETERMINATE, stamps=stamps
    )


def _judged(
    token: Token,
    trust: TrustList | None,
    sources: tuple[ListsOf, tuple[RevocationList, ...]],
    *,
    renewed_at: datetime | None,
    now: datetime,
) -> JudgedStamp:
    found = trusted_clock(token, trust)
    path = found[0].certificates if found is not None else (token.certificate, *token.others)
    doubt: EvidenceDoubt | None = EvidenceDoubt.UNKNOWN_AUTHORITY
    if found is not None:
        lists_of, kept = sources
        lists = (*kept, *lists_of(found[1]))
        doubt = _doubt(found[0], lists, renewed_at=renewed_at, now=now)
    return JudgedStamp(
        time=token.time,
        authority=token.certificate.common_name,
        ends_at=min(item.not_after for item in path),
        doubt=doubt,
    )


def _doubt(
    path: Path, lists: tuple[RevocationList, ...], *, renewed_at: datetime | None, now: datetime
) -> EvidenceDoubt | None:
    until = renewed_at or now
    if not all(item.is_valid_at(until) for item in path.certificates):
        return EvidenceDoubt.RENEWED_LATE if renewed_at else EvidenceDoubt.EXPIRED
    found = revocation_of(path, lists=lists, at=until)
    if found.state is RevocationState.UNKNOWN and all(
        item.is_valid_at(now) for item in path.certificates
    ):
        # A list of today tells as well, as long as it still names whoever was revoked.
        found = revocation_of(path, lists=lists, at=now)
    if found.state is RevocationState.GOOD:
        return None
    # What was renewed before its authority was revoked keeps its worth.
    was_later = found.since is not None and found.since > until
    return None if was_later else EvidenceDoubt.REVOCATION
