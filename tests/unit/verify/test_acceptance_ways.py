"""The desk asks license, register and department in turn, and reads what they answer later."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from tests.doubles.acceptance import (
    APPLICANT,
    BAOJI,
    DATA_RULE,
    DEPARTMENT_RULE,
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
from tests.doubles.acceptance_matter import MATTER
from tests.doubles.acceptance_memory import MemoryCases, MemoryWork
from tests.doubles.issuing import MemoryObjects
from verify.acceptance.budgets import Deadline
from verify.acceptance.desk import AcceptanceDesk
from verify.acceptance.inquiry import Inquiry
from verify.acceptance.lookups import Statement
from verify.acceptance.notices import CaseMaterial, Outcome
from verify.acceptance.ports import (
    DepartmentAnswer,
    DepartmentOffice,
    DepartmentQuestion,
    Reply,
)
from verify.acceptance.reasons import LookupResult, ReasonCode
from verify.acceptance.records import Decision, DecisionRequest, Form, PersonRole
from verify.case_errors import MaterialNotFoundError, SituationError, SituationOpenError
from verify.decision_errors import (
    DemandRefusedError,
    DepartmentCheckRequiredError,
    DepartmentServesError,
    FormNotPossibleError,
    LookupRequiredError,
    RegisterServesError,
)
from verify.errors import SourceSilentError
from verify.matters.catalogue import MatterCatalogue
from verify.matters.ways import Way

R = LookupResult
SOURCE = (DATA_RULE.source, DATA_RULE.item)
DAY = timedelta(days=1)


@dataclass
class Window:
    """A window in 芜湖 that can ask everybody."""

    own: FakeFinder = field(default_factory=lambda: FakeFinder(WUHU))
    other: FakeFinder = field(default_factory=lambda: FakeFinder(BAOJI))
    sources: FakeSources = field(default_factory=FakeSources)
    office: FakeOffice = field(default_factory=FakeOffice)
    clock: SetClock = field(default_factory=SetClock)
    objects: MemoryObjects = field(default_factory=MemoryObjects)
    work: MemoryWork = field(default_factory=lambda: MemoryWork(MemoryCases()))

    def __post_init__(self) -> None:
        self.prober = FakeProber(self.work, self.clock)
        with self.work as work:
            work.cases.publish(MATTER)
            work.cases.grant_role("window", PersonRole.ACCEPTANCE)
            work.cases.grant_role("chief", PersonRole.ACCEPTANCE_APPROVER)
            work.commit()

    @property
    def desk(self) -> AcceptanceDesk:
        return AcceptanceDesk(
            matters=MatterCatalogue((MATTER,)),
            inquiry=Inquiry(
                finders=(self.own, self.other), sources=self.sources, departments=self.office
            ),
            unit_of_work=self.work,
            clock=self.clock,
            prober=self.prober,
            objects=self.objects,
            key_of=KEY_OF,
        )

    def open(self, **situation: str) -> str:
        view = self.desk.open_case(
            MATTER.code, APPLICANT, operator="window", situation=situation or {"size": "small"}
        )
        return view.case.id

    def item(self, case: str, material: str) -> CaseMaterial:
        return self.desk.view_case(case).material(material)

    def decide(self, case: str, material: str, form: Form, **parts: object) -> Decision:
        request = replace(DecisionRequest(form=form, operator="window"), **parts)  # type: ignore[arg-type]  # parts of a request
        return self.desk.decide(case, material, request)


def results(item: CaseMaterial) -> list[tuple[Way, LookupResult]]:
    return [(lookup.way, lookup.result) for lookup in item.lookups]


def test_a_valid_license_leaves_registers_and_departments_in_peace() -> None:
    window = Window()
    window.own.found = [a_license(region=WUHU)]

    item = window.item(window.open(), "every")

    assert results(item) == [(Way.E_LICENSE, R.VALID)]
    assert window.sources.questions == []
    assert window.office.questions == []


def test_without_a_license_the_register_is_asked_and_serves() -> None:
    window = Window()
    window.sources.replies[SOURCE] = Reply.CONFIRMED

    case = window.open()

    item = window.item(case, "every")
    assert results(item) == [(Way.E_LICENSE, R.NONE), (Way.DATA_CHECK, R.CONFIRMED)]
    assert item.outcome is Outcome.DATA_CHECKED
    assert window.sources.questions == [(*SOURCE, APPLICANT, {"size": "small"})]
    assert [question.material for question in window.office.questions] == ["heard"]
    for form in (Form.PAPER, Form.COMMITMENT, Form.DEFERRAL):
        with pytest.raises(RegisterServesError):
            window.decide(case, "every", form)
    assert window.decide(case, "every", Form.DATA_CHECK).lookups == item.lookups


@pytest.mark.parametrize(("reply", "result"), [(Reply.DENIED, R.DENIED), (None, R.SOURCE_DOWN)])
def test_where_neither_serves_the_department_is_asked_and_has_its_time(
    reply: Reply | None, result: LookupResult
) -> None:
    window = Window()
    if reply is not None:
        window.sources.replies[SOURCE] = reply

    case = window.open()

    item = window.item(case, "every")
    assert results(item)[1:] == [(Way.DATA_CHECK, result), (Way.DEPARTMENT_CHECK, R.ASKED)]
    assert (item.outcome, item.department_due_at) == (Outcome.CHECK_RUNNING, NOON + DAY)
    question = next(asked for asked in window.office.questions if asked.material == "every")
    assert (question.case_id, question.department) == (case, DEPARTMENT_RULE.department)
    assert question.applicant == APPLICANT
    for reason in ReasonCode:
        with pytest.raises(DepartmentCheckRequiredError):
            window.decide(case, "every", Form.PAPER, reason=reason, approver="chief", note="因故")


def test_an_expired_license_may_be_demanded_on_paper_without_asking_the_department() -> None:
    window = Window()
    window.other.found = [a_license(valid_to=NOON.date() - DAY)]

    case = window.open()

    assert results(window.item(case, "heard")) == [(Way.E_LICENSE, R.EXPIRED)]
    assert window.decide(case, "heard", Form.PAPER, reason=ReasonCode.P03).is_demand


def test_the_departments_answer_comes_back_to_the_case_and_serves() -> None:
    window = Window()
    case = window.open()
    number = next(
        place
        for place, asked in enumerate(window.office.questions, start=1)
        if asked.material == "heard"
    )
    window.office.answer(number, Reply.CONFIRMED)
    window.clock.advance(timedelta(hours=5))

    item = window.desk.look_up(case, "heard")

    assert results(item) == [(Way.E_LICENSE, R.NONE), (Way.DEPARTMENT_CHECK, R.CONFIRMED)]
    answer = item.lookups[1]
    assert (answer.number, answer.question, answer.due_at) == (2, 1, NOON + DAY)
    with pytest.raises(DepartmentServesError):
        window.decide(case, "heard", Form.PAPER, reason=ReasonCode.P01)
    assert not window.decide(case, "heard", Form.DEPARTMENT_CHECK).is_demand


def test_each_answer_says_whose_word_it_is_and_since_when() -> None:
    earlier = NOON - timedelta(hours=3)
    licensed, registered, heard, nothing = Window(), Window(), Window(), Window()
    licensed.other.found = [a_license(stated_at=earlier)]
    registered.sources.replies[SOURCE] = Reply.CONFIRMED
    case = heard.open()
    asked = [question.material for question in heard.office.questions]
    said = DepartmentAnswer(
        reference=f"Q{asked.index('heard') + 1}",
        reply=Reply.CONFIRMED,
        stated=Statement(by=WUHU, at=earlier),
    )
    heard.office.given.append((case, said))

    def word(window: Window, material: str, case: str = "") -> Statement | None:
        return window.item(case or window.open(), material).lookups[-1].stated

    heard.desk.look_up(case, "heard")
    assert word(licensed, "every") == Statement(by=BAOJI, at=earlier)
    assert word(registered, "every") == Statement(by=BAOJI, at=NOON)
    assert word(heard, "heard", case) == Statement(by=WUHU, at=earlier)
    # A silent register and a department that has only been asked have said nothing.
    assert word(nothing, "every") is None
    assert word(nothing, "heard") is None


def test_a_department_is_asked_once_and_its_answer_stands_until_a_newer_one() -> None:
    window = Window()
    case = window.open()
    asked = len(window.office.questions)
    number = [item.material for item in window.office.questions].index("heard") + 1

    for reply, result in [
        (Reply.DENIED, R.DENIED),
        (Reply.DENIED, R.DENIED),
        (Reply.CONFIRMED, R.CONFIRMED),
    ]:
        window.office.answer(number, reply)
        window.clock.advance(DAY)
        assert results(window.desk.look_up(case, "heard"))[1] == (Way.DEPARTMENT_CHECK, result)

    assert len(window.office.questions) == asked
    assert window.item(case, "heard").lookups[1].number == 3


def test_a_department_times_out_when_it_is_due_and_not_before() -> None:
    window = Window()
    case = window.open()
    window.clock.advance(DAY - timedelta(microseconds=1))
    assert window.desk.look_up(case, "heard").outcome is Outcome.CHECK_RUNNING

    window.clock.advance(timedelta(microseconds=1))
    item = window.desk.look_up(case, "heard")

    assert results(item)[1] == (Way.DEPARTMENT_CHECK, R.TIMED_OUT)
    assert item.outcome is Outcome.MAY_DEMAND
    assert window.decide(case, "heard", Form.PAPER, reason=ReasonCode.P02).is_demand


def test_a_late_answer_still_counts() -> None:
    window = Window()
    case = window.open()
    window.clock.advance(2 * DAY)
    window.desk.look_up(case, "heard")
    number = [item.material for item in window.office.questions].index("heard") + 1
    window.office.answer(number, Reply.CONFIRMED)

    item = window.desk.look_up(case, "heard")

    assert item.outcome is Outcome.DEPARTMENT_CHECKED
    assert (item.lookups[1].number, item.lookups[1].question) == (3, 1)


def test_a_department_that_cannot_be_reached_has_its_time_all_the_same() -> None:
    window = Window(office=FakeOffice(is_silent=True))
    case = window.open()

    item = window.item(case, "heard")
    assert (item.outcome, item.lookups[1].reference) == (Outcome.CHECK_RUNNING, None)
    window.clock.advance(DAY)
    assert window.desk.look_up(case, "heard").outcome is Outcome.MAY_DEMAND


def test_a_license_that_appears_meanwhile_serves_whatever_the_department_said() -> None:
    window = Window()
    case = window.open()
    window.clock.advance(DAY)
    window.desk.look_up(case, "heard")
    window.other.found = [a_license()]

    item = window.desk.look_up(case, "heard")

    assert item.outcome is Outcome.E_LICENSE
    with pytest.raises(DemandRefusedError):
        window.decide(case, "heard", Form.PAPER, reason=ReasonCode.P02)
    assert [lookup.way for lookup in item.evidence] == [Way.E_LICENSE]


def test_without_a_department_in_the_matter_nothing_found_is_never_demanded() -> None:
    window = Window()
    case = window.open()

    assert window.item(case, "license").outcome is Outcome.CHECK_REQUIRED
    with pytest.raises(DepartmentCheckRequiredError) as refused:
        window.decide(case, "license", Form.PAPER, reason=ReasonCode.P01)
    assert refused.value.due_at is None
    assert not window.decide(case, "license", Form.PAPER, voluntary=True).is_demand


def test_what_was_abolished_is_not_looked_up_and_is_exempt() -> None:
    window = Window()
    case = window.open()

    assert window.item(case, "abolished").lookups == ()
    with pytest.raises(FormNotPossibleError):
        window.desk.look_up(case, "abolished")
    assert not window.decide(case, "abolished", Form.EXEMPT).is_demand


def test_a_rule_that_has_ended_spares_nothing() -> None:
    window = Window()

    assert window.item(window.open(), "ended").outcome is Outcome.SELF_PROVIDED


def test_a_silent_register_lets_a_material_follow_without_a_rule() -> None:
    window = Window(other=FakeFinder(BAOJI, is_silent=True))
    case = window.open()

    assert window.item(case, "license").outcome is Outcome.UNAVAILABLE
    assert window.decide(case, "license", Form.DEFERRAL).lookups


def test_the_situation_settles_which_materials_there_are() -> None:
    window = Window()
    small, big = window.open(size="small"), window.open(size="big")

    assert "plan" in [item.material.code for item in window.desk.view_case(big).materials]
    with pytest.raises(MaterialNotFoundError):
        window.item(small, "plan")
    assert window.desk.view_case(big).case.situation == {"size": "big"}


@pytest.mark.parametrize(
    ("situation", "why"),
    [({}, "open"), ({"size": "huge"}, "no-such-choice"), ({"size": "big", "x": "y"}, "not-asked")],
)
def test_a_situation_that_is_not_settled_opens_no_case(situation: dict[str, str], why: str) -> None:
    window = Window()

    with pytest.raises(SituationError) as refused:
        window.desk.open_case(MATTER.code, APPLICANT, operator="window", situation=situation)

    assert refused.value.why == why
    assert window.own.questions == []
    if isinstance(refused.value, SituationOpenError):
        assert [code for code, _, _ in refused.value.choices] == ["small", "big"]


class Rival(FakeOffice):
    """An office at which another window reads the answers a moment earlier."""

    rival: Callable[[], object] | None = None

    def answers(self, case_id: str) -> tuple[DepartmentAnswer, ...]:
        rival, self.rival = self.rival, None
        if rival is not None:
            rival()
        return super().answers(case_id)


def test_an_answer_that_two_windows_read_at_once_is_kept_once() -> None:
    office = Rival()
    window = Window(office=office)
    case = window.open()
    number = [item.material for item in office.questions].index("heard") + 1
    office.answer(number, Reply.DENIED)
    office.rival = lambda: window.desk.look_up(case, "heard")

    item = window.desk.look_up(case, "heard")

    assert [(lookup.way, lookup.number) for lookup in item.lookups] == [
        (Way.E_LICENSE, 3),
        (Way.DEPARTMENT_CHECK, 2),
    ]


def test_a_decision_needs_every_way_to_have_been_asked() -> None:
    window = Window()
    case = window.open()
    with window.work as work:
        key = next(key for key in work.cases.lookups if key[1:3] == ("every", Way.DATA_CHECK))
        del work.cases.lookups[key]
        work.commit()

    with pytest.raises(LookupRequiredError):
        window.decide(case, "every", Form.PAPER, voluntary=True)


# Contracts ------------------------------------------------------------------------------------


def a_question() -> DepartmentQuestion:
    return DepartmentQuestion(
        case_id="CAAAAAAAAAAAAAAAAAAAA",
        material="heard",
        department="department",
        question_zh="是否核发",
        question_en="Was it issued",
        applicant=APPLICANT,
        asked_at=NOON,
        due_at=NOON + DAY,
    )


def test_after_the_deadline_nobody_is_asked_but_at_home_and_everybody_else_is_silent() -> None:
    window = Window()
    window.sources.replies[DATA_RULE.source, DATA_RULE.item] = Reply.CONFIRMED
    window.other.found = [a_license()]
    case = window.desk.view_case(window.open()).case
    window.other.questions.clear()
    window.sources.questions.clear()
    item = replace(window.item(case.id, "every"), lookups=())

    told = window.desk.inquiry.ask(
        case, item, now=NOON, deadline=Deadline(at=0.0, seconds=lambda: 1.0)
    )

    assert [said.result for said in told[:2]] == [R.SOURCE_DOWN, R.SOURCE_DOWN]
    assert [said.silent for said in told[:2]] == [(str(BAOJI),), ("register/register",)]
    assert (window.other.questions, window.sources.questions) == ([], [])
    assert len(window.own.questions) > 0


def test_a_register_that_there_is_not_is_silent() -> None:
    with pytest.raises(SourceSilentError, match="nowhere"):
        FakeSources().check("nowhere", "item", APPLICANT, {})


@pytest.mark.parametrize("make", [FakeOffice, lambda: FakeOffice(is_silent=True)])
def test_an_office_takes_a_question_with_a_number_and_time_to_answer_or_is_silent(
    make: Callable[[], DepartmentOffice],
) -> None:
    office = make()
    try:
        taken = office.ask(a_question())
    except SourceSilentError as error:
        assert "department" in str(error)  # noqa: PT017 - one of two lawful ways
    else:
        assert taken.reference
        assert taken.due_at >= a_question().due_at
        assert office.answers(a_question().case_id) == ()
