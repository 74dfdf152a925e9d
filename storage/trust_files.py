"""The files of a trust folder: the pinned root, lists by version, what was accepted and refused.

Nothing here is believed for lying here; ``storage.trust_folder`` checks signatures.
"""

import fcntl
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from certs import canonical
from certs.canonical import JsonValue
from certs.errors import MalformedRecordError
from verify.trust_lists import MAX_LIST_BYTES

ROOT: Final = "root.pem"
CHANGES: Final = "root-changes.json"
NEWEST: Final = "newest.json"
REFUSED: Final = "refused.json"
_LOCK: Final = ".lock"
_LIST: Final = re.compile(r"([0-9]{8,16})\.json")
_CONFLICT: Final = "conflict-"
_MAX_SMALL_BYTES: Final = 2**20
_MAX_REFUSALS: Final = 50
_MAX_CONFLICTS: Final = 8

Stamp = tuple[int, int, int] | None
"""Time of change, size and inode of a file; None where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """The newest list that was ever accepted; nothing below it counts again."""

    version: int
    identity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A genuine list that was refused all the same (拒收记录).

    Attributes:
        at: When it was last offered, ISO 8601.
        reason: ``rollback``, ``conflict`` or ``not-yet``.
        identity: SM3 of its payload, hexadecimal.
        known: Version of the newest list that was known then.
    """

    at: str
    reason: str
    version: int
    identity: str
    known: int


@dataclass(frozen=True, slots=True)
class TrustFiles:
    """Reads and writes one folder; every file is there whole or not at all."""

    folder: Path

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other writers out, in this process and in others."""
        self.folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def read(self, name: str, *, max_bytes: int = _MAX_SMALL_BYTES) -> bytes | None:
        """Return a file, or None where it is missing, unreadable or too long."""
        try:
            with (self.folder / name).open("rb") as file:
                content = file.read(max_bytes + 1)
        except OSError:
            return None
        return content if len(content) <= max_bytes else None

    def write(self, name: str, content: bytes) -> None:
        """Write a file and see it on the disk."""
        path = self.folder / name
        incoming = path.with_suffix(f".{secrets.token_hex(4)}.incoming")
        try:
            with incoming.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            incoming.replace(path)
        finally:
            incoming.unlink(missing_ok=True)
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def newest_version(self) -> int:
        """Return the highest version that a file is named for, whatever is in it; 0 for none."""
        try:
            names = [_LIST.fullmatch(path.name) for path in self.folder.iterdir()]
        except OSError:
            return 0
        return max((int(name[1]) for name in names if name is not None), default=0)

    def list_bytes(self, version: int) -> bytes | None:
        """Return the list of a version as it came."""
        return self.read(list_name(version), max_bytes=MAX_LIST_BYTES)

    def mark(self) -> Mark | None:
        """Return what was accepted last, or None if nothing readable says so."""
        value = _table(self.read(NEWEST))
        version, identity = value.get("version"), value.get("identity")
        if not isinstance(version, int) or not isinstance(identity, str) or version < 1:
            return None
        return Mark(version=version, identity=identity)

    def write_mark(self, mark: Mark) -> None:
        """Remember what is accepted now."""
        self.write(NEWEST, canonical.encode({"version": mark.version, "identity": mark.identity}))

    def refusals(self) -> tuple[Refusal, ...]:
        """Return what was refused, the latest first; what cannot be read is left out."""
        items = _table(self.read(REFUSED)).get("refused")
        found = [_refusal(item) for item in items] if isinstance(items, list) else []
        return tuple(item for item in found if item is not None)

    def remember(self, refusal: Refusal, encoded: bytes) -> None:
        """Keep a refusal, each list once; of two lists of one version the second as well."""
        others = [item for item in self.refusals() if item.identity != refusal.identity]
        entries: list[JsonValue] = [asdict(item) for item in (refusal, *others)[:_MAX_REFUSALS]]
        self.write(REFUSED, canonical.encode({"refused": entries}))
        if refusal.reason != "conflict":
            return
        name = f"{_CONFLICT}{refusal.version:08d}-{refusal.identity[:16]}.json"
        if len(list(self.folder.glob(f"{_CONFLICT}*"))) < _MAX_CONFLICTS:
            self.write(name, encoded)

    def put_aside(self, now: datetime) -> Path:
        """Move everything into a folder of its own, where nothing is believed."""
        aside = self.folder / f"replaced-{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"
        aside.mkdir()
        for path in self.folder.iterdir():
            if path.is_file() and path.name != _LOCK:
                path.replace(aside / path.name)
        return aside


def stamp_of(path: Path) -> Stamp:
    """Return what tells one state of a file from another."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def list_name(version: int) -> str:
    """Return the name of the file for a version."""
    return f"{version:08d}.json"


def _table(content: bytes | None) -> dict[str, JsonValue]:
    try:
        value = canonical.parse_json(content or b"", max_bytes=_MAX_SMALL_BYTES)
    except MalformedRecordError:
        return {}
    return value if isinstance(value, dict) else {}


def _refusal(value: JsonValue) -> Refusal | None:
    match value:
        case {
            "at": str(at),
            "reason": str(reason),
            "version": int(version),
            "identity": str(identity),
            "known": int(known),
        }:
            return Refusal(at=at, reason=reason, version=version, identity=identity, known=known)
        case _:
            return None
