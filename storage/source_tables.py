"""The table of probes: whether sources that were silent worked, as the system saw it."""

from typing import Final

from sqlalchemy import Column, Index, PrimaryKeyConstraint, String, Table, UniqueConstraint

from storage.constraints import known
from storage.database import Instant
from storage.tables import metadata
from storage.triggers import append_only, attach
from verify.acceptance.probes import SourceState

SOURCE: Final = String(64)

source_probes: Final = Table(
    "source_probes",
    metadata,
    Column("source", SOURCE, nullable=False),
    Column("state", String(8), nullable=False),
    Column("probed_at", Instant, nullable=False),
    PrimaryKeyConstraint("source", "probed_at", "state"),
    UniqueConstraint("source", "state", "probed_at", name="uq_source_probes_with_state"),
    known("state", SourceState),
    Index("ix_source_probes_probed_at", "probed_at"),
)

TRIGGERS: Final = attach(append_only(source_probes))
"""The triggers of this table, in the order of creation."""
