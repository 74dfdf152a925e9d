"""The book of evidence, in the databases and in memory."""

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from certs.evidence.batches import EvidenceBatch, EvidenceMember, EvidenceStamp
from signing.evidence_trees import EvidenceDigest
from storage.evidence_tables import evidence_stamps
from storage.unit_of_work import SqlUnitOfWork
from tests.evidenced import DAY, Evidenced
from tests.unit.storage.conftest import OpenUnit
from tests.world import NOON

LATER = NOON + DAY
STAMP = EvidenceStamp(
    batch=1,
    number=1,
    chain=1,
    digest=EvidenceDigest.SM3,
    token=b"token",
    stamped_at=NOON,
    ends_at=NOON + 9 * DAY,
)


def gathered(open_unit: OpenUnit, most: int = 9) -> EvidenceBatch:
    """A batch; its number is the database's."""
    with open_unit() as work:
        batch = work.evidence.gather(most, before=LATER, at=LATER)
        work.commit()
    assert batch is not None
    return batch


def test_each_package_comes_into_one_batch(open_unit: OpenUnit) -> None:
    one, two, three = Evidenced(open_unit).archive(1, 2, 3)
    with open_unit() as work:
        assert work.evidence.waiting() == 3
        assert work.evidence.gather(9, before=NOON, at=LATER) is None
        made = work.evidence.gather(2, before=LATER, at=LATER)
        assert made is not None
        assert (made.made_at, made.packages, made.stamps) == (LATER, 2, 0)
        work.commit()
    with open_unit() as work:
        assert [item.package_id for item in work.evidence.members(made.number, 9)] == [one, two]
        assert work.evidence.waiting() == 1
        rest = work.evidence.gather(2, before=LATER, at=LATER)
        assert rest is not None
        assert [item.package_id for item in work.evidence.members(rest.number, 9)] == [three]
        assert work.evidence.gather(2, before=LATER, at=LATER) is None


def test_members_are_told_in_order_with_both_digests(open_unit: OpenUnit) -> None:
    evidenced = Evidenced(open_unit)
    names = evidenced.archive(3, 1, 2)
    number = gathered(open_unit).number
    with open_unit() as work:
        members = work.evidence.members(number, 9)
        assert [item.package_id for item in members] == names
        assert members[0] == EvidenceMember(
            package_id=names[0],
            object=EvidenceDigest.SM3.of(evidenced.packages[names[0]]).hex(),
            sha512=EvidenceDigest.SHA512.of(evidenced.packages[names[0]]).hex(),
        )
        assert work.evidence.members(number, 1, skip=1) == members[1:2]
        assert work.evidence.objects(number) == tuple(
            bytes.fromhex(item.object) for item in members
        )


def test_a_batch_tells_its_newest_timestamp_and_the_first_of_a_number_stays(
    open_unit: OpenUnit,
) -> None:
    Evidenced(open_unit).archive(1)
    first = replace(STAMP, batch=gathered(open_unit).number)
    second = replace(
        first,
        number=2,
        chain=2,
        digest=EvidenceDigest.SHA512,
        ends_at=NOON + 99 * DAY,
        leaves=b"l" * 64,
        lists=(b"\x30\x00", b"\x30\x01\x00"),
    )
    with open_unit() as work:
        assert work.evidence.batches()[0].ends_at is None
        assert work.evidence.keep(first)
        assert work.evidence.keep(second)
        assert not work.evidence.keep(replace(second, token=b"another"))
        work.commit()
    with open_unit() as work:
        assert work.evidence.stamps(first.batch) == (first, second)
        (batch,) = work.evidence.batches()
        assert (batch.stamps, batch.digest, batch.ends_at) == (
            2,
            EvidenceDigest.SHA512,
            second.ends_at,
        )
        assert batch.has_ended(NOON + 100 * DAY)
        assert not batch.has_ended(NOON + 98 * DAY)


def test_packages_without_a_timestamp_are_named_when_they_are_old(open_unit: OpenUnit) -> None:
    names = Evidenced(open_unit).archive(1, 2, 3)
    number = gathered(open_unit, 1).number
    gathered(open_unit, 1)
    with open_unit() as work:
        work.evidence.keep(replace(STAMP, batch=number))
        assert work.evidence.overdue(9, before=LATER) == (names[1], names[2])
        assert work.evidence.overdue(1, before=LATER) == (names[1],)
        assert work.evidence.overdue(9, before=NOON) == ()


def test_a_package_tells_how_it_stands(open_unit: OpenUnit) -> None:
    evidenced = Evidenced(open_unit)
    first, second = evidenced.archive(1, 2)
    number = gathered(open_unit, 1).number
    with open_unit() as work:
        waits, new = work.evidence.standing(second), work.evidence.standing(first)
        assert waits is not None
        assert (waits.batch, waits.archived_at) == (None, NOON)
        assert waits.is_overdue(NOON + 3 * DAY)
        assert not waits.is_overdue(NOON + DAY)
        assert new is not None
        assert new.batch is not None
        assert new.is_overdue(NOON + 3 * DAY), "a batch without a timestamp proves nothing"
        assert new.object == EvidenceDigest.SM3.of(evidenced.packages[first]).hex()
        work.evidence.keep(replace(STAMP, batch=number))
        stamped = work.evidence.standing(first)
        assert stamped is not None
        assert not stamped.is_overdue(NOON + 3 * DAY)
        assert work.evidence.standing("0" * 64) is None


def test_what_was_read_again_is_kept_in_portions_until_there_is_a_tree(
    open_unit: OpenUnit,
) -> None:
    Evidenced(open_unit).archive(1, 2, 3)
    hashes = [bytes([number]) * 64 for number in range(3)]
    batch = gathered(open_unit).number
    with open_unit() as work:
        assert not work.evidence.is_reading()
        assert work.evidence.keep_readings(batch, hashes[2:], skip=2)
        assert work.evidence.keep_readings(batch, hashes[:2], skip=0)
        assert not work.evidence.keep_readings(batch, hashes[1:], skip=0)
        work.commit()
    with open_unit() as work:
        assert work.evidence.readings(batch) == tuple(hashes)
        assert work.evidence.is_reading()
        work.evidence.keep(replace(STAMP, batch=batch, leaves=b"".join(hashes)))
        assert not work.evidence.is_reading(), "what came too late is nobody's work"
        work.evidence.forget_readings(batch)
        assert work.evidence.readings(batch) == ()


def test_a_run_cut_short_between_two_batches_is_told(open_unit: OpenUnit) -> None:
    Evidenced(open_unit).archive(1, 2, 3)
    first, second, third = (replace(STAMP, batch=gathered(open_unit, 1).number) for _ in range(3))
    tree = {"number": 2, "chain": 2, "digest": EvidenceDigest.SHA512, "leaves": bytes(64)}
    with open_unit() as work:
        work.evidence.keep(first)
        work.evidence.keep(second)
        assert not work.evidence.is_reading()
        before = replace(first, **tree, stamped_at=LATER - DAY)  # type: ignore[arg-type]
        work.evidence.keep(before)
        assert not work.evidence.is_reading(), "no other batch was there then"
        after = replace(second, **tree, stamped_at=LATER + DAY)  # type: ignore[arg-type]
        work.evidence.keep(after)
        assert not work.evidence.is_reading(), "the third has no timestamp that could be renewed"
        work.evidence.keep(third)
        assert work.evidence.is_reading()


@pytest.mark.parametrize("open_unit", ["sqlite", "postgresql"], indirect=True)
def test_no_timestamp_is_changed_or_removed(open_unit: OpenUnit) -> None:
    Evidenced(open_unit).archive(1)
    batch = gathered(open_unit).number
    with open_unit() as work:
        work.evidence.keep(replace(STAMP, batch=batch))
        work.commit()
    for act in (evidence_stamps.delete(), evidence_stamps.update().values(token=b"x")):
        with open_unit() as work:
            assert isinstance(work, SqlUnitOfWork)
            with pytest.raises(IntegrityError, match="append_only"):
                work._connection.execute(act)
