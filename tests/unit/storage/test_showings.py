"""Display codes, the usage log and access tokens, in the database and in memory."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert
from sqlalchemy.exc import IntegrityError

from certs.access import AccessGrant, CallerRole
from certs.display_codes import LIFETIME, DisplayGrant, code_digest, is_code, new_code
from certs.usages import Usage
from storage.database import connect
from storage.license_tables import display_codes, licenses
from storage.licenses import _to_row
from tests import world
from tests.desks import event_of, identifier, license_of, new_database
from tests.unit.storage.conftest import OpenUnit

GRANT = DisplayGrant(
    identifier=identifier(1),
    purpose="办理开办餐饮店",
    fields=("certificateName", "operator"),
    created_at=world.NOON,
    expires_at=world.NOON + LIFETIME,
)
MOMENT = timedelta(microseconds=1)


def _store(open_unit: OpenUnit, code: str) -> None:
    with open_unit() as work:
        work.licenses.add([(license_of(1), event_of())])
        work.display_codes.add(code_digest(code), GRANT)
        work.commit()


def _redeem(
    open_unit: OpenUnit, code: str, at: datetime = world.NOON, by: str = "窗口"
) -> DisplayGrant | None:
    with open_unit() as work:
        grant = work.display_codes.consume(code_digest(code), at=at, by=by)
        work.commit()
    return grant


def test_a_code_is_redeemed_once(open_unit: OpenUnit) -> None:
    code = new_code()
    _store(open_unit, code)

    assert _redeem(open_unit, code) == GRANT
    assert _redeem(open_unit, code) is None


def test_of_a_hundred_who_redeem_at_once_one_succeeds(open_unit: OpenUnit) -> None:
    code = new_code()
    _store(open_unit, code)

    with ThreadPoolExecutor(10) as pool:
        grants = list(
            pool.map(lambda number: _redeem(open_unit, code, by=f"w{number}"), range(100))
        )

    assert [grant for grant in grants if grant is not None] == [GRANT]


def test_a_code_is_good_for_a_minute_and_not_longer(open_unit: OpenUnit) -> None:
    code = new_code()
    _store(open_unit, code)

    assert timedelta(seconds=60) == LIFETIME
    assert _redeem(open_unit, code, at=GRANT.expires_at) is None
    assert _redeem(open_unit, code, at=GRANT.expires_at + timedelta(days=1)) is None
    assert _redeem(open_unit, code, at=GRANT.expires_at - MOMENT) == GRANT


def test_an_unknown_code_opens_nothing(open_unit: OpenUnit) -> None:
    _store(open_unit, new_code())

    assert _redeem(open_unit, new_code()) is None


def test_a_redemption_that_is_not_committed_leaves_the_code_good(open_unit: OpenUnit) -> None:
    code = new_code()
    _store(open_unit, code)
    with open_unit() as work:
        assert work.display_codes.consume(code_digest(code), at=world.NOON, by="x") == GRANT

    assert _redeem(open_unit, code) == GRANT


def test_codes_are_random_and_have_one_form() -> None:
    codes = {new_code() for _ in range(200)}

    assert len(codes) == 200
    assert all(is_code(code) for code in codes)
    for text in ("", "A" * 25, "A" * 27, "a" * 26, "1" * 26, "A" * 26 + "\n", "Ａ" * 26):  # noqa: RUF001
        assert not is_code(text)


def test_the_database_knows_no_code_only_its_digest(tmp_path: Path) -> None:
    path = tmp_path / "db.sqlite3"
    engine = connect(new_database(path))
    code = new_code()
    with engine.begin() as connection:
        connection.execute(insert(licenses), [_to_row(license_of(1))])
        connection.execute(insert(display_codes), [_row(code)])
    engine.dispose()

    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert code_digest(code).encode() in kept
    assert code.encode() not in kept


def _row(code: str, **changes: object) -> dict[str, object]:
    return {
        "digest": code_digest(code),
        "identifier": GRANT.identifier,
        "purpose": GRANT.purpose,
        "fields": list(GRANT.fields),
        "created_at": GRANT.created_at,
        "expires_at": GRANT.expires_at,
        **changes,
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"used_at": GRANT.expires_at, "used_by": "late"},
        {"used_at": world.NOON},
        {"used_by": "nobody knows when"},
        {"identifier": identifier(9)},
    ],
    ids=["late", "by-nobody", "never", "no-license"],
)
def test_the_database_refuses_impossible_showings(
    engine: Engine, changes: dict[str, object]
) -> None:
    with engine.begin() as connection:
        connection.execute(insert(licenses), [_to_row(license_of(1))])

    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(insert(display_codes), [_row(new_code(), **changes)])


def test_uses_are_listed_the_newest_first(open_unit: OpenUnit) -> None:
    first = Usage(
        identifier=identifier(1),
        at=world.NOON,
        user="芜湖市政务服务中心",
        basis="display-code",
        purpose="办理开办餐饮店",
        fields=("operator", "number"),
    )
    second = replace(first, at=world.NOON + MOMENT, fields=())
    with open_unit() as work:
        work.licenses.add([(license_of(1), event_of()), (license_of(2), event_of())])
        for usage in (first, replace(first, identifier=identifier(2)), second):
            work.usages.add(usage)
        work.commit()

    with open_unit() as work:
        assert work.usages.of_license(identifier(1)) == (second, first)
        assert work.usages.of_license(identifier(9)) == ()


def test_uses_are_counted_by_license_user_basis_and_time(open_unit: OpenUnit) -> None:
    counted = Usage(
        identifier=identifier(1),
        at=world.NOON,
        user="W001",
        basis="info-mismatch",
        purpose="信息验证",
        fields=(),
    )
    others = (
        replace(counted, identifier=identifier(2)),
        replace(counted, user="W002"),
        replace(counted, basis="info-check"),
        replace(counted, at=world.NOON - MOMENT),
    )
    with open_unit() as work:
        work.licenses.add([(license_of(1), event_of()), (license_of(2), event_of())])
        for usage in (counted, *others, counted):
            work.usages.add(usage)

        def count(since: datetime) -> int:
            return work.usages.count(identifier(1), user="W001", basis="info-mismatch", since=since)

        assert [count(world.NOON), count(world.NOON - MOMENT), count(world.NOON + MOMENT)] == [
            2,
            3,
            0,
        ]


def test_access_ends_when_it_expires_or_is_removed(open_unit: OpenUnit) -> None:
    staff = AccessGrant(person="wh-001", role=CallerRole.WINDOW)
    citizen = AccessGrant(
        person="c",
        role=CallerRole.CITIZEN,
        holder_key="a" * 64,
        holder_shown="张*",
        expires_at=world.NOON,
    )
    with open_unit() as work:
        work.access.add("1" * 64, staff)
        work.access.add("2" * 64, citizen)
        work.commit()

    with open_unit() as work:
        assert work.access.find("1" * 64, at=world.NOON) == staff
        assert work.access.find("2" * 64, at=world.NOON - MOMENT) == citizen
        assert work.access.find("2" * 64, at=world.NOON) is None
        assert work.access.find("3" * 64, at=world.NOON) is None
        work.access.remove("1" * 64)
        assert work.access.find("1" * 64, at=world.NOON) is None
