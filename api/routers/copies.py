"""Annotated copies (加注件) over HTTP: made for a purpose, looked up by anybody, revocable."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from api.auth import may
from api.callers import Caller
from api.copying import make_copy, own_copy, revoke_copy, state_of
from api.schemas.bodies import problems
from api.schemas.copies import CopyIn, CopyOut
from api.services import ServicesDep
from certs.rights import Action

router = APIRouter(prefix="/annotated-copies", tags=["加注件 annotated copies"])
_CopyLicenseDep = Annotated[Caller, may(Action.COPY_LICENSE)]
_Number = Annotated[str, Path(pattern=r"^A[A-Z2-7]{20}$", description="加注件编号")]


@router.post(
    "",
    status_code=201,
    summary="制作加注件 · make a copy",
    responses=problems(401, 403, 404, 409, 422, 503),
)
def make(
    body: CopyIn, services: ServicesDep, caller: _CopyLicenseDep, response: Response
) -> CopyOut:
    """Make a purpose-stamped, expiring copy under a seal of its own; the holder sees the use."""
    kept = make_copy(body.to_order(), caller=caller, services=services)
    response.headers["Location"] = f"/api/v1/annotated-copies/{kept.statement.number}"
    return CopyOut.of(kept, state_of(kept, services))


@router.get("/{number}", summary="加注件登记 · is this copy good?", responses=problems(404))
def read(number: _Number, services: ServicesDep) -> CopyOut:
    """Return what a copy is good for, and whether it expired or was revoked."""
    with services.unit_of_work() as work:
        work.only_read()
        kept = work.copies.get(number)
    return CopyOut.of(kept, state_of(kept, services))


@router.get(
    "/{number}/file",
    summary="加注件文件 · the copy itself",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}}, **problems(401, 403, 404)},
)
def read_file(number: _Number, services: ServicesDep, caller: _CopyLicenseDep) -> Response:
    """Return the sealed copy to whoever had it made, or holds the license."""
    kept = own_copy(number, caller=caller, services=services)
    return Response(
        services.objects.get(kept.digest),
        media_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{number}.pdf"'},
    )


@router.delete("/{number}", summary="撤销加注件 · revoke", responses=problems(401, 403, 404))
def end(number: _Number, services: ServicesDep, caller: _CopyLicenseDep) -> CopyOut:
    """Revoke a copy at once; its page and its code lead here."""
    kept = revoke_copy(number, caller=caller, services=services)
    return CopyOut.of(kept, state_of(kept, services))
