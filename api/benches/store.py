"""The archive's folder: putting durably in groups, and reading everything again."""

import hashlib
import os
import secrets
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

from api.benches.measuring import Measurement
from certs.keeping.holdings import Holding
from signing.algorithms import sm3
from storage.archive_folder import ArchiveFolder
from storage.database import connect
from storage.schema import upgrade
from storage.scrubbing import Scrubber
from storage.unit_of_work import SqlUnitOfWork

_SIZE: Final = 200_000
_GROUP: Final = 50
_GROUPS: Final = 9
_SCRUBS: Final = 5
_PIECE: Final = 2**20
_MEGABYTE: Final = 1e6
_WANTED: Final = 500
_OF_DISK: Final = 0.6
_OF_SM3: Final = 0.7


class _Clock:
    def now(self) -> datetime:
        """Return the present instant in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Archive:
    folder: ArchiveFolder
    unit_of_work: partial[SqlUnitOfWork]


def bench_store() -> list[Measurement]:
    """Measure a folder on the disk of the system's temporary folder, and a database beside it."""
    with _archive() as (root, archive):
        put, flushed = _putting(root, archive)
        read, hashed = _scrubbing(archive)
    return [
        Measurement(
            name=f"put {_SIZE // 1000} kB durably, groups of {_GROUP}",
            per_second=put,
            reference="write and fsync one by one",
            reference_per_second=flushed,
            at_least=_OF_DISK,
        ),
        Measurement(
            name="the same",
            per_second=put,
            reference="wanted, if not the above",
            reference_per_second=_WANTED,
        ),
        Measurement(
            name="scrub, per core",
            per_second=read,
            reference="SM3 in memory",
            reference_per_second=hashed,
            at_least=_OF_SM3,
            unit="MB/s",
        ),
    ]


@contextmanager
def _archive() -> Iterator[tuple[Path, _Archive]]:
    with tempfile.TemporaryDirectory(prefix="yinxin-bench-") as name:
        root = Path(name)
        engine = connect(f"sqlite:///{root / 'db.sqlite3'}")
        upgrade(engine)
        yield (
            root,
            _Archive(
                folder=ArchiveFolder(root / "aip"), unit_of_work=partial(SqlUnitOfWork, engine)
            ),
        )
        engine.dispose()


def _putting(root: Path, archive: _Archive) -> tuple[float, float]:
    """Return objects a second, ours and the disk's; they take turns."""
    ours: list[float] = []
    plain: list[float] = []
    for group in range(_GROUPS):
        contents = [secrets.token_bytes(_SIZE) for _ in range(_GROUP)]
        named = {sm3(content).hex(): content for content in contents}
        ours.append(_seconds(partial(archive.folder.put_all, named)))
        plain.append(_seconds(partial(_write_all, root / f"plain{group}", contents)))
        _note(archive, list(named))
    return _GROUP / statistics.median(ours), _GROUP / statistics.median(plain)


def _write_all(folder: Path, contents: list[bytes]) -> None:
    """Write files as anybody would who cares for each: file by file, each of them flushed."""
    folder.mkdir()
    for number, content in enumerate(contents):
        with (folder / str(number)).open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())


def _note(archive: _Archive, digests: list[str]) -> None:
    with archive.unit_of_work() as work:
        for digest in digests:
            work.holdings.add(Holding.of(digest, size_bytes=_SIZE, at=_Clock().now()))
        work.commit()


def _scrubbing(archive: _Archive) -> tuple[float, float]:
    """Return megabytes a second of processor time: of a whole scrub, and of hashing alone."""
    content = secrets.token_bytes(_GROUPS * _GROUP * _SIZE)
    ours: list[float] = []
    plain: list[float] = []
    for _ in range(_SCRUBS):
        scrubber = Scrubber(
            unit_of_work=archive.unit_of_work, stores=(archive.folder,), clock=_Clock()
        )
        ours.append(_seconds(scrubber.run, clock=time.process_time))
        plain.append(_seconds(partial(_hash, content), clock=time.process_time))
    megabytes = len(content) / _MEGABYTE
    return megabytes / statistics.median(ours), megabytes / statistics.median(plain)


def _hash(content: bytes) -> None:
    state, view = hashlib.new("sm3"), memoryview(content)
    for at in range(0, len(content), _PIECE):
        state.update(view[at : at + _PIECE])
    state.digest()


def _seconds(
    work: Callable[[], object], *, clock: Callable[[], float] = time.perf_counter
) -> float:
    started = clock()
    work()
    return clock() - started
