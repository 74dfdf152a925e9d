"""The outsider's check of evidence records: small, of its own code, and of the same opinion."""

from dataclasses import replace
from datetime import datetime

import pytest

from signing import der
from signing.errors import SigningError
from signing.evidence_records import parse_evidence_record
from storage.check_evidence import BadEvidenceError, check_evidence
from tests.doubles.register import MemoryDatabase
from tests.evidenced import DAY, NEW, YEAR, Evidenced, hash_of
from tests.world import NOON


@pytest.fixture(scope="module")
def archive() -> Evidenced:
    """Five packages, a timestamp, a renewal after nine years, and a tree of another hash."""
    made = Evidenced(MemoryDatabase().unit_of_work)
    made.archive(*range(5))
    made.clock.time += DAY
    made.desk.prove()
    made.clock.time, made.which = NOON + 9 * YEAR, NEW
    made.desk.renew()
    made.desk.renew(within=None)
    made.desk.rehash()
    return made


def name_of(number: int) -> str:
    return f"{number:064x}"


def checked(
    archive: Evidenced, record: bytes, number: int = 3, now: datetime = NOON + 10 * YEAR
) -> str:
    return check_evidence(record, archive.packages[name_of(number)], now)


def test_a_renewed_record_says_since_when_and_until_when(archive: Evidenced) -> None:
    for number in range(5):
        record = archive.record(name_of(number))
        assert [len(chain) for chain in record.chains] == [2, 1]
        told = checked(archive, record.encode(), number)
        assert "existed by 2026-03-19" in told
        assert "timestamps 3, the last by Clock new" in told


def test_it_is_about_one_package(archive: Evidenced) -> None:
    with pytest.raises(BadEvidenceError, match="something else"):
        checked(archive, archive.record(name_of(0)).encode())


def test_what_ended_is_expired_and_what_was_renewed_late_is_named(archive: Evidenced) -> None:
    record = archive.record(name_of(3))
    first, second = record.chains[0]
    old = replace(record, chains=((first,),)).encode()
    assert "timestamps 1" in checked(archive, old, now=NOON + 9 * YEAR)
    with pytest.raises(BadEvidenceError, match="expired"):
        checked(archive, old, now=NOON + 11 * YEAR)
    archive.clock.time = NOON + 11 * YEAR
    late = replace(second, token=archive.stamp(first.digest.of(first.token)))
    with pytest.raises(BadEvidenceError, match="not renewed in time"):
        checked(archive, replace(record, chains=((first, late),)).encode(), now=NOON + 11 * YEAR)


def test_no_chain_and_no_timestamp_can_be_taken_out(archive: Evidenced) -> None:
    record = archive.record(name_of(3))
    (first, second), third = record.chains
    for chains in (
        ((first,), third),
        ((second,), third),
        (third,),
        ((second,),),
        (third, (first, second)),
        ((first, second, *third),),
    ):
        with pytest.raises((BadEvidenceError, SigningError)):
            checked(archive, replace(record, chains=chains).encode())


def test_it_never_takes_what_our_own_reader_refuses(archive: Evidenced) -> None:
    """Outsiders look neither at the list of hashes nor at who was revoked; at all else they do."""
    good = archive.record(name_of(3)).encode()
    chains = len(good) - len(der.children(der.read(good))[-1].encoded)
    for at in range(0, len(good), 7):
        bad = good[:at] + bytes([good[at] ^ 0x41]) + good[at + 1 :]
        try:
            checked(archive, bad)
        except BadEvidenceError:
            continue
        try:
            parse_evidence_record(bad).check(hash_of(archive.packages[name_of(3)]))
        except SigningError:
            assert at < chains


@pytest.mark.parametrize("at", range(1, 400, 23))
def test_a_record_cut_short_is_refused(archive: Evidenced, at: int) -> None:
    with pytest.raises(BadEvidenceError):
        checked(archive, archive.record(name_of(3)).encode()[:-at])


@pytest.mark.parametrize("data", [b"", b"0", b"0\0", b"0\x80", b"\x30\x03\x02\x01\x01", b"x" * 9])
def test_what_is_no_record_is_refused(archive: Evidenced, data: bytes) -> None:
    with pytest.raises(BadEvidenceError):
        checked(archive, data)
    with pytest.raises(BadEvidenceError):
        checked(archive, data + bytes(5 << 20))
