"""Use rates (用证率、用印率): what was used of what is in force, as the rows say it."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, insert

from certs.releases import BasisKind
from certs.statuses import StatusKind
from storage.database import connect
from storage.license_tables import licenses, usages
from storage.register_figures import SqlRegisterFigures
from storage.seal_tables import seal_events, seal_uses, seals
from tests.databases import NewDatabase
from tests.stored_rows import ROWS
from tests.world import NOON
from verify.supervision.tallies import Weeks, week_of

WEEK = week_of(NOON)
HERE = Weeks(first=WEEK - 1, last=WEEK)
TYPES = ("11100000MB9TXY0149001", "11100000MB9TXY0149002")
DAY = timedelta(days=1)


@pytest.fixture(params=["sqlite", "postgresql"])
def connection(request: pytest.FixtureRequest) -> Iterator[Connection]:
    new: NewDatabase = request.getfixturevalue(f"new_{request.param}")
    engine: Engine = connect(new())
    with engine.begin() as opened:
        yield opened
    engine.dispose()


def license_row(number: int, type_code: str, status: StatusKind) -> dict[str, object]:
    return {
        **ROWS["licenses"][0],
        "row": number,
        "identifier": f"L{number}",
        "number": f"N{number}",
        "type_code": type_code,
        "status": status.value,
        "status_list": None,
        "status_entry": None,
    }


def test_a_license_counts_once_while_it_is_in_force_and_somebody_used_it(
    connection: Connection,
) -> None:
    chance = random.Random(7)  # noqa: S311 - repeatable
    stock = [
        license_row(
            number,
            chance.choice(TYPES),
            chance.choice((StatusKind.ACTIVE, StatusKind.ACTIVE, StatusKind.REVOKED)),
        )
        for number in range(1, 41)
    ]
    uses: list[dict[str, Any]] = [
        {
            "identifier": f"L{chance.randrange(1, 41)}",
            "at": NOON - chance.randrange(40) * DAY,
            "user": "u",
            "basis": chance.choice(list(BasisKind)).value,
            "purpose": "p",
            "fields": [],
        }
        for _ in range(150)
    ]
    connection.execute(insert(licenses), stock)
    connection.execute(insert(usages), uses)
    used = {
        use["identifier"]
        for use in uses
        if week_of(use["at"]) in {WEEK - 1, WEEK} and use["basis"] not in {"register", "archive"}
    }
    active = [row for row in stock if row["status"] == "active"]

    figures = SqlRegisterFigures(connection)

    raw = Counter(str(row["type_code"]) for row in active if row["identifier"] in used)
    assert figures.licenses_used(HERE) == raw
    assert figures.licenses_in_force() == Counter(str(row["type_code"]) for row in active)
    assert 0 < raw.total() < len(active)


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
