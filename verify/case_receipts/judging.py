"""Receipts of cases judged: signed by a region of the trust list, and as it was signed.

Nobody is asked, unless the reader wants it: what it takes is inside. What the receipt says of
licenses was so on its day; how they stand now is another question.
"""

from typing import Final

from signing.signed_messages import SignedMessage
from verify.case_receipts.documents import CaseReceiptDocument
from verify.checks import Check, Outcome
from verify.errors import MalformedReceiptError
from verify.examination import Examination
from verify.grounds import Grounds
from verify.policies import Policy
from verify.ports import TrustHistory
from verify.receipt_checks import list_inside, signature_of
from verify.receipt_signers import SignerVerdict, Today, check_signer
from verify.report import Finding, ReceiptFacts, Report
from verify.requirements import requirements
from verify.trust_lists import CLOCK_SKEW, TrustList

_CASE: Final = "case"


def judge_case_receipt(
    examination: Examination, *, history: TrustHistory, today: Today, policy: Policy
) -> Report:
    """Judge a receipt of a case that was brought.

    Args:
        examination: What was brought; its signature was checked.
        history: Recognizes the trust list inside.
        today: What is known now, and whether regions are asked.
        policy: The reader's.
    """
    document, message = _opened(examination)
    trust: TrustList | None = None
    verdict: SignerVerdict | None = None
    findings = list(examination.findings)
    if document is not None and message is not None:
        trust = list_inside(document, current=today.trust, history=history)
        verdict = check_signer(document, message, trust=trust, today=today)
        findings += verdict.findings
    findings += _content(examination, document, today)
    return Report(
        format=examination.format,
        document_digest=examination.digest,
        sealed_at=document.issued_at if document is not None else None,
        judged_at=today.now,
        moment=today.now,
        license=None,
        claims=None,
        signatures=(signature_of(message, verdict),) if message is not None else (),
        findings=tuple(findings),
        trust_list=trust.identity if trust is not None else "",
        trust_version=trust.version if trust is not None else 0,
        status_lists=(),
        required=requirements(examination),
        policy=policy,
        grounds=Grounds(gathered_at=today.now),
        receipt=_facts(document) if document is not None else None,
    )


def _opened(
    examination: Examination,
) -> tuple[CaseReceiptDocument, SignedMessage] | tuple[None, None]:
    if not _is_signed(examination):
        return None, None
    try:
        return CaseReceiptDocument.parse(examination.receipt)
    except MalformedReceiptError:
        return None, None


def _is_signed(examination: Examination) -> bool:
    return any(
        item.check is Check.RECEIPT_SIGNATURE and item.outcome is Outcome.OK
        for item in examination.findings
    )


def _content(
    examination: Examination, document: CaseReceiptDocument | None, today: Today
) -> list[Finding]:
    """受理通知书: it is a receipt of a case, and none of tomorrow."""
    if document is None:
        return [_verdict(Outcome.BAD, "malformed")] if _is_signed(examination) else []
    if document.issued_at > today.now + CLOCK_SKEW:
        return [_verdict(Outcome.UNKNOWN, "not-yet", issued=document.issued_at.isoformat())]
    facts = {
        "case": document.case_id,
        "number": document.number,
        "version": str(document.version),
        "issuer": document.verifier.name,
    }
    return [_verdict(Outcome.OK, _CASE, **facts)]


def _verdict(outcome: Outcome, reason: str, **facts: str) -> Finding:
    return Finding(check=Check.RECEIPT_VERDICT, outcome=outcome, reason=reason, facts=facts)


def _facts(document: CaseReceiptDocument) -> ReceiptFacts:
    return ReceiptFacts(
        number=document.number,
        issued_at=document.issued_at,
        region=document.verifier.region,
        verifier=document.verifier.name,
        policy="",
        zh=f"办件 {document.case_id} 的受理通知书，第 {document.version} 版",
        en=f"receipt of case {document.case_id}, version {document.version}",
        stated=None,
    )
