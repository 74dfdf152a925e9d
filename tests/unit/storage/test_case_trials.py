"""Settled cases wait for the archive; those that fail come again later and later, then stop."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from storage.acceptance import SqlCases
from storage.case_trials import SqlCaseTrials
from storage.database import connect
from storage.outcomes import SqlOutcomes
from tests.doubles.acceptance import IDENTIFIER, NOON
from tests.unit.storage.test_outcomes import (
    DECIDED,
    OTHER,
    fill,
    insert_license,
    intent,
    outcome,
)
from verify.archiving.case_trials import MOST_TRIALS, CaseTrial

LATER = NOON + timedelta(days=1)


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    engine = connect(request.getfixturevalue(f"new_{request.param}")())
    with engine.begin() as connection:
        fill(SqlCases(connection))
        insert_license(connection)
        SqlOutcomes(connection).add(outcome(DECIDED), None)
    yield engine
    engine.dispose()


def failed(attempts: int) -> CaseTrial:
    return CaseTrial(
        case_id=DECIDED.id,
        attempts=attempts,
        code="OBJECT_NOT_FOUND",
        reason="文件不在 · the object is gone",
        tried_at=LATER,
    )


def test_settled_case_waits_until_its_license_is_made(engine: Engine) -> None:
    with engine.begin() as connection:
        book, outcomes = SqlCaseTrials(connection), SqlOutcomes(connection)
        outcomes.add(outcome(OTHER), intent(OTHER))

        assert book.due(10, now=LATER) == (DECIDED.id,), "the other waits for its license"
        outcomes.add_license(OTHER.id, IDENTIFIER)
        assert set(book.due(10, now=LATER)) == {DECIDED.id, OTHER.id}


def test_failed_case_comes_again_later_each_time_and_at_last_not_at_all(engine: Engine) -> None:
    pauses = []
    with engine.begin() as connection:
        book = SqlCaseTrials(connection)
        for attempts in range(1, MOST_TRIALS):
            trial = failed(attempts)
            book.keep(trial)
            assert book.find(DECIDED.id) == trial
            assert trial.next_at is not None
            pauses.append(trial.next_at - LATER)
            assert book.due(10, now=trial.next_at - timedelta(seconds=1)) == ()
            assert book.due(10, now=trial.next_at) == (DECIDED.id,)
        book.keep(failed(MOST_TRIALS))
        in_ten_years = LATER + timedelta(days=3650)

        assert pauses == sorted(pauses)
        assert pauses[0] == timedelta(minutes=1)
        assert book.due(10, now=in_ten_years) == ()
        assert [item.is_stuck for item in book.newest(10)] == [True]
        book.forget(DECIDED.id)
        assert book.due(10, now=LATER) == (DECIDED.id,)
