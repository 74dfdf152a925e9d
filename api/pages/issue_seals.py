"""Seals (印章) as pages: which there are, how they stand, who used them, and what becomes of them.

Keys never travel through a page: seals that were made outside are taken over on one of their own.
"""

from types import MappingProxyType
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Path
from fastapi.responses import HTMLResponse, Response
from pydantic import ValidationError

from api.auth import check_form
from api.http_errors import NotServedHereError
from api.pages.redirects import go
from api.pages.rendering import Page, PageDep
from api.problems import Problem, describe
from api.proposing import propose_seal_move
from api.schemas.seals import SealMoveIn
from api.services import Services
from certs.errors import LicenseError
from certs.faces.ofd.seal_pictures import OFD_PICTURE, media_type_of
from certs.proposals import ProposalSubject
from certs.rights import Action
from certs.seals.events import ALLOWED, SealMove
from certs.seals.lifecycle import move_seal
from certs.seals.register import RegisteredSeal
from signing.seals import parse_seal

router = APIRouter(prefix="/issue/seals")
_Code = Annotated[str, Path(pattern=r"^[0-9A-Za-z]{6,32}$")]
_Text = Annotated[str, Form(max_length=500)]
_USES: Final = 50
_FOLLOWS: Final = MappingProxyType(
    {
        SealMove.ENABLED: "此后可以用印。",
        SealMove.SUSPENDED: "立即不能用印，制证随之停止；可以恢复。",
        SealMove.RESUMED: "此后又可以用印。",
        SealMove.REVOKED: "此后永远不能用印，须由另一人复核。",
        SealMove.DESTROYED: "登记为已销毁，须由另一人复核。",
    }
)


@router.get("")
def list_seals(page: PageDep) -> HTMLResponse:
    """Show every seal with its picture and how it stands."""
    page.who_may(Action.READ_SEAL)
    with page.services.unit_of_work() as work:
        work.only_read()
        found, states = work.seals.all(), work.seals.states()
    return page.render(
        "issue_seals.html",
        seals=[(item, states[item.code], bool(_picture(item)[1])) for item in found],
        issuing=_issuing(page.services),
        now=page.services.clock.now(),
    )


@router.get("/{code}")
def show_seal(page: PageDep, code: _Code) -> HTMLResponse:
    """Show one seal: its life, its uses, and what may be done."""
    page.who_may(Action.READ_SEAL)
    return _seal(page, code)


@router.get("/{code}/picture")
def show_picture(page: PageDep, code: _Code) -> Response:
    """Return the picture inside a seal.

    Raises:
        NotServedHereError: It is of a kind that browsers do not show.
    """
    page.who_may(Action.READ_SEAL)
    with page.services.unit_of_work() as work:
        work.only_read()
        image, kind = _picture(work.seals.get(code))
    if not kind:
        raise NotServedHereError("no picture that a browser shows")
    return Response(image, media_type=kind)


@router.post("/{code}", dependencies=[Depends(check_form)])
def change_seal(
    page: PageDep,
    code: _Code,
    move: Annotated[str, Form(max_length=20)] = "",
    reason: _Text = "",
    decision_no: _Text = "",
) -> Response:
    """Suspend or resume at once; what ends a seal waits for another person."""
    caller = page.who_may(Action.KEEP_SEAL)
    services = page.services
    try:
        body = SealMoveIn.model_validate(
            {"kind": move, "reason": reason.strip(), "decision_no": decision_no.strip()}
        )
        if SealMove(body.kind).needs_approver:
            propose_seal_move(code, body, person=caller.person, services=services)
            return go("/issue/proposals")
        event = body.to_event(operator=caller.person, now=services.clock.now())
        move_seal(code, event, unit_of_work=services.unit_of_work)
    except ValidationError:
        return _seal(page, code, is_incomplete=True)
    except LicenseError as error:
        return _seal(page, code, problem=describe(error))
    return go(f"/issue/seals/{code}")


def _seal(
    page: Page, code: str, *, problem: Problem | None = None, is_incomplete: bool = False
) -> HTMLResponse:
    with page.services.unit_of_work() as work:
        work.only_read()
        seal, life = work.seals.get(code), work.seals.events(code)
        uses = work.seals.uses(code, limit=_USES)
        waiting = work.proposals.waiting_about(ProposalSubject.SEAL, code)
    state = life[-1].move.state
    return page.render(
        "issue_seal.html",
        status=problem.kind.status.value if problem else 422 if is_incomplete else 200,
        seal=seal,
        life=life,
        uses=uses,
        state=state,
        has_picture=bool(_picture(seal)[1]),
        is_issuing=seal.encoded in _issuing(page.services),
        moves=[(move, follows) for move, follows in _FOLLOWS.items() if move in ALLOWED[state]],
        waiting=waiting,
        waiting_words=SealMove(str(waiting.content["kind"])).zh if waiting else "",
        problem=problem,
        is_incomplete=is_incomplete,
    )


def _picture(seal: RegisteredSeal) -> tuple[bytes, str]:
    """Return the picture inside a seal and its media type; none that browsers do not show."""
    image = parse_seal(seal.encoded).description.picture.image
    kind = media_type_of(image)
    return image, "" if kind == OFD_PICTURE else kind


def _issuing(services: Services) -> frozenset[bytes]:
    return frozenset(desk.sealer.seal for desk in services.desks.values())
