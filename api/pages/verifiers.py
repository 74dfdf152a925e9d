"""Social verifiers (社会核验机构): their desk's door, and who registers them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Path
from fastapi.responses import HTMLResponse, Response

from api.auth import check_form, check_origin, check_shown
from api.callers import Caller
from api.errors import ApiError
from api.labels import label_of
from api.pages.redirects import go
from api.pages.rendering import Page, PageDep
from api.problems import Problem, describe
from api.verifier_callers import forget_desk, keep_desk, secret_in, verifier_of
from api.verifier_desk import Wish
from certs.errors import LicenseError
from certs.masking import redact
from certs.reach import codes_of
from certs.rights import Action
from certs.verifiers import SocialVerifier

router = APIRouter()
_HERE: Final = "/admin/verifiers"
_TERMS: Final = (90, 365, 730)
_Text = Annotated[str, Form(max_length=400)]
_Number = Annotated[str, Path(pattern=r"^V[A-Z2-7]{20}$")]
_Tick = Annotated[bool, Form()]
_STRANGE: Final = ("请确认，并从列表中选择有效期。", "Confirm it, and choose a term from the list.")


@router.get("/verifier")
def show_desk(page: PageDep) -> HTMLResponse:
    """Show what the desk's organization may see, or where it signs in."""
    return _desk(page)


# The origin alone is checked: who signs in has no session whose secret a form could carry.
@router.post("/verifier", dependencies=[Depends(check_origin)])
def sign_in(page: PageDep, secret: Annotated[str, Form(max_length=400)] = "") -> Response:
    """Let a desk in for its working day."""
    of_desk = page.services.verifiers.sign_in(secret.strip())
    if of_desk is None:
        return _desk(page, is_refused=True)
    response = go("/verifier")
    keep_desk(response, page.services, of_desk)
    return response


@router.post("/verifier/end", dependencies=[Depends(check_origin)])
def sign_out(page: PageDep) -> Response:
    """Let the desk out."""
    page.services.verifiers.sign_out(secret_in(page.request, page.services))
    response = go("/verifier")
    forget_desk(response, page.services)
    return response


@router.get(_HERE)
def show_verifiers(page: PageDep, done: str = "") -> HTMLResponse:
    """Show who is registered."""
    page.who_may(Action.MANAGE_PEOPLE)
    return _verifiers(page, done=done)


@router.post(f"{_HERE}/register", dependencies=[Depends(check_form)])
def register(  # noqa: PLR0913 - the fields of a form
    page: PageDep,
    *,
    name: _Text = "",
    title: _Text = "",
    purpose: _Text = "",
    license_types: _Text = "",
    fields: Annotated[str, Form(max_length=2000)] = "",
    days: _Text = "",
) -> Response:
    """Register one, and show its secret once."""
    caller = _who_acts(page)
    kept = {
        "name": name,
        "title": title,
        "purpose": purpose,
        "license_types": license_types,
        "fields": fields,
    }
    term = next((item for item in _TERMS if str(item) == days), None)
    if term is None:
        return _verifiers(page, mistake=_STRANGE, kept=kept)
    wish = Wish(
        name=name.strip(),
        title=title,
        purpose=purpose,
        license_types=codes_of((license_types,)),
        fields=codes_of((fields,)),
        ends_at=page.services.clock.now() + timedelta(days=term),
    )

    def act() -> str:
        page.services.verifiers.register(wish, by=caller.person)
        return page.services.verifiers.give_secret(wish.name)

    return _done(page, act, kept=kept)


@router.post(f"{_HERE}/secret", dependencies=[Depends(check_form)])
def give_secret(page: PageDep, name: _Text = "") -> Response:
    """Give one a further secret, and show it once."""
    _who_acts(page)
    return _done(page, lambda: page.services.verifiers.give_secret(name))


@router.post(f"{_HERE}/stop", dependencies=[Depends(check_form)])
def stop(page: PageDep, name: _Text = "", *, agreed: _Tick = False) -> Response:
    """Stop one, for good."""
    caller = _who_acts(page)
    if not agreed:
        return _verifiers(page, mistake=_STRANGE)

    def act() -> str:
        page.services.verifiers.stop(name, by=caller.person)
        return ""

    return _done(page, act)


@router.post(f"{_HERE}/applications/{{number}}/accept", dependencies=[Depends(check_form)])
def accept(page: PageDep, number: _Number, days: _Text = "") -> Response:
    """Register whom an application is from; the enterprise gets its secret itself."""
    caller = _who_acts(page)
    term = next((item for item in _TERMS if str(item) == days), None)
    if term is None:
        return _verifiers(page, mistake=_STRANGE)

    def act() -> str:
        office = page.services.verifier_applications
        office.accept(number, lasting=timedelta(days=term), by=caller.person)
        return ""

    return _done(page, act, told="accepted")


@router.post(f"{_HERE}/applications/{{number}}/refuse", dependencies=[Depends(check_form)])
def refuse(page: PageDep, number: _Number, reason: _Text = "") -> Response:
    """Refuse an application, for a reason that the enterprise reads."""
    caller = _who_acts(page)

    def act() -> str:
        page.services.verifier_applications.refuse(number, reason=reason, by=caller.person)
        return ""

    return _done(page, act, told="refused")


def _who_acts(page: Page) -> Caller:
    caller = page.who_may(Action.MANAGE_PEOPLE)
    check_shown(caller, page.services)
    return caller


def _done(
    page: Page,
    act: Callable[[], str],
    kept: dict[str, str] | None = None,
    *,
    told: str = "stopped",
) -> Response:
    """Act, and show the secret that came of it, or say on the page why not."""
    try:
        secret = act()
    except (LicenseError, ApiError) as refused:
        return _verifiers(page, problem=describe(refused), kept=kept)
    return _verifiers(page, secret=secret) if secret else go(f"{_HERE}?done={told}")


def _desk(page: Page, *, is_refused: bool = False) -> HTMLResponse:
    verifier = verifier_of(page.request, page.services)
    return page.render(
        "verifier.html",
        status=401 if is_refused else 200,
        verifier=verifier,
        seen=_labels(page, verifier) if verifier is not None else [],
        is_refused=is_refused,
    )


def _labels(page: Page, verifier: SocialVerifier) -> list[tuple[str, str]]:
    """Return the labels of what one may see."""
    return _labels_of(page, verifier.license_types, verifier.fields)


def _labels_of(page: Page, types: frozenset[str], fields: frozenset[str]) -> list[tuple[str, str]]:
    found = [page.services.catalogue.find(code) for code in sorted(types)]
    labels = {}
    for name in sorted(fields):
        told = [label_of(name, item) for item in found]
        labels[name] = next((item for item in told if item[0] != name), (name, name))
    return list(labels.values())


def _verifiers(  # noqa: PLR0913 - what the page shows beside the list
    page: Page,
    *,
    done: str = "",
    secret: str = "",
    problem: Problem | None = None,
    mistake: tuple[str, str] | None = None,
    kept: dict[str, str] | None = None,
) -> HTMLResponse:
    status = 422 if mistake is not None else 200
    now = page.services.clock.now()
    return page.render(
        "admin_verifiers.html",
        status=problem.kind.status.value if problem is not None else status,
        verifiers=[
            (item, item.is_open(now), _labels(page, item)) for item in page.services.verifiers.all()
        ],
        applications=[
            (item, _labels_of(page, item.license_types, item.fields))
            for item in page.services.verifier_applications.waiting()
        ],
        terms=_TERMS,
        types=[(item.short_name, item.name) for item in page.services.catalogue],
        type_names={str(item.code): item.name for item in page.services.catalogue},
        done=done,
        secret=secret,
        problem=problem,
        mistake=mistake,
        kept={name: redact(text) for name, text in (kept or {}).items()},
    )
