"""Tables of the register of annotated copies (加注件登记)."""

from typing import Final

from sqlalchemy import Column, ForeignKey, Index, String, Table, UniqueConstraint

from certs.copies import LONGEST
from storage.constraints import check
from storage.database import BIG_NUMBER, Instant
from storage.license_tables import licenses
from storage.tables import metadata
from storage.triggers import append_only, attach

_NUMBER: Final = String(21)
_LONGEST_MICROSECONDS: Final = int(LONGEST.total_seconds()) * 1_000_000

annotated_copies: Final = Table(
    "annotated_copies",
    metadata,
    Column("row", BIG_NUMBER, primary_key=True, autoincrement=True),
    Column("number", _NUMBER, nullable=False),
    Column("identifier", String(128), ForeignKey(licenses.c.identifier), nullable=False),
    Column("license_type", String(200), nullable=False),
    Column("recipient", String(200), nullable=False),
    Column("purpose", String(200), nullable=False),
    Column("issued_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("made_by", String(200), nullable=False),
    Column("grant_id", String(21), ForeignKey("grants.id")),
    Column("case_id", String(21)),
    UniqueConstraint("number"),
    check("time_ordered", "expires_at > issued_at"),
    check("year_at_most", f"expires_at <= issued_at + {_LONGEST_MICROSECONDS}"),
    check("named", "recipient <> '' AND purpose <> '' AND digest <> ''"),
    Index("ix_annotated_copies_identifier", "identifier"),
)

copy_revocations: Final = Table(
    "copy_revocations",
    metadata,
    Column("number", _NUMBER, ForeignKey(annotated_copies.c.number), primary_key=True),
    Column("at", Instant, nullable=False),
    Column("actor", String(200), nullable=False),
)

TRIGGERS: Final = attach(
    trigger for table in (annotated_copies, copy_revocations) for trigger in append_only(table)
)
