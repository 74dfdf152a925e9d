"""Issuing intents in the database."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    and_,
    bindparam,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from certs.errors import DuplicateLicenseError, IntentClosedError
from certs.identifiers import LicenseIdentifier
from certs.intents import Intent, IntentStage
from storage.database_errors import broken_rule
from storage.dialects import insert_of
from storage.license_tables import counters, intents
from storage.status_notes import burn

_COUNTER: Final = "status-index"
_ANY: Final = 500
_ONCE: Final = frozenset(
    {"uq_intents_identifier", "uq_intents_request_key", "uq_intents_stem_version"}
)
_OPEN: Final = tuple(stage.value for stage in IntentStage if stage.is_open)
_SEAL_SIGNATURES: Final = ("seal_signature", "ofd_seal_signature")
_CHANGED_SINCE: Final = {
    IntentStage.RECORDED: ("record_signature", "code_signature"),
    IntentStage.SIGNED: (
        "document_digest",
        "seal_to_be_signed",
        "ofd_digest",
        "ofd_to_be_signed",
    ),
    IntentStage.RENDERED: (*_SEAL_SIGNATURES, "document_to_be_signed"),
    IntentStage.SEALED: (*_SEAL_SIGNATURES, "files"),
}
"""What the step from each stage to the next writes."""


class SqlIntents:
    """Reads and writes issuing intents on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def allocate(self, count: int) -> range:
        """Take ``count`` numbers from the status counter."""
        first = insert_of(self._connection, counters).values(name=_COUNTER, next=count)
        more = {"next": counters.c.next + count}
        taken = self._connection.execute(
            first.on_conflict_do_update(index_elements=["name"], set_=more).returning(
                counters.c.next
            )
        ).scalar_one()
        return range(taken - count, taken)

    def versions(self, serials: Sequence[str]) -> dict[str, int]:
        """Return the highest version ever begun for each stem known."""
        known: dict[str, int] = {}
        for at in range(0, len(serials), _ANY):
            query = (
                select(intents.c.stem, func.max(intents.c.version))
                .where(intents.c.stem.in_(serials[at : at + _ANY]))
                .group_by(intents.c.stem)
            )
            known.update((stem, version) for stem, version in self._connection.execute(query))
        return known

    def add(self, batch: Iterable[Intent]) -> None:
        """Store new intents, or raise DuplicateLicenseError."""
        rows = [_to_row(intent) for intent in batch]
        if not rows:
            return
        try:
            self._connection.execute(insert(intents), rows)
        except IntegrityError as error:
            if broken_rule(error) not in _ONCE:
                raise
            raise DuplicateLicenseError(
                "a request or an identifier is on record already"
            ) from error

    def advance(self, batch: Iterable[Intent], *, since: IntentStage) -> None:
        """Store intents that have come one stage further than ``since``."""
        columns = ("stage", *_CHANGED_SINCE[since])
        rows = [
            {"of_identifier": row["identifier"], **{name: row[name] for name in columns}}
            for row in map(_to_row, batch)
        ]
        self._update(rows, columns, intents.c.stage == since.value)

    def note_files(self, batch: Iterable[Intent]) -> None:
        """Store which objects sealed intents are about to store."""
        rows = [{"of_identifier": item.identifier, "files": " ".join(item.files)} for item in batch]
        self._update(rows, ("files",), intents.c.stage == IntentStage.SEALED.value)

    def untidy(self, limit: int) -> tuple[Intent, ...]:
        """Return closed intents that left objects which are nobody's, oldest first."""
        query = (
            select(intents)
            .where(intents.c.files.is_not(None), intents.c.stage.not_in(_OPEN))
            .order_by(intents.c.row)
            .limit(limit)
        )
        return tuple(_from_row(row) for row in self._connection.execute(query).mappings())

    def tidied(self, identifiers: Sequence[str]) -> None:
        """Note that the objects which closed intents left are gone."""
        for at in range(0, len(identifiers), _ANY):
            self._connection.execute(
                update(intents)
                .where(intents.c.identifier.in_(identifiers[at : at + _ANY]))
                .values(files=None)
            )

    def abandon(self, batch: Iterable[Intent]) -> None:
        """Give up intents; their status entries say from then on that they are nobody's."""
        given_up = list(batch)
        rows = [
            {"of_identifier": item.identifier, "stage": IntentStage.ABANDONED.value}
            for item in given_up
        ]
        # Spelled out, because an IN list cannot be expanded for many rows at once.
        is_open = and_(
            intents.c.stage != IntentStage.ISSUED.value,
            intents.c.stage != IntentStage.ABANDONED.value,
        )
        self._update(rows, ("stage",), is_open)
        burn(self._connection, given_up)

    def _update(
        self, rows: list[dict[str, Any]], columns: tuple[str, ...], expected: ColumnElement[bool]
    ) -> None:
        if not rows:
            return
        changed = self._connection.execute(
            update(intents)
            .where(intents.c.identifier == bindparam("of_identifier"), expected)
            .values({name: bindparam(name) for name in columns}),
            rows,
        )
        if changed.rowcount != len(rows):
            raise IntentClosedError("an intent was taken further or given up meanwhile")

    def open(self, limit: int, *, type_code: str, issuer_code: str) -> tuple[Intent, ...]:
        """Return an issuer's intents that are neither finished nor abandoned, oldest first."""
        query = (
            select(intents)
            .where(
                intents.c.stage.in_(_OPEN),
                intents.c.stem.startswith(f"{type_code}.{issuer_code}.", autoescape=True),
            )
            .order_by(intents.c.row)
        )
        found = self._connection.execute(query.limit(limit)).mappings()
        return tuple(_from_row(row) for row in found)

    def of_requests(self, keys: Sequence[str]) -> dict[str, Intent]:
        """Return the intents begun under these request keys."""
        known: dict[str, Intent] = {}
        for at in range(0, len(keys), _ANY):
            query = select(intents).where(intents.c.request_key.in_(keys[at : at + _ANY]))
            for row in self._connection.execute(query).mappings():
                known[row["request_key"]] = _from_row(row)
        return known


def _to_row(intent: Intent) -> dict[str, Any]:
    identifier = LicenseIdentifier.parse(intent.identifier)
    return {
        "identifier": intent.identifier,
        "stem": f"{identifier.type_code}.{identifier.issuer_code}.{identifier.serial}",
        "version": identifier.version,
        "request_key": intent.request_key,
        "stage": intent.stage.value,
        "started_at": intent.started_at,
        "record": intent.record,
        "record_to_be_signed": intent.record_to_be_signed,
        "code_to_be_signed": intent.code_to_be_signed,
        "record_signature": intent.record_signature,
        "code_signature": intent.code_signature,
        "document_digest": intent.document_digest,
        "seal_to_be_signed": intent.seal_to_be_signed,
        "seal_signature": intent.seal_signature,
        "document_to_be_signed": intent.document_to_be_signed,
        "ofd_digest": intent.ofd_digest,
        "ofd_to_be_signed": intent.ofd_to_be_signed,
        "ofd_seal_signature": intent.ofd_seal_signature,
        "files": " ".join(intent.files) or None,
    }


def _from_row(row: RowMapping) -> Intent:
    return Intent(
        identifier=row["identifier"],
        request_key=row["request_key"],
        stage=IntentStage(row["stage"]),
        started_at=row["started_at"],
        record=row["record"],
        record_to_be_signed=row["record_to_be_signed"],
        code_to_be_signed=row["code_to_be_signed"],
        record_signature=row["record_signature"],
        code_signature=row["code_signature"],
        document_digest=row["document_digest"],
        seal_to_be_signed=row["seal_to_be_signed"],
        seal_signature=row["seal_signature"],
        document_to_be_signed=row["document_to_be_signed"],
        # Rows of older releases have none.
        ofd_digest=row["ofd_digest"] or b"",
        ofd_to_be_signed=row["ofd_to_be_signed"] or b"",
        ofd_seal_signature=row["ofd_seal_signature"] or b"",
        files=tuple((row["files"] or "").split()),
    )
