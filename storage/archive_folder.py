"""A folder of objects that can be locked, held, read through and repaired.

Beside the objects lie ``locks/`` and ``damaged/``, where what was repaired is kept aside.
"""

import hashlib
import os
import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from storage.errors import DamagedObjectError, ObjectNotFoundError
from storage.flushing import flush_files, flush_folders
from storage.object_folder import ObjectFolder, reading, write_new
from storage.object_locks import LockFolder, ObjectLock, whole_second
from storage.object_names import check_content, is_digest

_PAIR: Final = re.compile(r"[0-9a-f]{2}")
_PIECE: Final = 2**17
"""Large enough to cost few calls, small enough to stay in the processor's cache."""


def _now() -> datetime:
    return datetime.now(UTC)


class ArchiveFolder(ObjectFolder):
    """An object folder whose objects this program can be bound to keep."""

    def __init__(self, root: Path, *, now: Callable[[], datetime] = _now) -> None:
        super().__init__(root)
        self._now = now
        self._locks = LockFolder(root / "locks")
        self._damaged = root / "damaged"

    def lock(self, digest: str, until: datetime) -> None:
        """Bind this program to keep an object; see ``ArchiveStore.lock``."""
        self.check(digest)
        with self._locks.alone():
            self._locks.write(digest, self._locks.read(digest).longer(whole_second(until)))

    def locked_until(self, digest: str) -> datetime | None:
        """Return until when an object is locked; None where it is not."""
        return self._lock_of(digest).until

    def hold(self, digest: str, *, on: bool) -> None:
        """Place or lift a legal hold; see ``ArchiveStore.hold``."""
        if on and not self.has(digest):
            raise ObjectNotFoundError(f"no object {digest[:16]}…")
        with self._locks.alone():
            lock = self._locks.read(digest)
            if lock.is_held != on:
                self._locks.write(digest, replace(lock, is_held=on))

    def is_held(self, digest: str) -> bool:
        """Tell whether a legal hold lies on an object."""
        return self._lock_of(digest).is_held

    def remove(self, digest: str) -> None:
        """Remove what is stored under ``digest``, if anything is.

        Raises:
            ObjectLockedError: It is locked or held.
        """
        with self._locks.alone():
            self._locks.read(digest).check_removable(self._now())
            super().remove(digest)

    def check(self, digest: str) -> int:
        """Read an object and compare it with its digest; see ``ScrubbedStore.check``."""
        state, length, piece = hashlib.new("sm3"), 0, bytearray(_PIECE)
        with reading(digest), self._path(digest).open("rb", buffering=0) as file:
            while count := file.readinto(piece):
                state.update(memoryview(piece)[:count])
                length += count
        if state.hexdigest() != digest:
            raise DamagedObjectError(f"the object {digest[:16]}… is damaged")
        return length

    def repair(self, digest: str, content: bytes) -> None:
        """Put a good copy in the place of a damaged or missing one, which is kept aside."""
        check_content(content, digest)
        path, incoming = self._path(digest), self._incoming / secrets.token_hex(16)
        path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        try:
            write_new(incoming, content)
            flush_files([incoming])
            self._keep_aside(path)
            incoming.replace(path)
        finally:
            incoming.unlink(missing_ok=True)
        flush_folders(list(path.parents[:3]))

    def digests(self) -> Iterator[str]:
        """Return the digests of everything that is stored."""
        for outer in _names(self._root, _PAIR.fullmatch):
            for inner in _names(f"{self._root}/{outer}", _PAIR.fullmatch):
                yield from _names(f"{self._root}/{outer}/{inner}", is_digest)

    def _keep_aside(self, path: Path) -> None:
        """Keep a damaged object: it may still tell what happened to it."""
        if path.exists():
            self._damaged.mkdir(mode=0o750, exist_ok=True)
            os.link(path, self._damaged / f"{path.name}.{secrets.token_hex(4)}")
            flush_folders([self._damaged, self._damaged.parent])

    def _lock_of(self, digest: str) -> ObjectLock:
        return self._locks.read(digest)


def _names(folder: Path | str, fits: Callable[[str], object]) -> list[str]:
    """Return the names in a folder that fit; there are too many for a path object each."""
    with os.scandir(folder) as entries:
        return [entry.name for entry in entries if fits(entry.name)]
