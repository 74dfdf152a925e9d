"""Objects in a folder, named by the SM3 digest of their content, write-once.

A put is durable when it returns: the file and its folder are flushed, and a name appears only
by an atomic link of a complete file. Every read is checked against the name.
"""

import os
import re
import secrets
from pathlib import Path
from typing import Final

from signing.algorithms import sm3
from storage.errors import DamagedObjectError, ObjectNotFoundError

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
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
        path = self._path(digest)
        if path.exists():
            self._check(path.read_bytes(), digest)
            # Whoever linked it may not have come to flush the folder.
            _flush_folder(path.parent)
            return digest
        self._make_folders(path.parent)
        incoming = self._incoming / secrets.token_hex(16)
        try:
            _write_durably(incoming, content)
            try:
                os.link(incoming, path)
            except FileExistsError:
                self._check(path.read_bytes(), digest)
        finally:
            incoming.unlink(missing_ok=True)
        _flush_folder(path.parent)
        return digest

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
        self._check(content, digest)
        return content

    def _path(self, digest: str) -> Path:
        if not _DIGEST.fullmatch(digest):
            raise ObjectNotFoundError("not the name of an object")
        return self._root / digest[:2] / digest[2:4] / digest

    def _check(self, content: bytes, digest: str) -> None:
        if sm3(content).hex() != digest:
            raise DamagedObjectError(f"the object {digest[:16]}… is damaged")

    def _make_folders(self, folder: Path) -> None:
        if not folder.is_dir():
            folder.mkdir(mode=0o750, parents=True, exist_ok=True)
            _flush_folder(folder.parent)
            _flush_folder(folder.parent.parent)


def _write_durably(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _READ_ONLY)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
