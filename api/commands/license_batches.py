"""``yinxin license batch``: mint a department's rows."""

import argparse
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final

from api.batch_minting import mint_source
from api.batch_quarantine import quarantine
from api.batch_reports import BatchReport, rows_that
from api.batch_sources import BatchSource, DatabaseRows, FileRows, address_given
from api.batch_views import view_of
from api.batch_words import (
    batch_json,
    column_json,
    minted_json,
    next_lines,
    problem_json,
    problem_line,
    reconciliation_lines,
)
from api.batch_workers import Workforce
from api.bootstrap import OpenHome, passphrase_of
from api.commands.batch_dialogue import confirm
from api.commands.batch_progress import progress_line
from api.commands.registry import Commands, add_command
from api.composition import connect_services
from api.console import FAILED, OK, Output
from api.desks import desk_of
from api.errors import UsageError
from api.services import Services
from api.settings import Settings
from certs.batches.batch import BatchState, RowOutcome
from certs.errors import MalformedSheetError
from certs.issuing_desk import IssuingDesk
from certs.ports import UnitOfWork
from certs.rows.mappings import read_mapping
from certs.rows.problems import RowProblem
from certs.rows.sources import SourceKind

_SHOWN_PROBLEMS: Final = 200
_MOST_WORKERS: Final = 256


def register(group: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the commands of licenses."""
    parser = add_command(
        group, "batch", _mint, text="按表格批量签发 · issue a spreadsheet", parents=[shared]
    )
    parser.add_argument("file", type=Path, nargs="?", help="xlsx, csv or jsonl")
    parser.add_argument("--data", type=Path, metavar="FILE", help="同上 the same")
    parser.add_argument(
        "--database",
        metavar="URL",
        help="从数据库读取；- 取环境变量 YINXIN_SOURCE_URL a query's rows",
    )
    parser.add_argument("--query", metavar="SELECT", help="一条 SELECT one statement that reads")
    parser.add_argument("--type", default="food_business", help="证照类型 short name or code")
    parser.add_argument("--kind", choices=[item.value for item in SourceKind])
    parser.add_argument("--encoding", help="utf-8, gb18030 …")
    parser.add_argument("--mapping", type=Path, metavar="TOML", help="表头对照 columns by name")
    parser.add_argument("--workers", type=int, default=1, metavar="N", help="进程数 processes")
    parser.add_argument("--dry-run", action="store_true", help="只检查不签发 check, mint nothing")
    parser.add_argument("--yes", action="store_true", help="不再询问 ask nothing")
    parser.add_argument("--quarantine", type=Path, metavar="XLSX", help="退回表 for refused rows")
    parser.add_argument("--operator", default="", metavar="PERSON", help="用印人 who seals")


def _mint(options: argparse.Namespace, output: Output) -> int:
    if not 1 <= options.workers <= _MOST_WORKERS:
        raise UsageError(f"进程数应为 1 至 {_MOST_WORKERS} · --workers 1 to {_MOST_WORKERS}")
    passphrase = passphrase_of(Settings.read(options.home))
    instance = OpenHome.at(options.home, passphrase=passphrase)
    with connect_services(instance) as services:
        desk = desk_of(services, options.type, operator=options.operator)
        try:
            source = _source(options, desk)
            confirm(source, desk, output, is_asked=not (options.yes or options.dry_run))
            if options.dry_run:
                return _try(source, output, desk)
            workforce = Workforce(
                home=options.home,
                passphrase=passphrase,
                workers=options.workers,
                by_queue=services.queue is not None,
            )
            with progress_line(output) as progress:
                report = mint_source(
                    source,
                    desk=desk,
                    workforce=workforce,
                    on_read=progress.read,
                    watch=progress.watch,
                )
        except MalformedSheetError as error:
            raise UsageError(f"表格无法读取 · the rows cannot be read: {error}") from error
        return _tell(report, _quarantine_path(options, source), services, output)


def _source(options: argparse.Namespace, desk: IssuingDesk) -> BatchSource:
    """Return the file or the query that the options name.

    Raises:
        UsageError: They name none, or both, or a password.
    """
    path = options.data or options.file
    mapping = read_mapping(options.mapping, desk.license_type) if options.mapping else None
    if (path is None) == (options.database is None) or bool(options.query) == bool(path):
        raise UsageError(
            "请给出数据文件，或用 --database 与 --query 指明数据库查询 · "
            "name a file: yinxin license batch FILE; or --database URL --query SELECT"
        )
    if path is None:
        address = address_given(options.database)
        return DatabaseRows(address=address, query=options.query, mapping=mapping)
    return FileRows(
        path=path,
        kind=SourceKind(options.kind) if options.kind else None,
        encoding=options.encoding,
        mapping=mapping,
    )


def _try(source: BatchSource, output: Output, desk: IssuingDesk) -> int:
    """Check every row and mint nothing."""
    read, refused = 0, 0
    shown: list[RowProblem] = []
    with source.opened(desk) as table:
        columns = [column_json(item) for item in table.columns]
        for result in table.results(missing_characters=desk.renderer.missing_characters):
            read += 1
            refused += bool(result.problems)
            if len(shown) < _SHOWN_PROBLEMS:
                shown.extend(result.problems)
    value = {
        "dry_run": True,
        "columns": columns,
        "counts": {"read": read, "good": read - refused, "refused": refused},
        "refused": [problem_json(item) for item in shown],
    }
    output.result(
        value,
        *(problem_line(item) for item in shown),
        f"试读 {read} 行，可签发 {read - refused}，不合要求 {refused} · "
        f"{read} rows read, {read - refused} good, {refused} refused; nothing was minted",
    )
    return FAILED if refused else OK


def _quarantine_path(options: argparse.Namespace, source: BatchSource) -> Path:
    chosen: Path | None = options.quarantine
    return chosen or source.beside.with_name(f"{source.beside.stem}.退回.xlsx")


def _tell(report: BatchReport, path: Path, services: Services, output: Output) -> int:
    """Say what became of a batch, and write what was refused into a workbook."""
    batch, counts = report.batch, report.counts
    with services.unit_of_work() as work:
        written = _quarantined(report, path, services, work)
        # Every row of a large batch is named only where a program asked for it.
        value = _account(report, written, work) if output.as_json else None
        shown = list(islice(_problems(batch.id, work), _SHOWN_PROBLEMS))
        view = view_of(batch, work, now=services.clock.now(), is_counted=False)
    output.result(
        value,
        *(problem_line(item) for item in shown),
        *(f"退回表，改正后可再次提交 · refused rows, to be corrected: {item}" for item in written),
        *reconciliation_lines(report),
        *(() if batch.state.is_over else next_lines(view)),
    )
    is_good = report.is_reconciled and batch.state is BatchState.DONE and not counts.refused
    return OK if is_good else FAILED


def _quarantined(
    report: BatchReport, path: Path, services: Services, work: UnitOfWork
) -> tuple[Path, ...]:
    license_type = services.license_type(report.batch.type_code)
    if license_type is None or not report.counts.refused:
        return ()
    return quarantine(report.batch, path, license_type=license_type, work=work)


def _problems(batch_id: str, work: UnitOfWork) -> Iterator[RowProblem]:
    for row in rows_that(batch_id, work, RowOutcome.REFUSED):
        yield from row.problems


def _account(report: BatchReport, written: Sequence[Path], work: UnitOfWork) -> dict[str, Any]:
    """Return what became of every row."""
    batch = report.batch
    return batch_json(batch, report.counts) | {
        "minted": minted_json(rows_that(batch.id, work, RowOutcome.MINTED)),
        "present": minted_json(rows_that(batch.id, work, RowOutcome.PRESENT)),
        "refused": [problem_json(item) for item in _problems(batch.id, work)],
        "reconciled": report.is_reconciled,
        "quarantine": [str(item) for item in written],
    }
