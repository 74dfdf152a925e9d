"""Tables of exceptions (例外审批): who asked to demand paper, and what was declined."""

from typing import Final

from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Index, String, Table

from storage.constraints import check, known
from storage.database import BIG_NUMBER, Instant
from storage.matter_tables import CASE_ID, CODE, PERSON, WORD
from storage.tables import metadata
from storage.triggers import append_only, attach
from verify.acceptance.reasons import ReasonCode

_NOTE: Final = String(500)

exception_requests: Final = Table(
    "exception_requests",
    metadata,
    Column("number", BIG_NUMBER, primary_key=True, autoincrement=True),
    Column("case_id", CASE_ID, nullable=False),
    Column("material", CODE, nullable=False),
    Column("reason", WORD, nullable=False),
    Column("note", _NOTE),
    Column("operator", PERSON, nullable=False),
    Column("asked_at", Instant, nullable=False),
    ForeignKeyConstraint(
        ["case_id", "material"],
        ["case_materials.case_id", "case_materials.material"],
        name="fk_exception_requests_case_material",
    ),
    known("reason", ReasonCode),
    check("operator_named", "operator <> ''"),
    Index("ix_exception_requests_case", "case_id", "material"),
)

exception_declines: Final = Table(
    "exception_declines",
    metadata,
    Column("number", BIG_NUMBER, ForeignKey(exception_requests.c.number), primary_key=True),
    Column("approver", PERSON, nullable=False),
    Column("note", _NOTE, nullable=False),
    Column("declined_at", Instant, nullable=False),
    check("in_words", "note <> '' AND approver <> ''"),
)

TRIGGERS: Final = attach(
    trigger for table in (exception_requests, exception_declines) for trigger in append_only(table)
)
