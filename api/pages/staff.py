"""企业用证人员: whom an enterprise appoints, and for which enterprise somebody acts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Final, Protocol

from fastapi import APIRouter, Depends, Form, Path
from fastapi.responses import HTMLResponse, Response

from api.appointing import Order
from api.auth import check_form, check_shown
from api.callers import Caller
from api.pages.redirects import go
from api.pages.rendering import Page, PageDep
from api.problems import Problem, describe
from api.sessions import keep_secret, open_session
from certs.access import AccessGrant
from certs.appointments import LONGEST, Post
from certs.civil_dates import day_of
from certs.errors import AppointmentNotFoundError, AppointmentRefusedError, LicenseError
from certs.holder_codes import HolderCode, HolderCodeType
from certs.reach import EVERY, Reach
from certs.rights import Action, Relation
from certs.type_parts import HolderCategory
from verify.matters.catalogue import Audience

router = APIRouter(prefix="/me")
_HERE: Final = "/me/staff"
_Number = Annotated[str, Path(pattern=r"^T[A-Z2-7]{20}$")]
_Short = Annotated[str, Form(max_length=200)]
_Codes = Annotated[Sequence[str], Form(max_length=200)]
_USUAL: Final = timedelta(days=90)
_NO_DAY: Final = AppointmentRefusedError("截止日期不对 · that is no day")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Typed:
    """What stands in the form; a citizen number is typed anew each time."""

    name: str = ""
    post: Post = Post.AGENT
    license_types: Sequence[str] = ()
    matters: Sequence[str] = ()
    until: str = ""


_NOTHING_TYPED: Final = _Typed()


class _Act(Protocol):
    def __call__(self, number: str, *, by: AccessGrant) -> None: ...


@router.get("/staff")
def show_staff(page: PageDep) -> HTMLResponse:
    """Show who acts for the enterprise, and where somebody is appointed."""
    return _staff(page, page.who_may(Action.APPOINT, Relation.OWN))


@router.post("/staff", dependencies=[Depends(check_form)])
def appoint(  # noqa: PLR0913 - the fields of a form
    page: PageDep,
    *,
    name: _Short = "",
    code: _Short = "",
    post: Annotated[Post, Form()] = Post.AGENT,
    license_types: _Codes = (),
    matters: _Codes = (),
    until: _Short = "",
) -> Response:
    """Appoint somebody; it counts at once."""
    caller = _acting(page)
    typed = _Typed(name=name, post=post, license_types=license_types, matters=matters, until=until)
    try:
        reach = Reach(license_types=_chosen(license_types), matters=_chosen(matters))
        order = Order(
            code=HolderCode(code_type=HolderCodeType.CITIZEN_NUMBER, code=code.strip()),
            name=name,
            post=post,
            reach=reach,
            until=_day(until),
        )
        page.services.appointments.appoint(order, by=caller.grant)
    except LicenseError as refused:
        return _staff(page, caller, problem=describe(refused), typed=typed)
    return go(f"{_HERE}?done=appointed")


@router.post("/staff/{number}/confirm", dependencies=[Depends(check_form)])
def confirm(page: PageDep, number: _Number) -> Response:
    """Answer for an appointment that waits."""
    return _acted(page, page.services.appointments.confirm, number, told="confirmed")


@router.post("/staff/{number}/end", dependencies=[Depends(check_form)])
def end(page: PageDep, number: _Number) -> Response:
    """End an appointment, at once and for good."""
    return _acted(page, page.services.appointments.end, number, told="ended")


@router.post("/appointments/{number}/end", dependencies=[Depends(check_form)])
def resign(page: PageDep, number: _Number) -> Response:
    """Act for an enterprise no more."""
    caller = page.who_may(Action.READ_WALLET)
    key = caller.grant.holder_key
    is_own = page.services.appointments.resign(number, key=key, person=caller.person)
    if not caller.may_as(Relation.OWN if is_own else Relation.STRANGER):
        raise AppointmentNotFoundError("no such appointment")
    return go("/me")


@router.post("/appointments/{number}/enter", dependencies=[Depends(check_form)])
def enter(page: PageDep, number: _Number) -> Response:
    """Go on as what an enterprise appointed the person whose session it is.

    The session is another one from here on; it is as fresh as the one before and lasts no longer.

    Raises:
        NotAdmittedError: The appointment is another's, or does not count now.
    """
    caller = page.who_may(Action.READ_WALLET, Relation.OWN)
    key = caller.grant.actor_key or caller.grant.holder_key
    grant = page.services.appointments.grant_of(key, person=caller.person, number=number)
    if caller.grant.expires_at is not None:
        grant = grant.until(caller.grant.expires_at)
    secret = open_session(
        page.request,
        page.services,
        caller,
        grant,
        shown_at=caller.shown_at or page.services.clock.now(),
    )
    response = go("/me")
    keep_secret(response, page.services, secret)
    return response


def _acting(page: Page) -> Caller:
    """Return who appoints, which is shown anew.

    Raises:
        StepUpRequiredError: It was not.
    """
    caller = page.who_may(Action.APPOINT, Relation.OWN)
    check_shown(caller, page.services)
    return caller


def _acted(page: Page, act: _Act, number: str, *, told: str) -> Response:
    """Do something about an appointment, or say on the page why not."""
    caller = _acting(page)
    try:
        act(number, by=caller.grant)
    except AppointmentRefusedError as refused:
        return _staff(page, caller, problem=describe(refused))
    return go(f"{_HERE}?done={told}")


def _chosen(codes: Sequence[str]) -> frozenset[str]:
    """Return what was ticked; beside everything there is nothing more."""
    return frozenset({EVERY} if EVERY in codes else codes)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise _NO_DAY from None


def _staff(
    page: Page,
    caller: Caller,
    *,
    problem: Problem | None = None,
    typed: _Typed = _NOTHING_TYPED,
) -> HTMLResponse:
    services = page.services
    today = day_of(services.clock.now())
    types = {
        str(item.code): item.name
        for item in services.catalogue
        if item.cataloguing.holder_category is not HolderCategory.PERSON
    }
    every_matter = (services.matters.latest(code) for code in services.matters.codes())
    matters = {
        item.code: item.name_zh for item in every_matter if item.audience is not Audience.PERSON
    }
    return page.render(
        "staff.html",
        status=problem.kind.status.value if problem else 200,
        problem=problem,
        typed=typed,
        staff=services.appointments.of_enterprise(caller.grant),
        types=types,
        matters=matters,
        every=EVERY,
        is_known=bool(caller.grant.actor_key),
        is_representative=not caller.grant.appointment,
        first=today,
        last=today + LONGEST,
        usual=today + _USUAL,
        done=page.request.query_params.get("done", ""),
    )
