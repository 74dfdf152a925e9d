"""The gate and the database agree, and neither lets a demand slip while a license is valid."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from storage.acceptance import SqlCases
from tests.doubles.acceptance import EVERY_RESULT, NOON, a_lookup
from tests.doubles.acceptance_database import (
    AT,
    CASE,
    Row,
    decision_row,
    demand_row,
    fill,
    insert_raw,
)
from verify.acceptance.gate import decide
from verify.acceptance.reasons import REASONS, LookupResult, ReasonCode
from verify.acceptance.records import CaseMaterial, Decision, DecisionRequest, Form, PersonRole
from verify.errors import DecisionRefusedError, RecordRefusedError

R = LookupResult
MINUTE = 60_000_000
OPERATORS = ["window", "chief", "second-window"]
APPROVERS = frozenset({"chief", "head"})
LEGAL_REASONS = {reason.code.value for reason in REASONS.values() if R.VALID in reason.applies_to}


@pytest.fixture(scope="module")
def engine(shared_engine: Engine) -> Engine:
    with shared_engine.begin() as connection:
        fill(connection)
    return shared_engine


@pytest.fixture(scope="module")
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        yield connection


REQUESTS = st.builds(
    DecisionRequest,
    form=st.one_of(st.just(Form.PAPER), st.sampled_from(Form)),
    operator=st.sampled_from(OPERATORS),
    voluntary=st.booleans(),
    reason=st.none() | st.sampled_from(ReasonCode),
    note=st.sampled_from([None, "因故"]),
    approver=st.sampled_from([None, "chief", "head", "window", "retired", "nobody"]),
)


@given(
    result=st.none() | st.just(R.VALID) | st.sampled_from(R),
    request_=REQUESTS,
    minutes=st.sampled_from([0, 1, 10, 11, -1]),
)
def test_the_gate_lets_pass_exactly_what_the_database_keeps(
    connection: Connection, result: LookupResult | None, request_: DecisionRequest, minutes: int
) -> None:
    code = "own" if result is None else result.replace("_", "-")
    material = EVERY_RESULT.material(code)
    assert material is not None
    lookup = None if result is None else a_lookup(CASE, result)
    item = CaseMaterial(case_id=CASE.id, material=material, lookup=lookup)
    now = NOON + timedelta(minutes=minutes)

    try:
        passed = decide(request_, item, approvers=APPROVERS, now=now)
    except DecisionRefusedError:
        passed = None
    unchecked = Decision(
        case_id=CASE.id, material=code, request=request_, lookup=lookup, decided_at=now
    )
    is_kept = _is_kept(connection, unchecked)

    assert is_kept == (passed is not None)
    if passed is not None and passed.is_demand and result is R.VALID:
        assert passed.request.reason in LEGAL_REASONS
        assert passed.request.approver in APPROVERS - {passed.request.operator}


def _is_kept(connection: Connection, decision: Decision) -> bool:
    with connection.begin() as transaction:
        try:
            SqlCases(connection).add_decision(decision)
        except RecordRefusedError:
            return False
        else:
            return True
        finally:
            transaction.rollback()


# What an operator who knows SQL might put into each column.
FORGERIES: dict[str, list[Any]] = {
    "material": ["valid", "none", "own", "expired", "unknown", None],
    "way": ["none", "e_license", "exempt", None, ""],
    "lookup_number": [1, 2, 0, None, "1", "x"],
    "lookup_result": [*R, None, "VALID", "Valid ", ""],
    "looked_up_at": [AT, AT + 1, AT - 60 * MINUTE, None, "x"],
    "form": [*Form, "PAPER", None, ""],
    "voluntary": [True, False, None, 2, -1, "true", "x"],
    "reason": [*ReasonCode, None, "P98", ""],
    "reason_needs_approver": [True, False, None, 2, "x"],
    "note": [None, "", "因故"],
    "operator": [*OPERATORS, "head", "nobody", None],
    "operator_role": [*PersonRole, None],
    "approver": [None, "window", "chief", "head", "retired", "WINDOW", "window ", ""],
    "approver_role": [*PersonRole, None, ""],
    "decided_at": [AT, AT + 10 * MINUTE, AT + 11 * MINUTE, AT - 1, None, "x", "9", 1e300],
}
LAWFUL = [
    decision_row(R.VALID, "e_license"),
    decision_row(R.VALID, voluntary=True),
    decision_row(R.NONE, "deferral"),
    decision_row(R.EXPIRED, "commitment"),
    decision_row(None),
    demand_row(R.VALID, ReasonCode.P09),
    demand_row(R.NONE, ReasonCode.P01, approver=None, approver_role=None),
    demand_row(R.NONE, ReasonCode.P99),
]
FORGED = st.lists(
    st.sampled_from(sorted(FORGERIES)).flatmap(
        lambda name: st.tuples(st.just(name), st.sampled_from(FORGERIES[name]))
    ),
    max_size=5,
).map(dict[str, object])


@given(row=st.sampled_from(LAWFUL), forged=FORGED)
def test_no_sql_stores_a_demand_or_a_detour_while_a_license_is_valid(
    connection: Connection, row: Row, forged: Row
) -> None:
    if connection.dialect.name != "sqlite":
        pytest.skip("other dialects refuse most forgeries by their type")
    stored = _insert_and_read(connection, {**row, **forged})

    if stored is None or stored["material"] != "valid":
        return
    assert stored["lookup_result"] == "valid"
    assert 0 <= stored["decided_at"] - AT <= 10 * MINUTE
    assert stored["form"] in {"e_license", "paper"}
    if stored["form"] == "paper" and not stored["voluntary"]:
        assert stored["reason"] in LEGAL_REASONS
        assert stored["approver"] in APPROVERS
        assert stored["approver"] != stored["operator"]


def _insert_and_read(connection: Connection, row: Row) -> dict[str, Any] | None:
    with connection.begin() as transaction:
        try:
            insert_raw(connection, "material_decisions", row)
        except IntegrityError:
            return None
        else:
            found = connection.exec_driver_sql("SELECT * FROM material_decisions").mappings()
            return dict(found.one())
        finally:
            transaction.rollback()
