"""The container of a status list: the draft's own vectors, bounds, and one bit at a time."""

import json
import time
import zlib
from pathlib import Path
from typing import Any

import cbor2
import pytest

from certs.errors import MalformedStatusListError
from certs.status_lists.containers import MAX_LIST_BYTES, StatusList

VECTORS = Path(__file__).parents[3] / "vectors" / "status-list" / "encoding.json"
CASES: list[dict[str, Any]] = json.loads(VECTORS.read_text("utf-8"))["cases"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['bits']}-bit")
def test_vectors_of_the_draft_are_read_and_written(case: dict[str, Any]) -> None:
    stored = cbor2.loads(bytes.fromhex(case["cbor"]))
    statuses = {int(index): value for index, value in case["statuses"].items()}
    made = StatusList.empty(bits=case["bits"], size=case["size"]).changed(statuses)

    assert StatusList.unpack(stored["lst"], bits=stored["bits"], max_bytes=2**20) == made
    assert made.pack() == stored["lst"]
    assert {index: made.get(index) for index in statuses} == statuses
    assert made.size == case["size"]


@pytest.mark.parametrize(
    ("bits", "values", "raw", "packed"),
    [
        (1, [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1], "b9a3", "78dadbb918000217015d"),
        (2, [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3], "c944f9", "78da3be9f2130003df0207"),
    ],
)
def test_short_examples_of_the_draft_are_read_and_written(
    bits: int, values: list[int], raw: str, packed: str
) -> None:
    made = StatusList.empty(bits=bits, size=len(values)).changed(dict(enumerate(values)))

    assert made.data.hex() == raw
    assert made.pack().hex() == packed
    read = StatusList.unpack(bytes.fromhex(packed), bits=bits)
    assert [read.get(index) for index in range(read.size)] == values


def test_a_change_touches_one_entry_and_leaves_the_old_list_as_it_was() -> None:
    before = StatusList(bits=2, data=b"\xff\xff")

    after = before.changed({1: 0, 6: 2})

    assert [before.get(index) for index in range(8)] == [3] * 8
    assert [after.get(index) for index in range(8)] == [3, 0, 3, 3, 3, 3, 2, 3]
    assert before.differences(after) == {1: 0, 6: 2}
    assert after.differences(after) == {}


@pytest.mark.parametrize("index", [-1, 8, 2**40])
def test_an_entry_outside_the_list_is_nobodys(index: int) -> None:
    statuses = StatusList(bits=2, data=bytes(2))

    with pytest.raises(MalformedStatusListError):
        statuses.get(index)
    with pytest.raises(MalformedStatusListError):
        statuses.changed({index: 1})


@pytest.mark.parametrize("value", [-1, 4])
def test_a_value_that_does_not_fit_is_refused(value: int) -> None:
    with pytest.raises(MalformedStatusListError):
        StatusList(bits=2, data=bytes(2)).changed({0: value})


@pytest.mark.parametrize("bits", [0, 3, 16])
def test_there_are_no_other_widths(bits: int) -> None:
    with pytest.raises(MalformedStatusListError):
        StatusList(bits=bits, data=bytes(2))


def test_lists_of_different_shapes_cannot_be_compared() -> None:
    with pytest.raises(MalformedStatusListError):
        StatusList(bits=2, data=bytes(2)).differences(StatusList(bits=1, data=bytes(2)))
    with pytest.raises(MalformedStatusListError):
        StatusList(bits=2, data=bytes(2)).differences(StatusList(bits=2, data=bytes(3)))


@pytest.mark.parametrize(
    "packed",
    [
        b"",
        b"no zlib",
        zlib.compress(bytes(100))[:-1],
        zlib.compress(bytes(100)) + b"\0",
        zlib.compress(bytes(100))[:-4] + bytes(4),
        zlib.compress(bytes(MAX_LIST_BYTES + 1)),
    ],
    ids=["empty", "other", "cut", "longer", "checksum", "too-large"],
)
def test_only_one_whole_stream_of_bounded_size_is_unpacked(packed: bytes) -> None:
    with pytest.raises(MalformedStatusListError):
        StatusList.unpack(packed, bits=2)


def test_the_largest_list_is_unpacked() -> None:
    assert StatusList.unpack(zlib.compress(bytes(MAX_LIST_BYTES)), bits=2).size == 2**20


def test_a_bomb_is_not_unpacked() -> None:
    bomb = zlib.compress(bytes(200_000_000), 9)
    started = time.monotonic()

    with pytest.raises(MalformedStatusListError):
        StatusList.unpack(bomb, bits=2)

    assert time.monotonic() - started < 0.1


def test_counts_add_up() -> None:
    statuses = StatusList.empty(bits=2, size=2**20).changed({0: 1, 1: 2, 5: 2, 2**20 - 1: 3})

    assert dict(statuses.counts()) == {0: 2**20 - 4, 1: 1, 2: 2, 3: 1}
