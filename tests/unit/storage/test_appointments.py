"""Appointments in the database: who stands behind each, nothing changed, ended for good."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Engine, delete, insert, update
from sqlalchemy.exc import IntegrityError

from certs.access import AccessGrant, CallerRole
from certs.appointments import (
    EVERYTHING,
    Appointment,
    AppointmentStanding,
    Post,
    Sponsor,
    above_of,
    new_number,
)
from certs.errors import AppointmentRefusedError
from certs.reach import Reach
from storage.appointment_tables import appointment_events, appointments
from storage.unit_of_work import SqlUnitOfWork
from tests.world import NOON

ENTERPRISE, BOSS, ADMIN, AGENT, OTHER = (letter * 64 for letter in "abcde")
LATER = NOON + timedelta(days=1)
BY_BOSS = Sponsor(key=BOSS, under="", at=NOON)
ADMINISTRATOR = Appointment(
    number="T" + "A" * 20,
    enterprise_key=ENTERPRISE,
    enterprise_shown="样例有限公司",
    person_key=ADMIN,
    person_shown="严*",
    post=Post.ADMINISTRATOR,
    reach=EVERYTHING,
    until=NOON.date() + timedelta(days=300),
    appointed_at=NOON,
    appointed_by="P-1",
    sponsor=BY_BOSS,
)
BY_ADMIN = Sponsor(key=ADMIN, under=ADMINISTRATOR.number, at=NOON)
CLERK = replace(
    ADMINISTRATOR,
    number="T" + "B" * 20,
    person_key=AGENT,
    post=Post.AGENT,
    reach=Reach(license_types=frozenset({"T1", "T2"}), matters=frozenset({"open-restaurant"})),
    until=NOON.date() + timedelta(days=30),
    sponsor=BY_ADMIN,
)


def standing_of(appointment: Appointment, *, work: SqlUnitOfWork, at: datetime) -> object:
    return appointment.standing(at, above_of(appointment, work))


@pytest.fixture
def kept(engine: Engine) -> Engine:
    with SqlUnitOfWork(engine) as work:
        work.appointments.add(ADMINISTRATOR)
        work.appointments.add(CLERK)
        work.commit()
    return engine


def test_each_comes_back_as_it_was_said_suspended_confirmed_and_ended(kept: Engine) -> None:
    by_boss = Sponsor(key=BOSS, under="", at=LATER)
    with SqlUnitOfWork(kept) as work:
        book = work.appointments
        assert set(book.of_enterprise(ENTERPRISE)) == {ADMINISTRATOR, CLERK}
        assert book.of_person(AGENT) == (CLERK,)
        assert book.of_person(OTHER) == ()
        book.suspend(CLERK.number, at=LATER, by="system")
        book.suspend(CLERK.number, at=LATER, by="system")
        assert book.find(CLERK.number) == replace(CLERK, suspended_at=LATER)
        book.confirm(CLERK.number, by_boss, by="P-1")
        assert book.find(CLERK.number) == replace(CLERK, sponsor=by_boss)
        assert book.end(CLERK.number, at=LATER, by="P-1")
        assert not book.end(CLERK.number, at=LATER, by="P-1")
        assert book.find(CLERK.number) == replace(CLERK, sponsor=by_boss, ended_at=LATER)
        assert book.of_person(AGENT) == ()
        work.commit()


def test_an_agent_stands_as_long_as_the_administrator_who_answers_for_it(kept: Engine) -> None:
    last = ADMINISTRATOR.until + timedelta(days=1)
    with SqlUnitOfWork(kept) as work:
        assert standing_of(CLERK, work=work, at=LATER) is AppointmentStanding.STANDS
        work.appointments.end(ADMINISTRATOR.number, at=LATER, by="P-1")
        assert standing_of(CLERK, work=work, at=LATER) is AppointmentStanding.UNSPONSORED
        work.appointments.confirm(CLERK.number, Sponsor(key=BOSS, under="", at=LATER), by="P-1")
        confirmed = work.appointments.find(CLERK.number)
        assert confirmed is not None
        assert standing_of(confirmed, work=work, at=LATER) is AppointmentStanding.STANDS
        late = NOON.replace(year=last.year, month=last.month, day=last.day)
        assert standing_of(confirmed, work=work, at=late) is AppointmentStanding.OVER


@pytest.mark.parametrize(
    "wrong",
    [
        {"enterprise_key": OTHER},
        {"sponsor": replace(BY_ADMIN, key=BOSS)},
        {"until": ADMINISTRATOR.until + timedelta(days=1)},
        {"sponsor": replace(BY_ADMIN, under="T" + "B" * 20, key=AGENT)},
        {"sponsor": replace(BY_ADMIN, under="T" + "X" * 20)},
    ],
    ids=["other enterprise", "not that person", "longer than the own", "an agent", "nobody"],
)
def test_nobody_appoints_or_confirms_as_an_administrator_who_is_none(
    kept: Engine, wrong: dict[str, object]
) -> None:
    more = replace(CLERK, number=new_number(), person_key=OTHER)
    if wrong.get("enterprise_key") == OTHER:
        more = replace(more, person_key="f" * 64)
    with SqlUnitOfWork(kept) as work, pytest.raises(AppointmentRefusedError):
        work.appointments.add(replace(more, **wrong))  # type: ignore[arg-type]
    if "sponsor" in wrong:
        with SqlUnitOfWork(kept) as work:
            sponsor = wrong["sponsor"]
            assert isinstance(sponsor, Sponsor)
            with pytest.raises(AppointmentRefusedError):
                work.appointments.confirm(CLERK.number, sponsor, by="P-9")


def test_an_administrator_whose_appointment_ended_appoints_nobody_more(kept: Engine) -> None:
    with SqlUnitOfWork(kept) as work:
        work.appointments.end(ADMINISTRATOR.number, at=LATER, by="P-1")
        work.commit()
    with SqlUnitOfWork(kept) as work, pytest.raises(AppointmentRefusedError):
        work.appointments.add(replace(CLERK, number=new_number(), person_key=OTHER))


def test_nobody_confirms_the_own_or_one_that_has_ended(kept: Engine) -> None:
    own = Sponsor(key=AGENT, under="", at=LATER)
    boss = Sponsor(key=BOSS, under="", at=LATER)
    with SqlUnitOfWork(kept) as work, pytest.raises(AppointmentRefusedError):
        work.appointments.confirm(CLERK.number, own, by="P-3")
    with SqlUnitOfWork(kept) as work:
        work.appointments.end(CLERK.number, at=LATER, by="P-1")
        work.commit()
    with SqlUnitOfWork(kept) as work, pytest.raises(AppointmentRefusedError):
        work.appointments.confirm(CLERK.number, boss, by="P-1")


def test_one_person_has_one_appointment_in_an_enterprise(kept: Engine) -> None:
    again = replace(CLERK, number=new_number())
    elsewhere = replace(again, number=new_number(), enterprise_key=OTHER, sponsor=BY_BOSS)
    with SqlUnitOfWork(kept) as work, pytest.raises(AppointmentRefusedError):
        work.appointments.add(again)
    with SqlUnitOfWork(kept) as work:
        work.appointments.add(elsewhere)
        work.appointments.end(CLERK.number, at=LATER, by="P-1")
        work.appointments.add(again)
        assert set(work.appointments.of_person(AGENT)) == {again, elsewhere}
        work.commit()


def test_nothing_of_them_is_changed_or_removed(kept: Engine) -> None:
    for table, key in ((appointments, "number"), (appointment_events, "number")):
        with kept.begin() as connection:
            if table is appointment_events:
                connection.execute(
                    insert(table).values(number=CLERK.number, kind="suspended", at=LATER, by="x")
                )
        for statement in (delete(table), update(table).values({key: ADMINISTRATOR.number})):
            with pytest.raises(IntegrityError), kept.begin() as connection:
                connection.execute(statement)


def test_a_token_of_staff_names_an_appointment_and_a_person(kept: Engine) -> None:
    grant = AccessGrant(
        person="P-3",
        role=CallerRole.ORG_AGENT,
        holder_key=ENTERPRISE,
        holder_shown="样例有限公司",
        actor_key=AGENT,
        appointment=CLERK.number,
    )
    for wrong in (
        replace(grant, appointment=""),
        replace(grant, actor_key=""),
        replace(grant, actor_key=ENTERPRISE),
        replace(grant, appointment="T" + "X" * 20),
        replace(grant, role=CallerRole.CITIZEN),
        replace(grant, holder_key=""),
    ):
        with SqlUnitOfWork(kept) as work, pytest.raises(IntegrityError):
            work.access.add("1" * 64, wrong)
    with SqlUnitOfWork(kept) as work:
        work.access.add("1" * 64, grant)
        assert work.access.find("1" * 64, at=NOON) == grant
        assert work.access.of_staff(at=NOON) == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {"person_key": ENTERPRISE},
        {"person_key": BOSS},
        {"person_key": ""},
        {"person_shown": ""},
        {"reach": Reach()},
        {"post": Post.ADMINISTRATOR},
        {"until": date(2020, 1, 1)},
        {"until": NOON.date() + timedelta(days=400)},
    ],
)
def test_an_appointment_says_who_and_how_far_and_until_when(wrong: dict[str, object]) -> None:
    said = replace(CLERK, sponsor=BY_BOSS)
    with pytest.raises(AppointmentRefusedError):
        replace(said, **wrong)  # type: ignore[arg-type]
