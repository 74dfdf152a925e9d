"""Tables of questions to departments: those on their way, and those that departments here have."""

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
    text,
)

from storage.constraints import check, known, whole
from storage.database import BIG_NUMBER, Instant
from storage.matter_tables import CASE_ID, CODE, PERSON, WORD
from storage.tables import metadata
from storage.triggers import append_only, attach
from verify.acceptance.ports import Reply

_RECEIPT: Final = String(16)
_REGION: Final = String(6)
_WORDS: Final = String(500)

department_posts: Final = Table(
    "department_posts",
    metadata,
    Column("case_id", CASE_ID, nullable=False),
    Column("material", CODE, nullable=False),
    Column("way", WORD, nullable=False),
    Column("number", Integer, nullable=False),
    Column("result", WORD, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    # Null while it is not delivered.
    Column("region", _REGION),
    Column("attempts", Integer, nullable=False),
    Column("tried_at", Instant),
    # Null once nobody waits for it any more.
    Column("next_at", Instant),
    Column("reply", WORD),
    Column("replied_at", Instant),
    PrimaryKeyConstraint("case_id", "material"),
    # Nothing leaves but what a look-up asks, and with its clock.
    ForeignKeyConstraint(
        ["case_id", "material", "way", "number", "result", "due_at"],
        [
            f"lookups.{name}"
            for name in ("case_id", "material", "way", "number", "result", "due_at")
        ],
        name="fk_department_posts_lookup",
    ),
    check("question_asked", "way = 'department_check' AND result = 'asked'"),
    check("attempts_counted", "attempts >= 0 AND (attempts = 0) = (tried_at IS NULL)"),
    known("reply", Reply),
    whole("reply", "reply", "replied_at"),
    check("reply_from_somewhere", "reply IS NULL OR region IS NOT NULL"),
    Index("ix_department_posts_next_at", "next_at"),
)

department_questions: Final = Table(
    "department_questions",
    metadata,
    Column("row", BIG_NUMBER, primary_key=True, autoincrement=True),
    Column("receipt", _RECEIPT, nullable=False),
    Column("asker", _REGION, nullable=False),
    Column("case_id", CASE_ID, nullable=False),
    Column("material", CODE, nullable=False),
    Column("department", CODE, nullable=False),
    Column("question_zh", _WORDS, nullable=False),
    Column("question_en", _WORDS, nullable=False),
    # Personal data; null some time after the answer.
    Column("applicant_code_type", String(3)),
    Column("applicant_code", String(64)),
    Column("applicant_name", String(200)),
    Column("asked_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("received_at", Instant, nullable=False),
    # The time of the answer that stands.
    Column("answered_at", Instant),
    UniqueConstraint("receipt"),
    UniqueConstraint("asker", "case_id", "material", name="uq_department_questions_once"),
    whole("applicant", "applicant_code_type", "applicant_code", "applicant_name"),
    check("applicant_until_answered", "applicant_code IS NOT NULL OR answered_at IS NOT NULL"),
    check("asked_before_due", "asked_at < due_at"),
    # Few have no answer yet, and few of those answered still name somebody.
    Index(
        "ix_department_questions_open",
        "row",
        sqlite_where=text("answered_at IS NULL"),
        postgresql_where=text("answered_at IS NULL"),
    ),
    Index(
        "ix_department_questions_named",
        "answered_at",
        sqlite_where=text("applicant_code IS NOT NULL"),
        postgresql_where=text("applicant_code IS NOT NULL"),
    ),
)

department_answers: Final = Table(
    "department_answers",
    metadata,
    Column("receipt", _RECEIPT, ForeignKey(department_questions.c.receipt), nullable=False),
    Column("number", Integer, nullable=False),
    Column("reply", WORD, nullable=False),
    Column("person", PERSON, nullable=False),
    Column("at", Instant, nullable=False),
    PrimaryKeyConstraint("receipt", "number"),
    known("reply", Reply),
    check("number_positive", "number >= 1"),
)

TRIGGERS: Final = attach(append_only(department_answers))
"""The triggers of these tables, in the order of creation."""
