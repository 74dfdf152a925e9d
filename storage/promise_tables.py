"""Tables of declarations (告知承诺书) and promises: what a decision left open, and each step."""

from typing import Final

from sqlalchemy import (
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    text,
)

from storage.constraints import check, known, whole
from storage.database import Instant
from storage.decision_tables import material_decisions
from storage.matter_tables import CASE_ID, CODE, PERSON, WORD
from storage.tables import metadata
from storage.triggers import append_only, attach, refuse_insert
from verify.acceptance.promises.declarations import SignatureKind
from verify.acceptance.promises.records import BY_SYSTEM, BY_TWO, PromiseKind, StepKind

_DIGEST: Final = String(64)


def _listed(kinds: frozenset[StepKind]) -> str:
    return ", ".join(f"'{kind}'" for kind in StepKind if kind in kinds)


CLOSING: Final = _listed(frozenset(kind for kind in StepKind if kind.is_closing))
"""In SQL: the steps after which nothing is open."""

declarations: Final = Table(
    "declarations",
    metadata,
    Column("case_id", CASE_ID, nullable=False),
    Column("material", CODE, nullable=False),
    Column("version", Integer, nullable=False),
    Column("digest", _DIGEST, nullable=False),
    Column("kind", WORD, nullable=False),
    Column("evidence", _DIGEST, nullable=False),
    Column("operator", PERSON, nullable=False),
    Column("operator_role", WORD, nullable=False),
    Column("declared_at", Instant, nullable=False),
    PrimaryKeyConstraint("case_id", "material"),
    ForeignKeyConstraint(
        ["case_id", "material"],
        ["case_materials.case_id", "case_materials.material"],
        name="fk_declarations_case_material",
    ),
    ForeignKeyConstraint(
        ["operator", "operator_role"],
        ["people_roles.person", "people_roles.role"],
        name="fk_declarations_operator",
    ),
    known("kind", SignatureKind),
    check("operator_accepts", "operator_role = 'acceptance'"),
    check("digests_whole", "length(digest) = 64 AND length(evidence) = 64"),
)

promises: Final = Table(
    "promises",
    metadata,
    Column("case_id", CASE_ID, nullable=False),
    Column("material", CODE, nullable=False),
    Column("kind", WORD, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("due_on", Date),
    PrimaryKeyConstraint("case_id", "material"),
    ForeignKeyConstraint(
        ["case_id", "material"],
        ["material_decisions.case_id", "material_decisions.material"],
        name="fk_promises_decision",
    ),
    known("kind", PromiseKind),
    check("what_follows_is_due", "kind NOT IN ('later', 'reviewed_after') OR due_on IS NOT NULL"),
    Index("ix_promises_made_at", "made_at", "case_id", "material"),
)

promise_steps: Final = Table(
    "promise_steps",
    metadata,
    Column("case_id", CASE_ID, nullable=False),
    Column("material", CODE, nullable=False),
    Column("number", Integer, nullable=False),
    Column("kind", WORD, nullable=False),
    Column("at", Instant, nullable=False),
    Column("way", WORD),
    Column("lookup", Integer),
    Column("operator", PERSON),
    Column("operator_role", WORD),
    Column("approver", PERSON),
    Column("approver_role", WORD),
    Column("note", String(500)),
    PrimaryKeyConstraint("case_id", "material", "number"),
    ForeignKeyConstraint(
        ["case_id", "material"],
        ["promises.case_id", "promises.material"],
        name="fk_promise_steps_promise",
    ),
    ForeignKeyConstraint(
        ["case_id", "material", "way", "lookup"],
        ["lookups.case_id", "lookups.material", "lookups.way", "lookups.number"],
        name="fk_promise_steps_lookup",
    ),
    ForeignKeyConstraint(
        ["operator", "operator_role"],
        ["people_roles.person", "people_roles.role"],
        name="fk_promise_steps_operator",
    ),
    ForeignKeyConstraint(
        ["approver", "approver_role"],
        ["people_roles.person", "people_roles.role"],
        name="fk_promise_steps_approver",
    ),
    known("kind", StepKind),
    check("number_positive", "number >= 1"),
    whole("lookup", "way", "lookup"),
    check("resolved_shown", "(kind = 'resolved') = (lookup IS NOT NULL)"),
    whole("operator", "operator", "operator_role"),
    check("by_a_person", f"(kind IN ({_listed(BY_SYSTEM)})) = (operator IS NULL)"),
    check("operator_accepts", "operator_role IS NULL OR operator_role = 'acceptance'"),
    whole("approver", "approver", "approver_role"),
    check("approver_approves", "approver_role IS NULL OR approver_role = 'acceptance_approver'"),
    check("approver_is_another", "approver IS NULL OR approver <> coalesce(operator, '')"),
    check(
        "by_two",
        f"kind NOT IN ({_listed(BY_TWO)})"
        " OR (approver IS NOT NULL AND length(trim(coalesce(note, ''))) > 0)",
    ),
    # Nothing closes twice.
    Index(
        "uq_promise_steps_closed",
        "case_id",
        "material",
        unique=True,
        sqlite_where=text(f"kind IN ({CLOSING})"),
        postgresql_where=text(f"kind IN ({CLOSING})"),
    ),
)

PROMISE_TRIGGERS: Final = (
    *attach(
        trigger
        for table in (declarations, promises, promise_steps)
        for trigger in append_only(table)
    ),
    *attach(
        refuse_insert(
            material_decisions,
            "material_decisions_declared",
            when="NEW.form = 'commitment' AND NOT EXISTS (SELECT 1 FROM declarations d"
            " WHERE d.case_id = NEW.case_id AND d.material = NEW.material)",
        )
    ),
    *attach(
        refuse_insert(
            promise_steps,
            "promise_steps_repairs_breach",
            when="NEW.kind = 'repaired' AND NOT EXISTS (SELECT 1 FROM promise_steps s"
            " WHERE s.case_id = NEW.case_id AND s.material = NEW.material"
            " AND s.kind = 'breached')",
        )
    ),
)
