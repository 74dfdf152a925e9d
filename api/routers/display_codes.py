"""Display codes (亮证码) over HTTP: made by the holder, used once by whoever is shown one."""

from typing import Annotated

from fastapi import APIRouter

from api.auth import MaybeCallerDep, may
from api.callers import Caller
from api.delegating import show_delegated
from api.license_reading import acting_holder
from api.redeeming import redeem, shown_for
from api.schemas.bodies import problems
from api.schemas.display_codes import DisplayCodeIn, DisplayCodeOut, RedeemIn, ShownLicenseOut
from api.schemas.offline_codes import OfflineCodeIn, OfflineCodeOut
from api.services import ServicesDep
from api.taking_along import take_along
from api.verifier_callers import VerifierDep
from certs.displays import issue_code
from certs.rights import Action

router = APIRouter(prefix="/display-codes", tags=["亮证码 display codes"])
_ShowCodeDep = Annotated[Caller, may(Action.SHOW_CODE)]


@router.post(
    "", status_code=201, summary="亮证 · make a code", responses=problems(401, 403, 404, 422)
)
def make_code(body: DisplayCodeIn, services: ServicesDep, caller: _ShowCodeDep) -> DisplayCodeOut:
    """Make a one-time code for an own license, or by a delegation; it lives a minute.

    By a delegation (代办) the license and the purpose are those of the grant, and a window alone
    is told whose matter it is.
    """
    if body.grant:
        issued = show_delegated(body.grant, caller, services, license=body.license)
        return DisplayCodeOut.of(issued, services.public_url)
    key = acting_holder(body.license, caller=caller, services=services)
    issued = issue_code(
        body.license,
        holder_key=key,
        purpose=shown_for(body.purpose, key, caller),
        fields=body.fields,
        unit_of_work=services.unit_of_work,
        objects=services.objects,
        clock=services.clock,
    )
    return DisplayCodeOut.of(issued, services.public_url)


@router.post(
    "/offline",
    status_code=201,
    summary="离线亮证 · make an offline code",
    responses=problems(401, 403, 404, 422),
)
def make_offline_code(
    body: OfflineCodeIn, services: ServicesDep, caller: _ShowCodeDep
) -> OfflineCodeOut:
    """Sign what is shown of an own license, for a day, or for ten minutes without a device.

    A device that is named shows the code as `docs/display-codes.md` says, anew every half minute.
    """
    issued = take_along(
        body.license,
        body.fields,
        device=body.device_key,
        caller=caller,
        services=services,
    )
    return OfflineCodeOut.of(issued, services.public_url)


@router.post("/redeem", summary="验证亮证码 · redeem a code", responses=problems(401, 410, 422))
def redeem_display_code(
    body: RedeemIn, services: ServicesDep, caller: MaybeCallerDep, verifier: VerifierDep
) -> ShownLicenseOut:
    """Use a code up.

    A window sees what the holder chose, a social verifier what of that its purpose allows,
    everybody else very little.
    """
    return redeem(body.code, caller=caller, services=services, verifier=verifier)
