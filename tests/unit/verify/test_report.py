"""Reports: what findings conclude, now and at the time of sealing."""

from dataclasses import replace
from functools import cache
from itertools import product

import pytest

from certs.holder_codes import HolderCode, HolderCodeType
from tests import sealed, world
from tests.sealed import judge
from verify.checks import Check, Level, Moment, Outcome
from verify.conclusions import Conclusion
from verify.policies import Purpose, shipped_policy
from verify.report import Finding, Report, Requirement, conclude

NEEDED = frozenset({(Check.SIGNATURE_INTACT, 0)})
POLICY = shipped_policy(Purpose.PUBLIC)
WARNINGS = {check for check in Check if POLICY.level(check) is not Level.REFUSE}


@cache
def judge_sound() -> Report:
    return judge(sealed.sound())


def required() -> list[Requirement]:
    return sorted(judge_sound().required)


def finding(outcome: Outcome, check: Check = Check.SIGNATURE_INTACT, signature: int = 0) -> Finding:
    return Finding(check=check, outcome=outcome, signature=signature)


def test_nothing_found_concludes_nothing() -> None:
    assert conclude((), NEEDED, POLICY)[0] is Conclusion.INDETERMINATE


def test_a_check_that_never_ran_cannot_be_passed() -> None:
    assert conclude((finding(Outcome.OK),), NEEDED, POLICY)[0] is Conclusion.PASSED
    more = NEEDED | {(Check.LICENSE_STATUS, 0)}
    assert conclude((finding(Outcome.OK),), more, POLICY)[0] is Conclusion.INDETERMINATE


@pytest.mark.parametrize(
    ("outcomes", "conclusion"),
    [
        ({Outcome.OK}, Conclusion.PASSED),
        ({Outcome.OK, Outcome.UNKNOWN}, Conclusion.INDETERMINATE),
        ({Outcome.OK, Outcome.BAD}, Conclusion.FAILED),
        ({Outcome.UNKNOWN, Outcome.BAD}, Conclusion.FAILED),
        ({Outcome.OK, Outcome.UNKNOWN, Outcome.BAD}, Conclusion.FAILED),
    ],
)
def test_the_worst_finding_decides(outcomes: set[Outcome], conclusion: Conclusion) -> None:
    assert conclude(tuple(finding(item) for item in outcomes), NEEDED, POLICY)[0] is conclusion


def test_warnings_decide_nothing_and_are_not_required_to_pass() -> None:
    assert not WARNINGS & {check for check, _ in required()}
    for outcome, check in product(Outcome, WARNINGS):
        found = (finding(Outcome.OK), finding(outcome, check))
        assert conclude(found, NEEDED, POLICY)[0] is Conclusion.PASSED


def test_a_good_signature_does_not_stand_in_for_another_one() -> None:
    needed = frozenset({(Check.SIGNATURE_INTACT, 1), (Check.SIGNATURE_INTACT, 2)})
    first = finding(Outcome.OK, signature=1)

    assert conclude((first, first), needed, POLICY)[0] is Conclusion.INDETERMINATE
    assert (
        conclude((first, finding(Outcome.OK, signature=2)), needed, POLICY)[0] is Conclusion.PASSED
    )


def test_whatever_is_said_of_a_sound_face_is_required_of_it_but_for_warnings() -> None:
    said = {(item.check, item.signature) for item in judge_sound().findings}

    assert said - set(required()) == {(Check.SEAL_CERTIFICATE_EXPIRY, 1)}
    assert set(required()) <= said


@pytest.mark.parametrize(("check", "signature"), required())
@pytest.mark.parametrize("outcome", [Outcome.BAD, Outcome.UNKNOWN])
def test_any_single_bad_or_unknown_check_keeps_a_face_from_passing(
    check: Check, signature: int, outcome: Outcome
) -> None:
    sound = judge_sound()
    others = tuple(item for item in sound.findings if item.check is not check)
    changed = replace(sound, findings=(*others, finding(outcome, check, signature)))

    expected = Conclusion.FAILED if outcome is Outcome.BAD else Conclusion.INDETERMINATE
    assert changed.conclusion is expected
    is_later = check.moment is Moment.NOW
    assert changed.conclusion_at_sealing is (Conclusion.PASSED if is_later else expected)


@pytest.mark.parametrize(("check", "signature"), required())
def test_any_missing_check_keeps_a_face_from_passing(check: Check, signature: int) -> None:
    sound = judge_sound()
    others = tuple(
        item for item in sound.findings if (item.check, item.signature) != (check, signature)
    )

    assert replace(sound, findings=others).conclusion is Conclusion.INDETERMINATE


def test_what_can_change_after_sealing_is_judged_now_only() -> None:
    assert {check for check in Check if check.moment is Moment.NOW} == {
        Check.SEAL_STATUS,
        Check.SEAL_CERTIFICATE_EXPIRY,
        Check.SEAL_CERTIFICATE_REVOCATION,
        Check.SIGNER_CERTIFICATE_EXPIRY,
        Check.SIGNER_CERTIFICATE_REVOCATION,
        Check.MAKER_CERTIFICATE_REVOCATION,
        Check.RECORD_CERTIFICATE_REVOCATION,
        Check.CODE_CERTIFICATE_EXPIRY,
        Check.CODE_CERTIFICATE_REVOCATION,
        Check.CODE_VALIDITY,
        Check.CODE_SHOWING,
        Check.CODE_BOUND,
        Check.RECEIPT_CERTIFICATE_EXPIRY,
        Check.RECEIPT_CERTIFICATE_REVOCATION,
        Check.RECEIPT_SINCE,
        Check.LICENSE_VALIDITY,
        Check.LICENSE_STATUS,
        Check.COPY_VALIDITY,
    }


def test_persons_are_masked_in_a_report() -> None:
    citizen = HolderCode(code_type=HolderCodeType.CITIZEN_NUMBER, code="11010519491231002X")
    record = replace(sealed.record(), holder=citizen, holder_name="王样竹")

    report = judge(sealed.Face(record=record).seal_it())

    assert report.license is not None
    assert "样竹" not in report.license.holder_shown
    assert report.license.number != record.number
    assert report.sealed_at == world.NOON
