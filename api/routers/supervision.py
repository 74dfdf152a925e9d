"""Statistics (监督统计) over HTTP: for supervisors, and what everybody may read."""

from datetime import date
from enum import StrEnum, unique
from typing import Annotated, Final

from fastapi import APIRouter, Query, Response

from api.auth import may
from api.callers import Caller
from api.schemas.bodies import problems
from api.schemas.supervision import (
    CasesBehindOut,
    FiguresOut,
    HealthOut,
    OverAskOut,
    OverAsksOut,
    PublicFiguresOut,
    StatisticsOut,
)
from api.services import ServicesDep
from api.statistics_rows import csv_text, group_name, overask_csv
from certs.rights import Action
from verify.supervision.desk import weeks_text
from verify.supervision.tallies import Fact, Grouping

router = APIRouter(prefix="/statistics", tags=["监督统计 statistics"])
_ReadFiguresDep = Annotated[Caller, may(Action.READ_FIGURES)]
_CSV: Final = "text/csv; charset=utf-8"
_FIRST_DAY: Final = date(1970, 1, 1)
_LAST_DAY: Final = date(9000, 1, 1)
_Day = Annotated[date | None, Query(ge=_FIRST_DAY, le=_LAST_DAY)]
_First = Annotated[_Day, Query(alias="from", description="其所在周起; the last twelve weeks")]
_Last = Annotated[_Day, Query(alias="to", description="至其所在周")]


@unique
class Format(StrEnum):
    """How figures are written."""

    JSON = "json"
    CSV = "csv"


@router.get(
    "",
    summary="免于提交监督统计 · figures of acceptance",
    response_model=StatisticsOut,
    responses={
        200: {"content": {"text/csv": {"schema": {"type": "string"}}}},
        **problems(401, 403, 422),
    },
)
def read_statistics(
    services: ServicesDep,
    _caller: _ReadFiguresDep,
    by: Annotated[Grouping | None, Query(description="分组; all together if absent")] = None,
    first: _First = None,
    last: _Last = None,
    form: Annotated[Format, Query(alias="format")] = Format.JSON,
) -> StatisticsOut | Response:
    """Return what was asked for, spared, demanded and refused, by whole weeks of Beijing."""
    desk = services.supervision
    weeks = desk.weeks(first, last)
    found, name_of = desk.figures(weeks, by), group_name(by, services.matters)
    if form is Format.CSV:
        return Response(csv_text(found, name_of, limits=desk.limits), media_type=_CSV)
    first_day, last_day = weeks_text(weeks)
    return StatisticsOut(
        first_day=date.fromisoformat(first_day),
        last_day=date.fromisoformat(last_day),
        groups=tuple(FiguresOut.of(item, name_of, desk.limits) for item in found),
        health=HealthOut.of(desk.health(weeks), desk.limits),
    )


@router.get(
    "/cases",
    summary="统计钻取 · the cases behind a figure",
    responses=problems(401, 403, 422),
)
def list_cases(  # noqa: PLR0913, PLR0917 - the parts of a question
    services: ServicesDep,
    _caller: _ReadFiguresDep,
    fact: Annotated[Fact, Query(description="统计事实")],
    code: Annotated[str, Query(max_length=80, description="demand/P99, ELICENSE_AVAILABLE …")] = "",
    first: _First = None,
    last: _Last = None,
    after: Annotated[str, Query(max_length=21, description="`next` of the page before")] = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> CasesBehindOut:
    """Return case numbers in their order; who applied is not told."""
    desk = services.supervision
    found = desk.cases(desk.weeks(first, last), fact, code, after=after, limit=limit)
    following = found[-1] if len(found) == limit else None
    return CasesBehindOut(cases=found, next=following)


@router.get(
    "/overasks",
    summary="超范围调用明细 · requests that went beyond",
    response_model=OverAsksOut,
    responses={
        200: {"content": {"text/csv": {"schema": {"type": "string"}}}},
        **problems(401, 403, 422),
    },
)
def list_overasks(  # noqa: PLR0913, PLR0917 - the parts of a question
    services: ServicesDep,
    _caller: _ReadFiguresDep,
    type_code: Annotated[str, Query(alias="type", max_length=21, description="证照类型代码")] = "",
    first: _First = None,
    last: _Last = None,
    after: Annotated[int, Query(ge=0, lt=2**63, description="`next` of the page before")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    form: Annotated[Format, Query(alias="format")] = Format.JSON,
) -> OverAsksOut | Response:
    """Return refused requests, oldest first; whose licenses they were about is not kept."""
    desk = services.supervision
    found = desk.overasks(desk.weeks(first, last), type_code=type_code, after=after, limit=limit)
    if form is Format.CSV:
        return Response(overask_csv(found), media_type=_CSV)
    following = found[-1].number if len(found) == limit else None
    return OverAsksOut(requests=tuple(map(OverAskOut.of, found)), next=following)


@router.get("/public", summary="免于提交公示 · what everybody may read")
def read_public_figures(services: ServicesDep) -> PublicFiguresOut:
    """Return licenses in force by type, matters that exempt, times used and exempted."""
    return PublicFiguresOut.of(services.public_figures.get())
