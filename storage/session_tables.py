"""The table of sessions (登录会话)."""

from typing import Final

from sqlalchemy import Column, ForeignKey, Index, String, Table

from storage.access_tables import access_tokens
from storage.constraints import check
from storage.database import Instant
from storage.tables import metadata

_DIGEST: Final = String(64)

sessions: Final = Table(
    "sessions",
    metadata,
    Column("digest", _DIGEST, primary_key=True),
    # Whoever takes a token away ends what was opened with it.
    Column(
        "access", _DIGEST, ForeignKey(access_tokens.c.digest, ondelete="CASCADE"), nullable=False
    ),
    Column("address", _DIGEST, nullable=False),
    Column("signed_in_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("shown_at", Instant),
    check("digests_whole", "length(digest) = 64 AND length(address) = 64"),
    check("seen_since", "seen_at >= signed_in_at"),
    Index("ix_sessions_access", "access"),
    Index("ix_sessions_seen_at", "seen_at"),
)
