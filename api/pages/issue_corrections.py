"""Corrections (纠错) that came to this department: what is said to be wrong, and the next step."""

from types import MappingProxyType
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Path, Query
from fastapi.responses import HTMLResponse, Response

from api.auth import check_form
from api.labels import label_of
from api.pages.redirects import go
from api.pages.rendering import Page, PageDep
from api.problems import Problem, describe
from api.releasing import release_values
from api.schemas.bodies import IDENTIFIER_PATTERN
from api.tickets import ticket_of, tickets_of
from certs.correction_desk import take_step
from certs.corrections import NEXT_STEPS, VERIFIED, Correction, CorrectionEvent, CorrectionStep
from certs.errors import LicenseError
from certs.rights import Action

router = APIRouter(prefix="/issue/corrections")
_Receipt = Annotated[str, Path(pattern=r"^[A-Z2-7]{16}$")]
_Text = Annotated[str, Form(max_length=500)]
_New = Annotated[str, Query(pattern=f"^({IDENTIFIER_PATTERN.strip('^$')})?$")]
_SHOWN: Final = 200
_S = CorrectionStep
STEP_WORDS: Final = MappingProxyType(
    {
        _S.ACCEPTED: ("受理", "Accept"),
        _S.DECLINED: ("不予受理", "Decline"),
        _S.FLAGGED: ("标注证照", "Flag the license"),
        _S.UPHELD: ("核实：属实", "Uphold"),
        _S.REJECTED: ("核实：不属实", "Reject"),
        _S.UNFLAGGED: ("撤销标注", "Lift the flag"),
        _S.ARCHIVED: ("归档", "Archive"),
    }
)
_NEEDS_REASON: Final = VERIFIED | {_S.DECLINED}


@router.get("")
def list_corrections(
    page: PageDep, *, every: Annotated[bool, Query(alias="all")] = False
) -> HTMLResponse:
    """Show the corrections, what is due first at the top."""
    page.who_may(Action.ANSWER_CORRECTION)
    services = page.services
    with services.unit_of_work() as work:
        work.only_read()
        found = work.corrections.newest(_SHOWN, open_only=not every)
    return page.render(
        "issue_corrections.html",
        tickets=tickets_of(found, services.correction_limits, services.clock.now()),
        types={str(item.code): item.name for item in services.catalogue},
        is_every=every,
    )


@router.get("/{receipt}")
def show_correction(
    page: PageDep, receipt: _Receipt, license: _New = "", *, compare: bool = False
) -> HTMLResponse:
    """Show one correction; present values stand beside where somebody asked for them."""
    page.who_may(Action.ANSWER_CORRECTION)
    return _correction(page, receipt, outcome=license, is_compared=compare)


@router.post("/{receipt}", dependencies=[Depends(check_form)])
def take_next_step(
    page: PageDep,
    receipt: _Receipt,
    step: Annotated[CorrectionStep, Form()],
    reason: _Text = "",
    license: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Take the next step; where it cannot be taken the page says why."""
    caller = page.who_may(Action.ANSWER_CORRECTION)
    event = CorrectionEvent(
        step=step,
        at=page.services.clock.now(),
        actor=caller.person,
        reason=reason.strip(),
        license=license.strip(),
    )
    try:
        take_step(receipt, event, unit_of_work=page.services.unit_of_work)
    except LicenseError as error:
        return _correction(page, receipt, outcome=license, problem=describe(error))
    return go(f"/issue/corrections/{receipt}")


def _correction(
    page: Page,
    receipt: str,
    *,
    outcome: str = "",
    is_compared: bool = False,
    problem: Problem | None = None,
) -> HTMLResponse:
    services = page.services
    with services.unit_of_work() as work:
        work.only_read()
        found = work.corrections.get(receipt)
    license_type = services.license_type(found.type_code)
    present = _present(page, found) if is_compared else {}
    return page.render(
        "issue_correction.html",
        status=problem.kind.status.value if problem else 200,
        item=ticket_of(found, services.correction_limits, services.clock.now()),
        license_type=license_type,
        proposed=[
            (label_of(name, license_type), value, present.get(name))
            for name, value in found.proposed.items()
        ],
        is_compared=is_compared,
        steps=[
            (step, STEP_WORDS[step], step in _NEEDS_REASON)
            for step in STEP_WORDS
            if step in NEXT_STEPS[found.step]
        ],
        outcome=outcome,
        problem=problem,
    )


def _present(page: Page, correction: Correction) -> dict[str, str]:
    """Return what the license says in the fields in question; that is a use, and on record."""
    names = tuple(correction.proposed)
    if not correction.identifier or not names:
        return {}
    caller = page.who_may(Action.READ_LICENSE)
    shown = {}
    _, values = release_values(
        correction.identifier, names, caller=caller, services=page.services, case="", grant=""
    )
    shown.update(dict(zip(names, values.values(), strict=True)))
    return shown
