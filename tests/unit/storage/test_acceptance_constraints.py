"""Every rule of the gate against somebody who writes SQL past the program."""

from collections.abc import Iterator

import pytest
from sqlalchemy import CheckConstraint, Connection, Engine, text
from sqlalchemy.exc import IntegrityError

from storage.acceptance_tables import case_materials, cases, lookups, material_decisions
from storage.matter_tables import exception_reasons, matter_materials, people_roles
from tests.doubles.acceptance import EVERY_RESULT
from tests.doubles.acceptance_database import (
    AT,
    CASE_ROW,
    Row,
    decision_row,
    demand_row,
    fill,
    insert_raw,
    lookup_row,
)
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


OFFENDING_DECISIONS: list[tuple[str, Row]] = [
    ("form_known", decision_row(R.NONE, "promise")),
    ("form_has_rule", decision_row(R.VALID, "exempt")),
    ("form_has_rule", decision_row(R.NONE, "data_check")),
    ("form_has_rule", decision_row(None, "department_check")),
    ("e_license_valid", decision_row(R.NONE, "e_license")),
    ("e_license_valid", decision_row(None, "e_license")),
    ("no_detour", decision_row(R.VALID, "deferral")),
    ("no_detour", decision_row(R.VALID, "commitment")),
    ("voluntary_flag", decision_row(R.VALID, voluntary=2)),
    ("voluntary_paper", decision_row(R.VALID, "e_license", voluntary=True)),
    ("voluntary_no_demand", demand_row(R.VALID, P.P09, voluntary=True)),
    ("demand_has_reason", decision_row(R.NONE)),
    ("demand_has_reason", decision_row(R.SOURCE_DOWN)),
    ("demand_has_reason", decision_row(R.VALID)),
    ("reason_for_paper", demand_row(R.NONE, P.P01, form="deferral")),
    ("reason_whole", demand_row(R.NONE, P.P01, reason_needs_approver=None)),
    ("reason_whole", decision_row(R.NONE, "deferral", reason_needs_approver=False)),
    ("reason_needs_approver_flag", demand_row(R.NONE, P.P01, reason_needs_approver=2)),
    (
        "reason_has_lookup",
        decision_row(
            None,
            reason="P01",
            reason_needs_approver=False,
        ),
    ),
    ("other_has_note", demand_row(R.NONE, P.P99, note=None)),
    ("other_has_note", demand_row(R.NONE, P.P99, note="  ")),
    ("reason_approved", demand_row(R.NONE, P.P99, approver=None, approver_role=None)),
    ("reason_approved", demand_row(R.VALID, P.P09, approver=None, approver_role=None)),
    (
        "valid_approved",
        demand_row(R.VALID, P.P09, reason_needs_approver=False, approver=None, approver_role=None),
    ),
    ("approver_whole", demand_row(R.VALID, P.P09, approver_role=None)),
    ("approver_whole", demand_row(R.NONE, P.P01, approver=None)),
    ("approver_is_another", demand_row(R.VALID, P.P09, operator="chief")),
    (
        "approver_approves",
        demand_row(R.VALID, P.P09, approver="second-window", approver_role="acceptance"),
    ),
    (
        "approver_has_reason",
        decision_row(R.NONE, "deferral", approver="chief", approver_role="acceptance_approver"),
    ),
    (
        "operator_accepts",
        decision_row(R.NONE, "deferral", operator="head", operator_role="acceptance_approver"),
    ),
    (
        "looked_up",
        decision_row(
            R.VALID, "deferral", lookup_number=None, lookup_result=None, looked_up_at=None
        ),
    ),
    ("looked_up", decision_row(R.NONE, "deferral", way="none")),
    ("lookup_whole", decision_row(R.VALID, "deferral", lookup_result=None)),
    ("lookup_whole", decision_row(R.VALID, "e_license", looked_up_at=None)),
    ("lookup_fresh", decision_row(R.VALID, "e_license", decided_at=AT + TEN_MINUTES + 1)),
    ("lookup_fresh", decision_row(R.VALID, "e_license", decided_at=AT - 1)),
]

OFFENDING_LOOKUPS: list[tuple[str, Row]] = [
    ("result_known", {**lookup_row(), "result": "no_consent"}),
    ("conclusion_known", lookup_row(R.EXPIRED, conclusion="fine")),
    ("number_positive", lookup_row(number=0)),
    ("has_rule", lookup_row(material="own", way="none")),
    ("license_whole", lookup_row(region=None)),
    ("license_whole", lookup_row(R.EXPIRED, conclusion=None)),
    ("license_named", lookup_row(license=None, region=None, conclusion=None)),
    ("license_named", {**lookup_row(), "result": "none"}),
    ("license_named", {**lookup_row(), "result": "source_down"}),
    ("valid_passed", lookup_row(conclusion="failed")),
    ("valid_passed", lookup_row(conclusion="indeterminate")),
    ("unverified_not_passed", lookup_row(R.UNVERIFIED, conclusion="passed")),
]

OFFENDING_OTHERS: list[tuple[str, str, Row]] = [
    ("cases", "operator_accepts", {**CASE_ROW, "operator_role": "acceptance_approver"}),
    ("people_roles", "role_known", {"person": "x", "role": "king", "withdrawn": False}),
    ("people_roles", "withdrawn_flag", {"person": "x", "role": "acceptance", "withdrawn": 7}),
    (
        "exception_reasons",
        "valid_needs_approver",
        {"code": "P01", "applies_to": "valid", "needs_approver": False},
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
    *(
        (
            "matter_materials",
            name,
            {
                "matter_code": EVERY_RESULT.code,
                "matter_version": 1,
                "code": "new",
                "source": source,
                "way": way,
            },
        )
        for name, source, way in [
            ("issued_has_way", "government_issued", "none"),
            ("issued_has_way", "self", "e_license"),
            ("source_known", "heaven", "none"),
            ("way_known", "government_issued", "magic"),
        ]
    ),
]

SAID_ONCE_MORE = {
    name: (rule("material_decisions", "valid_approved"),)
    for name in ("demand_has_reason", "reason_approved")
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

    # Where two rules say no, the dialects differ in which they name.
    names = {rule(table, name), *SAID_ONCE_MORE.get(name, ())}
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
        demand_row(R.NONE, P.P01, approver=None, approver_role=None, note=None),
        demand_row(R.NONE, P.P99),
        decision_row(R.NONE, "deferral"),
        decision_row(R.SOURCE_DOWN, "commitment"),
        decision_row(None),
        decision_row(None, "deferral"),
    ],
)
def test_the_rows_that_the_offenders_vary_are_themselves_accepted(
    connection: Connection, row: Row
) -> None:
    insert_raw(connection, "material_decisions", row)

    count = connection.execute(text("SELECT count(*) FROM material_decisions")).scalar_one()
    assert count == 1
