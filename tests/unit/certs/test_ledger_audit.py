"""An audit finds what somebody with the database in their hands did to it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, delete, insert, select, update

from certs.ledger.auditing import AuditFinding, AuditProblem, LedgerAudit
from certs.ledger.copies import LedgerCopy
from certs.ledger.entries import LedgerEntry, LedgerName
from certs.ledger.publishing import LedgerPublisher
from certs.statuses import StatusKind
from signing.ledger.checkpoints import Checkpoint
from storage.database import connect
from storage.ledger_folder import LedgerFolder
from storage.ledger_tables import ledger_entries
from storage.license_tables import licenses, status_events
from storage.unit_of_work import SqlUnitOfWork
from tests import world
from tests.databases import NewDatabase
from tests.desks import event_of, identifier, license_of
from tests.doubles.issuing import FixedClock

P = AuditProblem
Edit = Callable[[Connection], object]


@dataclass
class Office:
    """A register with five licenses, one of them suspended, and its published log."""

    engine: Engine
    folder: Path

    def publish(self) -> None:
        LedgerPublisher(
            unit_of_work=partial(SqlUnitOfWork, self.engine),
            clock=FixedClock(),
            region="340200",
            signer=world.MemorySigner("ledger"),
            shelf=LedgerFolder(self.folder),
        ).publish()

    def edit(self, *edits: Edit) -> None:
        with self.engine.begin() as connection:
            for change in edits:
                change(connection)

    def findings(self, held: Checkpoint | None = None) -> list[AuditFinding]:
        audit = LedgerAudit(
            unit_of_work=partial(SqlUnitOfWork, self.engine), shelf=LedgerFolder(self.folder)
        )
        return list(audit.run(held=held))

    def head(self) -> Checkpoint:
        found = LedgerCopy(log=LedgerName.ISSUE, shelf=LedgerFolder(self.folder)).head()
        assert found is not None
        return found


@pytest.fixture
def office(new_database: NewDatabase, tmp_path: Path) -> Iterator[Office]:
    engine = connect(new_database())
    found = Office(engine, tmp_path / "ledger")
    with SqlUnitOfWork(engine) as work:
        for number in range(1, 6):
            event = replace(event_of(), recorded_at=world.NOON + timedelta(hours=number))
            work.licenses.add([(license_of(number), event)])
        suspended = replace(
            event_of(StatusKind.SUSPENDED), recorded_at=world.NOON + timedelta(hours=6)
        )
        work.licenses.append_event(identifier(2), suspended, expected=StatusKind.ACTIVE)
        work.commit()
    found.publish()
    yield found
    engine.dispose()


def problems(found: list[AuditFinding]) -> list[tuple[AuditProblem, int | None, str]]:
    return [(item.problem, item.position, item.subject) for item in found]


def test_register_and_log_that_nobody_touched_agree(office: Office) -> None:
    assert office.findings() == []
    assert office.findings(held=office.head()) == []


def test_license_that_was_removed_is_missed(office: Office) -> None:
    office.edit(
        lambda c: c.execute(
            delete(status_events).where(status_events.c.identifier == identifier(3))
        ),
        lambda c: c.execute(delete(licenses).where(licenses.c.identifier == identifier(3))),
    )
    assert problems(office.findings()) == [(P.LICENSE_REMOVED, 2, identifier(3))]
    office.edit(
        lambda c: c.execute(delete(ledger_entries).where(ledger_entries.c.subject == identifier(3)))
    )
    assert problems(office.findings()) == [(P.ENTRY_REMOVED, 2, "")]


def test_file_that_was_put_in_the_place_of_another_is_seen(office: Office) -> None:
    office.edit(
        lambda c: c.execute(
            update(licenses)
            .where(licenses.c.identifier == identifier(4))
            .values(pdf_object="e" * 64)
        )
    )
    assert problems(office.findings()) == [(P.LICENSE_CHANGED, 3, identifier(4))]


def test_entry_that_was_changed_with_its_license_is_seen(office: Office) -> None:
    forged = LedgerEntry(
        kind="issued",
        at=world.NOON,
        organization="11340200MB9TXY014H",
        digests=("e" * 64,),
    )
    office.edit(
        lambda c: c.execute(
            update(ledger_entries)
            .where(ledger_entries.c.position == 3)
            .values(encoded=forged.encode())
        )
    )
    assert (P.ENTRY_CHANGED, 3, identifier(4)) in problems(office.findings())


def test_license_that_was_put_in_by_hand_is_seen(office: Office) -> None:
    _plant(office)
    assert problems(office.findings()) == [(P.LICENSE_UNLOGGED, None, identifier(9))]


def test_license_that_was_put_in_with_an_old_entry_is_seen(office: Office) -> None:
    _plant(office)
    forged = LedgerEntry(
        kind="issued",
        at=world.NOON,
        organization="11340200MB9TXY014H",
        digests=license_of(9).files.names,
    )
    office.edit(
        lambda c: c.execute(
            insert(ledger_entries).values(
                log="issue", subject=identifier(9), encoded=forged.encode()
            )
        )
    )
    office.publish()
    assert problems(office.findings()) == [(P.ENTRY_BACK_DATED, 6, "")]


def _plant(office: Office) -> None:
    """Copy a license under another identifier, as if it had been there for long."""

    def copy(connection: Connection) -> None:
        row = dict(
            connection.execute(select(licenses).where(licenses.c.identifier == identifier(1)))
            .mappings()
            .one()
        )
        made = license_of(9)
        row |= {"identifier": made.identifier, "number": made.number, "status_entry": 999}
        row |= {
            "record_object": made.files.record,
            "signature_object": made.files.signature,
            "pdf_object": made.files.pdf,
        }
        del row["row"]
        connection.execute(insert(licenses).values(row))

    office.edit(copy)


def test_change_of_status_that_was_moved_in_time_or_put_in_is_seen(office: Office) -> None:
    office.edit(
        lambda c: c.execute(
            update(status_events)
            .where(status_events.c.kind == "suspended")
            .values(recorded_at=world.NOON)
        )
    )
    assert problems(office.findings()) == [(P.EVENT_UNLOGGED, None, identifier(2))]


def test_log_that_was_published_anew_does_not_continue_what_was_kept(office: Office) -> None:
    held = office.head()
    for path in sorted(office.folder.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    office.edit(
        lambda c: c.execute(delete(ledger_entries).where(ledger_entries.c.position == 0)),
        lambda c: c.exec_driver_sql("DELETE FROM ledger_heads"),
        lambda c: c.exec_driver_sql("UPDATE ledger_entries SET position = NULL"),
    )
    office.publish()
    assert P.LOG_REWRITTEN in [item.problem for item in office.findings(held=held)]


def test_published_file_that_was_changed_is_seen(office: Office) -> None:
    held = office.head()
    bundle = office.folder / "issue" / "tile" / "entries" / "000.p" / "6"
    bundle.write_bytes(bundle.read_bytes().replace(b"issued", b"isseud", 1))
    assert P.TILES_CHANGED in [item.problem for item in office.findings(held=held)]
    bundle.unlink()
    assert problems(office.findings()) == [(P.TILES_CHANGED, 0, "")]


def test_checkpoint_of_another_log_or_of_a_larger_one_is_not_continued(office: Office) -> None:
    for held in (replace(office.head(), origin="x/issue"), replace(office.head(), size=99)):
        assert problems(office.findings(held=held)) == [(P.LOG_REWRITTEN, None, "")]
