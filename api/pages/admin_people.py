"""The security administrator (安全管理员): who works here as what, and what lets them in."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Form, Query
from fastapi.responses import HTMLResponse, Response

from api.auth import check_form, check_shown
from api.callers import Caller
from api.errors import ApiError
from api.pages.redirects import go
from api.pages.rendering import ROLE_WORDS, Page, PageDep
from api.people import by_person
from api.problems import Problem, describe
from certs.access import STAFF_ROLES, AccessGrant, CallerRole
from certs.errors import LicenseError
from certs.masking import redact
from certs.rights import Action

router = APIRouter(prefix="/admin/people")
_HERE: Final = "/admin/people"
_TERMS: Final = (30, 90, 365)
"""For how many days a token may be good; one without an end is made by command alone."""
_PERSON: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_STRANGE_PERSON: Final = (
    "工号由字母、数字、点、横线组成，不超过 64 个字符，且不能是居民身份证号。",
    "A staff number has letters, digits, dots and dashes, 64 at most, and is no citizen number.",
)
_STRANGE_ACCOUNT: Final = ("请填写账号。", "Say which account it is.")
_STRANGE_CHOICE: Final = (
    "请从列表中选择身份和有效期。",
    "Choose a role and a term from the lists.",
)
_Text = Annotated[str, Form(max_length=400)]
_Tick = Annotated[bool, Form()]
_Mistake = tuple[str, str]


@router.get("")
def show_people(
    page: PageDep, role: Annotated[str, Query(max_length=40)] = "", done: str = ""
) -> HTMLResponse:
    """Show who works here as what, or those of one role."""
    page.who_may(Action.MANAGE_PEOPLE)
    return _people(page, only=_role(role), done=done)


@router.post("/bind", dependencies=[Depends(check_form)])
def bind(
    page: PageDep,
    *,
    subject: _Text = "",
    person: _Text = "",
    role: _Text = "",
    is_approver: _Tick = False,
) -> Response:
    """Bind an account of the identity provider to somebody in a role."""
    caller = _who_acts(page)
    subject, person, given = subject.strip(), person.strip(), _role(role)
    mistake = _mistake(person, given) or (None if subject else _STRANGE_ACCOUNT)
    if mistake is not None or given is None:
        return _people(page, form="bind", mistake=mistake, person=person, given=given)

    def act() -> str:
        page.services.people.bind(
            subject,
            person=person,
            role=given,
            is_approver=is_approver and given is CallerRole.WINDOW,
            by=caller.person,
        )
        return "bound"

    return _done(page, act, form="bind", person=person, given=given)


@router.post("/token", dependencies=[Depends(check_form)])
def give_token(
    page: PageDep,
    *,
    person: _Text = "",
    role: _Text = "",
    days: _Text = "",
    is_approver: _Tick = False,
) -> HTMLResponse:
    """Make a token and show it, this once."""
    caller = _who_acts(page)
    person, given = person.strip(), _role(role)
    term = next((item for item in _TERMS if str(item) == days), None)
    mistake = _mistake(person, given) or (None if term else _STRANGE_CHOICE)
    if mistake is not None or given is None or term is None:
        return _people(page, form="token", mistake=mistake, person=person, given=given)
    ends = page.services.clock.now() + timedelta(days=term)
    try:
        token = page.services.people.give_token(
            AccessGrant(person=person, role=given, expires_at=ends),
            is_approver=is_approver and given is CallerRole.WINDOW,
            by=caller.person,
        )
    except (LicenseError, ApiError) as refused:
        problem = describe(refused)
        return _people(page, form="token", problem=problem, person=person, given=given)
    return page.render(
        "admin_token.html", token=token, person=person, role=given, roles=ROLE_WORDS, ends=ends
    )


@router.post("/take", dependencies=[Depends(check_form)])
def take(
    page: PageDep, person: _Text = "", role: _Text = "", what: _Text = "", *, agreed: _Tick = False
) -> Response:
    """Take a role, or its tokens alone, away from somebody."""
    caller = _who_acts(page)
    given = _role(role)
    if given is None or not agreed or what not in {"role", "tokens"}:
        return _people(page, mistake=_STRANGE_CHOICE)

    def act() -> str:
        office = page.services.people
        if what == "role":
            office.take_role(person, given, by=caller.person)
        else:
            office.take_tokens(person, given, by=caller.person)
        return f"{what}-taken"

    return _done(page, act)


@router.post("/approver", dependencies=[Depends(check_form)])
def let_approve(page: PageDep, person: _Text = "", *, may_approve: _Tick = False) -> Response:
    """Let somebody at a window approve exceptions, or no longer."""
    caller = _who_acts(page)

    def act() -> str:
        office = page.services.people
        return (
            "approver"
            if office.let_approve(person, may_approve=may_approve, by=caller.person)
            else ""
        )

    return _done(page, act)


def _who_acts(page: Page) -> Caller:
    """Return who manages people, and showed just now who that is."""
    caller = page.who_may(Action.MANAGE_PEOPLE)
    check_shown(caller, page.services)
    return caller


def _done(page: Page, act: Callable[[], str], **kept: Any) -> Response:  # noqa: ANN401 - of `_people`
    """Act and go on, or say on the page why not."""
    try:
        done = act()
    except (LicenseError, ApiError) as refused:
        return _people(page, problem=describe(refused), **kept)
    return go(f"{_HERE}?done={done}" if done else _HERE)


def _people(  # noqa: PLR0913 - what the page says of a form that was refused
    page: Page,
    *,
    only: CallerRole | None = None,
    done: str = "",
    form: str = "",
    problem: Problem | None = None,
    mistake: _Mistake | None = None,
    person: str = "",
    given: CallerRole | None = None,
) -> HTMLResponse:
    posts = page.services.people.posts()
    shown = [post for post in posts if only is None or post.role is only]
    status = 422 if mistake is not None else 200
    return page.render(
        "admin_people.html",
        status=problem.kind.status.value if problem is not None else status,
        people=by_person(shown),
        staff=STAFF_ROLES,
        roles=ROLE_WORDS,
        terms=_TERMS,
        only=only,
        done=done,
        form=form,
        problem=problem,
        mistake=mistake,
        given_person=redact(person),
        given_role=given,
        has_provider=page.services.identity is not None,
    )


def _role(text: str) -> CallerRole | None:
    return next((role for role in STAFF_ROLES if role.value == text), None)


def _mistake(person: str, role: CallerRole | None) -> _Mistake | None:
    """Return what is wrong with who is to be what, or None."""
    if not _PERSON.fullmatch(person) or redact(person) != person:
        return _STRANGE_PERSON
    return None if role is not None else _STRANGE_CHOICE
