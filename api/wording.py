"""What people read of a finding, Chinese first, looked up from its stable name.

Keys are ``check``, outcome, and the reason where there is one; ``{…}`` are the finding's facts.
"""

from datetime import datetime
from functools import lru_cache
from typing import Final

from api.finding_words import WORDS
from api.words_of_receipts import receipt_sentence
from certs.civil_dates import BEIJING
from verify.checks import Check, Level, Outcome
from verify.conclusions import Conclusion
from verify.report import Finding, Report

_GENUINE: Final = (
    (
        # An OFD has its seal alone; a PDF whose signature does not hold has not passed at sealing.
        {
            Check.SEAL_SIGNATURE_INTACT,
            Check.SEAL_GENUINE,
            Check.SEAL_CERTIFICATE_PATH,
            Check.ISSUER_CODE,
        },
        ("印章真实", "the seal is genuine"),
    ),
    (
        {Check.CODE_SIGNATURE, Check.CODE_CERTIFICATE_PATH, Check.ISSUER_CODE},
        ("二维码真实", "the code is genuine"),
    ),
    (
        {Check.RECORD_SIGNATURE, Check.RECORD_CERTIFICATE_PATH, Check.ISSUER_CODE},
        ("数据真实", "the record is genuine"),
    ),
)

_REMEMBERED: Final = 8192
_STANDING: Final = frozenset({Check.LICENSE_STATUS, Check.LICENSE_VALIDITY})


_PLAIN: Final = {key: said for key, said in WORDS.items() if "{" not in "".join(said)}
"""What is said alike of every document."""


def words(finding: Finding) -> tuple[str, str]:
    """Return what a finding says, in Chinese and in English."""
    key = (finding.check, finding.outcome, finding.reason)
    if (plain := _PLAIN.get(key)) is not None:
        return plain
    zh, en = WORDS[key]
    facts = {name: _readable(value) for name, value in finding.facts.items()}
    if finding.as_of is not None:
        facts["as_of"] = _readable(finding.as_of.isoformat())
    return zh.format_map(facts), en.format_map(facts)


def sentence(report: Report) -> tuple[str, str]:
    """Return the whole report as one sentence, in Chinese and in English."""
    if report.receipt is not None:
        of_receipt = receipt_sentence(report, sentence=sentence, words=words)
        if of_receipt is not None:
            return of_receipt
    if report.conclusion is Conclusion.PASSED:
        return _passed(report)
    decisive = _decisive(report)
    zh, en = words(decisive) if decisive else ("有检查未能进行", "a check was never made")
    genuine = _genuine(report)
    if genuine is not None:
        return f"{genuine[0]}；{zh}", f"{genuine[1]}; {en}"
    if report.conclusion is Conclusion.FAILED:
        return f"不通过：{zh}", f"failed: {en}"
    is_other = report.license is None and report.receipt is None
    if is_other and report.signatures and all(i.intact for i in report.signatures):
        return f"签章完好；{zh}", f"the signature is intact; {en}"
    return f"无法判定：{zh}", f"indeterminate: {en}"


def _genuine(report: Report) -> tuple[str, str] | None:
    """Return what can be called genuine whatever else is wrong, or None."""
    if report.conclusion_at_sealing is not Conclusion.PASSED:
        return None
    good = {item.check for item in report.findings if item.outcome is Outcome.OK}
    return next((said for needed, said in _GENUINE if needed <= good), None)


def _passed(report: Report) -> tuple[str, str]:
    genuine = _genuine(report)
    if report.license is not None:
        zh, en = genuine or ("登记在册", "registered by its region")
        standing_zh, standing_en = _standing(report)
        return f"{zh}；{standing_zh}", f"{en}; {standing_en}"
    for finding in report.findings:
        if finding.check is Check.SIGNATURE_UNPROTECTED:
            zh, en = words(finding)
            return f"签章完好，签署者可信；{zh}", f"intact, by somebody trusted; {en}"
    return "签章完好，签署者可信", "the signature is intact, by somebody trusted"


def _standing(report: Report) -> tuple[str, str]:
    """Return how the license stands, when, and how fresh that is.

    A policy may pass a license that is not in force; that is never left unsaid.
    """
    as_of_zh, as_of_en = "", ""
    for finding in report.findings:
        if finding.check not in _STANDING:
            continue
        if finding.outcome is not Outcome.OK:
            return words(finding)
        if finding.reason and finding.as_of:
            at = _readable(finding.as_of.isoformat())
            as_of_zh, as_of_en = f"（状态截至 {at}）", f" (as of {at})"
    if report.moment != report.judged_at:
        then = _readable(report.moment.isoformat())
        return f"{then} 时证照有效{as_of_zh}", f"the license was in force at {then}{as_of_en}"
    return f"证照有效{as_of_zh}", f"the license is in force{as_of_en}"


def _decisive(report: Report) -> Finding | None:
    """Return the first finding that kept the report from passing; None if one is missing."""
    wanted = Outcome.BAD if report.conclusion is Conclusion.FAILED else Outcome.UNKNOWN
    for finding in report.findings:
        if report.level(finding) is Level.REFUSE and finding.outcome is wanted:
            return finding
    return None


@lru_cache(_REMEMBERED)
def _readable(value: str) -> str:
    """Return an ISO instant as Beijing time; anything else as it is."""
    try:
        instant = datetime.fromisoformat(value)
    except ValueError:
        return value
    if instant.tzinfo is None:
        return value
    try:
        return instant.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")
    except OverflowError:  # "for ever" is often the calendar's last second
        return value
