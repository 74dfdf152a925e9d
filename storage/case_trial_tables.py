"""Table of settled cases that could not be archived; what it keeps is work, and no record."""

from typing import Final

from sqlalchemy import Column, ForeignKeyConstraint, Integer, PrimaryKeyConstraint, String, Table

from storage.constraints import check
from storage.database import Instant
from storage.matter_tables import CASE_ID
from storage.tables import metadata
from verify.archiving.case_trials import LONGEST_REASON

case_trials: Final = Table(
    "case_trials",
    metadata,
    Column("case_id", CASE_ID, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("code", String(60), nullable=False),
    Column("reason", String(LONGEST_REASON), nullable=False),
    Column("tried_at", Instant, nullable=False),
    # Empty once nobody tries again by itself.
    Column("next_at", Instant),
    PrimaryKeyConstraint("case_id"),
    ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_trials_case"),
    check("attempts_positive", "attempts >= 1"),
    check("reason_said", "length(trim(reason)) > 0"),
)
