"""The report of the four properties (四性检测报告) as a page that needs nothing but itself."""

from collections.abc import Iterable
from html import escape
from typing import Final

from api.archive_views import OUTCOMES, state_of
from verify.archive_checks.results import ArchiveReport, ItemResult, Principle

_STYLE: Final = (
    "body{font-family:sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;"
    "overflow-wrap:anywhere}"
    "table{border-collapse:collapse;width:100%}td,th{border:1px solid #999;padding:.3rem;"
    "text-align:left;vertical-align:top;overflow-wrap:normal}td:last-child{overflow-wrap:anywhere}"
    "td:first-child,td:nth-child(3),td:nth-child(4){white-space:nowrap}"
    ".fail{font-weight:bold}"
)


def reports_page(reports: Iterable[ArchiveReport]) -> str:
    """Return an HTML page of reports, each with every item; it runs nothing and loads nothing."""
    sections = "".join(map(_section, reports))
    return (
        '<!doctype html><html lang="zh"><head><meta charset="utf-8">'
        f"<title>四性检测报告</title><style>{_STYLE}</style></head><body>"
        f"<h1>四性检测报告 · four properties</h1>{sections}</body></html>\n"
    )


def _section(report: ArchiveReport) -> str:
    rows = "".join(_row(item) for item in report.items)
    demands = "".join(
        f"<li>{escape(item)}：{escape(OUTCOMES[report.principle(item)])}</li>" for item in Principle
    )
    return (
        f"<section><h2>{escape(report.subject)}：{escape(state_of(report))}</h2>"
        f"<p>环节 {report.stage}，信息包 {escape(report.package_id or '—')}，"
        f"{escape(report.checked_at.isoformat(timespec='seconds'))}</p><ul>{demands}</ul>"
        "<table><thead><tr><th>项 item</th><th>内容 what</th><th>要求 demand</th>"
        f"<th>结果 outcome</th><th>依据 evidence</th></tr></thead><tbody>{rows}</tbody></table>"
        "</section>"
    )


def _row(item: ItemResult) -> str:
    evidence = "，".join(f"{name}={value}" for name, value in item.result.evidence.items())
    cells = (
        item.name,
        f"{item.zh} {item.en}",
        item.principle.value,
        OUTCOMES[item.result.outcome],
        evidence,
    )
    written = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
    return f'<tr class="{item.result.outcome}">{written}</tr>'
