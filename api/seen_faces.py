"""Faces of licenses that were examined of late (已检查照面), by the digest of their bytes.

Taking a sealed file apart costs more than everything else in a look-up, and says the same each
time. What is kept is what the file says; how the license stands is asked each time anew. Nothing
is kept longer than an hour after its last use, and nothing on disk: it names people.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from certs.holder_codes import HolderCode
from certs.records import LicenseRecord
from certs.regions import RegionCode
from verify.examination import Examination

_MOST: Final = 20_000
_MOST_BYTES: Final = 128 << 20
_KEPT: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenFace:
    """What a face said when it was examined.

    Attributes:
        region: The register that gave it.
        digest: SM3 of the file, hexadecimal.
        filled: Names of the type's fields that hold a value.
        pdf: The file itself: a case keeps what it attaches.
    """

    region: RegionCode
    digest: str
    record: LicenseRecord = field(repr=False)
    filled: frozenset[str]
    examination: Examination = field(repr=False)
    pdf: bytes = field(repr=False)


@dataclass(slots=True)
class SeenFaces:
    """The faces of late; for threads.

    Attributes:
        most: How many are kept; the one that was not used longest makes room.
        most_bytes: How many bytes their files have, all together.
    """

    most: int = _MOST
    most_bytes: int = _MOST_BYTES
    _bytes: int = 0
    _kept: OrderedDict[tuple[RegionCode, str], tuple[SeenFace, datetime]] = field(
        default_factory=OrderedDict, repr=False
    )
    _of_holders: dict[tuple[RegionCode, HolderCode], set[str]] = field(
        default_factory=dict, repr=False
    )
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def find(self, region: RegionCode, digest: str, *, now: datetime) -> SeenFace | None:
        """Return a face that a region's register gave before, or None."""
        with self._lock:
            self._drop_old(now)
            found = self._kept.get((region, digest))
            if found is None:
                return None
            self._kept[region, digest] = (found[0], now)
            self._kept.move_to_end((region, digest))
            return found[0]

    def find_or_keep(
        self, region: RegionCode, digest: str, see: Callable[[], SeenFace], *, now: datetime
    ) -> SeenFace:
        """Return a face, examined now if it was not before."""
        found = self.find(region, digest, now=now)
        if found is None:
            found = see()
            self._keep(found, now)
        return found

    def known_of(self, region: RegionCode, holder: HolderCode, *, now: datetime) -> frozenset[str]:
        """Return the digests of a holder's faces that a region's register gave before."""
        with self._lock:
            self._drop_old(now)
            return frozenset(self._of_holders.get((region, holder), ()))

    def _keep(self, face: SeenFace, now: datetime) -> None:
        with self._lock:
            before = self._kept.pop((face.region, face.digest), None)
            self._bytes -= len(before[0].pdf) if before is not None else 0
            self._kept[face.region, face.digest] = (face, now)
            of_holder = self._of_holders.setdefault((face.region, face.record.holder), set())
            of_holder.add(face.digest)
            self._bytes += len(face.pdf)
            while len(self._kept) > self.most or self._bytes > self.most_bytes:
                self._drop_first()

    def _drop_old(self, now: datetime) -> None:
        while self._kept and next(iter(self._kept.values()))[1] < now - _KEPT:
            self._drop_first()

    def _drop_first(self) -> None:
        (region, digest), (face, _) = self._kept.popitem(last=False)
        self._bytes -= len(face.pdf)
        of_holder = self._of_holders[region, face.record.holder]
        of_holder.discard(digest)
        if not of_holder:
            del self._of_holders[region, face.record.holder]
