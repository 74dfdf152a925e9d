"""The table of access tokens."""

from typing import Final

from sqlalchemy import CheckConstraint, Column, Index, String, Table

from certs.access import CallerRole
from storage.constraints import known
from storage.database import Instant
from storage.tables import metadata

access_tokens: Final = Table(
    "access_tokens",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("person", String(200), nullable=False),
    Column("role", String(16), nullable=False),
    Column("holder_key", String(64), nullable=False),
    Column("holder_shown", String(512), nullable=False),
    Column("expires_at", Instant),
    known("role", CallerRole),
    CheckConstraint("(role = 'citizen') = (holder_key <> '')", name="citizens_hold"),
    Index("ix_access_tokens_person", "person"),
)
