"""``yinxin license batch`` and ``yinxin batch``: mint a department's rows, and look after them."""

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from rich.progress import Progress

from api.batch_quarantine import quarantine
from api.batch_sources import BatchSource, DatabaseRows, FileRows, address_given
from api.batch_words import (
    batch_json,
    column_json,
    column_rows,
    counts_json,
    minted_json,
    problem_json,
    problem_line,
    reconciliation_lines,
)
from api.batch_workers import Workforce
from api.batching import (
    BatchReport,
    mint_source,
    report_of,
    rows_that,
)
from api.bootstrap import OpenHome, passphrase_of
from api.commands.registry import Commands, Handler, add_command, add_group
from api.composition import connect_services, open_services
from api.console import FAILED, OK, Output
from api.desks import desk_of
from api.errors import UsageError
from api.services import Services
from api.settings import Settings
from certs.batches.batch import BatchCounts, BatchState, RowOutcome
from certs.batches.decisions import BatchDecision, decide
from certs.errors import MalformedSheetError
from certs.issuing_desk import IssuingDesk
from certs.rows.mapping_drafts import write_mapping_draft
from certs.rows.mappings import read_mapping
from certs.rows.problems import RowProblem
from certs.rows.sources import SourceKind
from certs.rows.tables import RowTable
from certs.rows.text_encodings import Certainty

_SHOWN_PROBLEMS: Final = 200
_MOST_WORKERS: Final = 256
_LISTED: Final = 50


def add_batch_command(group: Commands, shared: argparse.ArgumentParser) -> None:
    """Add ``license batch``."""
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


def register(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the command line."""
    group = add_group(commands, "batch", text="批次 · batches", parents=[shared])
    add_command(group, "list", _list, text="列出批次 · list batches", parents=[shared])
    for name, handler, text in (
        ("show", _show, "查看与对账 · show and reconcile"),
        ("confirm", _decide(BatchDecision.CONFIRM), "确认签发 · let what was read be minted"),
        ("pause", _decide(BatchDecision.PAUSE), "暂停 · pause"),
        ("resume", _decide(BatchDecision.RESUME), "继续 · go on"),
        ("cancel", _decide(BatchDecision.CANCEL), "取消余下各行 · call off what is left"),
    ):
        add_command(group, name, handler, text=text, parents=[shared]).add_argument("batch")
    refused = add_command(
        group, "refused", _refused, text="导出退回表 · write refused rows", parents=[shared]
    )
    refused.add_argument("batch")
    refused.add_argument("--out", type=Path, required=True, metavar="XLSX")


# Minting -------------------------------------------------------------------------------------


def _mint(options: argparse.Namespace, output: Output) -> int:
    if not 1 <= options.workers <= _MOST_WORKERS:
        raise UsageError(f"进程数应为 1 至 {_MOST_WORKERS} · --workers 1 to {_MOST_WORKERS}")
    passphrase = passphrase_of(Settings.read(options.home))
    instance = OpenHome.at(options.home, passphrase=passphrase)
    with connect_services(instance) as services:
        desk = desk_of(services, options.type, operator=options.operator)
        try:
            source = _source(options, desk)
            _confirm(source, options, output, desk)
            if options.dry_run:
                return _try(source, output, desk)
            workforce = Workforce(
                home=options.home,
                passphrase=passphrase,
                workers=options.workers,
                by_queue=services.queue is not None,
            )
            with _progress(output) as progress:
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


def _confirm(
    source: BatchSource, options: argparse.Namespace, output: Output, desk: IssuingDesk
) -> None:
    """Show how the file is read, and ask where somebody can answer.

    Raises:
        UsageError: Columns do not fit, or somebody has to decide first.
    """
    with source.opened(desk) as table:
        if not output.as_json:
            headings = ("列 column", "表头 heading", "信息项 field", "识别 how", "示例 sample")
            output.table(
                f"{source.name} → {desk.license_type.name}",
                headings,
                column_rows(table.columns, desk.license_type),
            )
        if table.faults:
            _refuse_columns(source, table, desk)
        is_guess = table.encoding is not None and table.encoding.certainty is Certainty.GUESSED
        if is_guess and table.encoding is not None and not output.as_json:
            output.say(f"编码可能是 {table.encoding.codec} · the encoding is a guess:")
            for row in table.encoding.sample:
                output.say(" | ".join(row))
    if options.yes or options.dry_run:
        return
    if sys.stdin.isatty() and not output.as_json:
        if input("按此读取并签发？mint these? [y/N] ").strip().casefold() not in {"y", "yes", "是"}:
            raise UsageError("未签发 · nothing was minted")
    elif is_guess:
        raise UsageError(
            "编码只是推测，请用 --encoding 指明或加 --yes 确认 · "
            "the encoding is a guess; name it with --encoding, or confirm with --yes"
        )


def _refuse_columns(source: BatchSource, table: RowTable, desk: IssuingDesk) -> None:
    faults = "；".join(table.faults)
    draft = source.beside.with_suffix(".mapping.toml")
    try:
        asked = write_mapping_draft(draft, desk.license_type, table.columns)
    except MalformedSheetError:
        asked = ()
    hint = f"；请填写 {draft} 后加 --mapping · fill in {draft}, add --mapping" if asked else ""
    raise UsageError(f"表头不符 · the columns do not fit: {faults}{hint}")


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


class _Display:
    """Shows how far a batch has come: rows, rate, time left, refused."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("读取 reading", total=None)
        self._started: float | None = None
        self._before = 0

    def read(self, rows: int) -> None:
        """Show how many rows are staged."""
        self._progress.update(self._task, completed=rows)

    def watch(self, counts: BatchCounts) -> None:
        """Show how many rows are settled."""
        now = time.monotonic()
        if self._started is None:
            self._started, self._before = now, counts.ended
        seconds = now - self._started
        rate = (counts.ended - self._before) / seconds if seconds else 0.0
        self._progress.update(
            self._task,
            total=counts.read,
            completed=counts.ended,
            description=f"制证 minting {rate:.0f}/s 拒绝 refused {counts.refused}",
        )


@contextmanager
def _progress(output: Output) -> Iterator[_Display]:
    with output.progress() as progress:
        yield _Display(progress)


def _quarantine_path(options: argparse.Namespace, source: BatchSource) -> Path:
    chosen: Path | None = options.quarantine
    return chosen or source.beside.with_name(f"{source.beside.stem}.退回.xlsx")


def _tell(report: BatchReport, path: Path, services: Services, output: Output) -> int:
    batch, counts = report.batch, report.counts
    license_type = services.license_type(batch.type_code)
    with services.unit_of_work() as work:
        written = (
            quarantine(batch, path, license_type=license_type, work=work)
            if license_type and counts.refused
            else ()
        )
        refused = [
            item for row in rows_that(batch.id, work, RowOutcome.REFUSED) for item in row.problems
        ]
        value = batch_json(batch, counts) | {
            "minted": minted_json(rows_that(batch.id, work, RowOutcome.MINTED)),
            "present": minted_json(rows_that(batch.id, work, RowOutcome.PRESENT)),
            "refused": [problem_json(item) for item in refused],
            "reconciled": report.is_reconciled,
            "quarantine": [str(item) for item in written],
        }
    output.result(
        value,
        *(problem_line(item) for item in refused[:_SHOWN_PROBLEMS]),
        *(f"退回表，改正后可再次提交 · refused rows, to be corrected: {item}" for item in written),
        *reconciliation_lines(report),
    )
    is_good = report.is_reconciled and batch.state is BatchState.DONE and not counts.refused
    return OK if is_good else FAILED


# Looking after batches -----------------------------------------------------------------------


def _list(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services, services.unit_of_work() as work:
        found = [(item, work.batches.counts(item.id)) for item in work.batches.newest(_LISTED)]
    output.result(
        [batch_json(batch, counts) for batch, counts in found],
        *(
            f"{batch.id}  {batch.state.zh}  {counts.ended}/{counts.read}  {batch.source_name}"
            for batch, counts in found
        ),
    )
    return OK


def _show(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services, services.unit_of_work() as work:
        report = report_of(options.batch, work)
    value: dict[str, Any] = batch_json(report.batch, report.counts) | {
        "recount": counts_json(report.recount),
        "reconciled": report.is_reconciled,
    }
    output.result(value, *reconciliation_lines(report))
    return OK if report.is_reconciled else FAILED


def _decide(decision: BatchDecision) -> Handler:
    def handle(options: argparse.Namespace, output: Output) -> int:
        with open_services(options.home) as services, services.unit_of_work() as work:
            now = services.clock.now()
            batch = decide(options.batch, decision, work=work, now=now)
            counts = work.batches.counts(batch.id)
            work.commit()
        output.result(batch_json(batch, counts), f"{batch.state.zh} · {batch.state}: {batch.id}")
        return OK

    return handle


def _refused(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services, services.unit_of_work() as work:
        batch = work.batches.get(options.batch)
        license_type = services.license_type(batch.type_code)
        if license_type is None:
            raise UsageError("该证照类型已不在目录中 · its type is not in the catalogue any more")
        written = quarantine(batch, options.out, license_type=license_type, work=work)
    output.result([str(item) for item in written], *(str(item) for item in written))
    return OK
