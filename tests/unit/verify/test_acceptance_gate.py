from dataclasses import replace
from datetime import timedelta

import pytest

from tests.doubles.acceptance import BAOJI, IDENTIFIER, NOON, OWN, a_case, a_lookup, ruled
from verify.acceptance.gate import MAX_NOTE, decide
from verify.acceptance.reasons import REASONS, LookupResult, ReasonCode, reasons_for
from verify.acceptance.records import (
    Applicant,
    CaseMaterial,
    Decision,
    DecisionRequest,
    Form,
    Outcome,
)
from verify.conclusions import Conclusion
from verify.errors import (
    AlreadyDecidedError,
    ApproverIsOperatorError,
    ApproverRequiredError,
    DecisionRefusedError,
    DemandRefusedError,
    FormNotPossibleError,
    InconsistentLookupError,
    LookupRequiredError,
    MalformedApplicantError,
    NoteRequiredError,
    ReasonNotApplicableError,
    ReasonRequiredError,
    RoleMissingError,
    StaleLookupError,
)

R = LookupResult
CASE = a_case()
APPROVERS = frozenset({"chief", "window"})
SELF_ITEM = CaseMaterial(case_id=CASE.id, material=OWN)
WITHOUT_LICENSE = [result for result in R if result is not R.VALID]


def item_of(result: LookupResult) -> CaseMaterial:
    return CaseMaterial(case_id=CASE.id, material=ruled(result), lookup=a_lookup(CASE, result))


def ask(item: CaseMaterial, request: DecisionRequest, *, minutes: float = 1) -> Decision:
    return decide(request, item, approvers=APPROVERS, now=NOON + timedelta(minutes=minutes))


def paper(
    reason: ReasonCode | None = None, *, approver: str | None = None, note: str | None = None
) -> DecisionRequest:
    return DecisionRequest(
        form=Form.PAPER, operator="window", reason=reason, approver=approver, note=note
    )


def of_form(form: Form) -> DecisionRequest:
    return DecisionRequest(form=form, operator="window")


POSSIBLE: dict[Form, set[LookupResult]] = {
    Form.E_LICENSE: {R.VALID},
    Form.COMMITMENT: set(WITHOUT_LICENSE),
    Form.DEFERRAL: set(WITHOUT_LICENSE),
}


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("result", R)
def test_each_form_without_a_reason_passes_only_where_it_may(
    form: Form, result: LookupResult
) -> None:
    item = item_of(result)

    if result in POSSIBLE.get(form, set()):
        decision = ask(item, of_form(form))
        assert (decision.lookup, decision.is_demand) == (item.lookup, False)
    else:
        with pytest.raises(DecisionRefusedError):
            ask(item, of_form(form))


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


@pytest.mark.parametrize("reason", reasons_for(R.VALID))
def test_a_legal_reason_and_a_second_person_let_paper_pass_and_count_as_a_demand(
    reason: ReasonCode,
) -> None:
    with pytest.raises(ApproverRequiredError):
        ask(item_of(R.VALID), paper(reason))

    assert ask(item_of(R.VALID), paper(reason, approver="chief")).is_demand


def test_nobody_approves_their_own_exception_even_with_the_role() -> None:
    with pytest.raises(ApproverIsOperatorError):
        ask(item_of(R.VALID), paper(ReasonCode.P09, approver="window"))


def test_an_approver_without_the_role_is_refused() -> None:
    with pytest.raises(RoleMissingError, match="trainee"):
        ask(item_of(R.VALID), paper(ReasonCode.P09, approver="trainee"))


@pytest.mark.parametrize("result", R)
def test_paper_brought_voluntarily_is_recorded_and_never_a_demand(result: LookupResult) -> None:
    request = DecisionRequest(form=Form.PAPER, operator="window", voluntary=True)

    assert not ask(item_of(result), request).is_demand


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


@pytest.mark.parametrize("result", WITHOUT_LICENSE)
def test_without_a_valid_license_paper_needs_a_reason_that_fits(result: LookupResult) -> None:
    with pytest.raises(ReasonRequiredError):
        ask(item_of(result), paper())
    for reason in REASONS.values():
        request = paper(reason.code, approver="chief", note="因故")
        if result in reason.applies_to:
            assert ask(item_of(result), request).is_demand
        else:
            with pytest.raises(ReasonNotApplicableError):
                ask(item_of(result), request)


def test_a_plain_reason_needs_no_second_person() -> None:
    assert ask(item_of(R.NONE), paper(ReasonCode.P01)).request.approver is None
    assert ask(item_of(R.SOURCE_DOWN), paper(ReasonCode.P02)).is_demand


def test_other_reasons_are_put_into_words_and_approved() -> None:
    with pytest.raises(NoteRequiredError):
        ask(item_of(R.NONE), paper(ReasonCode.P99, approver="chief"))
    with pytest.raises(ApproverRequiredError):
        ask(item_of(R.NONE), paper(ReasonCode.P99, note="系统迁移"))


@pytest.mark.parametrize("note", ["", "  ", "长" * (MAX_NOTE + 1)])
def test_a_note_says_something_and_not_too_much(note: str) -> None:
    with pytest.raises(NoteRequiredError):
        ask(item_of(R.NONE), paper(ReasonCode.P01, note=note))


def test_every_result_that_is_not_valid_has_a_reason_so_that_no_case_gets_stuck() -> None:
    assert all(reasons_for(result) for result in WITHOUT_LICENSE)


def test_other_is_no_reason_while_a_license_is_valid() -> None:
    assert ReasonCode.P99 not in reasons_for(R.VALID)
    assert all(REASONS[code].needs_approver(R.VALID) for code in reasons_for(R.VALID))


@pytest.mark.parametrize("minutes", [-0.01, 10.01, 600])
def test_a_look_up_of_another_time_is_refused_as_evidence(minutes: float) -> None:
    for request in (of_form(Form.E_LICENSE), paper(ReasonCode.P01)):
        with pytest.raises(StaleLookupError):
            ask(item_of(R.VALID), request, minutes=minutes)


@pytest.mark.parametrize("minutes", [0, 10])
def test_ten_minutes_are_enough_to_the_microsecond(minutes: float) -> None:
    decision = ask(item_of(R.VALID), of_form(Form.E_LICENSE), minutes=minutes)

    assert decision.decided_at == NOON + timedelta(minutes=minutes)


def test_a_material_with_a_rule_is_not_decided_without_a_look_up() -> None:
    item = CaseMaterial(case_id=CASE.id, material=ruled(R.NONE))

    for form in Form:
        with pytest.raises(LookupRequiredError):
            ask(item, of_form(form))


def test_a_look_up_is_not_borrowed_from_another_material_or_case() -> None:
    item = item_of(R.VALID)
    strange = a_lookup(a_case("CBBBBBBBBBBBBBBBBBBBB"), R.VALID)

    for lookup in (a_lookup(CASE, R.NONE), strange):
        with pytest.raises(LookupRequiredError):
            ask(replace(item, lookup=lookup), paper(ReasonCode.P01))


def test_the_applicants_own_material_comes_on_paper_without_a_reason() -> None:
    for form in (Form.PAPER, Form.DEFERRAL, Form.COMMITMENT):
        decision = ask(SELF_ITEM, of_form(form))
        assert decision.lookup is None
        assert not decision.is_demand
    with pytest.raises(ReasonNotApplicableError):
        ask(SELF_ITEM, paper(ReasonCode.P01))


@pytest.mark.parametrize(
    "form", [Form.EXEMPT, Form.DATA_CHECK, Form.DEPARTMENT_CHECK, Form.E_LICENSE]
)
def test_nobody_claims_a_form_that_no_rule_provides_for(form: Form) -> None:
    with pytest.raises(FormNotPossibleError):
        ask(SELF_ITEM, of_form(form))


def test_an_approver_without_a_reason_means_nothing_and_is_refused() -> None:
    with pytest.raises(ReasonNotApplicableError):
        ask(item_of(R.NONE), paper(approver="chief"))


def test_a_reason_belongs_to_paper_alone() -> None:
    with pytest.raises(ReasonNotApplicableError):
        ask(item_of(R.NONE), replace(of_form(Form.DEFERRAL), reason=ReasonCode.P01))


def test_what_was_decided_is_not_decided_again() -> None:
    item = item_of(R.VALID)
    decided = replace(item, decision=ask(item, of_form(Form.E_LICENSE)))

    with pytest.raises(AlreadyDecidedError):
        ask(decided, of_form(Form.E_LICENSE))


@pytest.mark.parametrize(
    ("item", "outcome"),
    [
        (item_of(R.VALID), Outcome.E_LICENSE),
        (item_of(R.SOURCE_DOWN), Outcome.UNAVAILABLE),
        (CaseMaterial(case_id=CASE.id, material=ruled(R.NONE)), Outcome.UNAVAILABLE),
        (SELF_ITEM, Outcome.SELF_PROVIDED),
        *((item_of(r), Outcome.MAY_DEMAND) for r in WITHOUT_LICENSE if r is not R.SOURCE_DOWN),
    ],
)
def test_the_notice_says_what_each_result_means(item: CaseMaterial, outcome: Outcome) -> None:
    assert item.outcome is outcome
    expected = () if item.lookup is None else reasons_for(item.lookup.result)
    assert item.reasons_allowed == expected


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
    ],
)
def test_a_look_up_cannot_contradict_itself(broken: dict[str, object]) -> None:
    valid = a_lookup(CASE, R.VALID)

    with pytest.raises(InconsistentLookupError):
        replace(valid, **broken)  # type: ignore[arg-type]  # each is one part of a look-up


@pytest.mark.parametrize("name", ["", " ", "王\n五", "长" * 201])
def test_an_applicant_has_a_name(name: str) -> None:
    with pytest.raises(MalformedApplicantError):
        Applicant(code=a_case().applicant.code, name=name)
