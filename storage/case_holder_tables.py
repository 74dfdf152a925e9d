"""Whose cases there are, by the holder's blind key; a code is never looked for."""

from typing import Final

from sqlalchemy import Column, ForeignKeyConstraint, Index, PrimaryKeyConstraint, String, Table

from storage.constraints import check
from storage.database import Instant
from storage.matter_tables import CASE_ID
from storage.tables import metadata
from storage.triggers import append_only, attach

case_holders: Final = Table(
    "case_holders",
    metadata,
    Column("case_id", CASE_ID, nullable=False),
    Column("holder_key", String(64), nullable=False),
    Column("opened_at", Instant, nullable=False),
    PrimaryKeyConstraint("case_id"),
    ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_holders_case"),
    check("key_whole", "length(holder_key) = 64"),
    Index("ix_case_holders_holder_key_opened_at", "holder_key", "opened_at"),
)

TRIGGERS: Final = attach(append_only(case_holders))
"""The triggers of this table, in the order of creation."""
