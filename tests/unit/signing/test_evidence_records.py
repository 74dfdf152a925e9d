"""Evidence records (RFC 4998): one timestamp for many things, renewed twice over."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

import pytest
from asn1crypto import core, tsp
from asn1crypto import crl as asn1_crl
from hypothesis import given, settings
from hypothesis import strategies as st

from signing.algorithms import sm3
from signing.errors import InvalidProofError, MalformedStructureError, SigningError
from signing.evidence_records import (
    ArchiveTimestamp,
    EvidenceRecord,
    covered_hash,
    imprint_of,
    parse_evidence_record,
)
from signing.evidence_trees import EvidenceDigest, HashTree
from signing.roles import Role
from signing.timestamp_authorities import TimestampAuthority
from tests import world

DAY = timedelta(days=1)
SM3, SHA512 = EvidenceDigest.SM3, EvidenceDigest.SHA512
THINGS = [b"package %d" % number for number in range(11)]


class Clock:
    """Moves on by a year whenever it is asked."""

    def __init__(self) -> None:
        self.time = world.NOON

    def now(self) -> datetime:
        self.time += timedelta(days=365)
        return self.time


@pytest.fixture
def authority() -> TimestampAuthority:
    signer = world.certified(world.root(), Role.TIMESTAMP, validity=world.LONG)
    return TimestampAuthority(signer=signer, now=Clock().now)


Records = tuple[EvidenceRecord, ...]


def hash_of(thing: bytes) -> Callable[[EvidenceDigest], bytes]:
    return lambda digest: digest.of(thing)


def stamped(
    hashes: Sequence[bytes], authority: TimestampAuthority, digest: EvidenceDigest
) -> list[ArchiveTimestamp]:
    """One timestamp over all of them."""
    tree = HashTree(hashes, digest)
    token = authority.stamp(imprint_of(tree.root, digest))
    return [
        ArchiveTimestamp(digest=digest, lists=tree.lists(number), token=token)
        for number in range(len(hashes))
    ]


def records(authority: TimestampAuthority, things: Sequence[bytes] = THINGS) -> Records:
    first = stamped([sm3(thing) for thing in things], authority, SM3)
    return tuple(EvidenceRecord(chains=((item,),)) for item in first)


def renewed(made: Records, authority: TimestampAuthority) -> Records:
    """One timestamp over the last ones of all."""
    digest = made[0].chains[-1][-1].digest
    tokens = list(dict.fromkeys(item.chains[-1][-1].token for item in made))
    over = stamped([digest.of(token) for token in tokens], authority, digest)
    by_token = dict(zip(tokens, over, strict=True))
    return tuple(
        replace(
            item,
            chains=(
                *item.chains[:-1],
                (*item.chains[-1], by_token[item.chains[-1][-1].token]),
            ),
        )
        for item in made
    )


def rehashed(made: Records, authority: TimestampAuthority) -> Records:
    hashes = [
        covered_hash(SHA512.of(thing), SHA512, item.chains)
        for item, thing in zip(made, THINGS, strict=True)
    ]
    over = stamped(hashes, authority, SHA512)
    pairs = zip(made, over, strict=True)
    return tuple(replace(item, chains=(*item.chains, (newest,))) for item, newest in pairs)


def test_one_timestamp_proves_every_thing_and_no_other(authority: TimestampAuthority) -> None:
    made = records(authority)
    assert len({record.chains[0][0].token for record in made}) == 1
    for thing, record in zip(THINGS, made, strict=True):
        (token,) = parse_evidence_record(record.encode()).check(hash_of(thing))
        assert token.time.year == world.NOON.year + 1
        with pytest.raises(InvalidProofError):
            record.check(hash_of(b"another"))


def test_single_thing_is_stamped_itself(authority: TimestampAuthority) -> None:
    (record,) = records(authority, [b"alone"])
    assert record.chains[0][0].lists == ()
    record.check(hash_of(b"alone"))
    with pytest.raises(SigningError):
        record.check(hash_of(b"another"))


def test_renewed_timestamps_cover_the_ones_before(authority: TimestampAuthority) -> None:
    made = renewed(renewed(records(authority), authority), authority)
    for thing, record in zip(THINGS, made, strict=True):
        tokens = parse_evidence_record(record.encode()).check(hash_of(thing))
        assert [token.time.year - world.NOON.year for token in tokens] == [1, 2, 3]
        first, _, third = record.chains[0]
        with pytest.raises(SigningError):
            replace(record, chains=((first, third),)).check(hash_of(thing))


def test_records_of_several_days_are_renewed_under_one_timestamp(
    authority: TimestampAuthority,
) -> None:
    days = [records(authority), records(authority), records(authority)]
    together = renewed(tuple(record for day in days for record in day), authority)
    assert len({record.chains[0][1].token for record in together}) == 1
    for number, record in enumerate(together):
        record.check(hash_of(THINGS[number % len(THINGS)]))


def test_new_hash_covers_the_things_and_what_proved_them(authority: TimestampAuthority) -> None:
    made = rehashed(renewed(records(authority), authority), authority)
    for thing, record in zip(THINGS, made, strict=True):
        read = parse_evidence_record(record.encode())
        assert read.chains[-1][-1].digest is SHA512
        assert len(read.check(hash_of(thing))) == 3
        for changed in (
            replace(read, chains=(read.chains[0][:1], read.chains[1])),
            replace(read, chains=(read.chains[1],)),
        ):
            with pytest.raises(SigningError):
                changed.check(hash_of(thing))
    assert len(renewed(made, authority)[0].check(hash_of(THINGS[0]))) == 4


def test_a_chain_is_of_one_hash(authority: TimestampAuthority) -> None:
    (record,) = records(authority, [b"alone"])
    (first,) = record.chains[0]
    (other,) = stamped([SM3.of(first.token)], authority, SM3)
    mixed = replace(record, chains=((first, replace(other, digest=SHA512)),))
    with pytest.raises(InvalidProofError, match="two hashes"):
        mixed.check(hash_of(b"alone"))


def test_time_never_runs_backwards(authority: TimestampAuthority) -> None:
    early, late = (
        TimestampAuthority(signer=authority.signer, now=lambda at=at: at)  # type: ignore[misc]
        for at in (world.NOON, world.NOON + timedelta(days=1))
    )
    with pytest.raises(InvalidProofError):
        renewed(records(late), early)[0].check(hash_of(THINGS[0]))


@settings(max_examples=60)
@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=40))
def test_lists_of_every_leaf_lead_to_the_root(hashes: list[bytes]) -> None:
    tree = HashTree(hashes, SM3)
    for place, leaf in enumerate(hashes):
        found = leaf
        for number, others in enumerate(tree.lists(place)):
            assert number or leaf in others
            found = sm3(b"".join(sorted(others if not number else (*others, found))))
        assert found == tree.root


def test_nothing_makes_no_tree() -> None:
    with pytest.raises(ValueError, match="at least one"):
        HashTree([], SM3)


# As another implementation reads it --------------------------------------------------------------


class _Chain(core.SequenceOf):  # type: ignore[misc]  # untyped library
    _child_spec = tsp.ArchiveTimeStamp


class _Chains(core.SequenceOf):  # type: ignore[misc]  # untyped library
    # The library's own class lacks a level, against the RFC.
    _child_spec = _Chain


class _Lists(core.SequenceOf):  # type: ignore[misc]  # untyped library
    _child_spec = asn1_crl.CertificateList


class _RevocationValues(core.Sequence):  # type: ignore[misc]  # untyped library
    _fields = [("crls", _Lists, {"explicit": 0, "optional": True})]  # noqa: RUF012 - as above


class _Values(core.SetOf):  # type: ignore[misc]  # untyped library
    _child_spec = _RevocationValues


class _Attribute(core.Sequence):  # type: ignore[misc]  # untyped library
    _fields = [  # noqa: RUF012 - as the library wants it
        ("type", core.ObjectIdentifier),
        ("values", _Values),
    ]


class _CryptoInfos(core.SequenceOf):  # type: ignore[misc]  # untyped library
    _child_spec = _Attribute


class _Record(core.Sequence):  # type: ignore[misc]  # untyped library
    _fields = [  # noqa: RUF012 - as the library wants it
        ("version", tsp.Version),
        ("digest_algorithms", tsp.DigestAlgorithms),
        ("crypto_infos", _CryptoInfos, {"implicit": 0, "optional": True}),
        ("chains", _Chains),
    ]


@cache
def crl() -> bytes:
    """A list of who was revoked; nobody was."""
    return (
        world.root()
        .revocation_list({}, number=1, this_update=world.NOON, next_update=world.NOON + DAY)
        .encoded
    )


def test_other_implementation_reads_the_same_record(authority: TimestampAuthority) -> None:
    made = replace(renewed(records(authority), authority)[4], lists=(crl(),))
    record = _Record.load(made.encode(), strict=True)
    assert record["version"].native == "v1"
    assert [item["algorithm"].dotted for item in record["digest_algorithms"]] == [SM3.value]
    (chain,) = record["chains"]
    lists = [[node.native for node in part] for part in chain[0]["reduced_hashtree"]]
    assert tuple(map(tuple, lists)) == made.chains[0][0].lists
    assert chain[1]["time_stamp"].dump() == made.chains[0][1].token
    (info,) = record["crypto_infos"]
    assert info["type"].dotted == "1.2.840.113549.1.9.16.2.24"
    assert [item.dump() for item in info["values"][0]["crls"]] == [crl()]
    assert record.dump(force=True) == made.encode()
    assert parse_evidence_record(made.encode()) == made


def test_damaged_records_are_refused(authority: TimestampAuthority) -> None:
    made = records(authority)[3]
    data = made.encode()
    for other in (
        b"",
        data[:-1],
        data + b"\0",
        b"0\0",
        data.replace(b"\x02\x01\x01", b"\x02\x01\x02"),
    ):
        with pytest.raises(MalformedStructureError):
            parse_evidence_record(other)
    with pytest.raises(MalformedStructureError):
        parse_evidence_record(b"0" * (5 << 20))
    for at in range(0, len(data), 97):
        changed = data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :]
        with pytest.raises(SigningError):
            parse_evidence_record(changed).check(hash_of(THINGS[3]))
