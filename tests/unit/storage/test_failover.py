"""Two stores as one, and one of them in every kind of trouble: real servers, real folders."""

import errno
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from signing.algorithms import sm3
from storage import s3_clients
from storage.archive_bucket import ArchiveBucket
from storage.archive_folder import ArchiveFolder
from storage.errors import (
    DamagedObjectError,
    ObjectNotFoundError,
    ObjectRangeError,
    ObjectStoreError,
)
from storage.failover import FailoverArchive
from storage.object_folder import ObjectFolder
from tests.doubles.archives import MemoryArchive
from tests.doubles.issuing import FixedClock
from tests.object_stores import VARIABLE, below, locking, own_s3
from tests.s3_proxies import S3Proxy, answering, dawdling, s3_proxy

CONTENT = "印信".encode() * 5000
DIGEST = sm3(CONTENT).hex()
Meddle = Callable[[BaseHTTPRequestHandler], bool]


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests do not wait as long as the service does."""
    monkeypatch.setattr(s3_clients, "_ANSWER_SECONDS", 1.0)
    monkeypatch.setattr(s3_clients, "_RETRY_SECONDS", 0.1)


@pytest.fixture
def proxy(locking_s3_address: str) -> Iterator[S3Proxy]:
    with s3_proxy(below(locking_s3_address)) as running:
        yield running


def _folder(root: Path) -> ArchiveFolder:
    return ArchiveFolder(root, now=FixedClock().now)


def _path(root: Path) -> Path:
    return root / DIGEST[:2] / DIGEST[2:4] / DIGEST


def _damage(path: Path, content: bytes) -> None:
    path.chmod(0o640)
    path.write_bytes(content)


# Reads fail over --------------------------------------------------------------------------------


@pytest.mark.parametrize("trouble", ["missing", "damaged", "truncated", "unreadable"])
def test_what_one_folder_cannot_give_comes_from_the_other(tmp_path: Path, trouble: str) -> None:
    first, second = (_folder(tmp_path / name) for name in ("first", "second"))
    both = FailoverArchive(first, second)
    both.put(CONTENT)
    path = _path(tmp_path / "first")
    match trouble:
        case "missing":
            path.unlink()
        case "damaged":
            _damage(path, b"\0" + CONTENT[1:])
        case "truncated":
            _damage(path, CONTENT[:-1])
        case _:
            # Reading it fails as a broken disk does: with an error of the system.
            path.unlink()
            path.mkdir()

    assert both.get(DIGEST) == CONTENT
    assert both.find(DIGEST) == CONTENT
    assert both.has(DIGEST)
    end = len(CONTENT) - 10
    assert both.get_range(DIGEST, end, 10) == CONTENT[end:]


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    "meddle", [answering(500), answering(503), dawdling(1.5)], ids=["500", "503", "slow"]
)
def test_what_a_server_in_trouble_cannot_give_comes_from_the_other(
    proxy: S3Proxy, tmp_path: Path, meddle: Meddle
) -> None:
    both = FailoverArchive(ArchiveBucket.at(proxy.address), _folder(tmp_path))
    both.put(CONTENT)

    proxy.meddle = meddle

    assert both.get(DIGEST) == CONTENT
    assert both.has(DIGEST)


@pytest.mark.usefixtures("impatient")
def test_half_an_answer_is_none(proxy: S3Proxy, tmp_path: Path) -> None:
    first = ArchiveBucket.at(proxy.address)
    both = FailoverArchive(first, _folder(tmp_path))
    both.put(CONTENT)

    proxy.keeps = 0.5

    with pytest.raises(ObjectStoreError, match="does not answer"):
        first.get(DIGEST)
    assert both.get(DIGEST) == CONTENT


def test_a_server_that_stumbles_is_asked_again_and_nobody_notices(proxy: S3Proxy) -> None:
    bucket = ArchiveBucket.at(proxy.address)

    proxy.meddle = answering(503, times=2)
    bucket.put(CONTENT)
    proxy.meddle = answering(500, times=1)

    assert bucket.get(DIGEST) == CONTENT


@pytest.mark.usefixtures("impatient")
@pytest.mark.skipif(VARIABLE in os.environ, reason="stops the server")
def test_a_real_server_that_is_stopped_comes_back_and_is_lost_for_good(tmp_path: Path) -> None:
    late = b"written while it was away"
    with own_s3() as server:
        seconds = Seconds()
        first = ArchiveBucket.at(locking(server.address))
        both = FailoverArchive(first, _folder(tmp_path), seconds=seconds)
        both.put(CONTENT)

        server.signal(signal.SIGSTOP)
        assert both.get(DIGEST) == CONTENT
        with pytest.raises(ObjectStoreError, match="does not answer"):
            both.put(late)
        server.signal(signal.SIGCONT)
        seconds.now += 60
        assert both.get(both.put(late)) == late
        assert first.get(sm3(late).hex()) == late
        server.kill()
        assert both.get(DIGEST) == CONTENT


def test_a_silent_store_is_left_alone_for_a_while() -> None:
    seconds, asked = Seconds(), []

    class Silent(MemoryArchive):
        def get(self, digest: str) -> bytes:
            asked.append(digest)
            raise ObjectStoreError("silent")

    second = MemoryArchive(now=FixedClock().now)
    second.put(CONTENT)
    both = FailoverArchive(Silent(now=FixedClock().now), second, seconds=seconds)

    for _ in range(10):
        assert both.get(DIGEST) == CONTENT
    assert len(asked) == 1
    seconds.now += 5
    both.get(DIGEST)
    assert len(asked) == 2


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        (ObjectNotFoundError, ObjectNotFoundError, ObjectNotFoundError),
        (ObjectNotFoundError, ObjectStoreError, ObjectStoreError),
        (ObjectStoreError, ObjectNotFoundError, ObjectStoreError),
        (DamagedObjectError, ObjectNotFoundError, DamagedObjectError),
        (ObjectNotFoundError, OSError, OSError),
        (ObjectRangeError, DamagedObjectError, DamagedObjectError),
    ],
)
def test_what_leaves_most_open_is_told(
    first: type[Exception], second: type[Exception], told: type[Exception]
) -> None:
    """Nothing is said not to be there while a store that may have it is silent."""

    class Failing(MemoryArchive):
        def __init__(self, error: type[Exception]) -> None:
            super().__init__(now=FixedClock().now)
            self._error = error

        def get(self, digest: str) -> bytes:
            raise self._error(digest)

    with pytest.raises(told) as caught:
        FailoverArchive(Failing(first), Failing(second)).get(DIGEST)

    assert type(caught.value) is told


# Writes go to both, or fail ---------------------------------------------------------------------


def test_a_put_that_failed_in_one_store_is_completed_by_the_next(tmp_path: Path) -> None:
    first, second = _folder(tmp_path / "first"), _folder(tmp_path / "second")
    both = FailoverArchive(first, second)
    shutil.rmtree(tmp_path / "first" / "incoming")

    with pytest.raises(OSError, match="incoming"):
        both.put(CONTENT)
    assert list(first.digests()) == []
    (tmp_path / "first" / "incoming").mkdir()
    both.put(CONTENT)

    assert first.get(DIGEST) == second.get(DIGEST) == CONTENT


_PUT_UNDER_LIMIT = """
import resource, signal, sys
from pathlib import Path
from storage.archive_folder import ArchiveFolder
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
folder = ArchiveFolder(Path(sys.argv[1]))
kept = folder.put(b"short")
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    folder.put(b"x" * 100_000)
except OSError as error:
    print(error.errno, len(list(folder.digests())), folder.get(kept) == b"short")
"""


def test_a_disk_that_is_full_leaves_nothing_half_written(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-c", _PUT_UNDER_LIMIT, str(tmp_path)],
        check=True,
        capture_output=True,
        text=True,
    )

    assert told.stdout.split() == [str(errno.EFBIG), "1", "True"]
    assert list((tmp_path / "incoming").iterdir()) == []


def test_a_disk_that_cannot_be_written_is_told_and_still_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = _folder(tmp_path)
    folder.put(CONTENT)
    real = os.open

    def read_only(path: Path, flags: int, *args: int) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            raise OSError(errno.EROFS, "Read-only file system", str(path))
        return real(path, flags, *args)

    monkeypatch.setattr(os, "open", read_only)

    with pytest.raises(OSError, match="Read-only"):
        folder.put(b"new")
    assert folder.get(DIGEST) == CONTENT
    assert list(folder.digests()) == [DIGEST]


_PUT_AND_DIE = """
import os, sys
from pathlib import Path
from storage import object_folder
from storage.archive_folder import ArchiveFolder
folder = ArchiveFolder(Path(sys.argv[1]))
def die(*_): os.kill(os.getpid(), 9)
if sys.argv[2] == "before":
    object_folder.flush_files = die
elif sys.argv[2] == "between":
    object_folder.flush_folders = die
folder.put(b"x" * 100_000)
die()
"""


@pytest.mark.parametrize(("moment", "is_there"), [("before", 0), ("between", 1), ("after", 1)])
def test_a_process_that_is_killed_leaves_a_whole_object_or_none(
    tmp_path: Path, moment: str, is_there: int
) -> None:
    died = subprocess.run(
        [sys.executable, "-c", _PUT_AND_DIE, str(tmp_path), moment], check=False
    ).returncode

    folder = ObjectFolder(tmp_path)
    digest = sm3(b"x" * 100_000).hex()
    assert died == -signal.SIGKILL
    assert folder.has(digest) == bool(is_there)
    assert folder.get(folder.put(b"x" * 100_000)) == b"x" * 100_000
