"""Trust lists in a folder: all versions are kept, the newest good one counts.

Signatures are checked before anything is written, and again whenever a list is read, so that
neither a bad download nor a hand in the folder can change whom this instance believes.
"""

import os
import threading
from pathlib import Path
from typing import Final

from signing.certificates import Certificate, parse_pem_certificates
from signing.errors import SigningError
from verify.errors import TrustListError
from verify.trust_lists import MAX_LIST_BYTES, TrustList

_ROOT: Final = "root.pem"


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
        if path.exists() and self.root() != root:
            raise TrustListError("conflict", "another root is pinned")
        path.write_text(root.to_pem(), encoding="ascii")

    def root(self) -> Certificate | None:
        """Return the pinned root, or None."""
        try:
            return parse_pem_certificates((self._folder / _ROOT).read_text("ascii"))[0]
        except (OSError, UnicodeDecodeError, SigningError):
            return None

    def current(self) -> TrustList | None:
        """Return the newest good list, or None if there is none."""
        newest = self._newest()
        return newest[2] if newest else None

    def current_bytes(self) -> bytes | None:
        """Return the same as it came."""
        newest = self._newest()
        return newest[1] if newest else None

    def accept(self, data: bytes) -> TrustList:
        """Store a newer list; storing the current one again does no harm.

        Raises:
            TrustListError: No root is pinned, the list is not the root's, it is older than the
                current one, or another list of the same version is known.
        """
        root = self.root()
        if root is None:
            raise TrustListError("not-trusted", "no trust root is pinned")
        offered = TrustList.parse(data, root=root)
        with self._lock:
            current = self._newest()
            if current is not None and offered.version < current[2].version:
                raise TrustListError(
                    "rollback", f"version {offered.version} after {current[2].version}"
                )
            if current is not None and offered.version == current[2].version:
                if offered.identity != current[2].identity:
                    raise TrustListError("conflict", f"two lists of version {offered.version}")
                return offered
            self._store(offered.version, data)
        return offered

    def _store(self, version: int, data: bytes) -> None:
        path = self._folder / f"{version:08d}.json"
        incoming = path.with_suffix(".incoming")
        with incoming.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        incoming.replace(path)

    def _newest(self) -> tuple[tuple[str, int], bytes, TrustList] | None:
        """Return file stamp, bytes and content of the newest list that checks out."""
        root = self.root()
        if root is None:
            return None
        for path in sorted(self._folder.glob("[0-9]*.json"), reverse=True):
            stamp = (path.name, path.stat().st_mtime_ns)
            if self._read is not None and self._read[0] == stamp:
                return self._read
            data = path.read_bytes()
            if len(data) > MAX_LIST_BYTES:
                continue
            try:
                found = TrustList.parse(data, root=root)
            except TrustListError:
                continue
            self._read = (stamp, data, found)
            return self._read
        return None
