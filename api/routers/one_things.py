"""一件事一次办 over HTTP: one application opens several cases."""

from typing import Annotated

from fastapi import APIRouter, Path

from api.auth import check_approver, may
from api.callers import Caller
from api.schemas.bodies import problems
from api.schemas.cases import DecisionIn
from api.schemas.one_things import (
    ApplicationIn,
    ApplicationOut,
    OneThingOut,
    SharedDecisionOut,
    SharedFormIn,
    SharedFormOut,
)
from api.services import ServicesDep
from certs.rights import Action

router = APIRouter(prefix="/one-things", tags=["一件事 one-things"])
_HandleCaseDep = Annotated[Caller, may(Action.HANDLE_CASE)]
_Id = Annotated[str, Path(max_length=40, description="申请编号")]
_Material = Annotated[str, Path(max_length=60, description="材料编码")]


@router.get("", summary="一件事清单 · what can be applied for at once")
def list_one_things(services: ServicesDep) -> list[OneThingOut]:
    """List what bundles several matters; public."""
    return [OneThingOut.of(thing) for thing in services.one_things.catalogue.things]


@router.post(
    "",
    status_code=201,
    summary="一件事申请 · apply for several matters at once",
    responses=problems(401, 403, 404, 422),
)
def apply(body: ApplicationIn, services: ServicesDep, caller: _HandleCaseDep) -> ApplicationOut:
    """Open the cases of a 一件事 as one application; each license is fetched once for all of them.

    An open question is answered 422 ``SITUATION_OPEN``, under its name here.
    """
    view = services.one_things.open(
        body.one_thing,
        body.to_applicant(),
        operator=caller.person,
        situation=body.situation or {},
        wanted=frozenset(body.wanted),
        parties=body.to_parties(),
    )
    return ApplicationOut.of(view, services.region)


@router.get(
    "/{application}", summary="进度和结果 · progress and results", responses=problems(401, 403, 404)
)
def read_application(
    application: _Id, services: ServicesDep, _caller: _HandleCaseDep
) -> ApplicationOut:
    """Return an application as it stands, with the results of its cases."""
    return ApplicationOut.of(services.one_things.view(application), services.region)


@router.post(
    "/{application}/materials/{code}/decision",
    status_code=201,
    summary="共用材料的取得方式 · decide on a material once",
    responses=problems(401, 403, 404, 409, 422),
)
def decide(
    application: _Id,
    code: _Material,
    body: DecisionIn,
    services: ServicesDep,
    caller: _HandleCaseDep,
) -> SharedDecisionOut:
    """Record how a material is had in every case that waits for it, each through its own gate."""
    check_approver(caller, body.approver)
    request = body.to_request(caller.person)
    return SharedDecisionOut.of(services.one_things.decide(application, code, request))


@router.get(
    "/{application}/form", summary="合并的申请表 · one form", responses=problems(401, 403, 404)
)
def read_form(application: _Id, services: ServicesDep, _caller: _HandleCaseDep) -> SharedFormOut:
    """Return the fields of all forms, each once, filled in."""
    return SharedFormOut.of(application, services.one_things.form(application))


@router.put(
    "/{application}/form",
    summary="填一张表 · fill one form in",
    responses=problems(401, 403, 404, 409, 422),
)
def fill_form_in(
    application: _Id, body: SharedFormIn, services: ServicesDep, caller: _HandleCaseDep
) -> SharedFormOut:
    """Keep what the applicant answered in the form of every case that asks for it."""
    fields = services.one_things.fill_in(application, body.answers, operator=caller.person)
    return SharedFormOut.of(application, fields)
