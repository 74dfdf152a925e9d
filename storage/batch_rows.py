"""Rows of batches as the database keeps them."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import RowMapping

from certs.batches.batch import Batch, BatchState, RowOutcome, StagedRow
from certs.field_problems import FieldProblem, ProblemCode
from certs.rows.columns import Column
from certs.rows.problems import RowProblem


def batch_row(batch: Batch) -> dict[str, Any]:
    """Return the columns of a batch."""
    return {
        "id": batch.id,
        "type_code": batch.type_code,
        "source_name": batch.source_name,
        "source_digest": batch.source_digest,
        "operator": batch.operator,
        "columns": [asdict(column) for column in batch.columns],
        "state": batch.state.value,
        "created_at": batch.created_at,
        "finished_at": batch.finished_at,
    }


def batch_from(row: RowMapping) -> Batch:
    """Return the batch in these columns."""
    columns = tuple(Column(**column) for column in row["columns"])
    return Batch(**{**row, "columns": columns, "state": BatchState(row["state"])})


def row_of(row: StagedRow, *, batch_id: str, chunk: int) -> dict[str, Any]:
    """Return the columns of a row; what it said goes once it is a license."""
    is_needed = row.outcome in {RowOutcome.WAITING, RowOutcome.REFUSED}
    return {
        "batch_id": batch_id,
        "number": row.number,
        "chunk": chunk,
        "business_key": row.business_key,
        "raw": dict(row.raw) if is_needed else None,
        "outcome": row.outcome.value,
        "identifier": row.identifier or None,
        "problems": [_problem_of(item) for item in row.problems]
        if row.outcome is RowOutcome.REFUSED
        else None,
    }


def row_from(row: RowMapping) -> StagedRow:
    """Return the row in these columns."""
    return StagedRow(
        number=row["number"],
        business_key=row["business_key"],
        raw=row["raw"] or {},
        outcome=RowOutcome(row["outcome"]),
        identifier=row["identifier"] or "",
        problems=tuple(_problem_from(row["number"], item) for item in row["problems"] or ()),
    )


def _problem_of(item: RowProblem) -> dict[str, str]:
    problem = item.problem
    return {
        "column": item.column,
        "heading": item.heading,
        "field": problem.field,
        "label_zh": problem.label_zh,
        "value": problem.value,
        "code": problem.code.value,
        "zh": problem.zh,
        "en": problem.en,
    }


def _problem_from(row: int, item: dict[str, str]) -> RowProblem:
    return RowProblem(
        row=row,
        column=item["column"],
        heading=item["heading"],
        problem=FieldProblem(
            field=item["field"],
            label_zh=item["label_zh"],
            value=item["value"],
            code=ProblemCode(item["code"]),
            zh=item["zh"],
            en=item["en"],
        ),
    )
