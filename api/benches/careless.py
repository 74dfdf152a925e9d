"""Issuing without a care: what crash safety is measured against.

Nothing is flushed to disk, and what is about to be signed is remembered by this process alone.
Everything else is the same.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from certs.intents import Intent, IntentStage
from certs.issuing_desk import IssuingDesk
from signing.algorithms import sm3
from storage.database import SQLITE
from storage.unit_of_work import SqlUnitOfWork


def careless(desk: IssuingDesk, engine: Engine, folder: Path) -> IssuingDesk:
    """Return a desk that loses licenses when the power goes.

    Args:
        desk: The careful one.
        engine: A connection to its database, used by nobody else.
        folder: Where objects go.
    """
    event.listen(engine, "connect", _never_flush)
    intents = ForgetfulIntents()

    def open_unit() -> SqlUnitOfWork:
        work = SqlUnitOfWork(engine)
        # The port is all that issuing knows.
        work.intents = intents  # type: ignore[assignment]
        return work

    return replace(desk, unit_of_work=open_unit, objects=UnflushedFolder(folder))


def _never_flush(connection: Any, _: object) -> None:  # noqa: ANN401 - any DBAPI connection
    cursor = connection.cursor()
    is_sqlite = type(connection).__module__.startswith(SQLITE)
    cursor.execute("PRAGMA synchronous=OFF" if is_sqlite else "SET synchronous_commit TO off")
    cursor.close()
    if not is_sqlite:
        connection.commit()


@dataclass(slots=True)
class ForgetfulIntents:
    """Intents that a crash would lose."""

    _numbers: Iterable[int] = field(default_factory=lambda: count(1 << 19))

    def allocate(self, numbers: int) -> range:
        """Take numbers from the counter."""
        taken = next(iter(self._numbers))
        for _ in range(numbers - 1):
            next(iter(self._numbers))
        return range(taken, taken + numbers)

    def versions(self, _serials: Sequence[str]) -> dict[str, int]:
        """Remember nothing."""
        return {}

    def of_requests(self, _keys: Sequence[str]) -> dict[str, Intent]:
        """Remember nothing."""
        return {}

    def add(self, _intents: Iterable[Intent]) -> None:
        """Store nothing."""

    def advance(self, _intents: Iterable[Intent], *, since: IntentStage) -> None:
        """Store nothing."""

    def note_files(self, _intents: Iterable[Intent]) -> None:
        """Store nothing."""


@dataclass(frozen=True, slots=True)
class UnflushedFolder:
    """Objects that the disk may not have yet."""

    root: Path

    def put_all(self, contents: Mapping[str, bytes]) -> None:
        """Write contents under their digests."""
        for digest, content in contents.items():
            path = self._path(digest)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    def put(self, content: bytes) -> str:
        """Write ``content`` under its digest."""
        digest = sm3(content).hex()
        self.put_all({digest: content})
        return digest

    def has(self, digest: str) -> bool:
        """Tell whether something is stored."""
        return self._path(digest).is_file()

    def remove(self, digest: str) -> None:
        """Remove what is stored."""
        self._path(digest).unlink(missing_ok=True)

    def get(self, digest: str) -> bytes:
        """Return what is stored."""
        return self._path(digest).read_bytes()

    def find(self, digest: str) -> bytes | None:
        """Return what is stored, or None."""
        return self.get(digest) if self.has(digest) else None

    def get_range(self, digest: str, offset: int, length: int) -> bytes:
        """Return a part of what is stored."""
        return self.get(digest)[offset : offset + length]

    def _path(self, digest: str) -> Path:
        return self.root / digest[:2] / digest[2:4] / digest
