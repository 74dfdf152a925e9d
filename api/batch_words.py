"""What people and programs are told of a batch."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from api.batch_reports import BatchReport
from api.batch_views import Awaited, BatchView
from certs.batches.batch import Batch, BatchCounts, BatchState, StagedRow
from certs.catalogue import LicenseType
from certs.rows.columns import FoundColumn, Recognition
from certs.rows.mapping_drafts import suggested_fields
from certs.rows.problems import RowProblem

_HOW: Final = {
    Recognition.NAME: "按名称 name",
    Recognition.ALIAS: "按别名 alias",
    Recognition.MAPPING: "按映射文件 mapping",
    Recognition.IGNORED: "不导入 ignored",
    Recognition.UNKNOWN: "未识别 unknown",
}


def column_rows(
    columns: Iterable[FoundColumn], license_type: LicenseType
) -> Iterator[tuple[str, ...]]:
    """Yield, for each column, what it was recognised as."""
    labels = {spec.name: spec.label_zh for spec in license_type.fields}
    for column in columns:
        fields = "、".join(f"{labels[name]} {name}" for name in column.names)
        yield (column.letter, column.shown, fields or "—", _HOW[column.how], column.sample)


def column_json(column: FoundColumn) -> dict[str, Any]:
    """Return a column for programs."""
    return {
        "column": column.letter,
        "heading": column.shown,
        "fields": list(column.names),
        "how": column.how.value,
        "sample": column.sample,
    }


def suggested_json(
    columns: Sequence[FoundColumn], license_type: LicenseType
) -> Iterator[dict[str, Any]]:
    """Yield the columns, with the fields that unknown ones may mean."""
    for column in columns:
        suggested = (
            suggested_fields(license_type, columns, column.heading)
            if column.how is Recognition.UNKNOWN
            else ()
        )
        yield column_json(column) | {"suggested": [spec.name for spec in suggested]}


def problem_line(item: RowProblem) -> str:
    """Return a problem in words: row, column, value and reason."""
    problem = item.problem
    return (
        f"第 {item.row} 行 {item.column} 列 {item.heading or problem.label_zh}"
        f"「{problem.value}」：{problem.zh} · {problem.en}"
    )


def problem_json(item: RowProblem) -> dict[str, Any]:
    """Return a problem for programs."""
    problem = item.problem
    return {
        "row": item.row,
        "column": item.column,
        "heading": item.heading,
        "value": problem.value,
        "code": problem.code.value,
        "zh": problem.zh,
        "en": problem.en,
    }


def counts_json(counts: BatchCounts) -> dict[str, int]:
    """Return how many rows ended how."""
    return {
        "read": counts.read,
        "minted": counts.minted,
        "present": counts.present,
        "refused": counts.refused,
        "called_off": counts.called_off,
        "waiting": counts.waiting,
    }


def batch_json(batch: Batch, counts: BatchCounts) -> dict[str, Any]:
    """Return a batch for programs."""
    return {
        "batch": batch.id,
        "type": batch.type_code,
        "source": batch.source_name,
        "state": batch.state.value,
        "created_at": batch.created_at.isoformat(),
        "finished_at": batch.finished_at.isoformat() if batch.finished_at else None,
        "counts": counts_json(counts),
    }


def view_json(view: BatchView) -> dict[str, Any]:
    """Return a batch for programs, with what it waits for."""
    waits = {"awaits": view.awaits, "refusal": view.refusal or None}
    return batch_json(view.batch, view.counts) | waits


def view_line(view: BatchView) -> str:
    """Return a batch in a line of a list."""
    batch, counts = view.batch, view.counts
    state = "待确认" if view.awaits is Awaited.CONFIRMATION else batch.state.zh
    return f"{batch.id}  {state}  {counts.ended}/{counts.read}  {batch.source_name}"


def next_lines(view: BatchView) -> Iterator[str]:
    """Yield what a batch waits for, and what to type next."""
    batch = view.batch
    if view.refusal:
        yield f"文件不能读取，请改正后重新提交 · correct the file and send it again: {view.refusal}"
    match batch.state:
        case BatchState.READING:
            yield (
                "待读取：上传的文件由 yinxin worker 读取；命令行提交的，请重新运行同一命令 · "
                "to be read: uploads by yinxin worker, other files by the same command once more"
            )
        case BatchState.PAUSED if view.awaits is Awaited.CONFIRMATION:
            yield (
                f"待确认，核对后请运行 · to be confirmed: yinxin batch confirm {batch.id}；"
                f"不签发请运行 · or not minted: yinxin batch cancel {batch.id}"
            )
        case BatchState.PAUSED:
            yield f"已暂停，继续请运行 · paused, go on with: yinxin batch resume {batch.id}"
        case BatchState.RUNNING:
            yield "由 worker 签发，没有时请启动 · minted by workers, start one with: yinxin worker"
        case BatchState.CANCELLED | BatchState.DONE:
            pass
    if view.counts.refused:
        yield (
            f"有 {view.counts.refused} 行退回，导出请运行 · rows were refused, write them with: "
            f"yinxin batch refused {batch.id} --out refused.xlsx"
        )


def minted_json(rows: Iterable[StagedRow]) -> list[dict[str, Any]]:
    """Return rows that are licenses, with their identifiers."""
    return [{"row": row.number, "identifier": row.identifier} for row in rows]


def reconciliation_lines(report: BatchReport) -> Iterator[str]:
    """Yield the closing account in words: read = minted + there already + refused + called off."""
    counts = report.counts
    yield (
        f"批次 {report.batch.id} {report.batch.state.zh} · batch {report.batch.state}: "
        f"读入 {counts.read} = 签发 {counts.minted} + 已有 {counts.present} + "
        f"拒绝 {counts.refused} + 取消 {counts.called_off} + 待办 {counts.waiting}"
    )
    yield (
        f"{counts.read} read = {counts.minted} minted + {counts.present} there already + "
        f"{counts.refused} refused + {counts.called_off} called off + {counts.waiting} waiting"
    )
    if not report.is_reconciled:
        yield (
            f"对账不平：登记册中有 {report.licenses} 件 · NOT reconciled: the register has "
            f"{report.licenses} of the licenses that the rows name; run yinxin license reconcile"
        )
