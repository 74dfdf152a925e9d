"""The ledger's book, in the databases and in memory: entries get their numbers once, in order."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from certs.ledger.entries import LedgerEntry, LedgerName
from certs.ledger.issuing import event_digest
from certs.ledger.ports import LedgerHead
from certs.ledger.using import usage_digest
from certs.statuses import StatusKind
from certs.usages import Usage
from storage.database import connect
from storage.ledger_tables import ledger_heads
from storage.license_tables import usages
from storage.unit_of_work import SqlUnitOfWork
from tests.databases import NewDatabase
from tests.desks import event_of, license_of
from tests.unit.storage.conftest import OpenUnit
from tests.world import NOON

DAY = timedelta(days=1)
ISSUE, AUDIT = LedgerName.ISSUE, LedgerName.AUDIT


def entry(number: int) -> LedgerEntry:
    return LedgerEntry(
        kind="issued", at=NOON, organization="11340200MB9TXY014H", digests=(f"{number:064x}",)
    )


def head(size: int, note: str = "signed", *, log: LedgerName = ISSUE) -> LedgerHead:
    return LedgerHead(log=log, size=size, note=note, signed_at=NOON)


def noted(open_unit: OpenUnit, *numbers: int, log: LedgerName = ISSUE) -> None:
    with open_unit() as work:
        work.ledger.note(log, [(f"subject {number}", entry(number)) for number in numbers])
        work.commit()


def placed(open_unit: OpenUnit, limit: int = 100, *, log: LedgerName = ISSUE) -> int:
    with open_unit() as work:
        count = work.ledger.place(log, limit)
        work.commit()
    return count


def test_a_subject_is_seen_once_witnesses_saw_a_checkpoint_over_its_first_entry(
    open_unit: OpenUnit,
) -> None:
    names = ("subject 1", "subject 2", "subject 3", "nobody")
    noted(open_unit, 1, 2)
    placed(open_unit)
    noted(open_unit, 2, 3)
    with open_unit() as work:
        work.ledger.keep_head(head(2))
        work.commit()
        assert work.ledger.seen(ISSUE, names) == frozenset()
        work.ledger.keep_head(replace(head(2), seen_at=NOON))
        work.commit()
    placed(open_unit)
    with open_unit() as work:
        assert work.ledger.seen(ISSUE, names) == {"subject 1", "subject 2"}
        assert work.ledger.seen(AUDIT, names) == frozenset()
        assert work.ledger.seen(ISSUE, ()) == frozenset()


def test_entries_wait_until_they_get_the_next_numbers_oldest_first(open_unit: OpenUnit) -> None:
    noted(open_unit, 1, 2, 3)
    with open_unit() as work:
        assert work.ledger.size(ISSUE) == 0
        assert not work.ledger.entries(ISSUE, 0, 9)
    assert placed(open_unit, 2) == 2
    noted(open_unit, 4)
    assert placed(open_unit) == 2
    assert placed(open_unit) == 0
    with open_unit() as work:
        assert work.ledger.size(ISSUE) == 4
        found = work.ledger.entries(ISSUE, 0, 9)
        assert work.ledger.entries(ISSUE, 1, 2) == found[1:3]
        assert work.ledger.entries(ISSUE, 4, 9) == ()
    assert [(item.position, item.subject, item.encoded) for item in found] == [
        (number - 1, f"subject {number}", entry(number).encode()) for number in (1, 2, 3, 4)
    ]


def test_each_log_counts_for_itself(open_unit: OpenUnit) -> None:
    noted(open_unit, 1, 2)
    noted(open_unit, 3, log=AUDIT)
    assert placed(open_unit, log=AUDIT) == 1
    assert placed(open_unit) == 2
    with open_unit() as work:
        assert [work.ledger.size(log) for log in (ISSUE, AUDIT)] == [2, 1]
        assert work.ledger.entries(AUDIT, 0, 9)[0].encoded == entry(3).encode()


def test_what_is_not_committed_never_gets_a_number(open_unit: OpenUnit) -> None:
    with open_unit() as work:
        work.ledger.note(ISSUE, [("x", entry(1))])
    assert placed(open_unit) == 0


def test_entries_about_a_subject_are_found_once_they_have_a_number(open_unit: OpenUnit) -> None:
    noted(open_unit, 7, 8, 7)
    with open_unit() as work:
        assert work.ledger.about(ISSUE, "subject 7") == ()
        assert work.ledger.noted(ISSUE, "subject 7") == (entry(7).encode(),) * 2
    placed(open_unit)
    with open_unit() as work:
        assert [item.position for item in work.ledger.about(ISSUE, "subject 7")] == [0, 2]
        assert work.ledger.about(AUDIT, "subject 7") == ()
        assert work.ledger.noted(ISSUE, "subject 7") == (entry(7).encode(),) * 2
        assert work.ledger.noted(AUDIT, "subject 7") == ()


def test_largest_checkpoint_is_the_head_and_each_log_has_its_own(open_unit: OpenUnit) -> None:
    with open_unit() as work:
        assert work.ledger.head(ISSUE) is None
        for kept in (head(3), head(7), head(9, log=AUDIT)):
            work.ledger.keep_head(kept)
        work.commit()
    with open_unit() as work:
        assert work.ledger.head(ISSUE) == head(7)
        assert work.ledger.head(AUDIT) == head(9, log=AUDIT)


def test_first_checkpoint_over_an_entry_that_was_seen_proves_its_time(open_unit: OpenUnit) -> None:
    with open_unit() as work:
        for size in (2, 4, 6, 8):
            seen = NOON if size in {4, 8} else None
            work.ledger.keep_head(replace(head(size), seen_at=seen))
        work.commit()
    with open_unit() as work:
        found = [work.ledger.seen_head(ISSUE, position) for position in (0, 3, 4, 7, 8)]
    assert [item.size if item else 0 for item in found] == [4, 4, 8, 8, 0]


def test_what_witnesses_added_is_not_lost_to_a_second_signature(open_unit: OpenUnit) -> None:
    cosigned = replace(head(3, "cosigned"), seen_at=NOON)
    with open_unit() as work:
        work.ledger.keep_head(head(3))
        work.ledger.keep_head(cosigned)
        work.ledger.keep_head(head(3, "signed again"))
        work.commit()
    with open_unit() as work:
        assert work.ledger.head(ISSUE) == cosigned


def test_processes_that_place_at_once_give_every_entry_one_number(
    new_database: NewDatabase,
) -> None:
    engine = connect(new_database())
    open_unit = partial(SqlUnitOfWork, engine)
    noted(open_unit, *range(40))
    together = Barrier(4)

    def work(worker: int) -> int:
        together.wait()
        noted(open_unit, *range(100 + worker * 10, 110 + worker * 10))
        return sum(placed(open_unit, 15) for _ in range(3))

    with ThreadPoolExecutor(4) as pool:
        taken = sum(pool.map(work, range(4)))
    taken += placed(open_unit)
    with open_unit() as unit:
        found = unit.ledger.entries(ISSUE, 0, 1000)
    assert taken == len(found) == 80
    assert [item.position for item in found] == list(range(80))
    assert len({item.encoded for item in found}) == 80
    engine.dispose()


def test_no_checkpoint_covers_nothing(new_database: NewDatabase) -> None:
    engine = connect(new_database())
    with engine.begin() as connection, pytest.raises(IntegrityError):
        connection.execute(
            ledger_heads.insert().values(log="issue", size=0, note="x", signed_at=NOON)
        )
    engine.dispose()


def test_new_license_is_noted_by_the_digests_of_its_files(open_unit: OpenUnit) -> None:
    license = replace(license_of(1), files=replace(license_of(1).files, ofd="f" * 64))
    with open_unit() as work:
        work.licenses.add([(license, event_of())])
        work.commit()
    placed(open_unit)
    with open_unit() as work:
        (found,) = work.ledger.about(ISSUE, license.identifier)
    entry = LedgerEntry.parse(found.encoded)
    assert (entry.kind, entry.organization) == ("issued", license.issuer_code)
    assert entry.digests == license.files.names


def test_use_of_a_license_is_noted_without_saying_whose_or_why(open_unit: OpenUnit) -> None:
    license = license_of(1)
    usage = Usage(
        identifier=license.identifier,
        at=NOON,
        user="样例窗口",
        basis="case",
        purpose="样例事项",
        fields=("name",),
    )
    with open_unit() as work:
        work.licenses.add([(license, event_of())])
        work.usages.add(usage)
        work.usages.add(usage)
        work.commit()
    placed(open_unit, log=AUDIT)
    with open_unit() as work:
        one, other = work.ledger.about(AUDIT, license.identifier)
        (digest,) = LedgerEntry.parse(one.encoded).digests
    assert LedgerEntry.parse(one.encoded).kind == "used"
    assert digest != usage_digest(usage, salt="")
    assert "样例".encode() not in one.encoded + other.encoded
    assert digest == usage_digest(usage, salt=_salt(open_unit))
    assert digest != usage_digest(replace(usage, purpose="别的"), salt=_salt(open_unit))


def _salt(open_unit: OpenUnit) -> str:
    """What the row of the first use keeps; in memory it is always the same."""
    with open_unit() as work:
        if not isinstance(work, SqlUnitOfWork):
            return "5" * 32
        query = select(usages.c.salt).order_by(usages.c.row).limit(1)
        found: str = work.usages._connection.execute(query).scalar_one()
        return found


def test_change_of_status_is_noted_so_that_its_history_can_be_checked(
    open_unit: OpenUnit,
) -> None:
    license = license_of(1)
    revoked = replace(event_of(StatusKind.REVOKED), reason="样例原因", decision_no="1号")
    with open_unit() as work:
        work.licenses.add([(license, event_of())])
        work.commit()
    with open_unit() as work:
        work.licenses.append_event(license.identifier, revoked, expected=StatusKind.ACTIVE)
    with open_unit() as work:
        work.licenses.append_event(license.identifier, revoked, expected=StatusKind.ACTIVE)
        work.commit()
    placed(open_unit)
    with open_unit() as work:
        _, found = work.ledger.about(ISSUE, license.identifier)
        kept = work.licenses.events(license.identifier)[-1]
    entry = LedgerEntry.parse(found.encoded)
    assert (entry.kind, entry.organization) == ("revoked", license.issuer_code)
    assert entry.digests == (event_digest(license.files.record, kept),)
    assert "样例原因".encode() not in found.encoded
    for other in (replace(kept, reason="x"), replace(kept, effective_at=kept.effective_at + DAY)):
        assert event_digest(license.files.record, other) not in entry.digests
