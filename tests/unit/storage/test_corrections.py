"""Corrections in the databases: what two requests at once come to."""

import pytest

from certs.corrections import Correction, CorrectionEvent, CorrectionKind, CorrectionStep
from storage.database import connect
from storage.errors import DatabaseBusyError
from storage.unit_of_work import SqlUnitOfWork
from tests import desks, world
from tests.databases import NewDatabase


def _missing(receipt: str) -> Correction:
    raised = CorrectionEvent(step=CorrectionStep.RAISED, at=world.NOON, actor="W001")
    return Correction(
        receipt=receipt, kind=CorrectionKind.MISSING, type_code=desks.TYPE, events=(raised,)
    )


def test_of_two_requests_under_one_key_the_slower_is_told_to_ask_again(
    new_database: NewDatabase,
) -> None:
    engine = connect(new_database())
    with SqlUnitOfWork(engine) as work:
        work.corrections.add(_missing("A" * 16), request_key="k")
        work.commit()

    with SqlUnitOfWork(engine) as work, pytest.raises(DatabaseBusyError):
        work.corrections.add(_missing("B" * 16), request_key="k")

    with SqlUnitOfWork(engine) as work:
        kept = work.corrections.of_request("k")
    engine.dispose()
    assert kept is not None
    assert kept.receipt == "A" * 16
