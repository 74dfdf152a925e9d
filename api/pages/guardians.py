"""Guardianships (监护) at the window, and their end by whoever has one."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Path
from fastapi.responses import HTMLResponse, Response

from api.auth import check_form, check_shown
from api.guarding import Person
from api.pages.redirects import go
from api.pages.rendering import Page, PageDep
from api.pages.window_tabs import window_tabs
from api.problems import Problem, describe
from certs.errors import GuardianshipNotFoundError, LicenseError
from certs.guardianships import GuardianBasis, Guardianship
from certs.holder_codes import HolderCode, HolderCodeType
from certs.rights import Action, Relation
from verify.errors import VerifyError

router = APIRouter()
_HERE: Final = "/window/guardians"
_Number = Annotated[str, Path(pattern=r"^U[A-Z2-7]{20}$")]
_Short = Annotated[str, Form(max_length=200)]
BASES: Final = {
    GuardianBasis.BIRTH: ("出生医学证明", "Birth certificate"),
    GuardianBasis.HOUSEHOLD: ("户口簿", "Household register"),
    GuardianBasis.JUDGEMENT: ("判决、裁定", "Judgement"),
    GuardianBasis.APPOINTMENT: ("指定监护", "Appointment"),
}


@router.get(_HERE)
def show_guardians(page: PageDep) -> HTMLResponse:
    """Show what waits for a second person, and where one is registered."""
    page.who_may(Action.HANDLE_CASE)
    return _guardians(page)


@router.post(_HERE, dependencies=[Depends(check_form)])
def propose(  # noqa: PLR0913 - the fields of a form
    page: PageDep,
    *,
    child_code: _Short = "",
    child_name: _Short = "",
    guardian_code: _Short = "",
    guardian_name: _Short = "",
    basis: Annotated[GuardianBasis, Form()] = GuardianBasis.HOUSEHOLD,
    reference: _Short = "",
) -> Response:
    """Register what was shown; a second person confirms it."""
    caller = page.who_may(Action.HANDLE_CASE)
    try:
        page.services.guardians.propose(
            child=_person(child_code, child_name),
            guardian=_person(guardian_code, guardian_name),
            basis=basis,
            reference=reference,
            by=caller.person,
        )
    except LicenseError as refused:
        return _guardians(page, problem=describe(refused))
    return go(f"{_HERE}?done=proposed")


@router.post(f"{_HERE}/find", dependencies=[Depends(check_form)])
def find(page: PageDep, child_code: _Short = "") -> HTMLResponse:
    """Find the guardianships of a child, whose number stands in no address."""
    page.who_may(Action.HANDLE_CASE)
    try:
        found = page.services.guardians.of_child(_code(child_code))
    except LicenseError as refused:
        return _guardians(page, problem=describe(refused))
    return _guardians(page, found=found)


@router.post(f"{_HERE}/{{number}}/confirm", dependencies=[Depends(check_form)])
def confirm(
    page: PageDep, number: _Number, child_code: _Short = "", guardian_code: _Short = ""
) -> Response:
    """Confirm what another person registered; both numbers are read anew from the originals."""
    caller = page.who_may(Action.HANDLE_CASE)
    check_shown(caller, page.services)
    try:
        page.services.guardians.confirm(
            number, child=_code(child_code), guardian=_code(guardian_code), by=caller.person
        )
    except (LicenseError, VerifyError) as refused:
        return _guardians(page, problem=describe(refused))
    return go(f"{_HERE}?done=confirmed")


@router.post(f"{_HERE}/{{number}}/end", dependencies=[Depends(check_form)])
def end(page: PageDep, number: _Number) -> Response:
    """End one, or decline what waits."""
    caller = page.who_may(Action.HANDLE_CASE)
    check_shown(caller, page.services)
    page.services.guardians.end(number, by=caller.person)
    return go(f"{_HERE}?done=ended")


@router.post("/me/guardianships/{number}/end", dependencies=[Depends(check_form)])
def resign(page: PageDep, number: _Number) -> Response:
    """Act for a child no more."""
    caller = page.who_may(Action.READ_WALLET)
    key = caller.grant.holder_key
    is_own = page.services.guardians.resign(number, key=key, person=caller.person)
    if not caller.may_as(Relation.OWN if is_own else Relation.STRANGER):
        raise GuardianshipNotFoundError("no such guardianship")
    return go("/me")


def _person(code: str, name: str) -> Person:
    return Person(code=_code(code), name=name)


def _code(text: str) -> HolderCode:
    return HolderCode(code_type=HolderCodeType.CITIZEN_NUMBER, code=text.strip())


def _guardians(
    page: Page,
    *,
    problem: Problem | None = None,
    found: tuple[Guardianship, ...] | None = None,
) -> HTMLResponse:
    services = page.services
    caller = page.caller
    return page.render(
        "guardians.html",
        status=problem.kind.status.value if problem else 200,
        problem=problem,
        tabs=window_tabs(page),
        waiting=services.guardians.waiting(),
        found=found,
        bases=BASES,
        may_confirm=caller is not None and services.exceptions.may_approve(caller.person),
        done=page.request.query_params.get("done", ""),
        now=services.clock.now(),
    )
