"""Names of tiles as C2SP tlog-tiles writes them, and bundles of entries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.errors import MalformedStructureError
from signing.ledger.tiles import TileName, parse_bundle, parse_tile, write_bundle


@pytest.mark.parametrize(
    ("name", "path"),
    [
        (TileName(0, 0), "tile/0/000"),
        (TileName(1, 999, 17), "tile/1/999.p/17"),
        (TileName(0, 1_234_067), "tile/0/x001/x234/067"),
        (TileName(-1, 1000, 1), "tile/entries/x001/000.p/1"),
    ],
)
def test_path_of_a_tile_is_that_of_the_specification(name: TileName, path: str) -> None:
    assert name.path == path
    assert TileName.parse(path) == name


@given(level=st.integers(-1, 7), index=st.integers(0, (1 << 55) // 256), width=st.integers(1, 256))
def test_every_tile_is_found_under_its_path(level: int, index: int, width: int) -> None:
    name = TileName(level, index, width)
    assert TileName.parse(name.path) == name


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/x000/001",
        "tile/0/1",
        "tile/8/000",
        "tile/00/000",
        "tile/0/000.p/256",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/",
        "tile/0/../../x",
        "tile/0/001/002",
        "/tile/0/000",
        "tile/0/000\n",
        "tile/0/\u0660\u0660\u0660",
        "checkpoint",
        "",
    ],
)
def test_other_spellings_are_no_tiles(path: str) -> None:
    with pytest.raises(MalformedStructureError):
        TileName.parse(path)


@pytest.mark.parametrize(
    ("level", "index", "width"), [(8, 0, 1), (-2, 0, 1), (0, -1, 1), (0, 0, 0), (0, 0, 257)]
)
def test_there_are_no_such_tiles(level: int, index: int, width: int) -> None:
    with pytest.raises(MalformedStructureError):
        TileName(level, index, width)


@given(st.lists(st.binary(max_size=300), max_size=256))
def test_entries_come_out_of_a_bundle_as_they_went_in(entries: list[bytes]) -> None:
    assert parse_bundle(write_bundle(entries)) == tuple(entries)


@pytest.mark.parametrize("data", [b"\0", b"\0\1", b"\0\2a", b"\0\1ab", b"\0\0" * 257])
def test_damaged_bundle_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedStructureError):
        parse_bundle(data)


def test_entry_too_long_for_its_length_is_refused() -> None:
    assert parse_bundle(write_bundle([b"x" * 0xFFFF])) == (b"x" * 0xFFFF,)
    with pytest.raises(MalformedStructureError):
        write_bundle([b"x" * 0x10000])


def test_tile_has_as_many_hashes_as_its_name_says() -> None:
    assert parse_tile(bytes(64), width=2) == (bytes(32), bytes(32))
    for width in (1, 3):
        with pytest.raises(MalformedStructureError):
            parse_tile(bytes(64), width=width)
