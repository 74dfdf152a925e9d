"""监督台: how 免于提交 is kept, for supervisors; and the figures that everybody may read."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from api.pages.rendering import PageDep
from api.problem_words import decisions
from api.statistics_rows import OVERASK_HEADINGS, group_name, overask_row, type_names
from api.words_of_silence import source_name
from certs.rights import Action
from verify.acceptance.reasons import REASONS
from verify.supervision.desk import weeks_text
from verify.supervision.tallies import Fact, Grouping

router = APIRouter(prefix="/supervise")
_SHOWN: Final = 200
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
def show_figures(page: PageDep, by: Grouping = Grouping.MATTER) -> HTMLResponse:
    """Show the figures of the last twelve weeks."""
    page.who_may(Action.READ_FIGURES)
    desk = page.services.supervision
    weeks = desk.weeks()
    total = desk.figures(weeks)
    return page.render(
        "supervise.html",
        span=weeks_text(weeks),
        total=total[0] if total else None,
        groups=desk.figures(weeks, by),
        by=by,
        groupings=GROUPS,
        name_of=group_name(by, page.services.matters),
        health=desk.health(weeks),
        limits=desk.limits,
        reasons=REASONS,
        refusals=REFUSALS,
        source_name=source_name,
        sources={source: Words(source_name(source)) for source in total[0].silent} if total else {},
        type_name=_type_namer(page),
    )


@router.get("/cases")
def show_cases(
    page: PageDep, fact: Fact, code: Annotated[str, Query(max_length=80)] = ""
) -> HTMLResponse:
    """Show the numbers of the cases behind a figure."""
    page.who_may(Action.READ_FIGURES)
    desk = page.services.supervision
    weeks = desk.weeks()
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
    page: PageDep, type_code: Annotated[str, Query(alias="type", max_length=21)] = ""
) -> HTMLResponse:
    """Show the requests that were refused because they went beyond."""
    page.who_may(Action.READ_FIGURES)
    desk = page.services.supervision
    weeks = desk.weeks()
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


def _type_namer(page: PageDep) -> Callable[[str], str]:
    """Return what calls types of licenses by their names."""
    names = {str(item.code): item.name for item in page.services.catalogue}
    return lambda code: names.get(code, code)
