"""The page behind a receipt's code: "the window still demands my paper", by one press, no account.

The number in the address is the receipt's own, random, and says nothing of anybody.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Path
from fastapi.responses import HTMLResponse, Response

from api.auth import check_form
from api.complaint_words import LAW_ZH, complaint_words
from api.pages.redirects import go
from api.pages.rendering import PageDep
from certs.regions import RegionCode
from verify.complaints.desk import UNLISTED

router = APIRouter(prefix="/case")
_Number = Annotated[str, Path(max_length=40)]


@router.get("/{number}")
def show_receipt(page: PageDep, number: _Number) -> HTMLResponse:
    """Show the materials of a receipt, and what was complained of.

    Raises:
        CaseReceiptNotFoundError: No receipt has the number.
    """
    receipt = page.services.complaints.receipt(number)
    statement: Any = page.services.case_receipts.content(receipt).statement
    told = page.services.complaints.of_receipt(receipt)
    return page.render(
        "complaint.html",
        receipt=receipt,
        region=RegionCode(str(page.services.region)),
        statement=statement,
        told={item.material: (item, *complaint_words(item)) for item in told},
        law=LAW_ZH,
        unlisted=UNLISTED,
    )


@router.post("/{number}/complaints", dependencies=[Depends(check_form)])
def complain(
    page: PageDep,
    number: _Number,
    material: Annotated[str, Form(max_length=60)] = UNLISTED,
) -> Response:
    """Take a complaint about one material, and show what the record says.

    Raises:
        CaseReceiptNotFoundError: No receipt has the number.
        MaterialNotFoundError: The case does not ask for the material.
    """
    page.services.complaints.raise_one(number, material)
    return go(f"/case/{number}")
