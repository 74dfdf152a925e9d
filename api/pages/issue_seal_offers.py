"""导入印章 as pages: one person offers a seal that was made outside, another one agrees."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, File, Form, Path, UploadFile
from fastapi.responses import HTMLResponse, Response

from api.auth import check_form
from api.errors import ApiError
from api.http_errors import NotServedHereError
from api.pages.redirects import go
from api.pages.rendering import Page, PageDep
from api.problems import Problem, describe
from api.seal_taking import OfferedSeal, SealOffer, is_offer, look_at, propose_seal
from certs.errors import LicenseError, ProposalNotFoundError
from certs.faces.drawing import to_svg
from certs.faces.pictures import preview
from certs.faces.seal_imprints import MAX_PICTURE_BYTES
from certs.masking import redact
from certs.proposals import Proposal
from certs.rights import Action

router = APIRouter(prefix="/issue/seals/offers")
_Proposal = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
_Text = Annotated[str, Form(max_length=100)]
_File = Annotated[UploadFile | None, File()]
_PREVIEW_PX: Final = 400


@router.get("")
def show_form(page: PageDep) -> HTMLResponse:
    """Show where a seal is offered."""
    page.who_may(Action.KEEP_SEAL)
    return _form(page)


@router.post("", dependencies=[Depends(check_form)])
def offer(  # noqa: PLR0913 - the fields of a form
    page: PageDep,
    *,
    seal: _File = None,
    chain: _File = None,
    picture: _File = None,
    decision_no: _Text = "",
    reason: _Text = "",
) -> Response:
    """Offer a seal; somebody else agrees to it on the page of what waits."""
    caller = page.who_may(Action.KEEP_SEAL)
    typed = {"decision_no": redact(decision_no.strip()), "reason": redact(reason.strip())}
    if not all(typed.values()):
        return _form(page, typed=typed, is_incomplete=True)
    try:
        sent = SealOffer(seal=_bytes(seal), chain=_bytes(chain), picture=_bytes(picture))
        proposal = propose_seal(sent, **typed, person=caller.person, services=page.services)
    except (LicenseError, ApiError) as refused:
        return _form(page, typed=typed, problem=describe(refused))
    return go(f"/issue/seals/offers/{proposal.id}")


@router.get("/{proposal_id}")
def show_offer(page: PageDep, proposal_id: _Proposal) -> HTMLResponse:
    """Show what was found about an offered seal, looked at now."""
    caller = page.who_may(Action.READ_SEAL)
    proposal, found = _found(page, proposal_id)
    return page.render(
        "issue_seal_offer.html",
        proposal=proposal,
        offered=found,
        is_mine=proposal.proposed_by == caller.person,
    )


@router.get("/{proposal_id}/picture")
def show_picture(page: PageDep, proposal_id: _Proposal) -> Response:
    """Draw an offered seal as it will stand on pages."""
    page.who_may(Action.READ_SEAL)
    _, found = _found(page, proposal_id)
    if found is None:
        raise NotServedHereError("nothing that can be drawn")
    picture = preview(to_svg(found.drawing), width_px=_PREVIEW_PX)
    return Response(picture, media_type="image/png")


def _found(page: Page, proposal_id: str) -> tuple[Proposal, OfferedSeal | None]:
    """Return a proposal of a seal with what was found; None where nothing can be looked at.

    Raises:
        ProposalNotFoundError: There is none, or it is about something else.
    """
    with page.services.unit_of_work() as work:
        work.only_read()
        proposal = work.proposals.get(proposal_id)
    if not is_offer(proposal):
        raise ProposalNotFoundError(proposal_id)
    try:
        return proposal, look_at(SealOffer.of(proposal, page.services), page.services)
    except ApiError:
        return proposal, None


def _form(
    page: Page,
    *,
    typed: dict[str, str] | None = None,
    problem: Problem | None = None,
    is_incomplete: bool = False,
) -> HTMLResponse:
    return page.render(
        "issue_seal_offers.html",
        status=problem.kind.status.value if problem else 422 if is_incomplete else 200,
        typed=typed or {},
        problem=problem,
        is_incomplete=is_incomplete,
    )


def _bytes(file: UploadFile | None) -> bytes:
    """Return a file, or one byte more than any may have."""
    return file.file.read(MAX_PICTURE_BYTES + 1) if file is not None else b""
