"""Corrections (纠错) over HTTP: anybody signed in may raise one, the issuer handles it."""

import secrets
from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Response

from api.auth import may
from api.callers import Caller
from api.http_errors import KeyReusedError, UnknownLicenseTypeError
from api.license_reading import own_license
from api.schemas.bodies import problems
from api.schemas.corrections import (
    CorrectionIn,
    CorrectionOut,
    CorrectionPageOut,
    CorrectionStepIn,
)
from api.services import Services, ServicesDep, Work
from certs.access import CallerRole
from certs.correction_desk import Objection, raise_correction, take_step
from certs.corrections import Correction, CorrectionEvent, CorrectionStep
from certs.errors import CorrectionNotFoundError
from certs.rights import Action, Relation

router = APIRouter(prefix="/corrections", tags=["纠错 corrections"])
_AnswerCorrectionDep = Annotated[Caller, may(Action.ANSWER_CORRECTION)]
_RaiseCorrectionDep = Annotated[Caller, may(Action.RAISE_CORRECTION)]
_ReadCorrectionDep = Annotated[Caller, may(Action.READ_CORRECTION)]
_RECEIPT = r"^[A-Z2-7]{16}$"
_Receipt = Annotated[str, Path(pattern=_RECEIPT, description="回执编号")]
_Key = Annotated[str | None, Header(min_length=1, max_length=200)]


@router.post(
    "",
    status_code=201,
    summary="提出纠错 · say that a license is wrong",
    responses=problems(401, 403, 404, 422),
)
def raise_one(
    body: CorrectionIn,
    services: ServicesDep,
    caller: _RaiseCorrectionDep,
    response: Response,
    idempotency_key: _Key = None,
) -> CorrectionOut:
    """Say that a license is missing, wrong or cannot be loaded; the answer is the receipt.

    Citizens speak of their own licenses. A request repeated under the same Idempotency-Key
    returns the correction it led to.
    """
    key = idempotency_key or secrets.token_hex(16)
    with services.unit_of_work() as work:
        if body.license and caller.grant.is_holder:
            own_license(body.license, caller=caller, work=work)
        correction = raise_correction(
            _objection(body, services),
            actor=caller.person,
            request_key=f"{caller.person}:{key}",
            work=work,
            clock=services.clock,
        )
        if not _asks_for(body, correction):
            raise KeyReusedError(key)
        work.commit()
    response.headers["Location"] = f"/api/v1/corrections/{correction.receipt}"
    return CorrectionOut.of(correction, services.correction_limits, whole=True)


def _asks_for(body: CorrectionIn, correction: Correction) -> bool:
    """Tell whether a correction is what is asked for; what is archived proposes nothing."""
    return (
        (correction.kind, correction.identifier) == (body.kind, body.license or "")
        and correction.remark == body.remark
        and (not correction.is_open or dict(correction.proposed) == body.fields)
    )


def _objection(body: CorrectionIn, services: Services) -> Objection:
    license_type = services.license_type(body.type)
    if license_type is None:
        raise UnknownLicenseTypeError(body.type)
    return Objection(
        kind=body.kind,
        identifier=body.license or "",
        license_type=license_type,
        remark=body.remark,
        proposed=body.fields,
    )


@router.get("", summary="纠错列表 · list corrections", responses=problems(401, 403, 422))
def list_corrections(
    services: ServicesDep,
    _caller: _AnswerCorrectionDep,
    open_only: Annotated[bool, Query(alias="open")] = False,  # noqa: FBT002 - a query parameter
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    after: Annotated[str | None, Query(pattern=_RECEIPT)] = None,
) -> CorrectionPageOut:
    """Return corrections, newest first, without what they propose."""
    with services.unit_of_work() as work:
        work.only_read()
        found = work.corrections.newest(limit + 1, after=after, open_only=open_only)
    limits = services.correction_limits
    shown = found[:limit]
    return CorrectionPageOut(
        corrections=tuple(CorrectionOut.of(item, limits) for item in shown),
        next=shown[-1].receipt if len(found) > limit else None,
    )


@router.get("/{receipt}", summary="一件纠错 · one correction", responses=problems(401, 403, 404))
def show_correction(
    receipt: _Receipt, services: ServicesDep, caller: _ReadCorrectionDep
) -> CorrectionOut:
    """Return a correction to the issuer, and to whoever raised it."""
    with services.unit_of_work() as work:
        work.only_read()
        return _shown(receipt, caller, services, work)


@router.get(
    "/{receipt}/events", summary="纠错的步骤 · its steps", responses=problems(401, 403, 404)
)
def read_events(
    receipt: _Receipt, services: ServicesDep, caller: _ReadCorrectionDep
) -> CorrectionOut:
    """Return the same; its `events` are the steps, oldest first."""
    return show_correction(receipt, services, caller)


def _relation(caller: Caller) -> Relation:
    """Return how somebody stands to a correction that somebody else raised."""
    is_desk = caller.role in {CallerRole.ISSUER, CallerRole.MAKER, CallerRole.CHECKER}
    return Relation.OFFICE if is_desk else Relation.STRANGER


def _shown(receipt: str, caller: Caller, services: Services, work: Work) -> CorrectionOut:
    correction = work.corrections.get(receipt)
    is_proposer = correction.proposer == caller.person
    if not caller.may_as(Relation.OWN if is_proposer else _relation(caller)):
        raise CorrectionNotFoundError(receipt)
    return CorrectionOut.of(correction, services.correction_limits, whole=True)


@router.post(
    "/{receipt}/events",
    status_code=201,
    summary="办理纠错 · take the next step",
    responses=problems(401, 403, 404, 409, 422),
)
def take_next_step(
    receipt: _Receipt, body: CorrectionStepIn, services: ServicesDep, caller: _AnswerCorrectionDep
) -> CorrectionOut:
    """Accept, flag, verify, unflag, archive; what is upheld is closed with its new version."""
    event = CorrectionEvent(
        step=CorrectionStep(body.step),
        at=services.clock.now(),
        actor=caller.person,
        reason=body.reason,
        license=body.license or "",
    )
    correction = take_step(receipt, event, unit_of_work=services.unit_of_work)
    return CorrectionOut.of(correction, services.correction_limits, whole=True)
