"""Over-asking, correction days and the age of answers: counted as what the tables hold."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, insert, select, text

from certs.corrections import CorrectionStep, DayLimits
from certs.overasks import OverAsk
from certs.releases import BasisKind
from storage.acceptance_tables import lookups
from storage.correction_tables import correction_events, corrections
from storage.database import connect
from storage.decision_tables import material_decisions
from storage.license_tables import licenses, usages
from storage.migrations.triggers_0031 import BACKFILL
from storage.tallies import SqlTallies
from storage.tally_tables import tally_facts
from storage.unit_of_work import SqlUnitOfWork
from tests.databases import NewDatabase
from tests.doubles.acceptance import NOON
from tests.doubles.acceptance_database import (
    AT,
    CASE,
    decision_row,
    demand_row,
    fill,
    insert_raw,
    lookup_row,
)
from tests.doubles.acceptance_stands import STANDS
from tests.stored_rows import ROWS
from verify.acceptance.reasons import ReasonCode
from verify.matters.ways import Way
from verify.supervision.figures import Figures, figures_of
from verify.supervision.freshness import AT_MOST, Age, age_of
from verify.supervision.tallies import Fact, Grouping, Weeks, week_of

WEEK = week_of(NOON)
ALWAYS = Weeks(first=0, last=WEEK + 100)
SECOND = 1_000_000
TYPES = ("11100000MB9TXY0149001", "11100000MB9TXY0149002")
ISSUER = "11340200MB9TXY014H"
ANSWERS = (CorrectionStep.DECLINED, CorrectionStep.UPHELD, CorrectionStep.REJECTED)


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    new: NewDatabase = request.getfixturevalue(f"new_{request.param}")
    made = connect(new())
    yield made
    made.dispose()


def figures(engine: Engine, by: Grouping | None = None) -> dict[str, Figures]:
    with engine.connect() as connection:
        return {item.group: item for item in figures_of(SqlTallies(connection).read(ALWAYS, by))}


# Over-asking -----------------------------------------------------------------------------------


def ask_too_much(engine: Engine, number: int) -> list[OverAsk]:
    chance = random.Random(3)  # noqa: S311 - repeatable
    refused = [
        OverAsk(
            at=NOON + timedelta(days=chance.randrange(20)),
            user="window" if chance.random() < 0.5 else "样例系统" * 40,
            department="样例部门",
            matter=chance.choice(("open-restaurant", "newborn", "")),
            type_code=chance.choice(TYPES),
            case_id=chance.choice((CASE.id, "")),
            fields=("signatory",),
            region=chance.choice(("340200", "610300", "")),
        )
        for _ in range(number)
    ]
    with SqlUnitOfWork(engine) as work:
        for item in refused:
            work.overasks.add(item)
        work.commit()
    return refused


def test_over_asking_is_counted_by_type_in_every_group(engine: Engine) -> None:
    refused = ask_too_much(engine, 60)
    groups: dict[Grouping, Callable[[OverAsk], str]] = {
        Grouping.MATTER: lambda item: item.matter,
        Grouping.REGION: lambda item: item.region,
        Grouping.WEEK: lambda item: str(week_of(item.at)),
        Grouping.OPERATOR: lambda item: item.user[:100] if item.case_id else "",
    }

    for by, group_of in groups.items():
        raw = Counter((group_of(item), item.type_code) for item in refused)
        found = figures(engine, by)
        told = {(group, code): n for group in found for code, n in found[group].overasks.items()}
        assert told == raw, by
    with engine.connect() as connection:
        assert SqlTallies(connection).cases(ALWAYS, Fact.OVERASK, TYPES[0]) == (CASE.id,)
        assert SqlTallies(connection).cases(ALWAYS, Fact.OVERASK, "other") == ()


# Corrections -----------------------------------------------------------------------------------


def answer_corrections(connection: Connection, number: int) -> list[tuple[str, str, str, float]]:
    """Keep corrections, most of them answered; return issuer, type, answer and exact days."""
    chance = random.Random(5)  # noqa: S311 - repeatable
    (license,) = ROWS["licenses"]
    connection.execute(insert(licenses).values(license))
    answers = []
    for place in range(number):
        receipt = f"{place:016}"
        is_missing, type_code = chance.random() < 0.4, chance.choice(TYPES)
        raised = NOON + timedelta(days=chance.randrange(10), seconds=chance.randrange(86_400))
        row = {
            "receipt": receipt,
            "request_key": receipt,
            "kind": "missing" if is_missing else "wrong",
            "identifier": None if is_missing else license["identifier"],
            "type_code": type_code,
            "remark": "",
            "step": "raised",
        }
        connection.execute(insert(corrections).values(row))
        answer = chance.choice((*ANSWERS, None))
        took = chance.choice((timedelta(days=chance.randrange(20)), timedelta(hours=5)))
        took += chance.choice((timedelta(), timedelta(microseconds=1)))
        steps = [("raised", raised), ("accepted", raised + took / 2)]
        if answer is not None:
            steps += [(answer.value, raised + took), ("archived", raised + 2 * took)]
            issuer = "" if is_missing else ISSUER
            answers.append((issuer, type_code, answer.value, took / timedelta(days=1)))
        for step, at in steps:
            event = {"receipt": receipt, "step": step, "at": at, "actor": "I001", "reason": ""}
            connection.execute(insert(correction_events).values(event))
    return answers


def test_corrections_are_counted_by_issuer_and_type_and_the_late_ones_exactly(
    engine: Engine,
) -> None:
    with engine.begin() as connection:
        answers = answer_corrections(connection, 80)
    limits = DayLimits(accept=3, verify=8)

    found = {(item.issuer, item.type_code): item for item in figures(engine)[""].answer_days}

    assert len(found) == len({answer[:2] for answer in answers}) == 4
    for key, item in found.items():
        took = [(answer, days) for *names, answer, days in answers if (*names,) == key]
        late = [days > (3 if answer == "declined" else 11) for answer, days in took]
        assert item.answered == len(took)
        assert item.over(limits) == sum(late)
        mean = sum(days for _, days in took) / len(took)
        # Days that have begun are less than one more than those that passed.
        assert item.mean is not None
        assert mean <= item.mean < mean + 1
    assert 0 < sum(item.over(limits) for item in found.values()) < len(answers)
    regions = figures(engine, Grouping.REGION)
    assert regions["340200"].answers.answered == sum(1 for item in answers if item[0])


# Freshness -------------------------------------------------------------------------------------

DECIDED: dict[str, tuple[str, str]] = {
    "valid": ("e_license", "lookup_number"),
    "valid-flexible": ("e_license", "lookup_number"),
    "register-confirms": ("data_check", "data_number"),
    "none-registered": ("data_check", "data_number"),
    "department-confirms": ("department_check", "check_number"),
    "expired-confirmed": ("department_check", "check_number"),
    "none-confirmed": ("department_check", "check_number"),
}


def decide_on_dated_answers(connection: Connection) -> None:
    """Decide on answers of every age, each just within its bounds; some without a date."""
    lags = [int(most.total_seconds()) * SECOND for most in AT_MOST.values()]
    ages = [lags[0], lags[1], lags[1] + 1, lags[3], lags[5], lags[5] + 1, -5 * SECOND]
    fill(connection)
    for (name, (form, column)), lag in zip(DECIDED.items(), ages, strict=True):
        dated = lookup_row(name, stated_at=AT - lag, stated_by="610300")
        insert_raw(connection, "lookups", dated)
        row = decision_row(name, form, **{column: dated["number"]})
        insert_raw(connection, "material_decisions", row)
    insert_raw(connection, "material_decisions", demand_row("expired", ReasonCode.P03))
    insert_raw(connection, "material_decisions", decision_row("own-flexible", "deferral"))


def raw_ages(connection: Connection) -> Counter[Age]:
    """What each decision rests on, looked up row by row."""
    known: dict[tuple[Any, ...], Any] = {
        (row.material, row.way, row.number): row.stated_at
        for row in connection.execute(select(lookups))
    }
    found: Counter[Age] = Counter()
    for row in connection.execute(select(material_decisions)):
        cited = (
            (Way.DEPARTMENT_CHECK, row.check_number),
            (Way.DATA_CHECK, row.data_number),
            (Way.E_LICENSE, row.lookup_number),
        )
        way, number = next((item for item in cited if item[1] is not None), (Way.NONE, None))
        stated_at = known.get((row.material, way.value, number))
        if stated_at is not None:
            found[age_of(row.decided_at - stated_at)] += 1
    return found


def test_the_age_of_what_decisions_rest_on_is_counted_by_the_region_that_said_it(
    engine: Engine,
) -> None:
    with engine.begin() as connection:
        decide_on_dated_answers(connection)
        raw = raw_ages(connection)

    found = figures(engine, Grouping.REGION)

    assert found["610300"].freshness == raw
    assert [*found["610300"].freshness] == [age for age in Age if age in raw]
    assert raw == {
        Age.SECONDS: 2,
        Age.MINUTE: 1,
        Age.MINUTES: 1,
        Age.HOUR: 1,
        Age.WEEK: 1,
        Age.LONGER: 1,
    }
    assert found[""].freshness == {}
    assert found["610300"].fresh_rate == pytest.approx(5 / 7)
    assert len(STANDS) > len(DECIDED)


def test_an_age_leads_to_its_cases_and_to_no_others(engine: Engine) -> None:
    with engine.begin() as connection:
        decide_on_dated_answers(connection)
        raw = raw_ages(connection)
        book = SqlTallies(connection)

        for age in Age:
            behind = book.cases(ALWAYS, Fact.FRESHNESS, age.value)
            assert behind == ((CASE.id,) if age in raw else ()), age
        assert book.cases(ALWAYS, Fact.FRESHNESS, "other") == ()


# Use rates -------------------------------------------------------------------------------------


def license_row(number: int, type_code: str) -> dict[str, object]:
    return {
        **ROWS["licenses"][0],
        "identifier": f"L{number}",
        "number": f"N{number}",
        "type_code": type_code,
        "status_list": None,
        "status_entry": None,
    }


def use_licenses(connection: Connection, number: int) -> list[tuple[str, str, int, bool]]:
    """Use some licenses over weeks, some at once; return each use: license, type, week, whether."""
    chance = random.Random(11)  # noqa: S311 - repeatable
    stock = {f"L{place}": chance.choice(TYPES) for place in range(1, 21)}
    rows = [license_row(int(name[1:]), type_code) for name, type_code in stock.items()]
    connection.execute(insert(licenses), rows)
    hours = sorted(chance.randrange(24 * 7 * 8) for _ in range(number))
    uses: list[dict[str, Any]] = [
        {
            "identifier": f"L{chance.randrange(1, 21)}",
            "at": NOON + timedelta(hours=hour),
            "user": "u",
            "basis": chance.choice(list(BasisKind)).value,
            "purpose": "p",
            "fields": [],
        }
        for hour in hours
    ]
    # Several in one statement, the same license twice among them, as an opening stores them.
    for place in range(0, len(uses), 5):
        connection.execute(insert(usages).values(uses[place : place + 5]))
    return [
        (
            str(use["identifier"]),
            stock[str(use["identifier"])],
            week_of(use["at"]),
            use["basis"] not in {"register", "archive"},
        )
        for use in uses
    ]


def test_a_license_in_use_counts_once_in_whichever_weeks_are_asked_about(engine: Engine) -> None:
    with engine.begin() as connection:
        uses = use_licenses(connection, 150)
    last = max(week for _, _, week, _ in uses)

    for first in range(WEEK, last + 1):
        for end in range(first, last + 1):
            used = {use[:2] for use in uses if use[3] and first <= use[2] <= end}
            raw = Counter(type_code for _, type_code in used)
            with engine.connect() as connection:
                read = SqlTallies(connection).read(Weeks(first=first, last=end))
            (told,) = figures_of(read) or (Figures(group="", counts={}),)
            assert told.licenses_used(first) == raw, (first, end)


# Upgrades --------------------------------------------------------------------------------------


def test_what_was_there_before_is_counted_by_the_upgrade(engine: Engine) -> None:
    """The statements of the migration count what its triggers would have noted."""
    ask_too_much(engine, 30)
    with engine.begin() as connection:
        answer_corrections(connection, 30)
        use_licenses(connection, 60)
    noted = {group: item.counts for group, item in figures(engine, Grouping.WEEK).items()}
    with engine.begin() as connection:
        # What each basis of a use is counted by is older than this migration.
        connection.execute(tally_facts.delete().where(tally_facts.c.what != Fact.USE.value))
        for statement in BACKFILL:
            connection.exec_driver_sql(statement)

    counted = {group: item.counts for group, item in figures(engine, Grouping.WEEK).items()}
    assert counted == noted
    assert len(noted) > 1


# Ways from a figure to its cases ---------------------------------------------------------------

DAYS = 3_000
HERE = Weeks(first=WEEK - 2, last=WEEK - 1)


def fill_years(connection: Connection) -> None:
    """A look-up, a silence and a refusal each day of some years."""
    fill(connection)
    days = [AT - number * 86_400 * SECOND for number in range(DAYS)]
    found = [
        {**lookup_row("none", number=number), "looked_up_at": at}
        for number, at in enumerate(days, start=10)
    ]
    silent = [
        {**lookup_row("source-down", number=number), "looked_up_at": at}
        for number, at in enumerate(days, start=10)
    ]
    names = ("case_id", "material", "way", "number", "result", "looked_up_at")
    silences = [{name: row[name] for name in names} | {"source": "610300"} for row in silent]
    refused = [
        {**ROWS["overasks"][0], "row": number, "at": at, "case_id": CASE.id}
        | {"day": (at + 28_800 * SECOND) // (86_400 * SECOND)}
        for number, at in enumerate(days, start=10)
    ]
    tables = {
        "lookups": [*found, *silent],
        "lookup_silences": silences,
        "overasks": refused,
    }
    for table, rows in tables.items():
        columns = ", ".join(f'"{name}"' for name in rows[0])
        places = ", ".join(f":{name}" for name in rows[0])
        statement = f"INSERT INTO {table} ({columns}) VALUES ({places})"  # noqa: S608 - our own names
        connection.execute(text(statement), rows)
    connection.execute(text("ANALYZE"))


@pytest.fixture
def years(engine: Engine) -> Engine:
    with engine.begin() as connection:
        fill_years(connection)
    return engine


def plan_of(connection: Connection, read: Callable[[], object]) -> str:
    """How the database goes about the statement that a reading sends."""
    sent: list[tuple[str, Any]] = []

    def note(*words: Any) -> None:  # noqa: ANN401 - as the library calls it
        sent.append((words[2], words[3]))

    event.listen(connection, "before_cursor_execute", note)
    read()
    event.remove(connection, "before_cursor_execute", note)
    # SQLite is told to begin before.
    statement, values = sent[-1]
    verb = "EXPLAIN" if connection.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    found = connection.exec_driver_sql(f"{verb} {statement}", values)
    return "\n".join(str(row[-1]) for row in found)


@pytest.mark.parametrize(
    ("fact", "code", "index"),
    [
        (Fact.LOOKUP, "e_license/none", "ix_lookups_by_result"),
        (Fact.SILENT, "610300", "ix_lookup_silences_by_source"),
        (Fact.OVERASK, TYPES[0], "ix_overasks_at"),
    ],
)
def test_cases_behind_a_figure_are_found_by_its_weeks_alone(
    years: Engine, fact: Fact, code: str, index: str
) -> None:
    with years.connect() as connection:
        book = SqlTallies(connection)
        plan = plan_of(connection, lambda: book.cases(HERE, fact, code))

        assert book.cases(HERE, fact, code) == (CASE.id,)
    assert index in plan
    at = "at" if fact is Fact.OVERASK else "looked_up_at"
    assert f"{at}>? AND {at}<?" in plan or f"({at} >= " in plan
