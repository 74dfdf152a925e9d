"""Trees of hashes under one timestamp (RFC 4998): a node is over its children in binary order.

Source: RFC 4998, 4.2 and 4.3, with SM3 and SHA-512.
"""

import hashlib
from collections.abc import Sequence
from enum import StrEnum, unique
from typing import Final

from signing import der
from signing.algorithms import sm3

_SM3: Final = "1.2.156.10197.1.401"
_SHA512: Final = "2.16.840.1.101.3.4.2.3"


@unique
class EvidenceDigest(StrEnum):
    """The hash of a tree, by its OID."""

    SM3 = _SM3
    SHA512 = _SHA512

    def of(self, data: bytes) -> bytes:
        """Return the digest of ``data``."""
        match self:
            case EvidenceDigest.SM3:
                return sm3(data)
            case EvidenceDigest.SHA512:
                return hashlib.sha512(data).digest()

    @property
    def identifier(self) -> bytes:
        """The AlgorithmIdentifier's content."""
        return der.oid(self.value)


def tree_over(
    hashes: Sequence[bytes], digest: EvidenceDigest
) -> tuple[bytes, tuple[tuple[tuple[bytes, ...], ...], ...]]:
    """Return the root of a tree, and for each hash the lists that lead to it.

    Raises:
        ValueError: There is nothing to make a tree of.
    """
    if not hashes:
        raise ValueError("a tree has at least one leaf")
    rows: list[list[bytes]] = [list(hashes)]
    while len(rows[-1]) > 1:
        row = rows[-1]
        rows.append([_above(row[at : at + 2], digest) for at in range(0, len(row), 2)])
    return rows[-1][0], tuple(_lists_of(number, rows) for number in range(len(hashes)))


def _above(pair: Sequence[bytes], digest: EvidenceDigest) -> bytes:
    """Return the node over two, or the one that has no neighbor."""
    return node_over(pair, digest) if len(pair) > 1 else pair[0]


def _lists_of(number: int, rows: Sequence[Sequence[bytes]]) -> tuple[tuple[bytes, ...], ...]:
    lists: list[tuple[bytes, ...]] = []
    own = rows[0][number]
    for row in rows[:-1]:
        neighbor = number ^ 1
        if neighbor < len(row):
            lists.append((row[neighbor],) if lists else tuple(sorted((own, row[neighbor]))))
        number //= 2
    return tuple(lists)


def node_over(hashes: Sequence[bytes], digest: EvidenceDigest) -> bytes:
    """Return the node over hashes, whatever their order."""
    return digest.of(b"".join(sorted(hashes)))
