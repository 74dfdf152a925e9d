"""The system administrator (系统管理员): what keeps this instance running."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from api.pages.rendering import PageDep
from api.system_checks import system_checks
from certs.rights import Action

router = APIRouter(prefix="/admin/system")


@router.get("")
def show_system(page: PageDep) -> HTMLResponse:
    """Show how everything stands, what is to be done first."""
    page.who_may(Action.RUN_SYSTEM)
    order = ("bad", "watch", "good")
    checks = sorted(system_checks(page.services), key=lambda item: order.index(item.state.value))
    return page.render("admin_system.html", checks=checks, now=page.services.clock.now())
