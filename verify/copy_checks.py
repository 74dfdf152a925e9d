"""The checks on an annotated copy (加注件): that it says what it is good for, and is good still."""

from collections.abc import Iterable
from datetime import datetime

from certs.marks import marks_text
from verify.checks import Check, Outcome
from verify.evidence import Evidence
from verify.report import Finding


def check_statement(evidence: Evidence) -> Finding | None:
    """加注内容: the copy says for whom, what for and until when; None where it is no copy."""
    if evidence.copy_fault:
        return Finding(check=Check.COPY_STATEMENT, outcome=Outcome.BAD, reason=evidence.copy_fault)
    copy = evidence.copy
    if copy is None:
        return None
    facts = {
        "number": copy.number,
        "type": copy.license_type,
        "recipient": copy.recipient,
        "purpose": copy.purpose,
        "until": copy.expires_at.isoformat(),
    }
    if copy.marks:
        facts["marks"] = marks_text(copy.marks)
    return Finding(check=Check.COPY_STATEMENT, outcome=Outcome.OK, facts=facts)


def check_validity(findings: Iterable[Finding], at: datetime) -> Finding | None:
    """加注件有效期: the copy has not expired; None where it is no copy.

    Whether it was revoked is told by the register to which its code leads.

    Args:
        findings: What the examination found.
        at: The moment that the verdict is about.
    """
    for finding in findings:
        if finding.check is Check.COPY_STATEMENT and finding.outcome is Outcome.OK:
            is_good = at < datetime.fromisoformat(finding.facts["until"])
            return Finding(
                check=Check.COPY_VALIDITY,
                outcome=Outcome.OK if is_good else Outcome.BAD,
                reason="" if is_good else "expired",
                facts={"until": finding.facts["until"]},
            )
    return None
