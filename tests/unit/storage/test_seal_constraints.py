"""What the database itself refuses about seals, whatever the program thought."""

from functools import partial

import pytest
from sqlalchemy import Engine, insert, text
from sqlalchemy.exc import IntegrityError

from certs.seals.events import SealMove
from certs.seals.lifecycle import move_seal
from storage.seal_tables import issuer_successions, seal_events, seal_uses, seals
from storage.unit_of_work import SqlUnitOfWork
from tests import world
from tests.seal_lives import enable_seal, event

CODE = "34020000000001"
NOON = world.NOON


@pytest.fixture
def engine(engine: Engine) -> Engine:
    """A database with one enabled seal."""
    enable_seal(world.region("340200"), partial(SqlUnitOfWork, engine))
    with engine.begin() as connection:
        connection.execute(insert(seal_uses).values(USE))
        connection.execute(insert(issuer_successions).values(SUCCESSION))
    return engine


EVENT = {
    "seal_code": CODE,
    "number": 3,
    "previous": 2,
    "state_before": "enabled",
    "move": "suspended",
    "state": "suspended",
    "effective_at": NOON,
    "recorded_at": NOON,
    "operator": "S001",
    "reason": "",
    "approver": "",
    "document_no": "",
    "approval_digest": "",
}
USE = {
    "seal_code": CODE,
    "used_at": NOON,
    "operator": "I001",
    "purpose": "签发",
    "digest": "0" * 64,
    "digest_of": "document",
    "license": "",
}
SUCCESSION = {
    "former_code": "11340200MB9TXY014H",
    "former_name": "甲局",
    "successor_code": "11610300MB9TXY014E",
    "successor_name": "乙局",
    "effective_at": NOON,
    "recorded_at": NOON,
    "operator": "S001",
    "approver": "S002",
    "document_no": "1号",
    "approval_digest": "",
}
REVOKED = EVENT | {
    "move": "revoked",
    "state": "revoked",
    "approver": "S002",
    "document_no": "1号",
}


def refuses(engine: Engine, table: object, row: dict[str, object], rule: str) -> None:
    with engine.begin() as connection, pytest.raises(IntegrityError, match=rule):
        connection.execute(insert(table).values(row))  # type: ignore[arg-type]


def test_the_samples_themselves_are_accepted(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(insert(seal_events).values(EVENT))
        connection.execute(
            insert(seal_events).values(
                REVOKED | {"number": 4, "previous": 3, "state_before": "suspended"}
            )
        )


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"approver": ""}, "two_persons"),
        ({"document_no": ""}, "two_persons"),
        ({"approver": "S001"}, "approver_is_another"),
        ({"operator": ""}, "names_operator"),
        ({"approver": "", "approval_digest": "a" * 64}, "two_persons|approval_names"),
        ({"effective_at": NOON.replace(hour=6), "recorded_at": NOON}, "never_ahead"),
        ({"state": "enabled"}, "allowed"),
        ({"state_before": "suspended"}, r"(?i)foreign key"),
        ({"state_before": "", "previous": None}, "first_has_none_before|allowed"),
        ({"previous": 1, "state_before": "made"}, "none_left_out"),
        ({"number": 4, "previous": 3, "state_before": "enabled"}, r"(?i)foreign key"),
        ({"seal_code": "unknown1"}, r"(?i)foreign key"),
        ({"recorded_at": NOON.replace(hour=1), "effective_at": NOON.replace(hour=1)}, "in_order"),
        ({"effective_at": NOON.replace(hour=1)}, "in_order"),
    ],
)
def test_a_revocation_that_breaks_a_rule_is_refused(
    engine: Engine, changes: dict[str, object], rule: str
) -> None:
    refuses(engine, seal_events, REVOKED | changes, rule)


@pytest.mark.parametrize(
    ("before", "move", "after"),
    [
        ("enabled", "resumed", "enabled"),
        ("enabled", "enabled", "enabled"),
        ("enabled", "made", "made"),
        ("enabled", "suspended", "enabled"),
        ("enabled", "revoked", "suspended"),
    ],
)
def test_moves_that_are_not_in_the_table_are_refused(
    engine: Engine, before: str, move: str, after: str
) -> None:
    row = REVOKED | {"state_before": before, "move": move, "state": after}
    refuses(engine, seal_events, row, "allowed|first_is_making")


def test_a_revoked_seal_never_comes_back(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(insert(seal_events).values(REVOKED))
    back = EVENT | {
        "number": 4,
        "previous": 3,
        "state_before": "revoked",
        "move": "enabled",
        "state": "enabled",
    }

    refuses(engine, seal_events, back, "allowed")
    refuses(engine, seal_events, back | {"state_before": "made"}, r"(?i)foreign key")
    fork = EVENT | {"number": 4, "previous": 2}
    refuses(engine, seal_events, fork, "none_left_out")


def test_a_resumption_dated_back_is_refused(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(insert(seal_events).values(EVENT))
    back = EVENT | {
        "number": 4,
        "previous": 3,
        "state_before": "suspended",
        "move": "resumed",
        "state": "enabled",
        "recorded_at": NOON.replace(second=1),
    }

    refuses(engine, seal_events, back, "use_never_dated_back")


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"operator": ""}, "names_operator"),
        ({"digest": "1"}, "names_digest"),
        ({"digest_of": "page"}, "digest_of_known"),
        ({"seal_code": "unknown1"}, "seal_uses_enabled"),
    ],
)
def test_a_use_that_breaks_a_rule_is_refused(
    engine: Engine, changes: dict[str, object], rule: str
) -> None:
    refuses(engine, seal_uses, USE | changes, rule)


def test_a_use_of_a_suspended_seal_is_refused(engine: Engine) -> None:
    move_seal(CODE, event(SealMove.SUSPENDED), unit_of_work=partial(SqlUnitOfWork, engine))

    refuses(engine, seal_uses, USE, "seal_uses_enabled")


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"approver": "S001"}, "two_persons"),
        ({"approver": ""}, "two_persons"),
        ({"document_no": ""}, "names_document"),
        (
            {"successor_code": "11340200MB9TXY014H", "successor_name": "甲局"},
            "something_changes",
        ),
    ],
)
def test_a_succession_that_breaks_a_rule_is_refused(
    engine: Engine, changes: dict[str, object], rule: str
) -> None:
    refuses(engine, issuer_successions, SUCCESSION | changes, rule)


@pytest.mark.parametrize("table", [seals, seal_events, seal_uses, issuer_successions])
def test_nothing_that_was_written_about_seals_is_changed_or_removed(
    engine: Engine, table: object
) -> None:
    name = str(table)
    column = {"seals": "name", "issuer_successions": "former_name"}.get(name, "operator")
    # Each dialect has its own way to remove rows without saying DELETE.
    past = {
        "sqlite": f"INSERT OR REPLACE INTO {name} SELECT * FROM {name}",  # noqa: S608 - our own names
        "postgresql": f"TRUNCATE {name} CASCADE",
    }[engine.dialect.name]
    for statement in (f"UPDATE {name} SET {column} = 'x'", f"DELETE FROM {name}", past):  # noqa: S608
        with engine.begin() as connection, pytest.raises(IntegrityError):
            connection.execute(text(statement))
    with engine.connect() as connection:
        rows = connection.execute(text(f"SELECT {column} FROM {name}")).scalars().all()  # noqa: S608
    assert rows
    assert "x" not in rows
