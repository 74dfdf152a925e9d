"""Random cases through the desk and raw SQL: paper that could be had is never demanded.

Whatever register, department and window do, and in whatever order: a demand that is on record
while something serves has a legal reason and another person's consent, and no detour is on record.
The judge reads the rows alone, and knows neither the gate nor the constraints.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from storage.acceptance import SqlCases
from storage.acceptance_rows import decision_to_row
from storage.decision_tables import EDITION
from storage.matter_tables import FLAGS
from storage.unit_of_work import SqlUnitOfWork
from tests.doubles.acceptance import (
    APPLICANT,
    BAOJI,
    DATA_RULE,
    KEY_OF,
    NOON,
    WUHU,
    FakeFinder,
    FakeOffice,
    FakeProber,
    FakeSources,
    SetClock,
    a_license,
)
from tests.doubles.acceptance_database import declaration_row, insert_raw, microseconds
from tests.doubles.acceptance_matter import MATTER
from tests.doubles.issuing import MemoryObjects
from verify.acceptance.desk import AcceptanceDesk
from verify.acceptance.inquiry import Inquiry
from verify.acceptance.ports import Reply
from verify.acceptance.reasons import REASONS, ReasonCode
from verify.acceptance.records import Decision, DecisionRequest, Form, PersonRole
from verify.case_errors import RecordRefusedError
from verify.decision_errors import DecisionRefusedError, FormNotPossibleError
from verify.matters.catalogue import MatterCatalogue

LEGAL = {"P06", "P08", "P09", "P10"}
APPROVERS = {"chief", "head"}
MATERIALS = [material.code for material in MATTER.materials]
STEPS = st.one_of(
    st.tuples(st.just("license"), st.sampled_from(["none", "valid", "expired", "silent"])),
    st.tuples(st.just("register"), st.sampled_from([None, Reply.CONFIRMED, Reply.DENIED])),
    st.tuples(st.just("answer"), st.sampled_from(Reply)),
    st.tuples(st.just("wait"), st.sampled_from([1, 9, 11, 1439, 1441])),
    st.tuples(st.just("look_up"), st.sampled_from(MATERIALS)),
)
ANY_REQUEST = st.builds(
    DecisionRequest,
    form=st.sampled_from(Form),
    operator=st.sampled_from(["window", "chief"]),
    voluntary=st.booleans(),
    reason=st.none() | st.sampled_from(ReasonCode),
    note=st.just("因故"),
    approver=st.sampled_from([None, "chief", "head", "window"]),
)
# What a window tries that wants the paper, or a way around the license.
WANTED = st.builds(
    DecisionRequest,
    form=st.just(Form.PAPER),
    operator=st.just("window"),
    reason=st.sampled_from(ReasonCode),
    note=st.just("因故"),
    approver=st.sampled_from([None, "chief"]),
) | st.builds(
    DecisionRequest,
    form=st.sampled_from([Form.COMMITMENT, Form.DEFERRAL]),
    operator=st.just("window"),
)
DEMANDS = st.tuples(
    st.sampled_from(["decide", "sql"]),
    st.sampled_from(["every", "license", "heard", "plan"]) | st.sampled_from(MATERIALS),
    st.one_of(WANTED, WANTED, ANY_REQUEST),
)


@dataclass
class Country:
    """Everything that a case can meet."""

    engine: Engine
    finder: FakeFinder = field(default_factory=lambda: FakeFinder(BAOJI))
    sources: FakeSources = field(default_factory=FakeSources)
    office: FakeOffice = field(default_factory=FakeOffice)
    objects: MemoryObjects = field(default_factory=MemoryObjects)
    clock: SetClock = field(default_factory=SetClock)

    @property
    def desk(self) -> AcceptanceDesk:
        return AcceptanceDesk(
            matters=MatterCatalogue((MATTER,)),
            inquiry=Inquiry(
                finders=(FakeFinder(WUHU), self.finder),
                sources=self.sources,
                departments=self.office,
            ),
            unit_of_work=partial(SqlUnitOfWork, self.engine),
            clock=self.clock,
            prober=FakeProber(partial(SqlUnitOfWork, self.engine), self.clock),
            objects=self.objects,
            key_of=KEY_OF,
        )

    def step(self, case: str, act: str, what: Any) -> None:  # noqa: ANN401 - by the act
        match act:
            case "license":
                self.finder.is_silent = what == "silent"
                changes = {"valid_to": NOON.date() - timedelta(days=1)} if what == "expired" else {}
                has_one = what in {"valid", "expired"}
                self.finder.found = [a_license(**changes)] if has_one else []
            case "register":
                self.sources.replies = {} if what is None else {_ITEM: what}
            case "answer":
                for number in range(1, len(self.office.questions) + 1):
                    self.office.answer(number, what)
            case "wait":
                self.clock.advance(timedelta(minutes=what))
            case "look_up":
                try:
                    self.desk.look_up(case, what)
                except FormNotPossibleError:
                    return
            case _:
                raise AssertionError(act)

    def decide(self, case: str, how: str, material: str, request: DecisionRequest) -> bool:
        """Try to decide, by the desk or past it; tell whether it is on record."""
        try:
            if how == "sql":
                self._write(case, material, request)
            else:
                self.desk.decide(case, material, request)
        except (DecisionRefusedError, RecordRefusedError, DBAPIError):
            return False
        return True

    def _write(self, case: str, material: str, request: DecisionRequest) -> None:
        """Write what somebody would who cites what suits, and says what is expected."""
        item = self.desk.view_case(case).material(material)
        fits = set() if request.reason is None else REASONS[request.reason].applies_to
        grounds = [lookup for lookup in item.lookups if lookup.result in fits]
        decision = Decision(
            case_id=case,
            material=material,
            request=request,
            lookups=item.evidence,
            ground=grounds[0] if grounds else None,
            decided_at=self.clock.now(),
        )
        row = decision_to_row(decision) | {"edition": EDITION, "way": item.material.way.value}
        row |= {name: way in item.ways for name, way in FLAGS.items()}
        times = {
            name: microseconds(value) for name, value in row.items() if isinstance(value, datetime)
        }
        with self.engine.begin() as connection:
            insert_raw(connection, "material_decisions", row | times)


_ITEM = (DATA_RULE.source, DATA_RULE.item)


@pytest.fixture(scope="module")
def engine(shared_engine: Engine) -> Engine:
    with shared_engine.begin() as connection:
        cases = SqlCases(connection)
        cases.publish_reasons()
        cases.publish(MATTER)
        for person in ("window", "chief"):
            cases.grant_role(person, PersonRole.ACCEPTANCE)
        for person in APPROVERS:
            cases.grant_role(person, PersonRole.ACCEPTANCE_APPROVER)
    return shared_engine


@given(
    before=st.lists(STEPS, max_size=3),
    after=st.lists(STEPS, max_size=4),
    demands=st.lists(DEMANDS, min_size=4, max_size=12),
)
def test_what_could_be_had_is_never_demanded_without_an_approved_legal_reason(
    engine: Engine,
    before: list[tuple[str, Any]],
    after: list[tuple[str, Any]],
    demands: list[tuple[str, str, DecisionRequest]],
) -> None:
    country = Country(engine)
    for act, what in before:
        if act != "look_up":
            country.step("", act, what)
    case = country.desk.open_case(
        MATTER.code, APPLICANT, operator="window", situation={"size": "big"}
    ).case.id
    declare_all(engine, case)
    for act, what in after:
        country.step(case, act, what)

    for how, material, request in demands:
        if country.decide(case, how, material, request):
            judge(engine, case, material)


@pytest.mark.parametrize("how", ["decide", "sql"])
def test_what_is_lawful_is_stored_by_either_way(engine: Engine, how: str) -> None:
    """Or the property would hold because nothing at all is stored."""
    country = Country(engine)
    country.step("", "license", "valid")
    case = country.desk.open_case(
        MATTER.code, APPLICANT, operator="window", situation={"size": "big"}
    ).case.id
    lawful = DecisionRequest(
        form=Form.PAPER, operator="window", reason=ReasonCode.P09, approver="chief", note="因故"
    )

    assert country.decide(case, how, "license", lawful)
    assert country.decide(
        case, how, "every", DecisionRequest(form=Form.E_LICENSE, operator="window")
    )


def declare_all(engine: Engine, case: str) -> None:
    """Have every material declared, so that a signature is not what stops a detour."""
    with engine.begin() as connection:
        codes = connection.execute(
            text("SELECT material FROM case_materials WHERE case_id = :case"), {"case": case}
        ).scalars()
        for code in codes.all():
            insert_raw(connection, "declarations", declaration_row(code, case_id=case))


def judge(engine: Engine, case: str, material: str) -> None:
    """Judge a decision by the rows: what was said last in each way, and what is on record."""
    with engine.connect() as connection:
        where = {"case": case, "material": material}
        decision = (
            connection.execute(
                text(
                    "SELECT * FROM material_decisions"
                    " WHERE case_id = :case AND material = :material"
                ),
                where,
            )
            .mappings()
            .one()
        )
        rows = connection.execute(
            text(
                "SELECT way, result, looked_up_at FROM lookups"
                " WHERE case_id = :case AND material = :material ORDER BY number"
            ),
            where,
        )
        said = {row.way: row for row in rows}
    # A license is asked for first each time: what a register said before it is not relied on.
    serves = [row for row in said.values() if row.result in {"valid", "confirmed"}]
    fresh = [
        row
        for row in serves
        if row.way == "department_check" or decision["decided_at"] - row.looked_up_at <= 600_000_000
    ]
    could_be_had = bool(fresh) or material == "abolished"
    is_demand = decision["form"] == "paper" and not decision["voluntary"]
    if could_be_had:
        assert decision["form"] not in {"commitment", "deferral"}
    if could_be_had and is_demand:
        assert material != "abolished"
        assert decision["reason"] in LEGAL
        assert decision["approver"] in APPROVERS - {decision["operator"]}
    if is_demand and said:
        last = {row.result for row in said.values()}
        assert decision["reason"] is not None
        assert "asked" not in last or "valid" in last or "confirmed" in last
        if "none" in last and not could_be_had:
            assert last & {"denied", "timed_out"}
