"""The table of handovers (移交): signed lists, and the receipts of them."""

from typing import Final

from sqlalchemy import Column, Index, LargeBinary, String, Table, UniqueConstraint

from certs.packages.handovers import HandoverSide
from storage.constraints import check, known, whole
from storage.database import BIG_NUMBER, Instant
from storage.tables import metadata

_DIGEST: Final = String(64)

archive_handovers: Final = Table(
    "archive_handovers",
    metadata,
    Column("row", BIG_NUMBER, primary_key=True, autoincrement=True),
    Column("identity", _DIGEST, nullable=False),
    Column("side", String(10), nullable=False),
    Column("number", String(26), nullable=False),
    Column("partner", String(500), nullable=False),
    Column("digest", _DIGEST, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("encoded", LargeBinary, nullable=False),
    Column("receipt", LargeBinary),
    Column("closed_at", Instant),
    # A list is sent once and received once, also where both are one instance.
    UniqueConstraint("identity", "side"),
    known("side", HandoverSide),
    check("identity_length", "length(identity) = 64"),
    whole("closed", "receipt", "closed_at"),
    Index("ix_archive_handovers_digest", "digest"),
)
