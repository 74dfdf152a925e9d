"""Receipts judged (回执复核): is it genuine, does it follow from its evidence, what has changed?

1. The signature was checked when the receipt was examined; here its signer must have spoken for
   a region of the trust list inside, which a root that this instance pins must have signed.
2. The verdict is made again from the evidence inside, under the policy inside, as of then. It
   must be what the receipt states, to the last finding.
3. A stated verdict is worth no more here than the reader's own policy makes of its findings.
4. If the file is brought, it must be the one, and say what the receipt says it said.
5. What has changed since is told. Nobody is asked unless the reader wants it.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Final

from signing.signed_messages import SignedMessage
from verify.checks import Check, Outcome
from verify.conclusions import Conclusion
from verify.errors import MalformedReceiptError
from verify.examination import Examination
from verify.grounds import Grounds
from verify.judging import judge
from verify.policies import Policy, with_witnesses
from verify.ports import TrustHistory
from verify.receipt_changes import change_in_validity, changes_in_status, changes_in_trust
from verify.receipt_files import check_file
from verify.receipt_signers import SignerVerdict, Today, check_signer
from verify.receipt_statements import first_difference, place_of, statement
from verify.receipts import Receipt, SignedReceipt, parse_receipt
from verify.report import DocumentFormat, Finding, ReceiptFacts, Report, SignatureFacts
from verify.requirements import requirements
from verify.sources import RecordedSources
from verify.trust_lists import CLOCK_SKEW, TrustList

_LONGEST_WAIT: Final = timedelta(hours=1)
"""Between a verdict and its receipt: an old verdict is not signed again as a new one."""


def judge_receipt(
    examination: Examination,
    *,
    history: TrustHistory,
    today: Today,
    policy: Policy,
    file: Examination | None = None,
) -> Report:
    """Judge a receipt that was brought.

    Args:
        examination: What was brought; its signature was checked.
        history: Recognizes the trust list inside.
        today: What is known now, and whether regions are asked.
        policy: The reader's.
        file: What the file says that the receipt is about, if it was brought too.
    """
    case = _Case(examination, history=history, today=today, policy=policy, file=file)
    findings = (*examination.findings, *case.findings())
    stated, trust = case.stated, case.trust
    return Report(
        format=DocumentFormat.RECEIPT,
        document_digest=examination.digest,
        sealed_at=case.receipt.issued_at if case.receipt is not None else None,
        judged_at=today.now,
        moment=today.now,
        license=stated.license if stated is not None else None,
        claims=stated.claims if stated is not None else None,
        signatures=case.signatures(),
        findings=findings,
        trust_list=trust.identity if trust is not None else "",
        trust_version=trust.version if trust is not None else 0,
        status_lists=stated.status_lists if stated is not None else (),
        required=requirements(examination),
        policy=policy,
        grounds=Grounds(gathered_at=today.now),
        receipt=case.facts(),
    )


def list_inside(
    receipt: SignedReceipt, *, current: TrustList | None, history: TrustHistory
) -> TrustList | None:
    """Return the trust list inside a receipt; None if nobody that is believed has signed it.

    Args:
        receipt: The receipt.
        current: The list this instance goes by; most receipts carry that one, read already.
        history: Recognizes any other.
    """
    grounds = receipt.grounds
    if current is not None and grounds.trust_list and current.encoded == grounds.trust_list:
        return current
    return history.recognize(grounds.trust_list, at=grounds.gathered_at)


def signature_of(message: SignedMessage, verdict: SignerVerdict | None) -> SignatureFacts:
    """Return the signature of a receipt, which verifies, for people."""
    return SignatureFacts(
        number=1,
        place="receipt",
        kind="signed-data",
        signer=message.signer.common_name,
        seal="",
        intact=True,
        covers="all",
        unprotected=(),
        signed_at=message.signed_at,
        stamped_at=verdict.stamped_at if verdict is not None else None,
    )


def remake(receipt: Receipt, trust: TrustList | None) -> Report:
    """Make the verdict of a receipt again from its evidence.

    Args:
        receipt: The receipt.
        trust: The list inside, after its root's signature was checked.
    """
    return judge(
        receipt.examination,
        sources=RecordedSources(receipt.grounds, trust=trust),
        policy=receipt.policy,
        now=receipt.grounds.gathered_at,
        moment=receipt.asked_about,
    )


class _Case:
    """One receipt on the judge's desk.

    Attributes:
        receipt: What it says; None if its signature is broken or it cannot be read.
        trust: The list inside; None if nobody known signed it.
        stated: The verdict made again, if it is what the receipt states.
    """

    def __init__(
        self,
        examination: Examination,
        *,
        history: TrustHistory,
        today: Today,
        policy: Policy,
        file: Examination | None,
    ) -> None:
        self._today, self._policy, self._file = today, policy, file
        self._is_signed = any(
            item.check is Check.RECEIPT_SIGNATURE and item.outcome is Outcome.OK
            for item in examination.findings
        )
        self.receipt: Receipt | None = None
        self._message: SignedMessage | None = None
        if self._is_signed:
            self.receipt, self._message = _opened(examination)
        self.trust: TrustList | None = None
        self.stated: Report | None = None
        self._signer: SignerVerdict | None = None
        if self.receipt is not None:
            self.trust = list_inside(self.receipt, current=today.trust, history=history)

    def findings(self) -> Iterator[Finding]:
        """Yield every finding, in the order of the checks."""
        receipt, message = self.receipt, self._message
        if receipt is None or message is None:
            if self._is_signed:
                yield _verdict(Outcome.BAD, "malformed")
            return
        self._signer = check_signer(receipt, message, trust=self.trust, today=self._today)
        yield from self._signer.findings
        yield self._verdict(receipt)
        yield from self._document(receipt)
        if self.stated is not None and self.trust is not None:
            yield from self._since(receipt, self.stated, self.trust)

    def _verdict(self, receipt: Receipt) -> Finding:
        """回执结论: the evidence carries what the receipt states, to the last finding."""
        if self.trust is None:
            return _verdict(Outcome.UNKNOWN, "root-unknown")
        # Nobody but a trusted verifier gets evidence judged, however it may be made up.
        if self._signer is None or not self._signer.is_trusted:
            return _verdict(Outcome.UNKNOWN, "signer-unknown")
        if receipt.issued_at > self._today.now + CLOCK_SKEW:
            return _verdict(Outcome.UNKNOWN, "not-yet", issued=receipt.issued_at.isoformat())
        if abs(receipt.issued_at - receipt.grounds.gathered_at) > _LONGEST_WAIT:
            return _verdict(Outcome.BAD, "differs", place="issued_at")
        remade = remake(receipt, self.trust)
        different = first_difference(receipt.verdict, statement(remade, receipt.examination))
        if different:
            return _verdict(Outcome.BAD, "differs", place=place_of(different))
        self.stated = remade
        return self._weighed(remade)

    def _weighed(self, stated: Report) -> Finding:
        """Say what was concluded then; and no better than the reader's policy would."""
        match stated.conclusion:
            case Conclusion.FAILED:
                return _verdict(Outcome.BAD, "failed")
            case Conclusion.INDETERMINATE:
                return _verdict(Outcome.UNKNOWN, "indeterminate")
            case Conclusion.PASSED:
                return self._weighed_here(self._seen_enough(stated))

    def _seen_enough(self, stated: Report) -> Report:
        """Return the verdict, made again where the reader wants more witnesses than it did."""
        policy = with_witnesses(stated.policy, self._policy.witnesses)
        if self.receipt is None or policy == stated.policy:
            return stated
        return remake(replace(self.receipt, policy=policy), self.trust)

    def _weighed_here(self, stated: Report) -> Finding:
        """Weigh the findings of a verdict that passed as the reader's policy does."""
        facts = {"policy": stated.policy.zh, "own": self._policy.zh}
        match replace(stated, policy=self._policy).conclusion:
            case Conclusion.FAILED:
                return _verdict(Outcome.BAD, "stricter", **facts)
            case Conclusion.INDETERMINATE:
                return _verdict(Outcome.UNKNOWN, "stricter", **facts)
            case Conclusion.PASSED:
                return _verdict(Outcome.OK)

    def _document(self, receipt: Receipt) -> Iterator[Finding]:
        """所附文件: the file is the one that was verified, and says what was said of it."""
        file = self._file
        digest = {"digest": receipt.examination.digest}
        if file is None:
            yield Finding(
                check=Check.RECEIPT_FILE,
                outcome=Outcome.UNKNOWN,
                reason="not-brought",
                facts=digest,
            )
            return
        yield Finding(check=Check.RECEIPT_FILE, outcome=Outcome.OK)
        yield check_file(receipt.examination, file)

    def _since(self, receipt: Receipt, stated: Report, then: TrustList) -> Iterator[Finding]:
        """此后变化: what this instance knows, and what regions say if they are asked."""
        today = self._today
        issuing = stated.license.region if stated.license is not None else ""
        found = [
            *changes_in_trust(
                stated,
                then=then,
                today=today.trust,
                regions=frozenset({issuing, receipt.verifier.region} - {""}),
                now=today.now,
            ),
            *change_in_validity(stated, today.now),
        ]
        if today.sources is not None:
            found += changes_in_status(
                stated, receipt.examination, sources=today.sources, now=today.now
            )
        if found or today.trust is None:
            yield from found
            return
        yield Finding(
            check=Check.RECEIPT_SINCE,
            outcome=Outcome.OK,
            reason="asked" if today.asks else "",
            facts={"version": str(today.trust.version)},
            as_of=today.now,
        )

    def signatures(self) -> tuple[SignatureFacts, ...]:
        """Return the receipt's own signature."""
        message = self._message
        return () if message is None else (signature_of(message, self._signer),)

    def facts(self) -> ReceiptFacts | None:
        """Return what the receipt is, for people."""
        receipt = self.receipt
        if receipt is None:
            return None
        return ReceiptFacts(
            number=receipt.number,
            issued_at=receipt.issued_at,
            region=receipt.verifier.region,
            verifier=receipt.verifier.name,
            policy=receipt.policy.name,
            zh=receipt.zh,
            en=receipt.en,
            stated=self.stated,
        )


def _opened(examination: Examination) -> tuple[Receipt, SignedMessage] | tuple[None, None]:
    try:
        return parse_receipt(examination.receipt)
    except MalformedReceiptError:
        return None, None


def _verdict(outcome: Outcome, reason: str = "", **facts: str) -> Finding:
    return Finding(check=Check.RECEIPT_VERDICT, outcome=outcome, reason=reason, facts=facts)
