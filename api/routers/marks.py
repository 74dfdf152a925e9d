"""Marks of licenses (商业秘密标记) over HTTP; for their holders alone."""

from typing import Annotated

from fastapi import APIRouter, Path

from api.auth import may
from api.callers import Caller
from api.marking import mark_secret, marks_of
from api.schemas.bodies import IDENTIFIER_PATTERN, problems
from api.schemas.marks import LicenseMarksOut, SecretIn
from api.services import ServicesDep
from certs.rights import Action

router = APIRouter(prefix="/licenses", tags=["用证 uses of licenses"])
_MarkSecretDep = Annotated[Caller, may(Action.MARK_SECRET)]
_Identifier = Annotated[str, Path(pattern=IDENTIFIER_PATTERN, description="电子证照标识")]
_Field = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]{0,59}$", description="信息项")]


@router.get(
    "/{identifier}/marks",
    summary="标记 · what is protected more",
    responses=problems(401, 403, 404),
)
def read_marks(
    identifier: _Identifier, services: ServicesDep, caller: _MarkSecretDep
) -> LicenseMarksOut:
    """Return the marks of an own license, and what its holder did about them."""
    return marks_of(identifier, caller=caller, services=services)


@router.post(
    "/{identifier}/marks",
    status_code=201,
    summary="标记商业秘密 · mark a trade secret",
    responses=problems(401, 403, 404, 422),
)
def add_mark(
    identifier: _Identifier, body: SecretIn, services: ServicesDep, caller: _MarkSecretDep
) -> LicenseMarksOut:
    """Mark a field of an own license as a trade secret.

    From then on it, and the files that hold it, leave by law or with the holder's agreement
    alone, and whoever sees the use sees the mark. Again is no error.
    """
    return mark_secret(identifier, body.field, is_marked=True, caller=caller, services=services)


@router.delete(
    "/{identifier}/marks/{field}",
    summary="解除标记 · lift the mark",
    responses=problems(401, 403, 404, 422),
)
def lift_mark(
    identifier: _Identifier, field: _Field, services: ServicesDep, caller: _MarkSecretDep
) -> LicenseMarksOut:
    """Lift what the holder marked; what the type of license calls a secret stays one."""
    return mark_secret(identifier, field, is_marked=False, caller=caller, services=services)
