"""The auditor (安全审计员): what the ledger holds, and who was allowed what."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, Response

from api.auth import is_over_tls
from api.http_errors import LedgerMissingError
from api.ledger_watch import LogState, SeenHead, SinceLast, log_states
from api.pages.rendering import ROLE_WORDS, PageDep
from api.services import Services
from certs.civil_dates import BEIJING
from certs.decision_digests import check_day
from certs.decision_records import DecisionQuery
from certs.ledger.entries import LedgerEntry, LedgerName
from certs.ledger.proving import proofs_about
from certs.masking import redact
from certs.rights import Action
from signing.ledger.notes import parse_note
from signing.ledger.proof_files import LedgerProof
from verify.errors import LedgerProofError, StrangeLogError
from verify.ledger.seen_checkpoints import read_seen
from verify.ledger.time_proofs import Sighting

router = APIRouter(prefix="/audit")
_SHOWN: Final = 200
_DAYS_SHOWN: Final = 14
_YEAR_SECONDS: Final = 366 * 86_400
_ABOUT: Final = (LedgerName.ISSUE, LedgerName.ARCHIVE)
_Subject = Annotated[str, Query(max_length=200)]
_Text = Annotated[str, Query(max_length=200)]


@router.get("")
def show_ledger(page: PageDep, request: Request, subject: _Subject = "") -> HTMLResponse:
    """Show how the logs stand, whether they continue what was seen, and entries about one thing."""
    page.who_may(Action.AUDIT)
    services, subject = page.services, redact(subject.strip())
    seen = {log: SeenHead.parse(request.cookies.get(_cookie(log), "")) for log in LedgerName}
    states = log_states(
        services.ledger,
        services.trust.current(),
        {log: head for log, head in seen.items() if head is not None},
    )
    answer = page.render(
        "audit.html",
        states=states,
        subject=subject,
        found=_found(subject, services) if subject else (),
        region=services.region,
    )
    _keep_seen(answer, states, services)
    return answer


@router.get("/proofs/{log}/{number}")
def download_proof(
    page: PageDep, log: LedgerName, number: Annotated[int, Path(ge=0)], subject: _Subject
) -> Response:
    """Return the proof of one entry as the file that ``yinxin ledger verify`` reads."""
    page.who_may(Action.AUDIT)
    for proof in _proofs(subject.strip(), log, page.services):
        if proof.index == number:
            name = f"{log.value}-{number}.tlog-proof"
            headers = {"Content-Disposition": f'attachment; filename="{name}"'}
            return PlainTextResponse(proof.encode(), headers=headers)
    raise LedgerMissingError(subject)


@router.get("/decisions")
def show_decisions(
    page: PageDep,
    *,
    person: _Text = "",
    action: _Text = "",
    until: Annotated[date | None, Query()] = None,
    only_refused: bool = False,
) -> HTMLResponse:
    """Show who was allowed what, by which rule, and how it was answered."""
    page.who_may(Action.AUDIT)
    query = DecisionQuery(
        person=person.strip(),
        action=Action(action) if action in set(Action) else None,
        before=_end_of(until),
        only_refused=only_refused,
    )
    page.services.decisions.flush()
    with page.services.unit_of_work() as work:
        work.only_read()
        records = work.decisions.newest(query, limit=_SHOWN)
        days = work.decision_days.newest(_DAYS_SHOWN)
    return page.render(
        "audit_decisions.html",
        records=records,
        query=query,
        until=until,
        actions=list(Action),
        roles=ROLE_WORDS,
        most=_SHOWN,
        days=days,
    )


@router.get("/days/{day}")
def check_decisions_of_day(page: PageDep, day: date) -> HTMLResponse:
    """Compare the decisions of a day with the digest in the ledger.

    Raises:
        LedgerMissingError: Nothing was committed about the day.
    """
    page.who_may(Action.AUDIT)
    services = page.services
    with services.unit_of_work() as work:
        work.only_read()
        digest = work.decision_days.find(day)
        if digest is None:
            raise LedgerMissingError(day.isoformat())
        standing = check_day(digest, work, now=services.clock.now())
    return page.render(
        "audit_day.html",
        digest=digest,
        standing=standing,
        proofs=_proofs(digest.subject, LedgerName.AUDIT, services),
    )


def _end_of(day: date | None) -> datetime | None:
    """Return when a day ends in Beijing."""
    last = date.max - timedelta(days=1)
    if day is None or day > last:
        return None
    return datetime.combine(day + timedelta(days=1), time(), BEIJING)


def _proofs(subject: str, log: LedgerName, services: Services) -> tuple[LedgerProof, ...]:
    return proofs_about(
        subject, log, unit_of_work=services.unit_of_work, shelf=services.ledger.shelf
    )


def _found(
    subject: str, services: Services
) -> list[tuple[LedgerName, LedgerEntry, LedgerProof, tuple[Sighting, ...]]]:
    """Return the entries about something, each with its proof and who saw the checkpoint."""
    return [
        (log, LedgerEntry.parse(proof.entry), proof, _sightings(proof, services))
        for log in _ABOUT
        for proof in _proofs(subject, log, services)
    ]


def _sightings(proof: LedgerProof, services: Services) -> tuple[Sighting, ...]:
    trust = services.trust.current()
    if trust is None:
        return ()
    try:
        return read_seen(parse_note(proof.note.encode()), trust.regions).sightings
    except (StrangeLogError, LedgerProofError):
        return ()


def _cookie(log: LedgerName) -> str:
    return f"yinxin_seen_{log.value}"


def _keep_seen(answer: Response, states: tuple[LogState, ...], services: Services) -> None:
    """Let the browser keep what was signed and shown; what a rewritten log had before stays."""
    for state in states:
        is_believed = state.seen is not None and state.since_last is not SinceLast.REWRITTEN
        if state.head is not None and is_believed:
            answer.set_cookie(
                _cookie(state.log),
                SeenHead.of(state.head).text,
                max_age=_YEAR_SECONDS,
                path="/audit",
                secure=is_over_tls(services),
                httponly=True,
                samesite="strict",
            )
