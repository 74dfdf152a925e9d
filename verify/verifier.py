"""The verifier (核验): examines what somebody brought, and judges it by what regions say."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Final

from certs.catalogue import Catalogue
from certs.identifiers import LicenseIdentifier
from signing.algorithms import sm3
from verify.carriers.codes import is_offline_code, read_code_text
from verify.carriers.packages import face_of
from verify.case_receipts.judging import judge_case_receipt
from verify.case_receipts.pages import check_receipt_page
from verify.errors import NotAtHandError
from verify.evidence import read_record
from verify.examination import Examination, examine_evidence
from verify.face_checks import check_text
from verify.judging import finish, judge, settle
from verify.policies import Policy, Purpose, shipped_policy, with_witnesses
from verify.ports import (
    Clock,
    Examiner,
    PageReader,
    RegionClient,
    Register,
    TrustHistory,
    TrustSource,
)
from verify.receipt_checks import judge_receipt
from verify.receipt_signers import Today
from verify.report import DocumentFormat, Report
from verify.settlements import Settlements
from verify.sources import LiveSources, Sources


class NoRegister:
    """The register of an instance that issues nothing."""

    def known(self, identifier: LicenseIdentifier) -> None:
        """Return None: there is no license here."""

    def examination(self, identifier: LicenseIdentifier) -> None:
        """Return None: there is no license here."""


class NoHistory:
    """The trust lists of an instance that has pinned no root."""

    def recognize(self, data: bytes, *, at: datetime) -> None:
        """Return None: no list is known."""


_NO_REGISTER: Final = NoRegister()
_REMEMBERED: Final = 4096
_NO_HISTORY: Final = NoHistory()


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """What somebody wants to know.

    Attributes:
        policy: What findings mean to them.
        moment: The moment they ask about; None for the present.
        is_anew: Of a receipt: ask the regions how things stand now. Nobody is asked otherwise.
    """

    policy: Policy = shipped_policy(Purpose.PUBLIC)  # noqa: RUF009 - frozen, read once
    moment: datetime | None = None
    is_anew: bool = False


PUBLIC: Final = Inquiry()
"""What anybody wants to know: does it hold now?"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verifier:
    """Judges documents; holds no key that signs licenses or seals.

    Attributes:
        register: The licenses that this instance issued itself.
        memory: What regions published last; None where nothing is kept in memory.
        settlements: What was judged of late.
        history: Recognizes the trust lists inside receipts.
        types: The license types that are known here, as its examiner knows them; None for those
            of the program.
        witnesses: How many other regions must have seen a ledger, whatever the policy says.
    """

    trust: TrustSource
    regions: RegionClient
    examiner: Examiner
    pages: PageReader
    clock: Clock
    register: Register = _NO_REGISTER
    memory: RegionClient | None = None
    settlements: Settlements = field(default_factory=Settlements)
    history: TrustHistory = _NO_HISTORY
    types: Catalogue | None = None
    witnesses: int = 1

    def verify(
        self, data: bytes, *, content: bytes | None = None, inquiry: Inquiry = PUBLIC
    ) -> Report:
        """Judge whatever was brought: a document, a picture of a code, a record.

        Never raises for what it holds: a bad document is a report.

        Args:
            data: The document.
            content: What a detached signature is over, the signature of a record, or the file
                that a receipt is about, if it is at hand.
            inquiry: What is to be known.
        """
        examination = self.examine(data, content)
        return self.judge(examination, inquiry, file=self.examine_beside(examination, content))

    def examine_beside(self, examination: Examination, content: bytes | None) -> Examination | None:
        """Return what the file says that a receipt is about; None if none was brought.

        Args:
            examination: What was brought.
            content: What was brought beside it.
        """
        if content is None or examination.format is not DocumentFormat.RECEIPT:
            return None
        return self.examine(content)

    def examine(self, data: bytes, content: bytes | None = None) -> Examination:
        """Return what a document says, its pages read where somebody has to."""
        examination = self.examiner.examine(data, content)
        if examination.attached:
            told = check_receipt_page(examination.attached, self.pages.page_text(data))
            return replace(examination, findings=(*examination.findings, told), attached=())
        record = read_record(examination.record or None)
        if not examination.needs_page or record is None:
            return examination
        page = check_text(record, self.pages.page_text(face_of(data)), types=self.types)
        return replace(examination, findings=(*examination.findings, *page), needs_page=False)

    def verify_text(self, text: str, inquiry: Inquiry = PUBLIC) -> Report:
        """Judge what was scanned or typed: the text of a code, or an identifier.

        Answered from memory where regions have published what it takes.
        """
        return self.judge(self.examine_text(text), inquiry)

    def verify_text_at_hand(self, text: str, inquiry: Inquiry = PUBLIC) -> Report | None:
        """Judge what was scanned or typed by what is in memory, waiting for nobody.

        Returns:
            The report, or None if somebody or something has to be asked: ``verify_text`` does.
        """
        if self.memory is None:
            return None
        examination = _read_text(text)
        claims = examination.license
        if claims is not None and not _is_code(examination):
            examination = self.register.known(claims.identifier) or examination
        sources = LiveSources(trust=self.trust, client=self.memory, clock=self.clock)
        try:
            return self.judge_by(sources, examination, inquiry)
        except NotAtHandError:
            return None

    def examine_text(self, text: str) -> Examination:
        """Return what a code or an identifier says.

        Of an identifier of this instance's own license that is what its sealed face says.
        """
        examination = _read_text(text)
        claims = examination.license
        if claims is None or _is_code(examination):
            return examination
        return self.register.examination(claims.identifier) or examination

    def judge(
        self,
        examination: Examination,
        inquiry: Inquiry = PUBLIC,
        *,
        file: Examination | None = None,
    ) -> Report:
        """Judge what an examination found, by the trust and the time there are now.

        Args:
            examination: What was brought.
            inquiry: What is to be known.
            file: What the file says that a receipt is about, if it was brought too.
        """
        sources = LiveSources(trust=self.trust, client=self.regions, clock=self.clock)
        if examination.receipt:
            today = Today(
                now=self.clock.now(),
                trust=self.trust.current(),
                sources=sources if inquiry.is_anew else None,
            )
            if examination.format is DocumentFormat.CASE_RECEIPT:
                return judge_case_receipt(
                    examination,
                    history=self.history,
                    today=today,
                    policy=self.policy_of(inquiry),
                )
            return judge_receipt(
                examination,
                history=self.history,
                today=today,
                policy=self.policy_of(inquiry),
                file=file,
            )
        return self.judge_by(sources, examination, inquiry)

    def policy_of(self, inquiry: Inquiry) -> Policy:
        """Return what the findings mean here: no instance is content with fewer witnesses."""
        return with_witnesses(inquiry.policy, self.witnesses)

    def judge_by(self, sources: Sources, examination: Examination, inquiry: Inquiry) -> Report:
        """Judge by given sources; what was settled before and still holds is not judged again.

        Raises:
            NotAtHandError: The sources would have to wait, and must not.
        """
        now, policy, moment = self.clock.now(), self.policy_of(inquiry), inquiry.moment
        if moment is not None:
            return judge(examination, sources=sources, policy=policy, now=now, moment=moment)
        settled = self.settlements.find(examination, policy.identity, sources=sources, now=now)
        if settled is None:
            settled = settle(examination, sources=sources, policy=policy, now=now)
            # An offline code names people, and is another the next minute.
            if not examination.offline_code:
                self.settlements.keep(settled, policy.identity)
        report = finish(settled, sources=sources, policy=policy, now=now)
        if report.claims != settled.claims and not examination.offline_code:
            # What the region said of an identifier lets its status list be read next time.
            learned = replace(examination, license=report.claims)
            again = settle(learned, sources=sources, policy=policy, now=now)
            self.settlements.keep(again, policy.identity)
        return report


def _is_code(examination: Examination) -> bool:
    return bool(examination.code or examination.offline_code)


def _read_text(text: str) -> Examination:
    """Return what a text says; gates scan the same few printed codes again and again."""
    return _read_anew(text) if is_offline_code(text) else _read_again(text)


@lru_cache(_REMEMBERED)
def _read_again(text: str) -> Examination:
    return _read_anew(text)


def _read_anew(text: str) -> Examination:
    return examine_evidence(read_code_text(text), digest=sm3(text.encode()).hex())
