"""What people and programs are told of a batch."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from api.batching import BatchReport
from certs.batches.batch import Batch, BatchCounts, StagedRow
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
