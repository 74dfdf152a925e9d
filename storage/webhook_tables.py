"""Tables of subscriptions to events (推送订阅), and of what waits for them."""

from typing import Final

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from certs.notices import NoticeKind
from storage.constraints import check, known
from storage.database import Instant
from storage.tables import metadata
from storage.triggers import append_only, attach

_NAME: Final = String(40)
_PERSON: Final = String(200)

webhooks: Final = Table(
    "webhooks",
    metadata,
    Column("name", _NAME, primary_key=True),
    Column("address", String(400), nullable=False),
    # Codes with a space between them; all are an asterisk.
    Column("license_types", String(8000), nullable=False),
    Column("registered_at", Instant, nullable=False),
    Column("registered_by", _PERSON, nullable=False),
    check("parts_named", "address <> '' AND license_types <> '' AND registered_by <> ''"),
)
"""Where one sends is settled; another address is another subscription."""

webhook_stops: Final = Table(
    "webhook_stops",
    metadata,
    Column("webhook", _NAME, ForeignKey(webhooks.c.name), primary_key=True),
    Column("stopped_at", Instant, nullable=False),
    Column("stopped_by", _PERSON, nullable=False),
    check("stopped_by_named", "stopped_by <> ''"),
)

webhook_answers: Final = Table(
    "webhook_answers",
    metadata,
    Column("webhook", _NAME, ForeignKey(webhooks.c.name), primary_key=True),
    Column("answer", String(16), nullable=False),
)
"""What each receiver answered last."""

webhook_deliveries: Final = Table(
    "webhook_deliveries",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("webhook", _NAME, ForeignKey(webhooks.c.name), nullable=False),
    Column("identifier", String(128), nullable=False),
    Column("type_code", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("status", String(16), nullable=False),
    Column("effective_at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("given_up_at", Instant),
    known("kind", (NoticeKind.ISSUED, NoticeKind.CHANGED)),
    check("attempts_count", "attempts >= 0"),
    Index("ix_webhook_deliveries_given_up_at_due_at", "given_up_at", "due_at"),
    Index("ix_webhook_deliveries_webhook_identifier", "webhook", "identifier", "number"),
    # A number that was delivered is never given again, whatever is removed.
    sqlite_autoincrement=True,
)

TRIGGERS: Final = attach((*append_only(webhooks), *append_only(webhook_stops)))
