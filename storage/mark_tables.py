"""The table of trade secrets that holders marked (商业秘密标记), and took the mark from again."""

from typing import Final

from sqlalchemy import Column, ForeignKey, Index, String, Table

from storage.constraints import check, flag
from storage.database import BIG_NUMBER, Instant
from storage.license_tables import licenses
from storage.tables import metadata
from storage.triggers import append_only, attach

secret_marks: Final = Table(
    "secret_marks",
    metadata,
    Column("row", BIG_NUMBER, primary_key=True, autoincrement=True),
    Column("identifier", String(128), ForeignKey(licenses.c.identifier), nullable=False),
    Column("field", String(60), nullable=False),
    flag("is_marked"),
    Column("at", Instant, nullable=False),
    Column("actor", String(200), nullable=False),
    check("named", "field <> '' AND actor <> ''"),
    Index("ix_secret_marks_identifier", "identifier"),
)

TRIGGERS: Final = attach(append_only(secret_marks))
