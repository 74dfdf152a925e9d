"""Races and detours of one case, at the desk over a real database of either kind.

Each is refused or resolved: two windows, a license revoked meanwhile, a silent region, an
operator who approves their own exception, rows written past the program.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from threading import Barrier

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError

from certs.statuses import StatusKind
from storage.unit_of_work import SqlUnitOfWork
from tests.doubles.acceptance import (
    APPLICANT,
    BAOJI,
    KEY_OF,
    WUHU,
    FakeFinder,
    FakeOffice,
    FakeProber,
    FakeSources,
    SetClock,
    a_license,
)
from tests.doubles.issuing import MemoryObjects
from verify.acceptance.desk import AcceptanceDesk
from verify.acceptance.inquiry import Inquiry
from verify.acceptance.notices import CaseMaterial, Outcome
from verify.acceptance.promises.desk import PromiseDesk
from verify.acceptance.promises.following import FIRST_PAUSE, Follower
from verify.acceptance.promises.records import StepKind
from verify.acceptance.reasons import LookupResult, ReasonCode
from verify.acceptance.records import DecisionRequest, Form, PersonRole
from verify.conclusions import Conclusion
from verify.decision_errors import (
    AlreadyDecidedError,
    ApproverIsOperatorError,
    ApproverRequiredError,
    DemandRefusedError,
    FormNotPossibleError,
    ProbeDisagreesError,
)
from verify.matters.catalogue import MatterCatalogue
from verify.matters.files import shipped_matters

LICENSE = "food-business-license"
# The first version asks nothing and for one license only, so that a test sees one look-up.
MATTER = shipped_matters().version("open-restaurant", 1)
FIELDS = frozenset({"operator", "credit_code", "premises", "business_items", "valid_to"})
VALID = a_license(fields=FIELDS)
REVOKED = a_license(fields=FIELDS, status=StatusKind.REVOKED, conclusion=Conclusion.FAILED)
ATTACH = DecisionRequest(form=Form.E_LICENSE, operator="window")
DEMAND = DecisionRequest(
    form=Form.PAPER, operator="window", reason=ReasonCode.P02, approver="chief", note="外地无应答"
)


@dataclass
class Window:
    """A window in 芜湖 over a real database; 宝鸡 answers what a test puts in."""

    engine: Engine
    other: FakeFinder = field(default_factory=lambda: FakeFinder(BAOJI))
    clock: SetClock = field(default_factory=SetClock)
    objects: MemoryObjects = field(default_factory=MemoryObjects)

    def __post_init__(self) -> None:
        self.prober = FakeProber(self.unit, self.clock)
        with self.unit() as work:
            work.cases.publish_reasons()
            work.cases.publish(MATTER)
            for person in ("window", "chief"):
                work.cases.grant_role(person, PersonRole.ACCEPTANCE)
            work.cases.grant_role("chief", PersonRole.ACCEPTANCE_APPROVER)
            work.commit()

    @property
    def unit(self) -> Callable[[], SqlUnitOfWork]:
        return partial(SqlUnitOfWork, self.engine)

    @property
    def desk(self) -> AcceptanceDesk:
        return AcceptanceDesk(
            matters=MatterCatalogue((MATTER,)),
            inquiry=Inquiry(
                finders=(FakeFinder(WUHU), self.other),
                sources=FakeSources(),
                departments=FakeOffice(),
            ),
            unit_of_work=self.unit,
            clock=self.clock,
            prober=self.prober,
            objects=self.objects,
            key_of=KEY_OF,
        )

    def open(self) -> str:
        return self.desk.open_case(MATTER.code, APPLICANT, operator="window").case.id

    def item(self, case: str) -> CaseMaterial:
        return self.desk.view_case(case).material(LICENSE)


@pytest.fixture
def window(engine: Engine) -> Window:
    return Window(engine)


def at_once(task: Callable[[], object]) -> list[object]:
    """Do a task at two windows at one moment; return what came of it at each."""
    barrier = Barrier(2)

    def one() -> object:
        barrier.wait()
        try:
            return task()
        except AlreadyDecidedError as error:
            return error

    with ThreadPoolExecutor(2) as pool:
        return [item.result() for item in [pool.submit(one) for _ in range(2)]]


def test_of_two_windows_that_decide_at_once_one_is_told_that_it_was_decided(
    window: Window,
) -> None:
    window.other.found = [VALID]
    case = window.open()

    came = at_once(lambda: window.desk.decide(case, LICENSE, ATTACH))

    assert sum(isinstance(item, AlreadyDecidedError) for item in came) == 1
    decision = window.item(case).decision
    assert decision in came


def test_two_windows_that_look_up_at_once_leave_two_look_ups(window: Window) -> None:
    case = window.open()

    came = at_once(lambda: window.desk.look_up(case, LICENSE))

    lookups = [item.lookup for item in came if isinstance(item, CaseMaterial)]
    assert {item.number for item in lookups if item} == {2, 3}


def test_a_license_revoked_between_look_up_and_decision_is_not_attached(window: Window) -> None:
    window.other.found = [VALID]
    case = window.open()
    window.other.found = [REVOKED]

    with pytest.raises(FormNotPossibleError):
        window.desk.decide(case, LICENSE, ATTACH)

    item = window.item(case)
    assert item.decision is None
    assert item.lookup is not None
    assert (item.lookup.number, item.lookup.result) == (2, LookupResult.REVOKED)


def test_a_license_renewed_between_look_up_and_decision_is_attached_as_it_is_now(
    window: Window,
) -> None:
    window.other.found = [VALID]
    case = window.open()
    window.other.found = [replace(VALID, identifier=replace(VALID.identifier, version=2))]

    decision = window.desk.decide(case, LICENSE, ATTACH)

    assert [item.number for item in decision.lookups] == [2]


def test_a_region_that_falls_silent_takes_nothing_back(window: Window) -> None:
    window.other.found = [VALID]
    case = window.open()
    window.other.is_silent = True

    decision = window.desk.decide(case, LICENSE, ATTACH)

    assert [item.number for item in decision.lookups] == [1]


def test_silence_lets_paper_be_demanded_only_where_the_probe_finds_it_too(window: Window) -> None:
    window.other.is_silent = True
    case = window.open()
    assert window.item(case).outcome is not Outcome.E_LICENSE
    window.prober.working = {str(BAOJI)}

    with pytest.raises(ProbeDisagreesError):
        window.desk.decide(case, LICENSE, DEMAND)
    window.prober.working = set()
    window.clock.advance(timedelta(minutes=1))
    window.desk.look_up(case, LICENSE)

    decision = window.desk.decide(case, LICENSE, DEMAND)
    assert decision.probe is not None


def test_a_deferral_for_silence_resolves_itself_when_the_region_is_back(window: Window) -> None:
    window.other.is_silent = True
    case = window.open()
    window.desk.decide(case, LICENSE, DecisionRequest(form=Form.DEFERRAL, operator="window"))
    follower = Follower(acceptance=window.desk, unit_of_work=window.unit, clock=window.clock)
    promises = PromiseDesk(
        acceptance=window.desk,
        objects=window.objects,
        unit_of_work=window.unit,
        clock=window.clock,
    )
    follower.step()

    window.other.is_silent = False
    window.other.found = [VALID]
    window.clock.advance(4 * FIRST_PAUSE)
    assert follower.step() == 1

    promise = promises.promise(case, LICENSE)
    assert [step.kind for step in promise.steps] == [StepKind.RESOLVED]
    assert not promise.is_open


def test_nobody_approves_their_own_exception(window: Window) -> None:
    window.other.found = [VALID]
    case = window.open()
    own = replace(DEMAND, reason=ReasonCode.P09, operator="chief", approver="chief")

    with pytest.raises(ApproverIsOperatorError):
        window.desk.decide(case, LICENSE, own)
    with pytest.raises(ApproverRequiredError):
        window.desk.decide(case, LICENSE, replace(own, approver=None))
    assert window.item(case).decision is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE lookups SET result = 'none'",
        "DELETE FROM lookups",
        "UPDATE case_materials SET way = 'self'",
        "DELETE FROM case_materials",
        "UPDATE cases SET situation = '{}'",
        "UPDATE decisions SET form = 'paper'",
        "DELETE FROM decisions",
        "DELETE FROM refusals",
        "UPDATE people_roles SET person = 'window' WHERE person = 'chief'",
    ],
)
def test_what_a_case_rests_on_is_not_altered_past_the_program(
    window: Window, statement: str
) -> None:
    window.other.found = [VALID]
    case = window.open()
    with pytest.raises(DemandRefusedError):
        window.desk.decide(case, LICENSE, replace(DEMAND, reason=ReasonCode.P01, approver=None))
    window.desk.decide(case, LICENSE, ATTACH)

    with window.engine.begin() as connection, pytest.raises(DatabaseError):
        connection.execute(text(statement))
