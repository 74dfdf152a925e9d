"""Something is wrong with my license (信息有误): the holder objects, the issuer answers."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import Response

from api.auth import check_form
from api.license_reading import own_license
from api.pages.citizen import show_own
from api.pages.redirects import go
from api.pages.rendering import PageDep
from api.problems import describe
from certs.correction_desk import Objection, raise_correction
from certs.corrections import CorrectionKind
from certs.errors import LicenseError
from certs.masking import redact
from certs.rights import Action, Relation

router = APIRouter(prefix="/me")
_Key = Annotated[str, Form(pattern=r"^[0-9a-f]{32}$")]


@router.post("/licenses/{identifier}/objection", dependencies=[Depends(check_form)])
def object_to(  # noqa: PLR0913 - the fields of the form
    *,
    page: PageDep,
    identifier: str,
    key: _Key,
    field: Annotated[str, Form(min_length=1, max_length=60)],
    value: Annotated[str, Form(max_length=500)] = "",
    remark: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Tell the issuing department that a field is wrong; sent twice it is told once."""
    caller = page.who_may(Action.RAISE_CORRECTION, Relation.OWN)
    services = page.services
    try:
        with services.unit_of_work() as work:
            license = own_license(
                identifier, caller=caller, work=work, guarding_at=page.services.clock
            )
            license_type = services.license_type(license.type_code)
            if license_type is not None:
                raise_correction(
                    Objection(
                        kind=CorrectionKind.WRONG,
                        identifier=identifier,
                        license_type=license_type,
                        # Remarks are read by many; what looks like a number goes no further.
                        remark=redact(remark.strip()),
                        proposed={field: value.strip()} if value.strip() else {},
                    ),
                    actor=caller.person,
                    request_key=f"{caller.person}:{key}",
                    work=work,
                    clock=services.clock,
                )
                work.commit()
    except LicenseError as error:
        return show_own(page, identifier, caller, problem=describe(error))
    return go(f"/me/licenses/{identifier}#objections")
