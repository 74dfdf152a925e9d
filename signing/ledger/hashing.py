"""The two hashes of a Merkle tree, of an entry and of a pair of nodes, kept apart by a prefix.

Source: RFC 6962, 2.1, with SM3 (GB/T 32905-2016) in the place of SHA-256.
"""

import hashlib
from collections.abc import Sequence
from typing import Final

from signing.algorithms import SM3_BYTES, sm3

EMPTY_ROOT: Final = sm3(b"")
"""The root of a tree without entries."""

_ENTRY: Final = b"\0"
_PAIR: Final = b"\1"
# Copying a state costs less than asking for a new one by its name.
_FRESH: Final = hashlib.new("sm3")


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of one entry, 32 bytes."""
    state = _FRESH.copy()
    state.update(_ENTRY + entry)
    return state.digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of the node above two nodes, 32 bytes."""
    state = _FRESH.copy()
    state.update(_PAIR + left + right)
    return state.digest()


def split_hashes(hashes: bytes) -> list[bytes]:
    """Return the hashes that stand one after the other in ``hashes``."""
    return [hashes[at : at + SM3_BYTES] for at in range(0, len(hashes), SM3_BYTES)]


def tree_hash(hashes: Sequence[bytes]) -> bytes:
    """Return the root of the tree over ``hashes``, each of which stands for as many leaves.

    The last one may stand for fewer: what is complete is always on the left. A node that has no
    neighbor moves up unchanged, which gives the same tree as splitting from above.
    """
    row = list(hashes)
    if not row:
        return EMPTY_ROOT
    while len(row) > 1:
        rest = row[-1:] if len(row) % 2 else []
        row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row) - 1, 2)] + rest
    return row[0]
