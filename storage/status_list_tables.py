"""Tables of the status lists: tokens, notes of what must be published, and who publishes."""

from typing import Final

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table, UniqueConstraint

from storage.database import BIG_NUMBER, Instant
from storage.tables import metadata

_DIGEST: Final = String(64)

# A list begins with the first license that stands in it.
status_lists: Final = Table(
    "status_lists",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
)

status_changes: Final = Table(
    "status_changes",
    metadata,
    Column("row", BIG_NUMBER, primary_key=True, autoincrement=True),
    Column("list_number", Integer, nullable=False),
    Column("entry", Integer, nullable=False),
    Column("due_at", Instant, nullable=False),
    Index("ix_status_changes_list_number_due_at", "list_number", "due_at"),
)

status_list_tokens: Final = Table(
    "status_list_tokens",
    metadata,
    Column("row", BIG_NUMBER, primary_key=True, autoincrement=True),
    Column("list_number", Integer, nullable=False),
    Column("version", _DIGEST, nullable=False),
    Column("published_at", Instant, nullable=False),
    Column("replaced_at", Instant),
    Column("issued_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("encoded", LargeBinary, nullable=False),
    UniqueConstraint("version"),
    Index("ix_status_list_tokens_list_number_published_at", "list_number", "published_at"),
)

# Whatever the code above does, a list has one present token.
Index(
    "uq_status_list_tokens_present",
    status_list_tokens.c.list_number,
    unique=True,
    sqlite_where=status_list_tokens.c.replaced_at.is_(None),
    postgresql_where=status_list_tokens.c.replaced_at.is_(None),
)

# Entries of licenses that never came to be.
burned_entries: Final = Table(
    "burned_entries",
    metadata,
    Column("identifier", String(128), primary_key=True),
    Column("list_number", Integer, nullable=False),
    Column("entry", Integer, nullable=False),
    UniqueConstraint("list_number", "entry"),
)

leases: Final = Table(
    "leases",
    metadata,
    Column("name", String(50), primary_key=True),
    Column("owner", String(100), nullable=False),
    Column("expires_at", Instant, nullable=False),
)
