"""Tables of complaints (投诉), of what departments said to them, and of what is to be delivered."""

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
    UniqueConstraint,
)

from storage.case_receipt_tables import NUMBER
from storage.constraints import check, flag, known, whole
from storage.database import Instant
from storage.matter_tables import CASE_ID, CODE, PERSON, WORD
from storage.tables import metadata
from storage.triggers import append_only, attach
from verify.complaints.records import MAX_NOTE, AnswerResult, Shown

_BREACHES: Final = ", ".join(f"'{item}'" for item in Shown if item.is_breach)

complaints: Final = Table(
    "complaints",
    metadata,
    Column("number", NUMBER, nullable=False),
    Column("case_id", CASE_ID, nullable=False),
    Column("receipt", NUMBER, nullable=False),
    Column("receipt_version", Integer, nullable=False),
    # Empty for what the receipt does not list.
    Column("material", CODE, nullable=False),
    Column("shown", WORD, nullable=False),
    # 违规要件: paper was demanded outside the record.
    flag("is_breach"),
    Column("lookup_material", CODE),
    Column("lookup_way", WORD),
    Column("lookup_number", Integer),
    Column("raised_at", Instant, nullable=False),
    Column("due_on", Date, nullable=False),
    PrimaryKeyConstraint("number"),
    UniqueConstraint("case_id", "material", name="uq_complaints_material"),
    ForeignKeyConstraint(
        ["case_id", "receipt", "receipt_version"],
        ["case_receipts.case_id", "case_receipts.number", "case_receipts.version"],
        name="fk_complaints_receipt",
    ),
    ForeignKeyConstraint(
        ["case_id", "lookup_material", "lookup_way", "lookup_number"],
        ["lookups.case_id", "lookups.material", "lookups.way", "lookups.number"],
        name="fk_complaints_lookup",
    ),
    known("shown", Shown),
    whole("lookup", "lookup_material", "lookup_way", "lookup_number"),
    check("lookup_of_material", "coalesce(lookup_material, material) = material"),
    check("breach_as_shown", f"is_breach = (shown IN ({_BREACHES}))"),
    check("number_length", "length(number) = 26"),
    Index("ix_complaints_raised_at", "raised_at"),
)

complaint_answers: Final = Table(
    "complaint_answers",
    metadata,
    Column("complaint", NUMBER, nullable=False),
    Column("result", WORD, nullable=False),
    Column("note", String(MAX_NOTE), nullable=False),
    Column("operator", PERSON, nullable=False),
    Column("answered_at", Instant, nullable=False),
    PrimaryKeyConstraint("complaint"),
    ForeignKeyConstraint(
        ["complaint"], ["complaints.number"], name="fk_complaint_answers_complaint"
    ),
    known("result", AnswerResult),
    check("note_said", "length(trim(note)) > 0"),
)

complaint_posts: Final = Table(
    "complaint_posts",
    metadata,
    Column("complaint", NUMBER, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Instant, nullable=False),
    PrimaryKeyConstraint("complaint"),
    ForeignKeyConstraint(["complaint"], ["complaints.number"], name="fk_complaint_posts_complaint"),
    Index("ix_complaint_posts_due_at", "due_at"),
)

TRIGGERS: Final = attach(
    trigger for table in (complaints, complaint_answers) for trigger in append_only(table)
)
"""The triggers of these tables, in the order of creation."""
