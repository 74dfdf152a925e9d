"""The ledger: appending in memory and to disk, proving and verifying, and how that grows."""

import os
import random
import secrets
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from api.benches.growth_regions import MemoryKey
from api.benches.measuring import Measurement
from api.benches.minting_offices import BENCH_DATABASE, new_database
from certs.ledger.entries import LedgerEntry, LedgerName
from certs.ledger.publishing import LedgerPublisher
from signing.algorithms import SM3_BYTES
from signing.ledger.hashing import leaf_hash, split_hashes
from signing.ledger.proofs import verify_inclusion
from signing.ledger.tiles import TileName
from signing.ledger.trees import GrowingTree, TiledTree
from storage.database import connect
from storage.ledger_folder import LedgerFolder
from storage.schema import upgrade
from storage.unit_of_work import SqlUnitOfWork

_SMALL: Final = 100_000
_MIDDLE: Final = 1_000_000
_LARGE: Final = 10_000_000
_AT_ONCE: Final = 10_000
_ROUNDS: Final = 7
_PROOFS: Final = 200
_GROUP: Final = 1_000
_GROUPS: Final = 15
_IN_MEMORY: Final = 50_000
_DURABLE: Final = 5_000
_PROOF_MS: Final = 2
_VERIFIED_US: Final = 100
_APPEND_GROWTH: Final = 1.3
_PROOF_GROWTH: Final = 1.5
_MILLISECONDS: Final = 1e3
_MICROSECONDS: Final = 1e6
_T = TypeVar("_T")
_NOW: Final = datetime(2026, 3, 1, tzinfo=UTC)


class _Clock:
    def now(self) -> datetime:
        """Return when everything here happens."""
        return _NOW


def bench_ledger() -> list[Measurement]:
    """Measure one log as it grows, and appending to disk in each database there is."""
    found = list(_growing())
    found.append(_durable("", "SQLite"))
    if server := os.environ.get(BENCH_DATABASE):
        found.append(_durable(server, "PostgreSQL"))
    return found


def _wanted(name: str, rate: float, at_least: float) -> Measurement:
    return Measurement(
        name=name, per_second=rate, reference="wanted", reference_per_second=at_least, at_least=1
    )


def _growing() -> Iterator[Measurement]:
    log = _Log()
    appended: dict[int, float] = {}
    proved: dict[int, float] = {}
    verified = 0.0
    for size in (_SMALL, _MIDDLE, _LARGE):
        log.grow(size)
        proved[size], verified = log.prove()
        appended[size] = log.append()
    yield _wanted("append in memory, 10⁵ entries", appended[_SMALL], _IN_MEMORY)
    yield Measurement(
        name="append, 10⁷ entries",
        per_second=_MICROSECONDS / appended[_LARGE],
        reference="10⁵ entries",
        reference_per_second=_MICROSECONDS / appended[_SMALL],
        at_most=_APPEND_GROWTH,
        unit="µs",
    )
    yield Measurement(
        name="inclusion proof, 10⁶ entries",
        per_second=proved[_MIDDLE] * _MILLISECONDS,
        reference="wanted",
        reference_per_second=_PROOF_MS,
        at_most=1,
        unit="ms",
    )
    yield Measurement(
        name="inclusion proof, 10⁷ entries",
        per_second=proved[_LARGE] * _MILLISECONDS,
        reference="10⁵ entries",
        reference_per_second=proved[_SMALL] * _MILLISECONDS,
        at_most=_PROOF_GROWTH,
        unit="ms",
    )
    yield Measurement(
        name="verify a proof, 10⁷ entries",
        per_second=verified * _MICROSECONDS,
        reference="wanted",
        reference_per_second=_VERIFIED_US,
        at_most=1,
        unit="µs",
    )


class _Log:
    """A log in memory; most of its leaves are drawn, because hashing entries is not growth."""

    def __init__(self) -> None:
        self._tree = GrowingTree()
        self._tiles: dict[TileName, bytes] = {}

    def grow(self, size: int) -> None:
        while self._tree.size < size:
            count = min(_AT_ONCE, size - self._tree.size)
            self._keep(split_hashes(secrets.token_bytes(count * SM3_BYTES)))

    def append(self) -> float:
        """Return entries a second of processor time, their hashes included."""
        found: list[float] = []
        for number in range(_ROUNDS):
            entries = [_entry(number * _AT_ONCE + at).encode() for at in range(_AT_ONCE)]
            started = time.process_time()
            self._keep([leaf_hash(entry) for entry in entries])
            found.append(_AT_ONCE / (time.process_time() - started))
        return statistics.median(found)

    def prove(self) -> tuple[float, float]:
        """Return the seconds of a proof whose tiles are read anew, and of verifying it."""
        size, root = self._tree.size, self._tree.root()
        drawn = random.Random(1).sample(range(size), _PROOFS)  # noqa: S311 - which is no secret
        proving: list[float] = []
        verifying: list[float] = []
        for index in drawn:
            path = _timed(partial(self._path, index), proving)
            leaf = self._read(TileName(0, index // 256, self._width(index)))[index % 256]
            check = partial(verify_inclusion, leaf, index=index, size=size, path=path, root=root)
            _timed(check, verifying)
        return statistics.median(proving), statistics.median(verifying)

    def _path(self, index: int) -> tuple[bytes, ...]:
        return TiledTree(self._tree.size, self._read).inclusion_path(index)

    def _width(self, index: int) -> int:
        return min(self._tree.size - index // 256 * 256, 256)

    def _keep(self, leaves: list[bytes]) -> None:
        for name, hashes in self._tree.append(leaves):
            self._tiles[name] = b"".join(hashes)

    def _read(self, name: TileName) -> tuple[bytes, ...]:
        return tuple(split_hashes(self._tiles[name]))


def _timed(work: Callable[[], _T], times: list[float]) -> _T:
    started = time.perf_counter()
    done = work()
    times.append(time.perf_counter() - started)
    return done


def _entry(number: int) -> LedgerEntry:
    digests = tuple(f"{number * 3 + at:064x}" for at in range(3))
    return LedgerEntry(kind="issued", at=_NOW, organization="11340200MB9TXY014H", digests=digests)


def _durable(server: str, name: str) -> Measurement:
    """Note, number, lay out and sign groups; compare with what is wanted, on the clock."""
    with tempfile.TemporaryDirectory(prefix="yinxin-bench-") as folder, new_database(server) as url:
        engine = connect(url or f"sqlite:///{Path(folder) / 'db.sqlite3'}")
        upgrade(engine)
        publisher = LedgerPublisher(
            unit_of_work=partial(SqlUnitOfWork, engine),
            clock=_Clock(),
            region="340200",
            signer=MemoryKey(),
            shelf=LedgerFolder(Path(folder) / "ledger"),
        )
        seconds: list[float] = []
        for group in range(_GROUPS):
            entries = [(f"s{at}", _entry(group * _GROUP + at)) for at in range(_GROUP)]
            started = time.perf_counter()
            with publisher.unit_of_work() as work:
                work.ledger.note(LedgerName.ISSUE, entries)
                work.commit()
            publisher.publish()
            seconds.append(time.perf_counter() - started)
        engine.dispose()
    rate = _GROUP / statistics.median(seconds)
    return _wanted(f"append durably, groups of {_GROUP}, {name}", rate, _DURABLE)
