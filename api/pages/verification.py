"""The verification page (核验): anybody's file, one clear sentence, every finding below it."""

from types import MappingProxyType
from typing import Annotated, Final

from fastapi import APIRouter, Depends, File, UploadFile
from fastapi.responses import HTMLResponse

from api.auth import check_form
from api.http_errors import TooLargeError
from api.pages.rendering import PageDep
from api.wording import sentence, words
from verify.checks import Outcome
from verify.conclusions import Conclusion
from verify.evidence import MAX_FILE_BYTES

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
# What went wrong is read first.
_ORDER: Final = (Outcome.BAD, Outcome.UNKNOWN, Outcome.OK)


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
    report = page.services.verifier.verify_pdf(data)
    zh, en = sentence(report)
    return page.render(
        "report.html",
        report=report,
        zh=zh,
        en=en,
        verdict=_VERDICTS[report.conclusion],
        verdict_at_sealing=_VERDICTS[report.conclusion_at_sealing],
        findings=[
            (item, _OUTCOMES[item.outcome], *words(item))
            for item in sorted(report.findings, key=lambda item: _ORDER.index(item.outcome))
        ],
        good=sum(item.outcome is Outcome.OK for item in report.findings),
    )
