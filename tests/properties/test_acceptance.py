"""The gate and the database agree, and neither lets a demand slip while something serves."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from storage.acceptance import SqlCases
from tests.doubles.acceptance import NOON
from tests.doubles.acceptance_database import (
    AT,
    CASE,
    Row,
    decision_row,
    demand_row,
    fill,
    insert_raw,
)
from tests.doubles.acceptance_stands import STANDS
from verify.acceptance.gate import decide
from verify.acceptance.notices import CaseMaterial
from verify.acceptance.reasons import REASONS, LookupResult, ReasonCode
from verify.acceptance.records import Decision, DecisionRequest, Form, PersonRole
from verify.case_errors import RecordRefusedError
from verify.decision_errors import DecisionRefusedError
from verify.matters.ways import Way

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
    name=st.sampled_from(sorted(STANDS)),
    request_=REQUESTS,
    minutes=st.sampled_from([0, 1, 10, 11, -1]),
)
def test_the_gate_lets_pass_exactly_what_the_database_keeps(
    connection: Connection, name: str, request_: DecisionRequest, minutes: int
) -> None:
    item = STANDS[name].item(CASE)
    now = NOON + timedelta(minutes=minutes)

    try:
        passed = decide(request_, item, approvers=APPROVERS, now=now)
    except DecisionRefusedError:
        passed = None
    is_kept = _is_kept(connection, passed or _unchecked(request_, item, minutes))

    assert is_kept == (passed is not None)
    if passed is not None and passed.is_demand and item.serving is not None:
        assert passed.request.reason in LEGAL_REASONS
        assert passed.request.approver in APPROVERS - {passed.request.operator}


def _unchecked(request: DecisionRequest, item: CaseMaterial, minutes: int) -> Decision:
    """What somebody would write who did not ask the gate, citing all there is."""
    fits = set() if request.reason is None else REASONS[request.reason].applies_to
    grounds = [lookup for lookup in item.evidence if lookup.result in fits]
    return Decision(
        case_id=CASE.id,
        material=item.material.code,
        request=request,
        lookups=item.evidence,
        ground=next(iter((*grounds, *item.evidence)), None) if request.reason else None,
        decided_at=NOON + timedelta(minutes=minutes),
    )


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
NUMBERS = [1, 2, 0, None, "1", "x"]
RESULTS = [*R, None, "VALID", "Valid ", ""]
TIMES = [AT, AT + 1, AT - 60 * MINUTE, None, "x"]
FLAGS = [True, False, None, 2, -1, "true", "x"]
FORGERIES: dict[str, list[Any]] = {
    "material": [*STANDS, "unknown", None],
    "edition": [1, 2, 0, None, "1", "x"],
    "way": [*Way, None, ""],
    "is_cancelled": FLAGS,
    "asks_license": FLAGS,
    "asks_data": FLAGS,
    "asks_department": FLAGS,
    "may_commit": FLAGS,
    "may_defer": FLAGS,
    "lookup_way": [*Way, None],
    "lookup_number": NUMBERS,
    "lookup_result": RESULTS,
    "looked_up_at": TIMES,
    "data_way": [*Way, None],
    "data_number": NUMBERS,
    "data_result": RESULTS,
    "data_at": TIMES,
    "check_way": [*Way, None],
    "check_number": NUMBERS,
    "check_result": RESULTS,
    "check_at": TIMES,
    "form": [*Form, "PAPER", None, ""],
    "voluntary": FLAGS,
    "reason": [*ReasonCode, None, "P98", ""],
    "ground": RESULTS,
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
    decision_row(R.SOURCE_DOWN, "deferral"),
    decision_row("expired-flexible", "commitment"),
    decision_row("own"),
    decision_row("abolished", "exempt"),
    decision_row("register-confirms", "data_check"),
    decision_row("none-confirmed", "department_check"),
    decision_row("none-asked", voluntary=True),
    decision_row("none", voluntary=True),
    demand_row(R.VALID, ReasonCode.P09),
    demand_row("register-confirms", ReasonCode.P09),
    demand_row("department-confirms", ReasonCode.P10),
    demand_row("none-denied", ReasonCode.P01, approver=None, approver_role=None),
    demand_row("none-overdue", ReasonCode.P99),
    demand_row("all-denied", ReasonCode.P04),
]
FORGED = st.lists(
    st.sampled_from(sorted(FORGERIES)).flatmap(
        lambda name: st.tuples(st.just(name), st.sampled_from(FORGERIES[name]))
    ),
    max_size=6,
).map(dict[str, object])


@given(row=st.sampled_from(LAWFUL), forged=FORGED)
def test_no_sql_stores_a_demand_or_a_detour_that_the_gate_would_refuse(
    connection: Connection, row: Row, forged: Row
) -> None:
    if connection.dialect.name != "sqlite":
        pytest.skip("other dialects refuse most forgeries by their type")
    stored = _insert_and_read(connection, {**row, **forged})

    if stored is not None:
        _check_lawful(stored, STANDS[stored["material"]].item(CASE))


def _check_lawful(stored: dict[str, Any], item: CaseMaterial) -> None:
    """Check a decision that is stored against what is known to be the case."""
    registers = [found for found in item.evidence if found.way is not Way.DEPARTMENT_CHECK]
    if registers:
        assert 0 <= stored["decided_at"] - AT <= 10 * MINUTE
    form = Form(stored["form"])
    match form:
        case Form.PAPER:
            if not stored["voluntary"] and item.is_spared:
                _check_demand(stored, item)
        case Form.COMMITMENT:
            assert item.may_commit
        case Form.DEFERRAL:
            assert item.may_defer
        case Form.EXEMPT | Form.E_LICENSE | Form.DATA_CHECK | Form.DEPARTMENT_CHECK:
            assert item.serving is Way(form.value)


def _check_demand(stored: dict[str, Any], item: CaseMaterial) -> None:
    assert stored["reason"] in item.reasons_allowed
    if item.serving is not None:
        assert item.serving is not Way.EXEMPT
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
