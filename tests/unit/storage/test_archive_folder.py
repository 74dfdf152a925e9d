"""The archive's folder: what binds an object is written durably, and read or nothing is allowed."""

import multiprocessing
from datetime import timedelta
from pathlib import Path

import pytest

from signing.algorithms import sm3
from storage.archive_folder import ArchiveFolder
from storage.errors import DamagedObjectError, ObjectLockedError
from tests.doubles.issuing import FixedClock
from tests.world import NOON

CONTENT = "印信".encode() * 1000
DIGEST = sm3(CONTENT).hex()
NAME = Path(DIGEST[:2], DIGEST[2:4], DIGEST)


@pytest.fixture
def folder(tmp_path: Path) -> ArchiveFolder:
    made = ArchiveFolder(tmp_path, now=FixedClock().now)
    made.put(CONTENT)
    return made


def _damage(path: Path, content: bytes) -> None:
    path.chmod(0o640)
    path.write_bytes(content)


def test_a_lock_is_known_to_whoever_opens_the_folder(folder: ArchiveFolder, tmp_path: Path) -> None:
    folder.lock(DIGEST, NOON + timedelta(days=1))
    folder.hold(DIGEST, on=True)

    again = ArchiveFolder(tmp_path, now=FixedClock().now)

    assert again.locked_until(DIGEST) == NOON + timedelta(days=1)
    assert again.is_held(DIGEST)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"[]",
        b'{"until": null}',
        b'{"until": null, "held": 0}',
        b'{"until": "2036-01-01T00:00:00", "held": false}',
        b'{"until": 5, "held": false}',
        b" " * 2000,
    ],
)
def test_a_lock_that_cannot_be_read_lets_nothing_go(
    folder: ArchiveFolder, tmp_path: Path, text: bytes
) -> None:
    folder.hold(DIGEST, on=True)
    (tmp_path / "locks" / NAME).write_bytes(text)

    with pytest.raises(DamagedObjectError, match="lock"):
        folder.remove(DIGEST)
    with pytest.raises(DamagedObjectError, match="lock"):
        folder.lock(DIGEST, NOON + timedelta(days=1))
    assert folder.get(DIGEST) == CONTENT


@pytest.mark.parametrize("changed", [b"", CONTENT[:-1], b"\0" + CONTENT[1:]])
def test_what_is_damaged_is_seen_repaired_and_kept_aside(
    folder: ArchiveFolder, tmp_path: Path, changed: bytes
) -> None:
    _damage(tmp_path / NAME, changed)

    with pytest.raises(DamagedObjectError):
        folder.check(DIGEST)
    with pytest.raises(DamagedObjectError):
        folder.lock(DIGEST, NOON + timedelta(days=1))
    folder.repair(DIGEST, CONTENT)

    assert folder.check(DIGEST) == len(CONTENT)
    assert (tmp_path / NAME).stat().st_mode & 0o777 == 0o440
    (aside,) = (tmp_path / "damaged").iterdir()
    assert aside.read_bytes() == changed
    assert list(folder.digests()) == [DIGEST]


def _lock(root: Path, days: int) -> bool:
    try:
        ArchiveFolder(root, now=FixedClock().now).lock(DIGEST, NOON + timedelta(days=days))
    except ObjectLockedError:
        return False
    return True


def test_of_many_processes_that_lock_the_longest_wins(
    folder: ArchiveFolder, tmp_path: Path
) -> None:
    days = [5, 40, 3, 20, 39, 1, 12, 38]

    with multiprocessing.get_context("spawn").Pool(2) as pool:
        pool.starmap(_lock, [(tmp_path, number) for number in days])

    assert folder.locked_until(DIGEST) == NOON + timedelta(days=40)
