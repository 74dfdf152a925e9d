"""Cases (办件) over HTTP: what an acceptance window does."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse

from api.auth import check_approver, may
from api.callers import Caller
from api.case_marks import case_marks
from api.license_reading import file_address
from api.problems import MEDIA_TYPE, describe
from api.schemas.bodies import problems
from api.schemas.cases import (
    CaseCorrectionOut,
    CaseIn,
    CaseOut,
    DecisionIn,
    DecisionOut,
    MaterialOut,
)
from api.services import ServicesDep
from certs.reach import Need, Subject
from certs.rights import Action
from verify.decision_errors import DemandRefusedError

router = APIRouter(prefix="/cases", tags=["办件 cases"])
_HandleCaseDep = Annotated[Caller, may(Action.HANDLE_CASE)]
_CaseId = Annotated[str, Path(max_length=40, description="办件编号")]
_Material = Annotated[str, Path(max_length=60, description="材料编码")]


@router.post(
    "", status_code=201, summary="收件 · open a case", responses=problems(401, 403, 404, 422)
)
def open_case(body: CaseIn, services: ServicesDep, caller: _HandleCaseDep) -> CaseOut:
    """Open a case: licenses, registers and departments are asked for what rules spare.

    ``situation`` answers the matter's questions and settles which materials there are; an open
    question is answered 422 ``SITUATION_OPEN``, with its choices. ``parties`` says whose licenses
    are looked up beside the applicant's; ``PARTY_OPEN`` names who is missing.
    """
    caller.need(Need(subject=Subject.MATTER, code=body.matter))
    view = services.acceptance.open_case(
        body.matter,
        body.to_applicant(),
        operator=caller.person,
        situation=body.situation or {},
        parties=body.to_parties(),
    )
    return CaseOut.of(view, services.region, case_marks(view, services))


@router.get("/{case_id}", summary="一次性告知 · one case", responses=problems(401, 403, 404))
def read_case(case_id: _CaseId, services: ServicesDep, _caller: _HandleCaseDep) -> CaseOut:
    """Return a case as it stands, with what departments answered meanwhile."""
    view = services.acceptance.hear(case_id)
    return CaseOut.of(view, services.region, case_marks(view, services))


@router.get(
    "/{case_id}/corrections",
    summary="办件引起的纠错 · what it raised at issuers",
    responses=problems(401, 403, 404),
)
def list_corrections(
    case_id: _CaseId, services: ServicesDep, _caller: _HandleCaseDep
) -> list[CaseCorrectionOut]:
    """Return what the case raised at issuers, and how each stands there."""
    with services.unit_of_work() as work:
        work.only_read()
        work.cases.get(case_id)
        return [CaseCorrectionOut.of(item) for item in work.case_corrections.of_case(case_id)]


@router.post(
    "/{case_id}/materials/{code}/lookup",
    summary="重新查询 · look up again",
    responses=problems(401, 403, 404, 409),
)
def look_up(
    case_id: _CaseId, code: _Material, services: ServicesDep, _caller: _HandleCaseDep
) -> MaterialOut:
    """Ask again for a material, and read what its department answered meanwhile."""
    return MaterialOut.of(services.acceptance.look_up(case_id, code), services.region)


@router.post(
    "/{case_id}/materials/{code}/decision",
    status_code=201,
    summary="记录材料取得方式 · decide how a material is had",
    responses=problems(401, 403, 404, 409, 422),
    response_model=DecisionOut,
)
def decide(  # noqa: PLR0913 - path, body and who asks
    *,
    case_id: _CaseId,
    code: _Material,
    body: DecisionIn,
    request: Request,
    services: ServicesDep,
    caller: _HandleCaseDep,
) -> DecisionOut | JSONResponse:
    """Record how a material is had, if the gate lets it pass.

    While a valid e-license is at hand, a demand for paper is answered 409
    ``ELICENSE_AVAILABLE`` with the license, its region and, in the own region, ``fetch``;
    ``DATA_AVAILABLE``, ``CHECK_AVAILABLE`` and ``NOT_NEEDED`` say what else serves, and
    ``DEPARTMENT_CHECK_REQUIRED`` that its department has to be heard first.
    """
    check_approver(caller, body.approver)
    try:
        decision = services.acceptance.decide(case_id, code, body.to_request(caller.person))
    except DemandRefusedError as refused:
        document = describe(refused).document(request.url.path)
        if refused.region == str(services.region):
            document["fetch"] = file_address(refused.license_identifier, "pdf", case=case_id)
        return JSONResponse(document, document["status"], media_type=MEDIA_TYPE)
    return DecisionOut.of(decision)
