"""Table of holders' own files (自行上传); what is removed is gone."""

from typing import Final

from sqlalchemy import Column, Index, Integer, String, Table

from certs.own_files import MAX_BYTES, OwnFileKind
from storage.constraints import check, known
from storage.database import Instant
from storage.tables import metadata

own_files: Final = Table(
    "own_files",
    metadata,
    Column("number", String(21), primary_key=True),
    Column("holder_key", String(64), nullable=False),
    Column("name", String(100), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("size", Integer, nullable=False),
    Column("stored", String(64), nullable=False),
    Column("license_name", String(200), nullable=False),
    Column("kept_at", Instant, nullable=False),
    known("kind", OwnFileKind),
    check("somebodys", "holder_key <> '' AND name <> ''"),
    check("size_bounded", f"size BETWEEN 1 AND {MAX_BYTES}"),
    check("stored_whole", "length(stored) = 64"),
    Index("ix_own_files_holder_key", "holder_key"),
)
