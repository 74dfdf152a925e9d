"""Tables of the notices that wait, and of the days of which holders were reminded."""

from typing import Final

from sqlalchemy import Column, Date, Index, Integer, String, Table

from certs.notices import LICENSE_KINDS
from storage.constraints import known
from storage.database import Instant
from storage.tables import metadata

_IDENTIFIER: Final = String(128)

notices: Final = Table(
    "notices",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("identifier", _IDENTIFIER, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("status", String(16)),
    Column("effective_at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("expires_on", Date),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Instant, nullable=False),
    # The material that was promised, where a notice is about a case: then the kind is `expiring`,
    # the identifier is the case's, and the day is that of the promise.
    Column("material", String(40)),
    known("kind", LICENSE_KINDS),
    Index("ix_notices_due_at_number", "due_at", "number"),
    Index("ix_notices_identifier_number", "identifier", "number"),
    # A number that was delivered is never given again, whatever is removed.
    sqlite_autoincrement=True,
)

reminders: Final = Table(
    "reminders",
    metadata,
    Column("identifier", _IDENTIFIER, primary_key=True),
    Column("expires_on", Date, primary_key=True),
)
