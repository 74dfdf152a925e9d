"""Forms of cases (申请表) over HTTP: filled in, and kept."""

from typing import Annotated

from fastapi import APIRouter, Path

from api.auth import may
from api.callers import Caller
from api.schemas.bodies import problems
from api.schemas.cases import CaseCorrectionOut
from api.schemas.forms import FormIn, FormOut, MistakeIn
from api.services import ServicesDep
from certs.rights import Action

router = APIRouter(prefix="/cases", tags=["申请表 forms"])
_HandleCaseDep = Annotated[Caller, may(Action.HANDLE_CASE)]
_Field = Annotated[str, Path(max_length=60, description="字段编码")]
_CaseId = Annotated[str, Path(max_length=40, description="办件编号")]


@router.get("/{case_id}/form", summary="预填的申请表 · the form", responses=problems(401, 403, 404))
def read_form(case_id: _CaseId, services: ServicesDep, _caller: _HandleCaseDep) -> FormOut:
    """Return the form of a case, filled in; each value names its source."""
    return FormOut.of(services.forms.view(case_id))


@router.put(
    "/{case_id}/form",
    summary="填表 · fill the form in",
    responses=problems(401, 403, 404, 409, 422),
)
def fill_form_in(
    case_id: _CaseId, body: FormIn, services: ServicesDep, caller: _HandleCaseDep
) -> FormOut:
    """Keep what the applicant answered, as the next version.

    409 ``FIELD_LOCKED`` where a department vouches for something else: a mistake is corrected at
    its source. 409 ``FORM_CHANGED`` where somebody else filled the form in meanwhile. What was
    kept already is not kept again.
    """
    return FormOut.of(
        services.forms.fill_in(case_id, body.answers, operator=caller.person, version=body.version)
    )


@router.post(
    "/{case_id}/form/fields/{field}/mistake",
    status_code=201,
    summary="信息有误 · what a license says is wrong",
    responses=problems(401, 403, 404, 409, 422),
)
def raise_mistake(
    case_id: _CaseId, field: _Field, body: MistakeIn, services: ServicesDep, caller: _HandleCaseDep
) -> CaseCorrectionOut:
    """Tell the issuer of the license by itself what is wrong in it, and what should stand there.

    Its answer comes back to `GET /cases/{case_id}/corrections` and to the field; the next version
    of the license is looked up by itself. The same field again is no other correction.
    """
    return CaseCorrectionOut.of(
        services.mistakes.raise_one(case_id, body.to_mistake(field), operator=caller.person)
    )
