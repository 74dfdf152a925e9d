"""The holder's log (用证记录): every use of every license, and a button against what is strange."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Path, Query
from fastapi.responses import HTMLResponse, Response

from api.auth import check_form
from api.labels import label_of
from api.pages.redirects import go
from api.pages.rendering import Page, PageDep
from api.schemas.usages import UseOut
from api.services import Services
from api.use_logs import BASES, uses_of
from certs.identifiers import LicenseIdentifier
from certs.rights import Action
from certs.use_logs.counts import Completeness, check_completeness
from certs.use_logs.disputes import raise_dispute
from certs.use_logs.entries import UseFilter

router = APIRouter(prefix="/me/uses")
_PAGE: Final = 30
_MOST: Final = 2**53
_COMPLETE: Final = {
    Completeness.COMPLETE: (
        "截至 {at} 的 {uses} 条记录与存证日志的承诺一致，没有缺漏。",
        "All {uses} uses until {at} are what was committed to the ledger.",
    ),
    Completeness.WAITING: (
        "截至 {at} 的 {uses} 条记录已承诺，等待存证日志的检查点。",
        "All {uses} uses until {at} were committed; the checkpoint is still to come.",
    ),
    Completeness.CHANGED: (
        "记录与存证日志的承诺不一致，请联系监督部门。",
        "The list is not what was committed to the ledger; tell the supervisor.",
    ),
    Completeness.UNCOUNTED: (
        "记录每晚承诺到存证日志，首次承诺尚未进行。",
        "Lists are committed to the ledger every night; the first time is still to come.",
    ),
}


@router.get("")
def show_uses(
    page: PageDep,
    before: Annotated[int | None, Query(ge=1, le=_MOST)] = None,
    basis: Annotated[str, Query(max_length=40)] = "",
) -> HTMLResponse:
    """Show a page of uses."""
    caller = page.who_may(Action.READ_USES)
    wanted = UseFilter(basis=basis if basis in BASES else "")
    found = uses_of(caller, page.services, before=before, limit=_PAGE, wanted=wanted)
    return page.render(
        "uses.html",
        uses=[(use, _fields(use, page.services)) for use in found.uses],
        next=found.next,
        basis=wanted.basis,
        bases=BASES,
        complete=_complete(page),
    )


def _complete(page: Page) -> tuple[str, str]:
    caller = page.who_may(Action.READ_USES)
    with page.services.unit_of_work() as work:
        work.only_read()
        result, count = check_completeness(caller.grant.holder_key, work)
    zh, en = _COMPLETE[result]
    facts = {"uses": count.uses, "at": f"{count.counted_at:%Y-%m-%d}"} if count else {}
    return zh.format(**facts), en.format(**facts)


@router.post("/{number}/dispute", dependencies=[Depends(check_form)])
def dispute(
    page: PageDep,
    number: Annotated[int, Path(ge=1, le=_MOST)],
    note: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Contest a use (不是我办的)."""
    caller = page.who_may(Action.READ_USES)
    raise_dispute(
        number,
        holder_key=caller.grant.holder_key,
        note=note.strip(),
        unit_of_work=page.services.unit_of_work,
        clock=page.services.clock,
    )
    return go("/me/uses")


def _fields(use: UseOut, services: Services) -> str:
    code = LicenseIdentifier.parse(use.license).type_code
    license_type = services.license_type(str(code))
    names = (label_of(name, license_type)[0] for name in use.fields)
    return "、".join(dict.fromkeys(names))
