"""Seals in force and seals in use, as the rows say it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine, insert

from storage.database import connect
from storage.register_figures import SqlRegisterFigures
from storage.seal_tables import seal_events, seal_uses, seals
from tests.databases import NewDatabase
from tests.stored_rows import ROWS
from tests.world import NOON
from verify.supervision.tallies import Weeks, week_of

WEEK = week_of(NOON)
HERE = Weeks(first=WEEK - 1, last=WEEK)
DAY = timedelta(days=1)


@pytest.fixture(params=["sqlite", "postgresql"])
def connection(request: pytest.FixtureRequest) -> Iterator[Connection]:
    new: NewDatabase = request.getfixturevalue(f"new_{request.param}")
    engine: Engine = connect(new())
    with engine.begin() as opened:
        yield opened
    engine.dispose()


def seal(connection: Connection, code: str, *moves: tuple[str, str], **changes: object) -> None:
    """Keep a seal that went through some moves after it was enabled."""
    (whole,) = ROWS["seals"]
    connection.execute(insert(seals).values({**whole, "code": code, "digest": code, **changes}))
    made, enabled = ROWS["seal_events"]
    steps = [made, enabled]
    for move, state in moves:
        last = steps[-1]
        steps.append(
            {
                **enabled,
                "number": int(last["number"]) + 1,
                "previous": last["number"],
                "state_before": last["state"],
                "move": move,
                "state": state,
            }
        )
    for step in steps:
        connection.execute(insert(seal_events).values({**step, "seal_code": code}))
        if step is enabled:
            for days in (0, 1, 30):
                row = {**ROWS["seal_uses"][0], "seal_code": code, "used_at": NOON - days * DAY}
                connection.execute(insert(seal_uses).values(row))


def test_seals_are_in_force_while_they_are_enabled_and_their_term_runs(
    connection: Connection,
) -> None:
    term = {"valid_from": NOON - 90 * DAY, "valid_to": NOON + DAY}
    seal(connection, "enabled", **term)
    seal(connection, "suspended", ("suspended", "suspended"), **term)
    seal(connection, "resumed", ("suspended", "suspended"), ("resumed", "enabled"), **term)
    seal(connection, "expired", **term | {"valid_to": NOON})
    seal(connection, "later", **term | {"valid_from": NOON + timedelta(seconds=1)})

    figures = SqlRegisterFigures(connection)

    assert figures.seals_in_force(NOON) == {"enabled", "resumed"}
    assert figures.seals_used(HERE) == {"enabled", "suspended", "resumed", "expired", "later"}
    assert figures.seals_used(Weeks(first=WEEK - 3, last=WEEK - 2)) == frozenset()
    assert figures.seal_uses(HERE) == 10
