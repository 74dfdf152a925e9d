"""Letters between regions over HTTP: what departments are asked, and what they answered."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response

from api.correction_office import CorrectionDesk
from api.http_errors import NotServedHereError
from api.letter_answers import answer_letter, open_letter
from api.schemas.bodies import problems
from api.schemas.registers import RegisterListOut
from api.services import Services, ServicesDep
from verify.case_corrections.letters import FOLLOW, RAISE, parse_raised
from verify.case_corrections.letters import parse_poll as parse_followed
from verify.case_corrections.letters import standing_body as standing_of
from verify.departments.box import DepartmentBox
from verify.departments.questions import (
    ASK,
    POLL,
    parse_poll,
    parse_question,
    place_of,
    receipt_body,
    standing_body,
)
from verify.errors import ShareError, SourceSilentError
from verify.letters import LetterKind
from verify.registers.questions import FACT, parse_fact, reply_body

router = APIRouter(prefix="/share", tags=["跨区域 between regions"])
_JSON: Final = "application/json"


async def _whole_body(request: Request) -> bytes:
    return await request.body()


_BodyDep = Annotated[bytes, Depends(_whole_body)]


def _described(kind: LetterKind) -> dict[str, Any]:
    """Return what the OpenAPI description says of a route for letters of a kind."""
    return {
        "response_class": Response,
        "responses": {
            200: {
                "description": f"{kind.answer}: signed, encrypted for whoever asked",
                "content": {_JSON: {}},
            },
            **problems(403, 413),
        },
        "openapi_extra": {
            "requestBody": {
                "required": True,
                "description": f"{kind.question}: signed by a region of the trust list",
                "content": {_JSON: {"schema": {"type": "object"}}},
            }
        },
    }


@router.post(
    "/department-questions",
    summary="部门核验 · a question to a department of this region",
    **_described(ASK),
)
def take_question(body: _BodyDep, services: ServicesDep) -> Response:
    """Keep a question of a region of the trust list; the same question again is no other."""
    box = _box(services)
    received = open_letter(body, kind=ASK, services=services)
    question = parse_question(received.body, now=services.clock.now())
    box.take_in(question, asker=received.asker.code)
    answer = receipt_body(place_of(question))
    return Response(answer_letter(answer, received, kind=ASK, services=services), media_type=_JSON)


@router.post(
    "/department-answers",
    summary="部门核验结果 · what became of questions",
    **_described(POLL),
)
def tell_answers(body: _BodyDep, services: ServicesDep) -> Response:
    """Tell a region of the trust list what became of its own questions."""
    box = _box(services)
    received = open_letter(body, kind=POLL, services=services)
    standing = box.standing(parse_poll(received.body), asker=received.asker.code)
    return Response(
        answer_letter(standing_body(standing), received, kind=POLL, services=services),
        media_type=_JSON,
    )


@router.post(
    "/facts",
    summary="数据共享核验 · is it so?",
    **_described(FACT),
)
def answer_fact(body: _BodyDep, services: ServicesDep) -> Response:
    """Tell a region of the trust list whether something is so; that it asked is on record first.

    What no register here knows how to answer is refused like everything else.
    """
    if services.case_sources is None:
        raise NotServedHereError("no register answers here")
    desk = services.case_sources.register_desk
    received = open_letter(body, kind=FACT, services=services)
    asker = received.asker
    try:
        reply = desk.answer(parse_fact(received.body), user=f"{asker.name}（{asker.code}）")
    except SourceSilentError as error:
        raise ShareError("no register here answers this") from error
    return Response(
        answer_letter(reply_body(reply), received, kind=FACT, services=services),
        media_type=_JSON,
    )


@router.post(
    "/corrections",
    summary="办件纠错 · a license of this region is wrong or missing",
    **_described(RAISE),
)
def raise_correction(body: _BodyDep, services: ServicesDep) -> Response:
    """Take in what a case of another region says is wrong; the same again is no other."""
    desk = _corrections(services)
    received = open_letter(body, kind=RAISE, services=services)
    raised = parse_raised(received.body, region=services.region, at=services.clock.now())
    standing = desk.raise_one(raised, asker=received.asker.code, name=received.asker.name)
    return Response(
        answer_letter(standing_of(standing), received, kind=RAISE, services=services),
        media_type=_JSON,
    )


@router.post(
    "/correction-standings",
    summary="办件纠错的进展 · what came of it",
    **_described(FOLLOW),
)
def follow_correction(body: _BodyDep, services: ServicesDep) -> Response:
    """Tell a region how its own correction stands."""
    desk = _corrections(services)
    received = open_letter(body, kind=FOLLOW, services=services)
    standing = desk.standing(parse_followed(received.body), asker=received.asker.code)
    return Response(
        answer_letter(standing_of(standing), received, kind=FOLLOW, services=services),
        media_type=_JSON,
    )


@router.get("/registers", summary="数据源目录 · the registers offered here")
def list_registers(services: ServicesDep) -> RegisterListOut:
    """Tell anybody which registers of facts answer here, and to what."""
    sources = services.case_sources
    return RegisterListOut.of(sources.register_desk.registers.values() if sources else ())


def _corrections(services: Services) -> CorrectionDesk:
    if services.case_sources is None:
        raise NotServedHereError("no corrections are taken in here")
    return services.case_sources.correction_desk


def _box(services: Services) -> DepartmentBox:
    if services.case_sources is None:
        raise NotServedHereError("no department answers here")
    return services.case_sources.box
