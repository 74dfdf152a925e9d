"""How opening a case grows with the cases that are there: bulk-made rows, and the same opening.

Rows are made past the triggers, which are put back before anything is measured.
"""

import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, text

from api.benches.measuring import Measurement
from certs.holder_codes import HolderCode, HolderCodeType
from certs.regions import RegionCode
from certs.samples.codes import social_credit_code
from storage.database import connect
from storage.schema import upgrade
from storage.tables import metadata
from storage.tally_tables import tally_facts
from storage.unit_of_work import SqlUnitOfWork
from verify.acceptance.lookups import Lookup
from verify.acceptance.reasons import LookupResult
from verify.acceptance.records import Applicant, Case, PersonRole, random_case_id
from verify.matters.catalogue import Matter
from verify.matters.files import shipped_matters
from verify.matters.ways import Way
from verify.supervision.figures import figures_of
from verify.supervision.tallies import Grouping, Weeks

_SMALL: Final = 1_000
_LARGE: Final = 1_000_000
_ROUNDS: Final = 300
_GROWTH: Final = 1.3
_OPERATOR: Final = "bench"
_MATTER: Final = "food-license"
_READS: Final = 7
_TALLIES: Final = 400_000
_SPREAD: Final = text(
    "INSERT INTO tallies (week, matter, operator, region, what, code, number)"
    " WITH RECURSIVE c(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM c WHERE n + 1 < :rows)"
    " SELECT 2900 + n % 52, 'm' || (n / 52 % 40), 'w' || (n % 500), '', 'decision',"
    " 'demand/P' || (n / 2080), 30 FROM c"
)
_ALWAYS: Final = Weeks(first=0, last=400_000)
_NOW: Final = datetime(2026, 6, 1, 2, tzinfo=UTC)


def bench_case_growth() -> list[Measurement]:
    """Keep and read a case in a small and in a large book of cases."""
    with _book(_SMALL) as small, _book(_LARGE) as large:
        in_small, in_large = _times(small, large)
        figures = _figures_seconds(large)
    return [
        Measurement(
            name="case kept and read, 10⁶ cases, p50, SQLite",
            per_second=statistics.median(in_large),
            reference="10³ cases",
            reference_per_second=statistics.median(in_small),
            at_most=_GROWTH,
            unit="ms",
        ),
        Measurement(
            name="figures of 10⁶ cases by matter, counted",
            per_second=figures,
            reference="wanted",
            reference_per_second=1.0,
            at_most=1.0,
            unit="s",
        ),
    ]


def _figures_seconds(engine: Engine) -> float:
    """Return the seconds of reading all figures of a year, by matter.

    A million cases of forty matters at five hundred windows come to so many different tallies.
    """
    with engine.begin() as connection:
        connection.execute(tally_facts.delete())
        connection.execute(_SPREAD, {"rows": _TALLIES})
    times = []
    for _ in range(_READS):
        started = time.perf_counter()
        with SqlUnitOfWork(engine) as work:
            figures_of(work.tallies.read(_ALWAYS, Grouping.MATTER))
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def _times(small: Engine, large: Engine) -> tuple[list[float], list[float]]:
    """Return the milliseconds of keeping a case and reading it, the books taking turns."""
    times: tuple[list[float], list[float]] = ([], [])
    matter = shipped_matters().latest(_MATTER)
    for number in range(_ROUNDS):
        for engine, so_far in ((small, times[0]), (large, times[1])):
            case = _case(matter, number)
            started = time.perf_counter()
            with SqlUnitOfWork(engine) as work:
                work.cases.add(case, matter)
                work.cases.add_lookups(
                    [
                        _lookup(case, item.code)
                        for item in matter.asked_for(case.situation)
                        if Way.E_LICENSE in item.ways_on(case.opened_on)
                    ]
                )
                work.cases.latest_lookups(case.id)
                work.cases.decisions(case.id)
                work.commit()
            so_far.append((time.perf_counter() - started) * 1000)
    return times


def _case(matter: Matter, number: int) -> Case:
    code = social_credit_code(random.Random(number), RegionCode("340200"))  # noqa: S311 - synthetic
    holder = HolderCode(code_type=HolderCodeType.SOCIAL_CREDIT_CODE, code=code)
    return Case(
        id=random_case_id(),
        matter_code=matter.code,
        matter_version=matter.version,
        applicant=Applicant(code=holder, name="芜湖市（样例）餐饮店"),
        operator=_OPERATOR,
        opened_at=_NOW + timedelta(seconds=number),
        situation={"kind": "catering"},
    )


def _lookup(case: Case, material: str) -> Lookup:
    return Lookup(
        case_id=case.id,
        material=material,
        number=1,
        way=Way.E_LICENSE,
        result=LookupResult.NONE,
        looked_up_at=case.opened_at,
    )


@contextmanager
def _book(cases: int) -> Iterator[Engine]:
    """Make a database with so many cases, each with what its situation calls for."""
    with tempfile.TemporaryDirectory(prefix="yinxin-bench-") as folder:
        engine = connect(f"sqlite:///{Path(folder) / 'db.sqlite3'}")
        upgrade(engine)
        matter = shipped_matters().latest(_MATTER)
        with SqlUnitOfWork(engine) as work:
            work.cases.publish_reasons()
            work.cases.publish(matter)
            work.cases.grant_role(_OPERATOR, PersonRole.ACCEPTANCE)
            first = _case(matter, 0)
            work.cases.add(first, matter)
            work.cases.add_lookups([_lookup(first, "business-license")])
            work.commit()
        with engine.begin() as connection:
            fill(connection, cases)
        yield engine
        engine.dispose()


def fill(connection: Connection, cases: int) -> None:
    """Make many cases like the one that is there, each with its materials and a look-up."""
    triggers = connection.execute(
        text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    ).all()
    for name, _ in triggers:
        connection.execute(text(f'DROP TRIGGER "{name}"'))
    connection.execute(text("CREATE TEMP TABLE numbers (n INTEGER PRIMARY KEY)"))
    connection.execute(
        text(
            "INSERT INTO numbers WITH RECURSIVE c(n) AS"
            " (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < :cases) SELECT n FROM c"
        ),
        {"cases": cases},
    )
    for table, key, at, chosen in _TABLES:
        _copy(connection, table, key, at, chosen)
    connection.execute(text("DROP TABLE numbers"))
    for _, definition in triggers:
        connection.exec_driver_sql(definition)
    connection.execute(text("ANALYZE"))


_ID: Final = "'B' || printf('%020d', n)"
_TABLES: Final = (
    ("cases", "id", "opened_at", ""),
    ("case_materials", "case_id", "", "WHERE material = 'business-license'"),
    ("lookups", "case_id", "looked_up_at", "WHERE material = 'business-license'"),
)
"""What is copied: the table, its column for the case and for the time, and which row."""


def _copy(connection: Connection, table: str, key: str, at: str, chosen: str) -> None:
    names = [item.name for item in metadata.tables[table].columns]
    special = {key: _ID, at: f"{at} + n"}
    values = ", ".join(special.get(name, name) for name in names)
    connection.exec_driver_sql(
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {values}"  # noqa: S608 - our own names
        f" FROM numbers, (SELECT * FROM {table} {chosen} LIMIT 1)"
    )
