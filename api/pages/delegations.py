"""代办: whom a holder lets act, and what whoever acts sees and shows."""

from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Path
from fastapi.responses import HTMLResponse, Response

from api.auth import check_form
from api.delegating import Delegation, delegation_to, show_delegated
from api.granting import give_grant
from api.labels import label_of
from api.pages.citizen import code_page
from api.pages.granting import STATES, FormKey, grants_page, key_of
from api.pages.redirects import go
from api.pages.rendering import Page, PageDep
from api.problems import Problem, describe
from api.releasing import release_values
from api.schemas.bodies import HolderIn
from api.schemas.grants import GrantIn
from api.standings import standing_now
from certs.errors import LicenseError
from certs.granting.giving import revoke
from certs.granting.grants import GrantBasis, GranteeKind, Preset
from certs.holder_codes import HolderCodeType
from certs.rights import Action, Relation
from verify.errors import VerifyError

router = APIRouter(prefix="/me")
_Grant = Annotated[str, Path(pattern=r"^G[A-Z2-7]{20}$")]
_Short = Annotated[str, Form(max_length=200)]
_ENTERPRISE: Final = HolderCodeType.SOCIAL_CREDIT_CODE
_RESIGNED: Final = "代办人不再代办"


@router.post("/delegations", dependencies=[Depends(check_form)])
def delegate(  # noqa: PLR0913 - the fields of the form
    *,
    page: PageDep,
    license: Annotated[str, Form(pattern=r"^[0-9A-Z.]{1,120}$")],
    matter: Annotated[str, Form(min_length=1, max_length=60)],
    code: Annotated[str, Form(min_length=1, max_length=80)],
    name: Annotated[str, Form(min_length=1, max_length=100)],
    code_type: Annotated[HolderCodeType, Form()] = HolderCodeType.CITIZEN_NUMBER,
    preset: Annotated[Preset, Form()] = Preset.MONTH,
    uses: Annotated[int, Form(ge=1, le=100)] = 5,
    key: FormKey = "",
) -> Response:
    """Let somebody act in one matter."""
    caller = page.who_may(Action.GIVE_GRANT, Relation.OWN)
    is_enterprise = code_type is _ENTERPRISE
    try:
        named = page.services.matters.latest(matter)
        body = GrantIn(
            license=license,
            matter=matter,
            basis=GrantBasis.DELEGATION,
            grantee_kind=GranteeKind.ORGANIZATION if is_enterprise else GranteeKind.PERSON,
            delegate=HolderIn(code_type=code_type, code=code, name=name),
            purpose=f"办理{named.name_zh}",
            preset=preset,
            max_uses=uses,
        )
        give_grant(body, key=key_of(caller, key), caller=caller, services=page.services)
    except (LicenseError, VerifyError) as error:
        return grants_page(page, describe(error), delegate=name)
    return go("/me/grants")


@router.get("/delegations/{grant_id}")
def show_delegation(page: PageDep, grant_id: _Grant) -> HTMLResponse:
    """Show what somebody may do for a holder; that alone uses nothing."""
    caller = page.who_may(Action.READ_LICENSE)
    return _delegation(page, delegation_to(grant_id, caller, page.services))


@router.post("/delegations/{grant_id}/code", dependencies=[Depends(check_form)])
def make_code(page: PageDep, grant_id: _Grant) -> HTMLResponse:
    """Make the code that a window scans (代办码)."""
    caller = page.who_may(Action.SHOW_CODE)
    try:
        issued = show_delegated(grant_id, caller, page.services)
    except LicenseError as refused:
        return _refused(page, grant_id, describe(refused))
    found = delegation_to(grant_id, caller, page.services)
    return code_page(page, issued, found.license, back=f"/me/delegations/{grant_id}")


@router.post("/delegations/{grant_id}/read", dependencies=[Depends(check_form)])
def read(page: PageDep, grant_id: _Grant) -> HTMLResponse:
    """Show how the license stands, and what else was granted: a use, on record."""
    caller = page.who_may(Action.READ_LICENSE)
    found = delegation_to(grant_id, caller, page.services)
    try:
        _, values = release_values(
            found.license.identifier,
            (),
            caller=caller,
            services=page.services,
            case="",
            grant=grant_id,
        )
    except LicenseError as refused:
        return _refused(page, grant_id, describe(refused))
    return _delegation(page, delegation_to(grant_id, caller, page.services), values=values)


@router.post("/delegations/{grant_id}/end", dependencies=[Depends(check_form)])
def resign(page: PageDep, grant_id: _Grant) -> Response:
    """Act by a delegation no more."""
    caller = page.who_may(Action.READ_LICENSE)
    delegation_to(grant_id, caller, page.services)
    revoke(
        grant_id,
        actor=caller.person,
        holder_key=caller.grant.holder_key,
        reason=_RESIGNED,
        unit_of_work=page.services.unit_of_work,
        clock=page.services.clock,
    )
    return go("/me")


def _refused(page: Page, grant_id: str, problem: Problem) -> HTMLResponse:
    """Return the page of a delegation with why nothing was shown.

    Raises:
        GrantNotFoundError: There is none to whoever asks.
    """
    caller = page.who_may(Action.READ_LICENSE)
    return _delegation(page, delegation_to(grant_id, caller, page.services), problem=problem)


def _delegation(
    page: Page,
    found: Delegation,
    *,
    values: Mapping[str, str] | None = None,
    problem: Problem | None = None,
) -> HTMLResponse:
    services = page.services
    with services.unit_of_work() as work:
        work.only_read()
        standing = standing_now(found.license, work, services.clock.now())
    license_type = services.type_of(found.license)
    return page.render(
        "delegation.html",
        status=problem.kind.status.value if problem else 200,
        problem=problem,
        delegation=found,
        matter=services.matters.latest(found.kept.grant.matter).name_zh,
        state=STATES[found.state],
        # Looking is a use: before, nothing is told.
        standing=standing if values is not None else None,
        values=[(label_of(name, license_type), value) for name, value in (values or {}).items()],
    )
