"""The table of attached licenses: each row cites the look-up that found the license valid."""

from typing import Final

from sqlalchemy import Column, ForeignKeyConstraint, Integer, PrimaryKeyConstraint, String, Table

from storage.constraints import check
from storage.database import Instant
from storage.matter_tables import CASE_ID, CODE, WORD
from storage.tables import metadata
from storage.triggers import append_only, attach
from verify.acceptance.reasons import LookupResult
from verify.matters.ways import Way

_DIGEST_LENGTH: Final = 64
_CITED: Final = ("case_id", "material", "way", "number", "result", "looked_up_at")

attached_licenses: Final = Table(
    "attached_licenses",
    metadata,
    Column("case_id", CASE_ID, nullable=False),
    Column("material", CODE, nullable=False),
    Column("way", WORD, nullable=False),
    Column("number", Integer, nullable=False),
    Column("result", WORD, nullable=False),
    Column("looked_up_at", Instant, nullable=False),
    Column("object", String(_DIGEST_LENGTH), nullable=False),
    PrimaryKeyConstraint("case_id", "material", "number"),
    ForeignKeyConstraint(
        _CITED, [f"lookups.{name}" for name in _CITED], name="fk_attached_licenses_lookup"
    ),
    check("of_license", f"way = '{Way.E_LICENSE}'"),
    check("was_valid", f"result = '{LookupResult.VALID}'"),
    check("object_named", f"length(object) = {_DIGEST_LENGTH}"),
)

TRIGGERS: Final = attach(append_only(attached_licenses))
"""The triggers of this table, in the order of creation."""
