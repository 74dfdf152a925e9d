"""A folder that is handed over (移交): the signed list, and the packages beside it.

Whoever receives it does not trust it: nothing but plain files is opened, never through a link,
and no more is read of one than it may have.
"""

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from storage.flushing import flush_files, flush_folders

LIST_FILE: Final = "handover.json"
PACKAGES: Final = "packages"
REVOCATION_LISTS: Final = "crl"
_PARTIAL: Final = ".partial"
_MOST_FILES: Final = 100_000
_MOST_LISTS: Final = 64
_LONGEST_LIST: Final = 2**20
_NAME_LETTERS: Final = 32


class HandoverFolder:
    """One folder, on a disk that goes from hand to hand."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, name: str, content: bytes) -> None:
        """Write a file durably; it appears whole or not at all.

        Raises:
            OSError: It could not be written.
        """
        path = self._root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(path.name + _PARTIAL)
        partial.write_bytes(content)
        flush_files([partial])
        partial.replace(path)
        flush_folders([path.parent])

    def read(self, name: str, *, max_bytes: int) -> bytes | None:
        """Return a plain file, or None where there is none of at most ``max_bytes``."""
        try:
            descriptor = self._opened(name)
        except OSError:
            return None
        with os.fdopen(descriptor, "rb") as file:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode) or found.st_size > max_bytes:
                return None
            content = file.read(max_bytes + 1)
        return content if len(content) <= max_bytes else None

    def put_revocation_lists(self, lists: Iterable[bytes]) -> None:
        """Put revocation lists beside what is signed, for whoever reaches nobody."""
        for content in lists:
            digest = hashlib.sha256(content).hexdigest()
            self.put(f"{REVOCATION_LISTS}/{digest[:_NAME_LETTERS]}.crl", content)

    def revocation_lists(self) -> tuple[bytes, ...]:
        """Return the revocation lists that lie there; they prove themselves."""
        names = [name for name in self.lengths() if name.startswith(f"{REVOCATION_LISTS}/")]
        found = (self.read(name, max_bytes=_LONGEST_LIST) for name in names[:_MOST_LISTS])
        return tuple(item for item in found if item is not None)

    def lengths(self) -> dict[str, int]:
        """Return the lengths of everything that lies there, by name; -1 for no plain file."""
        found: dict[str, int] = {}
        for name, length in self._walked(self._root, ""):
            found[name] = length
            if len(found) > _MOST_FILES:
                break
        return found

    def _walked(self, folder: Path, prefix: str) -> Iterator[tuple[str, int]]:
        """Yield what lies in a folder and, one level deep, in those that belong there."""
        if not folder.is_dir():
            return
        with os.scandir(folder) as entries:
            for entry in sorted(entries, key=lambda item: item.name):
                # What is no text is told as text; nothing that belongs here has such a name.
                name = prefix + os.fsencode(entry.name).decode("utf-8", "replace")
                if not prefix and name in {PACKAGES, REVOCATION_LISTS} and _is_folder(entry):
                    yield from self._walked(folder / entry.name, f"{name}/")
                elif entry.is_file(follow_symlinks=False):
                    yield name, entry.stat(follow_symlinks=False).st_size
                else:
                    yield name, -1

    def _opened(self, name: str) -> int:
        """Open a file without following links, neither the folder's nor its own."""
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
        *folders, last = name.split("/")
        at = os.open(self._root, os.O_RDONLY | os.O_DIRECTORY)
        try:
            for folder in folders:
                inner = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=at)
                os.close(at)
                at = inner
            return os.open(last, flags, dir_fd=at)
        finally:
            os.close(at)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    return entry.is_dir(follow_symlinks=False)
