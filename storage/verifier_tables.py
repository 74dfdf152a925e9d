"""Tables of social verifiers (社会核验机构), and of the secrets that they come with."""

from typing import Final

from sqlalchemy import Column, ForeignKey, Index, String, Table

from storage.constraints import check
from storage.database import Instant
from storage.tables import metadata
from storage.triggers import append_only, attach, refuse_insert

_NAME: Final = String(40)
_PERSON: Final = String(200)

social_verifiers: Final = Table(
    "social_verifiers",
    metadata,
    Column("name", _NAME, primary_key=True),
    Column("title", String(200), nullable=False),
    Column("purpose", String(400), nullable=False),
    # Codes and names with a space between them.
    Column("license_types", String(1000), nullable=False),
    Column("fields", String(2000), nullable=False),
    Column("registered_at", Instant, nullable=False),
    Column("registered_by", _PERSON, nullable=False),
    Column("ends_at", Instant, nullable=False),
    check("parts_named", "title <> '' AND purpose <> '' AND registered_by <> ''"),
    check("sees_something", "license_types <> '' AND fields <> ''"),
    check("ends_after", "ends_at > registered_at"),
)
"""What one may see is settled; who may see something else is registered anew."""

verifier_stops: Final = Table(
    "verifier_stops",
    metadata,
    Column("verifier", _NAME, ForeignKey(social_verifiers.c.name), primary_key=True),
    Column("stopped_at", Instant, nullable=False),
    Column("stopped_by", _PERSON, nullable=False),
    check("stopped_by_named", "stopped_by <> ''"),
)

verifier_secrets: Final = Table(
    "verifier_secrets",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("verifier", _NAME, ForeignKey(social_verifiers.c.name), nullable=False),
    Column("expires_at", Instant, nullable=False),
    check("digest_whole", "length(digest) = 64"),
    Index("ix_verifier_secrets_verifier", "verifier"),
    Index("ix_verifier_secrets_expires_at", "expires_at"),
)

TRIGGERS: Final = attach(
    (
        *append_only(social_verifiers),
        *append_only(verifier_stops),
        *refuse_insert(
            verifier_secrets,
            "verifier_secrets_closed",
            when="EXISTS (SELECT 1 FROM verifier_stops s WHERE s.verifier = NEW.verifier)",
            locking="1 FROM social_verifiers v WHERE v.name = NEW.verifier FOR UPDATE",
        ),
    )
)
