"""The register of licenses, in the database and in memory."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine, event, insert
from sqlalchemy.exc import IntegrityError

from certs.errors import DuplicateLicenseError, IllegalTransitionError, LicenseNotFoundError
from certs.lifecycle import record_status
from certs.ports import UnitOfWork
from certs.statuses import StatusKind
from storage.database import connect
from storage.license_tables import licenses
from storage.licenses import _to_row
from storage.unit_of_work import SqlUnitOfWork
from tests import world
from tests.databases import NewDatabase
from tests.desks import ISSUER, TYPE, event_of, identifier, license_of
from tests.unit.storage.conftest import OpenUnit


def in_force(work: UnitOfWork, type_code: str, issuer: str, numbers: list[str]) -> frozenset[str]:
    return work.licenses.in_force(type_code, issuer, numbers, at=world.NOON)


def _fill(open_unit: OpenUnit, *numbers: int) -> None:
    with open_unit() as work:
        for number in numbers:
            work.licenses.add([(license_of(number), event_of())])
        work.commit()


def test_a_license_comes_back_as_it_was_stored(open_unit: OpenUnit) -> None:
    forever = replace(license_of(2), valid_to=None, holder_shown="张*")
    with open_unit() as work:
        work.licenses.add([(license_of(1), event_of()), (forever, event_of())])
        work.commit()

    with open_unit() as work:
        assert work.licenses.get(identifier(1)) == license_of(1)
        assert work.licenses.find(identifier(2)) == forever
        assert work.licenses.events(identifier(2)) == (event_of(),)


def test_what_is_not_committed_is_not_there(open_unit: OpenUnit) -> None:
    with open_unit() as work:
        work.licenses.add([(license_of(1), event_of())])
    with suppress(LicenseNotFoundError), open_unit() as work:
        work.licenses.add([(license_of(2), event_of())])
        work.licenses.get(identifier(9))

    with open_unit() as work:
        assert work.licenses.newest(10) == ()
        assert work.licenses.events(identifier(1)) == ()


def test_an_unknown_identifier_is_told(open_unit: OpenUnit) -> None:
    with open_unit() as work:
        assert work.licenses.find("1.2.3") is None
        with pytest.raises(LicenseNotFoundError) as caught:
            work.licenses.get("1.2.3")
    assert caught.value.identifier == "1.2.3"


def test_adding_nothing_adds_nothing(open_unit: OpenUnit) -> None:
    with open_unit() as work:
        work.licenses.add([])
        work.commit()

    with open_unit() as work:
        assert work.licenses.newest(10) == ()


@pytest.mark.parametrize("status", ["pending", "active", "suspended"])
def test_one_number_is_in_force_once(open_unit: OpenUnit, status: str) -> None:
    first = replace(license_of(1), status=StatusKind(status))
    with open_unit() as work:
        work.licenses.add([(first, event_of())])
        work.commit()

    with open_unit() as work, pytest.raises(DuplicateLicenseError):
        work.licenses.add([(license_of(1, version=2), event_of())])
    with open_unit() as work:
        assert in_force(work, TYPE, ISSUER, [first.number, "JY9"]) == {first.number}


def test_the_number_of_an_ended_license_may_be_used_again(open_unit: OpenUnit) -> None:
    with open_unit() as work:
        work.licenses.add([(replace(license_of(1), status=StatusKind.REVOKED), event_of())])
        work.licenses.add([(license_of(1, version=2), event_of())])
        work.commit()

    with open_unit() as work:
        assert len(work.licenses.newest(10)) == 2


def test_an_identifier_is_never_used_twice(open_unit: OpenUnit) -> None:
    with open_unit() as work:
        work.licenses.add([(replace(license_of(1), status=StatusKind.REVOKED), event_of())])
        with pytest.raises(DuplicateLicenseError):
            work.licenses.add([(license_of(1), event_of())])


@pytest.mark.parametrize("status", ["pending", "active", "suspended"])
def test_the_database_alone_keeps_a_number_in_force_once(engine: Engine, status: str) -> None:
    twin = replace(license_of(1, version=2), status=StatusKind(status))
    with engine.begin() as connection:
        connection.execute(insert(licenses), [_to_row(license_of(1))])

    with pytest.raises(IntegrityError, match=r"(?i)unique"), engine.begin() as connection:
        connection.execute(insert(licenses), [_to_row(twin)])
    with pytest.raises(IntegrityError, match=r"(?i)check"), engine.begin() as connection:
        connection.execute(insert(licenses), [{**_to_row(license_of(3)), "status": "lost"}])
    with engine.begin() as connection:
        ended = replace(twin, status=StatusKind.CANCELLED)
        connection.execute(insert(licenses), [_to_row(ended)])


def test_numbers_in_force_are_those_of_the_type_and_issuer(open_unit: OpenUnit) -> None:
    _fill(open_unit, 1, 2)

    with open_unit() as work:
        numbers = [license_of(number).number for number in range(1, 1200)]
        assert in_force(work, TYPE, ISSUER, numbers) == set(numbers[:2])
        assert in_force(work, TYPE, "11610300MB9TXY014E", numbers) == frozenset()
        assert in_force(work, TYPE[:-1] + "2", ISSUER, numbers) == frozenset()
        assert in_force(work, TYPE, ISSUER, []) == frozenset()


def test_licenses_are_listed_the_newest_first_page_by_page(open_unit: OpenUnit) -> None:
    _fill(open_unit, *range(1, 6))

    with open_unit() as work:
        first = work.licenses.newest(2)
        second = work.licenses.newest(2, after=first[-1].identifier)
        third = work.licenses.newest(2, after=second[-1].identifier)
        nothing = work.licenses.newest(2, after=identifier(99))

    shown = [item.identifier for item in (*first, *second, *third)]
    assert shown == [identifier(number) for number in (5, 4, 3, 2, 1)]
    assert nothing == ()


def test_holders_find_their_own_licenses(open_unit: OpenUnit) -> None:
    with open_unit() as work:
        for number, holder in ((1, "a"), (2, "b"), (3, "a")):
            work.licenses.add([(license_of(number, holder=holder * 64), event_of())])
        work.commit()

    with open_unit() as work:
        found = work.licenses.of_holder("a" * 64)
        assert [item.identifier for item in found] == [identifier(3), identifier(1)]
        assert work.licenses.of_holder("a" * 64, TYPE) == found
        assert work.licenses.of_holder("a" * 64, "other") == ()
        assert work.licenses.of_holder("c" * 64) == ()


def test_an_event_changes_the_status_and_stays_in_the_log(open_unit: OpenUnit) -> None:
    _fill(open_unit, 1, 2)
    precise = replace(
        event_of(StatusKind.REVOKED), recorded_at=world.NOON + timedelta(microseconds=123_457)
    )
    with open_unit() as work:
        work.licenses.append_event(identifier(1), precise, expected=StatusKind.ACTIVE)
        work.commit()

    with open_unit() as work:
        assert work.licenses.get(identifier(1)).status is StatusKind.REVOKED
        assert work.licenses.get(identifier(2)).status is StatusKind.ACTIVE
        assert work.licenses.events(identifier(1)) == (event_of(), precise)


def test_an_event_for_another_status_than_expected_is_refused(open_unit: OpenUnit) -> None:
    _fill(open_unit, 1)

    with open_unit() as work:
        for name, expected in ((1, StatusKind.SUSPENDED), (7, StatusKind.ACTIVE)):
            with pytest.raises(IllegalTransitionError):
                work.licenses.append_event(
                    identifier(name), event_of(StatusKind.REVOKED), expected=expected
                )
    with open_unit() as work:
        assert work.licenses.events(identifier(1)) == (event_of(),)


def test_of_many_who_revoke_at_once_one_succeeds(open_unit: OpenUnit) -> None:
    _fill(open_unit, 1)
    start = Barrier(8)

    def revoke(number: int) -> bool:
        event = replace(event_of(StatusKind.REVOKED), actor=f"clerk {number}")
        start.wait()
        try:
            record_status(identifier(1), event, unit_of_work=open_unit)
        except IllegalTransitionError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        succeeded = list(pool.map(revoke, range(8)))

    with open_unit() as work:
        kinds = [event.kind for event in work.licenses.events(identifier(1))]
    assert sum(succeeded) == 1
    assert kinds == [StatusKind.ACTIVE, StatusKind.REVOKED]


def test_numbers_in_force_are_looked_up_by_their_indexes(new_sqlite: NewDatabase) -> None:
    """A scan here would make every license cost more than the one before it."""
    engine = connect(new_sqlite())
    plans: list[str] = []

    def explain(_connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:  # noqa: ANN401 - any DBAPI
        if "number" in statement and statement.startswith("SELECT"):
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.extend(row[-1] for row in cursor.fetchall())

    event.listen(engine, "after_cursor_execute", explain)
    with SqlUnitOfWork(engine) as work:
        in_force(work, TYPE, ISSUER, ["JY1", "JY2"])
    engine.dispose()

    assert len(plans) == 2
    assert all("USING INDEX" in plan for plan in plans), plans
