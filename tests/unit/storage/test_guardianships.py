"""Guardianships in the database: two people, nothing changed, ended for good."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, delete, insert, update
from sqlalchemy.exc import IntegrityError

from certs.errors import GuardianshipRefusedError
from certs.guardianships import GuardianBasis, Guardianship, new_number
from storage.guardianship_tables import (
    guardianship_confirmations,
    guardianship_ends,
    guardianships,
)
from storage.unit_of_work import SqlUnitOfWork
from tests.world import NOON

CHILD, PARENT = "c" * 64, "d" * 64
LATER = NOON + timedelta(days=1)


def guardianship(**changes: object) -> Guardianship:
    said: dict[str, object] = {
        "number": "U" + "A" * 20,
        "child_key": CHILD,
        "child_shown": "严*",
        "guardian_key": PARENT,
        "guardian_shown": "严**",
        "basis": GuardianBasis.BIRTH,
        "reference": "B123",
        "until": date(2033, 5, 6),
        "proposed_at": NOON,
        "proposed_by": "W001",
    }
    return Guardianship(**{**said, **changes})  # type: ignore[arg-type]


@pytest.fixture
def kept(engine: Engine) -> Engine:
    with SqlUnitOfWork(engine) as work:
        work.guardianships.propose(guardianship())
        work.commit()
    return engine


def test_one_comes_back_as_it_was_proposed_confirmed_and_ended(kept: Engine) -> None:
    number = guardianship().number
    with SqlUnitOfWork(kept) as work:
        assert work.guardianships.waiting(9) == (guardianship(),)
        work.guardianships.confirm(number, at=LATER, by="W002")
        confirmed = guardianship(confirmed_at=LATER, confirmed_by="W002")
        assert work.guardianships.find(number) == confirmed
        assert work.guardianships.waiting(9) == ()
        assert work.guardianships.of_child(CHILD) == (confirmed,)
        assert work.guardianships.of_guardian(PARENT) == (confirmed,)
        assert work.guardianships.of_guardian(CHILD) == ()
        assert confirmed.stands(LATER)
        assert work.guardianships.end(number, at=LATER, by="W001")
        assert not work.guardianships.end(number, at=LATER, by="W001")
        (ended,) = work.guardianships.of_child(CHILD)
        work.commit()

    assert ended.ended_at == LATER
    assert not ended.stands(LATER)


@pytest.mark.parametrize("person", ["W001", "W002"])
def test_what_waits_is_confirmed_once_and_by_another_person(kept: Engine, person: str) -> None:
    number = guardianship().number
    if person == "W002":
        with SqlUnitOfWork(kept) as work:
            work.guardianships.confirm(number, at=LATER, by=person)
            work.commit()
    with SqlUnitOfWork(kept) as work, pytest.raises(GuardianshipRefusedError):
        work.guardianships.confirm(number, at=LATER, by=person)


@pytest.mark.parametrize(
    "act",
    [
        update(guardianships).values(guardian_key="e" * 64),
        update(guardianships).values(until=date(2099, 1, 1)),
        delete(guardianships),
        insert(guardianships).values(
            number="U" + "B" * 20,
            child_key=CHILD,
            child_shown="严*",
            guardian_key=CHILD,
            guardian_shown="严*",
            basis="judgement",
            reference="",
            until=date(2033, 5, 6),
            proposed_at=NOON,
            proposed_by="W001",
        ),
        insert(guardianship_confirmations).values(
            number=guardianship().number, confirmed_at=LATER, confirmed_by="W001"
        ),
        delete(guardianship_ends),
        update(guardianship_ends).values(ended_by="W009"),
    ],
    ids=["guardian", "until", "removed", "own", "alone", "resumed", "end"],
)
def test_sql_alone_makes_nobody_a_guardian(kept: Engine, act: object) -> None:
    with SqlUnitOfWork(kept) as work:
        other = guardianship(number=new_number(), child_key="f" * 64)
        work.guardianships.propose(other)
        work.guardianships.end(other.number, at=LATER, by="W001")
        work.commit()
    with pytest.raises(IntegrityError), kept.begin() as connection:
        connection.execute(act)  # type: ignore[call-overload]


def test_what_was_declined_is_confirmed_no_more(kept: Engine) -> None:
    number = guardianship().number
    with SqlUnitOfWork(kept) as work:
        assert work.guardianships.end(number, at=LATER, by="W002")
        work.commit()
    with SqlUnitOfWork(kept) as work, pytest.raises(GuardianshipRefusedError):
        work.guardianships.confirm(number, at=LATER, by="W002")


@pytest.mark.parametrize(
    "changes",
    [
        {"child_key": ""},
        {"guardian_key": CHILD},
        {"child_shown": ""},
        {"guardian_shown": "长" * 101},
        {"reference": "11010519491231002X"},
        {"reference": "x" * 129},
        {"until": NOON.date()},
    ],
)
def test_what_is_no_guardianship_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(GuardianshipRefusedError):
        guardianship(**changes)
