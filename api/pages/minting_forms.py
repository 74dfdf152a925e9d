"""Minting one license (制证): a form made of its type, a preview while typing, and the license."""

import base64
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData

from api.auth import check_form
from api.face_previewing import Preview, preview
from api.http_errors import UnknownLicenseTypeError
from api.minting import mint_fields, request_key
from api.minting_fields import filled_groups, raw_of
from api.pages.redirects import go
from api.pages.rendering import Page, PageDep
from api.problems import Problem, describe
from api.replacing import values_to_replace
from api.schemas.bodies import IDENTIFIER_PATTERN
from certs.catalogue import LicenseType
from certs.civil_dates import day_of
from certs.element_names import Element
from certs.errors import InvalidApplicationError, LicenseError
from certs.field_problems import FieldProblem
from certs.rights import Action
from signing.errors import SigningError

router = APIRouter(prefix="/issue/new")
_MAX_FIELDS: Final = 200
_RECEIPT: Final = re.compile(r"[A-Z2-7]{16}")
_OVER: Final = 204
_Replaced = Annotated[str, Query(pattern=f"^({IDENTIFIER_PATTERN.strip('^$')})?$")]
_Receipt = Annotated[str, Query(pattern=r"^([A-Z2-7]{16})?$")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """What a form carries along, unseen.

    Attributes:
        key: Names the request: the same form sent twice is one license.
        replaces: The license that a new version takes the place of; empty for none.
        correction: Receipt number of the correction that it answers; empty for none.
    """

    key: str
    replaces: str = ""
    correction: str = ""

    @classmethod
    def of(cls, typed: Mapping[str, str]) -> "Begun":
        """Return what came back with a form; a part that is none of ours is left out."""
        receipt = typed.get("correction", "")
        return cls(
            key=typed.get("request_key", "")[:200] or secrets.token_hex(16),
            replaces=typed.get("replaces", "")[:200],
            correction=receipt if _RECEIPT.fullmatch(receipt) else "",
        )


async def _typed(request: Request) -> Mapping[str, str]:
    """Return what was typed: the fields of a form are known to its type alone."""
    form: FormData = await request.form(max_files=0, max_fields=_MAX_FIELDS)
    return {name: value for name, value in form.items() if isinstance(value, str)}


_TypedDep = Annotated[Mapping[str, str], Depends(_typed)]


@router.get("")
def choose_type(page: PageDep) -> HTMLResponse:
    """Show the types that are issued here."""
    page.who_may(Action.ISSUE_LICENSE)
    services = page.services
    return page.render(
        "issue_new.html",
        types=[item for item in services.catalogue if str(item.code) in services.desks],
    )


@router.get("/{name}")
def show_form(
    page: PageDep, name: str, replaces: _Replaced = "", correction: _Receipt = ""
) -> HTMLResponse:
    """Show the form of a type: empty, or what a license says that a new version is to replace."""
    caller = page.who_may(Action.ISSUE_LICENSE)
    license_type = _type(page, name)
    raw = _beginning(page, license_type)
    if replaces:
        caller = page.who_may(Action.READ_LICENSE)
        raw = values_to_replace(
            replaces, license_type, correction=correction, caller=caller, services=page.services
        ) | (raw if not correction else {})
    begun = Begun(key=secrets.token_hex(16), replaces=replaces, correction=correction)
    return _form(page, license_type, raw, begun)


@router.post("/{name}", dependencies=[Depends(check_form)])
def mint_one(page: PageDep, name: str, typed: _TypedDep) -> Response:
    """Mint what was filled in; the same form sent twice is one license."""
    caller = page.who_may(Action.ISSUE_LICENSE)
    license_type = _type(page, name)
    raw, begun = raw_of(license_type, typed), Begun.of(typed)
    if typed.get("act") == "preview":
        return _form(page, license_type, raw, begun, shown=_preview(page, license_type, raw))
    try:
        license = mint_fields(
            license_type,
            raw,
            key=request_key(caller.person, begun.key),
            services=page.services,
            operator=caller.person,
            replaces=begun.replaces,
        )
    except InvalidApplicationError as error:
        return _form(page, license_type, raw, begun, found=error.problems, error=error)
    except (LicenseError, SigningError) as error:
        # The request may stand on record as given up; what is corrected is another request.
        fresh = replace(begun, key=secrets.token_hex(16))
        return _form(page, license_type, raw, fresh, error=error)
    if begun.correction:
        return go(f"/issue/corrections/{begun.correction}?license={license.identifier}")
    return go(f"/issue/licenses/{license.identifier}?minted=1")


@router.post("/{name}/preview", dependencies=[Depends(check_form)])
def show_preview(page: PageDep, name: str, typed: _TypedDep) -> Response:
    """Draw what was typed so far; nothing of it is kept."""
    page.who_may(Action.ISSUE_LICENSE)
    license_type = _type(page, name)
    shown = _preview(page, license_type, raw_of(license_type, typed))
    if shown is None:
        return Response(status_code=_OVER)
    return page.render("issue_preview.html", shown=shown, picture=_picture(shown))


def _type(page: Page, name: str) -> LicenseType:
    license_type = page.services.license_type(name)
    if license_type is None:
        raise UnknownLicenseTypeError(name)
    return license_type


def _beginning(page: Page, license_type: LicenseType) -> dict[str, str]:
    spec = license_type.field_of(Element.ISSUED_ON)
    today = day_of(page.services.clock.now()).isoformat()
    return {spec.name: today} if spec is not None else {}


def _preview(page: Page, license_type: LicenseType, raw: Mapping[str, str]) -> Preview | None:
    caller = page.who_may(Action.ISSUE_LICENSE)
    return preview(license_type, raw, person=caller.person, services=page.services)


def _form(  # noqa: PLR0913 - what the page shows
    page: Page,
    license_type: LicenseType,
    raw: Mapping[str, str],
    begun: Begun,
    *,
    found: Sequence[FieldProblem] = (),
    error: Exception | None = None,
    shown: Preview | None = None,
) -> HTMLResponse:
    problem: Problem | None = describe(error) if error is not None else None
    return page.render(
        "issue_form.html",
        status=problem.kind.status.value if problem else 200,
        license_type=license_type,
        groups=filled_groups(license_type, raw, found),
        found=found,
        problem=problem,
        begun=begun,
        shown=shown,
        picture=_picture(shown),
    )


def _picture(shown: Preview | None) -> str:
    """Return the picture within the page: it is nowhere to be asked for, and in no address."""
    if shown is None or not shown.picture:
        return ""
    return f"data:image/jpeg;base64,{base64.b64encode(shown.picture).decode('ascii')}"
