"""Each fact is counted once, whatever stops the counting; figures are what the tables hold."""

import random
from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, insert, select, text

from storage.database import connect
from storage.tallies import SqlTallies
from storage.tally_tables import tallies, tally_facts
from storage.unit_of_work import SqlUnitOfWork
from tests.databases import NewDatabase
from tests.doubles.acceptance import NOON
from tests.doubles.acceptance_database import CASE, decision_row, fill, insert_raw
from verify.acceptance.records import Form
from verify.acceptance.refusals import Refusal
from verify.supervision.tallies import Fact, Grouping, Weeks, monday_of, week_of

WEEK = week_of(NOON)
ALWAYS = Weeks(first=0, last=WEEK + 100)
KEYS = ("week", "matter", "operator", "region", "what", "code")


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    new: NewDatabase = request.getfixturevalue(f"new_{request.param}")
    made = connect(new())
    yield made
    made.dispose()


def some_facts(number: int, *, seed: int = 1) -> list[dict[str, object]]:
    chance = random.Random(seed)  # noqa: S311 - repeatable
    return [
        {
            "week": chance.randrange(WEEK, WEEK + 3),
            "matter": chance.choice(("m1", "m2")),
            "operator": chance.choice(("w1", "w2")),
            "region": "",
            "what": chance.choice((Fact.CASE, Fact.REFUSAL)).value,
            "code": chance.choice(("a", "b")),
        }
        for _ in range(number)
    ]


def note(engine: Engine, facts: list[dict[str, object]]) -> None:
    with engine.begin() as connection:
        connection.execute(insert(tally_facts), facts)


def read(engine: Engine, by: Grouping | None = None) -> Counter[tuple[str, str, str]]:
    with engine.connect() as connection:
        found = SqlTallies(connection).read(ALWAYS, by)
    return Counter({(item.group, item.fact.value, item.code): item.number for item in found})


def test_what_is_counted_is_what_was_noted_also_after_a_crash(engine: Engine) -> None:
    """A crash between taking facts away and keeping their number must lose and double nothing."""
    facts = some_facts(700)
    raw = Counter((str(f["matter"]), str(f["what"]), str(f["code"])) for f in facts)
    note(engine, facts[:500])
    with engine.begin() as connection:
        assert SqlTallies(connection).count_noted(200) == 200
    with engine.connect() as connection:
        # The process ends before it commits.
        assert SqlTallies(connection).count_noted(200) == 200
    note(engine, facts[500:])

    assert read(engine, Grouping.MATTER) == raw
    with engine.begin() as connection:
        while SqlTallies(connection).count_noted(150):
            pass

    assert read(engine, Grouping.MATTER) == raw
    with engine.connect() as connection:
        assert connection.execute(select(tally_facts)).first() is None
        counted = connection.execute(select(tallies.c.number)).scalars().all()
    assert sum(counted) == len(facts)


def test_a_fact_that_is_stored_late_with_a_lower_number_is_counted_too(engine: Engine) -> None:
    facts = some_facts(3)
    for number, fact in zip((5, 6), facts, strict=False):
        note(engine, [fact | {"number": number}])
    with engine.begin() as connection:
        SqlTallies(connection).count_noted(10)
    note(engine, [facts[2] | {"number": 4}])
    with engine.begin() as connection:
        assert SqlTallies(connection).count_noted(10) == 1

    assert sum(read(engine).values()) == 3


def stored(connection: Connection) -> Counter[tuple[str, str]]:
    """The raw count, from the tables themselves."""
    found: Counter[tuple[str, str]] = Counter()
    queries = {
        Fact.CASE: "SELECT '' FROM cases",
        Fact.LOOKUP: "SELECT way || '/' || result FROM lookups",
        Fact.SILENT: "SELECT source FROM lookup_silences",
        Fact.OVERRIDE: "SELECT reason FROM material_decisions WHERE approver IS NOT NULL",
        Fact.REFUSAL: "SELECT code FROM refusals",
    }
    for fact, query in queries.items():
        found.update((fact.value, code) for (code,) in connection.execute(text(query)))
    return found


def test_every_fact_of_acceptance_is_noted_where_it_is_stored(engine: Engine) -> None:
    with engine.begin() as connection:
        fill(connection)
        for material in ("own-flexible", "expired-flexible"):
            insert_raw(connection, "material_decisions", decision_row(material, "deferral"))
    refusal = Refusal(
        case_id=CASE.id,
        material="own-flexible",
        operator="window",
        form=Form.PAPER,
        code="ELICENSE_AVAILABLE",
        refused_at=NOON,
    )
    with SqlUnitOfWork(engine) as work:
        work.refusals.add(refusal)
        work.commit()

    noted = read(engine)
    with engine.connect() as connection:
        raw = stored(connection)
    assert {key: noted["", *key] for key in raw} == dict(raw)
    assert noted["", "decision", "deferral"] == 2
    assert noted["", "required", "spared"] > 0
    assert read(engine, Grouping.OPERATOR)["window", "refusal", "ELICENSE_AVAILABLE"] == 1


def test_figures_lead_to_the_cases_behind_them(engine: Engine) -> None:
    with engine.begin() as connection:
        fill(connection)
        insert_raw(connection, "material_decisions", decision_row("own-flexible", "deferral"))
        book = SqlTallies(connection)
        here, before = Weeks(first=WEEK, last=WEEK), Weeks(first=WEEK - 2, last=WEEK - 1)

        assert book.cases(here, Fact.DECISION, "deferral") == (CASE.id,)
        assert book.cases(here, Fact.DECISION, "demand/P01") == ()
        assert book.cases(before, Fact.DECISION, "deferral") == ()
        assert book.cases(here, Fact.DECISION, "deferral", after=CASE.id) == ()
        for tally in book.read(here):
            assert book.cases(here, tally.fact, tally.code), tally


def test_what_was_there_before_is_counted_by_the_upgrade(engine: Engine) -> None:
    """The statements of the migration count what its triggers would have noted."""
    from storage.migrations.triggers_0028 import BACKFILL  # noqa: PLC0415

    with engine.begin() as connection:
        fill(connection)
        insert_raw(connection, "material_decisions", decision_row("own-flexible", "deferral"))
    noted = read(engine, Grouping.WEEK)
    with engine.begin() as connection:
        connection.execute(tally_facts.delete())
        for statement in BACKFILL:
            connection.exec_driver_sql(statement)

    assert read(engine, Grouping.WEEK) == noted
    assert sum(noted.values()) > 3


def test_weeks_begin_on_monday() -> None:
    assert monday_of(WEEK).isoweekday() == 1
    assert week_of(NOON) == WEEK
