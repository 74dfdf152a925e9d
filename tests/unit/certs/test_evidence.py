"""Evidence over archived packages: made, renewed, read again, whatever happens on the way."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certs.evidence.desk import EvidenceDesk, EvidenceRun
from certs.ports import UnitOfWork
from signing.errors import TimestampUnavailableError
from signing.evidence_records import EvidenceRecord, parse_evidence_record
from signing.evidence_trees import EvidenceDigest
from storage.errors import ObjectStoreError
from tests.doubles.issuing import Fuse, FusedUnitOfWork, MemoryObjects, PowerCutError
from tests.doubles.register import MemoryDatabase
from tests.evidenced import DAY, NEW, OLD, YEAR, Evidenced, authority, hash_of
from tests.world import NOON
from verify.conclusions import Conclusion
from verify.evidence_records import EvidenceDoubt

HALF_A_YEAR = timedelta(days=170)


@pytest.fixture
def archive() -> Evidenced:
    return Evidenced(MemoryDatabase().unit_of_work)


def made(archive: Evidenced, *numbers: int) -> list[str]:
    """Packages under one timestamp."""
    names = archive.archive(*numbers)
    archive.clock.time += DAY
    archive.desk.prove()
    return names


def lengths(record: EvidenceRecord) -> list[int]:
    """How many timestamps each chain has."""
    return [len(chain) for chain in record.chains]


# Making -----------------------------------------------------------------------------------------


def test_all_packages_of_a_day_have_one_timestamp_and_a_record_each(archive: Evidenced) -> None:
    names = made(archive, *range(7))

    assert archive.asked == 1
    records = [archive.record(name) for name in names]
    assert len({record.chains[0][0].token for record in records}) == 1
    for number, (name, record) in enumerate(zip(names, records, strict=True)):
        read = parse_evidence_record(record.encode())
        assert archive.judged(name, read).conclusion is Conclusion.PASSED
        # The next one but one: a record also covers the neighbor in its first list.
        other = archive.judged(names[(number + 2) % 7], read)
        assert other.conclusion is Conclusion.FAILED


def test_only_what_was_archived_before_the_day_is_taken_where_a_day_is_named(
    archive: Evidenced,
) -> None:
    archive.archive(1)
    archive.clock.time += DAY
    archive.archive(2)

    assert archive.desk.prove(before=archive.clock.time) == EvidenceRun(done=(1,))
    with archive.unit_of_work() as work:
        assert work.evidence.waiting() == 1
    assert archive.desk.prove() == EvidenceRun(done=(2,))
    assert archive.desk.prove() == EvidenceRun()
    assert archive.asked == 2


def test_a_service_that_gives_no_timestamp_costs_only_time(archive: Evidenced) -> None:
    (name,) = archive.archive(1)

    class Silent:
        def stamp(self, digest: bytes) -> bytes:
            raise TimestampUnavailableError(digest.hex())

    with pytest.raises(TimestampUnavailableError):
        replace(archive.desk, timestamps=Silent()).prove()
    with archive.unit_of_work() as work:
        assert work.evidence.overdue(9, before=NOON + DAY) == (name,)
    assert archive.desk.prove().done == (1,)
    assert archive.judged(name).conclusion is Conclusion.PASSED


def test_a_timestamp_over_something_else_is_not_kept(archive: Evidenced) -> None:
    archive.archive(1)

    class Careless:
        def stamp(self, digest: bytes) -> bytes:
            return archive.stamp(digest[::-1])

    with pytest.raises(Exception, match="over something else"):
        replace(archive.desk, timestamps=Careless()).prove()
    with archive.unit_of_work() as work:
        assert work.evidence.stamps(1) == ()


# Renewal ----------------------------------------------------------------------------------------


def test_renewed_evidence_still_verifies_when_the_first_authority_is_gone(
    archive: Evidenced,
) -> None:
    """The archivist's fifth test: eleven years on, and the old clock's certificates have ended."""
    renewed, forgotten = made(archive, 1), made(archive, 2)
    old = archive.record(forgotten[0])
    archive.clock.time, archive.which = NOON + 10 * YEAR - HALF_A_YEAR, NEW
    assert archive.desk.renew() == EvidenceRun(done=(1, 2))

    archive.clock.time = NOON + 11 * YEAR

    verdict = archive.judged(renewed[0])
    assert verdict.conclusion is Conclusion.PASSED
    assert verdict.proves_since == NOON + DAY
    assert [stamp.authority for stamp in verdict.stamps] == ["Clock old", "Clock new"]
    expired = archive.judged(forgotten[0], old)
    assert expired.conclusion is Conclusion.INDETERMINATE
    assert [stamp.doubt for stamp in expired.stamps] == [EvidenceDoubt.EXPIRED]
    assert expired.proves_since is None


def test_what_ends_soon_is_renewed_and_nothing_else(archive: Evidenced) -> None:
    (name,) = made(archive, 1)
    archive.clock.time = NOON + 10 * YEAR - timedelta(days=181)
    archive.which = NEW
    assert archive.desk.renew() == EvidenceRun()
    archive.clock.time += 2 * DAY
    assert archive.desk.renew() == EvidenceRun(done=(1,))
    assert archive.desk.renew() == EvidenceRun()
    assert lengths(archive.record(name)) == [2]
    assert archive.desk.renew(within=None) == EvidenceRun(done=(1,))
    assert lengths(archive.record(name)) == [3]
    assert archive.judged(name).conclusion is Conclusion.PASSED


def test_an_authority_without_a_newer_certificate_does_not_renew_itself_every_day(
    archive: Evidenced,
) -> None:
    (name,) = made(archive, 1)
    made(archive, 2)
    archive.clock.time = NOON + 10 * YEAR - HALF_A_YEAR
    archive.asked = 0

    assert archive.desk.renew() == EvidenceRun(no_gain=(1,))
    assert archive.asked == 1
    assert lengths(archive.record(name)) == [1]


def test_evidence_that_ended_is_named_and_not_renewed(archive: Evidenced) -> None:
    (name,) = made(archive, 1)
    archive.clock.time, archive.which = NOON + 10 * YEAR + DAY, NEW

    assert archive.desk.renew() == EvidenceRun(ended=(1,))
    assert archive.desk.rehash() == EvidenceRun(ended=(1,))
    assert lengths(archive.record(name)) == [1]


def test_evidence_renewed_too_late_is_never_believed(archive: Evidenced) -> None:
    (name,) = made(archive, 1)
    late = archive.record(name).chains[0][0]
    archive.clock.time, archive.which = NOON + 10 * YEAR + DAY, NEW
    token = archive.stamp(late.digest.of(late.token))
    record = EvidenceRecord(chains=((late, replace(late, lists=(), token=token)),))

    verdict = archive.judged(name, record)

    assert verdict.conclusion is Conclusion.INDETERMINATE
    assert verdict.stamps[0].doubt is EvidenceDoubt.RENEWED_LATE


@pytest.mark.parametrize(
    ("revoked_after", "doubts"),
    [
        (timedelta(hours=1), [EvidenceDoubt.REVOCATION, None]),
        (9 * YEAR, [None, None]),
    ],
)
def test_a_revoked_clock_proves_only_what_was_renewed_before(
    archive: Evidenced, revoked_after: timedelta, doubts: list[EvidenceDoubt | None]
) -> None:
    (name,) = made(archive, 1)
    archive.clock.time, archive.which = NOON + 8 * YEAR + DAY, NEW
    archive.desk.renew(within=None)
    record = replace(archive.record(name), lists=())

    archive.clock.time = NOON + 9 * YEAR + 2 * DAY
    verdict = archive.judged(name, record, revoked_at=NOON + revoked_after)

    assert [stamp.doubt for stamp in verdict.stamps] == doubts


def test_the_lists_of_the_day_of_renewal_go_with_the_record(archive: Evidenced) -> None:
    (name,) = made(archive, 1)
    archive.clock.time, archive.which = NOON + 9 * YEAR, NEW
    archive.desk.renew(within=None)
    archive.clock.time = NOON + 11 * YEAR
    record = archive.record(name)

    assert len(record.lists) == 1, "about the clock that was renewed, nobody else"
    assert archive.judged(name, record).conclusion is Conclusion.PASSED
    without = archive.judged(name, replace(record, lists=()))
    assert without.stamps[0].doubt is EvidenceDoubt.REVOCATION


def test_an_unknown_authority_is_never_believed(archive: Evidenced) -> None:
    (name,) = made(archive, 1)
    archive.clock.time = NOON - 2 * DAY  # a clock that is believed by nobody at this time

    archive.which = NEW
    token = archive.stamp(EvidenceDigest.SM3.of(archive.packages[name]))
    stranger = replace(archive.record(name).chains[0][0], lists=(), token=token)
    verdict = archive.judged(name, EvidenceRecord(chains=((stranger,),)))

    assert [stamp.doubt for stamp in verdict.stamps] == [EvidenceDoubt.UNKNOWN_AUTHORITY]


# Another hash -----------------------------------------------------------------------------------


def test_every_package_is_read_again_for_a_tree_of_another_hash(archive: Evidenced) -> None:
    names = made(archive, *range(8))
    archive.desk.renew(within=None)

    assert archive.desk.rehash() == EvidenceRun(done=(1,))

    assert archive.read_bytes == sum(map(len, archive.packages.values()))
    for name in names:
        record = parse_evidence_record(archive.record(name).encode())
        assert lengths(record) == [2, 1]
        assert record.chains[1][0].digest is EvidenceDigest.SHA512
        assert archive.judged(name).conclusion is Conclusion.PASSED
        without = replace(record, chains=(record.chains[0][:1], record.chains[1]))
        assert archive.judged(name, without).conclusion is Conclusion.FAILED
    assert not archive.desk.is_rehashing()
    assert archive.desk.rehash() == EvidenceRun()
    archive.desk.renew(within=None)
    assert lengths(archive.record(names[3])) == [2, 2]
    assert archive.judged(names[3]).conclusion is Conclusion.PASSED


def test_a_package_that_cannot_be_read_is_named_and_keeps_its_first_chain(
    archive: Evidenced,
) -> None:
    names = made(archive, *range(5))
    archive.damage(names[2])
    archive.store.remove(EvidenceDigest.SM3.of(archive.packages[names[4]]).hex())

    assert archive.desk.rehash() == EvidenceRun(done=(1,), left_out=(names[2], names[4]))

    assert [lengths(archive.record(name)) for name in names] == [[1, 1], [1, 1], [1], [1, 1], [1]]
    assert all(archive.judged(name).conclusion is Conclusion.PASSED for name in names)


def test_a_batch_of_which_nothing_can_be_read_gets_no_tree(archive: Evidenced) -> None:
    (name,) = made(archive, 1)
    archive.damage(name)

    assert archive.desk.rehash() == EvidenceRun(left_out=(name,))
    assert lengths(archive.record(name)) == [1]


def test_a_run_that_was_cut_short_reads_nothing_twice(archive: Evidenced) -> None:
    made(archive, *range(10))

    class Flaky(MemoryObjects):
        def __init__(self, inner: MemoryObjects) -> None:
            super().__init__()
            self.contents, self.reads = inner.contents, 0

        def find(self, digest: str) -> bytes | None:
            self.reads += 1
            if self.reads == 8:
                raise ObjectStoreError("silent")
            return super().find(digest)

    store = Flaky(archive.store)
    desk = replace(archive.desk, packages=store)
    with pytest.raises(ObjectStoreError):
        desk.rehash()
    assert desk.is_rehashing()
    assert desk.rehash().done == (1,)
    assert store.reads == 8 + 4, "two portions of three were stored, the third began anew"


def test_a_run_that_was_cut_short_between_batches_is_gone_on_with(archive: Evidenced) -> None:
    made(archive, 1)
    made(archive, 2)
    archive.clock.time += DAY

    class Once:
        def stamp(self, digest: bytes) -> bytes:
            if archive.asked > 2:
                raise TimestampUnavailableError(digest.hex())
            return archive.stamp(digest)

    with pytest.raises(TimestampUnavailableError):
        replace(archive.desk, timestamps=Once(), portion=1).rehash()
    with archive.unit_of_work() as work:
        work.evidence.forget_readings(2)
        work.commit()
    assert archive.desk.is_rehashing()
    assert archive.desk.rehash() == EvidenceRun(done=(2,))
    archive.clock.time += DAY
    made(archive, 3)
    assert not archive.desk.is_rehashing(), "what came later was never part of it"


# Power cuts -------------------------------------------------------------------------------------


def fused(archive: Evidenced, fuse: Fuse) -> EvidenceDesk:
    def unit_of_work() -> UnitOfWork:
        return FusedUnitOfWork(archive.unit_of_work(), fuse)

    class Source:
        def stamp(self, digest: bytes) -> bytes:
            fuse.step()
            token = archive.stamp(digest)
            fuse.step()
            return token

    return replace(archive.desk, unit_of_work=unit_of_work, timestamps=Source())


STEPS: dict[str, Callable[[EvidenceDesk], EvidenceRun]] = {
    "prove": lambda desk: desk.prove(),
    "renew": lambda desk: desk.renew(within=None),
    "rehash": lambda desk: desk.rehash(),
}
WHOLE = {"prove": [1], "renew": [2], "rehash": [1, 1]}


@pytest.mark.parametrize("step", STEPS)
def test_whenever_the_power_goes_the_next_run_completes_it(step: str) -> None:
    for blows_at in count(1):
        archive = Evidenced(MemoryDatabase().unit_of_work)
        names = archive.archive(*range(5))
        archive.clock.time += DAY
        if step != "prove":
            archive.desk.prove()
        fuse = Fuse(blows_at)
        try:
            STEPS[step](fused(archive, fuse))
        except PowerCutError:
            is_cut = True
        else:
            is_cut = False
        with archive.unit_of_work() as work:
            has_all = work.evidence.batches() and work.evidence.batches()[0].stamps == sum(
                WHOLE[step]
            )
        if not has_all:
            STEPS[step](archive.desk)
        with archive.unit_of_work() as work:
            (batch,) = work.evidence.batches()
            assert batch.packages == 5
            assert not work.evidence.is_reading()
        for name in names:
            assert lengths(archive.record(name)) == WHOLE[step]
            assert archive.judged(name).conclusion is Conclusion.PASSED
        if not is_cut:
            assert blows_at > 5
            return


def test_whoever_stamps_second_throws_his_timestamp_away(archive: Evidenced) -> None:
    """Another process stamps the same batch while the authority is asked."""
    (name,) = archive.archive(1)

    class Overtaken:
        def stamp(self, digest: bytes) -> bytes:
            token = archive.stamp(digest)
            archive.desk.prove()
            return token

    assert replace(archive.desk, timestamps=Overtaken()).prove() == EvidenceRun()
    with archive.unit_of_work() as work:
        assert len(work.evidence.stamps(1)) == 1
    assert archive.judged(name).conclusion is Conclusion.PASSED


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 20), st.sets(st.integers(0, 19)))
def test_every_record_of_every_batch_holds_whatever_was_left_out(
    size: int, damaged: set[int]
) -> None:
    archive = Evidenced(MemoryDatabase().unit_of_work, portion=4)
    names = made(archive, *range(size))
    for number in damaged & set(range(size)):
        archive.damage(names[number])
    archive.desk.rehash()
    for number, name in enumerate(names):
        record = archive.record(name)
        assert len(record.chains) == (1 if number in damaged else 2)
        record.check(hash_of(archive.packages[name]))


def test_a_list_too_long_for_every_record_is_left_out(archive: Evidenced) -> None:
    (name,) = made(archive, 1)
    archive.clock.time, archive.which = NOON + 9 * YEAR, NEW
    issuer = authority(OLD)
    long = issuer.revocation_list(
        dict.fromkeys(range(1 << 70, (1 << 70) + 3000), NOON),
        number=2,
        this_update=archive.clock.time,
        next_update=archive.clock.time + DAY,
    ).encoded

    replace(archive.desk, revocation_lists=lambda: (long, b"none")).renew(within=None)

    assert len(long) > 1 << 16
    assert archive.record(name).lists == ()
