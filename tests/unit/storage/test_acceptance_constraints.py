"""Every rule of the gate against somebody who writes SQL past the program."""

from collections.abc import Iterator

import pytest
from sqlalchemy import CheckConstraint, Connection, Engine, text
from sqlalchemy.exc import IntegrityError

from storage.acceptance_tables import case_materials, cases, lookup_silences, lookups
from storage.decision_tables import material_decisions
from storage.matter_tables import FLAGS, exception_reasons, matter_materials, people_roles
from tests.doubles.acceptance_database import (
    AT,
    CASE,
    CASE_ROW,
    NO_PROBE,
    UNKNOWN_MATERIAL,
    Row,
    decision_row,
    demand_row,
    fill,
    insert_raw,
    lookup_row,
    ways_row,
)
from tests.doubles.acceptance_stands import EVERY_RESULT
from verify.acceptance.reasons import LookupResult, ReasonCode

R = LookupResult
P = ReasonCode
TEN_MINUTES = 600_000_000


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


def rule(table: str, name: str) -> str:
    return f"ck_{table}_{name}"


NOT_CITED: Row = {"lookup_number": None, "lookup_result": None, "looked_up_at": None}
NO_DATA: Row = {"data_number": None, "data_result": None, "data_at": None}
ALONE: Row = {"approver": None, "approver_role": None}

OFFENDING_DECISIONS: list[tuple[str, Row]] = [
    ("form_known", decision_row(R.NONE, "promise")),
    # Forms that need something to serve.
    ("exempt_cancelled", decision_row(R.VALID, "exempt")),
    ("exempt_cancelled", decision_row("own", "exempt")),
    ("e_license_valid", decision_row(R.NONE, "e_license")),
    ("e_license_valid", decision_row("own", "e_license")),
    ("e_license_valid", decision_row("register-confirms", "e_license")),
    ("data_confirmed", decision_row("register-denies", "data_check")),
    ("data_confirmed", decision_row(R.VALID, "data_check")),
    ("department_confirmed", decision_row("department-asked", "department_check")),
    ("department_confirmed", decision_row("none-overdue", "department_check")),
    ("department_confirmed", decision_row("own", "department_check")),
    # Detours.
    ("no_detour", decision_row("valid-flexible", "deferral")),
    ("no_detour", decision_row("valid-flexible", "commitment")),
    ("no_detour", decision_row("register-confirms", "deferral")),
    ("no_detour", decision_row("register-confirms", "commitment")),
    ("no_detour", decision_row("department-confirms", "deferral")),
    ("no_detour", decision_row("department-confirms", "commitment")),
    ("no_detour", decision_row("abolished", "deferral", may_defer=True)),
    ("commitment_has_rule", decision_row(R.EXPIRED, "commitment")),
    ("commitment_has_rule", decision_row(R.SOURCE_DOWN, "commitment")),
    ("commitment_has_rule", decision_row("own", "commitment")),
    ("deferral_has_rule", decision_row(R.EXPIRED, "deferral")),
    ("deferral_has_rule", decision_row("none-denied", "deferral")),
    ("deferral_has_rule", decision_row("own", "deferral")),
    # Voluntary paper.
    ("voluntary_flag", decision_row(R.VALID, voluntary=2)),
    ("voluntary_paper", decision_row(R.VALID, "e_license", voluntary=True)),
    ("voluntary_no_demand", demand_row(R.VALID, P.P09, voluntary=True)),
    # Demands.
    ("cancelled_not_demanded", decision_row("abolished")),
    ("demand_has_reason", decision_row(R.EXPIRED)),
    ("demand_has_reason", decision_row(R.SOURCE_DOWN)),
    ("demand_has_reason", decision_row(R.VALID)),
    ("demand_has_reason", decision_row("register-confirms")),
    ("department_heard", demand_row(R.NONE, P.P01)),
    ("department_heard", demand_row("register-denies", P.P01)),
    ("department_heard", demand_row("none-asked", P.P01)),
    ("department_heard", demand_row("expired-asked", P.P03)),
    (
        "serving_approved",
        demand_row(R.VALID, P.P09, reason_needs_approver=False, **ALONE),
    ),
    (
        "serving_approved",
        demand_row("register-confirms", P.P09, reason_needs_approver=False, **ALONE),
    ),
    (
        "serving_approved",
        demand_row("department-confirms", P.P09, reason_needs_approver=False, **ALONE),
    ),
    # Reasons.
    ("reason_for_paper", demand_row(R.SOURCE_DOWN, P.P02, form="deferral")),
    # Silence that nobody but the window saw.
    ("silence_probed", demand_row(R.SOURCE_DOWN, P.P02, **NO_PROBE)),
    ("silence_probed", demand_row(R.SOURCE_DOWN, P.P99, **NO_PROBE)),
    ("silence_probed", demand_row("register-silent", P.P02, **NO_PROBE)),
    ("silence_probed", demand_row("silent-overdue", P.P02, **NO_PROBE)),
    ("probe_whole", demand_row(R.SOURCE_DOWN, P.P02, probed_at=None)),
    ("probe_whole", demand_row(R.SOURCE_DOWN, P.P02, probe_source=None)),
    ("probe_down", demand_row(R.SOURCE_DOWN, P.P02, probe_state="up")),
    ("probe_of_look_up", demand_row(R.SOURCE_DOWN, P.P02, probe_way="data_check")),
    ("probe_of_look_up", demand_row("register-silent", P.P02, probe_way="e_license")),
    ("probe_of_look_up", demand_row(R.SOURCE_DOWN, P.P02, probe_number=2)),
    ("probe_of_look_up", demand_row(R.SOURCE_DOWN, P.P02, probed_at=AT - 1)),
    ("probe_before", demand_row(R.SOURCE_DOWN, P.P02, probed_at=AT + 1)),
    (
        "probe_for_ground",
        demand_row("silent-overdue", P.P02, ground="timed_out", reason_needs_approver=False),
    ),
    ("reason_whole", demand_row(R.EXPIRED, P.P03, reason_needs_approver=None)),
    ("reason_whole", demand_row(R.EXPIRED, P.P03, ground=None)),
    ("reason_whole", decision_row(R.SOURCE_DOWN, "deferral", reason_needs_approver=False)),
    ("reason_needs_approver_flag", demand_row(R.EXPIRED, P.P03, reason_needs_approver=2)),
    ("ground_cited", demand_row(R.EXPIRED, P.P01, ground="none")),
    ("ground_cited", decision_row("own", reason="P01", ground="none", reason_needs_approver=False)),
    ("ground_serves", demand_row("none-registered", P.P01)),
    ("ground_serves", demand_row("expired-confirmed", P.P03)),
    ("other_has_note", demand_row(R.EXPIRED, P.P99, note=None)),
    ("other_has_note", demand_row(R.EXPIRED, P.P99, note="  ")),
    ("reason_approved", demand_row(R.EXPIRED, P.P99, **ALONE)),
    ("reason_approved", demand_row(R.VALID, P.P09, **ALONE)),
    # People.
    ("approver_whole", demand_row(R.VALID, P.P09, approver_role=None)),
    ("approver_whole", demand_row(R.EXPIRED, P.P03, approver=None)),
    ("approver_is_another", demand_row(R.VALID, P.P09, operator="chief")),
    (
        "approver_approves",
        demand_row(R.VALID, P.P09, approver="second-window", approver_role="acceptance"),
    ),
    (
        "approver_has_reason",
        decision_row(
            R.SOURCE_DOWN, "deferral", approver="chief", approver_role="acceptance_approver"
        ),
    ),
    (
        "operator_accepts",
        decision_row(
            R.SOURCE_DOWN, "deferral", operator="head", operator_role="acceptance_approver"
        ),
    ),
    # Citations.
    ("ways_named", decision_row(R.VALID, "e_license", lookup_way="data_check")),
    ("ways_named", decision_row("register-confirms", "data_check", data_way="e_license")),
    ("ways_named", decision_row("none-denied", voluntary=True, check_way="data_check")),
    ("lookup_cited", decision_row(R.SOURCE_DOWN, "paper", voluntary=True, **NOT_CITED)),
    ("lookup_cited", decision_row(R.VALID, voluntary=True, asks_license=False)),
    ("data_cited", decision_row("register-denies", "paper", voluntary=True, **NO_DATA)),
    ("data_cited", decision_row("register-denies", voluntary=True, asks_data=False)),
    ("check_cited", decision_row("department-unasked", voluntary=True)),
    ("check_counts", decision_row("none-denied", voluntary=True, asks_department=False)),
    (
        "check_counts",
        decision_row(
            R.VALID,
            voluntary=True,
            asks_department=True,
            check_number=1,
            check_result="asked",
            check_at=AT,
        ),
    ),
    ("lookup_whole", decision_row(R.VALID, voluntary=True, lookup_result=None)),
    ("lookup_whole", decision_row(R.VALID, "e_license", looked_up_at=None)),
    ("data_whole", decision_row("register-confirms", "data_check", data_at=None)),
    ("check_whole", decision_row("department-confirms", "department_check", check_at=None)),
    ("lookup_fresh", decision_row(R.VALID, "e_license", decided_at=AT + TEN_MINUTES + 1)),
    ("lookup_fresh", decision_row(R.VALID, "e_license", decided_at=AT - 1)),
    (
        "data_fresh",
        decision_row("register-confirms", "data_check", decided_at=AT + TEN_MINUTES + 1),
    ),
    ("check_before", decision_row("department-asked", voluntary=True, decided_at=AT - 1)),
    # Flags, as SQLite would keep any number.
    *(
        (f"{name}_flag", decision_row(R.VALID, "paper", voluntary=True, **{name: 2}))
        for name in ("is_cancelled", "asks_data", "asks_department", "may_commit", "may_defer")
    ),
    ("asks_license_flag", decision_row(R.VALID, voluntary=True, asks_license=2)),
]

HOUR = 3_600_000_000
OFFENDING_LOOKUPS: list[tuple[str, Row]] = [
    ("result_of_way", lookup_row(R.NONE, result="no_consent")),
    ("result_of_way", lookup_row(R.NONE, result="confirmed")),
    ("result_of_way", lookup_row("register-denies", result="none")),
    ("result_of_way", lookup_row("none-denied", result="source_down")),
    ("conclusion_known", lookup_row(R.EXPIRED, conclusion="fine")),
    ("number_positive", lookup_row(number=0)),
    ("license_whole", lookup_row(region=None)),
    ("license_whole", lookup_row(R.EXPIRED, conclusion=None)),
    ("license_named", lookup_row(license=None, region=None, conclusion=None)),
    ("license_named", lookup_row(result="none")),
    ("license_named", lookup_row(result="source_down")),
    ("valid_passed", lookup_row(conclusion="failed")),
    ("valid_passed", lookup_row(conclusion="indeterminate")),
    ("unverified_not_passed", lookup_row(R.UNVERIFIED, conclusion="passed")),
    ("due_of_department", lookup_row("department-asked", due_at=None)),
    ("due_of_department", lookup_row("register-denies", due_at=AT)),
    ("question_named", lookup_row("none-denied", question=None, question_result=None)),
    ("question_named", lookup_row("none-asked", question=1, question_result="asked")),
    ("question_whole", lookup_row("none-denied", question_result=None)),
    ("question_asked", lookup_row("none-denied", question=2, question_result="denied")),
    ("reference_of_department", lookup_row("register-denies", reference="Q1")),
    ("time_to_answer", lookup_row("department-asked", due_at=AT + HOUR - 1)),
    ("timed_out_when_due", lookup_row("none-overdue", looked_up_at=AT - 24 * HOUR - 1)),
]


def material_row(**changes: object) -> Row:
    row: Row = {
        "matter_code": EVERY_RESULT.code,
        "matter_version": 1,
        "code": "new",
        "source": "government_issued",
        "first_day": 0,
        "last_day": 9,
        **ways_row(R.VALID),
    }
    return {**row, **changes}


def case_material_row(**changes: object) -> Row:
    row: Row = {
        "case_id": CASE.id,
        "material": UNKNOWN_MATERIAL,
        "matter_code": EVERY_RESULT.code,
        "matter_version": 1,
        "opened_on": CASE_ROW["opened_on"],
        "first_day": -719162,
        "last_day": 2932896,
        **ways_row(R.VALID),
    }
    return {**row, **changes}


OFFENDING_OTHERS: list[tuple[str, str, Row]] = [
    (
        "lookup_silences",
        "source_was_down",
        {
            "case_id": CASE.id,
            "material": "none",
            "way": "e_license",
            "number": 1,
            "result": "none",
            "looked_up_at": AT,
            "source": "610300",
        },
    ),
    ("cases", "operator_accepts", {**CASE_ROW, "operator_role": "acceptance_approver"}),
    ("cases", "opened_that_day", {**CASE_ROW, "opened_on": 1}),
    ("people_roles", "role_known", {"person": "x", "role": "king", "withdrawn": False}),
    ("people_roles", "withdrawn_flag", {"person": "x", "role": "acceptance", "withdrawn": 7}),
    (
        "exception_reasons",
        "serving_needs_approver",
        {"code": "P01", "applies_to": "valid", "needs_approver": False},
    ),
    (
        "exception_reasons",
        "serving_needs_approver",
        {"code": "P01", "applies_to": "confirmed", "needs_approver": False},
    ),
    (
        "exception_reasons",
        "code_known",
        {"code": "P98", "applies_to": "none", "needs_approver": False},
    ),
    (
        "exception_reasons",
        "applies_to_known",
        {"code": "P01", "applies_to": "any", "needs_approver": True},
    ),
    (
        "exception_reasons",
        "needs_approver_flag",
        {"code": "P01", "applies_to": "revoked", "needs_approver": -1},
    ),
    ("matter_materials", "issued_has_way", material_row(way="none", asks_license=False)),
    ("matter_materials", "issued_has_way", material_row(source="self")),
    ("matter_materials", "issued_spared", material_row(source="self", way="none")),
    ("matter_materials", "source_known", material_row(source="heaven", **ways_row("own"))),
    ("matter_materials", "way_known", material_row(way="magic")),
    ("matter_materials", "cancelled_alone", material_row(is_cancelled=True)),
    ("matter_materials", "days_ordered", material_row(last_day=-1)),
    *(("matter_materials", f"{name}_flag", material_row(**{name: 2})) for name in FLAGS),
    ("case_materials", "rules_of_that_day", case_material_row(last_day=0)),
    *(("case_materials", f"{name}_flag", case_material_row(**{name: 2})) for name in FLAGS),
]

# Where two rules say no, the dialects differ in which they name.
SAID_ONCE_MORE = {
    "demand_has_reason": ("serving_approved",),
    "reason_approved": ("serving_approved",),
    "cancelled_not_demanded": ("demand_has_reason", "serving_approved"),
    "check_cited": ("department_heard",),
    "asks_license_flag": ("lookup_cited",),
    "asks_data_flag": ("data_cited",),
    "is_cancelled_flag": ("cancelled_alone",),
}
OFFENDERS = [
    *(("material_decisions", name, row) for name, row in OFFENDING_DECISIONS),
    *(("lookups", name, row) for name, row in OFFENDING_LOOKUPS),
    *OFFENDING_OTHERS,
]


@pytest.mark.parametrize(
    ("table", "name", "row"), OFFENDERS, ids=[f"{table}-{name}" for table, name, _ in OFFENDERS]
)
def test_a_row_that_breaks_a_rule_is_refused_by_that_rule(
    connection: Connection, table: str, name: str, row: Row
) -> None:
    is_flag = name.endswith("_flag")
    if is_flag and connection.dialect.name != "sqlite":
        pytest.skip("the dialect has a type for true and false")

    names = {rule(table, item) for item in (name, *SAID_ONCE_MORE.get(name, ()))}
    with pytest.raises(IntegrityError, match=rf"\b({'|'.join(names)})\b"):
        insert_raw(connection, table, row)


def test_every_rule_has_a_row_that_breaks_it() -> None:
    tables = (
        people_roles,
        exception_reasons,
        matter_materials,
        cases,
        case_materials,
        lookups,
        lookup_silences,
        material_decisions,
    )
    named = {
        rule(table.name, str(constraint.name).removeprefix(f"ck_{table.name}_"))
        for table in tables
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }

    assert named == {rule(table, name) for table, name, _ in OFFENDERS}


@pytest.mark.parametrize(
    "row",
    [
        decision_row(R.VALID, "e_license"),
        decision_row(R.VALID, voluntary=True),
        decision_row(R.VALID, "e_license", decided_at=AT + TEN_MINUTES),
        demand_row(R.VALID, P.P09),
        demand_row(R.VALID, P.P09, operator="chief", approver="head"),
        demand_row(R.EXPIRED, P.P03, note=None, **ALONE),
        demand_row(R.EXPIRED, P.P99),
        decision_row(R.NONE, voluntary=True),
        decision_row(R.SOURCE_DOWN, "deferral"),
        demand_row(R.SOURCE_DOWN, P.P02, **ALONE),
        decision_row("own"),
        decision_row("own-flexible", "deferral"),
        decision_row("own-flexible", "commitment"),
        decision_row("abolished", "exempt"),
        decision_row("abolished", voluntary=True),
        decision_row("register-confirms", "data_check"),
        demand_row("register-confirms", P.P10),
        decision_row("register-silent", "deferral"),
        demand_row("register-silent", P.P02, **ALONE),
        decision_row("department-asked", "commitment"),
        decision_row("department-asked", "deferral"),
        decision_row("department-asked", voluntary=True),
        decision_row("department-confirms", "department_check"),
        # What a department says stands.
        decision_row("department-confirms", "department_check", decided_at=AT + 99 * HOUR),
        demand_row("department-denies", P.P01, **ALONE),
        decision_row("department-denies", "deferral"),
        demand_row("department-overdue", P.P02, **ALONE),
        decision_row("expired-flexible", "commitment"),
        decision_row("expired-flexible", "deferral"),
        demand_row("none-denied", P.P01, **ALONE),
        demand_row("none-overdue", P.P02, **ALONE),
        decision_row("none-confirmed", "department_check"),
        decision_row("none-registered", "data_check"),
        decision_row("expired-confirmed", "department_check"),
        demand_row("silent-overdue", P.P02, **ALONE),
        demand_row("all-denied", P.P04, **ALONE),
        decision_row("all-denied", "commitment"),
    ],
)
def test_the_rows_that_the_offenders_vary_are_themselves_accepted(
    connection: Connection, row: Row
) -> None:
    insert_raw(connection, "material_decisions", row)

    count = connection.execute(text("SELECT count(*) FROM material_decisions")).scalar_one()
    assert count == 1
