"""Evidence records: that data existed by a time, renewed before what proves it grows weak.

One timestamp covers many things through a tree of their hashes. Before its certificate ends, a
new timestamp covers the old one; before its hash grows weak, a new tree covers data and record.
Source: RFC 4998, with SM3 and SHA-512.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Self

from signing import der
from signing.algorithms import sm3
from signing.errors import InvalidProofError, MalformedStructureError
from signing.evidence_trees import EvidenceDigest, node_over, tree_over
from signing.timestamp_tokens import Token, parse_token

MAX_RECORD_BYTES: Final = 1 << 20

_VERSION: Final = 1
_DIGEST_ALGORITHM: Final = 0xA0
_REDUCED_TREE: Final = 0xA2
_MAX_LISTS: Final = 64

Stamp = Callable[[bytes], bytes]
"""Returns a timestamp token, DER, over an SM3 digest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveTimestamp:
    """One timestamp, and how one thing leads to it (ArchiveTimeStamp).

    Attributes:
        digest: The hash of the tree.
        lists: The reduced tree: in the first list stands the thing's own hash, in each further
            one what is hashed together with the result of the one before.
        token: The timestamp token over SM3 of the tree's root, DER. Where the tree is of SM3 the
            token's imprint is the root itself, as the RFC has it; of another hash the root is
            what is stamped.
    """

    digest: EvidenceDigest
    lists: tuple[tuple[bytes, ...], ...]
    token: bytes

    def check(self, hash_: bytes) -> Token:
        """Check that the timestamp covers ``hash_``; return it.

        Raises:
            InvalidProofError: It does not.
            MalformedStructureError: The token is none.
            InvalidSignatureError: The token does not verify.
        """
        token = parse_token(self.token)
        token.verify(imprint_of(self._root(hash_), self.digest))
        return token

    def _root(self, hash_: bytes) -> bytes:
        if not self.lists:
            return hash_
        if hash_ not in self.lists[0]:
            raise InvalidProofError("the evidence is about something else")
        found = node_over(self.lists[0], self.digest)
        for others in self.lists[1:]:
            found = node_over((*others, found), self.digest)
        return found

    def encode(self) -> bytes:
        """Return the ArchiveTimeStamp, DER."""
        lists = (der.sequence(*map(der.octets, hashes)) for hashes in self.lists)
        return der.sequence(
            der.tlv(_DIGEST_ALGORITHM, self.digest.identifier),
            *((der.tlv(_REDUCED_TREE, *lists),) if self.lists else ()),
            self.token,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRecord:
    """What proves that one thing existed (EvidenceRecord).

    Attributes:
        chains: The oldest first; in each, every timestamp covers the one before, and the first
            one of a further chain covers the thing anew, with the chains before.
    """

    chains: tuple[tuple[ArchiveTimestamp, ...], ...]

    def encode(self) -> bytes:
        """Return the record, DER."""
        algorithms = dict.fromkeys(item.digest for chain in self.chains for item in chain)
        return der.sequence(
            der.integer(_VERSION),
            der.sequence(*(der.sequence(item.identifier) for item in algorithms)),
            _sequence_of(self.chains),
        )

    def check(self, data: bytes) -> tuple[Token, ...]:
        """Check that every timestamp covers what it should; return them, the oldest first.

        Whether their authorities are trusted, and were when the next one took over, is for the
        caller.

        Args:
            data: The thing itself.

        Raises:
            InvalidProofError: A link is missing, or time runs backwards.
            MalformedStructureError: A token is none.
            InvalidSignatureError: A token does not verify.
        """
        tokens: list[Token] = []
        for number, chain in enumerate(self.chains):
            wanted = _covered(data, chain[0].digest, self.chains[:number])
            for item in chain:
                tokens.append(item.check(wanted))
                wanted = item.digest.of(item.token)
        times = [token.time for token in tokens]
        if times != sorted(times):
            raise InvalidProofError("a timestamp is older than what it renews")
        return tuple(tokens)

    @property
    def digest(self) -> EvidenceDigest:
        """The hash of the newest tree."""
        return self.chains[-1][-1].digest

    def renewed(self, token: bytes, lists: tuple[tuple[bytes, ...], ...] = ()) -> Self:
        """Return the record with a timestamp over its newest one (timestamp renewal, 5.2)."""
        newest = ArchiveTimestamp(digest=self.digest, lists=lists, token=token)
        return replace(self, chains=(*self.chains[:-1], (*self.chains[-1], newest)))

    def rehashed(
        self, token: bytes, digest: EvidenceDigest, lists: tuple[tuple[bytes, ...], ...] = ()
    ) -> Self:
        """Return the record with a chain of another hash (hash-tree renewal, 5.2)."""
        newest = ArchiveTimestamp(digest=digest, lists=lists, token=token)
        return replace(self, chains=(*self.chains, (newest,)))


def imprint_of(root: bytes, digest: EvidenceDigest) -> bytes:
    """Return what a timestamp over a tree of this hash has as its imprint, SM3."""
    return root if digest is EvidenceDigest.SM3 else sm3(root)


def make_records(
    things: Sequence[bytes], stamp: Stamp, *, digest: EvidenceDigest = EvidenceDigest.SM3
) -> tuple[EvidenceRecord, ...]:
    """Return a record for each of many things, all under one timestamp.

    Args:
        things: Their hashes, by ``digest``; at least one.
        stamp: Gives the timestamp.
        digest: The hash of the tree.

    Raises:
        TimestampUnavailableError: No timestamp was given.
    """
    root, paths = tree_over(things, digest)
    token = stamp(imprint_of(root, digest))
    return tuple(
        EvidenceRecord(chains=((ArchiveTimestamp(digest=digest, lists=path, token=token),),))
        for path in paths
    )


def renew_records(records: Sequence[EvidenceRecord], stamp: Stamp) -> tuple[EvidenceRecord, ...]:
    """Return records with one new timestamp over all their newest ones.

    Raises:
        TimestampUnavailableError: No timestamp was given.
    """
    digest = records[0].digest
    tokens = dict.fromkeys(record.chains[-1][-1].token for record in records)
    root, paths = tree_over([digest.of(token) for token in tokens], digest)
    token = stamp(imprint_of(root, digest))
    path_of = dict(zip(tokens, paths, strict=True))
    return tuple(record.renewed(token, path_of[record.chains[-1][-1].token]) for record in records)


def rehash_records(
    things: Sequence[tuple[EvidenceRecord, bytes]], stamp: Stamp, *, digest: EvidenceDigest
) -> tuple[EvidenceRecord, ...]:
    """Return records with a new tree of another hash over all things and what proved them.

    Args:
        things: Each record with the thing itself.
        stamp: Gives the timestamp.
        digest: The new hash.

    Raises:
        TimestampUnavailableError: No timestamp was given.
    """
    hashes = [_covered(data, digest, record.chains) for record, data in things]
    root, paths = tree_over(hashes, digest)
    token = stamp(imprint_of(root, digest))
    return tuple(
        record.rehashed(token, digest, path)
        for (record, _), path in zip(things, paths, strict=True)
    )


def _covered(
    data: bytes, digest: EvidenceDigest, before: tuple[tuple[ArchiveTimestamp, ...], ...]
) -> bytes:
    """Return the hash by which a chain covers the data and the chains before it."""
    own = digest.of(data)
    return digest.of(own + digest.of(_sequence_of(before))) if before else own


def _sequence_of(chains: tuple[tuple[ArchiveTimestamp, ...], ...]) -> bytes:
    return der.sequence(*(der.sequence(*(item.encode() for item in chain)) for chain in chains))


def parse_evidence_record(data: bytes) -> EvidenceRecord:
    """Read a record that `EvidenceRecord.encode` could have written.

    Raises:
        MalformedStructureError: Not such a record, or one without digest algorithms of ours.
    """
    if len(data) > MAX_RECORD_BYTES:
        raise MalformedStructureError("the evidence record is too long")
    version, _, chains = der.parts(der.read(data), der.INTEGER, der.SEQUENCE, der.SEQUENCE)
    if der.to_integer(version) != _VERSION:
        raise MalformedStructureError("an evidence record of another version")
    found = tuple(
        tuple(_timestamp(item) for item in der.children(chain)) for chain in der.children(chains)
    )
    if not found or not all(found):
        raise MalformedStructureError("an evidence record without timestamps")
    record = EvidenceRecord(chains=found)
    if record.encode() != data:
        raise MalformedStructureError("the evidence record is not in its one spelling")
    return record


def _timestamp(element: der.Element) -> ArchiveTimestamp:
    algorithm, *more = der.children(der.expect(element, der.SEQUENCE))
    if not more or algorithm.tag != _DIGEST_ALGORITHM:
        raise MalformedStructureError("an archive timestamp without its digest algorithm")
    try:
        digest = EvidenceDigest(der.to_oid(der.children(algorithm)[0]))
    except (ValueError, IndexError) as error:
        raise MalformedStructureError("an evidence record with another hash") from error
    *trees, token = more
    lists = tuple(
        tuple(der.expect(item, der.OCTET_STRING).content for item in der.children(part))
        for tree in trees
        for part in der.children(tree, most=_MAX_LISTS)
    )
    return ArchiveTimestamp(digest=digest, lists=lists, token=token.encoded)
