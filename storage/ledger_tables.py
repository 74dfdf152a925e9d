"""Tables of the ledger: entries and their numbers, and the checkpoints over them."""

from typing import Final

from sqlalchemy import (
    CheckConstraint,
    Column,
    Index,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from storage.database import BIG_NUMBER, Instant
from storage.tables import metadata

ledger_entries: Final = Table(
    "ledger_entries",
    metadata,
    Column("row", BIG_NUMBER, primary_key=True, autoincrement=True),
    Column("log", String(20), nullable=False),
    # Without one the entry waits for the publisher.
    Column("position", BIG_NUMBER),
    Column("subject", String(128), nullable=False),
    Column("encoded", LargeBinary, nullable=False),
    UniqueConstraint("log", "position"),
    Index("ix_ledger_entries_subject", "subject"),
)

Index(
    "ix_ledger_entries_waiting",
    ledger_entries.c.log,
    ledger_entries.c.row,
    sqlite_where=ledger_entries.c.position.is_(None),
    postgresql_where=ledger_entries.c.position.is_(None),
)

ledger_heads: Final = Table(
    "ledger_heads",
    metadata,
    Column("log", String(20), primary_key=True),
    Column("size", BIG_NUMBER, primary_key=True, autoincrement=False),
    Column("note", Text, nullable=False),
    Column("signed_at", Instant, nullable=False),
    Column("seen_at", Instant),
    CheckConstraint("size > 0", name="size_positive"),
)

# Logs of other regions, as this one saw them last as a witness.
witnessed_heads: Final = Table(
    "witnessed_heads",
    metadata,
    Column("origin", String(200), primary_key=True),
    Column("note", Text, nullable=False),
    Column("seen_at", Instant, nullable=False),
)

# What was seen first is what proves a time.
Index(
    "ix_ledger_heads_seen",
    ledger_heads.c.log,
    ledger_heads.c.size,
    sqlite_where=ledger_heads.c.seen_at.is_not(None),
    postgresql_where=ledger_heads.c.seen_at.is_not(None),
)
