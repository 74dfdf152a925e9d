"""Tables of batches: what was read, who works on it, and what became of each row."""

from typing import Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
)

from certs.batches.batch import BatchState, RowOutcome
from storage.database import Instant
from storage.license_tables import one_of
from storage.tables import metadata

_NAME: Final = String(32)
MAX_REFUSAL: Final = 1000

batches: Final = Table(
    "batches",
    metadata,
    Column("id", _NAME, primary_key=True),
    Column("type_code", String(21), nullable=False),
    Column("source_name", String(200), nullable=False),
    Column("source_digest", String(64), nullable=False),
    Column("operator", String(100), nullable=False),
    Column("columns", JSON, nullable=False),
    Column("state", String(16), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("finished_at", Instant),
    one_of("state", BatchState),
    CheckConstraint(
        "(finished_at is null) = (state not in ('cancelled', 'done'))", name="finished_when_over"
    ),
    Index("ix_batches_source_digest_type_code", "source_digest", "type_code"),
    Index("ix_batches_created_at", "created_at"),
)

batch_chunks: Final = Table(
    "batch_chunks",
    metadata,
    Column("batch_id", _NAME, ForeignKey(batches.c.id), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("first_row", BigInteger, nullable=False),
    Column("last_row", BigInteger, nullable=False),
    Column("is_done", Boolean, nullable=False),
    Column("worker", String(100)),
    Column("lease_until", Instant),
    *(Column(outcome.value, Integer, nullable=False) for outcome in RowOutcome),
    CheckConstraint("first_row <= last_row", name="rows_in_order"),
    CheckConstraint("(worker is null) = (lease_until is null)", name="lease_whole"),
    CheckConstraint("not is_done or waiting = 0", name="done_when_none_waits"),
)

batch_rows: Final = Table(
    "batch_rows",
    metadata,
    Column("batch_id", _NAME, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("chunk", Integer, nullable=False),
    Column("business_key", String(64), nullable=False),
    Column("raw", JSON(none_as_null=True)),
    Column("outcome", String(16), nullable=False),
    Column("identifier", String(128)),
    Column("problems", JSON(none_as_null=True)),
    ForeignKeyConstraint(
        ["batch_id", "chunk"],
        ["batch_chunks.batch_id", "batch_chunks.number"],
        name="fk_batch_rows_chunk",
    ),
    one_of("outcome", RowOutcome),
    CheckConstraint(
        "(identifier is not null) = (outcome in ('minted', 'present'))", name="license_named"
    ),
    CheckConstraint("(problems is not null) = (outcome = 'refused')", name="refusal_explained"),
    Index("ix_batch_rows_business_key", "batch_id", "business_key"),
)

batch_files: Final = Table(
    "batch_files",
    metadata,
    Column("batch_id", _NAME, ForeignKey(batches.c.id), primary_key=True),
    Column("content", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("encoding", String(40), nullable=False),
    Column("mapping", JSON, nullable=False),
    Column("request_key", String(300), nullable=False),
    Column("is_trial", Boolean, nullable=False),
    Column("is_confirmed", Boolean, nullable=False),
    Column("refusal", String(MAX_REFUSAL), nullable=False),
    CheckConstraint("not (is_trial and is_confirmed)", name="trial_mints_nothing"),
    Index("ix_batch_files_request_key", "request_key", unique=True),
)

batch_paces: Final = Table(
    "batch_paces",
    metadata,
    Column("batch_id", _NAME, ForeignKey(batches.c.id), primary_key=True),
    Column("since", Instant, nullable=False),
    Column("ended_before", BigInteger, nullable=False),
)
