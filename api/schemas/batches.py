"""Batches (批量制证) over HTTP."""

from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field, StringConstraints

from api.batch_views import Awaited, BatchView
from api.schemas.bodies import Body
from certs.batches.batch import BatchCounts, BatchState, RowOutcome, StagedRow
from certs.rows.columns import FoundColumn, Recognition
from certs.rows.problems import RowProblem
from certs.rows.sources import SourceKind
from certs.rows.text_encodings import Certainty, FoundEncoding

BATCH_PATTERN = r"^[0-9a-f]{32}$"
_Name = Annotated[str, StringConstraints(min_length=1, max_length=60)]
_EXAMPLE: dict[str, Any] = {
    "batch": "5b1f0e6c9d3a4f7e8a2b1c0d9e8f7a6b",
    "type": "11100000MB9TXY0149001",
    "source": "食品经营许可证存量.xlsx",
    "state": "running",
    "term": "制证中",
    "awaits": None,
    "is_trial": False,
    "created_at": "2026-03-01T01:02:03Z",
    "finished_at": None,
    "refusal": None,
    "counts": {
        "read": 20000,
        "minted": 8000,
        "present": 0,
        "refused": 200,
        "called_off": 0,
        "waiting": 11800,
    },
    "rows_per_second": 58.2,
    "seconds_left": 203,
    "reconciled": None,
}


class BatchFormIn(Body):
    """The plain values of an upload."""

    type: _Name = Field(description="证照类型短名或代码")
    kind: SourceKind | None = None
    encoding: Annotated[str, StringConstraints(max_length=30)] = ""
    mapping: str = Field(default="", description="表头对照（TOML），至多 128 KiB")
    dry_run: bool = False
    confirmed: bool = False


class CountsOut(Body):
    """How many rows ended how; read is the sum of the others."""

    read: int
    minted: int
    present: int
    refused: int
    called_off: int
    waiting: int

    @classmethod
    def of(cls, counts: BatchCounts) -> Self:
        """Return the counts for callers."""
        return cls(
            read=counts.read,
            minted=counts.minted,
            present=counts.present,
            refused=counts.refused,
            called_off=counts.called_off,
            waiting=counts.waiting,
        )


class BatchOut(Body):
    """One batch, how far it has come, and what it waits for."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    batch: str
    type: str
    source: str
    state: BatchState
    term: str
    awaits: Awaited | None = Field(
        description="reading 待读取 · confirmation 待确认 · null: it waits for nobody"
    )
    is_trial: bool = Field(description="试读; nothing of it is minted")
    created_at: datetime
    finished_at: datetime | None
    refusal: str | None = Field(description="文件不能读取的原因")
    counts: CountsOut
    rows_per_second: float | None = Field(description="速度，自本次运行起的平均; while it runs")
    seconds_left: int | None = Field(description="预计剩余时间（秒）")
    reconciled: bool | None = Field(
        description="对账是否相符: every row is accounted for, and the licenses are there; "
        "null before its end, and in lists"
    )

    @classmethod
    def of(cls, view: BatchView) -> Self:
        """Return the batch for callers."""
        batch = view.batch
        return cls(
            batch=batch.id,
            type=batch.type_code,
            source=batch.source_name,
            state=batch.state,
            term=batch.state.zh,
            awaits=view.awaits,
            is_trial=view.is_trial,
            created_at=batch.created_at,
            finished_at=batch.finished_at,
            refusal=view.refusal or None,
            counts=CountsOut.of(view.counts),
            rows_per_second=view.rows_per_second,
            seconds_left=view.seconds_left,
            reconciled=view.is_reconciled,
        )


class ColumnOut(Body):
    """A column as it was recognised; the sample is masked where it may be personal."""

    column: str
    heading: str
    fields: tuple[str, ...]
    how: Recognition
    sample: str

    @classmethod
    def of(cls, column: FoundColumn) -> Self:
        """Return the column for callers."""
        return cls(
            column=column.letter,
            heading=column.shown,
            fields=column.names,
            how=column.how,
            sample=column.sample,
        )


class EncodingOut(Body):
    """How a text file was encoded; a guess is confirmed by whoever knows the rows."""

    codec: str
    certainty: Certainty
    sample: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, found: FoundEncoding) -> Self:
        """Return the encoding for callers."""
        return cls(codec=found.codec, certainty=found.certainty, sample=found.sample)


class BatchReceivedOut(BatchOut):
    """A batch that was received, and how its file will be read."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                _EXAMPLE
                | {
                    "state": "reading",
                    "term": "读取中",
                    "awaits": "reading",
                    "columns": [
                        {
                            "column": "A",
                            "heading": "经营者名称",
                            "fields": ["operator"],
                            "how": "name",
                            "sample": "样例*饭店",
                        }
                    ],
                    "encoding": None,
                }
            ]
        }
    )

    columns: tuple[ColumnOut, ...]
    encoding: EncodingOut | None


class BatchPageOut(Body):
    """Batches, newest first."""

    batches: tuple[BatchOut, ...]
    next: str | None = Field(description="下一页的 after")


class RowProblemOut(Body):
    """Why a row was refused, at its place; values are masked where they may be personal."""

    column: str
    heading: str
    value: str
    code: str
    zh: str
    en: str

    @classmethod
    def of(cls, item: RowProblem) -> Self:
        """Return the problem for callers."""
        problem = item.problem
        return cls(
            column=item.column,
            heading=item.heading,
            value=problem.value,
            code=problem.code.value,
            zh=problem.zh,
            en=problem.en,
        )


class BatchRowOut(Body):
    """What became of one row; what it says is not told."""

    row: int
    outcome: RowOutcome
    identifier: str | None
    problems: tuple[RowProblemOut, ...]

    @classmethod
    def of(cls, row: StagedRow) -> Self:
        """Return the row for callers."""
        return cls(
            row=row.number,
            outcome=row.outcome,
            identifier=row.identifier or None,
            problems=tuple(RowProblemOut.of(item) for item in row.problems),
        )


class BatchRowsOut(Body):
    """Rows in their order."""

    rows: tuple[BatchRowOut, ...]
    next: int | None = Field(description="下一页的 after")
