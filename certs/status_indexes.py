"""Status indexes: where a license stands in the published status lists.

Indexes come from a counter, so that they can be handed out in blocks and never collide,
but pass through a keyed permutation first: from an index nobody without the key can read
how many licenses were issued, or which were issued together.
"""

import hmac
from dataclasses import dataclass

INDEX_BITS = 20
"""A list has 2^20 entries."""

MIN_KEY_BYTES = 16
"""Shorter keys can be searched."""

_LIST_SIZE = 1 << INDEX_BITS
_ROUNDS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusIndex:
    """A place in the status lists: the list, and the entry in it (below 2^20)."""

    list_number: int
    index: int

    def __post_init__(self) -> None:
        if self.list_number < 0 or not 0 <= self.index < _LIST_SIZE:
            raise ValueError(f"no entry {self.index} in a list {self.list_number}")


def permute(counter: int, *, key: bytes) -> StatusIndex:
    """Return the place of the ``counter``-th license.

    Lists fill one after the other, each in its own order. The same counter and key give
    the same place, and no two counters share one.

    Args:
        counter: 0 for the first license of this instance.
        key: The instance's secret, at least 16 bytes. It must never change: another key
            would hand out places that are taken.
    """
    if counter < 0 or len(key) < MIN_KEY_BYTES:
        raise ValueError(f"a counter from 0 and a key of {MIN_KEY_BYTES} bytes are needed")
    list_number, position = divmod(counter, _LIST_SIZE)
    index = permute_bits(position, bits=INDEX_BITS, key=key, tweak=list_number)
    return StatusIndex(list_number=list_number, index=index)


def permute_bits(value: int, *, bits: int, key: bytes, tweak: int) -> int:
    """Return ``value`` after a balanced Feistel network of eight rounds of HMAC-SM3.

    A Feistel network is a bijection whatever its round function is; eight rounds make
    up for the small domain, where four would let pairs be told apart.

    Args:
        value: Below 2^bits.
        bits: An even number up to 32.
        key: The key of the HMAC.
        tweak: Chooses one of the permutations of the key, below 2^64.
    """
    half = bits // 2
    mask = (1 << half) - 1
    left, right = value >> half, value & mask
    prefix = tweak.to_bytes(8, "big")
    for number in range(_ROUNDS):
        message = prefix + bytes((bits, number)) + right.to_bytes(2, "big")
        digest = hmac.digest(key, message, "sm3")
        left, right = right, left ^ (int.from_bytes(digest[:4], "big") & mask)
    return left << half | right
