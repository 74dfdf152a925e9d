"""Tables of evidence over archived packages: batches, timestamps, and what is read again."""

from typing import Final

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from signing.evidence_trees import EvidenceDigest
from storage.archive_tables import archive_packages
from storage.constraints import check, known
from storage.database import BIG_NUMBER, Instant
from storage.tables import metadata
from storage.triggers import append_only, attach

evidence_batches: Final = Table(
    "evidence_batches",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("made_at", Instant, nullable=False),
    Column("packages", Integer, nullable=False),
)

# One row for each package: it is in one batch, whatever the code above does. Their order in a
# batch is the order in which they were entered.
evidence_members: Final = Table(
    "evidence_members",
    metadata,
    Column(
        "package",
        BIG_NUMBER,
        ForeignKey(archive_packages.c.row),
        primary_key=True,
        autoincrement=False,
    ),
    Column("batch", Integer, ForeignKey(evidence_batches.c.number)),
    Index("ix_evidence_members_batch", "batch", "package"),
)

evidence_stamps: Final = Table(
    "evidence_stamps",
    metadata,
    Column("batch", Integer, ForeignKey(evidence_batches.c.number), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("chain", Integer, nullable=False),
    Column("digest", String(32), nullable=False),
    Column("token", LargeBinary, nullable=False),
    Column("stamped_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("leaves", LargeBinary),
    Column("lists", LargeBinary),
    known("digest", EvidenceDigest),
    check("counts", "chain >= 1 AND number >= chain"),
)

evidence_readings: Final = Table(
    "evidence_readings",
    metadata,
    Column("batch", Integer, ForeignKey(evidence_batches.c.number), primary_key=True),
    Column("skip", Integer, primary_key=True, autoincrement=False),
    Column("hashes", LargeBinary, nullable=False),
)

EVIDENCE_TRIGGERS: Final = attach(append_only(evidence_stamps))
"""The triggers of these tables, in the order of creation."""
