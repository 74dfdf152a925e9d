"""Objects in a folder: what was put comes back, or the reader is told."""

import errno
import multiprocessing
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from signing.algorithms import sm3
from storage import flushing
from storage.errors import DamagedObjectError, ObjectNotFoundError
from storage.object_folder import ObjectFolder

CONTENT = "印信".encode() * 100


def _files(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.is_file())


def _path(root: Path, digest: str) -> Path:
    return root / digest[:2] / digest[2:4] / digest


def _tamper(path: Path, content: bytes) -> None:
    path.chmod(0o640)
    path.write_bytes(content)


@pytest.mark.parametrize("content", [b"", b"x", CONTENT])
def test_what_was_put_comes_back_under_its_digest(tmp_path: Path, content: bytes) -> None:
    folder = ObjectFolder(tmp_path / "deep" / "objects")

    digest = folder.put(content)

    assert digest == sm3(content).hex()
    assert folder.get(digest) == content
    assert ObjectFolder(tmp_path / "deep" / "objects").get(digest) == content


def test_putting_the_same_again_keeps_the_one_file(tmp_path: Path) -> None:
    folder = ObjectFolder(tmp_path)
    path = _path(tmp_path, folder.put(CONTENT))
    before = path.stat()

    assert folder.put(CONTENT) == path.name

    assert path.stat().st_ino == before.st_ino
    assert _files(tmp_path) == [path]


def test_objects_are_read_only_and_closed_to_strangers(tmp_path: Path) -> None:
    path = _path(tmp_path, ObjectFolder(tmp_path).put(CONTENT))

    assert stat.S_IMODE(path.stat().st_mode) == 0o440
    assert not stat.S_IMODE(path.parent.stat().st_mode) & stat.S_IRWXO


@pytest.mark.parametrize("changed", [b"", CONTENT[:-1], CONTENT + b"\0", b"\0" + CONTENT[1:]])
def test_a_tampered_object_is_noticed_on_reading_and_on_putting(
    tmp_path: Path, changed: bytes
) -> None:
    folder = ObjectFolder(tmp_path)
    digest = folder.put(CONTENT)
    _tamper(_path(tmp_path, digest), changed)

    with pytest.raises(DamagedObjectError):
        folder.get(digest)
    with pytest.raises(DamagedObjectError):
        folder.put(CONTENT)
    assert _path(tmp_path, digest).read_bytes() == changed, "evidence is not overwritten"


def test_nothing_is_found_under_a_digest_nobody_put(tmp_path: Path) -> None:
    with pytest.raises(ObjectNotFoundError):
        ObjectFolder(tmp_path).get(sm3(b"other").hex())


@pytest.mark.parametrize(
    "name",
    ["", "0" * 63, "0" * 65, "A" * 64, "../" + "0" * 61, "0" * 63 + "\n", "g" * 64, "0" * 63 + "/"],
)
def test_names_that_are_no_digests_reach_no_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(ObjectNotFoundError, match="not the name"):
        ObjectFolder(tmp_path).get(name)


def test_what_a_crash_left_is_harmless(tmp_path: Path) -> None:
    """Half a file under a name of its own, never under a digest."""
    folder = ObjectFolder(tmp_path)
    (tmp_path / "incoming" / ("0" * 32)).write_bytes(CONTENT[:50])

    again = ObjectFolder(tmp_path)

    assert folder.get(again.put(CONTENT)) == CONTENT


def test_a_failed_write_leaves_neither_name_nor_leftovers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = ObjectFolder(tmp_path)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        folder.put(CONTENT)
    monkeypatch.undo()

    assert _files(tmp_path) == []
    with pytest.raises(ObjectNotFoundError):
        folder.get(sm3(CONTENT).hex())
    assert folder.get(folder.put(CONTENT)) == CONTENT


def test_a_put_returns_only_after_file_and_folder_are_flushed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also the second put, which may come between the link and the flush of the first."""
    folder = ObjectFolder(tmp_path)
    flushed: list[bool] = []
    real = os.fsync

    def watch(descriptor: int) -> None:
        flushed.append(stat.S_ISDIR(os.fstat(descriptor).st_mode))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", watch)
    folder.put(CONTENT)
    assert flushed.count(False) == 1
    assert flushed[-1] is True
    flushed.clear()
    folder.put(CONTENT)
    assert flushed == [True] * 3


def test_many_threads_may_put_the_same_at_once(tmp_path: Path) -> None:
    folders = [ObjectFolder(tmp_path) for _ in range(8)]
    contents = [bytes((number % 5,)) * 20_000 for number in range(40)]

    with ThreadPoolExecutor(8) as pool:
        digests = list(
            pool.map(lambda pair: pair[0].put(pair[1]), zip(folders * 5, contents, strict=True))
        )

    assert len(set(digests)) == 5
    assert [path.name for path in _files(tmp_path)] == sorted(set(digests))


def _put_all(root: Path) -> list[str]:
    folder = ObjectFolder(root)
    return [folder.put(bytes((number,)) * 5_000) for number in range(20)]


def test_two_processes_may_put_the_same_at_once(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        one, other = pool.map(_put_all, [tmp_path, tmp_path])

    assert one == other
    folder = ObjectFolder(tmp_path)
    assert [folder.get(digest)[0] for digest in one] == list(range(20))
    assert len(_files(tmp_path)) == 20


def named(contents: list[bytes]) -> dict[str, bytes]:
    return {sm3(content).hex(): content for content in contents}


def test_many_objects_are_stored_like_one_by_one(tmp_path: Path) -> None:
    contents = [bytes((number,)) * 100 for number in range(30)]
    many, single = ObjectFolder(tmp_path / "many"), ObjectFolder(tmp_path / "single")

    many.put_all(named(contents))

    assert list(named(contents)) == [single.put(content) for content in contents]
    assert [many.get(digest) for digest in named(contents)] == contents
    assert len(_files(tmp_path / "many")) == len(contents)


def test_many_objects_get_their_names_between_two_flushes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name never leads to what is not on disk, and put_all returns when the names are."""
    folder, seen = ObjectFolder(tmp_path), []

    def note(_descriptor: int) -> None:
        files = _files(tmp_path)
        seen.append(sum(path.parent.name != "incoming" for path in files))

    monkeypatch.setattr(flushing, "_syncfs", lambda: note)

    folder.put_all(named([bytes((number,)) * 100 for number in range(30)]))

    assert seen == [0, 30]


def test_what_cannot_be_flushed_is_not_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = ObjectFolder(tmp_path)

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(flushing, "_syncfs", lambda: full)

    with pytest.raises(OSError, match="no space"):
        folder.put_all(named([bytes((number,)) * 100 for number in range(30)]))
    assert _files(tmp_path) == []
