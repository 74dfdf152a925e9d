"""What an auditor sees of this region's ledger: its heads, who saw them, and whether they continue.

What somebody saw before is kept by that somebody. Here it is only compared: a log that does not
continue it was written anew.
"""

import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Self

from api.ledger_office import LedgerOffice
from certs.errors import LedgerDamagedError
from certs.ledger.auditing import continues
from certs.ledger.copies import LedgerCopy
from certs.ledger.entries import LedgerName
from signing.errors import MalformedStructureError
from signing.ledger.checkpoints import Checkpoint, encode_hash, parse_hash
from signing.ledger.notes import parse_note
from verify.errors import LedgerProofError, StrangeLogError
from verify.ledger.seen_checkpoints import SeenCheckpoint, read_seen
from verify.trust_lists import TrustList

_MOST_DIGITS = 19


@unique
class SinceLast(StrEnum):
    """How a log stands to what somebody saw of it before."""

    FIRST = "first"
    """Nothing was seen before."""
    SAME = "same"
    """Nothing was added since."""
    CONTINUED = "continued"
    """Entries were added behind, and none before was changed."""
    REWRITTEN = "rewritten"
    """It does not continue what was seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenHead:
    """What somebody keeps of a log: its size and root, as ``42:q83v…=``."""

    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is kept."""
        return f"{self.size}:{encode_hash(self.root)}"

    @classmethod
    def of(cls, checkpoint: Checkpoint) -> Self:
        """Return what is kept of a checkpoint."""
        return cls(size=checkpoint.size, root=checkpoint.root)

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read what was kept; None where that is nothing that `text` wrote."""
        size, _, root = text.partition(":")
        if not size.isascii() or not size.isdigit() or len(size) > _MOST_DIGITS:
            return None
        try:
            return cls(size=int(size), root=parse_hash(root))
        except (MalformedStructureError, binascii.Error):
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogState:
    """One log as it stands.

    Attributes:
        head: Its present checkpoint; None while it has none.
        seen: The same with who saw it; None where nobody's signature can be believed.
        before: What the auditor saw last; None for nothing.
        since_last: How the one stands to the other.
    """

    log: LedgerName
    head: Checkpoint | None
    seen: SeenCheckpoint | None
    before: SeenHead | None
    since_last: SinceLast


def log_states(
    office: LedgerOffice, trust: TrustList | None, before: Mapping[LedgerName, SeenHead]
) -> tuple[LogState, ...]:
    """Return how each log of this region stands."""
    return tuple(_state(log, office, trust, before.get(log)) for log in LedgerName)


def _state(
    log: LedgerName, office: LedgerOffice, trust: TrustList | None, before: SeenHead | None
) -> LogState:
    note = office.shelf.checkpoint(log)
    head = Checkpoint.parse(parse_note(note).text) if note else None
    return LogState(
        log=log,
        head=head,
        seen=_seen(note, trust) if note else None,
        before=before,
        since_last=_since_last(log, office, head, before),
    )


def _seen(note: str, trust: TrustList | None) -> SeenCheckpoint | None:
    if trust is None:
        return None
    try:
        return read_seen(parse_note(note), trust.regions)
    except (StrangeLogError, LedgerProofError):
        return None


def _since_last(
    log: LedgerName, office: LedgerOffice, head: Checkpoint | None, before: SeenHead | None
) -> SinceLast:
    if before is None:
        return SinceLast.FIRST
    held = Checkpoint(origin=head.origin, size=before.size, root=before.root) if head else None
    if head is None or held is None:
        return SinceLast.REWRITTEN
    try:
        is_continued = continues(LedgerCopy(log=log, shelf=office.shelf), head, held)
    except LedgerDamagedError:
        # Without its tiles a log continues nothing.
        is_continued = False
    if not is_continued:
        return SinceLast.REWRITTEN
    return SinceLast.SAME if head.size == before.size else SinceLast.CONTINUED
