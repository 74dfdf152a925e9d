"""Check an evidence record with nothing but files; a part of ``python -m storage.check``.

An evidence record (RFC 4998) proves that a package existed at a time. Beside ``storage.check``,
because together they would be longer than one reads in a sitting. Taken from elsewhere: SM3,
SHA-512, and the reader of timestamp tokens (RFC 3161), which verifies their signatures.

1. In each chain, the first timestamp is over a tree whose first list holds the hash of the
   package; in a further chain, the hash of the package's hash and of all chains before.
2. Each further timestamp of a chain is over the hash of the one before.
3. Each was given before the certificate of the one before had ended; the last one has not ended.

A timestamp is over SM3 of a tree's root; where the tree is of SM3, over the root itself.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from signing.errors import SigningError
from signing.timestamp_tokens import Token, parse_token

_SEQUENCE: Final = 0x30
_OCTETS: Final = 0x04
_ALGORITHM: Final = 0xA0
_LISTS: Final = 0xA2
_VERSION: Final = b"\x02\x01\x01"
_HASHES: Final = {
    bytes.fromhex("06082a811ccf55018311"): "sm3",
    bytes.fromhex("0609608648016503040203"): "sha512",
}
"""By the DER of their object identifiers, 1.2.156.10197.1.401 and 2.16.840.1.101.3.4.2.3."""
_LONG: Final = 0x80
_MOST_BYTES: Final = 4 << 20


class BadEvidenceError(Exception):
    """What is wrong with an evidence record, in one sentence."""


@dataclass(frozen=True, slots=True)
class _Stamp:
    """One ArchiveTimeStamp: its hash, its lists, and its token."""

    hash: str
    lists: list[list[bytes]]
    token: bytes


def check_evidence(record: bytes, package: bytes, now: datetime) -> str:
    """Check that a record is about a package and has not ended; return what it says.

    Raises:
        BadEvidenceError: It is about something else, broken, or has ended.
    """
    try:
        tokens = list(_tokens(record, package))
    except SigningError as error:
        raise BadEvidenceError(f"a timestamp does not hold: {error}") from error
    ends = [_end(token) for token in tokens]
    for token, end, later in zip(tokens, ends, tokens[1:], strict=False):
        if not token.time <= later.time <= end:
            raise BadEvidenceError(f"not renewed in time: {token.time.isoformat()}")
    if ends[-1] < now:
        raise BadEvidenceError(f"expired: the evidence ended {ends[-1].isoformat()}")
    first, clock = tokens[0], tokens[-1].certificate.common_name
    return (
        f"evidence: existed by {first.time.isoformat()}, timestamps {len(tokens)}, the last by "
        f"{clock}, to be renewed before {ends[-1].isoformat()}"
    )


def _end(token: Token) -> datetime:
    return min(item.not_after for item in (token.certificate, *token.others))


def _tokens(record: bytes, package: bytes) -> Iterator[Token]:
    """Yield the tokens, each verified against what it must be over, the oldest first."""
    before = b""
    for encoded, chain in _chains(record):
        name = chain[0].hash
        wanted = _digest(name, package)
        if before:
            wanted = _digest(name, wanted + _digest(name, _sequence(before)))
        for stamp in chain:
            if stamp.hash != name:
                raise BadEvidenceError("two hashes in one chain")
            root = _root(stamp, wanted)
            token = parse_token(stamp.token)
            token.verify(root if name == "sm3" else _digest("sm3", root))
            yield token
            wanted = _digest(name, stamp.token)
        before += encoded


def _root(stamp: _Stamp, wanted: bytes) -> bytes:
    """Return the root to which the lists lead from a hash; without lists, the hash itself."""
    found = wanted
    for number, others in enumerate(stamp.lists):
        if not number and wanted not in others:
            raise BadEvidenceError("the evidence is about something else")
        found = _digest(stamp.hash, b"".join(sorted(others + ([found] if number else []))))
    return found


def _digest(name: str, data: bytes) -> bytes:
    return hashlib.new(name, data).digest()


# The record, byte by byte --------------------------------------------------------------------


def _chains(record: bytes) -> Iterator[tuple[bytes, list[_Stamp]]]:
    """Yield the chains as they are encoded, with their timestamps."""
    if len(record) > _MOST_BYTES:
        raise BadEvidenceError("longer than any evidence record")
    outer = _parts(record)
    if len(outer) != 1 or outer[0][0] != _SEQUENCE:
        raise BadEvidenceError("no evidence record")
    inside = _parts(outer[0][1])
    # Version, the hashes used, lists of revoked certificates perhaps, the chains.
    if len(inside) not in {3, 4} or inside[0][2] != _VERSION or inside[-1][0] != _SEQUENCE:
        raise BadEvidenceError("no evidence record of version 1")
    chains = _parts(inside[-1][1])
    if not chains:
        raise BadEvidenceError("no timestamp")
    for tag, content, encoded in chains:
        stamps = [_stamp(item) for item in _each(content, _SEQUENCE)]
        if not stamps or tag != _SEQUENCE:
            raise BadEvidenceError("a chain without a timestamp")
        yield encoded, stamps


def _stamp(content: bytes) -> _Stamp:
    parts = _parts(content)
    if len(parts) not in {2, 3} or parts[0][0] != _ALGORITHM or parts[0][1] not in _HASHES:
        raise BadEvidenceError("a timestamp by an unknown hash")
    lists: list[list[bytes]] = []
    if len(parts) == 3:  # noqa: PLR2004 - the hash, the lists, the token
        if parts[1][0] != _LISTS:
            raise BadEvidenceError("a timestamp that says too much")
        lists = [_each(found, _OCTETS) for found in _each(parts[1][1], _SEQUENCE)]
    return _Stamp(_HASHES[parts[0][1]], lists, parts[-1][2])


def _each(data: bytes, tag: int) -> list[bytes]:
    """Return the contents of the DER elements in ``data``, all of one kind."""
    parts = _parts(data)
    if any(found != tag for found, _, _ in parts):
        raise BadEvidenceError("an evidence record of another form")
    return [content for _, content, _ in parts]


def _parts(data: bytes) -> list[tuple[int, bytes, bytes]]:
    """Return the DER elements in ``data``: tag, content, and both with the length."""
    found: list[tuple[int, bytes, bytes]] = []
    at = 0
    while at < len(data):
        start, length, head = at, data[at + 1] if at + 1 < len(data) else _LONG, 2
        if length & _LONG:
            count = length & ~_LONG
            length, head = int.from_bytes(data[at + 2 : at + 2 + count], "big"), 2 + count
            if not 0 < count <= 4 or length < _LONG:  # noqa: PLR2004 - four bytes are plenty
                raise BadEvidenceError("a length that is none")
        at = start + head + length
        if at > len(data):
            raise BadEvidenceError("cut short")
        found.append((data[start], data[start + head : at], data[start:at]))
    return found


def _sequence(content: bytes) -> bytes:
    size = len(content)
    if size < _LONG:
        return bytes([_SEQUENCE, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([_SEQUENCE, _LONG | len(length)]) + length + content
