"""Connections, and what the database says went wrong: in our words, and without anybody's data."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from sqlalchemy import Engine, insert, make_url, text
from sqlalchemy.exc import IntegrityError

from certs.status_indexes import StatusIndex
from storage.database import connect
from storage.database_errors import broken_rule
from storage.errors import (
    AddressError,
    DatabaseBusyError,
    DatabaseUnreachableError,
    UnstorableValueError,
)
from storage.license_tables import counters, licenses
from storage.status_list_tables import status_list_tokens
from storage.unit_of_work import SqlUnitOfWork
from tests import desks
from tests.doubles.acceptance_database import CASE_ROW, fill, insert_raw
from tests.stored_rows import ROWS

NewAddress = Callable[[], str]
LICENSE = ROWS["licenses"][0]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nonsense",
        "mysql://u:geheim@h/x",
        "postgresql+asyncpg://u:geheim@h/x",
        "//geheim@",
        "postgresql://u:geheim@h:port/x",
    ],
)
def test_what_is_no_address_is_refused_without_being_quoted(address: str) -> None:
    with pytest.raises(AddressError, match="database_url") as caught:
        connect(address)

    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+psycopg"])
def test_both_spellings_of_postgresql_connect(new_postgresql: NewAddress, scheme: str) -> None:
    url = make_url(new_postgresql()).set(drivername=scheme)
    engine = connect(url.render_as_string(hide_password=False))

    with engine.connect() as connection:
        assert connection.execute(text("select 1")).scalar_one() == 1
    engine.dispose()


def test_every_session_waits_for_locks_and_statements_only_so_long(
    new_postgresql: NewAddress,
) -> None:
    engine = connect(new_postgresql())
    shown = {}
    with engine.connect() as connection:
        for name in (
            "lock_timeout",
            "statement_timeout",
            "idle_in_transaction_session_timeout",
            "synchronous_commit",
            "application_name",
            "transaction_isolation",
        ):
            shown[name] = connection.execute(text(f"SHOW {name}")).scalar_one()
    engine.dispose()

    assert shown == {
        "lock_timeout": "30s",
        "statement_timeout": "1min",
        "idle_in_transaction_session_timeout": "5min",
        "synchronous_commit": "on",
        "application_name": "yinxin",
        "transaction_isolation": "read committed",
    }


def _with_options(address: str, options: str) -> Engine:
    url = make_url(address).update_query_dict({"options": options})
    return connect(url.render_as_string(hide_password=False))


def test_what_the_address_says_of_the_session_wins(new_postgresql: NewAddress) -> None:
    engine = _with_options(new_postgresql(), "-c lock_timeout=7s -c search_path=elsewhere")

    with engine.connect() as connection:
        assert connection.execute(text("SHOW lock_timeout")).scalar_one() == "7s"
        assert connection.execute(text("SHOW statement_timeout")).scalar_one() == "1min"
        assert connection.execute(text("SHOW search_path")).scalar_one() == "elsewhere"
    engine.dispose()


def test_a_server_that_was_started_anew_costs_nobody_a_request(new_postgresql: NewAddress) -> None:
    address = new_postgresql()
    engine, elsewhere = connect(address), connect(address)
    with engine.connect() as connection, elsewhere.connect() as other:
        mine = connection.execute(text("select pg_backend_pid()")).scalar_one()
        connection.rollback()
        other.execute(text("select pg_terminate_backend(:pid)"), {"pid": mine})
        with pytest.raises(DatabaseUnreachableError):
            connection.execute(text("select 1"))

    with engine.connect() as connection:
        assert connection.execute(text("select 1")).scalar_one() == 1
    engine.dispose()
    elsewhere.dispose()


def test_a_server_that_is_not_there_is_told_with_what_to_do() -> None:
    engine = connect("postgresql://somebody:geheim@127.0.0.1:1/x")

    with pytest.raises(DatabaseUnreachableError, match="database_url") as caught:
        engine.connect()

    assert "geheim" not in str(caught.value)


# Busy -----------------------------------------------------------------------------------------


def test_a_lock_that_does_not_come_in_time_is_told_as_busy(new_postgresql: NewAddress) -> None:
    engine = _with_options(new_postgresql(), "-c lock_timeout=50")
    with SqlUnitOfWork(engine) as first, SqlUnitOfWork(engine) as second:
        first.intents.allocate(1)
        with pytest.raises(DatabaseBusyError):
            second.intents.allocate(1)
    engine.dispose()


def test_a_file_that_another_holds_is_told_as_busy(new_sqlite: NewAddress) -> None:
    address = new_sqlite()
    # Another process has another engine; threads of one wait in line instead.
    engine, elsewhere = connect(address), connect(address)
    with SqlUnitOfWork(engine) as first, elsewhere.connect() as second:
        first.intents.allocate(1)
        second.connection.cursor().execute("PRAGMA busy_timeout=10")
        with pytest.raises(DatabaseBusyError):
            second.execute(text("select 1"))
    for item in (engine, elsewhere):
        item.dispose()


def test_of_two_units_that_wait_for_each_other_one_is_told_as_busy(
    new_postgresql: NewAddress,
) -> None:
    engine = connect(new_postgresql())
    both = Barrier(2)

    def change(order: tuple[int, int]) -> bool:
        with engine.begin() as connection:
            for number in order:
                row = {"name": f"counter-{number}"}
                connection.execute(
                    text("update counters set next = next + 1 where name = :name"), row
                )
                if number == order[0]:
                    both.wait()
        return True

    with engine.begin() as connection:
        for number in (1, 2):
            connection.execute(insert(counters), {"name": f"counter-{number}", "next": 0})
    with ThreadPoolExecutor(2) as pool:
        told = [pool.submit(change, order) for order in ((1, 2), (2, 1))]
        failed = [item.exception() for item in told]

    assert [type(item) for item in failed if item] == [DatabaseBusyError]
    engine.dispose()


# Values ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["JY\0", "J" * 129], ids=["nul", "long"])
def test_a_text_that_postgresql_cannot_store_is_told_without_being_quoted(
    new_postgresql: NewAddress, number: str
) -> None:
    engine = connect(new_postgresql())
    license = replace(desks.license_of(1), number=number)

    with SqlUnitOfWork(engine) as work, pytest.raises(UnstorableValueError) as caught:
        work.licenses.add([(license, desks.event_of())])

    assert "J" not in str(caught.value)
    assert caught.value.__suppress_context__
    engine.dispose()


def test_an_identifier_with_a_nul_character_names_no_license(new_postgresql: NewAddress) -> None:
    engine = connect(new_postgresql())

    with SqlUnitOfWork(engine) as work, pytest.raises(UnstorableValueError):
        work.licenses.find("1.2\0")
    engine.dispose()


# Rules ----------------------------------------------------------------------------------------


def test_a_broken_rule_is_told_by_its_name_and_without_the_row(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(insert(licenses), LICENSE)
    twins: dict[str, dict[str, object]] = {
        "uq_licenses_identifier": {"number": "other", "status_entry": 1},
        "uq_licenses_number_in_force": {"identifier": "other", "status_entry": 1},
        "uq_licenses_status_list_status_entry": {"identifier": "other", "number": "other"},
        "ck_licenses_status_known": {"identifier": "other", "status": "lost"},
    }

    for rule, changes in twins.items():
        with pytest.raises(IntegrityError) as caught, engine.begin() as connection:
            connection.execute(insert(licenses), {**LICENSE, **changes})
        assert broken_rule(caught.value) == rule
        told = f"{caught.value} {caught.value.orig} {caught.value.__cause__}"
        assert LICENSE["holder_shown"] not in told
        assert LICENSE["number"] not in told


def test_unique_indexes_and_keys_are_told_by_their_name(engine: Engine) -> None:
    token = ROWS["status_list_tokens"][0]
    with engine.begin() as connection:
        connection.execute(insert(status_list_tokens), token)
        fill(connection)
        insert_raw(connection, "cases", CASE_ROW)

    for table, row, rule in (
        (status_list_tokens, {**token, "version": "0" * 64}, "uq_status_list_tokens_present"),
        (status_list_tokens, {**token, "list_number": 1}, "uq_status_list_tokens_version"),
    ):
        with pytest.raises(IntegrityError) as caught, engine.begin() as connection:
            connection.execute(insert(table), row)
        assert broken_rule(caught.value) == rule
    with pytest.raises(IntegrityError) as caught, engine.begin() as connection:
        insert_raw(connection, "cases", CASE_ROW)
    assert broken_rule(caught.value) == "pk_cases"


def test_a_license_that_breaks_another_rule_is_not_called_a_duplicate(engine: Engine) -> None:
    place = StatusIndex(list_number=0, index=1)
    with SqlUnitOfWork(engine) as work:
        work.licenses.add([(replace(desks.license_of(1), status_index=place), desks.event_of())])
        with pytest.raises(IntegrityError, match=r"(?i)unique"):
            work.licenses.add(
                [(replace(desks.license_of(2), status_index=place), desks.event_of())]
            )
