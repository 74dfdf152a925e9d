"""Licenses that are drawn for an audit are proved, or named."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, update

from certs.ledger.copies import LedgerCopy
from certs.ledger.entries import LedgerName
from certs.ledger.publishing import LedgerPublisher
from certs.ledger.sampling import LedgerSample, LedgerSampling
from certs.licenses import License
from signing.ledger.checkpoints import Checkpoint
from storage.database import connect
from storage.ledger_folder import LedgerFolder
from storage.ledger_tables import ledger_entries
from storage.unit_of_work import SqlUnitOfWork
from tests import world
from tests.databases import NewDatabase
from tests.desks import event_of, license_of
from tests.doubles.issuing import FixedClock, MemoryObjects

COUNT = 9


@dataclass
class Office:
    """A register whose files are there, and its published log."""

    engine: Engine
    folder: Path
    objects: MemoryObjects

    def issue(self, number: int) -> License:
        made = license_of(number)
        kept = [self.objects.put(f"{name} of {number}".encode()) for name in ("record", "p7s")]
        pdf = self.objects.put(f"pdf of {number}".encode())
        files = replace(made.files, record=kept[0], signature=kept[1], pdf=pdf, ofd="")
        with SqlUnitOfWork(self.engine) as work:
            work.licenses.add([(replace(made, files=files), event_of())])
            work.commit()
        return replace(made, files=files)

    def publish(self) -> Checkpoint:
        shelf = LedgerFolder(self.folder)
        LedgerPublisher(
            unit_of_work=partial(SqlUnitOfWork, self.engine),
            clock=FixedClock(),
            region="340200",
            signer=world.MemorySigner("ledger"),
            shelf=shelf,
        ).publish()
        head = LedgerCopy(log=LedgerName.ISSUE, shelf=shelf).head()
        assert head is not None
        return head

    def sample(self, held: Checkpoint, count: int = COUNT) -> LedgerSample:
        return LedgerSampling(
            unit_of_work=partial(SqlUnitOfWork, self.engine),
            objects=self.objects,
            shelf=LedgerFolder(self.folder),
        ).run(count, held=held)


@pytest.fixture
def office(new_database: NewDatabase, tmp_path: Path) -> Iterator[Office]:
    engine = connect(new_database())
    found = Office(engine, tmp_path / "ledger", MemoryObjects())
    for number in range(1, COUNT + 1):
        found.issue(number)
    yield found
    engine.dispose()


def test_every_license_that_the_checkpoint_covers_is_proved(office: Office) -> None:
    sample = office.sample(office.publish())

    assert len(sample.proved) == COUNT
    assert (sample.later, sample.unproved) == ((), ())


def test_draw_hangs_on_the_checkpoint_and_is_the_same_for_everybody(office: Office) -> None:
    held = office.publish()
    drawn = office.sample(held, 4)

    assert drawn == office.sample(held, 4)
    others = [
        office.sample(replace(held, root=bytes([number]) * 32), 4).unproved for number in range(8)
    ]
    assert any(set(other) != set(drawn.proved) for other in others)


def test_license_behind_the_checkpoint_is_told_apart(office: Office) -> None:
    held = office.publish()
    waiting = office.issue(COUNT + 1).identifier
    assert office.sample(held, COUNT + 1).later == (waiting,)
    office.publish()
    assert office.sample(held, COUNT + 1).later == (waiting,)
    assert len(office.sample(held, COUNT + 1).proved) == COUNT


def test_license_whose_file_is_gone_or_another_is_not_proved(office: Office) -> None:
    held = office.publish()
    first, second = license_of(1).identifier, license_of(2).identifier
    with SqlUnitOfWork(office.engine) as work:
        files = [work.licenses.get(name).files for name in (first, second)]
    office.objects.remove(files[0].pdf)
    office.objects.contents[files[1].pdf] = b"another"

    assert set(office.sample(held).unproved) == {first, second}


@pytest.mark.parametrize("is_gone", [True, False])
def test_license_without_its_entry_is_not_proved(office: Office, *, is_gone: bool) -> None:
    held = office.publish()
    name = license_of(3).identifier
    entry = ledger_entries.c.subject == name
    with office.engine.begin() as connection:
        edit = delete(ledger_entries) if is_gone else update(ledger_entries).values(encoded=b"{}")
        connection.execute(edit.where(entry))

    assert office.sample(held).unproved == (name,)


def test_entry_that_was_moved_behind_the_checkpoint_proves_nothing(office: Office) -> None:
    held = office.publish()
    with office.engine.begin() as connection:
        moved = ledger_entries.c.subject == license_of(4).identifier
        connection.execute(update(ledger_entries).where(moved).values(position=COUNT + 5))

    assert office.sample(held).later == (license_of(4).identifier,)
