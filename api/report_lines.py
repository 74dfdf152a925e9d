"""A report in words, line by line, for people at a terminal."""

from collections.abc import Iterator
from typing import Final

from api.wording import sentence, words
from certs.civil_dates import BEIJING
from verify.checks import Level, Outcome
from verify.conclusions import Conclusion
from verify.report import ReceiptFacts, Report

_MARKS: Final = {Outcome.OK: "✓", Outcome.BAD: "✗", Outcome.UNKNOWN: "?"}
_SOFT: Final = {Outcome.OK: "✓", Outcome.BAD: "!", Outcome.UNKNOWN: "!"}
_CONCLUSIONS: Final = {
    Conclusion.PASSED: "✓ 通过 passed",
    Conclusion.FAILED: "✗ 不通过 failed",
    Conclusion.INDETERMINATE: "? 无法判定 indeterminate",
}


def report_lines(name: str, report: Report, quiet: bool) -> list[str]:  # noqa: FBT001 - a flag of the command
    """Return a report in words."""
    said_zh, said_en = sentence(report)
    lines = [f"{name}: {_CONCLUSIONS[report.conclusion]}", f"  {said_zh} · {said_en}"]
    if quiet:
        return lines
    if report.receipt is not None:
        lines.append(_heading(report.receipt))
    lines += [f"  {line}" for line in _finding_lines(report)]
    if report.receipt is not None and report.receipt.stated is not None:
        lines.append("  核验时的各项检查 · findings when it was verified:")
        lines += [f"    {line}" for line in _finding_lines(report.receipt.stated)]
    return lines


def _finding_lines(report: Report) -> Iterator[str]:
    for finding in report.findings:
        zh, en = words(finding)
        which = f"[{finding.signature}] " if finding.signature else ""
        mark = (
            _MARKS[finding.outcome]
            if report.level(finding) is Level.REFUSE
            else _SOFT[finding.outcome]
        )
        yield f"{mark} {which}{finding.check.value}: {zh} · {en}"


def _heading(receipt: ReceiptFacts) -> str:
    """Return what a receipt is, in a line."""
    at = receipt.issued_at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")
    line = (
        f"  回执 {receipt.number}　{receipt.verifier}（{receipt.region}）　{at}　{receipt.policy}"
    )
    # What a receipt says in words is nobody's evidence; people are told what follows from it.
    if receipt.stated is not None and sentence(receipt.stated)[0] != receipt.zh:
        line += "\n  ! 回执内的文字说明与重新判定的说法不同 · the words inside differ from ours"
    return line
