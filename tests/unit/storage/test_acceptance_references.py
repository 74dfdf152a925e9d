"""What a row refers to, and that it stays, against somebody who writes SQL past the program."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError

from storage.acceptance import SqlCases
from storage.acceptance_rows import materials_to_rows
from storage.acceptance_tables import TRIGGERS
from storage.database import connect
from storage.decision_tables import material_decisions
from storage.promise_tables import PROMISE_TRIGGERS
from storage.tables import metadata
from storage.triggers import create_triggers
from tests.databases import NewDatabase
from tests.doubles.acceptance_database import (
    AT,
    CASE,
    CASE_ROW,
    OTHER_CASE,
    UNKNOWN_MATERIAL,
    Row,
    decision_row,
    demand_row,
    fill,
    insert_raw,
    lookup_row,
    ways_row,
)
from tests.doubles.acceptance_matter import MATTER
from tests.doubles.acceptance_stands import EVERY_RESULT
from verify.acceptance.reasons import LookupResult, ReasonCode

R = LookupResult
P = ReasonCode
HOUR = 3_600_000_000
EVER: Row = {"first_day": -719162, "last_day": 2932896}


@pytest.fixture(scope="module")
def engine(shared_engine: Engine) -> Engine:
    with shared_engine.begin() as connection:
        fill(connection)
    return shared_engine


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """A transaction that is rolled back, so that the tests share one database."""
    with engine.connect() as connection, connection.begin() as transaction:
        yield connection
        transaction.rollback()


def material_row(**changes: object) -> Row:
    row: Row = {
        "matter_code": "every-result",
        "matter_version": 1,
        "code": "household-register",
        "source": "self",
        **EVER,
        **ways_row("own"),
    }
    return {**row, **changes}


def case_material_row(name: str, **changes: object) -> Row:
    row: Row = {
        "case_id": OTHER_CASE,
        "material": name,
        "matter_code": EVERY_RESULT.code,
        "matter_version": 1,
        "opened_on": CASE_ROW["opened_on"],
        **EVER,
        **ways_row(name),
    }
    return {**row, **changes}


BORROWED = [
    # The look-up's result, its time or its owner is another than the decision says.
    demand_row(R.VALID, P.P03, lookup_result="expired", ground="expired"),
    decision_row(R.NONE, "e_license", lookup_result="valid"),
    decision_row(R.VALID, "e_license", looked_up_at=AT + 1, decided_at=AT + 2),
    decision_row("valid-flexible", "deferral", lookup_number=7, lookup_result="expired"),
    demand_row(R.EXPIRED, P.P03, material="valid"),
    decision_row("register-denies", "data_check", data_result="confirmed"),
    demand_row(
        "register-confirms",
        P.P02,
        data_result="source_down",
        ground="source_down",
        probe_way="data_check",
        probe_number=1,
        probe_source="register/register",
        probe_state="down",
        probed_at=AT,
    ),
    # The probe is of a source that was not silent, or it never took place.
    demand_row(R.SOURCE_DOWN, P.P02, probe_source="register/register"),
    demand_row("register-silent", P.P02, probe_source="610300"),
    demand_row(R.SOURCE_DOWN, P.P02, probe_source="340200"),
    demand_row(R.SOURCE_DOWN, P.P02, probed_at=AT + 1, decided_at=AT + 2),
    decision_row("register-confirms", "data_check", data_at=AT + 1, decided_at=AT + 2),
    decision_row("department-denies", "department_check", check_result="confirmed"),
    demand_row("department-asked", P.P01, check_result="denied", ground="denied"),
    demand_row("none-asked", P.P02, check_result="timed_out", ground="timed_out"),
    # The reason does not fit the result, or lies about the second person.
    demand_row(R.VALID, P.P01),
    demand_row(R.VALID, P.P99),
    demand_row("register-confirms", P.P01),
    demand_row("department-confirms", P.P99),
    demand_row(R.EXPIRED, P.P09),
    demand_row(R.EXPIRED, P.P99, reason_needs_approver=False),
    # People without the role.
    demand_row(R.VALID, P.P09, approver="second-window"),
    demand_row(R.VALID, P.P09, approver="nobody"),
    demand_row(R.VALID, P.P09, approver="CHIEF"),
    decision_row(R.VALID, "e_license", operator="head"),
    # A material that the case does not ask for, or whose ways it denies or invents.
    decision_row("own", material="household-register"),
    decision_row("own", material="valid"),
    decision_row("own", material="abolished"),
    decision_row("own", material="department-unasked"),
    decision_row("own", case_id=OTHER_CASE),
    decision_row(R.EXPIRED, "commitment", may_commit=True),
    decision_row("own", "deferral", may_defer=True),
    decision_row("own", "exempt", is_cancelled=True),
]


@pytest.mark.parametrize("row", BORROWED)
def test_a_decision_cannot_lie_about_what_it_refers_to(connection: Connection, row: Row) -> None:
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        insert_raw(connection, "material_decisions", row)


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("cases", {**CASE_ROW, "operator": "nobody"}),
        ("cases", {**CASE_ROW, "operator": "head"}),
        ("cases", {**CASE_ROW, "matter_version": 2}),
        # An answer to nothing, to another answer, or with another due time.
        ("lookups", lookup_row("none-denied", question=7)),
        ("lookups", lookup_row("none-denied", question=2)),
        ("lookups", lookup_row("none-overdue", due_at=AT - 47 * HOUR)),
        ("matter_materials", material_row(matter_code="unknown")),
    ],
)
def test_other_rows_cannot_refer_to_what_is_not_there(
    connection: Connection, table: str, row: Row
) -> None:
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        insert_raw(connection, table, row)


@pytest.mark.parametrize(
    "row",
    [
        case_material_row("valid", **ways_row("own")),
        case_material_row("valid", asks_license=False),
        case_material_row("valid", may_defer=True),
        case_material_row("own", may_commit=True),
        case_material_row("none-denied", asks_department=False),
        case_material_row("own", material=UNKNOWN_MATERIAL),
        case_material_row("valid", first_day=0),
    ],
)
def test_a_case_cannot_drop_a_rule_invent_one_or_ask_for_more_than_its_matter(
    connection: Connection, row: Row
) -> None:
    insert_raw(connection, "cases", CASE_ROW)

    with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        insert_raw(connection, "case_materials", row)


def test_a_case_cannot_ask_for_what_another_matter_asks_for(connection: Connection) -> None:
    other: Row = {"matter_code": "other-matter", "matter_version": 1}
    insert_raw(connection, "matters", {"code": "other-matter", "version": 1})
    insert_raw(connection, "matter_materials", material_row(**other))
    always = {**other, "material": "household-register", "conditions": "{}"}
    insert_raw(connection, "matter_conditions", always)
    row = case_material_row("own", case_id=CASE.id, material="household-register", **other)

    with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        insert_raw(connection, "case_materials", row)


def test_no_second_rule_is_slipped_under_a_day_that_has_one(connection: Connection) -> None:
    row = material_row(
        code="valid", source="government_issued", first_day=1, **ways_row("department-asked")
    )

    with pytest.raises(IntegrityError, match="matter_materials_one_a_day"):
        insert_raw(connection, "matter_materials", row)


@pytest.mark.parametrize(
    "row",
    [
        lookup_row("none-denied", material="none"),
        lookup_row("register-denies", material="valid"),
        lookup_row(material="own"),
        lookup_row(material="abolished"),
        lookup_row(case_id=OTHER_CASE),
    ],
)
def test_nobody_looks_up_in_a_way_that_is_not_open(connection: Connection, row: Row) -> None:
    with pytest.raises(IntegrityError, match="lookups_way_open"):
        insert_raw(connection, "lookups", row)


@pytest.mark.parametrize("edition", [0, 1, 2, 4])
def test_no_decision_is_made_under_the_rules_of_yesterday(
    connection: Connection, edition: int
) -> None:
    row = decision_row(R.EXPIRED, "deferral", edition=edition)

    with pytest.raises(IntegrityError, match="material_decisions_rules_of_today"):
        insert_raw(connection, "material_decisions", row)


def test_a_decision_column_that_must_say_something_cannot_be_null(connection: Connection) -> None:
    needed = [column.name for column in material_decisions.columns if not column.nullable]

    assert set(needed) >= {"way", "form", "voluntary", "operator", "operator_role", "decided_at"}
    for name in needed:
        with pytest.raises(IntegrityError, match=r"(?i)null"), connection.begin_nested():
            insert_raw(
                connection, "material_decisions", {**decision_row(R.VALID, "e_license"), name: None}
            )


@pytest.mark.parametrize("person", ["operator", "approver"])
def test_a_withdrawn_role_no_longer_serves(connection: Connection, person: str) -> None:
    row = demand_row(R.VALID, P.P09)
    if person == "approver":
        row["approver"] = "retired"
    else:
        change = "UPDATE people_roles SET withdrawn = :yes WHERE person = 'window'"
        connection.execute(text(change), {"yes": True})
        with pytest.raises(IntegrityError, match="cases_role_held"), connection.begin_nested():
            insert_raw(connection, "cases", CASE_ROW)

    with pytest.raises(IntegrityError, match="material_decisions_roles_held"):
        insert_raw(connection, "material_decisions", row)


def test_a_role_that_was_used_cannot_be_removed_from_the_record(connection: Connection) -> None:
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        connection.execute(text("DELETE FROM people_roles WHERE person = 'window'"))


NO_CHECK: Row = {"check_number": None, "check_result": None, "check_at": None}


@pytest.mark.parametrize(
    ("newer", "row"),
    [
        (lookup_row(material="expired"), demand_row(R.EXPIRED, P.P03)),
        (lookup_row(material="source-down"), decision_row(R.SOURCE_DOWN, "deferral")),
        (
            lookup_row("register-confirms", material="register-silent"),
            demand_row("register-silent", P.P02),
        ),
        (lookup_row("none-denied", result="confirmed"), demand_row("none-denied", P.P01)),
        # A department that was asked is not passed over.
        (None, decision_row("none-denied", "paper", voluntary=True, **NO_CHECK)),
        (None, decision_row("expired-asked", "paper", voluntary=True, **NO_CHECK)),
        (None, demand_row("expired-confirmed", P.P03, **NO_CHECK)),
    ],
)
def test_a_look_up_that_failed_cannot_be_cited_past_a_newer_one_that_serves(
    connection: Connection, newer: Row | None, row: Row
) -> None:
    if newer is not None:
        insert_raw(connection, "lookups", newer)

    with pytest.raises(IntegrityError, match="material_decisions_latest_lookup"):
        insert_raw(connection, "material_decisions", row)


def keep_a_promise(connection: Connection) -> None:
    """Keep a row in every table."""
    insert_raw(connection, "material_decisions", decision_row("own-flexible", "deferral"))
    promised = {"case_id": CASE.id, "material": "own-flexible"}
    insert_raw(connection, "promises", {**promised, "kind": "waived", "made_at": AT})
    reminded = {**promised, "number": 1, "kind": "reminded", "at": AT}
    insert_raw(connection, "promise_steps", reminded)


@pytest.mark.parametrize("late", [0, 1, 600_000_000])
def test_a_source_that_works_again_has_to_be_asked_again(connection: Connection, late: int) -> None:
    probe = {"source": "610300", "state": "up", "probed_at": AT + late}
    insert_raw(connection, "source_probes", probe)

    with pytest.raises(IntegrityError, match="material_decisions_probes_agree"):
        insert_raw(connection, "material_decisions", demand_row(R.SOURCE_DOWN, P.P02))


def test_that_a_source_worked_before_says_nothing(connection: Connection) -> None:
    insert_raw(
        connection, "source_probes", {"source": "610300", "state": "up", "probed_at": AT - 1}
    )

    insert_raw(connection, "material_decisions", demand_row(R.SOURCE_DOWN, P.P02))


def test_a_silence_belongs_to_a_look_up_that_found_it(connection: Connection) -> None:
    row = {
        "case_id": CASE.id,
        "material": "none",
        "way": "e_license",
        "number": 1,
        "result": "source_down",
        "looked_up_at": AT,
        "source": "610300",
    }

    with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        insert_raw(connection, "lookup_silences", row)


def kept_tables() -> list[str]:
    return sorted({trigger.table.name for trigger in (*TRIGGERS, *PROMISE_TRIGGERS)})


@pytest.mark.parametrize("table", kept_tables())
@pytest.mark.parametrize("act", ["UPDATE {t} SET {c} = {c}", "DELETE FROM {t}"])
def test_what_was_recorded_is_neither_changed_nor_removed(
    connection: Connection, table: str, act: str
) -> None:
    keep_a_promise(connection)
    column = metadata.tables[table].c[0].name

    with pytest.raises(IntegrityError, match=f"{table}_append_only"):
        connection.execute(text(act.format(t=table, c=column)))


@pytest.mark.parametrize("table", kept_tables())
def test_what_was_recorded_is_not_replaced(connection: Connection, table: str) -> None:
    if connection.dialect.name != "sqlite":
        pytest.skip("only SQLite knows INSERT OR REPLACE")
    keep_a_promise(connection)
    row = dict(connection.execute(text(f"SELECT * FROM {table}")).mappings().first() or {})  # noqa: S608

    for verb in ("INSERT OR REPLACE", "INSERT"):
        with pytest.raises(IntegrityError, match=f"pk_{table}|{table}_one_a_day"):
            insert_raw(connection, table, row, verb=verb)


def test_the_rule_of_the_second_person_holds_even_if_the_reasons_were_tampered_with(
    connection: Connection,
) -> None:
    if connection.dialect.name != "sqlite":
        pytest.skip("only SQLite lets anybody switch checks off")
    connection.execute(text("PRAGMA ignore_check_constraints = ON"))
    insert_raw(
        connection,
        "exception_reasons",
        {"code": "P01", "applies_to": "valid", "needs_approver": False},
    )
    connection.execute(text("PRAGMA ignore_check_constraints = OFF"))
    row = demand_row(R.VALID, P.P01, reason_needs_approver=False, approver=None, approver_role=None)

    with pytest.raises(IntegrityError, match="serving_approved"):
        insert_raw(connection, "material_decisions", row)


def test_a_migration_can_make_the_triggers_on_its_own(new_database: NewDatabase) -> None:
    engine = connect(new_database())
    with engine.begin() as connection:
        fill(connection)
        if connection.dialect.name == "sqlite":
            names = connection.execute(
                text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            ).scalars()
            for name in list(names):
                connection.execute(text(f"DROP TRIGGER {name}"))
        create_triggers(connection, TRIGGERS)
        with pytest.raises(IntegrityError, match="lookups_append_only"):
            connection.execute(text("UPDATE lookups SET number = number"))
    engine.dispose()


def matter_in_two_sizes(connection: Connection) -> None:
    """Keep a matter that asks for the plan of big premises only, and a case of small ones."""
    cases = SqlCases(connection)
    cases.publish(MATTER)
    cases.add(
        replace(
            CASE,
            id=OTHER_CASE,
            matter_code=MATTER.code,
            matter_version=MATTER.version,
            situation={"size": "small"},
        ),
        MATTER,
    )


def plan_row(case_id: str) -> Row:
    (wanted,) = [row for row in materials_to_rows(MATTER) if row["code"] == "plan"]
    return {
        "case_id": case_id,
        "opened_on": CASE_ROW["opened_on"],
        "material": wanted.pop("code"),
        **{name: value for name, value in wanted.items() if name != "source"},
    }


def test_a_material_that_the_situation_does_not_call_for_is_not_stored(
    connection: Connection,
) -> None:
    matter_in_two_sizes(connection)

    with pytest.raises(IntegrityError, match="case_materials_called_for"):
        insert_raw(connection, "case_materials", plan_row(OTHER_CASE))


def test_nobody_widens_the_situations_of_a_matter(connection: Connection) -> None:
    matter_in_two_sizes(connection)
    row: Row = {
        "matter_code": MATTER.code,
        "matter_version": MATTER.version,
        "material": "plan",
        "conditions": "{}",
    }

    with pytest.raises(IntegrityError):
        insert_raw(connection, "matter_conditions", row)


def test_a_material_whose_situations_are_not_known_is_not_stored(connection: Connection) -> None:
    connection.execute(text("INSERT INTO matters (code, version) VALUES ('bare', 1)"))
    insert_raw(connection, "matter_materials", material_row(matter_code="bare", matter_version=1))
    insert_raw(connection, "cases", CASE_ROW | {"matter_code": "bare"})

    with pytest.raises(IntegrityError, match="case_materials_called_for"):
        insert_raw(
            connection,
            "case_materials",
            {
                "case_id": OTHER_CASE,
                "material": "household-register",
                "matter_code": "bare",
                "matter_version": 1,
                "opened_on": CASE_ROW["opened_on"],
                **EVER,
                **ways_row("own"),
            },
        )
