"""Verdicts made again from what the first one rested on, without the document and the regions."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from api.reports import parse_evidence, report_json
from certs.holder_codes import HolderCode, HolderCodeType
from certs.statuses import StatusKind
from tests import sealed
from tests.carrier_cases import status_list_with
from tests.foreign_cases import every_case
from tests.sealed import NOW, URL, Regions, code_text, verifier_of
from tests.verdict_cases import Case, report_of
from verify.checks import Check, Outcome
from verify.conclusions import Conclusion
from verify.errors import MalformedExaminationError, MalformedGroundsError
from verify.examination import Examination
from verify.grounds import Grounds
from verify.grounds_json import grounds_json, parse_grounds
from verify.judging import judge
from verify.policies import Policy, Purpose, shipped_policy
from verify.report import Report
from verify.sources import RecordedSources
from verify.trust_lists import TrustList

PUBLIC = shipped_policy(Purpose.PUBLIC)


def kept(report: Report, examination: Examination) -> tuple[Examination, Grounds]:
    """What a report carries, after it was written down and read again."""
    return parse_evidence(json.loads(json.dumps(report_json(report, examination))))


def again(
    evidence: tuple[Examination, Grounds],
    *,
    policy: Policy = PUBLIC,
    moment: datetime | None = None,
    trust: TrustList | None = None,
) -> Report:
    examination, grounds = evidence
    return judge(
        examination,
        sources=RecordedSources(grounds, trust=trust or sealed.trust()),
        policy=policy,
        now=grounds.gathered_at,
        moment=moment,
    )


def sound(regions: Regions | None = None) -> tuple[Report, Examination]:
    verifier = verifier_of(regions=regions)
    examination = verifier.examine(sealed.sound())
    return verifier.judge(examination), examination


def test_a_verdict_made_again_says_the_same() -> None:
    report, examination = sound()

    repeated = again(kept(report, examination))

    assert repeated.findings == report.findings
    assert repeated.conclusion is Conclusion.PASSED
    assert repeated.license == report.license
    assert repeated.signatures == report.signatures


@pytest.mark.parametrize("kind", [StatusKind.REVOKED, StatusKind.SUSPENDED])
def test_a_refusal_made_again_is_a_refusal(kind: StatusKind) -> None:
    report, examination = sound(Regions(event=sealed.event(kind)))

    assert again(kept(report, examination)).findings == report.findings


def test_another_policy_weighs_the_same_findings_anew() -> None:
    report, examination = sound(Regions(event=sealed.event(StatusKind.REVOKED)))

    archived = again(kept(report, examination), policy=shipped_policy(Purpose.ARCHIVE))

    assert report.conclusion is Conclusion.FAILED
    assert archived.conclusion is Conclusion.PASSED
    assert archived.findings == report.findings


def test_a_license_is_judged_again_about_the_day_it_expires() -> None:
    evidence = kept(*sound())
    day = datetime(2031, 3, 1, tzinfo=UTC)

    found = {(item.check, item.reason) for item in again(evidence, moment=day).findings}

    assert (Check.LICENSE_VALIDITY, "expired") in found


def test_of_a_moment_ahead_nobody_has_fresh_knowledge() -> None:
    evidence = kept(*sound())

    later = again(evidence, moment=NOW + timedelta(days=30))

    assert later.conclusion is Conclusion.INDETERMINATE
    reasons = {(i.check, i.reason) for i in later.findings if i.outcome is Outcome.UNKNOWN}
    assert (Check.LICENSE_STATUS, "not-trusted") in reasons or (
        Check.LICENSE_STATUS,
        "stale",
    ) in reasons


def test_before_it_took_effect_a_revocation_leaves_the_status_untold() -> None:
    event = sealed.event(StatusKind.REVOKED, effective_at=NOW - timedelta(minutes=10))
    evidence = kept(*sound(Regions(event=event)))

    before = again(evidence, moment=NOW - timedelta(minutes=20))

    told = {(item.check, item.outcome, item.reason) for item in before.findings}
    assert (Check.LICENSE_STATUS, Outcome.UNKNOWN, "not-told") in told


def test_without_its_trust_list_a_verdict_cannot_be_made_again() -> None:
    examination, grounds = kept(*sound())

    repeated = judge(
        examination,
        sources=RecordedSources(grounds, trust=None),
        policy=PUBLIC,
        now=grounds.gathered_at,
    )

    assert repeated.conclusion is Conclusion.INDETERMINATE


def test_an_altered_answer_is_not_believed_when_judged_again() -> None:
    report, examination = sound()
    found, grounds = kept(report, examination)
    question, asked = grounds.license_answers[0]
    assert asked.answer is not None
    bent = replace(asked, answer=asked.answer.replace(b'"active"', b'"void"'))

    repeated = again((found, replace(grounds, license_answers=((question, bent),))))

    assert repeated.conclusion is Conclusion.INDETERMINATE


def test_what_was_not_asked_then_is_silence_now() -> None:
    report, examination = sound()
    found, grounds = kept(report, examination)

    repeated = again((found, replace(grounds, license_answers=(), seal_answers=())))

    assert repeated.conclusion is Conclusion.INDETERMINATE


def test_a_code_is_judged_again_by_the_list_it_was_judged_by() -> None:
    regions = Regions(silent=True, status_lists={(0, None): status_list_with()})
    verifier = verifier_of(regions=regions)
    examination = verifier.examine_text(code_text(sealed.record()))
    report = verifier.judge(examination)

    repeated = again(kept(report, examination))

    assert repeated.findings == report.findings
    assert [item.uri for item in repeated.status_lists] == [f"{URL}/api/v1/status-lists/0"]


def test_evidence_names_nobody() -> None:
    citizen = HolderCode(code_type=HolderCodeType.CITIZEN_NUMBER, code="11010519491231002X")
    record = replace(sealed.record(), holder=citizen, holder_name="王样竹")
    verifier = verifier_of()
    examination = verifier.examine(sealed.Face(record=record).seal_it())
    text = json.dumps(report_json(verifier.judge(examination), examination), ensure_ascii=False)

    assert examination.record  # it was there
    for secret in ("11010519491231002X", "样竹"):
        assert secret not in text


@pytest.mark.parametrize("case", every_case()[::7], ids=str)
def test_grounds_survive_being_written_down(case: Case) -> None:
    grounds = report_of(case).grounds

    assert parse_grounds(json.loads(json.dumps(grounds_json(grounds)))) == grounds


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"schema": "yinxin.report/1"},
        {"schema": "yinxin.report/1", "evidence": []},
        {"schema": "yinxin.report/1", "evidence": {"examination": {}, "grounds": {}}},
        {"schema": "yinxin.report/2", "evidence": {"examination": {}, "grounds": {}}},
    ],
)
def test_a_report_without_evidence_says_so(broken: dict[str, object]) -> None:
    with pytest.raises((MalformedGroundsError, MalformedExaminationError)):
        parse_evidence(broken)
