"""Evidence records (RFC 4998): one timestamp for many things, renewed twice over."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from asn1crypto import core, tsp
from hypothesis import given, settings
from hypothesis import strategies as st

from signing.algorithms import sm3
from signing.errors import InvalidProofError, MalformedStructureError, SigningError
from signing.evidence_records import (
    EvidenceRecord,
    make_records,
    parse_evidence_record,
    rehash_records,
    renew_records,
)
from signing.evidence_trees import EvidenceDigest, tree_over
from signing.roles import Role
from signing.timestamp_authorities import TimestampAuthority
from tests import world

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


def records(authority: TimestampAuthority) -> tuple[EvidenceRecord, ...]:
    return make_records([sm3(thing) for thing in THINGS], authority.stamp)


def test_one_timestamp_proves_every_thing_and_no_other(authority: TimestampAuthority) -> None:
    made = records(authority)
    assert len({record.chains[0][0].token for record in made}) == 1
    for thing, record in zip(THINGS, made, strict=True):
        (token,) = parse_evidence_record(record.encode()).check(thing)
        assert token.time.year == world.NOON.year + 1
        with pytest.raises(InvalidProofError):
            record.check(b"another")


def test_single_thing_is_stamped_itself(authority: TimestampAuthority) -> None:
    (record,) = make_records([sm3(b"alone")], authority.stamp)
    assert record.chains[0][0].lists == ()
    record.check(b"alone")
    with pytest.raises(SigningError):
        record.check(b"another")


def test_renewed_timestamps_cover_the_ones_before(authority: TimestampAuthority) -> None:
    made = renew_records(renew_records(records(authority), authority.stamp), authority.stamp)
    for thing, record in zip(THINGS, made, strict=True):
        tokens = parse_evidence_record(record.encode()).check(thing)
        assert [token.time.year - world.NOON.year for token in tokens] == [1, 2, 3]
        first, _, third = record.chains[0]
        with pytest.raises(SigningError):
            replace(record, chains=((first, third),)).check(thing)


def test_records_of_several_days_are_renewed_under_one_timestamp(
    authority: TimestampAuthority,
) -> None:
    days = [records(authority), records(authority), records(authority)]
    renewed = renew_records([record for day in days for record in day], authority.stamp)
    assert len({record.chains[0][1].token for record in renewed}) == 1
    for number, record in enumerate(renewed):
        record.check(THINGS[number % len(THINGS)])


def test_new_hash_covers_the_things_and_what_proved_them(authority: TimestampAuthority) -> None:
    old = renew_records(records(authority), authority.stamp)
    made = rehash_records(list(zip(old, THINGS, strict=True)), authority.stamp, digest=SHA512)
    for thing, record in zip(THINGS, made, strict=True):
        read = parse_evidence_record(record.encode())
        assert read.digest is SHA512
        assert len(read.check(thing)) == 3
        for changed in (
            replace(read, chains=(read.chains[0][:1], read.chains[1])),
            replace(read, chains=(read.chains[1],)),
        ):
            with pytest.raises(SigningError):
                changed.check(thing)
    renewed = renew_records(made, authority.stamp)
    assert len(renewed[0].check(THINGS[0])) == 4


def test_time_never_runs_backwards(authority: TimestampAuthority) -> None:
    early, late = (
        TimestampAuthority(signer=authority.signer, now=lambda at=at: at)  # type: ignore[misc]
        for at in (world.NOON, world.NOON + timedelta(days=1))
    )
    made = make_records([sm3(thing) for thing in THINGS], late.stamp)
    with pytest.raises(InvalidProofError):
        renew_records(made, early.stamp)[0].check(THINGS[0])


@settings(max_examples=60)
@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=40))
def test_lists_of_every_leaf_lead_to_the_root(hashes: list[bytes]) -> None:
    root, paths = tree_over(hashes, SM3)
    for leaf, lists in zip(hashes, paths, strict=True):
        found = leaf
        for number, others in enumerate(lists):
            assert number or leaf in others
            found = sm3(b"".join(sorted(others if not number else (*others, found))))
        assert found == root


def test_nothing_makes_no_tree() -> None:
    with pytest.raises(ValueError, match="at least one"):
        tree_over([], SM3)


# As another implementation reads it --------------------------------------------------------------


class _Chain(core.SequenceOf):  # type: ignore[misc]  # untyped library
    _child_spec = tsp.ArchiveTimeStamp


class _Chains(core.SequenceOf):  # type: ignore[misc]  # untyped library
    # The library's own class lacks a level, against the RFC.
    _child_spec = _Chain


class _Record(core.Sequence):  # type: ignore[misc]  # untyped library
    _fields = [  # noqa: RUF012 - as the library wants it
        ("version", tsp.Version),
        ("digest_algorithms", tsp.DigestAlgorithms),
        ("chains", _Chains),
    ]


def test_other_implementation_reads_the_same_record(authority: TimestampAuthority) -> None:
    made = renew_records(records(authority), authority.stamp)[4]
    record = _Record.load(made.encode(), strict=True)
    assert record["version"].native == "v1"
    assert [item["algorithm"].dotted for item in record["digest_algorithms"]] == [SM3.value]
    (chain,) = record["chains"]
    lists = [[node.native for node in part] for part in chain[0]["reduced_hashtree"]]
    assert tuple(map(tuple, lists)) == made.chains[0][0].lists
    assert chain[1]["time_stamp"].dump() == made.chains[0][1].token
    assert record.dump(force=True) == made.encode()


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
        parse_evidence_record(b"0" * (2 << 20))
    for at in range(0, len(data), 97):
        changed = data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :]
        with pytest.raises(SigningError):
            parse_evidence_record(changed).check(THINGS[3])
