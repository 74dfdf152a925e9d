"""Statistics (监督统计) over HTTP: for supervisors, and what everybody may read."""

from datetime import date
from enum import StrEnum, unique
from typing import Annotated, Final

from fastapi import APIRouter, Query, Response

from api.auth import SupervisorDep
from api.schemas.bodies import problems
from api.schemas.supervision import (
    CasesBehindOut,
    FiguresOut,
    HealthOut,
    PublicFiguresOut,
    StatisticsOut,
)
from api.services import ServicesDep
from api.statistics_rows import csv_text, group_name
from verify.supervision.desk import weeks_text
from verify.supervision.tallies import Fact, Grouping

router = APIRouter(prefix="/statistics", tags=["监督统计 statistics"])
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
    _caller: SupervisorDep,
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
        return Response(csv_text(found, name_of), media_type=_CSV)
    first_day, last_day = weeks_text(weeks)
    return StatisticsOut(
        first_day=date.fromisoformat(first_day),
        last_day=date.fromisoformat(last_day),
        groups=tuple(FiguresOut.of(item, name_of) for item in found),
        health=HealthOut.of(desk.health(weeks)),
    )


@router.get(
    "/cases",
    summary="统计钻取 · the cases behind a figure",
    responses=problems(401, 403, 422),
)
def list_cases(  # noqa: PLR0913, PLR0917 - the parts of a question
    services: ServicesDep,
    _caller: SupervisorDep,
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


@router.get("/public", summary="免于提交公示 · what everybody may read")
def read_public_figures(services: ServicesDep) -> PublicFiguresOut:
    """Return licenses in force by type, matters that exempt, times used and exempted."""
    return PublicFiguresOut.of(services.public_figures.get())
