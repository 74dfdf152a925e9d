"""Tables of what lints found, and of the looks over the stock."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
)

from certs.lints.dimensions import Dimension, LintLevel
from storage.constraints import flag, known
from storage.database import BIG_NUMBER, Instant
from storage.license_tables import licenses
from storage.tables import metadata

_IDENTIFIER: Final = String(128)

quality_findings: Final = Table(
    "quality_findings",
    metadata,
    Column("row", BIG_NUMBER, primary_key=True, autoincrement=True),
    Column("identifier", _IDENTIFIER, ForeignKey(licenses.c.identifier), nullable=False),
    # As in the register, so that reports need not look there.
    Column("type_code", String(21), nullable=False),
    Column("issuer_code", String(18), nullable=False),
    Column("lint", String(100), nullable=False),
    Column("dimension", String(16), nullable=False),
    Column("level", String(8), nullable=False),
    Column("field", String(60), nullable=False),
    Column("first_seen", Instant, nullable=False),
    Column("last_seen", Instant, nullable=False),
    Column("cleared_at", Instant),
    known("dimension", Dimension),
    known("level", LintLevel),
    Index("ix_quality_findings_identifier", "identifier"),
)

# However many look at once, a finding is open once.
Index(
    "uq_quality_findings_open",
    quality_findings.c.identifier,
    quality_findings.c.lint,
    quality_findings.c.field,
    unique=True,
    sqlite_where=quality_findings.c.cleared_at.is_(None),
    postgresql_where=quality_findings.c.cleared_at.is_(None),
)

# Reports count what is open by this alone.
Index(
    "ix_quality_findings_open",
    quality_findings.c.type_code,
    quality_findings.c.issuer_code,
    quality_findings.c.dimension,
    quality_findings.c.lint,
    quality_findings.c.identifier,
    sqlite_where=quality_findings.c.cleared_at.is_(None),
    postgresql_where=quality_findings.c.cleared_at.is_(None),
)

license_checks: Final = Table(
    "license_checks",
    metadata,
    Column("identifier", _IDENTIFIER, ForeignKey(licenses.c.identifier), primary_key=True),
    Column("type_code", String(21), nullable=False),
    Column("issuer_code", String(18), nullable=False),
    Column("days_to_store", Integer),
    Column("checked_at", Instant, nullable=False),
    Column("opened_at", Instant),
    Index("ix_license_checks_figures", "type_code", "issuer_code", "days_to_store", "opened_at"),
)

lint_runs: Final = Table(
    "lint_runs",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("type_code", String(21), nullable=False),
    Column("since", Instant),
    flag("has_ended"),
    flag("opens_files"),
    Column("started_at", Instant, nullable=False),
    Column("finished_at", Instant),
    Column("after", BigInteger, nullable=False),
    Column("licenses", BigInteger, nullable=False),
    Column("found", BigInteger, nullable=False),
)
