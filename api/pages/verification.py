"""The verification page (核验): anybody's file, one clear sentence, every finding below it."""

from types import MappingProxyType
from typing import Annotated, Final

from fastapi import APIRouter, Depends, File, UploadFile
from fastapi.responses import HTMLResponse

from api.auth import check_form
from api.http_errors import TooLargeError
from api.pages.rendering import PageDep
from api.wording import sentence, words
from verify.checks import Level, Outcome
from verify.conclusions import Conclusion
from verify.evidence import MAX_FILE_BYTES
from verify.report import Finding, Report

router = APIRouter(prefix="/verify")
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
    return page.render("verify.html", is_empty=False)


@router.post("", dependencies=[Depends(check_form)])
def verify_upload(page: PageDep, file: Annotated[UploadFile | None, File()] = None) -> HTMLResponse:
    """Judge the file and show the verdict."""
    data = file.file.read(MAX_FILE_BYTES + 1) if file else b""
    if len(data) > MAX_FILE_BYTES:
        raise TooLargeError("the file is over the limit")
    if not data:
        return page.render("verify.html", status=422, is_empty=True)
    report = page.services.verifier.verify(data)
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
