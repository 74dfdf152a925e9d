"""Evidence over archived packages in memory; passes the tests of the SQL one."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from certs.evidence.batches import (
    EvidenceBatch,
    EvidenceMember,
    EvidenceStamp,
    EvidenceStanding,
)
from certs.packages.jobs import KeptPackage
from tests.doubles.archive import ArchiveShelf


@dataclass
class EvidenceShelf:
    """What is committed of it."""

    batches: dict[int, EvidenceBatch] = field(default_factory=dict)
    batch_of: dict[str, int] = field(default_factory=dict)
    stamps: list[EvidenceStamp] = field(default_factory=list)
    readings: dict[tuple[int, int], tuple[bytes, ...]] = field(default_factory=dict)


class MemoryEvidence:
    def __init__(self, shelf: EvidenceShelf, archive: ArchiveShelf) -> None:
        self._shelf = shelf
        self._archive = archive

    def gather(self, most: int, *, before: datetime, at: datetime) -> EvidenceBatch | None:
        taken = [item for item in self._loose() if item.archived_at < before][:most]
        if not taken:
            return None
        number = len(self._shelf.batches) + 1
        self._shelf.batches[number] = EvidenceBatch(number=number, made_at=at, packages=len(taken))
        self._shelf.batch_of |= {item.package_id: number for item in taken}
        return self._shelf.batches[number]

    def _loose(self) -> list[KeptPackage]:
        packages = self._archive.packages.values()
        return [item for item in packages if item.package_id not in self._shelf.batch_of]

    def waiting(self) -> int:
        return len(self._loose())

    def overdue(self, limit: int, *, before: datetime) -> tuple[str, ...]:
        stamped = {stamp.batch for stamp in self._shelf.stamps}
        found = [
            item.package_id
            for item in self._archive.packages.values()
            if self._shelf.batch_of.get(item.package_id) not in stamped
            and item.archived_at < before
        ]
        return tuple(found[:limit])

    def batches(self) -> tuple[EvidenceBatch, ...]:
        return tuple(map(self._batch, self._shelf.batches))

    def _batch(self, number: int) -> EvidenceBatch:
        batch, stamps = self._shelf.batches[number], self.stamps(number)
        if not stamps:
            return batch
        newest = stamps[-1]
        return replace(batch, stamps=len(stamps), digest=newest.digest, ends_at=newest.ends_at)

    def standing(self, package_id: str) -> EvidenceStanding | None:
        package = self._archive.packages.get(package_id)
        if package is None:
            return None
        number = self._shelf.batch_of.get(package_id)
        return EvidenceStanding(
            object=package.object,
            archived_at=package.archived_at,
            batch=None if number is None else self._batch(number),
        )

    def objects(self, batch: int) -> tuple[bytes, ...]:
        return tuple(bytes.fromhex(item.object) for item in self.members(batch, 1 << 30))

    def members(self, batch: int, limit: int, *, skip: int = 0) -> tuple[EvidenceMember, ...]:
        found = [
            EvidenceMember(package_id=item.package_id, object=item.object, sha512=item.sha512)
            for item in self._archive.packages.values()
            if self._shelf.batch_of.get(item.package_id) == batch
        ]
        return tuple(found[skip : skip + limit])

    def stamps(self, batch: int) -> tuple[EvidenceStamp, ...]:
        found = (stamp for stamp in self._shelf.stamps if stamp.batch == batch)
        return tuple(sorted(found, key=lambda stamp: stamp.number))

    def keep(self, stamp: EvidenceStamp) -> bool:
        if any(item.number == stamp.number for item in self.stamps(stamp.batch)):
            return False
        self._shelf.stamps.append(stamp)
        return True

    def readings(self, batch: int) -> tuple[bytes, ...]:
        parts = sorted((key, part) for key, part in self._shelf.readings.items() if key[0] == batch)
        return tuple(item for _, part in parts for item in part)

    def is_reading(self) -> bool:
        trees = {stamp.batch: stamp.stamped_at for stamp in self._shelf.stamps if stamp.leaves}
        read = {batch for batch, _ in self._shelf.readings}
        return any(
            batch.number in read or (batch.stamps and trees and batch.made_at < max(trees.values()))
            for batch in self.batches()
            if batch.number not in trees
        )

    def keep_readings(self, batch: int, hashes: Sequence[bytes], *, skip: int) -> bool:
        if (batch, skip) in self._shelf.readings:
            return False
        self._shelf.readings[batch, skip] = tuple(hashes)
        return True

    def forget_readings(self, batch: int) -> None:
        kept = {key: part for key, part in self._shelf.readings.items() if key[0] != batch}
        self._shelf.readings = kept
