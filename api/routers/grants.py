"""Grants (用证授权) over HTTP: holders give and end them, windows record what holders agreed to."""

import secrets
from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Response

from api.auth import may
from api.callers import Caller
from api.granting import give_grant, grants_of, show_grants
from api.minting import request_key
from api.schemas.bodies import problems
from api.schemas.grants import GrantIn, GrantOut, GrantsOut
from api.services import ServicesDep
from certs.errors import GrantNotFoundError
from certs.granting.giving import revoke
from certs.granting.representing import confirm
from certs.rights import Action

router = APIRouter(prefix="/grants", tags=["用证授权 grants"])
_ConfirmGrantDep = Annotated[Caller, may(Action.CONFIRM_GRANT)]
_GiveGrantDep = Annotated[Caller, may(Action.GIVE_GRANT)]
_GrantId = Annotated[str, Path(pattern=r"^G[A-Z2-7]{20}$", description="授权编号")]
_Key = Annotated[str | None, Header(min_length=1, max_length=200)]
_Reason = Annotated[str, Query(max_length=200, description="为什么撤销")]


@router.post(
    "", status_code=201, summary="授权用证 · grant", responses=problems(401, 403, 404, 409, 422)
)
def give(
    body: GrantIn,
    services: ServicesDep,
    caller: _GiveGrantDep,
    response: Response,
    idempotency_key: _Key = None,
) -> GrantOut:
    """Grant a use of one license, for one matter, for a time and a number of uses.

    Fields beyond what is registered for the matter are answered 403 ``OVERASK``. There is no
    grant over all licenses, and none for ever.
    """
    key = request_key(caller.person, idempotency_key or secrets.token_hex(16))
    kept = give_grant(body, key=key, caller=caller, services=services)
    response.headers["Location"] = f"/api/v1/grants/{kept.grant.id}"
    return show_grants((kept,), services)[0]


@router.get("", summary="授权列表 · list grants", responses=problems(401, 403))
def list_grants(services: ServicesDep, caller: _GiveGrantDep) -> GrantsOut:
    """Return the grants over the caller's licenses, and those the caller gave or was given."""
    return GrantsOut(grants=show_grants(grants_of(caller, services), services))


@router.get("/{grant_id}", summary="一项授权 · one grant", responses=problems(401, 403, 404))
def read_grant(grant_id: _GrantId, services: ServicesDep, caller: _GiveGrantDep) -> GrantOut:
    """Return a grant with all that became of it."""
    found = [kept for kept in grants_of(caller, services) if kept.grant.id == grant_id]
    if not found:
        raise GrantNotFoundError(grant_id)
    return show_grants(tuple(found), services)[0]


@router.post(
    "/{grant_id}/confirmation",
    status_code=201,
    summary="确认授权 · confirm a grant",
    responses=problems(401, 403, 404, 422),
)
def confirm_grant(grant_id: _GrantId, services: ServicesDep, caller: _ConfirmGrantDep) -> GrantOut:
    """Let a grant be used again that a change of the legal representative had suspended."""
    kept = confirm(
        grant_id,
        actor=caller.person,
        holder_key=caller.grant.holder_key,
        unit_of_work=services.unit_of_work,
        clock=services.clock,
    )
    return show_grants((kept,), services)[0]


@router.delete("/{grant_id}", summary="撤销授权 · revoke", responses=problems(401, 403, 404))
def end(
    grant_id: _GrantId, services: ServicesDep, caller: _GiveGrantDep, reason: _Reason = ""
) -> GrantOut:
    """End a grant at once, and what was passed on of it. What was delivered stays with its case."""
    kept = revoke(
        grant_id,
        actor=caller.person,
        holder_key=caller.grant.holder_key,
        reason=reason,
        unit_of_work=services.unit_of_work,
        clock=services.clock,
    )
    return show_grants((kept,), services)[0]
