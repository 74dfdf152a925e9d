"""Every object store keeps the same contract: the folder, the bucket, and the one in memory."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from certs.ports import ObjectStore
from signing.algorithms import sm3
from storage.errors import ObjectNotFoundError, ObjectRangeError
from storage.object_bucket import ObjectBucket
from storage.object_folder import ObjectFolder
from storage.packed_objects import PackedObjects
from tests.doubles.issuing import MemoryObjects
from tests.object_stores import below

CONTENT = "印信".encode() * 100_000


@pytest.fixture(params=["folder", "bucket", "memory", "packed"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    """An empty store."""
    match request.param:
        case "folder":
            return ObjectFolder(tmp_path / "objects")
        case "bucket":
            return ObjectBucket.at(below(request.getfixturevalue("s3_address")))
        case "packed":
            return PackedObjects(loose=MemoryObjects(), packages=MemoryObjects())
        case _:
            return MemoryObjects()


@pytest.mark.parametrize("content", [b"", b"x", CONTENT], ids=["empty", "short", "long"])
def test_what_was_put_comes_back_under_its_digest(store: ObjectStore, content: bytes) -> None:
    digest = store.put(content)

    assert digest == sm3(content).hex()
    assert store.get(digest) == content


def test_putting_the_same_again_does_no_harm(store: ObjectStore) -> None:
    assert store.put(CONTENT) == store.put(CONTENT)
    assert store.get(sm3(CONTENT).hex()) == CONTENT


def test_many_put_together_come_back_one_by_one(store: ObjectStore) -> None:
    contents = [bytes((number,)) * 1000 for number in range(30)]

    named = {sm3(content).hex(): content for content in contents}

    store.put_all(named)
    store.put_all(named)
    store.put_all({})

    assert {name: store.get(name) for name in named} == named


def test_nothing_is_found_under_a_digest_nobody_put(store: ObjectStore) -> None:
    with pytest.raises(ObjectNotFoundError):
        store.get(sm3(b"other").hex())


@pytest.mark.parametrize(
    "name", ["", "0" * 63, "0" * 65, "A" * 64, "../" + "0" * 61, "0" * 63 + "\n", "0" * 63 + "/"]
)
def test_names_that_are_no_digests_reach_nothing(store: ObjectStore, name: str) -> None:
    with pytest.raises(ObjectNotFoundError):
        store.get(name)


def test_many_threads_may_put_the_same_at_once(store: ObjectStore) -> None:
    contents = [bytes((number % 5,)) * 20_000 for number in range(40)]

    with ThreadPoolExecutor(8) as pool:
        digests = list(pool.map(store.put, contents))

    assert digests == [sm3(content).hex() for content in contents]
    assert [store.get(digest) for digest in digests] == contents


def test_what_is_not_there_is_found_to_be_nothing(store: ObjectStore) -> None:
    digest = store.put(b"found")

    assert store.find(digest) == b"found"
    assert store.find("0" * 64) is None
    assert store.find("no digest") is None


# Parts ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("offset", "length"), [(0, 1), (2, 5), (9, 1), (0, 10)])
def test_a_part_comes_back_as_it_was_put(store: ObjectStore, offset: int, length: int) -> None:
    digest = store.put(b"0123456789")

    assert store.get_range(digest, offset, length) == b"0123456789"[offset : offset + length]


@pytest.mark.parametrize(
    ("offset", "length"), [(0, 11), (9, 2), (10, 1), (11, 1), (-1, 1), (0, 0), (3, -1), (5, 2**62)]
)
def test_a_part_that_is_not_there_is_refused_and_never_shortened(
    store: ObjectStore, offset: int, length: int
) -> None:
    digest = store.put(b"0123456789")

    with pytest.raises(ObjectRangeError):
        store.get_range(digest, offset, length)


@pytest.mark.parametrize("name", ["0" * 64, "no digest", "../" + "0" * 61])
def test_there_is_no_part_of_what_nobody_put(store: ObjectStore, name: str) -> None:
    with pytest.raises(ObjectNotFoundError):
        store.get_range(name, 0, 1)


def test_a_package_is_read_beside_loose_objects_and_never_removed_with_them() -> None:
    loose, packages = MemoryObjects(), MemoryObjects()
    both = PackedObjects(loose=loose, packages=packages)
    package, object_ = packages.put(b"package"), both.put(b"object")

    assert (both.get(package), both.find(object_)) == (b"package", b"object")
    assert both.get_range(package, 1, 3) == b"ack"
    assert both.get_range(object_, 1, 3) == b"bje"
    both.remove(package)
    both.remove(object_)
    assert both.has(package)
    assert not both.has(object_)
    assert both.find(object_) is None
    assert not packages.has(object_)
