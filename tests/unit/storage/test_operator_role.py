"""The account of an acceptance system on PostgreSQL: what it writes, and what it never does."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, make_url, text
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError

from storage.database import connect
from storage.errors import SchemaError
from storage.operator_role import OPERATOR_ROLE, grant_operator_role
from tests.databases import NewDatabase
from tests.doubles.acceptance_database import (
    CASE_ROW,
    decision_row,
    fill,
    insert_raw,
    lookup_row,
)
from verify.acceptance.reasons import LookupResult

ACCOUNT = "acceptance_system"


@pytest.fixture
def account(new_postgresql: NewDatabase) -> Iterator[Engine]:
    """An account of its own, logged in; the database has a case with every result."""
    address = new_postgresql()
    owner = connect(address)
    with owner.begin() as connection:
        fill(connection)
        grant_operator_role(connection)
        grant_operator_role(connection)
        if not connection.execute(
            text("SELECT 1 FROM pg_roles WHERE rolname = :name"), {"name": ACCOUNT}
        ).scalar():
            connection.execute(text(f"CREATE ROLE {ACCOUNT} LOGIN IN ROLE {OPERATOR_ROLE}"))
    engine = connect(str(make_url(address).set(username=ACCOUNT)))
    yield engine
    engine.dispose()
    owner.dispose()


@pytest.fixture
def connection(account: Engine) -> Iterator[Connection]:
    with account.connect() as connection, connection.begin() as transaction:
        yield connection
        transaction.rollback()


def test_the_account_opens_cases_and_records_what_the_gate_allows(connection: Connection) -> None:
    insert_raw(connection, "cases", CASE_ROW)
    insert_raw(connection, "material_decisions", decision_row("valid", "e_license"))

    kept = connection.execute(text("SELECT form FROM material_decisions")).scalars().all()
    assert kept == ["e_license"]


def test_the_account_cannot_write_a_look_up(connection: Connection) -> None:
    with pytest.raises(ProgrammingError, match="permission denied for table lookups"):
        insert_raw(connection, "lookups", lookup_row(LookupResult.NONE, number=2))


def test_the_account_meets_the_constraints_of_the_gate(connection: Connection) -> None:
    with pytest.raises(IntegrityError):
        insert_raw(connection, "material_decisions", decision_row("valid", lookup_result="none"))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE lookups SET result = 'none'",
        "DELETE FROM lookups",
        "TRUNCATE lookups CASCADE",
        "ALTER TABLE lookups DISABLE TRIGGER ALL",
        "DROP TABLE material_decisions",
        "UPDATE people_roles SET withdrawn = false",
        "INSERT INTO people_roles VALUES ('window', 'acceptance_approver', false)",
        "INSERT INTO exception_reasons VALUES ('P99', 'valid', true)",
        "INSERT INTO matter_conditions VALUES ('every-result', 1, 'x', '{}')",
        "SELECT * FROM usages",
        "SELECT * FROM licenses",
        "SET session_replication_role = replica",
    ],
)
def test_the_account_cannot_go_round_the_gate(connection: Connection, statement: str) -> None:
    with pytest.raises(DBAPIError, match=r"permission denied|must be owner"):
        connection.execute(text(statement))


def test_sqlite_has_no_accounts_and_says_so(new_sqlite: NewDatabase) -> None:
    engine = connect(new_sqlite())
    with engine.begin() as connection, pytest.raises(SchemaError):
        grant_operator_role(connection)
    engine.dispose()
