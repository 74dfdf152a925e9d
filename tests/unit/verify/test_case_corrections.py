"""What a decision says is wrong with a license."""

from dataclasses import replace

import pytest

from certs.canonical import JsonValue
from certs.corrections import CorrectionKind
from certs.element_names import Element
from tests.doubles.acceptance import APPLICANT, BAOJI, IDENTIFIER, NOON, TYPE, WUHU
from tests.doubles.acceptance_stands import STANDS, a_case
from verify.acceptance.reasons import REASONS, ReasonCode
from verify.acceptance.records import Decision, DecisionRequest, Form
from verify.case_corrections.letters import parse_poll, parse_raised, parse_standing, raised_body
from verify.case_corrections.records import (
    CaseCorrection,
    RaisedCorrection,
    correction_of,
    proposal_of,
)
from verify.errors import ShareError

CASE = a_case()


def raised_by(stand: str, reason: ReasonCode | None = None, form: Form = Form.PAPER) -> object:
    item = STANDS[stand].item(CASE)
    ground = next(
        (
            lookup
            for lookup in item.evidence
            if reason is not None and lookup.result in REASONS[reason].applies_to
        ),
        None,
    )
    decision = Decision(
        case_id=CASE.id,
        material=item.material.code,
        request=DecisionRequest(form=form, operator="window", reason=reason),
        lookups=item.evidence,
        ground=ground,
        decided_at=NOON,
    )
    return correction_of(decision, item, own=WUHU)


@pytest.mark.parametrize(
    ("stand", "reason", "kind"),
    [
        ("mismatch", ReasonCode.P04, CorrectionKind.WRONG),
        ("unverified", ReasonCode.P05, CorrectionKind.UNLOADABLE),
        ("valid", ReasonCode.P08, CorrectionKind.UNLOADABLE),
    ],
)
def test_a_license_that_is_wrong_or_unreadable_is_raised_where_it_was_found(
    stand: str, reason: ReasonCode, kind: CorrectionKind
) -> None:
    found = raised_by(stand, reason)

    assert isinstance(found, CaseCorrection)
    assert (found.kind, found.license, found.region) == (kind, str(IDENTIFIER), BAOJI)
    assert str(reason) in found.remark
    assert proposal_of(found, APPLICANT) == {}


@pytest.mark.parametrize(
    ("stand", "reason", "form"),
    [
        ("none-denied", ReasonCode.P01, Form.PAPER),
        ("none-confirmed", None, Form.DEPARTMENT_CHECK),
    ],
)
def test_a_license_that_should_be_there_is_missing_at_home(
    stand: str, reason: ReasonCode | None, form: Form
) -> None:
    found = raised_by(stand, reason, form)

    assert isinstance(found, CaseCorrection)
    assert (found.kind, found.license, found.region) == (CorrectionKind.MISSING, "", WUHU)
    assert found.type_code == str(TYPE)
    proposed = proposal_of(found, APPLICANT)
    assert proposed[Element.HOLDER_CODE.value] == APPLICANT.code.code
    assert APPLICANT.code.code not in found.remark


@pytest.mark.parametrize(
    ("stand", "reason", "form"),
    [
        ("valid", ReasonCode.P09, Form.PAPER),
        ("valid", None, Form.E_LICENSE),
        ("all-denied", ReasonCode.P04, Form.PAPER),
        ("department-confirms", None, Form.DEPARTMENT_CHECK),
        ("own", None, Form.PAPER),
    ],
)
def test_what_says_nothing_of_a_license_raises_nothing(
    stand: str, reason: ReasonCode | None, form: Form
) -> None:
    found = raised_by(stand, reason, form)

    assert found is None or (
        isinstance(found, CaseCorrection) and STANDS[stand].license is not None
    )


def test_a_letter_reads_back_as_it_was_written() -> None:
    correction = raised_by("none-confirmed", None, Form.DEPARTMENT_CHECK)
    assert isinstance(correction, CaseCorrection)
    raised = RaisedCorrection(correction=correction, proposed=proposal_of(correction, APPLICANT))

    assert parse_raised(raised_body(raised), region=WUHU, at=NOON) == replace(raised)


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "nonsense"},
        {"place": "C1/x"},
        {"proposed": "x"},
        {"proposed": {"a": 1}},
        {"license": None},
        {"more": "x"},
    ],
)
def test_a_letter_that_is_none_is_refused(changes: dict[str, object]) -> None:
    correction = raised_by("valid", ReasonCode.P08)
    assert isinstance(correction, CaseCorrection)
    body = raised_body(RaisedCorrection(correction=correction)) | changes

    with pytest.raises(ShareError):
        parse_raised(body, region=WUHU, at=NOON)  # type: ignore[arg-type]  # hostile


NONSENSE: list[JsonValue] = [
    {},
    {"receipt": "A", "step": "unknown", "outcome": ""},
    [],
    "x",
]


@pytest.mark.parametrize("body", NONSENSE)
def test_answers_that_are_none_are_refused(body: JsonValue) -> None:
    with pytest.raises(ShareError):
        parse_standing(body)
    with pytest.raises(ShareError):
        parse_poll(body)
