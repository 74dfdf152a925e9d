"""Open findings license by license, for people who mend them: a page, or all in a workbook."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from api.services import Services
from api.stock_linting import FindingWords
from certs.civil_dates import day_of
from certs.lints.worklists import OpenFinding, WorkScope
from certs.rows.figures import Figure, write_figures

_PAGE: Final = 500
MOST_ROWS: Final = 1_000_000
"""Of a workbook, below the heading; a sheet has hardly more."""
_HEADINGS: Final = ("证照标识", "证照类型代码", "维度", "信息项", "说明", "检查项", "首次发现")


def work_page(
    services: Services, scope: WorkScope, *, after: int, limit: int
) -> tuple[tuple[OpenFinding, ...], int | None]:
    """Return a page of open findings, and behind what the next one begins; None on the last."""
    with services.unit_of_work() as work:
        found = work.quality.open_findings(
            scope, at=services.clock.now(), after=after, limit=limit + 1
        )
    shown = found[:limit]
    return shown, shown[-1].place if len(found) > limit else None


def finding_json(item: OpenFinding, words: FindingWords) -> dict[str, Any]:
    """Return an open finding for programs."""
    return {
        "identifier": item.kept.identifier,
        "type": item.type_code,
        **words.json(item.kept, item.type_code),
    }


def finding_line(item: OpenFinding, words: FindingWords) -> str:
    """Return an open finding for people."""
    return f"{item.kept.identifier}  {words.line(item.kept, item.type_code)}"


def write_worklist(path: Path, services: Services, scope: WorkScope) -> int:
    """Write all open findings into a workbook; return how many rows it has.

    A file that is there is replaced. At most ``MOST_ROWS`` are written.

    Raises:
        OSError: The workbook cannot be written.
    """
    count = 0

    def rows() -> Iterator[tuple[Figure, ...]]:
        nonlocal count
        yield _HEADINGS
        for row in _rows(services, scope):
            if count == MOST_ROWS:
                return
            count += 1
            yield row

    write_figures(path, {"待办清单": rows()}, title="数据质量待办清单")
    return count


def _rows(services: Services, scope: WorkScope) -> Iterator[tuple[Figure, ...]]:
    words = FindingWords.of(services.catalogue)
    after: int | None = 0
    while after is not None:
        page, after = work_page(services, scope, after=after, limit=_PAGE)
        for item in page:
            finding = item.kept.finding
            yield (
                item.kept.identifier,
                item.type_code,
                finding.dimension.zh,
                words.label(finding, item.type_code),
                words.lint(finding).zh,
                finding.lint,
                day_of(item.kept.first_seen).isoformat(),
            )
