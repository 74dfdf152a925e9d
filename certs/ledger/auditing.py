"""Audit a ledger (账本审计): the register against the log, and the log against what was signed.

Whoever may write into the database can change anything in it. What was published they cannot:
other regions signed its root. So everything is compared with the published log, entry by entry.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum, unique
from typing import Final

from certs.errors import LedgerDamagedError, MalformedRecordError
from certs.ledger.copies import LedgerCopy
from certs.ledger.entries import LedgerEntry, LedgerName
from certs.ledger.issuing import ISSUED, event_digest
from certs.ledger.ports import LedgerShelf, PlacedEntry
from certs.ledger.sampling import register_pages
from certs.licenses import License
from certs.ports import UnitOfWork
from signing.errors import InvalidProofError, MalformedStructureError
from signing.ledger.checkpoints import Checkpoint
from signing.ledger.hashing import leaf_hash
from signing.ledger.proofs import verify_consistency
from signing.ledger.tiles import BUNDLES, TILE_WIDTH, TileName, parse_bundle
from signing.ledger.trees import GrowingTree

SLACK: Final = timedelta(minutes=10)
"""How much later than another an entry may stand that is older: clocks differ, work waits."""

_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)


@unique
class AuditProblem(StrEnum):
    """What an audit can find."""

    TILES_CHANGED = "tiles-changed"
    LOG_REWRITTEN = "log-rewritten"
    ENTRY_CHANGED = "entry-changed"
    ENTRY_REMOVED = "entry-removed"
    ENTRY_BACK_DATED = "entry-back-dated"
    LICENSE_CHANGED = "license-changed"
    LICENSE_REMOVED = "license-removed"
    LICENSE_UNLOGGED = "license-unlogged"
    EVENT_UNLOGGED = "event-unlogged"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFinding:
    """One thing that does not agree.

    Attributes:
        position: The number of the entry; None where there is none.
        subject: 证照标识, where it is known.
    """

    problem: AuditProblem
    position: int | None = None
    subject: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerAudit:
    """Compares the log ``issue`` with the register and with itself.

    Attributes:
        shelf: Has what was published.
        on_progress: Told how many entries and licenses were looked at.
    """

    unit_of_work: Callable[[], UnitOfWork]
    shelf: LedgerShelf
    on_progress: Callable[[int], None] = lambda _done: None

    def run(self, *, held: Checkpoint | None = None) -> Iterator[AuditFinding]:
        """Yield what does not agree.

        Args:
            held: An earlier checkpoint that the auditor kept; the log must continue it.
        """
        copy = LedgerCopy(log=LedgerName.ISSUE, shelf=self.shelf)
        head = copy.head()
        if head is not None:
            yield from self._published(copy, head, held)
        elif held is not None:
            yield AuditFinding(problem=AuditProblem.LOG_REWRITTEN)
        yield from self._register()

    def _published(
        self, copy: LedgerCopy, head: Checkpoint, held: Checkpoint | None
    ) -> Iterator[AuditFinding]:
        """Read the whole log, and compare each entry with the book and the register."""
        tree, latest = GrowingTree(), _LONG_AGO
        for first in range(0, head.size, TILE_WIDTH):
            width = min(head.size - first, TILE_WIDTH)
            name = TileName(BUNDLES, first // TILE_WIDTH, width)
            try:
                entries = parse_bundle(self.shelf.read(copy.log, name))
            except (LedgerDamagedError, MalformedStructureError):
                yield AuditFinding(problem=AuditProblem.TILES_CHANGED, position=first)
                return
            tree.append([leaf_hash(entry) for entry in entries])
            with self.unit_of_work() as work:
                kept = {item.position: item for item in work.ledger.entries(copy.log, first, width)}
                for position, encoded in enumerate(entries, first):
                    yield from _compared(work, position, encoded, kept.get(position))
                    at = _time_of(encoded)
                    if at < latest - SLACK:
                        yield AuditFinding(problem=AuditProblem.ENTRY_BACK_DATED, position=position)
                    latest = max(latest, at)
            self.on_progress(first + len(entries))
        if tree.root() != head.root:
            yield AuditFinding(problem=AuditProblem.TILES_CHANGED)
        elif held is not None and not continues(copy, head, held):
            yield AuditFinding(problem=AuditProblem.LOG_REWRITTEN)

    def _register(self) -> Iterator[AuditFinding]:
        """Look for licenses and changes that never went through the log."""
        done = 0
        for page in register_pages(self.unit_of_work):
            with self.unit_of_work() as work:
                for license in page:
                    yield from _logged(work, license)
            done += len(page)
            self.on_progress(done)


def _compared(
    work: UnitOfWork, position: int, encoded: bytes, kept: PlacedEntry | None
) -> Iterator[AuditFinding]:
    """Compare a published entry with the book, and what it is about with the register."""
    if kept is None:
        yield AuditFinding(problem=AuditProblem.ENTRY_REMOVED, position=position)
        return
    if kept.encoded != encoded:
        yield AuditFinding(
            problem=AuditProblem.ENTRY_CHANGED, position=position, subject=kept.subject
        )
    entry = _parsed(encoded)
    if entry is None or entry.kind != ISSUED:
        return
    license = work.licenses.find(kept.subject)
    if license is None:
        yield AuditFinding(
            problem=AuditProblem.LICENSE_REMOVED, position=position, subject=kept.subject
        )
    elif license.files.names != entry.digests:
        yield AuditFinding(
            problem=AuditProblem.LICENSE_CHANGED, position=position, subject=kept.subject
        )


def _logged(work: UnitOfWork, license: License) -> Iterator[AuditFinding]:
    """Check that a license and every change of its status stand in the log, or wait for it."""
    noted = work.ledger.noted(LedgerName.ISSUE, license.identifier)
    entries = [entry for entry in map(_parsed, noted) if entry is not None]
    if not any(entry.kind == ISSUED for entry in entries):
        yield AuditFinding(problem=AuditProblem.LICENSE_UNLOGGED, subject=license.identifier)
        return
    digests = {digest for entry in entries for digest in entry.digests}
    for event in work.licenses.events(license.identifier)[1:]:
        if event_digest(license.files.record, event) not in digests:
            yield AuditFinding(problem=AuditProblem.EVENT_UNLOGGED, subject=license.identifier)


def continues(copy: LedgerCopy, head: Checkpoint, held: Checkpoint) -> bool:
    """Return whether the tiles show that the log of ``head`` continues the one of ``held``.

    Raises:
        LedgerDamagedError: Tiles are missing.
    """
    if held.origin != head.origin or held.size > head.size:
        return False
    try:
        verify_consistency(
            old_size=held.size,
            old_root=held.root,
            new_size=head.size,
            new_root=head.root,
            path=copy.tree(head.size).consistency_path(held.size),
        )
    except InvalidProofError:
        return False
    return True


def _parsed(encoded: bytes) -> LedgerEntry | None:
    try:
        return LedgerEntry.parse(encoded)
    except MalformedRecordError:
        return None


def _time_of(encoded: bytes) -> datetime:
    """Return when an entry says that it happened; what says nothing is as old as can be."""
    entry = _parsed(encoded)
    return entry.at if entry is not None else _LONG_AGO - SLACK
