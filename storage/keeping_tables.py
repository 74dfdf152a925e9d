"""Tables of the archive's keeping: holdings, holds, disposals, and runs that read everything.

Appraisals and the register of destruction (销毁清册) are append-only. Nothing is disposed of that
is held or needed or whose period runs, whichever process asks: the database refuses the row.
"""

from typing import Final

from sqlalchemy import (
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from certs.keeping.holdings import MAX_AUTHORITY, MAX_KIND
from certs.keeping.retention import MAX_DOCUMENT_NO, MAX_PERSON, MAX_REASON, RetentionClass
from storage.constraints import check, known, whole
from storage.database import BIG_NUMBER, Instant
from storage.tables import metadata
from storage.triggers import append_only, attach, refuse_insert

_PACKAGE: Final = String(64)
_CLASS: Final = String(16)
_PERSON: Final = String(MAX_PERSON)
_DOCUMENT: Final = String(MAX_DOCUMENT_NO)
_REASON: Final = String(MAX_REASON)
_LOCKING: Final = "1 FROM archive_holdings h WHERE h.package_id = NEW.package_id FOR UPDATE"
_DISPOSED: Final = "EXISTS (SELECT 1 FROM disposals d WHERE d.package_id = NEW.package_id)"

archive_holdings: Final = Table(
    "archive_holdings",
    metadata,
    Column("package_id", _PACKAGE, primary_key=True),
    Column("size_bytes", BIG_NUMBER, nullable=False),
    Column("stored_at", Instant, nullable=False),
    Column("last_scrubbed_at", Instant, nullable=False),
    Column("retention_class", _CLASS),
    Column("keep_until", Instant),
    Column("locked_at", Instant),
    Column("damaged_at", Instant),
    Column("destroyed_at", Instant),
    known("retention_class", RetentionClass),
    check("names_digest", "length(package_id) = 64"),
    check("size_positive", "size_bytes > 0"),
    check(
        "period_whole",
        "(retention_class IS NULL OR retention_class = 'permanent') = (keep_until IS NULL)",
    ),
    check("locked_when_appraised", "locked_at IS NULL OR retention_class IS NOT NULL"),
    check(
        "destroyed_when_over",
        "destroyed_at IS NULL OR (keep_until IS NOT NULL AND destroyed_at >= keep_until)",
    ),
)

Index(
    "ix_archive_holdings_due",
    archive_holdings.c.last_scrubbed_at,
    archive_holdings.c.package_id,
    sqlite_where=archive_holdings.c.destroyed_at.is_(None),
    postgresql_where=archive_holdings.c.destroyed_at.is_(None),
)

_UNLOCKED: Final = archive_holdings.c.retention_class.is_not(
    None
) & archive_holdings.c.locked_at.is_(None)
Index(
    "ix_archive_holdings_unlocked",
    archive_holdings.c.package_id,
    sqlite_where=_UNLOCKED,
    postgresql_where=_UNLOCKED,
)

Index(
    "ix_archive_holdings_damaged",
    archive_holdings.c.package_id,
    sqlite_where=archive_holdings.c.damaged_at.is_not(None),
    postgresql_where=archive_holdings.c.damaged_at.is_not(None),
)

archive_appraisals: Final = Table(
    "archive_appraisals",
    metadata,
    Column("row", BIG_NUMBER, primary_key=True, autoincrement=True),
    Column("package_id", _PACKAGE, ForeignKey(archive_holdings.c.package_id), nullable=False),
    Column("retention_class", _CLASS, nullable=False),
    Column("keep_until", Instant),
    Column("appraiser", _PERSON, nullable=False),
    Column("document_no", _DOCUMENT, nullable=False),
    Column("appraised_at", Instant, nullable=False),
    known("retention_class", RetentionClass),
    check("period_whole", "(retention_class = 'permanent') = (keep_until IS NULL)"),
    check("names_appraiser", "appraiser <> '' AND document_no <> ''"),
    Index("ix_archive_appraisals_package_id", "package_id"),
)

package_references: Final = Table(
    "package_references",
    metadata,
    Column("package_id", _PACKAGE, ForeignKey(archive_holdings.c.package_id), primary_key=True),
    Column("referrer", _PACKAGE, primary_key=True),
    Column("kind", String(MAX_KIND), primary_key=True),
    check("another", "referrer <> package_id"),
    Index("ix_package_references_referrer", "referrer"),
)

legal_holds: Final = Table(
    "legal_holds",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("package_id", _PACKAGE, ForeignKey(archive_holdings.c.package_id), nullable=False),
    Column("authority", String(MAX_AUTHORITY), nullable=False),
    Column("document_no", _DOCUMENT, nullable=False),
    Column("placed_by", _PERSON, nullable=False),
    Column("held_from", Instant, nullable=False),
    Column("held_until", Instant),
    Column("released_by", _PERSON),
    Column("release_document_no", _DOCUMENT),
    whole("release", "held_until", "released_by", "release_document_no"),
    check("names_authority", "authority <> '' AND document_no <> '' AND placed_by <> ''"),
    check(
        "names_releaser",
        "held_until IS NULL OR (released_by <> '' AND release_document_no <> '')",
    ),
    check("released_later", "held_until IS NULL OR held_until >= held_from"),
    Index("ix_legal_holds_package_id", "package_id"),
    # A number that stood in a document is never given again.
    sqlite_autoincrement=True,
)

disposal_proposals: Final = Table(
    "disposal_proposals",
    metadata,
    Column("package_id", _PACKAGE, ForeignKey(archive_holdings.c.package_id), primary_key=True),
    Column("proposer", _PERSON, nullable=False),
    Column("proposed_at", Instant, nullable=False),
    Column("document_no", _DOCUMENT, nullable=False),
    Column("reason", _REASON, nullable=False),
    UniqueConstraint("package_id", "proposer"),
    check("names_proposer", "proposer <> '' AND document_no <> '' AND reason <> ''"),
)

# Every column is filled: a check on a missing value would pass.
disposals: Final = Table(
    "disposals",
    metadata,
    Column("package_id", _PACKAGE, primary_key=True),
    Column("size_bytes", BIG_NUMBER, nullable=False),
    Column("retention_class", _CLASS, nullable=False),
    Column("keep_until", Instant, nullable=False),
    Column("proposer", _PERSON, nullable=False),
    Column("proposed_at", Instant, nullable=False),
    Column("document_no", _DOCUMENT, nullable=False),
    Column("reason", _REASON, nullable=False),
    Column("approver", _PERSON, nullable=False),
    Column("approved_at", Instant, nullable=False),
    ForeignKeyConstraint(
        ["package_id", "proposer"],
        ["disposal_proposals.package_id", "disposal_proposals.proposer"],
        name="fk_disposals_proposal",
    ),
    known("retention_class", RetentionClass),
    check("two_persons", "proposer <> '' AND approver <> '' AND proposer <> approver"),
    check("period_over", "approved_at >= keep_until"),
    check("approved_later", "approved_at >= proposed_at"),
)

scrubs: Final = Table(
    "scrubs",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("started_at", Instant, nullable=False),
    Column("finished_at", Instant),
    Column("packages", BIG_NUMBER, nullable=False),
    Column("read_bytes", BIG_NUMBER, nullable=False),
    Column("damaged", BIG_NUMBER, nullable=False),
    Column("missing", BIG_NUMBER, nullable=False),
    Column("repaired", BIG_NUMBER, nullable=False),
    Column("lost", BIG_NUMBER, nullable=False),
    Column("extra", BIG_NUMBER, nullable=False),
)

KEEPING_TRIGGERS: Final = (
    *attach(trigger for table in (archive_appraisals, disposals) for trigger in append_only(table)),
    *attach(
        trigger
        for table in (legal_holds, package_references)
        for trigger in refuse_insert(
            table, f"{table.name}_disposed", when=_DISPOSED, locking=_LOCKING
        )
    ),
    *attach(
        refuse_insert(
            disposals,
            "disposals_held",
            when="EXISTS (SELECT 1 FROM legal_holds l WHERE l.package_id = NEW.package_id"
            " AND l.held_until IS NULL)",
            locking=_LOCKING,
        )
    ),
    *attach(
        refuse_insert(
            disposals,
            "disposals_needed",
            when="EXISTS (SELECT 1 FROM package_references r WHERE r.package_id = NEW.package_id)",
            locking=_LOCKING,
        )
    ),
    *attach(
        refuse_insert(
            disposals,
            "disposals_as_appraised",
            when="NOT EXISTS (SELECT 1 FROM archive_holdings h"
            " WHERE h.package_id = NEW.package_id AND h.keep_until = NEW.keep_until"
            " AND h.retention_class = NEW.retention_class AND h.destroyed_at IS NULL)",
            locking=_LOCKING,
        )
    ),
)
"""The triggers of these tables, in the order of creation."""
