"""Sessions in both databases."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from certs.access import AccessGrant, CallerRole
from certs.sessions import LONGEST, Session, address_digest
from storage.access import SqlAccess
from storage.database import connect
from storage.sessions import SqlSessions
from tests.databases import NewDatabase
from tests.world import NOON

TOKEN, DIGEST = "a" * 64, "b" * 64
GRANT = AccessGrant(person="I001", role=CallerRole.WINDOW)
SESSION = Session(
    digest=DIGEST,
    grant=GRANT,
    access=TOKEN,
    address=address_digest("192.0.2.1", DIGEST),
    signed_in_at=NOON,
    seen_at=NOON,
)
MINUTE = timedelta(minutes=1)


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    new: NewDatabase = request.getfixturevalue(f"new_{request.param}")
    engine = connect(new())
    with engine.begin() as connection:
        SqlAccess(connection).add(TOKEN, GRANT)
        SqlSessions(connection).add(SESSION)
    yield engine
    engine.dispose()


def found(engine: Engine, digest: str = DIGEST) -> Session | None:
    with engine.begin() as connection:
        return SqlSessions(connection).find(digest)


def test_a_session_comes_back_with_what_its_token_allows(engine: Engine) -> None:
    assert found(engine) == SESSION
    assert found(engine, "c" * 64) is None


def test_of_two_uses_at_once_the_later_counts(engine: Engine) -> None:
    with engine.begin() as connection:
        for at in (NOON + 2 * MINUTE, NOON + MINUTE):
            SqlSessions(connection).touch(DIGEST, at)

    session = found(engine)
    assert session is not None
    assert session.seen_at == NOON + 2 * MINUTE


def test_it_ends_with_its_token_its_person_or_by_itself(engine: Engine) -> None:
    with engine.begin() as connection:
        book = SqlSessions(connection)
        book.add(replace(SESSION, digest="c" * 64))
        book.end("c" * 64)
        assert book.find("c" * 64) is None
        book.add(replace(SESSION, digest="d" * 64, seen_at=NOON + MINUTE))
        assert book.forget(NOON + MINUTE) == 1
        assert book.end_all("somebody else") == 0
        assert book.end_all("I001") == 1
        book.add(SESSION)
        SqlAccess(connection).remove(TOKEN)
        assert book.find(DIGEST) is None


def test_there_is_no_session_without_a_token(engine: Engine) -> None:
    with pytest.raises(IntegrityError), engine.begin() as connection:
        SqlSessions(connection).add(replace(SESSION, digest="c" * 64, access="e" * 64))


@pytest.mark.parametrize(
    ("session", "at", "address", "is_open"),
    [
        (SESSION, NOON, "192.0.2.1", True),
        (SESSION, NOON, "192.0.2.2", False),
        (SESSION, NOON - MINUTE, "192.0.2.1", False),
        (SESSION, NOON + 15 * MINUTE, "192.0.2.1", False),
        (replace(SESSION, seen_at=NOON + LONGEST), NOON + LONGEST, "192.0.2.1", False),
        (
            replace(SESSION, grant=replace(GRANT, expires_at=NOON + MINUTE)),
            NOON + MINUTE,
            "192.0.2.1",
            False,
        ),
    ],
    ids=["at once", "elsewhere", "before", "after a pause", "after a day", "with its grant"],
)
def test_a_session_counts_in_its_time_and_at_its_place(
    session: Session, at: datetime, address: str, *, is_open: bool
) -> None:
    assert session.is_open(at, address=address) is is_open
