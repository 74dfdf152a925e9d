"""What an auditor sees of the ledger: one entry with its whole proof, and what continues what.

Nothing here says what the register calls a thing: the log itself names things by digests alone.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique

from api.ledger_verdicts import LedgerVerdict, judge_proof
from api.services import Services
from certs.errors import LedgerDamagedError
from certs.ledger.auditing import continues
from certs.ledger.copies import LedgerCopy
from certs.ledger.entries import LedgerEntry, LedgerName
from certs.ledger.ports import LedgerHead
from certs.ledger.proving import proof_at
from signing.errors import SigningError
from signing.ledger.checkpoints import Checkpoint
from signing.ledger.notes import Note, parse_note
from signing.ledger.proof_files import LedgerProof
from verify.errors import LedgerProofError, StrangeLogError
from verify.ledger.seen_checkpoints import SeenCheckpoint, read_seen
from verify.ledger.time_proofs import Sighting
from verify.trusted_regions import TrustedRegion


@unique
class Continuity(StrEnum):
    """How the log stands to a checkpoint that somebody kept."""

    CONTINUES = "continues"
    """The log begins with everything that it had then."""
    UNREADABLE = "unreadable"
    """What was given is not a checkpoint."""
    FOREIGN = "foreign"
    """It is of a log that is not kept here."""
    UNSIGNED = "unsigned"
    """This region did not sign it, so it says nothing about the log."""
    UNTRUSTED = "untrusted"
    """Nobody says whose signatures count: there is no trust list."""
    REWRITTEN = "rewritten"
    """The region signed it, and its log does not continue it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadView:
    """The present checkpoint of a log.

    Attributes:
        note: The signed note, byte for byte.
        is_signed: Whether a key that the trust list names for this region signed it.
        sightings: Which other regions cosigned it.
    """

    log: LedgerName
    checkpoint: Checkpoint
    note: str
    is_signed: bool
    sightings: tuple[Sighting, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryView:
    """An entry, its proof, and what came of checking it.

    Attributes:
        proved_at: By when it stood there, as enough other regions say; None where too few do.
        sightings: Which other regions cosigned the checkpoint.
    """

    proof: LedgerProof
    entry: LedgerEntry
    verdict: LedgerVerdict
    proved_at: datetime | None
    sightings: tuple[Sighting, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContinuityView:
    """What came of comparing the log with a checkpoint that somebody kept.

    Attributes:
        held: The checkpoint kept; None where it cannot be read.
        head: The log's present one; None where there is none.
        path: The hashes that lead from the one to the other.
    """

    result: Continuity
    held: Checkpoint | None = None
    head: HeadView | None = None
    path: tuple[bytes, ...] = ()


def heads_of(services: Services) -> tuple[HeadView, ...]:
    """Return the present checkpoint of each log that has one."""
    with services.unit_of_work() as work:
        work.only_read()
        heads = [work.ledger.head(log) for log in LedgerName]
    return tuple(_head_view(head, services) for head in heads if head is not None)


def entry_of(log: LedgerName, position: int, services: Services) -> EntryView | None:
    """Return an entry with its checked proof; None where no checkpoint covers such an entry.

    Raises:
        LedgerDamagedError: The tiles do not have the root that was signed.
    """
    office = services.ledger
    proof = proof_at(position, log, unit_of_work=services.unit_of_work, shelf=office.shelf)
    if proof is None:
        return None
    verdict = judge_proof(
        proof.encode().encode(),
        trust=services.trust.current(),
        quorum=office.round.quorum if office.round is not None else 1,
    )
    proved_at = verdict.facts.get("proved_at")
    return EntryView(
        proof=proof,
        entry=LedgerEntry.parse(proof.entry),
        verdict=verdict,
        proved_at=datetime.fromisoformat(proved_at) if proved_at else None,
        sightings=_signed(proof.note, services)[1],
    )


def compare(kept: str, services: Services) -> ContinuityView:
    """Compare the log with a checkpoint that somebody kept.

    Args:
        kept: The signed note, as the log gives it out.
        services: Has the log, and whom this instance trusts.
    """
    try:
        note = parse_note(kept)
        held = Checkpoint.parse(note.text)
    except SigningError:
        return ContinuityView(result=Continuity.UNREADABLE)
    try:
        seen = read_seen(note, _regions(services))
    except StrangeLogError:
        trusted = services.trust.current() is not None
        result = Continuity.FOREIGN if trusted else Continuity.UNTRUSTED
        return ContinuityView(result=result, held=held)
    except (SigningError, LedgerProofError):
        return ContinuityView(result=Continuity.UNSIGNED, held=held)
    if str(seen.keeper.code) != str(services.region):
        return ContinuityView(result=Continuity.FOREIGN, held=held)
    return _compared(seen, services)


def _compared(seen: SeenCheckpoint, services: Services) -> ContinuityView:
    """Compare with a checkpoint that this region is known to have signed."""
    held = seen.checkpoint
    head = next((item for item in heads_of(services) if item.log is seen.log), None)
    if head is None:
        return ContinuityView(result=Continuity.REWRITTEN, held=held)
    copy = LedgerCopy(log=seen.log, shelf=services.ledger.shelf)
    try:
        if head.is_signed and continues(copy, head.checkpoint, held):
            path = copy.tree(head.checkpoint.size).consistency_path(held.size)
            return ContinuityView(result=Continuity.CONTINUES, held=held, head=head, path=path)
    except LedgerDamagedError:
        # Without its tiles a log continues nothing that it signed.
        pass
    return ContinuityView(result=Continuity.REWRITTEN, held=held, head=head)


def _head_view(head: LedgerHead, services: Services) -> HeadView:
    note = parse_note(head.note)
    is_signed, sightings = _signed(note, services)
    return HeadView(
        log=head.log,
        checkpoint=Checkpoint.parse(note.text),
        note=head.note,
        is_signed=is_signed,
        sightings=sightings,
    )


def _signed(note: Note, services: Services) -> tuple[bool, tuple[Sighting, ...]]:
    """Return whether a key that is trusted signed a checkpoint, and who saw it."""
    try:
        return True, read_seen(note, _regions(services)).sightings
    except (StrangeLogError, LedgerProofError):
        return False, ()


def _regions(services: Services) -> tuple[TrustedRegion, ...]:
    trust = services.trust.current()
    return trust.regions if trust is not None else ()
