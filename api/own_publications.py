"""What this region publishes itself, in memory: certificates, revocation lists, status lists.

Files are looked at again every second at most; while they are unchanged the very same bytes are
given, so that what was worked out from them is still known.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from api.homes import FORMER, Home
from certs.ports import UnitOfWork
from certs.status_lists.reading import find_token
from signing.certificates import parse_pem_certificates
from signing.errors import SigningError

_LOOK_SECONDS: Final = 1.0
_RECENT_SECONDS: Final = 2.0
_MOST_LISTS: Final = 4096
Stamp = tuple[tuple[str, int, int], ...]


@dataclass(slots=True)
class WatchedFiles:
    """The contents of some files, read again when one of them changed.

    Attributes:
        find: Returns the files there are.
        read: Returns what they hold.
    """

    find: Callable[[], Iterable[Path]]
    read: Callable[[tuple[Path, ...]], tuple[bytes, ...]]
    clock: Callable[[], float] = time.monotonic
    _looked_at: float = field(default=float("-inf"))
    _stamp: Stamp | None = None
    _contents: tuple[bytes, ...] = ()

    def contents(self) -> tuple[bytes, ...]:
        """Return what the files hold; the same tuple as before unless one changed."""
        now = self.clock()
        if now - self._looked_at < _LOOK_SECONDS:
            return self._contents
        paths = tuple(sorted(self.find()))
        stamp = tuple(_stamp(path) for path in paths)
        if stamp != self._stamp:
            self._contents, self._stamp = self.read(paths), stamp
        self._looked_at = now
        return self._contents


def _stamp(path: Path) -> tuple[str, int, int]:
    found = path.stat()
    return path.name, found.st_mtime_ns, found.st_size


def read_all(paths: tuple[Path, ...]) -> tuple[bytes, ...]:
    """Return the bytes of every file."""
    return tuple(path.read_bytes() for path in paths)


def published_certificates(home: Home) -> WatchedFiles:
    """Return the certificates that this instance signs with, and those that it did."""
    folder = home.folder("certs")

    def find() -> Iterable[Path]:
        return [*folder.glob("*.pem"), *(folder / FORMER).glob("*.pem")]

    return WatchedFiles(find=find, read=_leaves)


def _leaves(paths: tuple[Path, ...]) -> tuple[bytes, ...]:
    """Return the certificates in PEM files that are no authorities, DER, each once."""
    found: dict[bytes, None] = {}
    for path in paths:
        try:
            certificates = parse_pem_certificates(path.read_text("ascii"))
        except (OSError, UnicodeDecodeError, SigningError):
            continue
        found |= dict.fromkeys(item.encoded for item in certificates if not item.is_authority)
    return tuple(found)


@dataclass(slots=True)
class OwnStatusLists:
    """This region's own status lists, as the publisher left them on its shelf.

    Attributes:
        folder: The shelf.
        unit_of_work: Gives the lists of earlier moments.
    """

    folder: Path
    unit_of_work: Callable[[], UnitOfWork]
    _watched: dict[int, WatchedFiles] = field(default_factory=dict)

    def token(self, number: int, at: datetime | None = None) -> bytes | None:
        """Return the list that stands, or stood at a moment; None if there is none."""
        if at is not None:
            kept = find_token(number, at, unit_of_work=self.unit_of_work)
            return kept.encoded if kept is not None else None
        if number not in self._watched and len(self._watched) >= _MOST_LISTS:
            self._watched.clear()
        path = self.folder / f"{number}.cwt"
        watched = self._watched.setdefault(
            number, WatchedFiles(find=lambda: [path] if path.is_file() else [], read=read_all)
        )
        return next(iter(watched.contents()), None)


@dataclass(slots=True)
class Recent:
    """A value that is costly to learn, as it was a moment ago.

    Attributes:
        learn: Learns it; may wait for the database.
    """

    learn: Callable[[], bytes | None]
    clock: Callable[[], float] = time.monotonic
    _learned_at: float = field(default=float("-inf"))
    _value: bytes | None = None

    @property
    def is_recent(self) -> bool:
        """Whether ``get`` would not wait."""
        return self.clock() - self._learned_at < _RECENT_SECONDS

    def get(self) -> bytes | None:
        """Return the value, no older than a moment; the same object while it is the same."""
        if not self.is_recent:
            value = self.learn()
            if value != self._value:
                self._value = value
            self._learned_at = self.clock()
        return self._value
