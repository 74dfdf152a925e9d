"""The license register in the database."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, insert, select, update
from sqlalchemy.exc import IntegrityError

from certs.errors import DuplicateLicenseError, IllegalTransitionError, LicenseNotFoundError
from certs.ledger.entries import LedgerName
from certs.ledger.issuing import changed, issued
from certs.licenses import License, LicenseFiles
from certs.status_indexes import StatusIndex
from certs.statuses import StatusEvent, StatusKind, outlook
from storage.database_errors import broken_rule
from storage.day_numbers import maybe_day, maybe_number
from storage.ledger import SqlLedger
from storage.license_tables import NOT_ENDED, licenses, status_events
from storage.notices import tell_change, tell_issued
from storage.status_notes import note_event, note_licenses
from storage.webhooks import push_change, push_issued

_ONCE: Final = frozenset({"uq_licenses_identifier", "uq_licenses_number_in_force"})
_ANY: Final = 500
"""Bound parameters of one IN list; SQLite allows few thousands."""


class SqlLicenses:
    """Reads and writes licenses on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, batch: Iterable[tuple[License, StatusEvent]]) -> None:
        """Store new licenses, each with its first event, or raise DuplicateLicenseError."""
        added = list(batch)
        if not added:
            return
        try:
            self._connection.execute(
                insert(licenses),
                [
                    _to_row(license) | {"settles_at": outlook([event])[1]}
                    for license, event in added
                ],
            )
        except IntegrityError as error:
            if broken_rule(error) not in _ONCE:
                raise
            raise DuplicateLicenseError("a license with this number is in force") from error
        self._connection.execute(
            insert(status_events),
            [_event_row(license.identifier, event) for license, event in added],
        )
        tell_issued(self._connection, added)
        push_issued(self._connection, added)
        note_licenses(self._connection, [(license.status_index, event) for license, event in added])
        entries = [(license.identifier, issued(license, event)) for license, event in added]
        SqlLedger(self._connection).note(LedgerName.ISSUE, entries)

    def find(self, identifier: str) -> License | None:
        """Return the license, or None."""
        found = self._connection.execute(
            select(licenses).where(licenses.c.identifier == identifier)
        ).mappings()
        row = found.one_or_none()
        return None if row is None else license_from(row)

    def get(self, identifier: str) -> License:
        """Return the license, or raise LicenseNotFoundError."""
        found = self.find(identifier)
        if found is None:
            raise LicenseNotFoundError(identifier)
        return found

    def claim(self, identifier: str) -> License:
        """Return the license with its row locked, or raise LicenseNotFoundError."""
        found = self._connection.execute(
            select(licenses).where(licenses.c.identifier == identifier).with_for_update()
        ).mappings()
        row = found.one_or_none()
        if row is None:
            raise LicenseNotFoundError(identifier)
        return license_from(row)

    def successor(self, identifier: str) -> License | None:
        """Return the newest license that was issued to replace this one, or None."""
        query = select(licenses).where(licenses.c.replaces == identifier)
        found = self._connection.execute(query.order_by(licenses.c.row.desc()).limit(1)).mappings()
        row = found.one_or_none()
        return None if row is None else license_from(row)

    def in_force(
        self, type_code: str, issuer_code: str, numbers: Sequence[str], *, at: datetime
    ) -> frozenset[str]:
        """Return those of the printed numbers that a license not yet ended at ``at`` carries."""
        # Two queries, as each has an index of its own, and plans for later are few.
        conditions = (NOT_ENDED, licenses.c.settles_at > at)
        taken: set[str] = set()
        for first in range(0, len(numbers), _ANY):
            for condition in conditions:
                query = select(licenses.c.number).where(
                    licenses.c.type_code == type_code,
                    licenses.c.issuer_code == issuer_code,
                    licenses.c.number.in_(numbers[first : first + _ANY]),
                    condition,
                )
                taken.update(self._connection.execute(query).scalars())
        return frozenset(taken)

    def of_number(
        self, type_code: str, issuer_code: str, number: str, *, at: datetime
    ) -> License | None:
        """Return the newest license not yet ended at ``at`` with a printed number, or None."""
        found = [
            row
            for condition in (NOT_ENDED, licenses.c.settles_at > at)
            for row in self._connection.execute(
                select(licenses).where(
                    licenses.c.type_code == type_code,
                    licenses.c.issuer_code == issuer_code,
                    licenses.c.number == number,
                    condition,
                )
            ).mappings()
        ]
        return license_from(max(found, key=lambda row: row["row"])) if found else None

    def of_holder(self, holder_key: str, *type_codes: str) -> tuple[License, ...]:
        """Return the holder's licenses, of these types or of all, newest first."""
        query = select(licenses).where(licenses.c.holder_key == holder_key)
        if type_codes:
            query = query.where(licenses.c.type_code.in_(type_codes))
        found = self._connection.execute(query.order_by(licenses.c.row.desc())).mappings()
        return tuple(license_from(row) for row in found)

    def newest(self, limit: int, *, after: str | None = None) -> tuple[License, ...]:
        """Return licenses, the newest first, from behind the identifier ``after``."""
        query = select(licenses).order_by(licenses.c.row.desc()).limit(limit)
        if after is not None:
            row = select(licenses.c.row).where(licenses.c.identifier == after).scalar_subquery()
            query = query.where(licenses.c.row < row)
        return tuple(license_from(row) for row in self._connection.execute(query).mappings())

    def events(self, identifier: str) -> tuple[StatusEvent, ...]:
        """Return all events of a license, oldest first."""
        query = (
            select(status_events)
            .where(status_events.c.identifier == identifier)
            .order_by(status_events.c.row)
        )
        return tuple(event_from(row) for row in self._connection.execute(query).mappings())

    def append_event(self, identifier: str, event: StatusEvent, *, expected: StatusKind) -> None:
        """Append an event if the status is still ``expected``, or raise."""
        status, settles_at = outlook([*self.events(identifier), event])
        try:
            done = self._connection.execute(
                update(licenses)
                .where(licenses.c.identifier == identifier, licenses.c.status == expected.value)
                .values(status=status.value, settles_at=settles_at)
            )
        except IntegrityError as error:
            raise DuplicateLicenseError("a license with this number is in force") from error
        if done.rowcount != 1:
            raise IllegalTransitionError("状态已被他人更改，请刷新 · the status changed meanwhile")
        self._connection.execute(insert(status_events), [_event_row(identifier, event)])
        tell_change(self._connection, identifier, event)
        push_change(self._connection, identifier, event)
        found = self.get(identifier)
        note_event(self._connection, found.status_index, event)
        entry = changed(found.files.record, found.issuer_code, event)
        SqlLedger(self._connection).note(LedgerName.ISSUE, [(identifier, entry)])


def _to_row(license: License) -> dict[str, Any]:
    return {
        "identifier": license.identifier,
        "type_code": license.type_code,
        "type_name": license.type_name,
        "number": license.number,
        "issuer_code": license.issuer_code,
        "holder_key": license.holder_key,
        "holder_shown": license.holder_shown,
        "valid_from": license.valid_from,
        "valid_to": license.valid_to,
        "status": license.status.value,
        "sealed_at": license.sealed_at,
        "record_object": license.files.record,
        "signature_object": license.files.signature,
        "pdf_object": license.files.pdf,
        "ofd_object": license.files.ofd or None,
        "package_object": license.files.package or None,
        "package_bytes": license.files.package_bytes or None,
        "status_list": license.status_index.list_number if license.status_index else None,
        "status_entry": license.status_index.index if license.status_index else None,
        "replaces": license.replaces or None,
        "settles_at": license.settles_at,
        "child_until": maybe_number(license.child_until),
        "type_secrets": json.dumps(sorted(license.type_secrets)),
        "held_secrets": json.dumps(sorted(license.held_secrets)),
        "has_marks_known": license.has_marks_known,
    }


def license_from(row: RowMapping) -> License:
    """Return the license in a row."""
    return License(
        identifier=row["identifier"],
        type_code=row["type_code"],
        type_name=row["type_name"],
        number=row["number"],
        issuer_code=row["issuer_code"],
        holder_key=row["holder_key"],
        holder_shown=row["holder_shown"],
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        status=StatusKind(row["status"]),
        sealed_at=row["sealed_at"],
        files=LicenseFiles(
            record=row["record_object"],
            signature=row["signature_object"],
            pdf=row["pdf_object"],
            ofd=row["ofd_object"] or "",
            package=row["package_object"] or "",
            package_bytes=row["package_bytes"] or 0,
        ),
        status_index=_place(row["status_list"], row["status_entry"]),
        replaces=row["replaces"] or "",
        settles_at=row["settles_at"],
        child_until=maybe_day(row["child_until"]),
        type_secrets=names_in(row["type_secrets"]),
        held_secrets=names_in(row["held_secrets"]),
        has_marks_known=row["has_marks_known"],
    )


def names_in(text: str) -> frozenset[str]:
    """Return the names in a list of JSON."""
    # Nearly all licenses have none, and many are read at once.
    return frozenset() if text == "[]" else frozenset(json.loads(text))


def _place(list_number: int | None, index: int | None) -> StatusIndex | None:
    if list_number is None or index is None:
        return None
    return StatusIndex(list_number=list_number, index=index)


def _event_row(identifier: str, event: StatusEvent) -> dict[str, Any]:
    return {
        "identifier": identifier,
        "kind": event.kind.value,
        "effective_at": event.effective_at,
        "recorded_at": event.recorded_at,
        "reason": event.reason,
        "decision_no": event.decision_no,
        "actor": event.actor,
        "approver": event.approver or None,
        "overturns": event.overturns or None,
    }


def event_from(row: RowMapping) -> StatusEvent:
    """Return the event in a row."""
    return StatusEvent(
        kind=StatusKind(row["kind"]),
        effective_at=row["effective_at"],
        recorded_at=row["recorded_at"],
        reason=row["reason"],
        decision_no=row["decision_no"],
        actor=row["actor"],
        approver=row["approver"] or "",
        overturns=row["overturns"] or 0,
    )
