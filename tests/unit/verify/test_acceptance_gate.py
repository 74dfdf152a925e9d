from dataclasses import replace
from datetime import timedelta

import pytest

from tests.doubles.acceptance import BAOJI, DATA_RULE, IDENTIFIER, NOON
from tests.doubles.acceptance_stands import DOWN, STANDS, a_case, a_lookup
from verify.acceptance.gate import MAX_NOTE, decide
from verify.acceptance.notices import CaseMaterial, Outcome
from verify.acceptance.reasons import REASONS, LookupResult, ReasonCode, reasons_for
from verify.acceptance.records import Applicant, Decision, DecisionRequest, Form
from verify.case_errors import InconsistentLookupError, MalformedApplicantError
from verify.conclusions import Conclusion
from verify.decision_errors import (
    AlreadyDecidedError,
    ApproverIsOperatorError,
    ApproverRequiredError,
    DecisionRefusedError,
    DemandRefusedError,
    DepartmentCheckRequiredError,
    DepartmentServesError,
    FormNotPossibleError,
    LookupRequiredError,
    NoteRequiredError,
    NotNeededError,
    ReasonNotApplicableError,
    ReasonRequiredError,
    RegisterServesError,
    RoleMissingError,
    StaleLookupError,
)
from verify.matters.ways import Term, Way

R = LookupResult
CASE = a_case()
APPROVERS = frozenset({"chief", "window"})
SERVED = {
    "valid": Form.E_LICENSE,
    "valid-flexible": Form.E_LICENSE,
    "register-confirms": Form.DATA_CHECK,
    "department-confirms": Form.DEPARTMENT_CHECK,
    "none-confirmed": Form.DEPARTMENT_CHECK,
    "none-registered": Form.DATA_CHECK,
    "expired-confirmed": Form.DEPARTMENT_CHECK,
    "abolished": Form.EXEMPT,
}
UNHEARD = ["none", "register-denies", "none-asked", "expired-asked", "department-asked"]
OWN_ONES = ["own", "own-flexible"]
DEMANDABLE = sorted(
    set(STANDS) - set(SERVED) - set(UNHEARD) - set(OWN_ONES) - {"department-unasked"}
)
SILENT = ["source-down", "register-silent", "silent-overdue"]
SELF_ITEM = STANDS["own"].item(CASE)


def item_of(name: str) -> CaseMaterial:
    return STANDS[name.replace("_", "-")].item(CASE)


def results_of(name: str) -> tuple[LookupResult, ...]:
    return tuple(lookup.result for lookup in item_of(name).evidence)


def ask(item: CaseMaterial, request: DecisionRequest, *, minutes: float = 1) -> Decision:
    now = NOON + timedelta(minutes=minutes)
    return decide(request, item, approvers=APPROVERS, probes=DOWN, now=now)


def paper(
    reason: ReasonCode | None = None, *, approver: str | None = None, note: str | None = None
) -> DecisionRequest:
    return DecisionRequest(
        form=Form.PAPER, operator="window", reason=reason, approver=approver, note=note
    )


def of_form(form: Form) -> DecisionRequest:
    return DecisionRequest(form=form, operator="window")


def possible(name: str) -> set[Form]:
    """The forms that pass without a reason."""
    if name in SERVED:
        return {SERVED[name]}
    forms = {Form.PAPER} if name in OWN_ONES else set()
    if STANDS[name].is_flexible:
        forms |= {Form.COMMITMENT, Form.DEFERRAL}
    return forms | ({Form.DEFERRAL} if name in SILENT else set())


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("name", sorted(set(STANDS) - {"department-unasked"}))
def test_each_form_without_a_reason_passes_only_where_it_may(form: Form, name: str) -> None:
    item = item_of(name)

    if form in possible(name):
        decision = ask(item, of_form(form))
        assert (decision.lookups, decision.is_demand) == (item.evidence, False)
    else:
        with pytest.raises(DecisionRefusedError):
            ask(item, of_form(form))


@pytest.mark.parametrize("form", [Form.PAPER, Form.DEFERRAL, Form.COMMITMENT])
@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        ("register-confirms", RegisterServesError),
        ("none-registered", RegisterServesError),
        ("department-confirms", DepartmentServesError),
        ("none-confirmed", DepartmentServesError),
        ("expired-confirmed", DepartmentServesError),
        ("abolished", NotNeededError),
    ],
)
def test_what_serves_says_so_and_refuses_paper_and_both_detours(
    name: str, refusal: type[DecisionRefusedError], form: Form
) -> None:
    with pytest.raises(refusal):
        ask(item_of(name), of_form(form))


@pytest.mark.parametrize("name", UNHEARD)
@pytest.mark.parametrize("reason", ReasonCode)
def test_where_nothing_is_found_its_department_is_heard_before_any_demand(
    name: str, reason: ReasonCode
) -> None:
    with pytest.raises(DepartmentCheckRequiredError) as refused:
        ask(item_of(name), paper(reason, approver="chief", note="因故"))

    due_at = NOON + timedelta(hours=24) if name.endswith("asked") else None
    assert refused.value.due_at == due_at


@pytest.mark.parametrize("reason", ReasonCode)
def test_for_what_was_abolished_there_is_no_reason_at_all(reason: ReasonCode) -> None:
    with pytest.raises(NotNeededError):
        ask(item_of("abolished"), paper(reason, approver="chief", note="因故"))


def test_a_department_that_may_be_asked_has_to_be() -> None:
    for form in Form:
        with pytest.raises(LookupRequiredError):
            ask(item_of("department-unasked"), of_form(form))


def test_rules_count_on_the_day_the_case_was_opened() -> None:
    material = replace(
        STANDS["register-confirms"].material,
        rules=(replace(DATA_RULE, term=Term(last=CASE.opened_on - timedelta(days=1))),),
    )
    before = CaseMaterial(
        case_id=CASE.id, material=material, day=CASE.opened_on - timedelta(days=1)
    )

    assert before.next_way is Way.DATA_CHECK
    assert replace(before, day=CASE.opened_on).outcome is Outcome.SELF_PROVIDED


def test_a_departments_answer_stands_while_registers_are_asked_anew() -> None:
    days = 60 * 24 * 30
    assert ask(item_of("department-confirms"), of_form(Form.DEPARTMENT_CHECK), minutes=days).lookups

    with pytest.raises(StaleLookupError):
        ask(item_of("none-confirmed"), of_form(Form.DEPARTMENT_CHECK), minutes=11)
    with pytest.raises(StaleLookupError):
        ask(item_of("register-confirms"), of_form(Form.DATA_CHECK), minutes=11)


@pytest.mark.parametrize("form", [Form.PAPER, Form.DEFERRAL, Form.COMMITMENT])
def test_while_a_valid_license_is_at_hand_paper_and_both_detours_are_refused(form: Form) -> None:
    with pytest.raises(DemandRefusedError) as refused:
        ask(item_of(R.VALID), of_form(form))

    assert refused.value.code == "ELICENSE_AVAILABLE"
    assert refused.value.license_identifier == str(IDENTIFIER)
    assert refused.value.region == BAOJI.value


def test_a_reason_meant_for_another_result_does_not_help_while_a_license_is_valid() -> None:
    for reason in set(ReasonCode) - set(reasons_for(R.VALID)):
        with pytest.raises(DemandRefusedError):
            ask(item_of(R.VALID), paper(reason, approver="chief", note="因故"))


@pytest.mark.parametrize("name", sorted(set(SERVED) - {"abolished"}))
def test_only_a_legal_reason_and_a_second_person_let_paper_pass_while_something_serves(
    name: str,
) -> None:
    item = item_of(name)
    allowed = reasons_for(item.evidence[-1].result)
    assert item.reasons_allowed == allowed

    for reason in ReasonCode:
        request = paper(reason, approver="chief", note="因故")
        if reason in allowed:
            decision = ask(item, request)
            assert (decision.is_demand, decision.ground) == (True, item.evidence[-1])
            with pytest.raises(ApproverRequiredError):
                ask(item, replace(request, approver=None))
        else:
            with pytest.raises(DecisionRefusedError):
                ask(item, request)


def test_nobody_approves_their_own_exception_even_with_the_role() -> None:
    with pytest.raises(ApproverIsOperatorError):
        ask(item_of(R.VALID), paper(ReasonCode.P09, approver="window"))


def test_an_approver_without_the_role_is_refused() -> None:
    with pytest.raises(RoleMissingError, match="trainee"):
        ask(item_of(R.VALID), paper(ReasonCode.P09, approver="trainee"))


@pytest.mark.parametrize("name", sorted(set(STANDS) - {"department-unasked"}))
def test_paper_brought_voluntarily_is_recorded_and_never_a_demand(name: str) -> None:
    request = DecisionRequest(form=Form.PAPER, operator="window", voluntary=True)

    assert not ask(item_of(name), request).is_demand


def test_what_is_voluntary_has_neither_reason_nor_approver() -> None:
    request = DecisionRequest(form=Form.PAPER, operator="window", voluntary=True)

    with pytest.raises(ReasonNotApplicableError):
        ask(item_of(R.NONE), replace(request, reason=ReasonCode.P01))
    with pytest.raises(ReasonNotApplicableError):
        ask(item_of(R.NONE), replace(request, approver="chief"))


def test_only_paper_can_be_voluntary() -> None:
    for form in set(Form) - {Form.PAPER}:
        with pytest.raises(FormNotPossibleError):
            ask(item_of(R.VALID), replace(of_form(form), voluntary=True))


@pytest.mark.parametrize("name", DEMANDABLE)
def test_where_nothing_serves_paper_needs_a_reason_that_fits(name: str) -> None:
    item = item_of(name)
    with pytest.raises(ReasonRequiredError):
        ask(item, paper())
    fitting = reasons_for(*results_of(name))
    assert item.reasons_allowed == fitting
    assert fitting

    for reason in REASONS.values():
        request = paper(reason.code, approver="chief", note="因故")
        if reason.code in fitting:
            decision = ask(item, request)
            assert decision.is_demand
            assert decision.ground is not None
            assert decision.ground.result in reason.applies_to
        else:
            with pytest.raises(ReasonNotApplicableError):
                ask(item, request)


def test_a_plain_reason_needs_no_second_person() -> None:
    assert ask(item_of("none-denied"), paper(ReasonCode.P01)).request.approver is None
    assert ask(item_of(R.SOURCE_DOWN), paper(ReasonCode.P02)).is_demand
    assert ask(item_of("none-overdue"), paper(ReasonCode.P02)).is_demand
    assert ask(item_of("all-denied"), paper(ReasonCode.P04)).is_demand


def test_other_reasons_are_put_into_words_and_approved() -> None:
    with pytest.raises(NoteRequiredError):
        ask(item_of(R.EXPIRED), paper(ReasonCode.P99, approver="chief"))
    with pytest.raises(ApproverRequiredError):
        ask(item_of(R.EXPIRED), paper(ReasonCode.P99, note="系统迁移"))


@pytest.mark.parametrize("note", ["", "  ", "长" * (MAX_NOTE + 1)])
def test_a_note_says_something_and_not_too_much(note: str) -> None:
    with pytest.raises(NoteRequiredError):
        ask(item_of(R.EXPIRED), paper(ReasonCode.P03, note=note))


def test_every_result_that_ends_a_search_in_vain_has_a_reason_so_that_no_case_gets_stuck() -> None:
    closed = {R.VALID, R.CONFIRMED, R.ASKED}
    assert all(reasons_for(result) for result in set(R) - closed)
    assert reasons_for(R.ASKED) == ()


def test_other_is_no_reason_while_something_serves() -> None:
    for result in (R.VALID, R.CONFIRMED):
        assert ReasonCode.P99 not in reasons_for(result)
        assert all(REASONS[code].needs_approver(result) for code in reasons_for(result))


@pytest.mark.parametrize("minutes", [-0.01, 10.01, 600])
def test_a_look_up_of_another_time_is_refused_as_evidence(minutes: float) -> None:
    for request in (of_form(Form.E_LICENSE), paper(ReasonCode.P01)):
        with pytest.raises(StaleLookupError):
            ask(item_of(R.VALID), request, minutes=minutes)


@pytest.mark.parametrize("minutes", [0, 10])
def test_ten_minutes_are_enough_to_the_microsecond(minutes: float) -> None:
    decision = ask(item_of(R.VALID), of_form(Form.E_LICENSE), minutes=minutes)

    assert decision.decided_at == NOON + timedelta(minutes=minutes)


@pytest.mark.parametrize("name", ["none", "register-denies", "department-denies", "all-denied"])
def test_a_material_with_a_rule_is_not_decided_without_a_look_up(name: str) -> None:
    item = replace(item_of(name), lookups=())

    for form in Form:
        with pytest.raises(LookupRequiredError):
            ask(item, of_form(form))


def test_a_look_up_is_not_borrowed_from_another_material_or_case() -> None:
    item = item_of(R.VALID)
    strange = a_lookup(a_case("CBBBBBBBBBBBBBBBBBBBB"), R.VALID)

    for lookup in (replace(strange, case_id=CASE.id, material="valid-flexible"), strange):
        with pytest.raises(LookupRequiredError):
            ask(replace(item, lookups=(lookup,)), of_form(Form.E_LICENSE))


def test_the_applicants_own_material_comes_on_paper_without_a_reason() -> None:
    decision = ask(SELF_ITEM, of_form(Form.PAPER))

    assert decision.lookup is None
    assert not decision.is_demand
    with pytest.raises(ReasonNotApplicableError):
        ask(SELF_ITEM, paper(ReasonCode.P01))


@pytest.mark.parametrize("form", sorted(set(Form) - {Form.PAPER}))
def test_nobody_claims_a_form_that_no_rule_provides_for(form: Form) -> None:
    with pytest.raises(FormNotPossibleError):
        ask(SELF_ITEM, of_form(form))


def test_an_approver_without_a_reason_means_nothing_and_is_refused() -> None:
    with pytest.raises(ReasonNotApplicableError):
        ask(item_of(R.EXPIRED), paper(approver="chief"))


def test_a_reason_belongs_to_paper_alone() -> None:
    with pytest.raises(ReasonNotApplicableError):
        ask(item_of(R.NONE), replace(of_form(Form.DEFERRAL), reason=ReasonCode.P01))


def test_what_was_decided_is_not_decided_again() -> None:
    item = item_of(R.VALID)
    decided = replace(item, decision=ask(item, of_form(Form.E_LICENSE)))

    with pytest.raises(AlreadyDecidedError):
        ask(decided, of_form(Form.E_LICENSE))


OUTCOMES = {
    "valid": Outcome.E_LICENSE,
    "valid-flexible": Outcome.E_LICENSE,
    "none": Outcome.CHECK_REQUIRED,
    "department-unasked": Outcome.CHECK_REQUIRED,
    "register-denies": Outcome.CHECK_REQUIRED,
    "source-down": Outcome.UNAVAILABLE,
    "register-silent": Outcome.UNAVAILABLE,
    "own": Outcome.SELF_PROVIDED,
    "own-flexible": Outcome.SELF_PROVIDED,
    "abolished": Outcome.EXEMPT,
    "register-confirms": Outcome.DATA_CHECKED,
    "none-registered": Outcome.DATA_CHECKED,
    "department-confirms": Outcome.DEPARTMENT_CHECKED,
    "none-confirmed": Outcome.DEPARTMENT_CHECKED,
    "expired-confirmed": Outcome.DEPARTMENT_CHECKED,
    "department-asked": Outcome.CHECK_RUNNING,
    "none-asked": Outcome.CHECK_RUNNING,
    "expired-asked": Outcome.CHECK_RUNNING,
}


@pytest.mark.parametrize("name", STANDS)
def test_the_notice_says_how_each_material_stands_and_what_else_is_possible(name: str) -> None:
    item = item_of(name)
    forms = possible(name)

    assert item.outcome is OUTCOMES.get(name, Outcome.MAY_DEMAND)
    assert (item.may_commit, item.may_defer) == (Form.COMMITMENT in forms, Form.DEFERRAL in forms)
    assert (item.rule_shown is None) == (name == "own")


def test_what_nobody_asked_for_yet_is_not_known() -> None:
    item = replace(item_of("valid"), lookups=())

    assert (item.outcome, item.reasons_allowed) == (Outcome.UNAVAILABLE, ())


@pytest.mark.parametrize(
    "broken",
    [
        {"license": None},
        {"region": None},
        {"conclusion": None},
        {"conclusion": Conclusion.FAILED},
        {"conclusion": Conclusion.INDETERMINATE},
        {"result": R.NONE},
        {"result": R.UNVERIFIED},
        {"result": R.CONFIRMED},
        {"way": Way.DATA_CHECK},
        {"way": Way.COMMITMENT},
        {"due_at": NOON + timedelta(days=1)},
        {"question": 1},
        {"reference": "Q1"},
    ],
)
def test_a_look_up_cannot_contradict_itself(broken: dict[str, object]) -> None:
    valid = a_lookup(CASE, R.VALID)

    with pytest.raises(InconsistentLookupError):
        replace(valid, **broken)  # type: ignore[arg-type]  # each is one part of a look-up


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("department-asked", {"due_at": None}),
        ("department-asked", {"due_at": NOON + timedelta(minutes=59)}),
        ("department-asked", {"question": 1}),
        ("department-asked", {"result": R.SOURCE_DOWN}),
        ("department-denies", {"question": None}),
        ("department-overdue", {"looked_up_at": NOON - timedelta(hours=24, seconds=1)}),
        ("register-denies", {"result": R.NONE}),
        ("register-denies", {"result": R.TIMED_OUT}),
    ],
)
def test_nor_can_an_answer_contradict_its_question(name: str, broken: dict[str, object]) -> None:
    lookup = STANDS[name].lookups(CASE)[-1]

    with pytest.raises(InconsistentLookupError):
        replace(lookup, **broken)  # type: ignore[arg-type]  # each is one part of a look-up


@pytest.mark.parametrize("name", ["", " ", "王\n五", "长" * 201])
def test_an_applicant_has_a_name(name: str) -> None:
    with pytest.raises(MalformedApplicantError):
        Applicant(code=a_case().applicant.code, name=name)
