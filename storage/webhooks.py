"""Subscriptions to events, and what waits for them, in the database."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Select, delete, exists, func, insert, select, update

from certs.errors import WebhookRefusedError
from certs.licenses import License
from certs.notices import NoticeKind
from certs.statuses import StatusEvent, StatusKind
from certs.webhooks import Delivery, Webhook, WebhookStanding
from storage.license_tables import licenses
from storage.locks import hold
from storage.webhook_tables import webhook_answers, webhook_deliveries, webhook_stops, webhooks

_ANY: Final = 500
"""Bound parameters of one IN list; SQLite allows few thousands."""


class SqlWebhooks:
    """Subscriptions on one connection; the port is ``WebhookBook``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, webhook: Webhook) -> None:
        """Keep a new one."""
        hold(self._connection, webhooks.name)
        taken = select(webhooks.c.name).where(webhooks.c.name == webhook.name)
        if self._connection.execute(taken).first() is not None:
            raise WebhookRefusedError("名称已被使用 · the name was given before")
        self._connection.execute(
            insert(webhooks).values(
                name=webhook.name,
                address=webhook.address,
                license_types=" ".join(sorted(webhook.license_types)),
                registered_at=webhook.registered_at,
                registered_by=webhook.registered_by,
            )
        )

    def stop(self, name: str, *, at: datetime, by: str) -> bool:
        """Stop one, with what waits for it."""
        hold(self._connection, webhooks.name)
        if name not in {item.name for item in _standing(self._connection)}:
            return False
        self._connection.execute(
            insert(webhook_stops).values(webhook=name, stopped_at=at, stopped_by=by)
        )
        self._connection.execute(
            delete(webhook_deliveries).where(webhook_deliveries.c.webhook == name)
        )
        return True

    def all(self) -> tuple[WebhookStanding, ...]:
        """Return how every one stands, by name."""
        waiting = webhook_deliveries.c.given_up_at.is_(None)
        counted = (
            select(
                webhook_deliveries.c.webhook,
                func.count().filter(waiting).label("waiting"),
                func.count().filter(~waiting).label("given_up"),
                func.min(webhook_deliveries.c.recorded_at).filter(waiting).label("oldest"),
            )
            .group_by(webhook_deliveries.c.webhook)
            .subquery()
        )
        query = (
            _known()
            .add_columns(
                counted.c.waiting, counted.c.given_up, counted.c.oldest, webhook_answers.c.answer
            )
            .join(counted, counted.c.webhook == webhooks.c.name, isouter=True)
            .join(webhook_answers, webhook_answers.c.webhook == webhooks.c.name, isouter=True)
            .order_by(webhooks.c.name)
        )
        return tuple(
            WebhookStanding(
                webhook=_webhook(row),
                waiting=row["waiting"] or 0,
                given_up=row["given_up"] or 0,
                oldest=row["oldest"],
                last_answer=row["answer"] or "",
            )
            for row in self._connection.execute(query).mappings()
        )

    def take(self, limit: int, *, now: datetime, until: datetime) -> tuple[Delivery, ...]:
        """Return what is due, of each license the oldest for each subscription."""
        older = webhook_deliveries.alias("older")
        query = (
            select(webhook_deliveries, webhooks.c.address)
            .join(webhooks, webhooks.c.name == webhook_deliveries.c.webhook)
            .where(
                webhook_deliveries.c.given_up_at.is_(None),
                webhook_deliveries.c.due_at <= now,
                ~exists().where(
                    older.c.webhook == webhook_deliveries.c.webhook,
                    older.c.identifier == webhook_deliveries.c.identifier,
                    older.c.number < webhook_deliveries.c.number,
                    older.c.given_up_at.is_(None),
                ),
            )
            .order_by(webhook_deliveries.c.due_at, webhook_deliveries.c.number)
            .limit(limit)
            # Another process takes others meanwhile instead of waiting for these.
            .with_for_update(skip_locked=True, of=webhook_deliveries)
        )
        rows = self._connection.execute(query).mappings().all()
        for portion in _portions([row["number"] for row in rows]):
            self._connection.execute(
                update(webhook_deliveries)
                .where(webhook_deliveries.c.number.in_(portion))
                .values(due_at=until, attempts=webhook_deliveries.c.attempts + 1)
            )
        return tuple(map(_delivery, rows))

    def finish(self, numbers: Sequence[int]) -> None:
        """Remove deliveries that arrived."""
        for portion in _portions(numbers):
            self._connection.execute(
                delete(webhook_deliveries).where(webhook_deliveries.c.number.in_(portion))
            )

    def postpone(self, number: int, *, until: datetime) -> None:
        """Let a delivery be due later."""
        self._connection.execute(
            update(webhook_deliveries)
            .where(webhook_deliveries.c.number == number)
            .values(due_at=until)
        )

    def give_up(self, numbers: Sequence[int], *, at: datetime) -> None:
        """Try these no more."""
        for portion in _portions(numbers):
            self._connection.execute(
                update(webhook_deliveries)
                .where(webhook_deliveries.c.number.in_(portion))
                .values(given_up_at=at)
            )

    def hear(self, answers: Iterable[tuple[str, str]]) -> None:
        """Keep what receivers answered last, by subscription."""
        for name, answer in answers:
            changed = (
                update(webhook_answers)
                .where(webhook_answers.c.webhook == name)
                .values(answer=answer)
            )
            if self._connection.execute(changed).rowcount == 0:
                self._connection.execute(
                    insert(webhook_answers).values(webhook=name, answer=answer)
                )

    def forget(self, before: datetime) -> int:
        """Remove what was given up before a moment."""
        old = delete(webhook_deliveries).where(webhook_deliveries.c.given_up_at < before)
        return self._connection.execute(old).rowcount


def push_issued(connection: Connection, begun: Iterable[tuple[License, StatusEvent]]) -> None:
    """Write, for everybody who is told, that licenses came into the register."""
    subscribed = _standing(connection)
    if subscribed:
        rows = [
            _row(item, license.identifier, license.type_code, event, NoticeKind.ISSUED)
            for license, event in begun
            for item in subscribed
            if item.wants(license.type_code)
        ]
        _write(connection, rows)


def push_change(connection: Connection, identifier: str, event: StatusEvent) -> None:
    """Write, for everybody who is told, that a license changed, or is to change."""
    subscribed = _standing(connection)
    if subscribed:
        of = select(licenses.c.type_code).where(licenses.c.identifier == identifier)
        type_code = connection.execute(of).scalar_one()
        rows = [
            _row(item, identifier, type_code, event, NoticeKind.CHANGED)
            for item in subscribed
            if item.wants(type_code)
        ]
        _write(connection, rows)


def _row(
    webhook: Webhook, identifier: str, type_code: str, event: StatusEvent, kind: NoticeKind
) -> dict[str, object]:
    return {
        "webhook": webhook.name,
        "identifier": identifier,
        "type_code": type_code,
        "kind": kind.value,
        "status": event.kind.value,
        "effective_at": event.effective_at,
        "recorded_at": event.recorded_at,
        "attempts": 0,
        "due_at": event.recorded_at,
    }


def _write(connection: Connection, rows: list[dict[str, object]]) -> None:
    if rows:
        connection.execute(insert(webhook_deliveries), rows)


def _known() -> Select[Any]:
    return select(webhooks, webhook_stops.c.stopped_at).join_from(
        webhooks, webhook_stops, webhook_stops.c.webhook == webhooks.c.name, isouter=True
    )


def _standing(connection: Connection) -> tuple[Webhook, ...]:
    """Return the subscriptions that were not stopped."""
    rows = connection.execute(_known().where(webhook_stops.c.stopped_at.is_(None)))
    return tuple(map(_webhook, rows.mappings()))


def _webhook(row: Mapping[Any, Any]) -> Webhook:
    return Webhook(
        name=row["name"],
        address=row["address"],
        license_types=frozenset(row["license_types"].split()),
        registered_at=row["registered_at"],
        registered_by=row["registered_by"],
        stopped_at=row["stopped_at"],
    )


def _delivery(row: Mapping[Any, Any]) -> Delivery:
    return Delivery(
        number=row["number"],
        webhook=row["webhook"],
        address=row["address"],
        identifier=row["identifier"],
        type_code=row["type_code"],
        kind=NoticeKind(row["kind"]),
        status=StatusKind(row["status"]),
        effective_at=row["effective_at"],
        recorded_at=row["recorded_at"],
        attempts=row["attempts"],
    )


def _portions(numbers: Sequence[int]) -> Iterable[Sequence[int]]:
    return (numbers[at : at + _ANY] for at in range(0, len(numbers), _ANY))
