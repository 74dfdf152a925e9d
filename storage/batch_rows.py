"""Rows of batches in the database."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from certs.batches.batch import BatchState, Chunk, RowOutcome, StagedRow
from certs.errors import LeaseLostError
from certs.field_problems import FieldProblem, ProblemCode
from certs.rows.problems import RowProblem
from storage.batch_tables import batch_chunks, batch_rows, batches

_ANY: Final = 500


class SqlBatchRows:
    """Reads and writes rows of batches on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def stage(self, batch_id: str, rows: Sequence[StagedRow], *, chunk: int) -> None:
        """Store rows as the chunk ``chunk``, or raise LeaseLostError."""
        # Whoever stages, cancels or confirms the batch waits here for the others.
        being_read = self._connection.execute(
            update(batches)
            .where(batches.c.id == batch_id, batches.c.state == BatchState.READING.value)
            .values(state=BatchState.READING.value)
        )
        if being_read.rowcount != 1 or self.staged(batch_id)[0] != chunk:
            raise LeaseLostError("该批次已不由本进程读取 · this process does not read it any more")
        tally = Counter(row.outcome for row in rows)
        self._connection.execute(
            insert(batch_chunks).values(
                batch_id=batch_id,
                number=chunk,
                first_row=rows[0].number,
                last_row=rows[-1].number,
                is_done=tally[RowOutcome.WAITING] == 0,
                **{outcome.value: tally[outcome] for outcome in RowOutcome},
            )
        )
        self._connection.execute(
            insert(batch_rows), [_to_row(row, batch_id=batch_id, chunk=chunk) for row in rows]
        )

    def staged(self, batch_id: str) -> tuple[int, int]:
        """Return how many chunks are staged, and the number of the last row; 0 and 0 if none."""
        query = select(func.count(), func.coalesce(func.max(batch_chunks.c.last_row), 0))
        found = self._connection.execute(query.where(batch_chunks.c.batch_id == batch_id)).one()
        return int(found[0]), int(found[1])

    def of_keys(self, batch_id: str, keys: Sequence[str]) -> dict[str, int]:
        """Return the row numbers of business keys that rows not refused have."""
        found: dict[str, int] = {}
        for at in range(0, len(keys), _ANY):
            query = select(batch_rows.c.business_key, batch_rows.c.number).where(
                batch_rows.c.batch_id == batch_id,
                batch_rows.c.business_key.in_(keys[at : at + _ANY]),
                batch_rows.c.outcome != RowOutcome.REFUSED.value,
            )
            found.update((key, number) for key, number in self._connection.execute(query))
        return found

    def waiting(self, chunk: Chunk, limit: int) -> tuple[StagedRow, ...]:
        """Return rows of a chunk of which nothing became yet, in their order."""
        query = (
            select(batch_rows)
            .where(
                batch_rows.c.batch_id == chunk.batch,
                batch_rows.c.number.between(chunk.first_row, chunk.last_row),
                batch_rows.c.outcome == RowOutcome.WAITING.value,
            )
            .order_by(batch_rows.c.number)
            .limit(limit)
        )
        return tuple(_from_row(row) for row in self._connection.execute(query).mappings())

    def of_outcomes(
        self, batch_id: str, outcomes: Collection[RowOutcome], *, after: int, limit: int
    ) -> tuple[StagedRow, ...]:
        """Return rows that ended so, in their order, from behind the row ``after``."""
        query = (
            select(batch_rows)
            .where(
                batch_rows.c.batch_id == batch_id,
                batch_rows.c.number > after,
                batch_rows.c.outcome.in_([item.value for item in outcomes]),
            )
            .order_by(batch_rows.c.number)
            .limit(limit)
        )
        return tuple(_from_row(row) for row in self._connection.execute(query).mappings())


def _to_row(row: StagedRow, *, batch_id: str, chunk: int) -> dict[str, Any]:
    return {
        "batch_id": batch_id,
        "number": row.number,
        "chunk": chunk,
        "business_key": row.business_key,
        **outcome_columns(row),
    }


def outcome_columns(row: StagedRow) -> dict[str, Any]:
    """Return the columns that change with what becomes of a row.

    What the row said goes once it is a license, or called off.
    """
    is_needed = row.outcome in {RowOutcome.WAITING, RowOutcome.REFUSED}
    return {
        "raw": dict(row.raw) if is_needed else None,
        "outcome": row.outcome.value,
        "identifier": row.identifier or None,
        "problems": [_problem_of(item) for item in row.problems]
        if row.outcome is RowOutcome.REFUSED
        else None,
    }


def _from_row(row: RowMapping) -> StagedRow:
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
