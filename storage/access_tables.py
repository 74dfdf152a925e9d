"""The table of access tokens."""

from typing import Final

from sqlalchemy import CheckConstraint, Column, String, Table

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
    CheckConstraint(
        "role in ('issuer', 'window', 'citizen', 'archivist', 'supervisor')", name="role_known"
    ),
    CheckConstraint("(role = 'citizen') = (holder_key <> '')", name="citizens_hold"),
)
