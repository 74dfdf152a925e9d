"""Forms of cases in memory and in both databases, and against SQL past the program."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError

from storage.acceptance import SqlCases
from storage.database import connect
from storage.forms import SqlForms
from storage.outcomes import SqlOutcomes
from tests.databases import NewDatabase
from tests.doubles.acceptance import APPLICANT, NOON
from tests.doubles.acceptance_database import AT, Row, insert_raw
from tests.doubles.acceptance_memory import MemoryCases, MemoryForms
from tests.unit.storage.test_outcomes import DECIDED, OPEN, OTHER, fill, outcome
from verify.case_errors import RecordRefusedError
from verify.decision_errors import FormChangedError
from verify.prefill.desk import FormBook
from verify.prefill.facts import Origin
from verify.prefill.filling import FormEntry, KeptForm
from verify.prefill.sources import SourceKind

ORIGIN = Origin(
    kind=SourceKind.LICENSE,
    title_zh="营业执照",
    license="1.2.156.3005.2.x",
    field="domicile",
    as_of=date(2026, 3, 18),
    is_authoritative=True,
)
FORM = KeptForm(
    case_id=OPEN.id,
    version=1,
    entries=(
        FormEntry(field="domicile", value="样例㼆路1号", origin=ORIGIN),
        FormEntry(field="phone", value="", is_changed=True),
    ),
    operator="window",
    recorded_at=NOON,
)
Opened = Callable[[], AbstractContextManager[FormBook]]


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def opened(request: pytest.FixtureRequest) -> Iterator[Opened]:
    if request.param == "memory":
        cases = MemoryCases()
        fill(cases)
        cases.settled[OTHER.id] = (outcome(OTHER), None)

        @contextmanager
        def in_memory() -> Iterator[FormBook]:
            yield MemoryForms(cases)

        yield in_memory
        return
    new: NewDatabase = request.getfixturevalue(f"new_{request.param}")
    engine = connect(new())
    with engine.begin() as connection:
        fill(SqlCases(connection))
        SqlOutcomes(connection).add(outcome(OTHER), None)

    @contextmanager
    def in_database() -> Iterator[FormBook]:
        with engine.begin() as connection:
            yield SqlForms(connection)

    yield in_database
    engine.dispose()


def test_newest_version_comes_back_as_it_was_kept(opened: Opened) -> None:
    second = replace(FORM, version=2, entries=FORM.entries[:1])
    with opened() as book:
        assert book.find(OPEN.id) is None
        book.add(FORM)
        assert book.find(OPEN.id) == FORM
        book.add(second)

        assert book.find(OPEN.id) == second


def test_earlier_form_of_the_same_applicant_is_found(opened: Opened) -> None:
    later = replace(FORM, case_id=DECIDED.id, recorded_at=NOON + timedelta(hours=1))
    with opened() as book:
        book.add(FORM)
        book.add(later)

        assert book.previous(APPLICANT, besides="C" + "Z" * 20) == later
        assert book.previous(APPLICANT, besides=DECIDED.id) == FORM
        code = replace(APPLICANT.code, code="11610300MB9TXY014E")
        assert book.previous(replace(APPLICANT, code=code), besides="") is None


def test_version_is_kept_once(opened: Opened) -> None:
    with opened() as book:
        book.add(FORM)
    with pytest.raises(FormChangedError), opened() as book:
        book.add(replace(FORM, entries=()))


@pytest.mark.parametrize(
    "refused",
    [
        replace(FORM, version=2),
        replace(FORM, operator="chief"),
        replace(FORM, case_id=OTHER.id),
        replace(FORM, case_id="C" + "Z" * 20),
    ],
    ids=["a version is left out", "no window", "settled", "no case"],
)
def test_form_that_may_not_be_kept_is_refused(opened: Opened, refused: KeptForm) -> None:
    with pytest.raises(RecordRefusedError), opened() as book:
        book.add(refused)


@pytest.fixture(scope="module")
def engine(shared_engine: Engine) -> Engine:
    with shared_engine.begin() as connection:
        fill(SqlCases(connection))
        SqlForms(connection).add(FORM)
        SqlOutcomes(connection).add(outcome(OTHER), None)
    return shared_engine


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection, connection.begin() as transaction:
        yield connection
        transaction.rollback()


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("version_positive", {"version": 0}),
        ("operator_accepts", {"operator": "chief", "operator_role": "acceptance_approver"}),
        ("case_forms_in_order", {"version": 3}),
        ("case_forms_case_open", {"case_id": OTHER.id, "version": 1}),
        ("(?i)foreign key", {"operator": "nobody"}),
    ],
)
def test_sql_past_the_program_is_refused(
    connection: Connection, rule: str, changes: dict[str, object]
) -> None:
    row: Row = {
        "case_id": OPEN.id,
        "version": 2,
        "entries": "[]",
        "operator": "window",
        "operator_role": "acceptance",
        "recorded_at": AT,
    }
    with pytest.raises(IntegrityError, match=rule):
        insert_raw(connection, "case_forms", {**row, **changes})


@pytest.mark.parametrize("act", ["UPDATE case_forms SET entries = '[]'", "DELETE FROM case_forms"])
def test_what_a_form_said_stays(connection: Connection, act: str) -> None:
    with pytest.raises(IntegrityError, match="case_forms_append_only"):
        connection.execute(text(act))
