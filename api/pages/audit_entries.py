"""审计台: the ledger for auditors: entries with proofs, checkpoints, and that the log only grew."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Path
from fastapi.responses import HTMLResponse, Response

from api.auth import check_form
from api.http_errors import LedgerMissingError
from api.ledger_views import EntryView, compare, entries_about, entry_of, heads_of
from api.pages.redirects import go
from api.pages.rendering import Page, PageDep
from certs.ledger.entries import LedgerName
from certs.rights import Action
from signing.ledger.checkpoints import MAX_SIZE, encode_hash
from signing.ledger.notes import MAX_NOTE_BYTES

router = APIRouter(prefix="/audit")
_Position = Annotated[int, Path(ge=0, le=MAX_SIZE)]
_NOT_FOUND: Final = 404
_LONGEST_SUBJECT: Final = 200
LOGS: Final = {
    LedgerName.ISSUE: ("签发账本", "Issuing"),
    LedgerName.ARCHIVE: ("归档账本", "Archiving"),
    LedgerName.AUDIT: ("用证账本", "Uses"),
}


@router.get("")
def show_ledger(page: PageDep) -> HTMLResponse:
    """Show the heads of the logs, and what can be asked of them."""
    page.who_may(Action.AUDIT)
    return _board(page)


@router.post("/find", dependencies=[Depends(check_form)])
def find(
    page: PageDep,
    about: Annotated[str, Form(max_length=_LONGEST_SUBJECT)] = "",
    log: Annotated[LedgerName, Form()] = LedgerName.ISSUE,
) -> Response:
    """Go to the first entry about something, or to the entry of a number in a log.

    What is looked for travels in the form: addresses are written down by machines on the way.
    """
    page.who_may(Action.AUDIT)
    wanted = about.strip()
    places = entries_about(wanted, page.services) if wanted else ()
    if places:
        return go(f"/audit/entries/{places[0][0]}/{places[0][1]}")
    if wanted.isdecimal() and wanted.isascii() and int(wanted) <= MAX_SIZE:
        position = int(wanted)
        if entry_of(log, position, page.services) is not None:
            return go(f"/audit/entries/{log}/{position}")
    return _board(page, missed=True, status=_NOT_FOUND)


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


@router.post("/continuity", dependencies=[Depends(check_form)])
def show_continuity(
    page: PageDep, checkpoint: Annotated[str, Form(max_length=MAX_NOTE_BYTES)] = ""
) -> HTMLResponse:
    """Show whether a log continues a checkpoint that the auditor kept."""
    page.who_may(Action.AUDIT)
    # Forms send lines ending in CR LF, and whoever pastes may lose the last line's end.
    kept = checkpoint.replace("\r\n", "\n").strip() + "\n"
    return page.render(
        "audit_continuity.html",
        view=compare(kept, page.services),
        log_words=LOGS,
        hash_text=encode_hash,
    )


def _board(page: Page, *, missed: bool = False, status: int = 200) -> HTMLResponse:
    return page.render(
        "audit.html",
        heads=heads_of(page.services),
        log_words=LOGS,
        missed=missed,
        hash_text=encode_hash,
        status=status,
    )


def _found(page: Page, log: LedgerName, position: int) -> EntryView:
    found = entry_of(log, position, page.services)
    if found is None:
        raise LedgerMissingError(f"{log} {position}")
    return found
