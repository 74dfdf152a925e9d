"""A process that issues is killed at every step: the books agree again after a reconciliation."""

import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path

import pytest

from certs.drafts import Draft
from certs.intents import IntentStage
from certs.issuance import issue
from certs.issuing_desk import IssuingDesk
from certs.licenses import License
from certs.reconciliation import reconcile
from certs.reconciliations import Discrepancies
from certs.statuses import StatusKind
from signing.algorithms import sm3
from storage.database import connect
from storage.object_folder import ObjectFolder
from storage.unit_of_work import SqlUnitOfWork
from tests import desks
from tests.databases import NewDatabase
from tests.doubles.issuing import (
    Fuse,
    FusedObjects,
    FusedRenderer,
    FusedUnitOfWork,
    LightRenderer,
    MemoryObjects,
    SigningLog,
)
from tests.doubles.register import MemoryDatabase

PARTS = 4


class Executioner(Fuse):
    """Does not raise: the process is gone."""

    def step(self) -> None:
        self.steps += 1
        if self.steps == self.blows_at:
            os.kill(os.getpid(), signal.SIGKILL)


def fused(healthy: IssuingDesk, fuse: Fuse) -> IssuingDesk:
    log = SigningLog(witness=lambda _label, _message: "")
    opened = healthy.unit_of_work
    return replace(
        desks.watched(healthy, fuse=fuse, log=log),
        renderer=FusedRenderer(LightRenderer(), fuse),
        objects=FusedObjects(healthy.objects, fuse),
        unit_of_work=lambda: FusedUnitOfWork(opened(), fuse),
    )


@cache
def steps() -> int:
    """How many steps there are in issuing one license."""
    fuse = Fuse()
    healthy = desks.desk(MemoryDatabase().unit_of_work, MemoryObjects())
    issue(desks.requests(1), desk=fused(healthy, fuse))
    return fuse.steps


@dataclass
class Office:
    """An office on disk: its database and its objects."""

    url: str
    folder: Path

    def open(self) -> Iterator[IssuingDesk]:
        engine = connect(self.url)
        yield desks.desk(partial(SqlUnitOfWork, engine), ObjectFolder(self.folder))
        engine.dispose()

    def killed_at(self, step: int) -> None:
        """Issue in a process of its own, which is killed at a step."""
        child = os.fork()
        if not child:
            try:
                for desk in self.open():
                    issue(desks.requests(1), desk=fused(desk, Executioner(step)))
            finally:
                os._exit(1)  # it should have been killed
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status), "the step was not reached"
        assert os.WTERMSIG(status) == signal.SIGKILL

    def objects(self) -> set[str]:
        files = (path for path in self.folder.rglob("*") if path.is_file())
        return {path.name for path in files if path.parent.name != "incoming"}


@pytest.fixture
def offices(new_database: NewDatabase, tmp_path: Path) -> Iterator[Office]:
    """Offices, each with nothing in it yet but its seal."""

    def found() -> Iterator[Office]:
        number = 0
        while True:
            number += 1
            office = Office(new_database(), tmp_path / str(number))
            for _ in office.open():  # the seal is enabled before anybody issues
                pass
            yield office

    return found()


@pytest.mark.parametrize("part", range(PARTS))
def test_a_kill_at_any_step_loses_nothing_and_invents_nothing(
    offices: Iterator[Office], part: int
) -> None:
    for step in range(1 + part, steps() + 1, PARTS):
        office = next(offices)
        office.killed_at(step)

        for desk in office.open():
            found = reconcile([desk], unit_of_work=desk.unit_of_work, objects=desk.objects)
            assert (found.is_clean, found.given_up) == (True, 0), step
            (outcome,) = issue(desks.requests(1), desk=desk)
            check(desk, office, outcome.license, step)


def check(desk: IssuingDesk, office: Office, issued: License | None, step: int) -> None:
    """One license, whole; nothing else."""
    with desk.unit_of_work() as work:
        (license,) = work.licenses.newest(10)
        uses = work.seals.uses_of_license(license.identifier)
        intents = work.intents.of_requests([desks.requests(1)[0].key])
        events = work.licenses.events(license.identifier)
        discrepancies = work.books.discrepancies()
    (intent,) = intents.values()
    assert license == issued, step
    assert office.objects() == set(license.files.names), f"{step}: an object is nobody's"
    assert [event.kind for event in events] == [StatusKind.ACTIVE]
    assert (intent.identifier, intent.stage) == (license.identifier, IntentStage.ISSUED)
    draft = Draft.of(intent, desk)
    draft.message.complete(intent.record_signature)
    assert desk.objects.get(license.files.signature) == draft.signature_file
    assert sm3(intent.record).hex() == license.files.record
    assert [use.digest for use in uses] == [intent.seal_to_be_signed.hex()], "used as recorded"
    assert discrepancies == Discrepancies()


def test_every_numbered_stage_has_steps_before_and_after_it() -> None:
    """Four signatures, a page, the files, and a transaction for each stage and what it looks at."""
    assert steps() >= 4 * 2 + 1 + 3 * 2 + 7 * 3
