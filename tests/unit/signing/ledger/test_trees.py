"""The tree of tiles against the definition, for every size to 300 and drawn ones to 100,000."""

from functools import lru_cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing.errors import InvalidProofError
from signing.ledger.hashing import EMPTY_ROOT, leaf_hash, tree_hash
from signing.ledger.proofs import verify_consistency, verify_inclusion
from signing.ledger.tiles import TILE_WIDTH, TileName
from signing.ledger.trees import GrowingTree, TiledTree
from tests.brute_trees import path_from, path_to, root_of

ENTRIES = [f"entry {at}".encode() for at in range(300)]
LARGE = 100_000


class Tiles:
    """Tiles in memory, as whoever holds a tree keeps them."""

    def __init__(self, sizes: list[int]) -> None:
        self.tree, self.kept = GrowingTree(), dict[TileName, tuple[bytes, ...]]()
        for size in sizes:
            leaves = [leaf_hash(f"entry {at}".encode()) for at in range(self.tree.size, size)]
            self.kept |= dict(self.tree.append(leaves))

    def at(self, size: int) -> TiledTree:
        return TiledTree(size, self.read)

    def read(self, name: TileName) -> tuple[bytes, ...]:
        """Read a tile, or its beginning where it is fuller by now."""
        for width in range(name.width, TILE_WIDTH + 1):
            found = self.kept.get(TileName(name.level, name.index, width))
            if found is not None:
                return found[: name.width]
        raise AssertionError(name)


@lru_cache
def large() -> Tiles:
    return Tiles([77_777, LARGE])


@pytest.fixture(scope="module")
def small() -> Tiles:
    return Tiles([300])


def test_trees_of_all_sizes_to_300_have_the_root_of_the_definition(small: Tiles) -> None:
    grown = GrowingTree()
    for size in range(301):
        expected = root_of(ENTRIES[:size])
        assert small.at(size).root() == expected
        assert grown.root() == expected
        assert tree_hash([leaf_hash(entry) for entry in ENTRIES[:size]]) == expected
        grown.append([leaf_hash(b"entry %d" % size)])


def test_inclusion_paths_of_all_sizes_to_300_are_those_of_the_definition(small: Tiles) -> None:
    for size in range(1, 301):
        tree, entries = small.at(size), ENTRIES[:size]
        root = tree.root()
        for index in {0, size // 3, size // 2, size - 1}:
            path = tree.inclusion_path(index)
            assert path == path_to(index, entries)
            verify_inclusion(
                leaf_hash(entries[index]), index=index, size=size, path=path, root=root
            )


def test_every_entry_of_a_tree_of_300_is_proved_by_its_own_path_alone(small: Tiles) -> None:
    tree = small.at(300)
    root = tree.root()
    for index in range(300):
        path, leaf = tree.inclusion_path(index), leaf_hash(ENTRIES[index])
        verify_inclusion(leaf, index=index, size=300, path=path, root=root)
        with pytest.raises(InvalidProofError):
            verify_inclusion(leaf, index=(index + 1) % 300, size=300, path=path, root=root)


def test_consistency_of_all_sizes_to_300_is_that_of_the_definition(small: Tiles) -> None:
    roots = [root_of(ENTRIES[:size]) for size in range(301)]
    for new in range(1, 301):
        tree = small.at(new)
        for old in {1, new // 3 or 1, new // 2 or 1, new - 1 or 1, new}:
            path = tree.consistency_path(old)
            assert path == path_from(old, ENTRIES[:new])
            verify_consistency(
                old_size=old, old_root=roots[old], new_size=new, new_root=roots[new], path=path
            )


def test_consistency_of_all_pairs_to_70_is_proved(small: Tiles) -> None:
    roots = [root_of(ENTRIES[:size]) for size in range(71)]
    for new in range(71):
        for old in range(new + 1):
            path = small.at(new).consistency_path(old)
            verify_consistency(
                old_size=old, old_root=roots[old], new_size=new, new_root=roots[new], path=path
            )


@settings(max_examples=30, deadline=None)
@given(size=st.integers(301, LARGE), data=st.data())
def test_proofs_of_drawn_sizes_hold_and_no_changed_one_does(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(1, size - 1))
    tree = large().at(size)
    root, leaf = tree.root(), leaf_hash(b"entry %d" % index)
    path, way = tree.inclusion_path(index), tree.consistency_path(old)
    old_root = large().at(old).root()
    verify_inclusion(leaf, index=index, size=size, path=path, root=root)
    verify_consistency(old_size=old, old_root=old_root, new_size=size, new_root=root, path=way)
    assert old_root == _hashed(old)
    at = data.draw(st.integers(0, len(path) - 1))
    bit = 1 << data.draw(st.integers(0, 7))
    with pytest.raises(InvalidProofError):
        verify_inclusion(leaf, index=index, size=size, path=_changed(path, at, bit), root=root)
    at = data.draw(st.integers(0, len(way) - 1))
    with pytest.raises(InvalidProofError):
        verify_consistency(
            old_size=old,
            old_root=old_root,
            new_size=size,
            new_root=root,
            path=_changed(way, at, bit),
        )


def _hashed(size: int) -> bytes:
    return tree_hash([leaf_hash(b"entry %d" % at) for at in range(size)])


def _changed(path: tuple[bytes, ...], at: int, bit: int) -> tuple[bytes, ...]:
    changed = bytes((path[at][0] ^ bit, *path[at][1:]))
    return (*path[:at], changed, *path[at + 1 :])


@settings(max_examples=60, deadline=None)
@given(steps=st.lists(st.integers(0, 700), max_size=8))
def test_tree_grows_to_the_same_whatever_the_steps(steps: list[int]) -> None:
    sizes = [sum(steps[:at]) for at in range(1, len(steps) + 1)]
    tiles = Tiles(sizes)
    size = sizes[-1] if sizes else 0
    assert tiles.tree.root() == _hashed(size)
    taken_up = GrowingTree.of_tiles(size, tiles.read)
    assert taken_up.root() == tiles.tree.root()
    more = [leaf_hash(b"more %d" % at) for at in range(size % 601)]
    assert dict(taken_up.append(more)) == dict(tiles.tree.append(more))
    assert taken_up.root() == tiles.tree.root()


def test_full_tiles_never_change_and_partial_ones_continue() -> None:
    tiles = Tiles(list(range(1, 1200, 7)))
    for name, hashes in tiles.kept.items():
        assert len(hashes) == name.width
        assert tiles.read(TileName(name.level, name.index, name.width)) == hashes
        fuller = [
            other
            for known, other in tiles.kept.items()
            if (known.level, known.index) == (name.level, name.index) and known.width > name.width
        ]
        assert all(other[: name.width] == hashes for other in fuller)


@pytest.mark.parametrize(
    ("old", "new"),
    [(0, 5), (3, 3), (0, 0)],
)
def test_nothing_needs_to_be_shown_from_nothing_or_for_the_same_size(old: int, new: int) -> None:
    roots = [root_of(ENTRIES[:size]) for size in range(6)]
    verify_consistency(
        old_size=old, old_root=roots[old], new_size=new, new_root=roots[new], path=()
    )
    with pytest.raises(InvalidProofError):
        verify_consistency(
            old_size=old,
            old_root=roots[old],
            new_size=new,
            new_root=roots[new],
            path=(roots[1],),
        )
    with pytest.raises(InvalidProofError):
        verify_consistency(
            old_size=old, old_root=roots[4], new_size=new, new_root=roots[new], path=()
        )


def test_smaller_tree_never_continues_a_larger_one() -> None:
    roots = [root_of(ENTRIES[:size]) for size in range(6)]
    with pytest.raises(InvalidProofError):
        verify_consistency(old_size=5, old_root=roots[5], new_size=3, new_root=roots[3], path=())


def test_paths_of_wrong_lengths_and_sizes_prove_nothing(small: Tiles) -> None:
    tree = small.at(200)
    root, leaf, path = tree.root(), leaf_hash(ENTRIES[9]), tree.inclusion_path(9)
    for index, size, hashes in (
        (9, 200, path[:-1]),
        (9, 200, (*path, root)),
        (9, 200, (root,) * 70),
        (9, 200, (path[0][:31], *path[1:])),
        (200, 200, path),
        (-1, 200, path),
        (9, 9, path),
        (9, 1 << 20, path),
    ):
        with pytest.raises(InvalidProofError):
            verify_inclusion(leaf, index=index, size=size, path=hashes, root=root)
    way = tree.consistency_path(77)
    for hashes in ((), way[:-1], (*way, root), (root,) * 70):
        with pytest.raises(InvalidProofError):
            verify_consistency(
                old_size=77,
                old_root=small.at(77).root(),
                new_size=200,
                new_root=root,
                path=hashes,
            )


def test_empty_tree_has_the_hash_of_nothing_and_no_entries(small: Tiles) -> None:
    assert GrowingTree().root() == small.at(0).root() == EMPTY_ROOT
    with pytest.raises(IndexError):
        small.at(0).inclusion_path(0)
    with pytest.raises(IndexError):
        small.at(5).consistency_path(6)
