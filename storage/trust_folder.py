"""Trust lists in a folder: all versions are kept, the newest one counts.

Signatures are checked before anything is written, and again whenever a list is read, so that
neither a bad download nor a hand in the folder can change whom this instance believes. A
newest file that is damaged leaves no list at all: an older one may trust what was withdrawn.
"""

import os
import re
import secrets
import threading
from pathlib import Path
from typing import Final

from signing.certificates import Certificate, parse_pem_certificates
from signing.errors import SigningError
from verify.errors import TrustListError
from verify.trust_lists import MAX_LIST_BYTES, TrustList

_ROOT: Final = "root.pem"
_NAME: Final = re.compile(r"([0-9]{8,16})\.json")


class TrustFolder:
    """The pinned root and the lists it signed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._read: tuple[tuple[str, int], bytes, TrustList] | None = None

    def pin(self, root: Certificate) -> None:
        """Pin the root; a pinned root is never replaced this way.

        Raises:
            TrustListError: Another root is pinned already.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / _ROOT
        if path.exists():
            if self.root() != root:
                raise TrustListError("conflict", "another root is pinned")
            return
        self._write(path, root.to_pem().encode("ascii"))

    def root(self) -> Certificate | None:
        """Return the pinned root, or None."""
        try:
            return parse_pem_certificates((self._folder / _ROOT).read_text("ascii"))[0]
        except (OSError, UnicodeDecodeError, SigningError):
            return None

    def current(self) -> TrustList | None:
        """Return the newest list, or None if there is none or it is damaged."""
        newest = self._newest()
        return newest[2] if newest else None

    def current_bytes(self) -> bytes | None:
        """Return the same as it came."""
        newest = self._newest()
        return newest[1] if newest else None

    def accept(self, data: bytes) -> TrustList:
        """Store a newer list; storing the current one again does no harm, and repairs it.

        Raises:
            TrustListError: No root is pinned, the list is not the root's, it is older than the
                current one, or another list of the same version is known.
        """
        root = self.root()
        if root is None:
            raise TrustListError("not-trusted", "还没有钉定信任根 no trust root is pinned")
        offered = TrustList.parse(data, root=root)
        with self._lock:
            newest, current = max(self._versions(), default=0), self._newest()
            if offered.version < newest:
                raise TrustListError("rollback", f"version {offered.version} after {newest}")
            if offered.version == newest and current is not None:
                if offered.identity != current[2].identity:
                    raise TrustListError("conflict", f"two lists of version {offered.version}")
                return offered
            self._write(self._path(offered.version), data)
        return offered

    def _path(self, version: int) -> Path:
        return self._folder / f"{version:08d}.json"

    def _write(self, path: Path, data: bytes) -> None:
        """Write a file that is there whole or not at all."""
        incoming = path.with_suffix(f".{secrets.token_hex(4)}.incoming")
        with incoming.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        incoming.replace(path)

    def _versions(self) -> list[int]:
        """Return the versions that files are named for, whatever is in them."""
        names = (_NAME.fullmatch(path.name) for path in self._folder.glob("*.json"))
        return [int(name[1]) for name in names if name is not None]

    def _newest(self) -> tuple[tuple[str, int], bytes, TrustList] | None:
        """Return file stamp, bytes and content of the newest list, if it checks out."""
        root, version = self.root(), max(self._versions(), default=0)
        if root is None or version == 0:
            return None
        path = self._path(version)
        try:
            stamp = (path.name, path.stat().st_mtime_ns)
            if self._read is not None and self._read[0] == stamp:
                return self._read
            with path.open("rb") as file:
                data = file.read(MAX_LIST_BYTES + 1)
            found = TrustList.parse(data, root=root)
        except (OSError, TrustListError):
            return None
        # A file renamed to a higher version does not become one.
        if found.version != version:
            return None
        self._read = (stamp, data, found)
        return self._read
