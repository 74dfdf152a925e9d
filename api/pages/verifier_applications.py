"""申请成为社会核验机构: where an enterprise applies, and gets the secret of its desks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Path
from fastapi.responses import HTMLResponse, Response

from api.auth import check_form, check_shown
from api.callers import Caller
from api.labels import label_of
from api.pages.redirects import go
from api.pages.rendering import Page, PageDep
from api.problems import Problem, describe
from certs.derived_proofs import PROOFS
from certs.errors import LicenseError
from certs.masking import redact
from certs.rights import Action, Relation

router = APIRouter(prefix="/me/verifying")
_HERE: Final = "/me/verifying"
_Number = Annotated[str, Path(pattern=r"^V[A-Z2-7]{20}$")]
_Short = Annotated[str, Form(max_length=200)]
_Chosen = Annotated[Sequence[str], Form(max_length=100)]
_COMMON: Final = (
    "certificateHolderName",
    "certificateNumber",
    "certificateIssuingAuthorityName",
    "certificateEffectiveDate",
    "certificateExpiringDate",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Typed:
    """What stands in the form."""

    purpose: str = ""
    license_types: Sequence[str] = ()
    fields: Sequence[str] = ()


_NOTHING_TYPED: Final = _Typed()


@router.get("")
def show_applications(page: PageDep) -> HTMLResponse:
    """Show what became of the enterprise's applications, and where it applies."""
    return _applications(page, page.who_may(Action.APPLY_VERIFIER, Relation.OWN))


@router.post("", dependencies=[Depends(check_form)])
def apply(
    page: PageDep,
    purpose: _Short = "",
    license_types: _Chosen = (),
    fields: _Chosen = (),
) -> Response:
    """Apply; the security administrator decides."""
    caller = page.who_may(Action.APPLY_VERIFIER, Relation.OWN)
    try:
        page.services.verifier_applications.apply(
            purpose,
            license_types=frozenset(license_types),
            fields=frozenset(fields),
            by=caller.grant,
        )
    except LicenseError as refused:
        typed = _Typed(purpose=redact(purpose), license_types=license_types, fields=fields)
        return _applications(page, caller, problem=describe(refused), typed=typed)
    return go(f"{_HERE}?done=applied")


@router.post("/{number}/secret", dependencies=[Depends(check_form)])
def give_secret(page: PageDep, number: _Number) -> HTMLResponse:
    """Give the enterprise a secret for its desks, and show it once."""
    caller = page.who_may(Action.APPLY_VERIFIER)
    check_shown(caller, page.services)
    found = [
        item.application.number for item in page.services.verifier_applications.of(caller.grant)
    ]
    caller.may_as(Relation.OWN if number in found else Relation.STRANGER)
    try:
        secret = page.services.verifier_applications.give_secret(number, by=caller.grant)
    except LicenseError as refused:
        return _applications(page, caller, problem=describe(refused))
    return _applications(page, caller, secret=secret)


def _applications(
    page: Page,
    caller: Caller,
    *,
    problem: Problem | None = None,
    typed: _Typed = _NOTHING_TYPED,
    secret: str = "",
) -> HTMLResponse:
    services = page.services
    now = services.clock.now()
    types = {str(item.code): item for item in services.catalogue}
    return page.render(
        "verifier_applications.html",
        status=problem.kind.status.value if problem else 200,
        problem=problem,
        typed=typed,
        secret=secret,
        is_known=bool(caller.grant.actor_key),
        applications=[
            (item, item.verifier is not None and item.verifier.is_open(now))
            for item in services.verifier_applications.of(caller.grant)
        ],
        types={code: item.name for code, item in types.items()},
        common=[(name, label_of(name, None)) for name in (*_COMMON, *sorted(PROOFS))],
        special={
            code: [
                (spec.name, label_of(spec.name, item)) for spec in item.fields if not spec.element
            ]
            for code, item in types.items()
        },
        done=page.request.query_params.get("done", ""),
    )
