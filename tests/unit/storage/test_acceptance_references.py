"""What a row refers to, and that it stays, against somebody who writes SQL past the program."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError

from storage.acceptance_tables import TRIGGERS, material_decisions
from storage.database import connect
from storage.triggers import create_triggers
from tests.databases import NewDatabase
from tests.doubles.acceptance import EVERY_RESULT
from tests.doubles.acceptance_database import (
    AT,
    CASE,
    CASE_ROW,
    OTHER_CASE,
    Row,
    decision_row,
    demand_row,
    fill,
    insert_raw,
    lookup_row,
)
from verify.acceptance.reasons import LookupResult, ReasonCode

R = LookupResult
P = ReasonCode


@pytest.fixture(scope="module")
def engine(shared_engine: Engine) -> Engine:
    with shared_engine.begin() as connection:
        fill(connection)
    return shared_engine


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """A transaction that is rolled back, so that the tests share one database."""
    with engine.connect() as connection, connection.begin() as transaction:
        yield connection
        transaction.rollback()


BORROWED = [
    # The look-up's result, its time or its owner is another than the decision says.
    demand_row(R.VALID, P.P01, lookup_result="none", reason_needs_approver=False),
    decision_row(R.NONE, "e_license", lookup_result="valid"),
    decision_row(R.VALID, "e_license", looked_up_at=AT + 1, decided_at=AT + 2),
    decision_row(R.VALID, "deferral", lookup_number=7, lookup_result="none"),
    demand_row(R.NONE, P.P01, material="valid"),
    # The reason does not fit the result, or lies about the second person.
    demand_row(R.VALID, P.P01),
    demand_row(R.VALID, P.P99),
    demand_row(R.NONE, P.P09),
    demand_row(R.NONE, P.P99, reason_needs_approver=False),
    # People without the role.
    demand_row(R.VALID, P.P09, approver="second-window"),
    demand_row(R.VALID, P.P09, approver="nobody"),
    demand_row(R.VALID, P.P09, approver="CHIEF"),
    decision_row(R.VALID, "e_license", operator="head"),
    # A material that the case does not ask for, or whose rule is denied.
    decision_row(None, material="household-register"),
    decision_row(None, material="valid"),
    decision_row(None, case_id=OTHER_CASE),
]


@pytest.mark.parametrize("row", BORROWED)
def test_a_decision_cannot_lie_about_what_it_refers_to(connection: Connection, row: Row) -> None:
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        insert_raw(connection, "material_decisions", row)


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("cases", {**CASE_ROW, "operator": "nobody"}),
        ("cases", {**CASE_ROW, "operator": "head"}),
        ("cases", {**CASE_ROW, "matter_version": 2}),
        ("lookups", lookup_row(case_id=OTHER_CASE)),
        ("lookups", lookup_row(material="own")),
        (
            "matter_materials",
            {
                "matter_code": "unknown",
                "matter_version": 1,
                "code": "a",
                "source": "self",
                "way": "none",
            },
        ),
    ],
)
def test_other_rows_cannot_refer_to_what_is_not_there(
    connection: Connection, table: str, row: Row
) -> None:
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        insert_raw(connection, table, row)


@pytest.mark.parametrize(("material", "way"), [("valid", "none"), ("household-register", "none")])
def test_a_case_cannot_drop_a_rule_or_ask_for_more_than_its_matter(
    connection: Connection, material: str, way: str
) -> None:
    insert_raw(connection, "cases", CASE_ROW)
    row: Row = {
        "case_id": OTHER_CASE,
        "material": material,
        "matter_code": EVERY_RESULT.code,
        "matter_version": 1,
        "way": way,
    }

    with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        insert_raw(connection, "case_materials", row)


def test_a_case_cannot_ask_for_what_another_matter_asks_for(connection: Connection) -> None:
    other: Row = {"matter_code": "other-matter", "matter_version": 1}
    insert_raw(connection, "matters", {"code": "other-matter", "version": 1})
    insert_raw(
        connection,
        "matter_materials",
        {**other, "code": "household-register", "source": "self", "way": "none"},
    )
    row = {"case_id": CASE.id, "material": "household-register", "way": "none", **other}

    with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        insert_raw(connection, "case_materials", row)


def test_a_decision_column_that_must_say_something_cannot_be_null(connection: Connection) -> None:
    needed = [column.name for column in material_decisions.columns if not column.nullable]

    assert set(needed) >= {"way", "form", "voluntary", "operator", "operator_role", "decided_at"}
    for name in needed:
        with pytest.raises(IntegrityError, match=r"(?i)null"), connection.begin_nested():
            insert_raw(
                connection, "material_decisions", {**decision_row(R.VALID, "e_license"), name: None}
            )


@pytest.mark.parametrize("person", ["operator", "approver"])
def test_a_withdrawn_role_no_longer_serves(connection: Connection, person: str) -> None:
    row = demand_row(R.VALID, P.P09)
    if person == "approver":
        row["approver"] = "retired"
    else:
        change = "UPDATE people_roles SET withdrawn = :yes WHERE person = 'window'"
        connection.execute(text(change), {"yes": True})
        with pytest.raises(IntegrityError, match="cases_role_held"), connection.begin_nested():
            insert_raw(connection, "cases", CASE_ROW)

    with pytest.raises(IntegrityError, match="material_decisions_roles_held"):
        insert_raw(connection, "material_decisions", row)


def test_a_role_that_was_used_cannot_be_removed_from_the_record(connection: Connection) -> None:
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        connection.execute(text("DELETE FROM people_roles WHERE person = 'window'"))


def test_a_look_up_that_failed_cannot_be_cited_once_a_newer_one_found_the_license(
    connection: Connection,
) -> None:
    insert_raw(connection, "lookups", lookup_row(material="none"))

    for row in (demand_row(R.NONE, P.P01), decision_row(R.NONE, "deferral")):
        with (
            pytest.raises(IntegrityError, match="material_decisions_latest_lookup"),
            connection.begin_nested(),
        ):
            insert_raw(connection, "material_decisions", row)


def kept_tables() -> list[str]:
    return sorted({trigger.table.name for trigger in TRIGGERS})


@pytest.mark.parametrize("table", kept_tables())
@pytest.mark.parametrize("act", ["UPDATE {t} SET {c} = {c}", "DELETE FROM {t}"])
def test_what_was_recorded_is_neither_changed_nor_removed(
    connection: Connection, table: str, act: str
) -> None:
    insert_raw(connection, "material_decisions", decision_row(None))
    column = next(trigger.table for trigger in TRIGGERS if trigger.table.name == table).c[0].name

    with pytest.raises(IntegrityError, match=f"{table}_append_only"):
        connection.execute(text(act.format(t=table, c=column)))


@pytest.mark.parametrize("table", kept_tables())
def test_what_was_recorded_is_not_replaced(connection: Connection, table: str) -> None:
    if connection.dialect.name != "sqlite":
        pytest.skip("only SQLite knows INSERT OR REPLACE")
    insert_raw(connection, "material_decisions", decision_row(None))
    row = dict(connection.execute(text(f"SELECT * FROM {table}")).mappings().first() or {})  # noqa: S608

    for verb in ("INSERT OR REPLACE", "INSERT"):
        with pytest.raises(IntegrityError, match=f"pk_{table}"):
            insert_raw(connection, table, row, verb=verb)


def test_the_rule_of_the_second_person_holds_even_if_the_reasons_were_tampered_with(
    connection: Connection,
) -> None:
    if connection.dialect.name != "sqlite":
        pytest.skip("only SQLite lets anybody switch checks off")
    connection.execute(text("PRAGMA ignore_check_constraints = ON"))
    insert_raw(
        connection,
        "exception_reasons",
        {"code": "P01", "applies_to": "valid", "needs_approver": False},
    )
    connection.execute(text("PRAGMA ignore_check_constraints = OFF"))
    row = demand_row(R.VALID, P.P01, reason_needs_approver=False, approver=None, approver_role=None)

    with pytest.raises(IntegrityError, match="valid_approved"):
        insert_raw(connection, "material_decisions", row)


def test_a_migration_can_make_the_triggers_on_its_own(new_database: NewDatabase) -> None:
    engine = connect(new_database())
    with engine.begin() as connection:
        fill(connection)
        if connection.dialect.name == "sqlite":
            names = connection.execute(
                text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            ).scalars()
            for name in list(names):
                connection.execute(text(f"DROP TRIGGER {name}"))
        create_triggers(connection, TRIGGERS)
        with pytest.raises(IntegrityError, match="lookups_append_only"):
            connection.execute(text("UPDATE lookups SET number = number"))
    engine.dispose()
