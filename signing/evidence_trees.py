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


class HashTree:
    """A tree over hashes, of which the way from any leaf to the root can be told.

    Raises:
        ValueError: There is nothing to make a tree of.
    """

    def __init__(self, hashes: Sequence[bytes], digest: EvidenceDigest) -> None:
        if not hashes:
            raise ValueError("a tree has at least one leaf")
        self._rows: list[list[bytes]] = [list(hashes)]
        while len(self._rows[-1]) > 1:
            row = self._rows[-1]
            above = [_above(row[at : at + 2], digest) for at in range(0, len(row), 2)]
            self._rows.append(above)

    @property
    def root(self) -> bytes:
        """The hash over everything."""
        return self._rows[-1][0]

    def lists(self, number: int) -> tuple[tuple[bytes, ...], ...]:
        """Return the lists that lead from a leaf, counted from 0, to the root."""
        lists: list[tuple[bytes, ...]] = []
        own = self._rows[0][number]
        for row in self._rows[:-1]:
            neighbor = number ^ 1
            if neighbor < len(row):
                lists.append((row[neighbor],) if lists else tuple(sorted((own, row[neighbor]))))
            number //= 2
        return tuple(lists)


def _above(pair: Sequence[bytes], digest: EvidenceDigest) -> bytes:
    """Return the node over two, or the one that has no neighbor."""
    return node_over(pair, digest) if len(pair) > 1 else pair[0]


def node_over(hashes: Sequence[bytes], digest: EvidenceDigest) -> bytes:
    """Return the node over hashes, whatever their order."""
    return digest.of(b"".join(sorted(hashes)))
