"""An archive store in memory; passes the tests of the folder and the bucket."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

from storage.errors import ObjectNotFoundError
from storage.object_locks import ObjectLock, whole_second
from storage.object_names import check_content
from tests.doubles.issuing import MemoryObjects


class MemoryArchive(MemoryObjects):
    """Objects by digest, and what binds them."""

    def __init__(self, *, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.locks: dict[str, ObjectLock] = {}
        self._now = now

    def lock(self, digest: str, until: datetime) -> None:
        self.get(digest)
        self.locks[digest] = self._lock(digest).longer(whole_second(until))

    def locked_until(self, digest: str) -> datetime | None:
        return self._lock(digest).until

    def hold(self, digest: str, *, on: bool) -> None:
        if on and not self.has(digest):
            raise ObjectNotFoundError(digest)
        self.locks[digest] = replace(self._lock(digest), is_held=on)

    def is_held(self, digest: str) -> bool:
        return self._lock(digest).is_held

    def remove(self, digest: str) -> None:
        self._lock(digest).check_removable(self._now())
        super().remove(digest)

    def check(self, digest: str) -> int:
        return len(self.get(digest))

    def repair(self, digest: str, content: bytes) -> None:
        check_content(content, digest)
        self.contents[digest] = content

    def digests(self) -> Iterator[str]:
        yield from list(self.contents)

    def _lock(self, digest: str) -> ObjectLock:
        return self.locks.get(digest, ObjectLock())
