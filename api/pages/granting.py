"""The holder's grants (授权管理): who may see what, until when, and one button to end it."""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form
from fastapi.responses import HTMLResponse, Response

from api.auth import check_form, check_shown
from api.callers import Caller
from api.granting import give_grant, grants_of, show_grants
from api.labels import label_of
from api.minting import request_key
from api.pages.redirects import go
from api.pages.rendering import Page, PageDep
from api.problems import Problem, describe
from api.schemas.grants import GrantIn, GrantOut
from api.services import Services
from certs.errors import LicenseError
from certs.granting.giving import revoke
from certs.granting.grants import STANDING, GrantBasis, GrantState, Preset
from certs.granting.representing import confirm
from certs.identifiers import LicenseIdentifier
from certs.marking import marked_of
from certs.marks import Mark, ordered
from certs.masking import redact
from certs.rights import Action, Relation
from verify.errors import VerifyError

# One case takes 90 days at most, and ends with it.
_LONG: Final = timedelta(days=90)
router = APIRouter(prefix="/me/grants")
_Short = Annotated[str, Form(max_length=200)]
STATES: Final = {
    GrantState.ACTIVE: ("有效", "Active"),
    GrantState.NOT_YET: ("尚未开始", "Not begun"),
    GrantState.EXPIRED: ("已到期", "Expired"),
    GrantState.USED_UP: ("已用完", "Used up"),
    GrantState.SUSPENDED: ("已暂停，待确认", "Suspended until confirmed"),
    GrantState.REVOKED: ("已撤销", "Revoked"),
}
_BASES: Final = {
    GrantBasis.CONSENT: ("本人同意", "Consent"),
    GrantBasis.LEGAL_DUTY: ("法定职责（特此告知）", "Legal duty; this is the notice"),
    GrantBasis.ONE_CASE: ("一案一用", "One case"),
    GrantBasis.DELEGATION: ("委托代办", "Delegation"),
}
FormKey = Annotated[str, Form(max_length=64)]
"""Names the form that was sent; empty where a form does not say."""
_PRESETS: Final = (
    (Preset.CASE, "仅本次办件", "This case"),
    (Preset.DAY, "24 小时", "24 hours"),
    (Preset.MONTH, "30 天", "30 days"),
    (Preset.YEAR, "一年（最长）", "One year at most"),
)
_FILES: Final = {STANDING: "仅办理结果和证照状态", "license.pdf": "证照文件（PDF）"}


@router.get("")
def showgrants_page(page: PageDep) -> HTMLResponse:
    """Show the grants over the holder's licenses, and a form for a new one."""
    return grants_page(page)


@router.post("", dependencies=[Depends(check_form)])
def give(  # noqa: PLR0913 - the fields of the form
    *,
    page: PageDep,
    license: Annotated[str, Form(pattern=r"^[0-9A-Z.]{1,120}$")],
    matter: Annotated[str, Form(min_length=1, max_length=60)],
    preset: Annotated[Preset, Form()] = Preset.CASE,
    uses: Annotated[int, Form(ge=1, le=1000)] = 1,
    key: FormKey = "",
) -> Response:
    """Give a grant to whoever handles the matter."""
    caller = page.who_may(Action.GIVE_GRANT, Relation.OWN)
    if preset.lasts > _LONG:
        check_shown(caller, page.services)
    try:
        named = page.services.matters.latest(matter)
        body = GrantIn(
            license=license,
            matter=matter,
            purpose=f"办理{named.name_zh}",
            preset=preset,
            max_uses=uses,
        )
        give_grant(body, key=key_of(caller, key), caller=caller, services=page.services)
    except (LicenseError, VerifyError) as error:
        return grants_page(page, problem=describe(error))
    return go("/me/grants")


@router.post("/{grant_id}/revoke", dependencies=[Depends(check_form)])
def end(page: PageDep, grant_id: str, reason: _Short = "") -> Response:
    """End a grant at once."""
    caller = page.who_may(Action.GIVE_GRANT, Relation.OWN)
    revoke(
        grant_id,
        actor=caller.person,
        holder_key=caller.grant.holder_key,
        reason=reason.strip(),
        unit_of_work=page.services.unit_of_work,
        clock=page.services.clock,
    )
    return go("/me/grants")


@router.post("/{grant_id}/confirm", dependencies=[Depends(check_form)])
def confirm_grant(page: PageDep, grant_id: str) -> Response:
    """Confirm a grant that a change of the legal representative had suspended."""
    caller = page.who_may(Action.CONFIRM_GRANT)
    confirm(
        grant_id,
        actor=caller.person,
        holder_key=caller.grant.holder_key,
        unit_of_work=page.services.unit_of_work,
        clock=page.services.clock,
    )
    return go("/me/grants")


def key_of(caller: Caller, key: str) -> str:
    """Return the name of a request: a form that is sent twice leads to one grant."""
    return request_key(caller.person, key or secrets.token_hex(16))


def grants_page(page: Page, problem: Problem | None = None, *, delegate: str = "") -> HTMLResponse:
    """Return the grants over the holder's licenses, and forms for new ones.

    Args:
        page: Who asks.
        problem: What was refused.
        delegate: The name that was typed into the form of a delegation, which then stays open.
    """
    caller = page.who_may(Action.GIVE_GRANT, Relation.OWN)
    services = page.services
    key = caller.grant.holder_key
    guarded = services.guardians.children_of(key)
    with services.unit_of_work() as work:
        work.only_read()
        holders = (key, *(item.child_key for item in guarded)) if key else ()
        licenses = [license for one in holders for license in work.licenses.of_holder(one)]
    matters = services.matters
    shown = show_grants(grants_of(caller, services), services)
    return page.render(
        "grants.html",
        status=problem.kind.status.value if problem else 200,
        problem=problem,
        licenses=licenses,
        own_key=key,
        delegate=redact(delegate),
        form_keys=(secrets.token_hex(16), secrets.token_hex(16)),
        matters=[matters.latest(code) for code in matters.codes()],
        names={matter.code: matter.name_zh for matter in matters.matters},
        presets=_PRESETS,
        marks=_marks(shown, services),
        grants=[
            (
                grant,
                STATES[grant.state],
                _BASES[grant.basis],
                _fields(grant, services),
                grant.state not in {GrantState.REVOKED, GrantState.EXPIRED},
            )
            for grant in shown
        ],
    )


def _marks(grants: Sequence[GrantOut], services: Services) -> dict[str, tuple[Mark, ...]]:
    """Return what is marked of what grants let others see, by their numbers."""
    now = services.clock.now()
    with services.unit_of_work() as work:
        work.only_read()
        found = work.marks.licenses(sorted({grant.license for grant in grants}))
    kept = {license.identifier: license for license in found}
    return {
        grant.id: ordered(marked_of(kept[grant.license], grant.fields, is_whole=False, at=now))
        for grant in grants
    }


def _fields(grant: GrantOut, services: Services) -> str:
    code = LicenseIdentifier.parse(grant.license).type_code
    license_type = services.license_type(str(code))
    names = [
        _FILES.get(name) or label_of(name, license_type)[0]
        for name in grant.fields
        if name in _FILES or not name.startswith("license.")
    ]
    return "、".join(dict.fromkeys(names))
