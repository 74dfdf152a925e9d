"""Ask other regions to witness this region's logs (请求见证).

Only the largest checkpoint is shown, and only until enough regions have cosigned it. A region
that is silent, or refuses, costs nothing but its cosignature.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from certs.ledger.copies import LedgerCopy
from certs.ledger.entries import LedgerName
from certs.ledger.ports import LedgerHead, LedgerShelf
from certs.ports import UnitOfWork
from certs.regions import RegionCode
from signing.errors import MalformedStructureError
from signing.ledger.notes import Note, NoteSignature, parse_note, parse_signatures
from signing.ledger.trees import TiledTree
from signing.ledger.witness_requests import WitnessRequest
from verify.ledger.keys import witness_keys
from verify.ledger.time_proofs import sightings_of
from verify.trusted_regions import TrustedRegion

_OK: Final = 200
_OTHER_SIZE: Final = 409
_MAX_DIGITS: Final = 19

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessAnswer:
    """What a witness said: HTTP status and body."""

    status: int
    body: str


class WitnessClient(Protocol):
    """Carries checkpoints to the witnesses."""

    def add_checkpoint(self, service_url: str, body: str) -> WitnessAnswer | None:
        """Return what the region said, None for silence."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessRound:
    """Asks until enough regions have seen each log.

    Attributes:
        region: Whose logs these are.
        regions: Returns the regions of the trust list.
        quorum: How many of them have to see a checkpoint.
    """

    region: RegionCode
    unit_of_work: Callable[[], UnitOfWork]
    shelf: LedgerShelf
    regions: Callable[[], tuple[TrustedRegion, ...]]
    client: WitnessClient
    quorum: int = 1
    # What each witness saw last, as far as we know; a wrong guess costs one more question.
    _sizes: dict[tuple[str, LedgerName], int] = field(default_factory=dict, repr=False)

    def ask(self) -> tuple[LedgerHead, ...]:
        """Ask about every log whose head too few have seen; return the heads seen now."""
        heads = (self._asked(log) for log in LedgerName)
        return tuple(head for head in heads if head is not None)

    def _asked(self, log: LedgerName) -> LedgerHead | None:
        with self.unit_of_work() as work:
            head = work.ledger.head(log)
        witnesses = [item for item in self.regions() if item.ledger and item.code != self.region]
        if head is None or head.seen_at is not None or not witnesses:
            return None
        note = parse_note(head.note)
        tree = LedgerCopy(log=log, shelf=self.shelf).tree(head.size)
        signatures = [
            signature
            for witness in witnesses
            for signature in self._cosignatures(witness, note, tree, log)
        ]
        cosigned = note.signed_also(signatures)
        found = sightings_of(cosigned, witnesses)
        if len(found) < max(self.quorum, 1):
            return None
        seen = replace(head, note=cosigned.encode(), seen_at=found[max(self.quorum, 1) - 1].at)
        self._keep(seen)
        return seen

    def _keep(self, head: LedgerHead) -> None:
        with self.unit_of_work() as work:
            work.ledger.keep_head(head)
            last = work.ledger.head(head.log)
            work.commit()
        if last is not None and last.size == head.size:
            self.shelf.put_checkpoint(head.log, head.note)

    def _cosignatures(
        self, witness: TrustedRegion, note: Note, tree: TiledTree, log: LedgerName
    ) -> Iterator[NoteSignature]:
        """Yield what a witness signed; nothing where it is silent or refuses."""
        answer = self._ask(witness, note, tree, log)
        if answer is None or answer.status != _OK:
            return
        self._sizes[str(witness.code), log] = tree.size
        keys = witness_keys(witness)
        try:
            given = parse_signatures(answer.body)
        except MalformedStructureError:
            logger.warning("region %s answered no cosignature", witness.code)
            return
        yield from (item for item in given if any(item.is_by(key) for key in keys))

    def _ask(
        self, witness: TrustedRegion, note: Note, tree: TiledTree, log: LedgerName
    ) -> WitnessAnswer | None:
        """Ask, and once more from the size that the witness says it saw last."""
        size = self._sizes.get((str(witness.code), log), 0)
        answer = self._sent(witness, note, tree, size)
        if answer is None or answer.status != _OTHER_SIZE:
            return answer
        seen = answer.body.removesuffix("\n")
        if not seen.isdecimal() or len(seen) > _MAX_DIGITS or int(seen) > tree.size:
            logger.error("region %s saw another %s log than ours: %r", witness.code, log, seen[:20])
            return None
        if int(seen) == size:
            logger.error("region %s saw another %s log of %d entries", witness.code, log, size)
            return None
        return self._sent(witness, note, tree, int(seen))

    def _sent(
        self, witness: TrustedRegion, note: Note, tree: TiledTree, old: int
    ) -> WitnessAnswer | None:
        own = Note(text=note.text, signatures=note.signatures[:1])
        request = WitnessRequest(old_size=old, path=tree.consistency_path(old), note=own)
        return self.client.add_checkpoint(witness.service_url, request.encode())
