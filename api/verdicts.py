"""What anybody is told who verifies on the page: a verdict, the page, a receipt if wanted."""

from dataclasses import dataclass, field
from typing import Final

from api.http_errors import KeyReusedError, NotServedHereError
from api.services import Services
from certs.faces.sealed_pages import SealedPage
from certs.offline_codes import OfflineClaims
from signing.errors import KeyUnavailableError, TimestampUnavailableError
from verify.conclusions import Conclusion
from verify.errors import ReceiptRefusedError
from verify.examination import Examination
from verify.offline_code_checks import read_offline_code
from verify.receipts import ReceiptEntry
from verify.report import DocumentFormat, Report
from verify.verifier import PUBLIC

_WITH_PAGES: Final = frozenset({DocumentFormat.PDF, DocumentFormat.OFD})
_NO_RECEIPT: Final = (
    ReceiptRefusedError,
    NotServedHereError,
    KeyReusedError,
    KeyUnavailableError,
    TimestampUnavailableError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptWish:
    """That somebody who is signed in wants a receipt (回执).

    Attributes:
        requester: Who.
        form: Names the form that was sent: sent twice it leads to one receipt of one document.
    """

    requester: str
    form: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is told.

    Attributes:
        holder: What an offline code that passed says of its holder, and what it shows; of
            anything else nothing.
        has_pages: What was brought is of a kind that has pages.
        shown: The page; None where there is none, or it cannot be drawn.
        receipt: The receipt; None where none was wanted or given.
        lacks_receipt: One was wanted, and could not be given.
    """

    report: Report
    holder: OfflineClaims | None = field(default=None, repr=False)
    has_pages: bool = False
    shown: SealedPage | None = field(default=None, repr=False)
    receipt: ReceiptEntry | None = None
    lacks_receipt: bool = False


def judge_file(data: bytes, services: Services, *, wish: ReceiptWish | None = None) -> Verdict:
    """Judge a file, and draw the page of it that a seal stands on; nothing of it is kept."""
    examination = services.verifier.examine(data)
    report = services.verifier.judge(examination)
    has_pages = report.format in _WITH_PAGES and services.page_viewer is not None
    shown = services.page_viewer.view(data) if has_pages and services.page_viewer else None
    receipt = _receipt(examination, services, wish)
    return Verdict(
        report=report,
        has_pages=has_pages,
        shown=shown,
        receipt=receipt,
        lacks_receipt=wish is not None and receipt is None,
    )


def judge_text(text: str, services: Services, *, wish: ReceiptWish | None = None) -> Verdict:
    """Judge what was scanned or typed: the text of a code, or an identifier."""
    examination = services.verifier.examine_text(text)
    report = services.verifier.judge(examination)
    brought = read_offline_code(examination.offline_code)
    is_good = brought is not None and report.conclusion is Conclusion.PASSED
    receipt = _receipt(examination, services, wish)
    return Verdict(
        report=report,
        holder=brought.claims if brought and is_good else None,
        receipt=receipt,
        lacks_receipt=wish is not None and receipt is None,
    )


def gives_receipts(services: Services) -> bool:
    """Tell whether receipts are given here."""
    return services.receipts is not None and services.receipts.desk is not None


def _receipt(
    examination: Examination, services: Services, wish: ReceiptWish | None
) -> ReceiptEntry | None:
    if wish is None or services.receipts is None:
        return None
    try:
        kept = services.receipts.give(
            examination,
            PUBLIC,
            requester=wish.requester,
            request_key=f"{wish.form}|{examination.digest}",
        )
    except _NO_RECEIPT:
        return None
    return kept.entry
