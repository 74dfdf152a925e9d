"""Evidence records: that data existed by a time, renewed before what proves it grows weak.

One timestamp covers many things through a tree of their hashes. Before its certificate ends, a
new timestamp covers the old one; before its hash grows weak, a new tree covers data and record.
Source: RFC 4998, with SM3 and SHA-512.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from signing import der
from signing.algorithms import sm3
from signing.errors import InvalidProofError, MalformedStructureError
from signing.evidence_trees import EvidenceDigest, node_over
from signing.timestamp_info import at_least
from signing.timestamp_tokens import Token, parse_token

MAX_RECORD_BYTES: Final = 4 << 20

_VERSION: Final = 1
_DIGEST_ALGORITHM: Final = 0xA0
_REDUCED_TREE: Final = 0xA2
_CRYPTO_INFOS: Final = 0xA0
_REVOCATION_VALUES: Final = "1.2.840.113549.1.9.16.2.24"
_MAX_LISTS: Final = 64
_MAX_REVOCATION_LISTS: Final = 256


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
        lists: Certificate revocation lists, DER, that were fresh when a timestamp was renewed.
            No timestamp covers them; each is signed by itself.
    """

    chains: tuple[tuple[ArchiveTimestamp, ...], ...]
    lists: tuple[bytes, ...] = ()

    def encode(self) -> bytes:
        """Return the record, DER."""
        algorithms = dict.fromkeys(item.digest for chain in self.chains for item in chain)
        return der.sequence(
            der.integer(_VERSION),
            der.sequence(*(der.sequence(item.identifier) for item in algorithms)),
            *((_crypto_infos(self.lists),) if self.lists else ()),
            _sequence_of(self.chains),
        )

    def check(self, hash_of: Callable[[EvidenceDigest], bytes]) -> tuple[Token, ...]:
        """Check that every timestamp covers what it should; return them, the oldest first.

        Whether their authorities are trusted, and were when the next one took over, is for the
        caller.

        Args:
            hash_of: Returns the thing's hash.

        Raises:
            InvalidProofError: A link is missing, or time runs backwards.
            MalformedStructureError: A token is none.
            InvalidSignatureError: A token does not verify.
        """
        tokens: list[Token] = []
        for number, chain in enumerate(self.chains):
            digest = chain[0].digest
            if any(item.digest is not digest for item in chain):
                raise InvalidProofError("two hashes in one chain")
            wanted = covered_hash(hash_of(digest), digest, self.chains[:number])
            for item in chain:
                tokens.append(item.check(wanted))
                wanted = item.digest.of(item.token)
        times = [token.time for token in tokens]
        if times != sorted(times):
            raise InvalidProofError("a timestamp is older than what it renews")
        return tuple(tokens)


def imprint_of(root: bytes, digest: EvidenceDigest) -> bytes:
    """Return what a timestamp over a tree of this hash has as its imprint, SM3."""
    return root if digest is EvidenceDigest.SM3 else sm3(root)


def covered_hash(
    own: bytes, digest: EvidenceDigest, before: tuple[tuple[ArchiveTimestamp, ...], ...]
) -> bytes:
    """Return the hash by which a chain covers a thing and the chains before it (RFC 4998, 5.3).

    Args:
        own: The thing's hash, by ``digest``.
        digest: The hash of the chain.
        before: The chains before, none for the first.
    """
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
    version, _, *infos, chains = at_least(der.read(data), 3)
    if [item.tag for item in infos] not in ([], [_CRYPTO_INFOS]):
        raise MalformedStructureError("an evidence record that says too much")
    if der.to_integer(version) != _VERSION:
        raise MalformedStructureError("an evidence record of another version")
    found = tuple(
        tuple(_timestamp(item) for item in der.children(chain))
        for chain in der.children(der.expect(chains, der.SEQUENCE))
    )
    if not found or not all(found):
        raise MalformedStructureError("an evidence record without timestamps")
    record = EvidenceRecord(chains=found, lists=_lists_in(infos[0]) if infos else ())
    if record.encode() != data:
        raise MalformedStructureError("the evidence record is not in its one spelling")
    return record


def _crypto_infos(lists: Sequence[bytes]) -> bytes:
    """Return what validation needs (CryptoInfos): one attribute, RevocationValues of RFC 5126."""
    values = der.sequence(der.explicit(0, der.sequence(*lists)))
    return der.tlv(
        _CRYPTO_INFOS, der.sequence(der.oid(_REVOCATION_VALUES), der.tlv(der.SET, values))
    )


def _lists_in(infos: der.Element) -> tuple[bytes, ...]:
    """Return the lists of CryptoInfos as we write them; whoever wrote others fails the spelling."""
    element = infos
    for place in (0, 1, 0, 0, 0):
        inside = der.children(element)
        if len(inside) <= place:
            raise MalformedStructureError("an evidence record with other values than lists")
        element = inside[place]
    return tuple(item.encoded for item in der.children(element, most=_MAX_REVOCATION_LISTS))


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
