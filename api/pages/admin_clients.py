"""The security administrator (安全管理员): which systems call, and what each may touch."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form
from fastapi.responses import HTMLResponse, Response

from api.auth import check_form, check_shown
from api.callers import Caller
from api.client_office import Terms
from api.errors import ApiError
from api.pages.redirects import go
from api.pages.rendering import ROLE_WORDS, Page, PageDep
from api.problems import Problem, describe
from certs.clients import CLIENT_ROLES
from certs.errors import LicenseError
from certs.masking import redact
from certs.reach import codes_of
from certs.rights import Action
from signing.client_requests import public_key_id

router = APIRouter(prefix="/admin/clients")
_HERE: Final = "/admin/clients"
_TERMS: Final = (90, 365, 730)
_STRANGE_CHOICE: Final = (
    "请从列表中选择身份和有效期。",
    "Choose a role and a term from the lists.",
)
_Text = Annotated[str, Form(max_length=400)]
_Long = Annotated[str, Form(max_length=20_000)]
_Tick = Annotated[bool, Form()]
_Mistake = tuple[str, str]


@router.get("")
def show_clients(page: PageDep, done: str = "") -> HTMLResponse:
    """Show the systems that call."""
    page.who_may(Action.MANAGE_PEOPLE)
    return _clients(page, done=done)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What a form says of a client, as it was typed."""

    key: str
    license_types: str
    matters: str
    days: str
    connection: str
    any_connection: bool

    def terms(self, now: datetime) -> Terms | None:
        """Return it as terms; None for a term that is on no list."""
        term = next((item for item in _TERMS if str(item) == self.days), None)
        if term is None:
            return None
        return Terms(
            key=self.key.strip(),
            license_types=codes_of((self.license_types,)),
            matters=codes_of((self.matters,)),
            ends_at=now + timedelta(days=term),
            connection="" if self.any_connection else self.connection.strip() or None,
        )


def _said(  # noqa: PLR0913 - the fields of a form
    *,
    key: _Long = "",
    license_types: _Long = "",
    matters: _Long = "",
    days: _Text = "",
    connection: _Long = "",
    any_connection: _Tick = False,
) -> _Said:
    return _Said(
        key=key,
        license_types=license_types,
        matters=matters,
        days=days,
        connection=connection,
        any_connection=any_connection,
    )


_SaidDep = Annotated[_Said, Depends(_said)]


@router.post("/register", dependencies=[Depends(check_form)])
def register(
    page: PageDep, said: _SaidDep, name: _Text = "", person: _Text = "", role: _Text = ""
) -> Response:
    """Register a client."""
    caller = _who_acts(page)
    given = next((item for item in CLIENT_ROLES if item.value == role), None)
    terms = said.terms(page.services.clock.now())
    kept = {
        "name": name,
        "person": person,
        "role": role,
        "license_types": said.license_types,
        "matters": said.matters,
    }
    if given is None or terms is None:
        return _clients(page, mistake=_STRANGE_CHOICE, kept=kept)

    def act() -> str:
        page.services.clients.register(
            name.strip(), person=person.strip(), role=given, terms=terms, by=caller.person
        )
        return "registered"

    return _done(page, act, kept=kept)


@router.post("/change", dependencies=[Depends(check_form)])
def change(page: PageDep, said: _SaidDep, name: _Text = "") -> Response:
    """Give a client other rights, another end and, where they are given, other keys."""
    caller = _who_acts(page)
    terms = said.terms(page.services.clock.now())
    if terms is None:
        return _clients(page, mistake=_STRANGE_CHOICE)

    def act() -> str:
        page.services.clients.change(name, terms=terms, by=caller.person)
        return "changed"

    return _done(page, act)


@router.post("/stop", dependencies=[Depends(check_form)])
def stop(page: PageDep, name: _Text = "", *, agreed: _Tick = False) -> Response:
    """Stop a client, for good."""
    caller = _who_acts(page)
    if not agreed:
        return _clients(page, mistake=_STRANGE_CHOICE)

    def act() -> str:
        return "stopped" if page.services.clients.stop(name, by=caller.person) else ""

    return _done(page, act)


def _who_acts(page: Page) -> Caller:
    """Return who manages people, and showed just now who that is."""
    caller = page.who_may(Action.MANAGE_PEOPLE)
    check_shown(caller, page.services)
    return caller


def _done(page: Page, act: Callable[[], str], kept: dict[str, str] | None = None) -> Response:
    """Act and go on, or say on the page why not."""
    try:
        done = act()
    except (LicenseError, ApiError) as refused:
        return _clients(page, problem=describe(refused), kept=kept)
    return go(f"{_HERE}?done={done}" if done else _HERE)


def _clients(
    page: Page,
    *,
    done: str = "",
    problem: Problem | None = None,
    mistake: _Mistake | None = None,
    kept: dict[str, str] | None = None,
) -> HTMLResponse:
    status = 422 if mistake is not None else 200
    now = page.services.clock.now()
    return page.render(
        "admin_clients.html",
        status=problem.kind.status.value if problem is not None else status,
        clients=[
            (client, public_key_id(client.key).hex(), client.is_open(now))
            for client in page.services.clients.all()
        ],
        staff=CLIENT_ROLES,
        roles=ROLE_WORDS,
        terms=_TERMS,
        types=[(item.short_name, item.name) for item in page.services.catalogue],
        type_names={str(item.code): item.name for item in page.services.catalogue},
        matters=page.services.matters.codes(),
        done=done,
        problem=problem,
        mistake=mistake,
        kept={name: redact(text) for name, text in (kept or {}).items()},
    )
