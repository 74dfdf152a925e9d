"""Merkle trees as RFC 6962 defines them, written down word for word and slow: a reference."""

import hashlib
from collections.abc import Sequence


def _sm3(data: bytes) -> bytes:
    return hashlib.new("sm3", data).digest()


def _split(count: int) -> int:
    """Return the largest power of two smaller than ``count``."""
    power = 1
    while power * 2 < count:
        power *= 2
    return power


def root_of(entries: Sequence[bytes]) -> bytes:
    """MTH(D[n]) of 2.1."""
    if not entries:
        return _sm3(b"")
    if len(entries) == 1:
        return _sm3(b"\0" + entries[0])
    at = _split(len(entries))
    return _sm3(b"\1" + root_of(entries[:at]) + root_of(entries[at:]))


def path_to(index: int, entries: Sequence[bytes]) -> tuple[bytes, ...]:
    """PATH(m, D[n]) of 2.1.1."""
    if len(entries) == 1:
        return ()
    at = _split(len(entries))
    if index < at:
        return (*path_to(index, entries[:at]), root_of(entries[at:]))
    return (*path_to(index - at, entries[at:]), root_of(entries[:at]))


def path_from(old: int, entries: Sequence[bytes]) -> tuple[bytes, ...]:
    """PROOF(m, D[n]) of 2.1.2."""
    return _subproof(old, entries, is_whole=True)


def _subproof(old: int, entries: Sequence[bytes], *, is_whole: bool) -> tuple[bytes, ...]:
    if old == len(entries):
        return () if is_whole else (root_of(entries),)
    at = _split(len(entries))
    if old <= at:
        return (*_subproof(old, entries[:at], is_whole=is_whole), root_of(entries[at:]))
    return (*_subproof(old - at, entries[at:], is_whole=False), root_of(entries[:at]))
