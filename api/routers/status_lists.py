"""Status lists (状态列表) over HTTP: for anybody, signed, and the same for all who ask."""

from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Path, Query, Response

from api.http_errors import NotServedHereError
from api.schemas.bodies import problems
from api.schemas.status_lists import Moment, StatusListsOut
from api.services import ServicesDep
from certs.errors import StatusListNotFoundError
from certs.status_lists import deltas, tokens
from certs.status_lists.publishing import PATH
from certs.status_lists.reading import DAY, VERSION, find_difference, find_token

router = APIRouter(prefix=PATH.removeprefix("/api/v1"), tags=["状态列表 status lists"])
_KEPT_SECONDS: Final = 10
_LAST_NUMBER: Final = 999_999_999
_LAST_SECOND: Final = 2**33
_Number = Annotated[int, Path(ge=0, le=_LAST_NUMBER, description="列表编号")]
_IfNoneMatch = Annotated[
    str | None, Header(max_length=2000, description='ETag 即版本 · `"SM3 of the token"`')
]


def _answers(media_type: str, what: str, *statuses: int) -> dict[int | str, dict[str, Any]]:
    return {
        200: {
            "description": what,
            "content": {media_type: {"schema": {"type": "string", "format": "binary"}}},
        },
        304: {"description": "没有变化 · nothing has changed"},
        **problems(*statuses),
    }


@router.get("", summary="所有状态列表 · all status lists")
def read_lists(services: ServicesDep) -> StatusListsOut:
    """Return every list with its present version; `status_lists` is the draft's aggregation."""
    with services.unit_of_work() as work:
        work.only_read()
        return StatusListsOut.of(work.status_lists.present(), public_url=services.public_url)


@router.get(
    "/{number}",
    summary="一份状态列表 · one status list",
    response_class=Response,
    responses=_answers(
        tokens.CONTENT_TYPE,
        "CWT（COSE_Sign1，SM2），IETF Token Status List，每项 2 位 · two bits an entry",
        404,
        422,
    ),
)
def read_list(
    number: _Number,
    services: ServicesDep,
    at: Annotated[
        Moment | None, Query(description="所问时刻，返回当时的列表 · as it stood then")
    ] = None,
    time: Annotated[
        int | None,
        Query(ge=0, lt=_LAST_SECOND, description="同上，按草案写作秒数 · seconds since 1970"),
    ] = None,
    if_none_match: _IfNoneMatch = None,
) -> Response:
    """Return the list's token, byte for byte; `at` or `time` ask for an earlier one."""
    moment = at if time is None else datetime.fromtimestamp(time, UTC)
    kept = find_token(number, moment, unit_of_work=services.unit_of_work)
    if kept is None:
        raise StatusListNotFoundError(f"no list {number}, or none of that moment")
    headers = _headers(kept.version, kept.issued_at)
    if _is_known(kept.version, if_none_match):
        return Response(status_code=304, headers=headers)
    return Response(kept.encoded, media_type=tokens.CONTENT_TYPE, headers=headers)


@router.get(
    "/{number}/delta",
    summary="状态列表增量 · what changed in a list",
    response_class=Response,
    responses=_answers(
        deltas.CONTENT_TYPE,
        "CWT（COSE_Sign1，SM2）：变化的项及其新值 · changed entries and their new values",
        404,
        422,
        503,
    ),
)
def read_delta(
    number: _Number,
    services: ServicesDep,
    since: Annotated[
        str,
        Query(
            pattern=f"^({VERSION.pattern}|{DAY.pattern})$",
            description="已有的版本（SM3），或日期（北京时间零时起） · a version, or a day",
        ),
    ],
    if_none_match: _IfNoneMatch = None,
) -> Response:
    """Return, signed, what leads from a version, or from a day's beginning, to the present list."""
    if services.status_signer is None:
        raise NotServedHereError("no key for status lists")
    found = find_difference(number, since, unit_of_work=services.unit_of_work)
    headers = _headers(found.name, found.after.issued_at)
    if _is_known(found.name, if_none_match):
        return Response(status_code=304, headers=headers)
    delta = found.sign(services.status_signer)
    return Response(delta, media_type=deltas.CONTENT_TYPE, headers=headers)


def _headers(name: str, issued_at: datetime) -> dict[str, str]:
    return {
        "ETag": f'"{name}"',
        "Last-Modified": format_datetime(issued_at.astimezone(UTC), usegmt=True),
        "Cache-Control": f"public, max-age={_KEPT_SECONDS}",
    }


def _is_known(name: str, if_none_match: str | None) -> bool:
    """Whether whoever asks holds this already (RFC 9110 §13.1.2, compared weakly)."""
    held = (item.strip().removeprefix("W/") for item in (if_none_match or "").split(","))
    return any(item in {"*", f'"{name}"'} for item in held)
