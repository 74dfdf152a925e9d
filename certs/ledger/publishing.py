"""Publish the ledger (发布账本): entries get their place, and a signed checkpoint covers them.

For each log that has news:

1. in one transaction the entries that wait get the next numbers;
2. the tiles on the shelf are brought up to that size;
3. the checkpoint is signed, and stored;
4. the checkpoint is laid on the shelf.

The book says what the order is, the shelf what was signed. A crash after 1 or 2 repeats 2 with
the same entries; a checkpoint is signed only over tiles that continue those of the last one, so
whatever happens to the book meanwhile, no two checkpoints contradict each other.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from certs.errors import LedgerDamagedError
from certs.ledger.copies import LedgerCopy, ReadEntries
from certs.ledger.entries import LedgerName
from certs.ledger.ports import LedgerHead, LedgerShelf, PlacedEntry
from certs.ports import Clock, UnitOfWork
from signing.ledger.checkpoints import Checkpoint
from signing.ledger.notes import Note, parse_note, sign_note
from signing.ledger.trees import GrowingTree
from signing.signer import Signer

_AT_ONCE: Final = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerPublisher:
    """Publishes the logs of one region.

    Attributes:
        region: 行政区划代码; the logs are named after it.
        signer: The key of the role ``ledger``.
        shelf: Where tiles and checkpoints lie.
    """

    unit_of_work: Callable[[], UnitOfWork]
    clock: Clock
    region: str
    signer: Signer
    shelf: LedgerShelf

    def publish(self) -> tuple[LedgerHead, ...]:
        """Publish every log that has news; return its new head.

        Raises:
            LedgerDamagedError: Book and shelf do not tell one story; nothing is signed.
            KeyUnavailableError: The key store did not answer; the next look goes on from here.
        """
        with self.unit_of_work() as work:
            placed = [work.ledger.place(log, _AT_ONCE) for log in LedgerName]
            news = [
                (log, size, head)
                for log in LedgerName
                for size, head in [(work.ledger.size(log), work.ledger.head(log))]
                if size > (head.size if head is not None else 0)
            ]
            if any(placed):
                work.commit()
        return tuple(self._publish(log, size, head) for log, size, head in news)

    def _publish(self, log: LedgerName, size: int, kept: LedgerHead | None) -> LedgerHead:
        copy = LedgerCopy(log=log, shelf=self.shelf)
        tree = self._caught_up(copy, kept)
        copy.extend(tree, size, self._reader(log))
        head = self._signed(log, tree)
        with self.unit_of_work() as work:
            work.ledger.keep_head(head)
            work.commit()
        self.shelf.put_checkpoint(log, head.note)
        return head

    def _caught_up(self, copy: LedgerCopy, kept: LedgerHead | None) -> GrowingTree:
        """Return the tree of the last checkpoint; the shelf has it, or gets it from the book."""
        tree = copy.growing()
        size = kept.size if kept is not None else 0
        if tree.size > size:
            raise LedgerDamagedError(
                f"{copy.log}: {tree.size} entries were published, the database knows {size}"
            )
        if kept is None or tree.size == size:
            return tree
        copy.extend(tree, size, self._reader(copy.log))
        if tree.root() != Checkpoint.parse(_text_of(kept)).root:
            raise LedgerDamagedError(f"{copy.log}: the database is not what was published")
        self.shelf.put_checkpoint(copy.log, kept.note)
        return tree

    def fill_shelf(self) -> None:
        """Lay out what another process published.

        Raises:
            LedgerDamagedError: Book and shelf do not tell one story.
        """
        for log in LedgerName:
            with self.unit_of_work() as work:
                work.only_read()
                kept = work.ledger.head(log)
            self._caught_up(LedgerCopy(log=log, shelf=self.shelf), kept)

    def _signed(self, log: LedgerName, tree: GrowingTree) -> LedgerHead:
        origin = origin_of(self.region, log)
        text = Checkpoint(origin=origin, size=tree.size, root=tree.root()).text
        signature = sign_note(text, name=origin, signer=self.signer)
        note = Note(text=text, signatures=(signature,))
        return LedgerHead(log=log, size=tree.size, note=note.encode(), signed_at=self.clock.now())

    def _reader(self, log: LedgerName) -> ReadEntries:
        def read(first: int, limit: int) -> tuple[PlacedEntry, ...]:
            with self.unit_of_work() as work:
                work.only_read()
                return work.ledger.entries(log, first, limit)

        return read


def origin_of(region: str, log: LedgerName) -> str:
    """Return the name of a region's log, the first line of its checkpoints."""
    return f"{region}.yinxin/{log}"


def _text_of(head: LedgerHead) -> str:
    return parse_note(head.note).text
