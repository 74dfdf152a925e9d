"""The table of refused over-asking (超范围调用)."""

from typing import Final

from sqlalchemy import Column, Index, Integer, String, Table, Text, text

from storage.constraints import check
from storage.database import BIG_NUMBER, Instant
from storage.tables import metadata
from storage.triggers import append_only, attach

overasks: Final = Table(
    "overasks",
    metadata,
    Column("row", BIG_NUMBER, primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False),
    # The day in Beijing, by number since 1970.
    Column("day", Integer, nullable=False),
    Column("user", String(200), nullable=False),
    Column("department", String(200), nullable=False),
    Column("matter", String(40), nullable=False),
    Column("type_code", String(21), nullable=False),
    Column("case_id", String(21), nullable=False),
    Column("fields", Text, nullable=False),
    # Of the issuer; empty where older releases did not say it.
    Column("region", String(6), nullable=False, server_default=text("''")),
    # What was held back because it is marked; empty for what went beyond a basis.
    Column("marks", String(40), nullable=False, server_default=text("''")),
    check("that_day", "day = (at + 28800000000) / 86400000000"),
    Index("ix_overasks_day", "day"),
    Index("ix_overasks_at", "at"),
)

TRIGGERS: Final = attach(append_only(overasks))
