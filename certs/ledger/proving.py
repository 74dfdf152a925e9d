"""Proofs out of the ledger (账本证明): for whoever must know, or show, that it is there."""

from collections.abc import Callable

from certs.errors import LedgerDamagedError
from certs.ledger.copies import LedgerCopy
from certs.ledger.entries import LedgerName
from certs.ledger.ports import LedgerBook, LedgerHead, LedgerShelf, PlacedEntry
from certs.licenses import License
from certs.ports import UnitOfWork
from signing.errors import InvalidProofError
from signing.ledger.notes import parse_note
from signing.ledger.proof_files import LedgerProof


def is_under_head(subject: str, log: LedgerName, ledger: LedgerBook) -> bool:
    """Tell whether a checkpoint covers the first entry about something."""
    placed, head = ledger.about(log, subject), ledger.head(log)
    return bool(placed) and head is not None and placed[0].position < head.size


def proofs_about(
    subject: str,
    log: LedgerName,
    *,
    unit_of_work: Callable[[], UnitOfWork],
    shelf: LedgerShelf,
) -> tuple[LedgerProof, ...]:
    """Return the proofs of all entries about a subject that a checkpoint covers, in order.

    Each is under the first checkpoint that other regions saw, for that proves the earliest time;
    under the present one where none of them has seen the entry yet.

    Args:
        subject: 证照标识, or the name of a package.
        log: Which log.
        unit_of_work: Opens the book.
        shelf: Has the tiles.

    Raises:
        LedgerDamagedError: The tiles do not have the root that was signed.
    """
    with unit_of_work() as work:
        placed = work.ledger.about(log, subject)
        last = work.ledger.head(log)
        heads = [work.ledger.seen_head(log, entry.position) or last for entry in placed]
    copy = LedgerCopy(log=log, shelf=shelf)
    return tuple(
        _proof(entry, head, copy)
        for entry, head in zip(placed, heads, strict=True)
        if head is not None and entry.position < head.size
    )


def proof_at(
    position: int,
    log: LedgerName,
    *,
    unit_of_work: Callable[[], UnitOfWork],
    shelf: LedgerShelf,
) -> LedgerProof | None:
    """Return the proof of one entry by its number, under the checkpoint `proofs_about` takes.

    Returns:
        None where the log has no such entry, or no checkpoint covers it yet.

    Raises:
        LedgerDamagedError: The tiles do not have the root that was signed.
    """
    with unit_of_work() as work:
        work.only_read()
        placed = work.ledger.entries(log, position, 1)
        head = work.ledger.seen_head(log, position) or work.ledger.head(log)
    if not placed or placed[0].position != position or head is None or position >= head.size:
        return None
    return _proof(placed[0], head, LedgerCopy(log=log, shelf=shelf))


def first_proof(
    identifier: str, *, unit_of_work: Callable[[], UnitOfWork], shelf: LedgerShelf
) -> bytes | None:
    """Return the proof that a license was issued, as a file; None where there is none yet."""
    proofs = proofs_about(identifier, LedgerName.ISSUE, unit_of_work=unit_of_work, shelf=shelf)
    return proofs[0].encode().encode() if proofs else None


def proof_of(
    license: License, *, unit_of_work: Callable[[], UnitOfWork], shelf: LedgerShelf
) -> bytes:
    """Return the proof that a license was issued, as a file; empty where there is none yet."""
    return first_proof(license.identifier, unit_of_work=unit_of_work, shelf=shelf) or b""


def _proof(entry: PlacedEntry, head: LedgerHead, copy: LedgerCopy) -> LedgerProof:
    proof = LedgerProof(
        entry=entry.encoded,
        index=entry.position,
        path=copy.tree(head.size).inclusion_path(entry.position),
        note=parse_note(head.note),
    )
    try:
        proof.verify_inclusion()
    except InvalidProofError as error:
        raise LedgerDamagedError(f"{copy.log}: entry {entry.position} was changed") from error
    return proof
