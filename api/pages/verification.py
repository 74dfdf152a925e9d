"""The verification page (核验): anybody's file, one clear sentence, every finding below it."""

import re
import secrets
from base64 import b64encode
from types import MappingProxyType
from typing import Annotated, Final

from fastapi import APIRouter, Depends, File, Form, UploadFile
from fastapi.responses import HTMLResponse, Response

from api.auth import check_form
from api.http_errors import TooLargeError
from api.middleware import WITH_CAMERA
from api.pages.redirects import go
from api.pages.rendering import Page, PageDep
from api.redeeming import code_in
from api.verdicts import ReceiptWish, Verdict, gives_receipts, judge_file, judge_text
from api.wording import sentence, words
from certs.rights import Action
from verify.carriers.codes import looks_like_a_code
from verify.checks import Level, Outcome
from verify.conclusions import Conclusion
from verify.evidence import MAX_FILE_BYTES
from verify.report import Finding, Report

router = APIRouter(prefix="/verify")
_MOST_TEXT: Final = 4_000
_MOST_NAME: Final = 64
_ONE_TIME: Final = re.compile(r"[A-Z2-7]{26}")
# What is printed on licenses as their number: letters, digits, brackets, at least one digit.
_NUMBER: Final = re.compile(r"(?=.*\d)[\w()（）〔〕\[\]第号-]{6,60}")
_VERDICTS: Final = MappingProxyType(
    {
        Conclusion.PASSED: ("✓", "核验通过", "Passed", "passed"),
        Conclusion.FAILED: ("✕", "核验不通过", "Failed", "failed"),
        Conclusion.INDETERMINATE: ("?", "无法判定", "Indeterminate", "unknown"),
    }
)
_OUTCOMES: Final = MappingProxyType(
    {
        Outcome.OK: ("✓", "通过", "ok"),
        Outcome.BAD: ("✕", "不通过", "bad"),
        Outcome.UNKNOWN: ("?", "未能确认", "unknown"),
    }
)
_NOTE: Final = ("!", "提示", "unknown")
# What went wrong is read first.
_ORDER: Final = (_OUTCOMES[Outcome.BAD], _OUTCOMES[Outcome.UNKNOWN], _NOTE, _OUTCOMES[Outcome.OK])


def _mark(report: Report, finding: Finding) -> tuple[str, str, str]:
    """Return how a finding is shown; what refuses nothing is only noted."""
    if finding.outcome is Outcome.OK or report.level(finding) is Level.REFUSE:
        return _OUTCOMES[finding.outcome]
    return _NOTE


@router.get("")
def show_form(page: PageDep) -> HTMLResponse:
    """Show where a file is chosen."""
    return _form(page)


@router.post("", dependencies=[Depends(check_form)])
def verify_upload(
    page: PageDep,
    file: Annotated[UploadFile | None, File()] = None,
    receipt: Annotated[str, Form(max_length=_MOST_NAME)] = "",
) -> HTMLResponse:
    """Judge the file and show the verdict; ``receipt`` names the form of whoever wants one."""
    wish = _wish(page, receipt)
    data = file.file.read(MAX_FILE_BYTES + 1) if file else b""
    if len(data) > MAX_FILE_BYTES:
        raise TooLargeError("the file is over the limit")
    if not data:
        return _form(page, trouble="empty")
    return report_page(page, judge_file(data, page.services, wish=wish))


@router.post("/code", dependencies=[Depends(check_form)])
def verify_code(
    page: PageDep,
    text: Annotated[str, Form(max_length=_MOST_TEXT)] = "",
    receipt: Annotated[str, Form(max_length=_MOST_NAME)] = "",
) -> Response:
    """Judge what a scanner read or somebody typed, or send on to where that is used up.

    A scanner types what stands in a code, whichever it is: so one field takes them all. A
    license's number alone names none: types and issuers number for themselves.
    """
    given = text.strip()
    code = code_in(given)
    if _ONE_TIME.fullmatch(code):
        return go(f"/Q/{code}")
    if looks_like_a_code(given):
        return report_page(page, judge_text(given, page.services, wish=_wish(page, receipt)))
    return _form(page, trouble="number" if _NUMBER.fullmatch(given) else "strange")


def _wish(page: Page, form: str) -> ReceiptWish | None:
    """Return that somebody wants a receipt; ``form`` names the form that was sent, or nothing."""
    if not form:
        return None
    return ReceiptWish(requester=page.who_may(Action.TAKE_RECEIPT).person, form=form)


def _form(page: Page, *, trouble: str = "") -> HTMLResponse:
    response = page.render(
        "verify.html",
        status=422 if trouble else 200,
        trouble=trouble,
        gives_receipts=gives_receipts(page.services),
        form_name=secrets.token_hex(16),
    )
    response.headers.update(WITH_CAMERA)
    return response


def report_page(page: Page, verdict: Verdict) -> HTMLResponse:
    """Return the page of a verdict."""
    report = verdict.report
    zh, en = sentence(report)
    marked = [(item, _mark(report, item)) for item in report.findings]
    shown = verdict.shown
    return page.render(
        "report.html",
        report=report,
        told=verdict,
        picture=b64encode(shown.picture).decode("ascii") if shown is not None else "",
        zh=zh,
        en=en,
        verdict=_VERDICTS[report.conclusion],
        verdict_at_sealing=_VERDICTS[report.conclusion_at_sealing],
        findings=[
            (item, mark, *words(item))
            for item, mark in sorted(marked, key=lambda pair: _ORDER.index(pair[1]))
        ],
        several=len({item.number for item in report.signatures}) > 1,
        good=sum(item.outcome is Outcome.OK for item in report.findings),
    )
