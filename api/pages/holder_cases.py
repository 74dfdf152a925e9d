"""The holder's cases (我的办件), each with its receipt and the button against demands."""

from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import HTMLResponse, Response

from api.holder_cases import holder_cases, receipt_of
from api.pages.redirects import go
from api.pages.rendering import PageDep
from certs.rights import Action

router = APIRouter(prefix="/me/cases")


@router.get("")
def show_cases(page: PageDep) -> HTMLResponse:
    """Show the holder's cases, newest first."""
    caller = page.who_may(Action.READ_OWN_CASE)
    return page.render("my_cases.html", cases=holder_cases(caller, page.services))


@router.get("/{case_id}")
def show_case(page: PageDep, case_id: Annotated[str, Path(max_length=21)]) -> Response:
    """Go to the page behind the receipt, where one press complains.

    Raises:
        CaseNotFoundError: The holder has no such case.
        CaseReceiptNotFoundError: No receipt of it was issued.
    """
    caller = page.who_may(Action.READ_OWN_CASE)
    receipt = receipt_of(case_id, caller=caller, services=page.services)
    return go(f"/case/{receipt.number}")
