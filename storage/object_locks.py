"""Locks and holds of objects in a folder, each in a small file of its own beside the objects.

A file system cannot be bound as a bucket can: whoever may write to the disk may remove what lies
there. What is kept here binds this program, on whatever process; see docs/archive-stores.md.
"""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Self

from storage.errors import DamagedObjectError, ObjectLockedError
from storage.flushing import flush_files, flush_folders
from storage.object_names import path_of

_MAX_BYTES: Final = 1024
_SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectLock:
    """What binds one object.

    Attributes:
        until: When it may be removed again; None where it was never locked.
        is_held: Whether a legal hold lies on it.
    """

    until: datetime | None = None
    is_held: bool = False

    def longer(self, until: datetime) -> Self:
        """Return the lock made longer.

        Raises:
            ObjectLockedError: It would become shorter.
        """
        if self.until is not None and until < self.until:
            raise ObjectLockedError(
                f"已锁定至 {self.until.isoformat()}，不能缩短 · "
                f"locked until {self.until.isoformat()}; a lock is never shortened"
            )
        return replace(self, until=until)

    def check_removable(self, now: datetime) -> None:
        """Check that nothing binds the object at ``now``.

        Raises:
            ObjectLockedError: Something does.
        """
        if self.is_held:
            raise ObjectLockedError("对象处于法律保留 · a legal hold lies on the object")
        if self.until is not None and now < self.until:
            raise ObjectLockedError(
                f"对象锁定至 {self.until.isoformat()} · "
                f"the object is locked until {self.until.isoformat()}"
            )


def whole_second(instant: datetime) -> datetime:
    """Return ``instant`` rounded up to a second, which is all that stores keep."""
    cut = instant.astimezone(UTC).replace(microsecond=0)
    return cut if cut == instant else cut + _SECOND


class LockFolder:
    """The locks of the objects in one folder; one process at a time works with them."""

    def __init__(self, root: Path) -> None:
        self._root = root
        root.mkdir(mode=0o750, parents=True, exist_ok=True)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Let nobody else look at locks or change them meanwhile."""
        descriptor = os.open(self._root / "lock", os.O_RDWR | os.O_CREAT, 0o640)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def read(self, digest: str) -> ObjectLock:
        """Return what binds an object.

        Raises:
            DamagedObjectError: What is written of it cannot be read, and so nothing is allowed.
        """
        try:
            with (self._root / path_of(digest)).open("rb") as file:
                return _parse(file.read(_MAX_BYTES))
        except FileNotFoundError:
            return ObjectLock()
        except (ValueError, KeyError, TypeError) as error:
            raise DamagedObjectError(f"the lock of the object {digest[:16]}… is damaged") from error

    def write(self, digest: str, lock: ObjectLock) -> None:
        """Keep what binds an object, durably."""
        path = self._root / path_of(digest)
        path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        incoming = self._root / secrets.token_hex(16)
        try:
            incoming.write_bytes(_text(lock))
            flush_files([incoming])
            incoming.replace(path)
        finally:
            incoming.unlink(missing_ok=True)
        flush_folders(list(path.parents[:3]))


def _text(lock: ObjectLock) -> bytes:
    until = None if lock.until is None else lock.until.isoformat()
    return json.dumps({"until": until, "held": lock.is_held}).encode()


def _parse(text: bytes) -> ObjectLock:
    value = json.loads(text)
    until, is_held = value["until"], value["held"]
    if not isinstance(is_held, bool):
        raise TypeError("held is neither true nor false")
    instant = None if until is None else datetime.fromisoformat(until)
    if instant is not None and instant.tzinfo is None:
        raise ValueError("until names no time zone")
    return ObjectLock(until=instant, is_held=is_held)
