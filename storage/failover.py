"""Two object stores as one: everything is put into both, and read from the one that has it.

A put returns when both have it. One that fails may leave a whole object in the second store; no
row names it, and putting it again completes it. Nothing else is ever visible.
"""

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Final, Generic, Protocol, TypeVar, runtime_checkable

from certs.keeping.stores import ArchiveStore
from certs.ports import ObjectStore
from signing.algorithms import sm3
from storage.errors import (
    DamagedObjectError,
    ObjectNotFoundError,
    ObjectRangeError,
    ObjectStoreError,
)
from storage.object_locks import ObjectLock

logger: Final = logging.getLogger(__name__)

_PAUSE_SECONDS: Final = 5.0
"""How long a store that did not answer is asked only after the other one."""
# A folder's disk fails with an error of the system.
_SILENT: Final = (ObjectStoreError, OSError)
_WORST_FIRST: Final = (*_SILENT, DamagedObjectError, ObjectRangeError, ObjectNotFoundError)
_Store = TypeVar("_Store", bound=ObjectStore)
_Answer = TypeVar("_Answer")


def _now() -> datetime:
    return datetime.now(UTC)


@runtime_checkable
class Provable(Protocol):
    """A store that is not taken at its word, such as a bucket."""

    def prove(self) -> None:
        """Prove that it keeps what it is relied upon for."""
        ...


class FailoverObjects(Generic[_Store]):
    """Two object stores; the first is the one that is usually read."""

    def __init__(
        self,
        first: _Store,
        second: _Store,
        *,
        unproved: Iterable[Provable] = (),
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """Join two stores.

        Args:
            first: Is usually read.
            second: Is read where the first cannot answer.
            unproved: Those of the two that were silent when they were to be proved.
            seconds: Tells how time passes.
        """
        self.first = first
        self.second = second
        self._unproved = tuple(unproved)
        self._seconds = seconds
        self._paused_until = float("-inf")

    def put(self, content: bytes) -> str:
        """Store ``content`` in both, durably.

        Returns:
            SM3 digest in hexadecimal.
        """
        digest = sm3(content).hex()
        self.put_all({digest: content})
        return digest

    def prove(self) -> None:
        """Prove what was silent at the start, before anything is put there.

        Raises:
            ObjectStoreError: It is silent still.
            UnfitObjectStoreError: It does not keep what it is relied upon for.
        """
        for store in self._unproved:
            store.prove()
        self._unproved = ()

    def put_all(self, contents: Mapping[str, bytes]) -> None:
        """Store several contents in both, each under its SM3 digest."""
        self.prove()
        # What is readable from the first is in both.
        self.second.put_all(contents)
        self.first.put_all(contents)

    def has(self, digest: str) -> bool:
        """Tell whether something is stored under ``digest`` in either."""

        def ask(store: _Store) -> bool:
            if not store.has(digest):
                raise ObjectNotFoundError(f"no object {digest[:16]}…")
            return True

        try:
            return self._read(ask)
        except ObjectNotFoundError:
            return False

    def remove(self, digest: str) -> None:
        """Remove what is stored under ``digest`` from both."""
        self.second.remove(digest)
        self.first.remove(digest)

    def get(self, digest: str) -> bytes:
        """Return the content stored under ``digest``, from the store that has it whole.

        Raises:
            ObjectStoreError: One does not answer, and the other does not have it.
            DamagedObjectError: One has it damaged, and the other not at all, or damaged too.
            ObjectNotFoundError: It is in neither.
        """
        return self._read(lambda store: store.get(digest))

    def find(self, digest: str) -> bytes | None:
        """Return the same; None where nothing is stored, or not what was put."""
        try:
            return self.get(digest)
        except (ObjectNotFoundError, DamagedObjectError):
            return None

    def get_range(self, digest: str, offset: int, length: int) -> bytes:
        """Return a part of what is stored, not checked; see ``ObjectStore.get_range``."""
        return self._read(lambda store: store.get_range(digest, offset, length))

    def _read(self, ask: Callable[[_Store], _Answer]) -> _Answer:
        """Ask one store, and the other where it cannot answer; tell the worse of two failures."""
        stores = (self.first, self.second)
        failures: list[Exception] = []
        for store in stores if self._seconds() >= self._paused_until else reversed(stores):
            try:
                return ask(store)
            except _WORST_FIRST as error:
                failures.append(error)
                self._note(store, error)
        raise min(failures, key=_rank)

    def _note(self, store: _Store, error: Exception) -> None:
        """Tell those who run the service; an object that is not there is no event."""
        if isinstance(error, ObjectNotFoundError):
            return
        which = "first" if store is self.first else "second"
        logger.warning("the %s object store failed: %s", which, type(error).__name__)
        if isinstance(error, _SILENT) and store is self.first:
            self._paused_until = self._seconds() + _PAUSE_SECONDS


def _rank(error: Exception) -> int:
    """Return how little an error leaves open: a store that is silent may still have the object."""
    return next(rank for rank, kind in enumerate(_WORST_FIRST) if kind in type(error).__mro__)


class FailoverArchive(FailoverObjects[ArchiveStore]):
    """Two archive stores; what binds an object binds both copies."""

    def __init__(
        self,
        first: ArchiveStore,
        second: ArchiveStore,
        *,
        unproved: Iterable[Provable] = (),
        now: Callable[[], datetime] = _now,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """Join two stores; see ``FailoverObjects``. Whether a lock is over, ``now`` tells."""
        super().__init__(first, second, unproved=unproved, seconds=seconds)
        self._now = now

    def remove(self, digest: str) -> None:
        """Remove what is stored under ``digest`` from both, if neither is bound to keep it.

        Raises:
            ObjectLockedError: One is; both keep it.
        """
        lock = ObjectLock(until=self.locked_until(digest), is_held=self.is_held(digest))
        lock.check_removable(self._now())
        super().remove(digest)

    def lock(self, digest: str, until: datetime) -> None:
        """Bind both stores to keep an object; see ``ArchiveStore.lock``."""
        self.prove()
        for store in (self.second, self.first):
            store.lock(digest, until)

    def locked_until(self, digest: str) -> datetime | None:
        """Return until when an object is locked, the longer of the two."""
        ends = (store.locked_until(digest) for store in (self.first, self.second))
        return max((end for end in ends if end is not None), default=None)

    def hold(self, digest: str, *, on: bool) -> None:
        """Place or lift a legal hold in both; see ``ArchiveStore.hold``."""
        self.prove()
        for store in (self.second, self.first):
            store.hold(digest, on=on)

    def is_held(self, digest: str) -> bool:
        """Tell whether a legal hold lies on an object in either."""
        return any(store.is_held(digest) for store in (self.first, self.second))
