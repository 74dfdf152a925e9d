"""The window's page of a form (申请表): filled in, each value with its source."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData

from api.auth import check_form
from api.pages.redirects import go
from api.pages.rendering import Page, PageDep
from api.problems import Problem, describe
from certs.rights import Action
from verify.decision_errors import FieldValueError
from verify.errors import VerifyError
from verify.prefill.forms import MAX_VALUE
from verify.prefill.mistakes import Mistake
from verify.prefill.sources import SourceKind

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
    page.who_may(Action.HANDLE_CASE)
    return _show(page, case_id)


@router.post("/{case_id}/form", dependencies=[Depends(check_form)])
def fill_form_in(
    page: PageDep, case_id: str, typed: Annotated[Mapping[str, str], Depends(_typed)]
) -> Response:
    """Keep what was typed; where it is refused the page says why, and what was typed stays."""
    caller = page.who_may(Action.HANDLE_CASE)
    answers = {name: value for name, value in typed.items() if name not in _OWN}
    version = typed.get("version", "")
    try:
        if not (version.isascii() and version.isdecimal() and len(version) < len("1000000")):
            raise FieldValueError("version")
        page.services.forms.fill_in(case_id, answers, operator=caller.person, version=int(version))
    except VerifyError as refused:
        return _show(page, case_id, typed=answers, problem=describe(refused))
    return go(f"/window/cases/{case_id}/form")


@router.post("/{case_id}/form/mistake", dependencies=[Depends(check_form)])
def raise_mistake(
    page: PageDep,
    case_id: str,
    field: Annotated[str, Form(max_length=60)],
    proposed: Annotated[str, Form(max_length=MAX_VALUE)] = "",
) -> Response:
    """Tell the issuer of a license that what it says is wrong (信息有误)."""
    caller = page.who_may(Action.HANDLE_CASE)
    try:
        page.services.mistakes.raise_one(
            case_id, Mistake(field=field, proposed=proposed), operator=caller.person
        )
    except VerifyError as refused:
        return _show(page, case_id, problem=describe(refused))
    return go(f"/window/cases/{case_id}/form")


def _show(
    page: Page,
    case_id: str,
    *,
    typed: Mapping[str, str] | None = None,
    problem: Problem | None = None,
) -> HTMLResponse:
    form = page.services.forms.view(case_id)
    return page.render(
        "case_form.html",
        status=problem.kind.status.value if problem else 200,
        view=page.services.acceptance.view_case(case_id),
        form=form,
        correctable=[
            item
            for item in form.fields
            if item.origin is not None
            and item.origin.kind is SourceKind.LICENSE
            and item.field.code not in form.corrections
        ],
        typed=typed or {},
        problem=problem,
    )
