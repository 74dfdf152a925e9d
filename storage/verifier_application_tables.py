"""Tables of applications of social verifiers: what was asked, and what was decided about it."""

from typing import Final

from sqlalchemy import Column, ForeignKey, Index, String, Table

from storage.constraints import check
from storage.database import Instant
from storage.tables import metadata
from storage.triggers import append_only, attach

_NUMBER: Final = String(21)
_PERSON: Final = String(200)

verifier_applications: Final = Table(
    "verifier_applications",
    metadata,
    Column("number", _NUMBER, primary_key=True),
    Column("applicant_key", String(64), nullable=False),
    Column("title", String(200), nullable=False),
    Column("purpose", String(400), nullable=False),
    # Codes and names with a space between them.
    Column("license_types", String(1000), nullable=False),
    Column("fields", String(2000), nullable=False),
    Column("applied_at", Instant, nullable=False),
    Column("applied_by", _PERSON, nullable=False),
    check("parts_named", "applicant_key <> '' AND title <> '' AND purpose <> ''"),
    check("sees_something", "license_types <> '' AND fields <> ''"),
    Index("ix_verifier_applications_applicant_key", "applicant_key"),
)

verifier_application_outcomes: Final = Table(
    "verifier_application_outcomes",
    metadata,
    Column("number", _NUMBER, ForeignKey(verifier_applications.c.number), primary_key=True),
    Column("decided_at", Instant, nullable=False),
    Column("decided_by", _PERSON, nullable=False),
    Column("verifier", String(40), ForeignKey("social_verifiers.name")),
    Column("reason", String(200), nullable=False),
    check("decided_by_named", "decided_by <> ''"),
    check("refused_for_a_reason", "(verifier IS NULL) = (reason <> '')"),
)

TRIGGERS: Final = attach(
    (*append_only(verifier_applications), *append_only(verifier_application_outcomes))
)
