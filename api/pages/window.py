"""The acceptance window (受理窗口): a case, its materials, and a gate instead of a demand."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form
from fastapi.responses import HTMLResponse, Response
from pydantic import Field

from api.auth import check_form
from api.pages.case_view import render_case
from api.pages.redirects import go
from api.pages.rendering import Page, PageDep
from api.pages.window_tabs import silent_sources, window_tabs
from api.problems import Problem, describe
from api.redeeming import applicant_of, redeem
from certs.errors import DisplayCodeError, LicenseError
from certs.holder_codes import HolderCode, HolderCodeType
from certs.rights import Action
from verify.acceptance.reasons import ReasonCode
from verify.acceptance.records import Applicant, DecisionRequest
from verify.acceptance.records import Form as MaterialForm
from verify.case_errors import MalformedApplicantError, PartyOpenError, SituationOpenError
from verify.decision_errors import ApproverRequiredError
from verify.errors import VerifyError

router = APIRouter(prefix="/window")
_RECENT: Final = 8
_Short = Annotated[str, Form(max_length=200)]
_Answers = Annotated[Sequence[Annotated[str, Field(max_length=100)]], Form(max_length=40)]
_Parties = Annotated[Sequence[Annotated[str, Field(max_length=200)]], Form(max_length=80)]
_PARTY_FIELDS: Final = 4
_Note = Annotated[str, Form(max_length=1000)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Typed:
    """What stands in the form so far; answers and people come one by one."""

    matter: str = ""
    code_type: str = HolderCodeType.SOCIAL_CREDIT_CODE.value
    code: str = ""
    name: str = ""
    answers: Sequence[str] = ()
    people: Sequence[str] = ()


_NOTHING_TYPED: Final = _Typed()


@router.get("")
def show_window(page: PageDep) -> HTMLResponse:
    """Show the forms of the window and its newest cases."""
    page.who_may(Action.HANDLE_CASE)
    return _window(page)


@router.post("/cases", dependencies=[Depends(check_form)])
def open_case(  # noqa: PLR0913 - the fields of the form
    *,
    page: PageDep,
    matter: _Short,
    code_type: Annotated[HolderCodeType, Form()],
    code: _Short,
    name: _Short,
    situation: _Answers = (),
    party: _Parties = (),
) -> Response:
    """Open a case (收件) and look up what can be spared; questions are asked one by one."""
    caller = page.who_may(Action.HANDLE_CASE)
    typed = _Typed(
        matter=matter,
        code_type=code_type.value,
        code=code,
        name=name,
        answers=situation,
        people=party,
    )
    try:
        applicant = Applicant(
            code=HolderCode(code_type=code_type, code=code.strip()), name=name.strip()
        )
        view = page.services.acceptance.open_case(
            matter,
            applicant,
            operator=caller.person,
            situation=dict(map(_answer, filter(None, situation))),
            parties=_people(party),
        )
    except (SituationOpenError, PartyOpenError) as asked:
        return _window(page, typed=typed, asked=asked)
    except (LicenseError, VerifyError) as error:
        return _window(page, problem=describe(error), typed=typed)
    return go(f"/window/cases/{view.case.id}")


@router.get("/cases/{case_id}")
def show_case(page: PageDep, case_id: str) -> HTMLResponse:
    """Show a case as it stands."""
    page.who_may(Action.HANDLE_CASE)
    return render_case(page, case_id)


@router.post("/cases/{case_id}/receipt", dependencies=[Depends(check_form)])
def issue_receipt(page: PageDep, case_id: str) -> Response:
    """Issue the receipt (受理通知书) of a case; its page leads to it."""
    caller = page.who_may(Action.HANDLE_CASE)
    page.services.case_receipts.issue(case_id, operator=caller.person)
    return go(f"/window/cases/{case_id}#receipt")


@router.get("/cases/{case_id}/receipt")
def show_receipt(page: PageDep, case_id: str) -> Response:
    """Show the newest receipt of a case, for printing."""
    page.who_may(Action.HANDLE_CASE)
    office = page.services.case_receipts
    return Response(office.page(office.latest(case_id)), media_type="application/pdf")


@router.post("/cases/{case_id}/materials/{code}/lookup", dependencies=[Depends(check_form)])
def look_up(page: PageDep, case_id: str, code: str) -> Response:
    """Ask for a material again."""
    page.who_may(Action.HANDLE_CASE)
    page.services.acceptance.look_up(case_id, code)
    return go(f"/window/cases/{case_id}")


@router.post("/cases/{case_id}/materials/{code}", dependencies=[Depends(check_form)])
def decide(  # noqa: PLR0913 - the fields of the form
    *,
    page: PageDep,
    case_id: str,
    code: str,
    form: Annotated[MaterialForm, Form()],
    voluntary: Annotated[bool, Form()] = False,
    reason: Annotated[str, Form(max_length=10)] = "",
    note: _Note = "",
) -> Response:
    """Record how a material is had; where the gate refuses, the page says why.

    What a second person has to agree to waits for that person.
    """
    caller = page.who_may(Action.HANDLE_CASE)
    request = DecisionRequest(
        form=form,
        operator=caller.person,
        voluntary=voluntary,
        reason=ReasonCode(reason) if reason in set(ReasonCode) else None,
        note=note.strip() or None,
    )
    try:
        page.services.acceptance.decide(case_id, code, request)
    except ApproverRequiredError:
        page.services.exceptions.ask(case_id, code, request)
    except VerifyError as refused:
        return render_case(page, case_id, refused=(code, describe(refused)))
    return go(f"/window/cases/{case_id}")


@router.post("/redeem", dependencies=[Depends(check_form)])
def redeem_code(page: PageDep, code: _Short) -> HTMLResponse:
    """Use up the display code that a scanner typed in."""
    caller = page.who_may(Action.REDEEM_CODE)
    try:
        shown = redeem(code, caller=caller, services=page.services)
    except DisplayCodeError as error:
        return _window(page, problem=describe(error))
    return page.render("shown.html", shown=shown, applicant=applicant_of(shown))


@router.post("/applicant", dependencies=[Depends(check_form)])
def take_applicant(
    *, page: PageDep, code_type: Annotated[HolderCodeType, Form()], code: _Short, name: _Short
) -> HTMLResponse:
    """Go on to the form of a case with whom a display code told."""
    page.who_may(Action.HANDLE_CASE)
    return _window(page, typed=_Typed(code_type=code_type.value, code=code, name=name))


def _answer(text: str) -> tuple[str, str]:
    question, _, choice = text.partition("=")
    return question, choice


def _people(given: Sequence[str]) -> dict[str, Applicant]:
    """Read parties: each is four texts, whoever that is, kind of code, code and name."""
    try:
        return {
            party: Applicant(
                code=HolderCode(code_type=HolderCodeType(kind), code=code.strip()),
                name=name.strip(),
            )
            for party, kind, code, name in zip(*(iter(given),) * _PARTY_FIELDS, strict=True)
        }
    except ValueError as error:
        raise MalformedApplicantError("a party has a kind of code, a code and a name") from error


def _window(
    page: Page,
    *,
    problem: Problem | None = None,
    typed: _Typed = _NOTHING_TYPED,
    asked: SituationOpenError | PartyOpenError | None = None,
) -> HTMLResponse:
    matters = page.services.matters
    with page.services.unit_of_work() as work:
        work.only_read()
        recent = work.cases.recent(_RECENT)
    return page.render(
        "window.html",
        status=problem.kind.status.value if problem else 200,
        problem=problem,
        typed=typed,
        question=asked if isinstance(asked, SituationOpenError) else None,
        wanted=asked if isinstance(asked, PartyOpenError) else None,
        matters=[matters.latest(code) for code in matters.codes()],
        names={matter.code: matter.name_zh for matter in matters.matters},
        code_types=list(HolderCodeType),
        recent=recent,
        tabs=window_tabs(page),
        silent=silent_sources(page.services),
    )
