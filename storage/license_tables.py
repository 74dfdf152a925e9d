"""Tables of the license register, the issuing intents, and what holders show."""

from enum import StrEnum
from typing import Final

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    false,
    text,
)

from certs.intents import IntentStage
from certs.statuses import StatusKind
from storage.database import BIG_NUMBER, Instant
from storage.tables import metadata

_DIGEST: Final = String(64)
_IDENTIFIER: Final = String(128)
_NOT_ENDED: Final = ("pending", "active", "suspended")


def one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    """Return a constraint that keeps ``column`` within an enumeration."""
    listed = ", ".join(f"'{value.value}'" for value in values)
    return CheckConstraint(f"{column} in ({listed})", name=f"{column}_known")


licenses: Final = Table(
    "licenses",
    metadata,
    Column("row", BIG_NUMBER, primary_key=True, autoincrement=True),
    Column("identifier", _IDENTIFIER, nullable=False),
    Column("type_code", String(21), nullable=False),
    Column("type_name", String(200), nullable=False),
    Column("number", String(128), nullable=False),
    Column("issuer_code", String(18), nullable=False),
    Column("holder_key", _DIGEST, nullable=False),
    Column("holder_shown", String(512), nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("status", String(16), nullable=False),
    Column("sealed_at", Instant, nullable=False),
    Column("record_object", _DIGEST, nullable=False),
    Column("signature_object", _DIGEST, nullable=False),
    Column("pdf_object", _DIGEST, nullable=False),
    Column("ofd_object", _DIGEST),
    Column("status_list", Integer),
    Column("status_entry", Integer),
    Column("replaces", _IDENTIFIER),
    Column("settles_at", Instant),
    # While there is none the files lie loose.
    Column("package_object", _DIGEST),
    Column("package_bytes", BIG_NUMBER),
    # The first day in Beijing on which it is about a child no more, by number since 1970.
    Column("child_until", Integer),
    # Names of fields, as JSON.
    Column("type_secrets", Text, nullable=False, server_default=text("'[]'")),
    Column("held_secrets", Text, nullable=False, server_default=text("'[]'")),
    # Licenses of older releases wait for somebody to look for their marks.
    Column("has_marks_known", Boolean, nullable=False, server_default=text("false")),
    UniqueConstraint("identifier"),
    one_of("status", StatusKind),
    Index("ix_licenses_holder_key_type_code", "holder_key", "type_code"),
    Index("ix_licenses_replaces", "replaces"),
    # Reports count by it without reading the rows.
    Index("ix_licenses_type_code_issuer_code", "type_code", "issuer_code"),
    # How many are in force is counted by it alone.
    Index("ix_licenses_status_type_code", "status", "type_code"),
    Index("ix_licenses_settles_at", "settles_at"),
    Index("ix_licenses_valid_to", "valid_to"),
    Index("uq_licenses_status_list_status_entry", "status_list", "status_entry", unique=True),
)

# Whatever the code above does, one printed number is never in force twice.
Index(
    "uq_licenses_number_in_force",
    licenses.c.type_code,
    licenses.c.issuer_code,
    licenses.c.number,
    unique=True,
    sqlite_where=licenses.c.status.in_(_NOT_ENDED),
    postgresql_where=licenses.c.status.in_(_NOT_ENDED),
)

# What waits to be archived is found without looking at the rest.
Index(
    "ix_licenses_loose",
    licenses.c.row,
    sqlite_where=licenses.c.package_object.is_(None),
    postgresql_where=licenses.c.package_object.is_(None),
)

MARKS_UNKNOWN: Final = licenses.c.has_marks_known.is_(false())
"""The condition of the index below."""

# So is what waits for its marks.
Index(
    "ix_licenses_marks_unknown",
    licenses.c.row,
    sqlite_where=MARKS_UNKNOWN,
    postgresql_where=MARKS_UNKNOWN,
)

NOT_ENDED: Final = licenses.c.status.in_(
    # Spelled out in the statement: behind a parameter no planner sees that the index serves.
    bindparam("not_ended", _NOT_ENDED, expanding=True, literal_execute=True)
)
"""The condition of the index above, word for word."""

status_events: Final = Table(
    "status_events",
    metadata,
    Column("row", BIG_NUMBER, primary_key=True, autoincrement=True),
    Column("identifier", _IDENTIFIER, ForeignKey(licenses.c.identifier), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("effective_at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("reason", String(500), nullable=False),
    Column("decision_no", String(100), nullable=False),
    Column("actor", String(100), nullable=False),
    Column("approver", String(100)),
    Column("overturns", Integer),
    one_of("kind", StatusKind),
    Index("ix_status_events_identifier", "identifier"),
)

intents: Final = Table(
    "intents",
    metadata,
    Column("row", BIG_NUMBER, primary_key=True, autoincrement=True),
    Column("identifier", _IDENTIFIER, nullable=False),
    Column("stem", _IDENTIFIER, nullable=False),
    Column("version", Integer, nullable=False),
    Column("request_key", String(200), nullable=False),
    Column("stage", String(16), nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("record", LargeBinary, nullable=False),
    Column("record_to_be_signed", LargeBinary, nullable=False),
    Column("code_to_be_signed", LargeBinary, nullable=False),
    Column("record_signature", LargeBinary, nullable=False),
    Column("code_signature", LargeBinary, nullable=False),
    Column("document_digest", LargeBinary, nullable=False),
    Column("seal_to_be_signed", LargeBinary, nullable=False),
    Column("seal_signature", LargeBinary, nullable=False),
    Column("document_to_be_signed", LargeBinary, nullable=False),
    Column("ofd_digest", LargeBinary),
    Column("ofd_to_be_signed", LargeBinary),
    Column("ofd_seal_signature", LargeBinary),
    Column("files", Text),
    UniqueConstraint("identifier"),
    UniqueConstraint("request_key"),
    UniqueConstraint("stem", "version"),
    one_of("stage", IntentStage),
    Index("ix_intents_stage", "stage"),
)

# Few intents leave anything behind, and these are found without looking at the others.
Index(
    "ix_intents_untidy",
    intents.c.row,
    sqlite_where=intents.c.files.is_not(None),
    postgresql_where=intents.c.files.is_not(None),
)

counters: Final = Table(
    "counters",
    metadata,
    Column("name", String(50), primary_key=True),
    Column("next", BIG_NUMBER, nullable=False),
)

display_codes: Final = Table(
    "display_codes",
    metadata,
    Column("digest", _DIGEST, primary_key=True),
    Column("identifier", _IDENTIFIER, ForeignKey(licenses.c.identifier), nullable=False),
    Column("purpose", String(200), nullable=False),
    Column("fields", JSON, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
    Column("used_by", String(200)),
    Column("delegation", String(21)),
    CheckConstraint("(used_at is null) = (used_by is null)", name="used_together"),
    CheckConstraint("used_at is null or used_at < expires_at", name="used_in_time"),
)

usages: Final = Table(
    "usages",
    metadata,
    Column("row", BIG_NUMBER, primary_key=True, autoincrement=True),
    Column("identifier", _IDENTIFIER, ForeignKey(licenses.c.identifier), nullable=False),
    Column("at", Instant, nullable=False),
    Column("user", String(200), nullable=False),
    Column("basis", String(50), nullable=False),
    Column("purpose", String(200), nullable=False),
    Column("fields", JSON, nullable=False),
    # What hides it in the ledger; uses from before there was one have none.
    Column("salt", String(32)),
    # What older releases did not say stays NULL.
    Column("matter", String(40)),
    Column("case_id", String(21)),
    Column("grant_id", String(21)),
    Column("on_behalf_of", String(200)),
    Column("marks", String(40)),
    Index("ix_usages_identifier", "identifier"),
    Index("ix_usages_grant_id", "grant_id"),
    # When a license was used before is found at each use.
    Index("ix_usages_identifier_at", "identifier", "at"),
)
