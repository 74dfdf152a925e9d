"""What a proof has to show: that an entry is in a tree, that a tree continues another.

The verifiers know nothing of how proofs are made.
Source: RFC 9162, 2.1.3.2 and 2.1.4.2, with SM3.
"""

from collections.abc import Sequence
from typing import Final

from signing.algorithms import SM3_BYTES
from signing.errors import InvalidProofError
from signing.ledger.hashing import EMPTY_ROOT, node_hash

MAX_PATH: Final = 63
"""No tree that a 64-bit number counts is higher."""


def verify_inclusion(
    leaf: bytes, *, index: int, size: int, path: Sequence[bytes], root: bytes
) -> None:
    """Check that ``leaf`` is the hash of entry ``index`` of a tree of ``size`` with ``root``.

    Raises:
        InvalidProofError: The path does not show it.
    """
    if not 0 <= index < size:
        raise InvalidProofError("the tree has no such entry")
    _check_hashes((leaf, *path))
    at, last, found = index, size - 1, leaf
    for hash_ in path:
        if not last:
            raise InvalidProofError("the path is too long")
        if at & 1 or at == last:
            found = node_hash(hash_, found)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, hash_)
        at, last = at >> 1, last >> 1
    if last or found != root:
        raise InvalidProofError("the entry is not in the tree")


def verify_consistency(
    *, old_size: int, old_root: bytes, new_size: int, new_root: bytes, path: Sequence[bytes]
) -> None:
    """Check that the tree with ``new_root`` continues the one with ``old_root``.

    Raises:
        InvalidProofError: The path does not show it.
    """
    if not 0 <= old_size <= new_size:
        raise InvalidProofError("a log never becomes smaller")
    _check_hashes((old_root, new_root, *path))
    if old_size in {0, new_size}:
        expected = EMPTY_ROOT if not old_size else new_root
        if path or old_root != expected or (not new_size and new_root != EMPTY_ROOT):
            raise InvalidProofError("trees of these sizes have these roots and need no path")
        return
    hashes = [old_root, *path] if not old_size & (old_size - 1) else list(path)
    if not hashes:
        raise InvalidProofError("the path is too short")
    old, new = _climb(hashes, old_size - 1, new_size - 1)
    if old != old_root or new != new_root:
        raise InvalidProofError("the tree does not continue the other")


def _climb(hashes: Sequence[bytes], at: int, last: int) -> tuple[bytes, bytes]:
    """Return the old and the new root to which ``hashes`` lead.

    Args:
        hashes: Begins with a node that both trees have.
        at: The last entry of the old tree.
        last: The last entry of the new one.
    """
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = hashes[0]
    for hash_ in hashes[1:]:
        if not last:
            raise InvalidProofError("the path is too long")
        if at & 1 or at == last:
            old, new = node_hash(hash_, old), node_hash(hash_, new)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            new = node_hash(new, hash_)
        at, last = at >> 1, last >> 1
    if last:
        raise InvalidProofError("the path is too short")
    return old, new


def _check_hashes(hashes: Sequence[bytes]) -> None:
    if len(hashes) > MAX_PATH + 2 or any(len(hash_) != SM3_BYTES for hash_ in hashes):
        raise InvalidProofError("not hashes of a tree")
