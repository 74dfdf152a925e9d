"""License types and data quality, for the issuing department to look at."""

from typing import Final

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from api.face_previewing import preview
from api.http_errors import NotServedHereError, UnknownLicenseTypeError
from api.pages.rendering import Page, PageDep
from api.quality_reports import quality_report
from api.quality_worklists import work_page
from api.stock_linting import FindingWords
from certs.catalogue import LicenseType
from certs.lints.worklists import WorkScope
from certs.rights import Action
from certs.statuses import StatusKind

router = APIRouter(prefix="/issue")
_OPEN_SHOWN: Final = 100


@router.get("/types")
def list_types(page: PageDep) -> HTMLResponse:
    """Show the types of this instance."""
    page.who_may(Action.LIST_LICENSES)
    return page.render("issue_types.html", types=list(page.services.catalogue))


@router.get("/types/{name}")
def show_type(page: PageDep, name: str) -> HTMLResponse:
    """Show one type: its fields, its rules, what may become of its licenses, and its face."""
    page.who_may(Action.LIST_LICENSES)
    license_type = _type(page, name)
    return page.render(
        "issue_type.html",
        license_type=license_type,
        moves=[kind for kind in StatusKind if kind in license_type.management.moves],
        can_mint=str(license_type.code) in page.services.desks,
    )


@router.get("/types/{name}/face.jpg")
def show_empty_face(page: PageDep, name: str) -> Response:
    """Draw the face of a type with nothing filled in."""
    caller = page.who_may(Action.LIST_LICENSES)
    drawn = preview(_type(page, name), {}, person=f"{caller.person}/type", services=page.services)
    if drawn is None or not drawn.picture:
        raise NotServedHereError("the face cannot be drawn now")
    return Response(drawn.picture, media_type="image/jpeg")


@router.get("/quality")
def show_quality(page: PageDep) -> HTMLResponse:
    """Show figures of data quality, and what is to be mended."""
    page.who_may(Action.READ_QUALITY)
    services = page.services
    found, following = work_page(services, WorkScope(), after=0, limit=_OPEN_SHOWN)
    words = FindingWords.of(services.catalogue)
    return page.render(
        "issue_quality.html",
        report=quality_report(services),
        open_findings=[(item.kept, words.line(item.kept, item.type_code)) for item in found],
        has_more=following is not None,
    )


def _type(page: Page, name: str) -> LicenseType:
    license_type = page.services.license_type(name)
    if license_type is None:
        raise UnknownLicenseTypeError(name)
    return license_type
