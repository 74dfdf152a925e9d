"""Tables of the corrections and their steps."""

from typing import Final

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from certs.corrections import CorrectionKind, CorrectionStep
from storage.constraints import known
from storage.database import Instant
from storage.license_tables import licenses
from storage.tables import metadata

_IDENTIFIER: Final = String(128)
_RECEIPT: Final = String(16)

corrections: Final = Table(
    "corrections",
    metadata,
    Column("row", Integer, primary_key=True, autoincrement=True),
    Column("receipt", _RECEIPT, nullable=False),
    Column("request_key", String(300), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("identifier", _IDENTIFIER, ForeignKey(licenses.c.identifier)),
    Column("type_code", String(21), nullable=False),
    Column("remark", String(500), nullable=False),
    # Personal data; null once the correction is archived.
    Column("proposed", JSON(none_as_null=True)),
    Column("step", String(16), nullable=False),
    UniqueConstraint("receipt"),
    UniqueConstraint("request_key"),
    known("kind", CorrectionKind),
    known("step", CorrectionStep),
    Index("ix_corrections_identifier", "identifier"),
    Index("ix_corrections_step", "step"),
)

correction_events: Final = Table(
    "correction_events",
    metadata,
    Column("row", Integer, primary_key=True, autoincrement=True),
    Column("receipt", _RECEIPT, ForeignKey(corrections.c.receipt), nullable=False),
    Column("step", String(16), nullable=False),
    Column("at", Instant, nullable=False),
    Column("actor", String(100), nullable=False),
    Column("reason", String(500), nullable=False),
    Column("license", _IDENTIFIER),
    known("step", CorrectionStep),
    Index("ix_correction_events_receipt", "receipt"),
)
