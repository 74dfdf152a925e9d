"""Make files durable: one by one where they are few, the whole file system where they are many.

A flush waits for the disk. The kernel writes hundreds of files out in little more time than
one, if it is asked for all of them at once.
"""

import ctypes
import os
from collections.abc import Callable, Collection
from functools import cache
from pathlib import Path
from typing import Final

_FEW: Final = 8


def flush_files(paths: Collection[Path]) -> None:
    """Make the contents of files durable; all lie on one file system.

    Raises:
        OSError: They could not be written.
    """
    _flush(paths, os.O_RDONLY)


def flush_folders(folders: Collection[Path]) -> None:
    """Make the names in folders durable; all lie on one file system.

    Raises:
        OSError: They could not be written.
    """
    _flush(folders, os.O_RDONLY | os.O_DIRECTORY)


def _flush(paths: Collection[Path], flags: int) -> None:
    sync_file_system = _syncfs() if len(paths) > _FEW else None
    if sync_file_system is None:
        for path in paths:
            _with_descriptor(path, flags, os.fsync)
    else:
        _with_descriptor(next(iter(paths)), flags, sync_file_system)


def _with_descriptor(path: Path, flags: int, flush: Callable[[int], None]) -> None:
    descriptor = os.open(path, flags)
    try:
        flush(descriptor)
    finally:
        os.close(descriptor)


@cache
def _syncfs() -> Callable[[int], None] | None:
    """Return syncfs(2), which tells of failures since Linux 5.8; None where there is none."""
    library = ctypes.CDLL(None, use_errno=True)
    if not hasattr(library, "syncfs"):
        return None

    def sync_file_system(descriptor: int) -> None:
        if library.syncfs(descriptor):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))

    return sync_file_system
