"""Tables of grants (用证授权): what the program refuses, they refuse again.

A CHECK passes where it comes to NULL, so every rule says what it means for NULL.
"""

from typing import Final

from sqlalchemy import (
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
)

from certs.granting.grants import (
    LONGEST,
    LONGEST_DELEGATION,
    MOST_USES,
    EvidenceKind,
    GrantBasis,
    GranteeKind,
    GrantEventKind,
)
from storage.constraints import check, flag, known, whole
from storage.database import BIG_NUMBER, Instant
from storage.license_tables import licenses, usages
from storage.tables import metadata
from storage.triggers import append_only, attach, refuse_insert

_GRANT: Final = String(21)
_PERSON: Final = String(200)
_MICROSECOND: Final = 1_000_000


def _microseconds(seconds: float) -> int:
    return int(seconds) * _MICROSECOND


grants: Final = Table(
    "grants",
    metadata,
    Column("row", BIG_NUMBER, primary_key=True, autoincrement=True),
    Column("id", _GRANT, nullable=False),
    Column("request_key", String(300), nullable=False),
    Column("license", String(128), ForeignKey(licenses.c.identifier), nullable=False),
    Column("holder_key", String(64), nullable=False),
    Column("basis", String(16), nullable=False),
    Column("matter", String(40), nullable=False),
    Column("grantee_kind", String(16), nullable=False),
    Column("grantee", _PERSON, nullable=False),
    Column("purpose", String(200), nullable=False),
    Column("not_before", Instant, nullable=False),
    Column("not_after", Instant, nullable=False),
    Column("max_uses", Integer, nullable=False),
    Column("given_by", _PERSON, nullable=False),
    flag("given_at_window"),
    Column("evidence_kind", String(16)),
    Column("evidence", String(200)),
    Column("legal_ref", String(200)),
    Column("noticed_at", Instant),
    Column("case_id", String(21)),
    Column("parent", _GRANT),
    Column("parent_not_after", Instant),
    Column("parent_depth", Integer),
    Column("depth", Integer, nullable=False),
    Column("grantee_shown", String(100)),
    UniqueConstraint("id"),
    UniqueConstraint("request_key"),
    UniqueConstraint(
        "id", "license", "holder_key", "matter", "not_after", "depth", name="uq_grants_whole"
    ),
    # Whoever passes a delegation on cannot name another license, matter or end.
    ForeignKeyConstraint(
        ["parent", "license", "holder_key", "matter", "parent_not_after", "parent_depth"],
        [
            f"grants.{name}"
            for name in ("id", "license", "holder_key", "matter", "not_after", "depth")
        ],
        name="fk_grants_parent",
    ),
    ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_grants_case"),
    known("basis", GrantBasis),
    known("grantee_kind", GranteeKind),
    known("evidence_kind", EvidenceKind),
    whole("evidence", "evidence_kind", "evidence"),
    whole("parent", "parent", "parent_not_after", "parent_depth"),
    check("time_ordered", "not_after > not_before"),
    check("year_at_most", f"not_after <= not_before + {_microseconds(LONGEST.total_seconds())}"),
    check("uses_bounded", f"max_uses BETWEEN 1 AND {MOST_USES}"),
    check("named", "matter <> '' AND grantee <> '' AND purpose <> '' AND holder_key <> ''"),
    check("consent_evident", "basis <> 'consent' OR coalesce(evidence, '') <> ''"),
    check("window_no_session", "NOT given_at_window OR coalesce(evidence_kind, '') <> 'session'"),
    check("duty_named", "(basis = 'legal_duty') = (coalesce(legal_ref, '') <> '')"),
    check("duty_noticed", "basis <> 'legal_duty' OR (noticed_at IS NOT NULL AND given_at_window)"),
    check("case_named", "(basis = 'one_case') = (case_id IS NOT NULL)"),
    check("case_of_matter", "basis <> 'one_case' OR grantee_kind = 'matter'"),
    check("delegation_evident", "basis <> 'delegation' OR coalesce(evidence, '') <> ''"),
    check(
        "delegation_to_another",
        "basis <> 'delegation' OR (grantee_kind <> 'matter' AND grantee <> given_by)",
    ),
    check(
        "delegation_month",
        "basis <> 'delegation'"
        f" OR not_after <= not_before + {_microseconds(LONGEST_DELEGATION.total_seconds())}",
    ),
    check("passed_on_delegation", "parent IS NULL OR basis = 'delegation'"),
    check("passed_on_once", "depth = coalesce(parent_depth, 0) + 1 AND depth <= 2"),
    check("passed_on_within", "parent IS NULL OR not_after <= parent_not_after"),
    Index("ix_grants_holder_key", "holder_key"),
    Index("ix_grants_grantee", "grantee"),
    Index("ix_grants_given_by", "given_by"),
    Index("ix_grants_parent", "parent"),
)

grant_fields: Final = Table(
    "grant_fields",
    metadata,
    Column("grant_id", _GRANT, ForeignKey(grants.c.id), nullable=False),
    Column("place", Integer, nullable=False),
    Column("field", String(60), nullable=False),
    Column("parent", _GRANT),
    PrimaryKeyConstraint("grant_id", "field"),
    # No field is passed on that was not given.
    ForeignKeyConstraint(
        ["parent", "field"],
        ["grant_fields.grant_id", "grant_fields.field"],
        name="fk_grant_fields_parent",
    ),
)

grant_events: Final = Table(
    "grant_events",
    metadata,
    Column("grant_id", _GRANT, ForeignKey(grants.c.id), nullable=False),
    Column("number", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("at", Instant, nullable=False),
    Column("actor", _PERSON, nullable=False),
    Column("reason", String(500), nullable=False),
    PrimaryKeyConstraint("grant_id", "number"),
    known("kind", GrantEventKind),
    check("number_positive", "number >= 1"),
    check("given_first", "(number = 1) = (kind = 'given')"),
)

_IS_ACTIVE: Final = (
    "EXISTS (SELECT 1 FROM grants g WHERE g.id = NEW.grant_id AND g.license = NEW.identifier"
    " AND NEW.at >= g.not_before AND NEW.at < g.not_after"
    " AND (SELECT count(*) FROM usages u WHERE u.grant_id = g.id) < g.max_uses"
    " AND NOT EXISTS (SELECT 1 FROM grant_events e WHERE e.grant_id IN (g.id, g.parent)"
    " AND (e.kind = 'revoked' OR (e.kind = 'suspended' AND NOT EXISTS"
    " (SELECT 1 FROM grant_events c WHERE c.grant_id = e.grant_id AND c.number > e.number)))))"
)
_LOCKED: Final = "1 FROM grants g WHERE g.id = NEW.grant_id FOR UPDATE"
TRIGGERS: Final = attach(
    (
        *(
            trigger
            for table in (grants, grant_fields, grant_events)
            for trigger in append_only(table)
        ),
        *refuse_insert(
            grant_fields,
            "grant_fields_of_parent",
            when="coalesce(NEW.parent, '') <> coalesce("
            "(SELECT g.parent FROM grants g WHERE g.id = NEW.grant_id), '')",
        ),
        *refuse_insert(
            grant_events,
            "grant_events_before_end",
            when="EXISTS (SELECT 1 FROM grant_events e WHERE e.grant_id = NEW.grant_id"
            " AND (e.kind = 'revoked' OR e.number >= NEW.number))",
            locking=_LOCKED,
        ),
        # Revocation counts from its moment on, whatever the program thought.
        *refuse_insert(
            usages,
            "usages_grant_active",
            when=f"NEW.grant_id IS NOT NULL AND NOT {_IS_ACTIVE}",
            locking=_LOCKED,
        ),
    )
)

# A child's own session is no consent, and neither is nothing: somebody saw the guardian, or it is
# the guardian's session, whose evidence is the guardianship. A law, and what was given before,
# stand by themselves.
_GUARDED: Final = (
    "NEW.evidence_kind = 'session' AND EXISTS (SELECT 1 FROM guardianships u"
    " JOIN guardianship_confirmations c ON c.number = u.number"
    " WHERE u.number = NEW.evidence AND u.child_key = NEW.holder_key"
    " AND NOT EXISTS (SELECT 1 FROM guardianship_ends e WHERE e.number = u.number))"
)
CHILD_TRIGGERS: Final = attach(
    refuse_insert(
        grants,
        "grants_child_guardian",
        when="NEW.basis <> 'legal_duty' AND NEW.parent IS NULL"  # noqa: S608 - our own names
        " AND coalesce(NEW.evidence_kind, 'session') NOT IN ('id_reader', 'face', 'paper')"
        " AND EXISTS (SELECT 1 FROM licenses l WHERE l.identifier = NEW.license"
        " AND (NEW.not_before + 28800000000) / 86400000000 < l.child_until)"
        f" AND NOT ({_GUARDED})",
        locking="1 FROM guardianships u WHERE u.number = NEW.evidence FOR UPDATE",
    )
)

# What is passed on uses up what was given, however many it was passed on to.
LIMIT_TRIGGERS: Final = attach(
    refuse_insert(
        usages,
        "usages_parent_limit",
        when="EXISTS (SELECT 1 FROM grants g JOIN grants p ON p.id = coalesce(g.parent, g.id)"
        " WHERE g.id = NEW.grant_id"
        # Where the grant itself is used up, the rule above says so.
        " AND (SELECT count(*) FROM usages o WHERE o.grant_id = g.id) < g.max_uses"
        " AND (SELECT count(*) FROM usages u WHERE u.grant_id IN"
        " (SELECT f.id FROM grants f WHERE f.id = p.id OR f.parent = p.id))"
        " >= p.max_uses)",
        locking="1 FROM grants p WHERE p.id IN (SELECT coalesce(g.parent, g.id) FROM grants g"
        " WHERE g.id = NEW.grant_id) FOR UPDATE",
    )
)
"""The triggers of a later version, behind those above."""
