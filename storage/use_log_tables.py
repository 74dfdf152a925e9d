"""Tables of disputed uses (申诉), and of what was committed about holders' lists."""

from typing import Final

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
)

from certs.use_logs.disputes import DisputeFinding
from storage.constraints import check, known
from storage.database import BIG_NUMBER, Instant
from storage.license_tables import usages
from storage.tables import metadata
from storage.triggers import append_only, attach

_ID: Final = String(21)
_DIGEST: Final = String(64)
_WORDS: Final = String(200)

disputes: Final = Table(
    "disputes",
    metadata,
    Column("row", BIG_NUMBER, primary_key=True, autoincrement=True),
    Column("id", _ID, nullable=False),
    Column("use_row", BIG_NUMBER, ForeignKey(usages.c.row), nullable=False),
    Column("holder_key", _DIGEST, nullable=False),
    Column("department", _WORDS, nullable=False),
    Column("note", _WORDS, nullable=False),
    Column("raised_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    UniqueConstraint("id"),
    UniqueConstraint("use_row"),
    check("time_to_answer", "due_at > raised_at"),
    Index("ix_disputes_holder_key", "holder_key"),
    Index("ix_disputes_department", "department"),
)

dispute_answers: Final = Table(
    "dispute_answers",
    metadata,
    Column("id", _ID, ForeignKey(disputes.c.id), primary_key=True),
    Column("finding", String(16), nullable=False),
    Column("words", _WORDS, nullable=False),
    Column("at", Instant, nullable=False),
    Column("actor", _WORDS, nullable=False),
    known("finding", DisputeFinding),
    check("in_words", "words <> ''"),
)

use_counts: Final = Table(
    "use_counts",
    metadata,
    Column("holder_key", _DIGEST, nullable=False),
    Column("through", BIG_NUMBER, nullable=False, autoincrement=False),
    Column("uses", Integer, nullable=False),
    Column("digest", _DIGEST, nullable=False),
    Column("salt", String(32), nullable=False),
    Column("counted_at", Instant, nullable=False),
    PrimaryKeyConstraint("holder_key", "through"),
    check("some_uses", "uses >= 1"),
    Index("ix_use_counts_through", "through"),
)

TRIGGERS: Final = attach(
    trigger for table in (disputes, dispute_answers, use_counts) for trigger in append_only(table)
)
