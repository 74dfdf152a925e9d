"""The table of receipts of cases (受理通知书); the receipts themselves are objects."""

from typing import Final

from sqlalchemy import (
    Column,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
)

from storage.constraints import check, whole
from storage.database import Instant
from storage.matter_tables import CASE_ID, PERSON, WORD
from storage.tables import metadata
from storage.triggers import append_only, attach, refuse_insert

_DIGEST: Final = String(64)
NUMBER: Final = String(26)

case_receipts: Final = Table(
    "case_receipts",
    metadata,
    Column("case_id", CASE_ID, nullable=False),
    Column("version", Integer, nullable=False),
    Column("number", NUMBER, nullable=False),
    Column("former", NUMBER),
    Column("former_version", Integer),
    Column("content", _DIGEST, nullable=False),
    Column("document", _DIGEST, nullable=False),
    Column("page", _DIGEST, nullable=False),
    Column("operator", PERSON, nullable=False),
    Column("operator_role", WORD, nullable=False),
    Column("issued_at", Instant, nullable=False),
    PrimaryKeyConstraint("case_id", "version"),
    UniqueConstraint("number", name="uq_case_receipts_number"),
    UniqueConstraint("case_id", "number", "version", name="uq_case_receipts_with_version"),
    ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_receipts_case"),
    # A later version names the one before, of the same case.
    ForeignKeyConstraint(
        ["case_id", "former", "former_version"],
        ["case_receipts.case_id", "case_receipts.number", "case_receipts.version"],
        name="fk_case_receipts_former",
    ),
    ForeignKeyConstraint(
        ["operator", "operator_role"],
        ["people_roles.person", "people_roles.role"],
        name="fk_case_receipts_operator",
    ),
    whole("former", "former", "former_version"),
    check("version_follows", "coalesce(former_version, 0) = version - 1"),
    check("operator_accepts", "operator_role = 'acceptance'"),
    check("number_length", "length(number) = 26"),
    check("digests_whole", "length(content) = 64 AND length(document) = 64 AND length(page) = 64"),
)

TRIGGERS: Final = (
    *attach(append_only(case_receipts)),
    # Nobody gets a receipt that leaves open what may still be asked for.
    *attach(
        refuse_insert(
            case_receipts,
            "case_receipts_all_decided",
            when="EXISTS (SELECT 1 FROM case_materials m WHERE m.case_id = NEW.case_id"
            " AND NOT EXISTS (SELECT 1 FROM material_decisions d"
            " WHERE d.case_id = m.case_id AND d.material = m.material)"
            " AND NOT EXISTS (SELECT 1 FROM optional_materials o"
            " WHERE o.matter_code = m.matter_code AND o.matter_version = m.matter_version"
            " AND o.material = m.material))",
        )
    ),
)
"""The triggers of this table, in the order of creation."""
