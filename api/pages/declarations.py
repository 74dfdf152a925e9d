"""The declaration (告知承诺书) at the window: read, signed on paper, scanned, and decided upon."""

from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, UploadFile
from fastapi.responses import HTMLResponse, Response

from api.auth import check_form
from api.declaring import sign_at_window
from api.pages.redirects import go
from api.pages.rendering import Page, PageDep
from api.problems import Problem, describe
from certs.rights import Action, Relation
from verify.acceptance.promises.desk import MAX_EVIDENCE
from verify.acceptance.records import DecisionRequest
from verify.acceptance.records import Form as MaterialForm
from verify.errors import VerifyError

router = APIRouter(prefix="/window/cases/{case_id}/materials/{code}/declaration")


@router.get("")
def show_wording(page: PageDep, case_id: str, code: str) -> HTMLResponse:
    """Show what the applicant signs."""
    page.who_may(Action.HANDLE_CASE)
    return _show(page, case_id, code)


@router.post("", dependencies=[Depends(check_form)])
def declare(
    *,
    page: PageDep,
    case_id: str,
    code: str,
    digest: Annotated[str, Form(max_length=64)],
    scan: Annotated[UploadFile, File()],
) -> Response:
    """Keep what was signed, and decide that the material is had by it."""
    caller = page.who_may(Action.SIGN_PROMISE, Relation.OFFICE)
    evidence = scan.file.read(MAX_EVIDENCE + 1)
    request = DecisionRequest(form=MaterialForm.COMMITMENT, operator=caller.person)
    try:
        sign_at_window(case_id, code, digest, evidence, caller=caller, services=page.services)
        page.services.acceptance.decide(case_id, code, request)
    except VerifyError as refused:
        return _show(page, case_id, code, problem=describe(refused))
    return go(f"/window/cases/{case_id}#{code}")


def _show(page: Page, case_id: str, code: str, *, problem: Problem | None = None) -> HTMLResponse:
    return page.render(
        "declaration.html",
        status=problem.kind.status.value if problem else 200,
        case_id=case_id,
        code=code,
        wording=page.services.promises.wording(case_id, code),
        problem=problem,
    )
