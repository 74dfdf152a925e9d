"""Pages that work without a network: the holder's codes, and the verdict made by a browser."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form
from fastapi.responses import FileResponse, HTMLResponse
from markupsafe import Markup

from api.auth import check_form
from api.middleware import WITH_CAMERA
from api.pages.rendering import PageDep
from api.taking_along import take_along
from certs.faces.qr import qr_svg
from certs.offline_codes import to_address
from certs.rights import Action

router = APIRouter()
_WORKER: Final = Path(__file__).parents[1] / "static" / "scripts" / "worker.js"


@router.get("/verify/offline")
def show_verifier(page: PageDep) -> HTMLResponse:
    """Show the page that judges codes in the browser; the server sees none of them."""
    response = page.render("verify_offline.html")
    response.headers.update(WITH_CAMERA)
    return response


@router.get("/pass")
def show_codes(page: PageDep) -> HTMLResponse:
    """Show the codes that this browser keeps; the server knows none of them."""
    return page.render("pass.html")


@router.get("/S")
def explain_offline_code(page: PageDep) -> HTMLResponse:
    """Show what the code is; what it says reaches this server when somebody presses."""
    return page.render("offline_shown.html")


@router.get("/worker.js")
def give_worker() -> FileResponse:
    """Give out what keeps these pages; it may only keep what lies below its own address."""
    return FileResponse(
        _WORKER, media_type="text/javascript", headers={"Cache-Control": "no-cache"}
    )


@router.post("/me/licenses/{identifier}/offline", dependencies=[Depends(check_form)])
def make_loose_code(
    page: PageDep,
    identifier: str,
    fields: Annotated[Sequence[str], Form(max_length=40)] = (),
) -> HTMLResponse:
    """Make a code where no script runs: nothing binds it to a device, so it soon ends."""
    caller = page.who_may(Action.SHOW_CODE)
    services = page.services
    issued = take_along(identifier, fields, device=None, caller=caller, services=services)
    address = to_address(issued.code, public_url=services.public_url)
    return page.render(
        "offline_code.html",
        issued=issued,
        # Our own drawing, of our own address: the only markup that is not escaped.
        qr=Markup(qr_svg(address, level="L")),  # noqa: S704
        back=f"/me/licenses/{identifier}",
    )
