"""Clients in both databases: kept edition by edition, and held apart from who administers."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from certs.access import AccessGrant, CallerRole
from certs.clients import Client
from certs.errors import ClientClosedError, SeparatedDutiesError
from certs.identities import Binding
from certs.reach import Reach
from storage.database import connect
from storage.request_nonces import SqlRequestNonces
from storage.unit_of_work import SqlUnitOfWork
from tests.databases import NewDatabase
from tests.unit.certs.test_clients import CLIENT
from tests.world import NOON, MemorySigner

MINUTE = timedelta(minutes=1)
DIGEST = "a" * 64


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    new: NewDatabase = request.getfixturevalue(f"new_{request.param}")
    engine = connect(new())
    yield engine
    engine.dispose()


def add(engine: Engine, client: Client = CLIENT) -> None:
    with SqlUnitOfWork(engine) as work:
        work.clients.add(client)
        work.commit()


def change(engine: Engine, client: Client) -> None:
    with SqlUnitOfWork(engine) as work:
        work.clients.change(client)
        work.commit()


def stop(engine: Engine) -> bool:
    with SqlUnitOfWork(engine) as work:
        is_stopped = work.clients.stop(CLIENT.name, at=NOON + MINUTE, by="X002")
        work.commit()
    return is_stopped


def found(engine: Engine, name: str = CLIENT.name) -> Client | None:
    with SqlUnitOfWork(engine) as work:
        return work.clients.find(name)


def test_what_was_said_last_counts_and_all_of_it_is_kept(engine: Engine) -> None:
    add(engine)
    assert found(engine) == CLIENT
    other = replace(
        CLIENT,
        key=MemorySigner("other").public_key,
        key_ends_at=CLIENT.ends_at,
        rights=Reach(license_types=frozenset({"*"})),
        changed_at=NOON + MINUTE,
        changed_by="X002",
    )
    change(engine, other)

    assert found(engine) == other
    assert found(engine, "nobody") is None
    with SqlUnitOfWork(engine) as work:
        assert work.clients.all() == (other,)
    with engine.connect() as connection:
        kept = connection.execute(text("SELECT changed_by FROM client_editions ORDER BY number"))
        assert [row[0] for row in kept] == ["X001", "X002"]


def test_who_is_stopped_stays_so_and_its_tokens_go(engine: Engine) -> None:
    add(engine)
    with SqlUnitOfWork(engine) as work:
        work.clients.add_token(DIGEST, CLIENT.name, until=NOON + 10 * MINUTE)
        work.commit()
    with SqlUnitOfWork(engine) as work:
        assert work.clients.find_by_token(DIGEST, at=NOON) == CLIENT
        assert work.clients.find_by_token(DIGEST, at=NOON + 10 * MINUTE) is None
        assert work.clients.find_by_token("b" * 64, at=NOON) is None

    assert (stop(engine), stop(engine)) == (True, False)

    with SqlUnitOfWork(engine) as work:
        assert work.clients.find_by_token(DIGEST, at=NOON) is None
    stopped = found(engine)
    assert stopped is not None
    assert stopped.stopped_at == NOON + MINUTE
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(text("UPDATE clients SET stopped_at = NULL, stopped_by = NULL"))
    with pytest.raises(ClientClosedError):
        change(engine, CLIENT)
    with pytest.raises(ClientClosedError):
        add(engine)
    with SqlUnitOfWork(engine) as work, pytest.raises(IntegrityError):
        work.clients.add_token(DIGEST, CLIENT.name, until=NOON + 10 * MINUTE)


def test_tokens_are_forgotten_when_they_are_over(engine: Engine) -> None:
    add(engine)
    with SqlUnitOfWork(engine) as work:
        work.clients.add_token(DIGEST, CLIENT.name, until=NOON)
        work.clients.add_token("b" * 64, CLIENT.name, until=NOON + MINUTE)
        assert work.clients.forget_tokens(NOON + MINUTE) == 1


_EDITION = (
    "INSERT INTO client_editions (client, number, public_key, key_ends_at, license_types, matters,"
    " ends_at, changed_at, changed_by) SELECT "
)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE clients SET role = 'auditor'",
        "UPDATE clients SET role = 'citizen'",
        "UPDATE clients SET role = 'issuer'",
        "UPDATE clients SET person = 'S002'",
        "UPDATE clients SET registered_by = person",
        "UPDATE clients SET stopped_at = registered_at, stopped_by = person",
        "UPDATE clients SET stopped_at = registered_at",
        "UPDATE clients SET stopped_at = registered_at - 1, stopped_by = 'X001'",
        "UPDATE client_editions SET matters = '*'",
        "DELETE FROM client_editions",
        "DELETE FROM clients",
        _EDITION
        + (
            "client, 2, public_key, NULL, '*', '*', ends_at,"
            " changed_at, 'S001' FROM client_editions"
        ),
        _EDITION
        + (
            "client, 1, public_key, NULL, '*', '*', ends_at,"
            " changed_at, 'X002' FROM client_editions"
        ),
        _EDITION
        + ("client, 2, '02', NULL, '*', '*', ends_at, changed_at, 'X002' FROM client_editions"),
        _EDITION
        + (
            "client, 2, public_key, NULL, '*', '*', changed_at,"
            " changed_at, 'X002' FROM client_editions"
        ),
        _EDITION
        + (
            "client, 2, public_key, ends_at - 1, '*', '*',"
            " ends_at, changed_at, 'X002' FROM client_editions"
        ),
        _EDITION
        + (
            "'nobody', 1, public_key, NULL, '*', '*', ends_at,"
            " changed_at, 'X002' FROM client_editions"
        ),
    ],
)
def test_the_database_refuses_what_the_program_would(engine: Engine, statement: str) -> None:
    add(engine)

    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(text(statement))

    assert found(engine) == CLIENT


ADMINISTRATORS = [CallerRole.AUDITOR, CallerRole.SYSTEM_ADMIN, CallerRole.SECURITY_ADMIN]


@pytest.mark.parametrize("role", ADMINISTRATORS)
def test_no_system_acts_as_somebody_who_administers(engine: Engine, role: CallerRole) -> None:
    with SqlUnitOfWork(engine) as work:
        work.access.add(DIGEST, AccessGrant(person="S001", role=role))
        work.commit()
    with pytest.raises(SeparatedDutiesError):
        add(engine)
    assert found(engine) is None


@pytest.mark.parametrize("role", ADMINISTRATORS)
def test_nobody_administers_whom_a_system_acts_as(engine: Engine, role: CallerRole) -> None:
    add(engine)
    binding = Binding(account="c" * 64, person="S001", role=role, bound_at=NOON, bound_by="X001")
    grant = AccessGrant(person="S001", role=role)
    with pytest.raises(SeparatedDutiesError), SqlUnitOfWork(engine) as work:
        work.access.add(DIGEST, grant)
    with pytest.raises(SeparatedDutiesError), SqlUnitOfWork(engine) as work:
        work.bindings.add(binding)
    stop(engine)
    with SqlUnitOfWork(engine) as work:
        work.access.add(DIGEST, grant)
        work.bindings.add(binding)
        work.commit()
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(text("UPDATE clients SET stopped_at = NULL, stopped_by = NULL"))


def test_nonces_of_clients_are_their_own(engine: Engine) -> None:
    nonces, nonce = SqlRequestNonces.of_clients(engine), "0f" * 16
    until = NOON + 10 * MINUTE
    assert nonces.use("window-system", nonce, until=until, now=NOON)
    assert not nonces.use("window-system", nonce, until=until, now=NOON)
    assert nonces.use("other-system", nonce, until=until, now=NOON)
    assert SqlRequestNonces(engine).use("340200", nonce, until=until, now=NOON)
    later = until + MINUTE
    assert nonces.use("window-system", "f0" * 16, until=later, now=later)
    assert nonces.use("window-system", nonce, until=later, now=later), "it was forgotten"
