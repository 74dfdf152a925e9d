"""What people read of a report."""

import string
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import pytest

from api import finding_words
from api.wording import sentence, words
from certs.statuses import StatusKind
from tests import sealed
from tests.foreign_cases import every_case
from tests.sealed import Regions, judge
from tests.verdict_cases import Case, Triple, findings_of, report_of
from verify.checks import Check, Outcome
from verify.conclusions import Conclusion
from verify.report import DocumentFormat, Finding

CASES = {case.name: case for case in every_case()}


_UNDECIDED = ("无法判定：", "签章完好；")


@cache
def produced() -> frozenset[Triple]:
    """Every way in which a check ended in any of the circumstances."""
    return frozenset(found for case in CASES.values() for found in findings_of(report_of(case)))


def test_there_are_words_for_every_finding_and_a_finding_for_all_words() -> None:
    assert produced() == set(finding_words.WORDS)


@pytest.mark.parametrize("name", ["sound", "sound OFD", "sound with its seal signature alone"])
def test_every_sealed_face_is_told_to_bear_a_genuine_seal(name: str) -> None:
    zh, en = sentence(report_of(CASES[name]))

    assert zh.startswith("印章真实；")
    assert en.startswith("the seal is genuine; ")


@pytest.mark.parametrize("case", CASES.values(), ids=str)
def test_every_finding_is_said_in_both_languages_with_all_its_facts(case: Case) -> None:
    for finding in report_of(case).findings:
        zh, en = words(finding)

        assert zh
        assert en
        assert not set("{}") & set(zh + en)
        assert not set(string.ascii_lowercase) & set(zh) or finding.facts


@pytest.mark.parametrize("case", CASES.values(), ids=str)
def test_every_report_has_one_sentence_that_fits_its_conclusion(case: Case) -> None:
    report = report_of(case)
    zh, en = sentence(report)

    good = ("证照有效", "签章完好，签署者可信")
    if report.format in {
        DocumentFormat.RECEIPT,
        DocumentFormat.CASE_RECEIPT,
    }:  # it tells what was said then
        assert zh.startswith("回执真实") == (report.conclusion is Conclusion.PASSED)
        return
    assert any(word in zh for word in good) == (report.conclusion is Conclusion.PASSED)
    if report.conclusion_at_sealing is not Conclusion.PASSED:
        assert "真实" not in zh
        assert "genuine" not in en
        openings = ("不通过：",) if report.conclusion is Conclusion.FAILED else _UNDECIDED
        assert zh.startswith(openings)


def test_a_revoked_license_is_told_with_its_genuine_seal_and_the_day() -> None:
    event = sealed.event(StatusKind.REVOKED, effective_at=datetime(2026, 2, 28, 16, 0, tzinfo=UTC))
    report = judge(sealed.sound(), regions=Regions(event=event))

    assert report.conclusion is Conclusion.FAILED
    assert report.conclusion_at_sealing is Conclusion.PASSED
    assert sentence(report) == (
        "印章真实；证照已于 2026-03-01 吊销",
        "the seal is genuine; the license is revoked since 2026-03-01",
    )


@pytest.mark.parametrize(
    ("name", "zh"),
    [
        ("license expired", "印章真实；证照已于 2026-03-17 到期"),
        ("suspended", "印章真实；证照已于 2026-03-18 暂扣"),
        ("never issued", "印章真实；颁发地区没有登记该证照"),
        ("silent region", "印章真实；颁发地区没有应答，状态未知"),
        ("unsealed page", "不通过：文件没有任何签章"),
        ("one bit", "不通过：文件内容在签署后被改动"),
        ("a line more", "不通过：盖章后文件末尾被追加了 2 字节"),
        ("no trust list", "无法判定：本机没有信任列表，无法判断"),
        ("region unknown, trust.region", "无法判定：颁发地区 340200 不在信任列表中"),
    ],
)
def test_the_sentence_names_the_decisive_finding(name: str, zh: str) -> None:
    assert sentence(report_of(CASES[name]))[0] == zh


def test_instants_are_told_in_beijing_time() -> None:
    finding = Finding(
        check=Check.SEAL_CERTIFICATE_REVOCATION,
        outcome=Outcome.BAD,
        facts={"since": "2026-03-18T16:30:00+00:00"},
    )

    assert words(finding)[0] == "印章证书已于 2026-03-19 00:30 吊销"


@pytest.mark.parametrize("instant", ["9999-12-31T23:59:59", "0001-01-01T00:00:00"])
def test_a_certificate_without_end_can_be_told(instant: str) -> None:
    for zone in ("+00:00", "-12:00", "+14:00"):
        finding = Finding(
            check=Check.SEAL_CERTIFICATE_EXPIRY,
            outcome=Outcome.BAD,
            facts={"not_after": instant + zone},
        )

        assert instant[:4].lstrip("0") in words(finding)[0]


def test_facts_of_a_hostile_document_stay_facts() -> None:
    finding = Finding(
        check=Check.SIGNATURE_PROFILE,
        outcome=Outcome.UNKNOWN,
        reason="foreign",
        facts={"algorithm": "{count!r:>999}"},
    )

    assert words(finding)[0] == "签名算法 {count!r:>999} 不是国密算法，不予判断"


def test_an_unlisted_way_to_end_is_a_mistake_of_ours_and_shows() -> None:
    with pytest.raises(KeyError):
        words(Finding(check=Check.RECORD_PAGE, outcome=Outcome.BAD, reason="nobody wrote this"))


def test_a_report_that_lacks_a_finding_has_a_sentence_too() -> None:
    sound = judge(sealed.sound())
    findings = tuple(item for item in sound.findings if item.check is not Check.LICENSE_STATUS)
    cut = replace(sound, findings=findings)

    assert cut.conclusion is Conclusion.INDETERMINATE
    assert sentence(cut)[0] == "印章真实；有检查未能进行"
