"""The first page: what this is, and four doors."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from api.pages.rendering import PageDep

router = APIRouter()


@router.get("/")
def show_home(page: PageDep) -> HTMLResponse:
    """Say what this is."""
    return page.render("home.html")
