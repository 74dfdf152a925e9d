"""The window's page of a form (申请表): filled in, each value with its source."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData

from api.auth import check_form
from api.pages.rendering import Page, PageDep, go
from api.problems import Problem, describe
from certs.access import CallerRole
from verify.errors import FieldValueError, VerifyError

router = APIRouter(prefix="/window/cases")
_MAX_FIELDS = 200
_OWN = frozenset({"csrf", "version"})


async def _typed(request: Request) -> Mapping[str, str]:
    """Return what was typed: the fields of a form are known to its matter alone."""
    form: FormData = await request.form(max_files=0, max_fields=_MAX_FIELDS)
    return {name: value for name, value in form.items() if isinstance(value, str)}


@router.get("/{case_id}/form")
def show_form(page: PageDep, case_id: str) -> HTMLResponse:
    """Show the form of a case."""
    page.known_caller(CallerRole.WINDOW)
    return _show(page, case_id)


@router.post("/{case_id}/form", dependencies=[Depends(check_form)])
def fill_form_in(
    page: PageDep, case_id: str, typed: Annotated[Mapping[str, str], Depends(_typed)]
) -> Response:
    """Keep what was typed; where it is refused the page says why, and what was typed stays."""
    caller = page.known_caller(CallerRole.WINDOW)
    answers = {name: value for name, value in typed.items() if name not in _OWN}
    version = typed.get("version", "")
    try:
        if not (version.isascii() and version.isdecimal() and len(version) < len("1000000")):
            raise FieldValueError("version")
        page.services.forms.fill_in(case_id, answers, operator=caller.person, version=int(version))
    except VerifyError as refused:
        return _show(page, case_id, typed=answers, problem=describe(refused))
    return go(f"/window/cases/{case_id}/form")


def _show(
    page: Page,
    case_id: str,
    *,
    typed: Mapping[str, str] | None = None,
    problem: Problem | None = None,
) -> HTMLResponse:
    return page.render(
        "case_form.html",
        status=problem.kind.status.value if problem else 200,
        view=page.services.acceptance.view_case(case_id),
        form=page.services.forms.view(case_id),
        typed=typed or {},
        problem=problem,
    )
