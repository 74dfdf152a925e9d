"""Social verifiers in the database: settled when registered, stopped for good."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, delete, insert, update
from sqlalchemy.exc import IntegrityError

from certs.errors import VerifierRefusedError
from certs.verifiers import SocialVerifier
from storage.unit_of_work import SqlUnitOfWork
from storage.verifier_tables import social_verifiers, verifier_secrets, verifier_stops
from tests.world import NOON

LATER = NOON + timedelta(days=30)
DIGEST = "a" * 64


def verifier(**changes: object) -> SocialVerifier:
    said: dict[str, object] = {
        "name": "bank-1",
        "title": "样例银行",
        "purpose": "开户",
        "license_types": frozenset({"11100000MB9TXY0149001", "11100000MB9TXY0224003"}),
        "fields": frozenset({"certificateNumber", "age-over-18"}),
        "registered_at": NOON,
        "registered_by": "X001",
        "ends_at": LATER,
    }
    return SocialVerifier(**{**said, **changes})  # type: ignore[arg-type]


@pytest.fixture
def kept(engine: Engine) -> Engine:
    with SqlUnitOfWork(engine) as work:
        work.verifiers.add(verifier())
        work.verifiers.add_secret(DIGEST, "bank-1", until=LATER)
        work.commit()
    return engine


def test_a_verifier_comes_back_as_it_was_registered(kept: Engine) -> None:
    with SqlUnitOfWork(kept) as work:
        assert work.verifiers.find("bank-1") == verifier()
        assert work.verifiers.all() == (verifier(),)
        assert work.verifiers.find("bank-2") is None
        assert work.verifiers.find_by_secret(DIGEST, at=NOON) == verifier()
        assert work.verifiers.find_by_secret("b" * 64, at=NOON) is None
        assert work.verifiers.find_by_secret(DIGEST, at=LATER) is None


def test_one_that_is_stopped_has_no_secret_and_gets_none(kept: Engine) -> None:
    with SqlUnitOfWork(kept) as work:
        assert work.verifiers.stop("bank-1", at=NOON, by="X002")
        assert not work.verifiers.stop("bank-1", at=NOON, by="X002")
        assert not work.verifiers.stop("bank-2", at=NOON, by="X002")
        assert work.verifiers.find_by_secret(DIGEST, at=NOON) is None
        work.commit()
    with SqlUnitOfWork(kept) as work:
        assert work.verifiers.find("bank-1") == verifier(stopped_at=NOON)
        with pytest.raises(VerifierRefusedError):
            work.verifiers.add_secret("b" * 64, "bank-1", until=LATER)


def test_a_name_is_given_once(kept: Engine) -> None:
    with SqlUnitOfWork(kept) as work, pytest.raises(VerifierRefusedError):
        work.verifiers.add(verifier(title="另一家"))


def test_secrets_are_forgotten_when_they_have_ended(kept: Engine) -> None:
    with SqlUnitOfWork(kept) as work:
        assert work.verifiers.forget_secrets(LATER) == 0
        assert work.verifiers.forget_secrets(LATER + timedelta(seconds=1)) == 1
        work.verifiers.add_secret(DIGEST, "bank-1", until=LATER)
        work.verifiers.end_secret(DIGEST)
        assert work.verifiers.find_by_secret(DIGEST, at=NOON) is None


@pytest.mark.parametrize(
    "act",
    [
        update(social_verifiers).values(fields="everything"),
        update(social_verifiers).values(ends_at=LATER + timedelta(days=9000)),
        delete(social_verifiers),
        update(verifier_stops).values(stopped_by="X009"),
        delete(verifier_stops),
        insert(verifier_secrets).values(digest="c" * 64, verifier="bank-1", expires_at=LATER),
    ],
    ids=["fields", "end", "removed", "stop", "resumed", "secret"],
)
def test_nobody_changes_by_sql_what_one_may_see_or_that_it_was_stopped(
    kept: Engine, act: object
) -> None:
    with SqlUnitOfWork(kept) as work:
        work.verifiers.add(verifier(name="bank-2"))
        work.verifiers.stop("bank-1", at=NOON, by="X002")
        work.commit()
    with pytest.raises(IntegrityError), kept.begin() as connection:
        connection.execute(act)  # type: ignore[call-overload]
