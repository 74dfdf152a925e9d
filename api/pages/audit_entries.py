"""Entries of the ledger by their number, with whole proofs; and checkpoints that auditors kept."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Path, Query
from fastapi.responses import HTMLResponse, Response

from api.auth import check_form
from api.http_errors import LedgerMissingError
from api.ledger_views import ContinuityView, EntryView, compare, entry_of
from api.pages.redirects import go
from api.pages.rendering import Page, PageDep
from certs.ledger.entries import LedgerName
from certs.rights import Action
from signing.ledger.checkpoints import MAX_SIZE, encode_hash
from signing.ledger.notes import MAX_NOTE_BYTES

router = APIRouter(prefix="/audit")
_Position = Annotated[int, Path(ge=0, le=MAX_SIZE)]
LOGS: Final = {
    LedgerName.ISSUE: ("签发账本", "Issuing"),
    LedgerName.ARCHIVE: ("归档账本", "Archiving"),
    LedgerName.AUDIT: ("用证账本", "Uses"),
}


@router.get("/entries")
def find_entry(
    page: PageDep,
    log: LedgerName = LedgerName.ISSUE,
    number: Annotated[int, Query(ge=0, le=MAX_SIZE)] = 0,
) -> Response:
    """Go to the entry of a number in a log."""
    page.who_may(Action.AUDIT)
    return go(f"/audit/entries/{log}/{number}")


@router.get("/entries/{log}/{position}")
def show_entry(page: PageDep, log: LedgerName, position: _Position) -> HTMLResponse:
    """Show an entry, and its proof from leaf to witnesses.

    Raises:
        LedgerMissingError: No checkpoint covers such an entry.
    """
    page.who_may(Action.AUDIT)
    return page.render(
        "audit_entry.html",
        log=log,
        log_words=LOGS,
        found=_found(page, log, position),
        hash_text=encode_hash,
    )


@router.get("/entries/{log}/{position}/proof")
def download_proof(page: PageDep, log: LedgerName, position: _Position) -> Response:
    """Return the proof as the file that ``yinxin ledger verify`` reads.

    Raises:
        LedgerMissingError: No checkpoint covers such an entry.
    """
    page.who_may(Action.AUDIT)
    name = f"{log}-{position}.tlog-proof"
    return Response(
        _found(page, log, position).proof.encode(),
        media_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@router.get("/continuity")
def ask_continuity(page: PageDep) -> HTMLResponse:
    """Show where a kept checkpoint is pasted, and where an entry is looked up by its number."""
    page.who_may(Action.AUDIT)
    return _continuity(page, None)


@router.post("/continuity", dependencies=[Depends(check_form)])
def show_continuity(
    page: PageDep, checkpoint: Annotated[str, Form(max_length=MAX_NOTE_BYTES)] = ""
) -> HTMLResponse:
    """Show whether a log continues a checkpoint that the auditor kept."""
    page.who_may(Action.AUDIT)
    # Forms send lines ending in CR LF, and whoever pastes may lose the last line's end.
    kept = checkpoint.replace("\r\n", "\n").strip() + "\n"
    return _continuity(page, compare(kept, page.services))


def _continuity(page: Page, view: ContinuityView | None) -> HTMLResponse:
    return page.render(
        "audit_continuity.html", view=view, log_words=LOGS, hash_text=encode_hash, most=MAX_SIZE
    )


def _found(page: Page, log: LedgerName, position: int) -> EntryView:
    found = entry_of(log, position, page.services)
    if found is None:
        raise LedgerMissingError(f"{log} {position}")
    return found
