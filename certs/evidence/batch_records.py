"""The evidence records of one batch (证据记录), made from its digests and its timestamps."""

from collections.abc import Sequence
from itertools import accumulate, groupby
from typing import Final

from certs.evidence.batches import EvidenceStamp
from certs.evidence.ports import EvidenceBook
from signing.evidence_records import ArchiveTimestamp, EvidenceRecord, covered_hash
from signing.evidence_trees import EvidenceDigest, HashTree

REREAD: Final = EvidenceDigest.SHA512
"""The hash of the second chain."""
REREAD_BYTES: Final = 64
LEFT_OUT: Final = bytes(REREAD_BYTES)
"""Stands for the hash of a package that could not be read."""


class BatchRecords:
    """Gives out the record of any package of a batch.

    Args:
        objects: SM3 of each package's bytes, in the order of the batch.
        stamps: The timestamps over it, oldest first; at least one.
    """

    def __init__(self, objects: Sequence[bytes], stamps: Sequence[EvidenceStamp]) -> None:
        groups = [tuple(items) for _, items in groupby(stamps, key=lambda stamp: stamp.chain)]
        first, *further = groups
        self._chains = (
            _Chain(first, objects),
            *(_Chain(items, split(items[0].leaves)) for items in further),
        )
        self._lists = tuple(dict.fromkeys(item for stamp in stamps for item in stamp.lists))

    def record(self, position: int) -> EvidenceRecord:
        """Return the record of a package, which ends where the package was left out."""
        chains: list[tuple[ArchiveTimestamp, ...]] = []
        for chain in self._chains:
            timestamps = chain.timestamps(position)
            if not timestamps:
                break
            chains.append(timestamps)
        return EvidenceRecord(chains=tuple(chains), lists=self._lists)

    def covered(self, position: int, own: bytes) -> bytes:
        """Return what a further chain covers of a package; ``LEFT_OUT`` if it covers nothing.

        Args:
            position: Of the package.
            own: Its hash by ``REREAD``, or ``LEFT_OUT``.
        """
        if own == LEFT_OUT:
            return own
        return covered_hash(own, REREAD, self.record(position).chains)


class _Chain:
    """One chain of a batch: a tree, the timestamp over it, and those over timestamps."""

    def __init__(self, stamps: Sequence[EvidenceStamp], leaves: Sequence[bytes]) -> None:
        present = [leaf != LEFT_OUT for leaf in leaves]
        self._stamps = stamps
        self._is_present = present
        self._places = tuple(accumulate(present, initial=0))
        self._tree = HashTree([leaf for leaf in leaves if leaf != LEFT_OUT], stamps[0].digest)

    def timestamps(self, position: int) -> tuple[ArchiveTimestamp, ...]:
        if not self._is_present[position]:
            return ()
        first, *renewals = self._stamps
        lists = self._tree.lists(self._places[position])
        return (
            ArchiveTimestamp(digest=first.digest, lists=lists, token=first.token),
            *(
                ArchiveTimestamp(digest=item.digest, lists=(), token=item.token)
                for item in renewals
            ),
        )


def split(hashes: bytes) -> tuple[bytes, ...]:
    """Return hashes by ``REREAD`` that lie one behind the other."""
    return tuple(hashes[at : at + REREAD_BYTES] for at in range(0, len(hashes), REREAD_BYTES))


def record_of(package_id: str, book: EvidenceBook) -> EvidenceRecord | None:
    """Return the evidence record of a package; None while it has no timestamp."""
    standing = book.standing(package_id)
    if standing is None or standing.batch is None or not standing.batch.stamps:
        return None
    objects = book.objects(standing.batch.number)
    records = BatchRecords(objects, book.stamps(standing.batch.number))
    return records.record(objects.index(bytes.fromhex(standing.object)))
