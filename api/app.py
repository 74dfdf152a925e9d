"""The HTTP application: routers under ``/api/v1``, pages beside them, problems for both."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute

from api import pages
from api.decision_recording import DecisionRecorder
from api.errors import ApiError
from api.middleware import BodyLimit, SecurityHeaders, secure
from api.openapi_examples import add_examples
from api.pages import (
    admin_clients,
    admin_people,
    admin_system,
    admin_webhooks,
    approvals,
    archivist,
    audit,
    audit_entries,
    bring,
    case_forms,
    citizen,
    complaining,
    declarations,
    deferrals,
    delegations,
    display,
    embedding,
    granting,
    guardians,
    home,
    issue,
    issue_batches,
    issue_bulk,
    issue_changes,
    issue_corrections,
    issue_seal_offers,
    issue_seals,
    issue_types,
    issued_licenses,
    minting_forms,
    objections,
    offline,
    own_files,
    reading_modes,
    session,
    signing_in,
    staff,
    supervise,
    use_log,
    verification,
    verifier_applications,
    verifiers,
    window,
)
from api.pages import holder_cases as holder_case_pages
from api.pages.failures import failure_page
from api.problems import describe
from api.routers import (
    archive,
    batches,
    case_receipts,
    cases,
    certificates,
    complaints,
    copies,
    corrections,
    department_questions,
    display_codes,
    forms,
    grants,
    health,
    holder_cases,
    ledger,
    license_types,
    licenses,
    marks,
    matters,
    offline_verification,
    one_things,
    outcomes,
    promises,
    proofs,
    quality,
    receipts,
    releases,
    schemas,
    seal_standings,
    seals,
    share,
    share_letters,
    sharing_family,
    status_lists,
    statuses,
    supervision,
    timestamps,
    tokens,
    transfers,
    trust,
    usages,
    verifications,
)
from api.schemas.bodies import ProblemOut, problems
from api.services import Services
from certs.errors import LicenseError
from signing.errors import SigningError
from storage.errors import StorageError
from verify.errors import VerifyError

_STATIC: Final = Path(pages.__path__[0]).parent / "static"
_API: Final = "/api/"
_PREFIX: Final = "/api/v1"
_INVALID: Final = 422
_FRAMEWORKS: Final = "HTTPValidationError"
_FOR_PROGRAMS: Final = frozenset({"/healthz", "/readyz", "/tsa"})
_DESCRIPTION: Final = """\
电子证照与电子印章：制发、核验、跨区域共享、亮证、免于提交。
Electronic licenses and seals: issuing, verification, sharing between regions, one-time display
codes, and an acceptance gate that spares the paper.

错误按 RFC 9457 返回（`application/problem+json`），`code` 稳定，可供程序判断。
Errors are RFC 9457 problem documents; programs rely on `code`.
"""
_RESOURCES: Final = (
    license_types,
    licenses,
    marks,
    statuses,
    status_lists,
    seals,
    seal_standings,
    receipts,
    schemas,
    trust,
    certificates,
    offline_verification,
    matters,
    cases,
    case_receipts,
    promises,
    forms,
    outcomes,
    transfers,
    one_things,
    releases,
    grants,
    usages,
    copies,
    display_codes,
    corrections,
    complaints,
    holder_cases,
    department_questions,
    quality,
    archive,
    batches,
    ledger,
    proofs,
    share,
    share_letters,
    sharing_family,
    supervision,
    tokens,
)
_PAGES: Final = (
    home,
    reading_modes,
    session,
    signing_in,
    staff,
    verification,
    bring,
    window,
    approvals,
    deferrals,
    declarations,
    case_forms,
    citizen,
    objections,
    offline,
    holder_case_pages,
    granting,
    delegations,
    own_files,
    verifier_applications,
    guardians,
    use_log,
    complaining,
    display,
    embedding,
    supervise,
    minting_forms,
    issued_licenses,
    issue_batches,
    issue_bulk,
    issue_changes,
    issue_corrections,
    issue_seal_offers,
    issue_seals,
    issue_types,
    issue,
    archivist,
    audit,
    audit_entries,
    admin_people,
    admin_clients,
    admin_system,
    admin_webhooks,
    verifiers,
)
_OWN_ERRORS: Final = (ApiError, LicenseError, SigningError, StorageError, VerifyError)


def create_app(services: Services) -> FastAPI:
    """Build the application around ready collaborators."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[dict[str, Services]]:
        yield {"services": services}

    app = FastAPI(
        title="印信 Yinxin",
        version="1",
        description=_DESCRIPTION,
        lifespan=lifespan,
        openapi_url=f"{_PREFIX}/openapi.json",
        # Their pages load scripts from outside, which a government network does not reach.
        docs_url=None,
        redoc_url=None,
        routes=list(_routes()),
    )
    # The last one added is the outermost.
    app.add_middleware(DecisionRecorder)
    app.add_middleware(BodyLimit)
    app.add_middleware(SecurityHeaders)
    _install_problems(app, services)
    _describe_problems(app)
    return app


@cache
def _routes() -> tuple[BaseRoute, ...]:
    """Every route, made once a process: they know no services, which come with each request."""
    every = APIRouter()
    # First and by itself: gates ask it thousands of times, and routes are tried in order.
    for resource in (verifications, *_RESOURCES):
        every.include_router(resource.router, prefix=_PREFIX)
    for programs in (health, timestamps):
        every.include_router(programs.router)
    for page in _PAGES:
        every.include_router(page.router, include_in_schema=False)
    every.mount("/static", StaticFiles(directory=_STATIC), name="static")
    return tuple(every.routes)


def _install_problems(app: FastAPI, services: Services) -> None:
    """Answer errors with a problem document, or with a page where a page was asked for."""

    def answer(request: Request, error: Exception) -> Response:
        problem = describe(error)
        path = request.url.path
        if path.startswith(_API) or path in _FOR_PROGRAMS:
            return problem.response(request)
        return failure_page(request, services, problem)

    def answer_unforeseen(request: Request, error: Exception) -> Response:
        # This answer is made outside the middleware that adds the headers.
        return secure(answer(request, error))

    for kind in (*_OWN_ERRORS, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, answer)
    app.add_exception_handler(Exception, answer_unforeseen)


def _describe_problems(app: FastAPI) -> None:
    """Put the problem document into the OpenAPI description, and nothing of the framework's."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = get_openapi(
                title=app.title,
                version=app.version,
                description=app.description,
                routes=app.routes,
            )
            components = schema.setdefault("components", {}).setdefault("schemas", {})
            components["ProblemOut"] = ProblemOut.model_json_schema()
            _describe_refusals(schema)
            add_examples(schema)
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # the way FastAPI documents


def _describe_refusals(schema: dict[str, Any]) -> None:
    """Say of every route with a body that it may be unreadable or over the limit.

    What the framework says of invalid questions is replaced: they are answered with problems.
    """
    for operation in (item for path in schema["paths"].values() for item in path.values()):
        answers = operation["responses"]
        if "requestBody" in operation:
            for status, answer in problems(400, 413).items():
                answers.setdefault(str(status), answer)
        if _FRAMEWORKS in str(answers.get(str(_INVALID), "")):
            answers[str(_INVALID)] = problems(_INVALID)[_INVALID]
    for name in ("ValidationError", _FRAMEWORKS):
        schema["components"]["schemas"].pop(name, None)
