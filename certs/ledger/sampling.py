"""Draw licenses for an audit (抽查), and prove each of them against a checkpoint that is held.

Whoever keeps the register must not know beforehand which licenses are looked at: the draw hangs
on the root of the checkpoint, so that it is settled when the checkpoint is, and anybody can
repeat it.
"""

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from certs.errors import LedgerDamagedError, MalformedRecordError
from certs.ledger.copies import LedgerCopy
from certs.ledger.entries import LedgerEntry, LedgerName
from certs.ledger.issuing import ISSUED
from certs.ledger.ports import LedgerShelf, PlacedEntry
from certs.license_files import find_file
from certs.licenses import License
from certs.ports import ObjectStore, UnitOfWork
from signing.algorithms import sm3
from signing.errors import InvalidProofError
from signing.ledger.checkpoints import Checkpoint
from signing.ledger.hashing import leaf_hash
from signing.ledger.proofs import verify_inclusion

_PAGE: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerSample:
    """What became of the licenses that were drawn, by identifier.

    Attributes:
        proved: Every file is there, and the log has them under the checkpoint.
        later: The log takes them up after the checkpoint, or has still to.
        unproved: A file is missing or another one, or no entry of the log is about it.
    """

    proved: tuple[str, ...]
    later: tuple[str, ...]
    unproved: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerSampling:
    """Draws licenses and proves them.

    Attributes:
        objects: Where files and packages lie.
        shelf: Has the tiles of the log.
        on_progress: Told how many licenses were proved or not.
    """

    unit_of_work: Callable[[], UnitOfWork]
    objects: ObjectStore
    shelf: LedgerShelf
    on_progress: Callable[[int], None] = lambda _done: None

    def run(self, count: int, *, held: Checkpoint) -> LedgerSample:
        """Draw ``count`` licenses, or all if there are fewer, and prove them under ``held``."""
        found: dict[bool | None, list[str]] = {True: [], False: [], None: []}
        for done, license in enumerate(self._drawn(count, held.root), 1):
            found[self._is_proved(license, held)].append(license.identifier)
            self.on_progress(done)
        return LedgerSample(
            proved=tuple(found[True]), later=tuple(found[None]), unproved=tuple(found[False])
        )

    def _drawn(self, count: int, seed: bytes) -> list[License]:
        return heapq.nsmallest(
            count,
            (license for page in register_pages(self.unit_of_work) for license in page),
            key=lambda license: sm3(seed + license.identifier.encode()),
        )

    def _is_proved(self, license: License, held: Checkpoint) -> bool | None:
        """Tell whether the checkpoint covers a license; None where it stands behind it."""
        with self.unit_of_work() as work:
            placed = work.ledger.about(LedgerName.ISSUE, license.identifier)
            is_noted = bool(work.ledger.noted(LedgerName.ISSUE, license.identifier))
        issued = [entry for entry in placed if _is_issuing(entry, license)]
        if not issued:
            return None if is_noted and not placed else False
        if issued[0].position >= held.size:
            return None
        return self._has_files(license) and self._is_covered(issued[0], held)

    def _has_files(self, license: License) -> bool:
        """Tell whether every file is there with the digest that the log has."""
        return all(
            find_file(self.objects, license.files, digest) is not None
            for digest in license.files.names
        )

    def _is_covered(self, entry: PlacedEntry, held: Checkpoint) -> bool:
        tree = LedgerCopy(log=LedgerName.ISSUE, shelf=self.shelf).tree(held.size)
        try:
            verify_inclusion(
                leaf_hash(entry.encoded),
                index=entry.position,
                size=held.size,
                path=tree.inclusion_path(entry.position),
                root=held.root,
            )
        except (InvalidProofError, LedgerDamagedError):
            return False
        return True


def register_pages(unit_of_work: Callable[[], UnitOfWork]) -> Iterator[tuple[License, ...]]:
    """Yield the whole register, the newest first, so many licenses at a time."""
    last: str | None = None
    while page := _page(unit_of_work, last):
        yield page
        last = page[-1].identifier


def _page(unit_of_work: Callable[[], UnitOfWork], last: str | None) -> tuple[License, ...]:
    with unit_of_work() as work:
        return work.licenses.newest(_PAGE, after=last)


def _is_issuing(placed: PlacedEntry, license: License) -> bool:
    try:
        entry = LedgerEntry.parse(placed.encoded)
    except MalformedRecordError:
        return False
    return entry.kind == ISSUED and entry.digests == license.files.names
