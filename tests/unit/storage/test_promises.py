"""Declarations and promises: what the two repositories keep alike, and what raw SQL cannot do."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from storage.database import connect
from storage.promises import SqlPromises
from tests.databases import NewDatabase
from tests.doubles.acceptance import APPLICANT, NOON
from tests.doubles.acceptance_database import (
    AT,
    CASE,
    Row,
    decision_row,
    declaration_row,
    fill,
    insert_raw,
)
from tests.doubles.promises import MemoryPromises
from verify.acceptance.promises.declarations import Declaration, SignatureKind
from verify.acceptance.promises.ports import PromiseBook
from verify.acceptance.promises.records import Promise, PromiseKind, Step, StepKind
from verify.case_errors import PromiseNotFoundError, RecordRefusedError

Opened = Callable[[], AbstractContextManager[PromiseBook]]
MATERIALS = ("own-flexible", "expired-flexible")
PROMISED = Promise(
    case_id=CASE.id,
    material="own-flexible",
    kind=PromiseKind.LATER,
    made_at=NOON,
    due_on=date(2026, 3, 28),
)
AWAITED = Promise(
    case_id=CASE.id,
    material="expired-flexible",
    kind=PromiseKind.AWAITED,
    made_at=NOON + timedelta(hours=1),
    due_on=None,
)
BREACH = Step(kind=StepKind.BREACHED, at=NOON, operator="window", approver="chief", note="逾期未补")
REPAIR = replace(BREACH, kind=StepKind.REPAIRED, note="已补正")


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def opened(request: pytest.FixtureRequest) -> Iterator[Opened]:
    """A book over one case whose materials were deferred."""
    if request.param == "memory":
        kept = MemoryPromises(cases={CASE.id: CASE})

        @contextmanager
        def in_memory() -> Iterator[PromiseBook]:
            yield kept

        yield in_memory
        return
    new: NewDatabase = request.getfixturevalue(f"new_{request.param}")
    engine = connect(new())
    with engine.begin() as connection:
        fill(connection)
        for material in MATERIALS:
            insert_raw(connection, "material_decisions", decision_row(material, "deferral"))

    @contextmanager
    def in_database() -> Iterator[PromiseBook]:
        with engine.begin() as connection:
            yield SqlPromises(connection)

    yield in_database
    engine.dispose()


def test_promises_come_back_with_their_steps_in_order(opened: Opened) -> None:
    reminded = Step(kind=StepKind.REMINDED, at=NOON)
    brought = Step(kind=StepKind.BROUGHT, at=NOON + timedelta(days=1), operator="window")
    with opened() as book:
        book.add(PROMISED)
        book.take(PROMISED, reminded)
        book.take(PROMISED, brought)
    with opened() as book:
        assert book.get(CASE.id, PROMISED.material) == replace(PROMISED, steps=(reminded, brought))
        with pytest.raises(PromiseNotFoundError):
            book.get(CASE.id, "nothing")


def test_what_is_open_and_awaited_or_due_comes_oldest_first_and_goes_on_behind(
    opened: Opened,
) -> None:
    with opened() as book:
        book.add(AWAITED)
        book.add(PROMISED)
        assert book.open_until(date(2026, 3, 27), limit=9) == (AWAITED,)
        assert book.open_until(date(2026, 3, 28), limit=9) == (PROMISED, AWAITED)
        assert book.open_until(date(2026, 3, 28), limit=1) == (PROMISED,)
        assert book.open_until(date(2026, 3, 28), limit=9, after=PROMISED) == (AWAITED,)
        book.take(PROMISED, Step(kind=StepKind.KEPT, at=NOON, operator="window"))
        assert book.open_until(date(2026, 3, 28), limit=9) == (AWAITED,)


def test_nothing_closes_twice(opened: Opened) -> None:
    with opened() as book:
        book.add(PROMISED)
        book.take(PROMISED, BREACH)
    with pytest.raises(RecordRefusedError), opened() as book:
        book.take(PROMISED, Step(kind=StepKind.BROUGHT, at=NOON, operator="window"))


def test_a_breach_stands_against_its_holder_until_it_is_repaired(opened: Opened) -> None:
    with opened() as book:
        book.add(PROMISED)
        assert not book.has_breached(APPLICANT.code)
        book.take(PROMISED, BREACH)
        assert book.has_breached(APPLICANT.code)
        ((person, promise),) = book.breaches()
        assert (person, promise.steps) == (APPLICANT, (BREACH,))
        book.take(PROMISED, REPAIR)
        assert not book.has_breached(APPLICANT.code)


def test_a_declaration_is_kept_once(opened: Opened) -> None:
    declaration = Declaration(
        case_id=CASE.id,
        material="newly-declared",
        version=1,
        digest="1" * 64,
        kind=SignatureKind.ONLINE,
        evidence="2" * 64,
        operator="window",
        declared_at=NOON,
    )
    with opened() as book:
        already = book.declared(CASE.id)
        material = next(iter(sorted(already)), declaration.material)
        signed = replace(declaration, material=material)
        if not already:
            book.declare(signed)
        assert material in book.declared(CASE.id)
        assert book.declaration(CASE.id, material) is not None
        assert book.declaration(CASE.id, "nothing") is None
    with pytest.raises(RecordRefusedError), opened() as book:
        book.declare(signed)


# Past the program --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def engine(shared_engine: Engine) -> Engine:
    with shared_engine.begin() as connection:
        fill(connection)
    return shared_engine


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection, connection.begin() as transaction:
        insert_raw(connection, "material_decisions", decision_row("own-flexible", "deferral"))
        insert_raw(connection, "promises", promise_row())
        yield connection
        transaction.rollback()


def promise_row(**changes: object) -> Row:
    row: Row = {
        "case_id": CASE.id,
        "material": "own-flexible",
        "kind": "later",
        "made_at": AT,
        "due_on": "2026-03-28",
    }
    return {**row, **changes}


def step_row(**changes: object) -> Row:
    row: Row = {
        "case_id": CASE.id,
        "material": "own-flexible",
        "number": 1,
        "kind": "breached",
        "at": AT,
        "operator": "window",
        "operator_role": "acceptance",
        "approver": "chief",
        "approver_role": "acceptance_approver",
        "note": "逾期",
    }
    return {**row, **changes}


NOBODY: Row = {"approver": None, "approver_role": None}


def test_the_rows_that_the_offenders_vary_are_themselves_accepted(connection: Connection) -> None:
    insert_raw(connection, "promise_steps", step_row())
    insert_raw(connection, "promise_steps", step_row(number=2, kind="repaired"))


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("promise_steps", step_row(**NOBODY)),
        ("promise_steps", step_row(note=None)),
        ("promise_steps", step_row(note="  ")),
        ("promise_steps", step_row(approver="window")),
        ("promise_steps", step_row(operator="chief")),
        ("promise_steps", step_row(approver_role="acceptance")),
        ("promise_steps", step_row(approver_role=None)),
        ("promise_steps", step_row(kind="repaired")),
        ("promise_steps", step_row(kind="brought", operator=None, operator_role=None)),
        ("promise_steps", step_row(kind="reminded")),
        ("promise_steps", step_row(kind="forgiven")),
        ("promise_steps", step_row(kind="brought", way="e_license", lookup=1)),
        (
            "promise_steps",
            step_row(
                kind="resolved",
                operator=None,
                operator_role=None,
                **NOBODY,
                way="e_license",
                lookup=9,
            ),
        ),
        ("promise_steps", step_row(material="valid")),
        ("promises", promise_row(material="valid", due_on=None)),
        ("promises", promise_row(material="valid")),
        ("declarations", declaration_row("valid")),
        ("declarations", declaration_row("no-such-material")),
    ],
)
def test_raw_sql_records_no_breach_alone_and_no_promise_of_nothing(
    connection: Connection, table: str, row: Row
) -> None:
    with pytest.raises(IntegrityError):
        insert_raw(connection, table, row)


def test_raw_sql_stores_no_commitment_that_nobody_signed(engine: Engine) -> None:
    other = replace(CASE, id="CDDDDDDDDDDDDDDDDDDDD")
    with engine.connect() as connection, connection.begin() as transaction:
        row = decision_row("expired-flexible", "commitment", case_id=other.id)
        with pytest.raises(IntegrityError, match="material_decisions_declared"):
            insert_raw(connection, "material_decisions", row)
        transaction.rollback()


def test_a_resolved_promise_cites_what_serves(connection: Connection) -> None:
    resolved = {"kind": "resolved", "operator": None, "operator_role": None, **NOBODY, "note": None}
    with pytest.raises(IntegrityError):
        insert_raw(connection, "promise_steps", step_row(**resolved))
