"""Every archive store keeps the same contract: folder, bucket, both of them as one, and memory."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from certs.keeping.stores import ArchiveStore, ScrubbedStore
from signing.algorithms import sm3
from storage.archive_bucket import ArchiveBucket
from storage.archive_folder import ArchiveFolder
from storage.errors import DamagedObjectError, ObjectLockedError, ObjectNotFoundError
from storage.failover import FailoverArchive
from tests.doubles.archives import MemoryArchive
from tests.doubles.issuing import FixedClock
from tests.object_stores import below

CONTENT = "印信".encode() * 1000
DIGEST = sm3(CONTENT).hex()
SECOND = timedelta(seconds=1)


@pytest.fixture
def clock() -> FixedClock:
    """Far from now, except for the bucket, whose server has a clock of its own."""
    return FixedClock()


NewStore = Callable[[str], ScrubbedStore]


@pytest.fixture
def new_store(request: pytest.FixtureRequest, tmp_path: Path, clock: FixedClock) -> NewStore:
    """Makes empty stores of a kind."""

    def make(kind: str) -> ScrubbedStore:
        match kind:
            case "folder":
                return ArchiveFolder(tmp_path / "archive", now=clock.now)
            case "bucket":
                address = below(request.getfixturevalue("locking_s3_address"))
                clock.time = datetime.now(clock.time.tzinfo)
                return ArchiveBucket.at(address)
            case _:
                return MemoryArchive(now=clock.now)

    return make


@pytest.fixture(params=["folder", "bucket", "memory", "both"])
def store(request: pytest.FixtureRequest, new_store: NewStore, clock: FixedClock) -> ArchiveStore:
    if request.param == "both":
        return FailoverArchive(new_store("folder"), new_store("memory"), now=clock.now)
    return new_store(request.param)


@pytest.fixture(params=["folder", "bucket", "memory"])
def home(request: pytest.FixtureRequest, new_store: NewStore) -> ScrubbedStore:
    return new_store(request.param)


# Locks ------------------------------------------------------------------------------------------


def test_nothing_is_locked_or_held_until_somebody_says_so(store: ArchiveStore) -> None:
    store.put(CONTENT)

    for digest in (DIGEST, "0" * 64):
        assert store.locked_until(digest) is None
        assert not store.is_held(digest)


def test_what_is_locked_is_not_removed_and_not_put_away(
    store: ArchiveStore, clock: FixedClock
) -> None:
    store.put(CONTENT)
    until = clock.time + timedelta(days=3650, microseconds=1)

    store.lock(DIGEST, until)

    locked = store.locked_until(DIGEST)
    assert locked is not None
    assert until <= locked < until + SECOND
    with pytest.raises(ObjectLockedError, match="locked until"):
        store.remove(DIGEST)
    assert store.get(DIGEST) == CONTENT


def test_a_lock_is_made_longer_and_never_shorter(store: ArchiveStore, clock: FixedClock) -> None:
    store.put(CONTENT)
    first = clock.time.replace(microsecond=0) + timedelta(days=10)

    store.lock(DIGEST, first)
    store.lock(DIGEST, first)
    with pytest.raises(ObjectLockedError, match="never shortened"):
        store.lock(DIGEST, first - SECOND)
    assert store.locked_until(DIGEST) == first
    store.lock(DIGEST, first + SECOND)

    assert store.locked_until(DIGEST) == first + SECOND


def test_what_nobody_put_is_neither_locked_nor_held(store: ArchiveStore, clock: FixedClock) -> None:
    with pytest.raises(ObjectNotFoundError):
        store.lock(DIGEST, clock.time + timedelta(days=1))
    with pytest.raises(ObjectNotFoundError):
        store.hold(DIGEST, on=True)


def test_a_hold_keeps_an_object_until_it_is_lifted(store: ArchiveStore) -> None:
    store.put(CONTENT)

    store.hold(DIGEST, on=True)
    store.hold(DIGEST, on=True)

    assert store.is_held(DIGEST)
    with pytest.raises(ObjectLockedError, match="legal hold"):
        store.remove(DIGEST)
    store.hold(DIGEST, on=False)
    store.hold(DIGEST, on=False)
    assert not store.is_held(DIGEST)
    store.remove(DIGEST)
    assert not store.has(DIGEST)
    store.remove(DIGEST)


@pytest.mark.parametrize("kind", ["folder", "memory"])
def test_a_lock_that_is_over_lets_go(new_store: NewStore, clock: FixedClock, kind: str) -> None:
    """Of the bucket, the server decides; nobody can set its clock here."""
    store = new_store(kind)
    store.put(CONTENT)
    store.lock(DIGEST, clock.time + timedelta(days=1))

    clock.time += timedelta(days=1) - SECOND
    with pytest.raises(ObjectLockedError):
        store.remove(DIGEST)
    clock.time += SECOND
    store.remove(DIGEST)

    assert not store.has(DIGEST)


def test_what_one_store_is_bound_to_keep_both_keep(new_store: NewStore, clock: FixedClock) -> None:
    first, second = new_store("folder"), new_store("memory")
    both = FailoverArchive(first, second, now=clock.now)
    both.put(CONTENT)
    first.lock(DIGEST, clock.time + timedelta(days=1))

    with pytest.raises(ObjectLockedError):
        both.remove(DIGEST)

    assert first.has(DIGEST)
    assert second.has(DIGEST)


# Reading through and repairing ------------------------------------------------------------------


def test_a_check_tells_the_length_of_what_is_whole(home: ScrubbedStore) -> None:
    home.put(CONTENT)

    assert home.check(DIGEST) == len(CONTENT)
    with pytest.raises(ObjectNotFoundError):
        home.check("0" * 64)


def test_everything_stored_is_listed_and_nothing_else(
    home: ScrubbedStore, clock: FixedClock
) -> None:
    digests = {home.put(bytes([number])) for number in range(20)}
    held = next(iter(digests))
    home.hold(held, on=True)
    home.lock(held, clock.time + SECOND)

    assert set(home.digests()) == digests


def test_what_is_missing_is_repaired_with_a_good_copy_and_nothing_else(
    home: ScrubbedStore,
) -> None:
    with pytest.raises(DamagedObjectError):
        home.repair(DIGEST, b"other")
    home.repair(DIGEST, CONTENT)

    assert home.get(DIGEST) == CONTENT
