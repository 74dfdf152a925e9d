"""The verification page (核验): anybody's file, one clear sentence, every finding below it."""

import re
from types import MappingProxyType
from typing import Annotated, Final

from fastapi import APIRouter, Depends, File, Form, UploadFile
from fastapi.responses import HTMLResponse, Response

from api.auth import check_form
from api.http_errors import TooLargeError
from api.pages.redirects import go
from api.pages.rendering import Page, PageDep
from api.redeeming import code_in
from api.wording import sentence, words
from verify.checks import Level, Outcome
from verify.conclusions import Conclusion
from verify.evidence import MAX_FILE_BYTES
from verify.report import Finding, Report

router = APIRouter(prefix="/verify")
_MOST_TEXT: Final = 4_000
_ONE_TIME: Final = re.compile(r"[A-Z2-7]{26}")
_PRINTED: Final = "/V#"
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
    return page.render("verify.html", is_empty=False, is_strange=False)


@router.post("", dependencies=[Depends(check_form)])
def verify_upload(page: PageDep, file: Annotated[UploadFile | None, File()] = None) -> HTMLResponse:
    """Judge the file and show the verdict."""
    data = file.file.read(MAX_FILE_BYTES + 1) if file else b""
    if len(data) > MAX_FILE_BYTES:
        raise TooLargeError("the file is over the limit")
    if not data:
        return page.render("verify.html", status=422, is_empty=True, is_strange=False)
    return _report(page, page.services.verifier.verify(data))


@router.post("/code", dependencies=[Depends(check_form)])
def verify_code(page: PageDep, text: Annotated[str, Form(max_length=_MOST_TEXT)] = "") -> Response:
    """Judge what a scanner read, or send on to where that is used up.

    A scanner types what stands in a code, whichever it is: so one field takes them all.
    """
    given = text.strip()
    code = code_in(given)
    if _ONE_TIME.fullmatch(code):
        return go(f"/Q/{code}")
    if _PRINTED in given:
        return _report(page, page.services.verifier.verify(given.encode()))
    return page.render("verify.html", status=422, is_empty=False, is_strange=True)


def _report(page: Page, report: Report) -> HTMLResponse:
    zh, en = sentence(report)
    marked = [(item, _mark(report, item)) for item in report.findings]
    return page.render(
        "report.html",
        report=report,
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
