"""Table of the last run of each periodic job; it keeps how things stand, and no record."""

from typing import Final

from sqlalchemy import Column, Integer, PrimaryKeyConstraint, String, Table

from storage.constraints import check
from storage.database import Instant
from storage.tables import metadata

periodic_runs: Final = Table(
    "periodic_runs",
    metadata,
    Column("name", String(40), nullable=False),
    Column("begun_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("done", Integer, nullable=False),
    PrimaryKeyConstraint("name"),
    check("ended_after_begin", "ended_at IS NULL OR ended_at >= begun_at"),
    check("done_counted", "done >= 0"),
)
