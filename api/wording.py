"""What people read of a finding, Chinese first, looked up from its stable name.

Keys are ``check``, outcome, and the reason where there is one; ``{…}`` are the finding's facts.
"""

from datetime import datetime
from typing import Final

from api.finding_words import WORDS
from certs.civil_dates import BEIJING
from verify.checks import Check, Level, Outcome
from verify.conclusions import Conclusion
from verify.report import Finding, Report

_SEAL_CHECKS: Final = frozenset(
    {
        Check.SIGNATURE_INTACT,
        Check.SEAL_SIGNATURE_INTACT,
        Check.SEAL_GENUINE,
        Check.SEAL_CERTIFICATE_PATH,
        Check.ISSUER_CODE,
    }
)


def words(finding: Finding) -> tuple[str, str]:
    """Return what a finding says, in Chinese and in English."""
    zh, en = WORDS[(finding.check, finding.outcome, finding.reason)]
    facts = {name: _readable(value) for name, value in finding.facts.items()}
    return zh.format_map(facts), en.format_map(facts)


def sentence(report: Report) -> tuple[str, str]:
    """Return the whole report as one sentence, in Chinese and in English."""
    if report.conclusion is Conclusion.PASSED:
        return _passed(report)
    decisive = _decisive(report)
    zh, en = words(decisive) if decisive else ("有检查未能进行", "a check was never made")
    if _seal_is_genuine(report):
        return f"印章真实；{zh}", f"the seal is genuine; {en}"
    if report.conclusion is Conclusion.FAILED:
        return f"不通过：{zh}", f"failed: {en}"
    if report.license is None and report.signatures and all(i.intact for i in report.signatures):
        return f"签章完好；{zh}", f"the signature is intact; {en}"
    return f"无法判定：{zh}", f"indeterminate: {en}"


def _passed(report: Report) -> tuple[str, str]:
    if report.license is not None:
        return "印章真实；证照有效", "the seal is genuine; the license is in force"
    for finding in report.findings:
        if finding.check is Check.SIGNATURE_UNPROTECTED:
            zh, en = words(finding)
            return f"签章完好，签署者可信；{zh}", f"intact, by somebody trusted; {en}"
    return "签章完好，签署者可信", "the signature is intact, by somebody trusted"


def _decisive(report: Report) -> Finding | None:
    """Return the first finding that kept the report from passing; None if one is missing."""
    wanted = Outcome.BAD if report.conclusion is Conclusion.FAILED else Outcome.UNKNOWN
    for finding in report.findings:
        if finding.level is Level.REFUSE and finding.outcome is wanted:
            return finding
    return None


def _seal_is_genuine(report: Report) -> bool:
    good = {item.check for item in report.findings if item.outcome is Outcome.OK}
    return good >= _SEAL_CHECKS and report.conclusion_at_sealing is Conclusion.PASSED


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
