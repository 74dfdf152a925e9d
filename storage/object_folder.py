"""Objects in a folder, named by the SM3 digest of their content, write-once.

A put is durable when it returns: the file and its folder are flushed, and a name appears only
by an atomic link of a complete file. Every read is checked against the name.
"""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from signing.algorithms import sm3
from storage.errors import DamagedObjectError, ObjectNotFoundError
from storage.flushing import flush_files, flush_folders
from storage.object_names import check_content, check_part, check_range, path_of

_READ_ONLY: Final = 0o440


class ObjectFolder:
    """A content-addressed folder: ``ab/cd/abcd…``."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._incoming = root / "incoming"
        self._incoming.mkdir(mode=0o750, parents=True, exist_ok=True)

    def put(self, content: bytes) -> str:
        """Store ``content`` durably; storing it again does no harm.

        Returns:
            SM3 digest in hexadecimal.
        """
        digest = sm3(content).hex()
        self.put_all({digest: content})
        return digest

    def put_all(self, contents: Mapping[str, bytes]) -> None:
        """Store several contents durably, flushed together, each under its SM3 digest."""
        absent = {name: content for name, content in contents.items() if not self._has(name)}
        incoming = {digest: self._incoming / secrets.token_hex(16) for digest in absent}
        try:
            for digest, content in absent.items():
                _write(incoming[digest], content)
            # What a name leads to is on disk before the name is.
            flush_files(incoming.values())
            for digest, path in incoming.items():
                self._link(path, digest)
        finally:
            for path in incoming.values():
                path.unlink(missing_ok=True)
        # Whoever linked those that were there may not have come to flush their folders.
        flush_folders({folder for digest in contents for folder in self._path(digest).parents[:3]})

    def has(self, digest: str) -> bool:
        """Tell whether something is stored under ``digest``, without reading it."""
        return self._path(digest).is_file()

    def remove(self, digest: str) -> None:
        """Remove what is stored under ``digest``, if anything is; only for what is nobody's."""
        path = self._path(digest)
        path.unlink(missing_ok=True)
        if path.parent.is_dir():
            flush_folders([path.parent])

    def get(self, digest: str) -> bytes:
        """Return the content stored under ``digest``.

        Raises:
            ObjectNotFoundError: Nothing is stored under it.
            DamagedObjectError: What is stored is not what was put.
        """
        try:
            content = self._path(digest).read_bytes()
        except FileNotFoundError as error:
            raise ObjectNotFoundError(f"no object {digest[:16]}…") from error
        check_content(content, digest)
        return content

    def find(self, digest: str) -> bytes | None:
        """Return the same; None where nothing is stored, or not what was put."""
        try:
            return self.get(digest)
        except (ObjectNotFoundError, DamagedObjectError):
            return None

    def get_range(self, digest: str, offset: int, length: int) -> bytes:
        """Return a part of what is stored, not checked; see ``ObjectStore.get_range``.

        Raises:
            ObjectNotFoundError: Nothing is stored under it.
            ObjectRangeError: What is stored has no such part.
        """
        check_range(offset, length)
        try:
            with self._path(digest).open("rb") as file:
                # A file is not asked for more than it has, however much the caller wants.
                is_there = offset + length <= os.fstat(file.fileno()).st_size
                part = os.pread(file.fileno(), length, offset) if is_there else b""
        except FileNotFoundError as error:
            raise ObjectNotFoundError(f"no object {digest[:16]}…") from error
        return check_part(part, length)

    def _path(self, digest: str) -> Path:
        return self._root / path_of(digest)

    def _has(self, digest: str) -> bool:
        """Whether the object is there; what is there is what was put, or the caller is told."""
        path = self._path(digest)
        if not path.exists():
            return False
        check_content(path.read_bytes(), digest)
        return True

    def _link(self, incoming: Path, digest: str) -> None:
        path = self._path(digest)
        path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        try:
            os.link(incoming, path)
        except FileExistsError:
            check_content(path.read_bytes(), digest)


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _READ_ONLY)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
