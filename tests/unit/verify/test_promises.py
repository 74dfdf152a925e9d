"""Promises (承诺与容缺): declarations that are signed, and what becomes of what was left open."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pytest

from signing.algorithms import sm3
from tests.doubles.acceptance import (
    APPLICANT,
    COMMITMENT_RULE,
    DATA_RULE,
    DEFERRAL_RULE,
    KEY_OF,
    RULE,
    WUHU,
    FakeFinder,
    FakeOffice,
    FakeProber,
    FakeSources,
    SetClock,
    a_license,
)
from tests.doubles.acceptance_matter import issued
from tests.doubles.acceptance_memory import MemoryCases, MemoryWork
from tests.doubles.issuing import MemoryObjects
from verify.acceptance.desk import AcceptanceDesk
from verify.acceptance.inquiry import Inquiry
from verify.acceptance.ports import Reply
from verify.acceptance.promises.declarations import Signature, SignatureKind
from verify.acceptance.promises.desk import PromiseDesk
from verify.acceptance.promises.following import FIRST_PAUSE, Follower
from verify.acceptance.promises.records import PromiseKind, Step, StepKind
from verify.acceptance.records import DecisionRequest, Form, PersonRole
from verify.case_errors import PromiseClosedError, PromiseNotFoundError
from verify.decision_errors import (
    ApproverIsOperatorError,
    ApproverRequiredError,
    CreditExcludedError,
    DeclarationRequiredError,
    FormNotPossibleError,
    NoteRequiredError,
    RoleMissingError,
)
from verify.errors import MalformedMatterError
from verify.matters.catalogue import Matter, MatterCatalogue
from verify.matters.ways import DeferralKind, Risk

MATTER = Matter(
    code="promised",
    version=1,
    name_zh="样本事项",
    name_en="Sample",
    materials=(
        issued("declared", RULE, COMMITMENT_RULE),
        issued("later", RULE, DEFERRAL_RULE),
        issued("waived", RULE, replace(DEFERRAL_RULE, kind=DeferralKind.WAIVED, due_days=0)),
        issued("checked", DATA_RULE),
    ),
)
SCAN = b"\x89PNG\r\n\x1a\n scan"
MADE = date(2026, 3, 18)


@dataclass
class Window:
    """A window whose register of licenses can fill, and whose register of facts is silent."""

    register: FakeFinder = field(default_factory=lambda: FakeFinder(WUHU))
    sources: FakeSources = field(default_factory=FakeSources)
    clock: SetClock = field(default_factory=SetClock)
    work: MemoryWork = field(default_factory=lambda: MemoryWork(MemoryCases()))
    objects: MemoryObjects = field(default_factory=MemoryObjects)

    def __post_init__(self) -> None:
        with self.work as work:
            work.cases.publish(MATTER)
            for person in ("window", "chief"):
                work.cases.grant_role(person, PersonRole.ACCEPTANCE)
            work.cases.grant_role("chief", PersonRole.ACCEPTANCE_APPROVER)
            work.commit()

    @property
    def desk(self) -> AcceptanceDesk:
        return AcceptanceDesk(
            matters=MatterCatalogue((MATTER,)),
            inquiry=Inquiry(
                finders=(self.register,), sources=self.sources, departments=FakeOffice()
            ),
            unit_of_work=self.work,
            clock=self.clock,
            prober=FakeProber(self.work, self.clock),
            objects=self.objects,
            key_of=KEY_OF,
        )

    @property
    def promises(self) -> PromiseDesk:
        return PromiseDesk(
            acceptance=self.desk, objects=self.objects, unit_of_work=self.work, clock=self.clock
        )

    @property
    def follower(self) -> Follower:
        return Follower(acceptance=self.desk, unit_of_work=self.work, clock=self.clock)

    def open(self) -> str:
        return self.desk.open_case(MATTER.code, APPLICANT, operator="window").case.id

    def decide(self, case: str, material: str, form: Form) -> None:
        self.desk.decide(case, material, DecisionRequest(form=form, operator="window"))

    def declare(self, case: str, **changes: object) -> None:
        wording = self.promises.wording(case, "declared")
        signature = Signature(digest=wording.digest, kind=SignatureKind.HANDWRITTEN, evidence=SCAN)
        self.promises.declare(
            case,
            "declared",
            replace(signature, **changes),  # type: ignore[arg-type]  # parts of a signature
            operator="window",
        )

    def committed(self) -> str:
        case = self.open()
        self.declare(case)
        self.decide(case, "declared", Form.COMMITMENT)
        return case

    def breached(self) -> str:
        case = self.committed()
        self.promises.follow_up(
            case,
            "declared",
            StepKind.BREACHED,
            operator="window",
            approver="chief",
            note="现场核查不属实",
        )
        return case


def test_a_commitment_needs_a_signed_declaration_of_the_very_wording() -> None:
    window = Window()
    case = window.open()

    with pytest.raises(DeclarationRequiredError):
        window.decide(case, "declared", Form.COMMITMENT)
    with pytest.raises(FormNotPossibleError):
        window.declare(case, digest="0" * 64)
    with pytest.raises(FormNotPossibleError):
        window.declare(case, evidence=b"")
    window.declare(case)
    window.decide(case, "declared", Form.COMMITMENT)

    promise = window.promises.promise(case, "declared")
    assert (promise.kind, promise.due_on) == (
        PromiseKind.COMMITMENT,
        MADE + timedelta(days=COMMITMENT_RULE.follow_up_days),
    )
    kept = window.work.promises.declaration(case, "declared")
    assert kept is not None
    assert window.objects.get(kept.evidence) == SCAN
    assert sm3(window.objects.get(kept.digest)).hex() == kept.digest


def test_the_wording_names_case_matter_material_and_consequence() -> None:
    window = Window()
    case = window.open()

    text = window.promises.wording(case, "declared").text

    for part in (case, MATTER.name_zh, COMMITMENT_RULE.text_zh, "30 日内核查", "信用记录"):
        assert part in text
    assert APPLICANT.name in text
    assert APPLICANT.code.masked() in text


def test_nothing_is_declared_while_a_license_serves() -> None:
    window = Window()
    window.register.found = [a_license(region=WUHU)]

    with pytest.raises(FormNotPossibleError):
        window.promises.wording(window.open(), "declared")


def test_what_follows_has_a_day_and_what_is_waived_has_none_and_is_closed() -> None:
    window = Window()
    case = window.open()
    window.decide(case, "later", Form.DEFERRAL)
    window.decide(case, "waived", Form.DEFERRAL)

    later = window.promises.promise(case, "later")
    waived = window.promises.promise(case, "waived")

    assert (later.kind, later.due_on) == (PromiseKind.LATER, MADE + timedelta(days=10))
    assert not later.is_overdue(MADE + timedelta(days=10))
    assert later.is_overdue(MADE + timedelta(days=11))
    assert (waived.kind, waived.due_on, waived.is_open) == (PromiseKind.WAIVED, None, False)
    assert window.promises.due(MADE + timedelta(days=10)) == (later,)
    assert window.promises.due(MADE + timedelta(days=9)) == ()


def test_what_was_not_left_open_has_no_promise() -> None:
    window = Window()
    with pytest.raises(PromiseNotFoundError):
        window.promises.promise(window.open(), "later")


def test_a_silent_register_is_asked_again_and_the_deferral_closes_by_itself() -> None:
    window = Window()
    case = window.open()
    window.decide(case, "checked", Form.DEFERRAL)
    assert window.promises.promise(case, "checked").kind is PromiseKind.AWAITED

    assert window.follower.step() == 0
    window.clock.advance(FIRST_PAUSE)
    assert window.follower.step() == 0
    asked = len(window.sources.questions)
    assert window.follower.step() == 0
    assert len(window.sources.questions) == asked, "asked again at once"
    window.sources.replies[DATA_RULE.source, DATA_RULE.item] = Reply.CONFIRMED
    window.clock.advance(2 * FIRST_PAUSE)
    assert window.follower.step() == 1

    promise = window.promises.promise(case, "checked")
    assert [step.kind for step in promise.steps] == [StepKind.RESOLVED]
    assert not promise.is_open
    assert window.follower.step() == 0


def test_what_is_due_is_reminded_once_and_closes_when_the_license_turns_up() -> None:
    window = Window()
    case = window.open()
    window.decide(case, "later", Form.DEFERRAL)

    window.follower.step()
    assert window.promises.promise(case, "later").steps == ()
    window.clock.advance(timedelta(days=7))
    window.follower.step()
    window.follower.step()
    reminded = window.promises.promise(case, "later").steps
    with window.work as work:
        (notice,) = work.notices.waiting(10)
    window.register.found = [a_license(region=WUHU)]
    window.clock.advance(timedelta(days=1))
    window.follower.step()

    assert [step.kind for step in reminded] == [StepKind.REMINDED]
    steps = window.promises.promise(case, "later").steps
    assert [step.kind for step in steps] == [StepKind.REMINDED, StepKind.RESOLVED]
    told = notice.as_payload()
    assert (told["kind"], told["case"], told["material"]) == ("promise-due", case, "later")
    assert told["due_on"] == str(window.promises.promise(case, "later").due_on)
    assert "identifier" not in told
    assert APPLICANT.code.code not in str(told)


def test_reminder_of_a_promise_that_was_closed_meanwhile_is_not_sent() -> None:
    window = Window()
    case = window.open()
    window.decide(case, "later", Form.DEFERRAL)
    window.clock.advance(timedelta(days=7))
    follower = window.follower
    stale = window.promises.promise(case, "later")
    with window.work as work:
        work.promises.take(stale, Step(kind=StepKind.BROUGHT, at=window.clock.now()))
        work.commit()

    follower._remind(stale, stale.due_on or window.clock.now().date())

    with window.work as work:
        assert work.notices.waiting(10) == ()


def test_many_promises_are_all_looked_at_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("verify.acceptance.promises.following._PORTION", 2)
    window = Window()
    cases = [window.open() for _ in range(5)]
    for case in cases:
        window.decide(case, "later", Form.DEFERRAL)
    window.clock.advance(timedelta(days=8))
    follower = window.follower

    for _ in range(3):
        follower.step()

    assert all(window.promises.promise(case, "later").is_reminded for case in cases)


def test_a_breach_takes_two_persons_and_words_and_bars_the_next_declaration() -> None:
    window = Window()
    case = window.committed()
    breach = {"operator": "window", "approver": "chief", "note": "不属实"}

    def follow_up(kind: StepKind, **changes: str | None) -> None:
        people: dict[str, str | None] = {**breach, **changes}
        window.promises.follow_up(
            case,
            "declared",
            kind,
            operator=people["operator"] or "",
            approver=people["approver"],
            note=people["note"],
        )

    with pytest.raises(ApproverRequiredError):
        follow_up(StepKind.BREACHED, approver=None)
    with pytest.raises(ApproverIsOperatorError):
        follow_up(StepKind.BREACHED, operator="chief")
    with pytest.raises(RoleMissingError):
        follow_up(StepKind.BREACHED, approver="window2")
    with pytest.raises(NoteRequiredError):
        follow_up(StepKind.BREACHED, note=" ")
    with pytest.raises(PromiseClosedError):
        follow_up(StepKind.REPAIRED)
    follow_up(StepKind.BREACHED)
    with pytest.raises(PromiseClosedError):
        follow_up(StepKind.KEPT)

    with pytest.raises(CreditExcludedError):
        window.declare(window.open())
    follow_up(StepKind.REPAIRED, note="已纠正")
    window.declare(window.open())
    ((person, promise),) = window.promises.breaches()
    assert (person, promise.case_id) == (APPLICANT, case)


@pytest.mark.parametrize("kind", [StepKind.REMINDED, StepKind.RESOLVED])
def test_nobody_takes_the_steps_of_the_system(kind: StepKind) -> None:
    window = Window()
    case = window.committed()

    with pytest.raises(PromiseClosedError):
        window.promises.follow_up(case, "declared", kind, operator="window")


def test_a_material_that_followed_closes_the_promise() -> None:
    window = Window()
    case = window.open()
    window.decide(case, "later", Form.DEFERRAL)

    promise = window.promises.follow_up(case, "later", StepKind.BROUGHT, operator="window")

    assert not promise.is_open
    assert window.promises.due(MADE + timedelta(days=100)) == ()


def test_who_broke_a_promise_is_not_released_for_a_good_record() -> None:
    window = Window()
    window.breached()
    released = replace(DEFERRAL_RULE, kind=DeferralKind.RELEASED, due_days=0)
    matter = replace(MATTER, version=2, materials=(issued("released", RULE, released),))
    with window.work as work:
        work.cases.publish(matter)
        work.commit()
    desk = replace(window.desk, matters=MatterCatalogue((MATTER, matter)))
    case = desk.open_case(MATTER.code, APPLICANT, operator="window").case.id

    with pytest.raises(CreditExcludedError):
        desk.decide(case, "released", DecisionRequest(form=Form.DEFERRAL, operator="window"))


def test_what_may_do_harm_is_looked_at_afterwards() -> None:
    with pytest.raises(MalformedMatterError):
        replace(COMMITMENT_RULE, risk=Risk.MEDIUM, follow_up_days=0)
