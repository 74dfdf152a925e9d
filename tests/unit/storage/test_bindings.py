"""Accounts and their roles in both databases, and who gets in by them."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from certs.access import AccessGrant, CallerRole
from certs.errors import BoundOtherwiseError, NotAdmittedError, SeparatedDutiesError, Unfit
from certs.holder_codes import HolderCode, HolderCodeType
from certs.holder_keys import HolderKeys
from certs.identities import (
    AssuranceLevel,
    Binding,
    Capacity,
    Identity,
    Organization,
    account_key,
    admit,
)
from storage.database import connect
from storage.unit_of_work import SqlUnitOfWork
from tests.databases import NewDatabase
from tests.world import NOON
from verify.acceptance.records import PersonRole
from verify.case_errors import RecordRefusedError

PROVIDER = "https://idp.example"
KEYS = HolderKeys(b"h" * 32)
PERSON = HolderCode(code_type=HolderCodeType.CITIZEN_NUMBER, code="11010519491231002X")
ENTERPRISE = HolderCode(code_type=HolderCodeType.SOCIAL_CREDIT_CODE, code="91340209YXPRR0C1XL")
SOMEBODY = Identity(
    provider=PROVIDER,
    subject="u1",
    level=AssuranceLevel.SEEN,
    authenticated_at=NOON,
    name="样例人员",
    holder=PERSON,
    organization=Organization(code=ENTERPRISE, name="样例餐饮店"),
)
BINDING = Binding(
    account=account_key(PROVIDER, "u1"),
    person="W007",
    role=CallerRole.WINDOW,
    bound_at=NOON,
    bound_by="A001",
)
MINUTE = timedelta(minutes=1)


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    new: NewDatabase = request.getfixturevalue(f"new_{request.param}")
    engine = connect(new())
    yield engine
    engine.dispose()


def bind(engine: Engine, *bindings: Binding) -> None:
    with SqlUnitOfWork(engine) as work:
        for binding in bindings:
            work.bindings.add(binding)
        work.commit()


def admitted(engine: Engine, identity: Identity, capacity: Capacity) -> AccessGrant | Unfit:
    with SqlUnitOfWork(engine) as work:
        try:
            return admit(identity, capacity, work=work, keys=KEYS)
        except NotAdmittedError as error:
            return error.reason


def test_an_account_stands_for_its_person_role_by_role(engine: Engine) -> None:
    bind(engine, BINDING, BINDING, replace(BINDING, role=CallerRole.SUPERVISOR))

    with SqlUnitOfWork(engine) as work:
        assert work.bindings.find(BINDING.account, CallerRole.WINDOW) == BINDING
        assert work.bindings.find(BINDING.account, CallerRole.ISSUER) is None
        assert work.bindings.find("f" * 64, CallerRole.WINDOW) is None
        assert [item.role.value for item in work.bindings.all()] == ["window", "supervisor"]


def test_an_account_is_never_two_peoples(engine: Engine) -> None:
    bind(engine, BINDING)

    with pytest.raises(BoundOtherwiseError):
        bind(engine, replace(BINDING, person="W008", role=CallerRole.ISSUER))


def test_a_role_that_is_taken_away_stays_on_record_and_can_be_given_again(engine: Engine) -> None:
    bind(engine, BINDING)
    with SqlUnitOfWork(engine) as work:
        assert work.bindings.end("W007", CallerRole.WINDOW, at=NOON + MINUTE, by="A002") == 1
        assert work.bindings.end("W007", CallerRole.WINDOW, at=NOON + MINUTE, by="A002") == 0
        assert work.bindings.find(BINDING.account, CallerRole.WINDOW) is None
        work.commit()
    again = replace(BINDING, bound_at=NOON + 2 * MINUTE)
    bind(engine, again)

    with SqlUnitOfWork(engine) as work:
        assert work.bindings.find(BINDING.account, CallerRole.WINDOW) == again
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM account_roles")).scalar() == 2


@pytest.mark.parametrize(
    "statement",
    [
        (
            "INSERT INTO account_roles (account, role, bound_at, bound_by)"
            " SELECT account, role, bound_at, bound_by FROM account_roles"
        ),
        "UPDATE account_roles SET role = 'citizen'",
        "UPDATE account_roles SET ended_at = bound_at",
        "UPDATE account_roles SET ended_by = 'A001'",
        "UPDATE account_roles SET ended_by = 'A001', ended_at = bound_at - 1",
        "DELETE FROM accounts",
        "UPDATE accounts SET person = ''",
    ],
)
def test_the_database_refuses_what_the_program_would(engine: Engine, statement: str) -> None:
    bind(engine, BINDING)

    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(text(statement))


def test_everybody_gets_in_as_what_that_person_is(engine: Engine) -> None:
    bind(engine, BINDING)

    personal = admitted(engine, SOMEBODY, Capacity.PERSONAL)
    enterprise = admitted(engine, SOMEBODY, Capacity.ENTERPRISE)

    assert isinstance(personal, AccessGrant)
    assert isinstance(enterprise, AccessGrant)
    assert (personal.role, personal.holder_key) == (CallerRole.CITIZEN, KEYS.of(PERSON))
    assert (enterprise.role, enterprise.holder_key) == (CallerRole.CITIZEN, KEYS.of(ENTERPRISE))
    assert personal.person == enterprise.person, "acts of both are one person's"
    assert PERSON.code not in personal.person
    assert admitted(engine, SOMEBODY, Capacity.WINDOW) == AccessGrant(
        person="W007", role=CallerRole.WINDOW
    )


@pytest.mark.parametrize(
    ("identity", "capacity", "why"),
    [
        (replace(SOMEBODY, holder=None), Capacity.PERSONAL, Unfit.UNNAMED),
        (replace(SOMEBODY, organization=None), Capacity.ENTERPRISE, Unfit.NO_ENTERPRISE),
        (replace(SOMEBODY, subject="u2"), Capacity.WINDOW, Unfit.UNBOUND),
        (replace(SOMEBODY, provider="https://other.example"), Capacity.WINDOW, Unfit.UNBOUND),
        (SOMEBODY, Capacity.ISSUER, Unfit.UNBOUND),
        (replace(SOMEBODY, level=AssuranceLevel.NAMED), Capacity.WINDOW, Unfit.LEVEL),
        (replace(SOMEBODY, level=AssuranceLevel.REGISTERED), Capacity.PERSONAL, Unfit.LEVEL),
    ],
)
def test_nobody_gets_in_as_something_else(
    engine: Engine, identity: Identity, capacity: Capacity, why: Unfit
) -> None:
    bind(engine, BINDING)

    assert admitted(engine, identity, capacity) is why


SEPARATED = [
    (CallerRole.SYSTEM_ADMIN, CallerRole.SECURITY_ADMIN),
    (CallerRole.SECURITY_ADMIN, CallerRole.AUDITOR),
    (CallerRole.AUDITOR, CallerRole.SYSTEM_ADMIN),
    (CallerRole.AUDITOR, CallerRole.WINDOW),
    (CallerRole.ISSUER, CallerRole.SYSTEM_ADMIN),
]


def give_token(engine: Engine, role: CallerRole, digest: str = "a" * 64) -> None:
    with SqlUnitOfWork(engine) as work:
        work.access.add(digest, AccessGrant(person="W007", role=role))
        work.commit()


@pytest.mark.parametrize(("held", "wanted"), SEPARATED)
def test_nobody_is_two_of_the_three_administrators_or_one_and_more(
    engine: Engine, held: CallerRole, wanted: CallerRole
) -> None:
    other = replace(BINDING, account="b" * 64, role=wanted)
    bind(engine, replace(BINDING, role=held))

    with pytest.raises(SeparatedDutiesError):
        bind(engine, other)
    with pytest.raises(SeparatedDutiesError):
        give_token(engine, wanted)
    with SqlUnitOfWork(engine) as work:
        work.bindings.end("W007", held, at=NOON + MINUTE, by="A002")
        work.commit()
    bind(engine, other)
    assert wanted.value in [binding.role.value for binding in bound(engine)]


@pytest.mark.parametrize(("held", "wanted"), SEPARATED)
def test_a_token_counts_as_much_as_a_binding(
    engine: Engine, held: CallerRole, wanted: CallerRole
) -> None:
    give_token(engine, held)
    with pytest.raises(SeparatedDutiesError):
        give_token(engine, wanted, "b" * 64)
    with pytest.raises(SeparatedDutiesError):
        bind(engine, replace(BINDING, role=wanted))
    give_token(engine, held, "c" * 64)


def test_whoever_administers_never_accepts_cases(engine: Engine) -> None:
    with SqlUnitOfWork(engine) as work:
        work.cases.grant_role("W007", PersonRole.ACCEPTANCE)
        work.commit()
    with pytest.raises(SeparatedDutiesError):
        give_token(engine, CallerRole.AUDITOR)
    with SqlUnitOfWork(engine) as work:
        work.cases.withdraw_role("W007", PersonRole.ACCEPTANCE)
        work.commit()
    give_token(engine, CallerRole.AUDITOR)
    with (
        SqlUnitOfWork(engine) as work,
        pytest.raises(RecordRefusedError, match="people_roles_separated"),
    ):
        work.cases.grant_role("W007", PersonRole.ACCEPTANCE)


def test_no_statement_makes_a_role_another_one(engine: Engine) -> None:
    give_token(engine, CallerRole.AUDITOR)
    give_token(engine, CallerRole.AUDITOR, "b" * 64)
    with engine.connect() as connection, pytest.raises(IntegrityError):
        connection.execute(text("UPDATE access_tokens SET role = 'window'"))


def test_two_posts_given_at_once_become_one(new_postgresql: NewDatabase) -> None:
    engine = connect(new_postgresql())
    with SqlUnitOfWork(engine) as first:
        first.access.add("a" * 64, AccessGrant(person="W007", role=CallerRole.AUDITOR))
        with ThreadPoolExecutor(1) as pool:
            second = pool.submit(give_token, engine, CallerRole.WINDOW, "b" * 64)
            time.sleep(0.3)
            assert not second.done()
            first.commit()
            with pytest.raises(SeparatedDutiesError):
                second.result()
    engine.dispose()


def bound(engine: Engine) -> tuple[Binding, ...]:
    with SqlUnitOfWork(engine) as work:
        return work.bindings.all()


def test_tokens_of_staff_are_found_and_removed_by_person_and_role(engine: Engine) -> None:
    window = AccessGrant(person="W007", role=CallerRole.WINDOW)
    ended = AccessGrant(person="W008", role=CallerRole.WINDOW, expires_at=NOON)
    holder = AccessGrant(person="P-1", role=CallerRole.CITIZEN, holder_key="k", holder_shown="某")
    with SqlUnitOfWork(engine) as work:
        for digest, grant in (("a", window), ("b", window), ("c", ended), ("d", holder)):
            work.access.add(digest * 64, grant)
        assert work.access.of_staff(at=NOON + MINUTE) == (window, window)
        assert work.access.remove_all("W007", CallerRole.ISSUER) == 0
        assert work.access.remove_all("W007", CallerRole.WINDOW) == 2
        assert work.access.of_staff(at=NOON + MINUTE) == ()
        assert work.access.find("d" * 64, at=NOON) == holder
        work.commit()
