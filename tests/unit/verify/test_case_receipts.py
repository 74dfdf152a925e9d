"""What a receipt says of each way to have a material, and what it keeps to itself."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from certs.holder_codes import HolderCode, HolderCodeType
from certs.working_days import working_day_after
from tests.doubles.acceptance import NOON
from verify.acceptance.notices import CaseMaterial, CaseView
from verify.acceptance.promises.records import Promise, PromiseKind, Step, StepKind
from verify.acceptance.reasons import REASONS, ReasonCode
from verify.acceptance.records import Applicant, Case, Decision, DecisionRequest, Form
from verify.case_errors import CaseIncompleteError
from verify.case_receipts.statements import CaseStatement, Obtained
from verify.matters.catalogue import Matter
from verify.matters.materials import Material, MaterialSource, Necessity
from verify.matters.ways import CancelledRule, DeferralKind, DeferralRule

CITIZEN = Applicant(
    code=HolderCode(code_type=HolderCodeType.CITIZEN_NUMBER, code="11010519491231002X"),
    name="样例人",
)
DUE = date(2026, 4, 1)
FORM = Material(code="form", name_zh="表", name_en="Form", source=MaterialSource.SELF)
GONE = Material(
    code="gone",
    name_zh="已取消的证明",
    name_en="Abolished",
    source=MaterialSource.GOVERNMENT_ISSUED,
    rules=(CancelledRule(legal_basis="国办发〔2018〕47号"),),
)
LATER = replace(
    FORM,
    code="later",
    rules=(DeferralRule(legal_basis="容缺", kind=DeferralKind.LATER, due_days=10),),
)
SKETCH = replace(FORM, code="sketch", necessity=Necessity.OPTIONAL)


def view(*decided: tuple[Material, DecisionRequest | None]) -> CaseView:
    matter = Matter(
        code="plain",
        version=1,
        name_zh="样本事项",
        name_en="Sample",
        materials=tuple(material for material, _ in decided),
    )
    case = Case(
        id="C" + "A" * 20,
        matter_code="plain",
        matter_version=1,
        applicant=CITIZEN,
        operator="window",
        opened_at=NOON,
    )
    return CaseView(
        case=case,
        matter=matter,
        materials=tuple(
            CaseMaterial(
                case_id=case.id,
                material=material,
                day=case.opened_on,
                decision=Decision(
                    case_id=case.id,
                    material=material.code,
                    request=request,
                    lookups=(),
                    decided_at=NOON,
                )
                if request is not None
                else None,
            )
            for material, request in decided
        ),
    )


def request(
    form: Form, *, voluntary: bool = False, reason: ReasonCode | None = None
) -> DecisionRequest:
    return DecisionRequest(form=form, operator="window", voluntary=voluntary, reason=reason)


def promise(*steps: StepKind) -> Promise:
    return Promise(
        case_id="C" + "A" * 20,
        material="later",
        kind=PromiseKind.LATER,
        made_at=NOON,
        due_on=DUE,
        steps=tuple(
            Step(kind=kind, at=NOON, operator="window", approver="chief", note="样例")
            for kind in steps
        ),
    )


def test_each_form_is_told_apart() -> None:
    said = CaseStatement.of(
        view(
            (FORM, request(Form.PAPER)),
            (GONE, request(Form.EXEMPT)),
            (LATER, request(Form.DEFERRAL)),
            (SKETCH, None),
            (replace(SKETCH, code="photo"), request(Form.PAPER, voluntary=True)),
        ),
        {"later": promise()},
    )

    assert [line.obtained for line in said.lines] == [
        Obtained.SELF_PROVIDED,
        Obtained.EXEMPT,
        Obtained.FOLLOWS,
        Obtained.NOT_NEEDED,
        Obtained.VOLUNTARY,
    ]
    assert said.lines[1].basis == "国办发〔2018〕47号"
    assert said.lines[2].until == DUE
    assert said.not_to_be_asked == ("gone", "sketch", "photo")


def test_demand_states_its_reason_and_the_law() -> None:
    asked = request(Form.PAPER, reason=ReasonCode.P01)

    line = CaseStatement.of(view((FORM, asked)), {}).lines[0]

    assert (line.reason, line.basis) == ("P01", REASONS[ReasonCode.P01].legal_zh)


def test_what_became_of_a_promise_makes_another_statement() -> None:
    case = view((LATER, request(Form.DEFERRAL)))

    before = CaseStatement.of(case, {"later": promise()})
    reminded = CaseStatement.of(case, {"later": promise(StepKind.REMINDED)})
    after = CaseStatement.of(case, {"later": promise(StepKind.REMINDED, StepKind.BROUGHT)})

    assert reminded.digest == before.digest
    assert after.digest != before.digest
    assert after.lines[0].stands == "brought"


def test_personal_codes_are_masked() -> None:
    said = CaseStatement.of(view((FORM, request(Form.PAPER))), {})

    assert CITIZEN.code.code not in str(said.as_json())
    assert said.applicant == "样例人"


def test_waiting_materials_are_named() -> None:
    with pytest.raises(CaseIncompleteError) as refused:
        CaseStatement.of(view((FORM, None), (SKETCH, None)), {})

    assert refused.value.materials == ("form",)


def test_working_days_leave_weekends_out() -> None:
    friday = date(2026, 3, 20)
    assert working_day_after(friday, 1) == date(2026, 3, 23)
    assert working_day_after(friday, 20) - friday == timedelta(days=28)
    assert working_day_after(friday, 0) == friday
