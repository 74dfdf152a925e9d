"""监督台: how 免于提交 is kept, for supervisors; and the figures that everybody may read."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from api.pages.rendering import PageDep
from api.problem_words import decisions
from api.statistics_rows import OVERASK_HEADINGS, group_name, overask_row, type_names
from api.supervision_board import board_of
from api.words_of_silence import source_name
from certs.rights import Action
from verify.acceptance.reasons import REASONS
from verify.supervision.desk import SupervisionDesk, weeks_text
from verify.supervision.tallies import Fact, Grouping, Weeks

router = APIRouter(prefix="/supervise")
_SHOWN: Final = 200
_FIRST_DAY: Final = date(1970, 1, 5)
_LAST_DAY: Final = date(9000, 1, 1)
_MOST_WEEKS: Final = 53
_Day = Annotated[date | None, Query(ge=_FIRST_DAY, le=_LAST_DAY)]
_First = Annotated[_Day, Query(alias="from")]
_Last = Annotated[_Day, Query(alias="to")]
GROUPS: Final = {
    Grouping.WEEK: ("按周", "By week"),
    Grouping.MATTER: ("按事项", "By matter"),
    Grouping.DEPARTMENT: ("按部门", "By department"),
    Grouping.REGION: ("按证照来源地区", "By region of the license"),
    Grouping.OPERATOR: ("按窗口人员", "By window"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """What a code is called."""

    zh: str
    en: str = ""


REFUSALS: Final = {
    kind.code: Words(kind.title_zh, kind.title_en) for kind in decisions.KINDS.values()
}


@router.get("")
def show_figures(
    page: PageDep, by: Grouping = Grouping.MATTER, first: _First = None, last: _Last = None
) -> HTMLResponse:
    """Show the figures of some weeks, the last twelve where none are named."""
    page.who_may(Action.READ_FIGURES)
    desk = page.services.supervision
    weeks = _weeks(desk, first, last)
    board = board_of(desk, weeks)
    silent = board.total.silent if board.total is not None else {}
    return page.render(
        "supervise.html",
        board=board,
        span=board.span,
        total=board.total,
        groups=desk.figures(weeks, by),
        by=by,
        groupings=GROUPS,
        name_of=group_name(by, page.services.matters),
        health=desk.health(weeks),
        limits=desk.limits,
        reasons=REASONS,
        refusals=REFUSALS,
        source_name=source_name,
        sources={source: Words(source_name(source)) for source in silent},
        type_name=_type_namer(page),
    )


@router.get("/cases")
def show_cases(
    page: PageDep,
    fact: Fact,
    code: Annotated[str, Query(max_length=80)] = "",
    first: _First = None,
    last: _Last = None,
) -> HTMLResponse:
    """Show the numbers of the cases behind a figure."""
    page.who_may(Action.READ_FIGURES)
    desk = page.services.supervision
    weeks = _weeks(desk, first, last)
    return page.render(
        "supervise_cases.html",
        fact=fact,
        code=code,
        span=weeks_text(weeks),
        cases=desk.cases(weeks, fact, code, limit=_SHOWN),
        most=_SHOWN,
    )


@router.get("/overasks")
def show_overasks(
    page: PageDep,
    type_code: Annotated[str, Query(alias="type", max_length=21)] = "",
    first: _First = None,
    last: _Last = None,
) -> HTMLResponse:
    """Show the requests that were refused because they went beyond."""
    page.who_may(Action.READ_FIGURES)
    desk = page.services.supervision
    weeks = _weeks(desk, first, last)
    found = desk.overasks(weeks, type_code=type_code, limit=_SHOWN)
    return page.render(
        "supervise_overasks.html",
        type_code=type_code,
        type_name=_type_namer(page),
        span=weeks_text(weeks),
        headings=OVERASK_HEADINGS,
        rows=[overask_row(item) for item in found],
        most=_SHOWN,
    )


@router.get("/public")
def show_public_figures(page: PageDep) -> HTMLResponse:
    """Show everybody what governments publish."""
    figures = page.services.public_figures.get()
    return page.render(
        "supervise_public.html",
        figures=figures,
        licenses=type_names(figures.licenses, page.services.catalogue),
    )


def _weeks(desk: SupervisionDesk, first: date | None, last: date | None) -> Weeks:
    """Return the weeks that are asked for, a year at most: a page shows each of them."""
    weeks = desk.weeks(first, last)
    return Weeks(first=max(weeks.first, weeks.last - _MOST_WEEKS + 1), last=weeks.last)


def _type_namer(page: PageDep) -> Callable[[str], str]:
    """Return what calls types of licenses by their names."""
    names = {str(item.code): item.name for item in page.services.catalogue}
    return lambda code: names.get(code, code)
