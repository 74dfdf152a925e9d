"""Released fields (用证) and the register of requested uses (请求方登记) over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Path

from api.auth import may
from api.callers import Caller
from api.releasing import release_values
from api.schemas.bodies import IDENTIFIER_PATTERN, problems
from api.schemas.releases import RegisteredUseOut, RegisteredUsesOut, ReleaseIn, ReleaseOut
from api.services import ServicesDep
from certs.civil_dates import day_of
from certs.rights import Action
from verify.releases.registered_uses import registered_fields

router = APIRouter(tags=["用证 uses of licenses"])
_ReadLicenseDep = Annotated[Caller, may(Action.READ_LICENSE)]
_Identifier = Annotated[str, Path(pattern=IDENTIFIER_PATTERN, description="电子证照标识")]
_Matter = Annotated[str, Path(max_length=60, description="事项编码")]


@router.post(
    "/licenses/{identifier}/releases",
    status_code=201,
    summary="调用信息项 · see fields of a license",
    responses=problems(401, 403, 404, 422),
)
def release_fields(
    identifier: _Identifier, body: ReleaseIn, services: ServicesDep, caller: _ReadLicenseDep
) -> ReleaseOut:
    """Return fields of a license on a basis; the holder sees the use.

    A window sees what is registered for the matter of its case, and whoever has a grant what
    it grants. More is answered 403
    ``OVERASK``, which names the fields and the registered list, and is counted.
    """
    license, values = release_values(
        identifier,
        body.fields,
        caller=caller,
        services=services,
        case=body.case,
        grant=body.grant,
    )
    return ReleaseOut.of(license, values, services.type_of(license), at=services.clock.now())


@router.get(
    "/matters/{code}/registered-uses",
    summary="请求方登记 · what a matter may see",
    responses=problems(404),
)
def read_registered_uses(code: _Matter, services: ServicesDep) -> RegisteredUsesOut:
    """Return what is registered for a matter, type by type; no secret to anybody."""
    matter = services.matters.latest(code)
    day = day_of(services.clock.now())
    registered = (
        (item, registered_fields(matter, item, day))
        for item in sorted(services.catalogue, key=lambda item: item.short_name)
    )
    return RegisteredUsesOut(
        matter=matter.code,
        matter_version=matter.version,
        name=matter.name_zh,
        department=matter.department_zh,
        legal_basis=matter.legal_basis,
        uses=tuple(
            RegisteredUseOut(
                type=str(license_type.code),
                type_name=license_type.name,
                fields=tuple(sorted(fields)),
            )
            for license_type, fields in registered
            if fields
        ),
    )
