"""Tables of clients (接入系统): whom they act as, every version of what they may, and tokens."""

from typing import Final

from sqlalchemy import Column, ForeignKey, Index, Integer, PrimaryKeyConstraint, String, Table

from certs.clients import CLIENT_ROLES
from storage.constraints import check, known, whole
from storage.database import Instant
from storage.tables import metadata
from storage.triggers import append_only, attach, refuse_insert

_NAME: Final = String(40)
_PERSON: Final = String(200)
_CODES: Final = String(16_000)

clients: Final = Table(
    "clients",
    metadata,
    Column("name", _NAME, primary_key=True),
    Column("person", _PERSON, nullable=False),
    Column("role", String(16), nullable=False),
    Column("registered_at", Instant, nullable=False),
    Column("registered_by", _PERSON, nullable=False),
    Column("stopped_at", Instant),
    Column("stopped_by", _PERSON),
    known("role", CLIENT_ROLES),
    check("parts_named", "name <> '' AND person <> '' AND registered_by <> ''"),
    # Nobody does so for oneself.
    check("registered_by_another", "registered_by <> person"),
    check("stopped_by_another", "stopped_by IS NULL OR stopped_by <> person"),
    whole("stop", "stopped_at", "stopped_by"),
    check("stop_after", "stopped_at IS NULL OR stopped_at >= registered_at"),
    Index("ix_clients_person", "person"),
)

client_editions: Final = Table(
    "client_editions",
    metadata,
    Column("client", _NAME, ForeignKey(clients.c.name), nullable=False),
    Column("number", Integer, nullable=False),
    # The point 04 ‖ x ‖ y in hexadecimal.
    Column("public_key", String(130), nullable=False),
    # When its certificate ends, if it came with one.
    Column("key_ends_at", Instant),
    # Codes with a space between them; none is empty, all are an asterisk.
    Column("license_types", _CODES, nullable=False),
    Column("matters", _CODES, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("changed_by", _PERSON, nullable=False),
    # SHA-256 of the certificate that its connections show; missing where any will do.
    Column("connection", String(64)),
    PrimaryKeyConstraint("client", "number"),
    check("key_whole", "length(public_key) = 130 AND substr(public_key, 1, 2) = '04'"),
    check("number_counts", "number >= 1"),
    check("ends_after", "ends_at > changed_at"),
    check("ends_with_key", "key_ends_at IS NULL OR ends_at <= key_ends_at"),
    check("changed_by_named", "changed_by <> ''"),
)
"""What is said of a client; the last one counts, and none is changed."""

client_tokens: Final = Table(
    "client_tokens",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("client", _NAME, ForeignKey(clients.c.name), nullable=False),
    Column("expires_at", Instant, nullable=False),
    check("digest_whole", "length(digest) = 64"),
    Index("ix_client_tokens_client", "client"),
    Index("ix_client_tokens_expires_at", "expires_at"),
)

client_nonces: Final = Table(
    "client_nonces",
    metadata,
    Column("client", _NAME, primary_key=True),
    Column("nonce", String(32), primary_key=True),
    Column("until", Instant, nullable=False),
    check("nonce_length", "length(nonce) = 32"),
    Index("ix_client_nonces_until", "until"),
)
"""The nonces that clients used up, as `request_nonces` for regions."""

_OF_CLIENT: Final = "SELECT 1 FROM clients c WHERE c.name = NEW.client"
# Whom a client acts as is settled, and stopping it is for good.
TRIGGERS: Final = attach(
    (
        *refuse_insert(
            clients,
            "clients_settled",
            when="EXISTS (SELECT 1 FROM clients c WHERE c.name = NEW.name"
            " AND (c.person <> NEW.person OR c.role <> NEW.role OR c.stopped_at IS NOT NULL))",
            changed="person, role, stopped_at, stopped_by",
        ),
        *append_only(client_editions),
        *refuse_insert(
            client_editions,
            "client_editions_closed",
            when=f"EXISTS ({_OF_CLIENT}"
            " AND (c.stopped_at IS NOT NULL OR c.person = NEW.changed_by))",
            locking="1 FROM clients c WHERE c.name = NEW.client FOR UPDATE",
        ),
        *refuse_insert(
            client_tokens,
            "client_tokens_closed",
            when=f"EXISTS ({_OF_CLIENT} AND c.stopped_at IS NOT NULL)",
            locking="1 FROM clients c WHERE c.name = NEW.client FOR UPDATE",
        ),
    )
)
