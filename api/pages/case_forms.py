"""The form of a case (申请表) at the window: kept, and told where a license is wrong."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from api.auth import check_form
from api.pages.case_view import render_case
from api.pages.redirects import go
from api.pages.rendering import PageDep
from api.problems import describe
from certs.rights import Action
from verify.decision_errors import FieldValueError
from verify.errors import VerifyError
from verify.prefill.forms import MAX_VALUE
from verify.prefill.mistakes import Mistake

router = APIRouter(prefix="/window/cases")
_MAX_FIELDS = 200
_OWN = frozenset({"csrf", "version"})


async def _typed(request: Request) -> Mapping[str, str]:
    """Return what was typed: the fields of a form are known to its matter alone."""
    form: FormData = await request.form(max_files=0, max_fields=_MAX_FIELDS)
    return {name: value for name, value in form.items() if isinstance(value, str)}


@router.get("/{case_id}/form")
def show_form(page: PageDep, case_id: str) -> Response:
    """Go to the form, which stands on the page of its case."""
    page.who_may(Action.HANDLE_CASE)
    return go(_place(case_id))


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
        return render_case(page, case_id, typed=answers, form_problem=describe(refused))
    return go(_place(case_id))


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
        return render_case(page, case_id, form_problem=describe(refused))
    return go(_place(case_id))


def _place(case_id: str) -> str:
    return f"/window/cases/{case_id}#form"
