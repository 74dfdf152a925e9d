"""Receipts of cases (受理通知书) over HTTP: issue, read, print."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Response

from api.auth import may
from api.callers import Caller
from api.schemas.bodies import problems
from api.schemas.case_receipts import CaseReceiptOut
from api.services import ServicesDep
from certs.rights import Action

router = APIRouter(prefix="/cases", tags=["受理通知书 receipts of cases"])
_HandleCaseDep = Annotated[Caller, may(Action.HANDLE_CASE)]
_JSON: Final = "application/json"
_PDF: Final = "application/pdf"
_CaseId = Annotated[str, Path(max_length=40, description="办件编号")]


@router.post(
    "/{case_id}/receipt",
    status_code=201,
    summary="出具受理通知书 · issue the receipt",
    responses=problems(401, 403, 404, 409, 422, 503),
)
def issue_receipt(
    case_id: _CaseId, services: ServicesDep, caller: _HandleCaseDep
) -> CaseReceiptOut:
    """Issue the receipt of a case, once every required material is decided.

    The same call again returns the same receipt; after a change it is the next version, which
    names the former. 422 ``CASE_INCOMPLETE`` names the materials that wait.
    """
    office = services.case_receipts
    receipt = office.issue(case_id, operator=caller.person)
    return CaseReceiptOut.of(receipt, office.content(receipt))


@router.get(
    "/{case_id}/receipt",
    summary="受理通知书 · the receipt",
    responses=problems(401, 403, 404),
)
def read_receipt(
    case_id: _CaseId, services: ServicesDep, _caller: _HandleCaseDep
) -> CaseReceiptOut:
    """Return the newest receipt of a case; 404 ``CASE_RECEIPT_NOT_FOUND`` while there is none."""
    office = services.case_receipts
    receipt = office.latest(case_id)
    return CaseReceiptOut.of(receipt, office.content(receipt))


@router.get(
    "/{case_id}/receipt/page",
    summary="受理通知书版式文件 · the sealed page",
    response_class=Response,
    responses={200: {"content": {_PDF: {}}}, **problems(401, 403, 404)},
)
def read_page(case_id: _CaseId, services: ServicesDep, _caller: _HandleCaseDep) -> Response:
    """Return the sealed page, PDF, with the signed receipt inside."""
    office = services.case_receipts
    return Response(office.page(office.latest(case_id)), media_type=_PDF)


@router.get(
    "/{case_id}/receipt/document",
    summary="受理通知书数据原件 · the signed receipt",
    response_class=Response,
    responses={200: {"content": {_JSON: {}}}, **problems(401, 403, 404)},
)
def read_document(case_id: _CaseId, services: ServicesDep, _caller: _HandleCaseDep) -> Response:
    """Return the receipt byte for byte as it was signed; ``yinxin verify`` re-checks it."""
    office = services.case_receipts
    return Response(office.document(office.latest(case_id)), media_type=_JSON)
