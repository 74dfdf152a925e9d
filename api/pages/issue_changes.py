"""Changes that two persons make (双人复核): proposed on a license's page, confirmed by another."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Form, Path
from fastapi.responses import HTMLResponse, Response
from pydantic import ValidationError

from api.auth import check_form, check_shown
from api.http_errors import SealOfferRefusedError
from api.license_moves import words_of_move
from api.pages.issued_licenses import license_page
from api.pages.redirects import go
from api.pages.rendering import Page, PageDep
from api.problems import Problem, describe
from api.proposing import end_proposal, propose_status
from api.schemas.statuses import StatusIn
from api.seal_taking import is_offer
from certs.civil_dates import BEIJING
from certs.errors import LicenseError
from certs.proposals import Proposal, ProposalOutcome, ProposalSubject
from certs.rights import Action
from certs.seals.events import SealMove

router = APIRouter(prefix="/issue")
_Proposal = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
_Text = Annotated[str, Form(max_length=500)]
_SHOWN: Final = 500
_ENDED: Final = 20
_LABELS: Final = {
    "kind": "变更",
    "decision_no": "文书号",
    "reason": "理由",
    "effective_at": "生效时间",
}
_FAULTS: Final = {
    "missing": "请填写",
    "string_too_short": "请填写",
    "string_too_long": "过长",
    "literal_error": "请选择",
    "string_pattern_mismatch": "请填写",
}
_SAID: Final = "Value error, "
_PROPOSING: Final = {
    ProposalSubject.LICENSE: Action.MOVE_LICENSE,
    ProposalSubject.SEAL: Action.KEEP_SEAL,
}
_CONFIRMING: Final = {
    ProposalSubject.LICENSE: Action.CONFIRM_MOVE,
    ProposalSubject.SEAL: Action.APPROVE_SEAL,
}


@router.post("/licenses/{identifier}/proposals", dependencies=[Depends(check_form)])
def propose(  # noqa: PLR0913 - the fields of the form
    *,
    page: PageDep,
    identifier: str,
    move: Annotated[str, Form(max_length=40)] = "",
    decision_no: _Text = "",
    reason: _Text = "",
    effective: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Propose a change of status; another person of the department confirms it."""
    caller = page.who_may(Action.MOVE_LICENSE)
    typed = {"move": move, "decision_no": decision_no, "reason": reason, "effective": effective}
    kind, _, event = move.partition(":")
    try:
        body = StatusIn.model_validate(
            {
                "kind": kind,
                "event": int(event) if event.isdecimal() else None,
                "decision_no": decision_no.strip(),
                "reason": reason.strip(),
                "effective_at": beijing_time(effective),
            }
        )
        propose_status(identifier, body, person=caller.person, services=page.services)
    except ValidationError as error:
        return license_page(page, identifier, typed=typed, faults=faults_of(error))
    except LicenseError as error:
        return license_page(page, identifier, typed=typed, problem=describe(error))
    return go(f"/issue/licenses/{identifier}?proposed=1")


@router.get("/proposals")
def show_proposals(page: PageDep) -> HTMLResponse:
    """Show what waits for the second person, and what became of the others."""
    return _proposals(page)


@router.post("/proposals/{proposal}/{outcome}", dependencies=[Depends(check_form)])
def end(page: PageDep, proposal: _Proposal, outcome: ProposalOutcome, note: _Text = "") -> Response:
    """Confirm, reject or withdraw; what is confirmed takes effect at once."""
    with page.services.unit_of_work() as work:
        work.only_read()
        about = work.proposals.get(proposal).about
    is_withdrawn = outcome is ProposalOutcome.WITHDRAWN
    caller = page.who_may((_PROPOSING if is_withdrawn else _CONFIRMING)[about])
    if outcome is ProposalOutcome.CONFIRMED:
        check_shown(caller, page.services)
    try:
        ended = end_proposal(
            proposal, outcome, person=caller.person, note=note.strip(), services=page.services
        )
    except (LicenseError, SealOfferRefusedError) as error:
        return _proposals(page, problem=describe(error))
    return go(f"/issue/proposals?ended={ended.id}")


def _proposals(page: Page, *, problem: Problem | None = None) -> HTMLResponse:
    confirms = [about for about in ProposalSubject if page.may(_CONFIRMING[about])]
    proposes = [about for about in ProposalSubject if page.may(_PROPOSING[about])]
    known = frozenset((*confirms, *proposes))
    allowed = (
        *(_CONFIRMING[about] for about in confirms),
        *(_PROPOSING[about] for about in proposes),
    )
    caller = page.who_may(next(iter(allowed), Action.CONFIRM_MOVE))
    with page.services.unit_of_work() as work:
        work.only_read()
        waiting = [_shown(item) for item in work.proposals.waiting(_SHOWN) if item.about in known]
        ended = [_shown(item) for item in work.proposals.ended(_ENDED) if item.about in known]
    for_me = [
        item
        for item in waiting
        if item["proposal"].proposed_by != caller.person and item["proposal"].about in confirms
    ]
    groups = _grouped(for_me)
    return page.render(
        "issue_proposals.html",
        status=problem.kind.status.value if problem else 200,
        problem=problem,
        groups=[group for group in groups if len(group) > 1],
        for_me=[group[0] for group in groups if len(group) == 1],
        mine=[item for item in waiting if item["proposal"].proposed_by == caller.person],
        ended=ended,
    )


def _grouped(waiting: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Put together what one person proposed for many licenses by one decision."""
    found: dict[tuple[object, ...], list[dict[str, Any]]] = {}
    for item in waiting:
        proposal: Proposal = item["proposal"]
        alike: tuple[object, ...] = (
            proposal.proposed_by,
            proposal.content["kind"],
            proposal.content["decision_no"],
            proposal.content["reason"],
            item["effective_at"],
        )
        one = (proposal.id,)
        is_license = proposal.about is ProposalSubject.LICENSE
        found.setdefault(alike if is_license else one, []).append(item)
    return list(found.values())


def _shown(proposal: Proposal) -> dict[str, Any]:
    """Return a proposal with its change in words and where its subject is looked at."""
    kind = str(proposal.content["kind"])
    is_seal = proposal.about is ProposalSubject.SEAL
    address = f"/issue/{'seals' if is_seal else 'licenses'}/{proposal.subject}"
    if is_offer(proposal):
        address = f"/issue/seals/offers/{proposal.id}"
    words = (SealMove(kind).zh, kind) if is_seal else words_of_move(kind)
    at = proposal.content.get("effective_at")
    effective_at = datetime.fromisoformat(at) if at else None
    return {"proposal": proposal, "address": address, "words": words, "effective_at": effective_at}


def beijing_time(text: str) -> datetime | str | None:
    """Return the time that a form says, which is Beijing's; what is none is left to be refused."""
    if not text.strip():
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=BEIJING)
    except ValueError:
        return text


def faults_of(error: ValidationError) -> list[str]:
    """Return what is to be filled in or corrected, in words."""
    found = []
    for item in error.errors():
        place = str(item["loc"][0]) if item["loc"] else ""
        said = str(item["msg"]).removeprefix(_SAID)
        words = said if said != item["msg"] else _FAULTS.get(item["type"], "不合要求，请核对")
        found.append(f"{_LABELS.get(place, '')}：{words}" if place in _LABELS else words)
    return found
