"""Random changes at random times never lead where the law does not."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from certs.errors import LicenseError
from certs.lifecycle import call_off_status, present_status, record_status, reverse_status
from certs.replacements import end_replaced
from certs.statuses import FOLLOWS, OPEN, StatusKind, counting, list_value_at, status_at
from storage.database import connect
from storage.unit_of_work import SqlUnitOfWork
from tests import desks
from tests.databases import PostgresqlDatabases, emptied
from tests.doubles.issuing import FixedClock
from tests.doubles.register import MemoryDatabase
from tests.unit.storage.conftest import OpenUnit

S = StatusKind
HOUR = timedelta(hours=1)
VERSIONS = 4


@dataclass(frozen=True)
class Act:
    """Something somebody tries: a change, an overturning, a calling off, or a new version."""

    hours: float
    what: str
    effective_in: float = 0
    number: int = 2
    version: int = 1


CHANGES = [kind.value for kind in S if kind is not S.SUPERSEDED]
ACTS = st.lists(
    st.builds(
        Act,
        hours=st.sampled_from([0, 0.5, 1, 10, 30]),
        what=st.sampled_from([*CHANGES, "reversed", "called_off", "replaced", "anew"]),
        effective_in=st.sampled_from([0, 0, -3, -100, 1, 5, 40]),
        number=st.integers(1, 6),
        version=st.integers(1, VERSIONS),
    ),
    max_size=12,
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    made = connect(desks.new_database(tmp_path_factory.mktemp("moves") / "db.sqlite3"))
    yield made
    made.dispose()


@pytest.fixture(scope="module")
def postgresql_engine(postgresql_databases: PostgresqlDatabases) -> Iterator[Engine]:
    address = postgresql_databases.lend()
    made = connect(address)
    yield made
    made.dispose()
    postgresql_databases.take_back(address)


def _registers(engine: Engine) -> tuple[OpenUnit, OpenUnit]:
    """One in a database and one in memory, each with one license."""
    registers = (partial(SqlUnitOfWork, emptied(engine)), MemoryDatabase().unit_of_work)
    for open_unit in registers:
        with open_unit() as work:
            work.licenses.add([(desks.license_of(1), desks.event_of())])
            work.commit()
    return registers


CROSSED = [Act(1, "revoked", 5), Act(1, "anew"), Act(10, "anew"), Act(1, "reversed")]
LIFTED = [
    *(Act(1, "suspended"), Act(1, "revoked", 5)),
    *(Act(30, "reversed", -3, 3), Act(1, "active")),
]
HURRIED = [Act(0.5, "replaced", 40), Act(0, "replaced", 5)]
REPENTED = [
    *(Act(1, "replaced", 40), Act(1, "revoked")),
    *(Act(1, "called_off"), Act(30, "revoked")),
]


@settings(max_examples=60)
@given(ACTS)
@example(CROSSED)
@example(LIFTED)
@example(HURRIED)
@example(REPENTED)
def test_no_changes_at_any_times_lead_where_the_table_does_not(
    engine: Engine, acts: list[Act]
) -> None:
    _try_all(acts, engine)


@settings(max_examples=8)
@given(acts=ACTS)
@example(acts=CROSSED)
@example(acts=LIFTED)
@example(acts=HURRIED)
@example(acts=REPENTED)
def test_postgresql_answers_the_same_whatever_changes(
    postgresql_engine: Engine, acts: list[Act]
) -> None:
    _try_all(acts, postgresql_engine)


def _try_all(acts: list[Act], engine: Engine) -> None:
    clock = FixedClock()
    sql, memory = _registers(engine)
    for act in acts:
        clock.time += act.hours * HOUR
        assert _tried(act, sql, clock) == _tried(act, memory, clock)
        for ahead in (0, 0.25, 5, 41, 500):
            _check(sql, memory, clock, ahead * HOUR)


def _check(sql: OpenUnit, memory: OpenUnit, clock: FixedClock, ahead: timedelta) -> None:
    day = clock.now() + ahead
    in_force = 0
    with sql() as work, memory() as twin:
        for version in range(1, VERSIONS + 1):
            identifier = desks.identifier(1, version=version)
            license = work.licenses.find(identifier)
            assert license == twin.licenses.find(identifier)
            if license is None:
                continue
            events = work.licenses.events(identifier)
            assert events == twin.licenses.events(identifier)
            standing = status_at(events, day=day, known=day)
            status = present_status(license, work, day)
            assert status is (standing.kind if standing else S.PENDING)
            assert list_value_at(events, day) == status.list_value
            in_force += standing is not None and status in OPEN
    assert in_force <= 1, "one number is never in force twice"


def _tried(act: Act, open_unit: OpenUnit, clock: FixedClock) -> str:
    """Try one thing; return what came of it. What was legal is checked against the table."""
    now = clock.now()
    identifier = desks.identifier(1, version=act.version)
    change = replace(
        desks.event_of(),
        recorded_at=now,
        effective_at=now + act.effective_in * HOUR,
        approver="other",
        overturns=act.number,
    )
    try:
        match act.what:
            case "reversed":
                reverse_status(identifier, change, unit_of_work=open_unit)
            case "called_off":
                call_off_status(identifier, change, unit_of_work=open_unit)
            case "replaced" | "anew":
                _issue(act, open_unit, clock)
            case kind:
                event = replace(change, kind=S(kind), overturns=0, approver="")
                record_status(identifier, event, unit_of_work=open_unit)
                _check_edge(identifier, open_unit)
    except LicenseError as error:
        return type(error).__name__
    return "done"


def _check_edge(identifier: str, open_unit: OpenUnit) -> None:
    """The change just recorded follows, by the table, what stands before it."""
    with open_unit() as work:
        *log, event = work.licenses.events(identifier)
    before = status_at(log, day=event.takes_effect_at, known=event.recorded_at)
    assert event in counting([*log, event], day=event.takes_effect_at, known=event.recorded_at)
    assert event.kind in FOLLOWS[before.kind if before else log[0].kind]


def _issue(act: Act, open_unit: OpenUnit, clock: FixedClock) -> None:
    """A further version under the same number, in place of the last one, or of its own."""
    now = clock.now()
    with open_unit() as work:
        known = [
            v for v in range(1, VERSIONS + 1) if work.licenses.find(desks.identifier(1, version=v))
        ]
        if len(known) == VERSIONS:
            return
        last = desks.identifier(1, version=known[-1])
        new = desks.license_of(1, version=known[-1] + 1)
        event = replace(desks.event_of(), recorded_at=now, effective_at=now)
        if act.what == "replaced":
            begins = (now + max(act.effective_in, 0) * HOUR).date()
            new = replace(new, replaces=last, valid_from=begins)
            _, ended = end_replaced(new, work=work, now=now)
            if ended is None:
                return
            event = replace(event, effective_at=ended.effective_at)
        elif work.licenses.in_force(new.type_code, new.issuer_code, [new.number], at=now):
            return
        work.licenses.add([(new, event)])
        work.commit()
