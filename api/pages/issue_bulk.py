"""One change for many licenses (批量变更) as pages: listed, tried out, proposed, confirmed."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import HTMLResponse
from pydantic import Field, ValidationError

from api.auth import check_form, check_shown
from api.bulk_moves import MOST, BulkLine, confirm_all, listed, propose_all, try_all
from api.license_moves import PLAIN_MOVES
from api.pages.issue_changes import beijing_time, faults_of
from api.pages.rendering import Page, PageDep
from api.schemas.statuses import StatusIn
from certs.rights import Action

router = APIRouter(prefix="/issue")
_Text = Annotated[str, Form(max_length=500)]
_MOST_CHARACTERS = 100_000
_Numbers = Annotated[
    Sequence[Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]], Form(max_length=MOST)
]


@router.get("/changes")
def show_form(page: PageDep) -> HTMLResponse:
    """Show where licenses are listed and what is to become of them."""
    page.who_may(Action.MOVE_LICENSE)
    return _form(page)


@router.post("/changes", dependencies=[Depends(check_form)])
def change_many(  # noqa: PLR0913 - the fields of the form
    *,
    page: PageDep,
    licenses: Annotated[str, Form(max_length=_MOST_CHARACTERS)] = "",
    move: Annotated[str, Form(max_length=40)] = "",
    decision_no: _Text = "",
    reason: _Text = "",
    effective: Annotated[str, Form(max_length=40)] = "",
    agreed: Annotated[bool, Form()] = False,
) -> HTMLResponse:
    """Try a change out on every license, and propose it once that was looked at."""
    caller = page.who_may(Action.MOVE_LICENSE)
    typed = {
        "licenses": licenses,
        "move": move,
        "decision_no": decision_no,
        "reason": reason,
        "effective": effective,
    }
    texts = listed(licenses)
    if not 0 < len(texts) <= MOST:
        fault = f"请列出 1 至 {MOST} 份证照，现有 {len(texts)} 份"
        return _form(page, typed=typed, faults=(fault,))
    try:
        body = StatusIn.model_validate(
            {
                "kind": move,
                "decision_no": decision_no.strip(),
                "reason": reason.strip(),
                "effective_at": beijing_time(effective),
            }
        )
    except ValidationError as error:
        return _form(page, typed=typed, faults=faults_of(error))
    act = propose_all if agreed else try_all
    lines = act(texts, body, person=caller.person, services=page.services)
    return _lines(page, lines, typed=typed, stage="proposed" if agreed else "tried")


@router.post("/proposals/confirmed", dependencies=[Depends(check_form)])
def confirm_many(page: PageDep, proposal: _Numbers = ()) -> HTMLResponse:
    """Confirm what somebody else proposed for many licenses, after looking at the list."""
    caller = page.who_may(Action.CONFIRM_MOVE)
    check_shown(caller, page.services)
    lines = confirm_all(proposal, person=caller.person, services=page.services)
    return _lines(page, lines, typed={}, stage="confirmed")


def _form(
    page: Page, *, typed: Mapping[str, str] | None = None, faults: Sequence[str] = ()
) -> HTMLResponse:
    return page.render(
        "issue_bulk.html",
        status=422 if faults else 200,
        typed=typed or {},
        faults=faults,
        moves=PLAIN_MOVES,
        most=MOST,
    )


def _lines(
    page: Page, lines: Sequence[BulkLine], *, typed: Mapping[str, str], stage: str
) -> HTMLResponse:
    good = [line for line in lines if line.is_good]
    return page.render(
        "issue_bulk_lines.html",
        stage=stage,
        typed=typed,
        good=good,
        bad=[line for line in lines if not line.is_good],
        move=next((move for move in PLAIN_MOVES if move.value == typed.get("move")), None),
        again="\n".join(line.identifier for line in good),
    )
