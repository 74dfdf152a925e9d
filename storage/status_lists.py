"""The status lists in the database."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from certs.civil_dates import day_of
from certs.errors import StatusListBusyError
from certs.intents import IntentStage
from certs.status_indexes import StatusIndex
from certs.status_lists.ports import EntryCause, KeptToken, StatusChange, TokenFacts
from storage.database_errors import broken_rule
from storage.dialects import insert_of
from storage.license_tables import intents, licenses, status_events
from storage.licenses import event_from
from storage.status_list_tables import (
    burned_entries,
    leases,
    status_changes,
    status_list_tokens,
    status_lists,
)
from storage.status_notes import begin_lists, burn_entry, note_place

_LEASE: Final = "status-publisher"
_ANY: Final = 500
"""Bound parameters of one IN list; SQLite allows few thousands."""


class SqlStatusLists:
    """Reads and writes status lists on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take_lease(self, owner: str, *, now: datetime, until: datetime) -> bool:
        """Become, or stay, the one who publishes; False while somebody else is."""
        mine = {"owner": owner, "expires_at": until}
        first = insert_of(self._connection, leases).values(name=_LEASE, **mine)
        taken = self._connection.execute(
            first.on_conflict_do_update(
                index_elements=["name"],
                set_=mine,
                where=or_(leases.c.owner == owner, leases.c.expires_at <= now),
            ).returning(leases.c.name)
        )
        return taken.first() is not None

    def end_lease(self, owner: str) -> None:
        """Let others publish."""
        self._connection.execute(
            delete(leases).where(leases.c.name == _LEASE, leases.c.owner == owner)
        )

    def due(self, *, now: datetime, issued_before: datetime) -> tuple[int, ...]:
        """Return the lists without a token, with notes for ``now``, or with too old a token."""
        noted = exists().where(
            status_changes.c.list_number == status_lists.c.number, status_changes.c.due_at <= now
        )
        young = _present(status_lists.c.number).where(
            status_list_tokens.c.issued_at > issued_before
        )
        query = select(status_lists.c.number).where(or_(noted, ~young.exists()))
        return tuple(self._connection.execute(query.order_by(status_lists.c.number)).scalars())

    def numbers(self) -> tuple[int, ...]:
        """Return all lists that have entries, in order."""
        query = select(status_lists.c.number).order_by(status_lists.c.number)
        return tuple(self._connection.execute(query).scalars())

    def changes(self, number: int, *, now: datetime, limit: int) -> tuple[StatusChange, ...]:
        """Return the list's notes for ``now``, oldest first."""
        query = (
            select(status_changes.c.row, status_changes.c.entry)
            .where(status_changes.c.list_number == number, status_changes.c.due_at <= now)
            .order_by(status_changes.c.due_at, status_changes.c.row)
            .limit(limit)
        )
        return tuple(StatusChange(row, index) for row, index in self._connection.execute(query))

    def finish(self, changes: Iterable[StatusChange]) -> None:
        """Remove notes that were followed."""
        for rows in _portions([item.row for item in changes]):
            self._connection.execute(delete(status_changes).where(status_changes.c.row.in_(rows)))

    def waiting(self, number: int) -> int:
        """Return how many notes there are for the list, those for later included."""
        query = select(func.count()).where(status_changes.c.list_number == number)
        return self._connection.execute(query).scalar_one()

    def causes(self, number: int, indexes: Iterable[int]) -> Mapping[int, EntryCause]:
        """Return what entries follow from; nobody's entries are left out."""
        found: dict[int, EntryCause] = {}
        for wanted in _portions(list(indexes)):
            burned = select(burned_entries.c.entry).where(
                burned_entries.c.list_number == number, burned_entries.c.entry.in_(wanted)
            )
            for index in self._connection.execute(burned).scalars():
                found[index] = EntryCause(is_burned=True)
            found |= self._licensed(number, wanted)
        return found

    def entries(self, number: int, *, after: int, limit: int) -> tuple[int, ...]:
        """Return the list's entries that are somebody's, ascending, from behind ``after``."""
        issued = select(licenses.c.status_entry.label("entry")).where(
            licenses.c.status_list == number, licenses.c.status_entry > after
        )
        burned = select(burned_entries.c.entry).where(
            burned_entries.c.list_number == number, burned_entries.c.entry > after
        )
        query = issued.union(burned).order_by("entry").limit(limit)
        return tuple(self._connection.execute(query).scalars())

    def newest(self, number: int) -> KeptToken | None:
        """Return the list's present token, or None."""
        return self._one(_present(number))

    def present(self) -> tuple[TokenFacts, ...]:
        """Return what is known of the present token of every list, by number."""
        tokens = status_list_tokens.c
        columns = (
            tokens.list_number.label("number"),
            *(tokens.version, tokens.published_at, tokens.issued_at, tokens.expires_at),
        )
        query = select(*columns).where(tokens.replaced_at.is_(None)).order_by(tokens.list_number)
        return tuple(TokenFacts(**row) for row in self._connection.execute(query).mappings())

    def at(self, number: int, moment: datetime) -> KeptToken | None:
        """Return the token that stood at a moment and had not expired, or None."""
        tokens = status_list_tokens.c
        query = (
            select(status_list_tokens)
            .where(
                tokens.list_number == number,
                tokens.published_at <= moment,
                or_(tokens.replaced_at.is_(None), tokens.replaced_at > moment),
                tokens.expires_at > moment,
            )
            .order_by(tokens.row.desc())
            .limit(1)
        )
        return self._one(query)

    def find(self, number: int, version: str) -> KeptToken | None:
        """Return a token by its version, or None."""
        return self._one(
            select(status_list_tokens).where(
                status_list_tokens.c.version == version,
                status_list_tokens.c.list_number == number,
            )
        )

    def publish(self, token: KeptToken, *, after: str) -> None:
        """Make a token the present one of its list, or raise StatusListBusyError."""
        ended = self._connection.execute(
            update(status_list_tokens)
            .where(
                status_list_tokens.c.list_number == token.number,
                status_list_tokens.c.version == after,
                status_list_tokens.c.replaced_at.is_(None),
            )
            .values(replaced_at=token.published_at)
        )
        try:
            if ended.rowcount != bool(after):
                raise StatusListBusyError("the list was published meanwhile")
            self._connection.execute(insert(status_list_tokens), [_to_row(token)])
        except IntegrityError as error:
            if broken_rule(error) != "uq_status_list_tokens_present":
                raise
            raise StatusListBusyError("the list was published meanwhile") from error

    def prune(self, before: datetime) -> int:
        """Drop the tokens that were replaced before a moment, but for the last of each day."""
        tokens = status_list_tokens.c
        query = (
            select(tokens.row, tokens.list_number, tokens.published_at)
            .where(tokens.replaced_at < before)
            .order_by(tokens.row)
        )
        rows, last = [], dict[tuple[int, date], int]()
        for row, number, published_at in self._connection.execute(query):
            rows.append(row)
            last[number, day_of(published_at)] = row
        dropped = sorted(set(rows) - set(last.values()))
        for portion in _portions(dropped):
            self._connection.execute(delete(status_list_tokens).where(tokens.row.in_(portion)))
        return len(dropped)

    def unplaced(self, limit: int) -> tuple[tuple[str, bytes], ...]:
        """Return identifiers and records of licenses and abandoned intents without a place."""
        issued = (
            select(licenses.c.identifier, intents.c.record)
            .join(intents, intents.c.identifier == licenses.c.identifier)
            .where(licenses.c.status_list.is_(None))
        )
        is_burned = exists().where(burned_entries.c.identifier == intents.c.identifier)
        abandoned = select(intents.c.identifier, intents.c.record).where(
            intents.c.stage == IntentStage.ABANDONED.value, ~is_burned
        )
        return tuple(
            (identifier, record)
            for query in (issued, abandoned)
            for identifier, record in self._connection.execute(query.limit(limit))
        )

    def place(self, identifier: str, place: StatusIndex, *, now: datetime) -> None:
        """Tell where a license or an abandoned intent stands, and note that its entry is due."""
        begin_lists(self._connection, [place])
        of_license = licenses.c.identifier == identifier
        if self._connection.execute(select(licenses.c.row).where(of_license)).first():
            self._connection.execute(
                update(licenses)
                .where(of_license, licenses.c.status_list.is_(None))
                .values(status_list=place.list_number, status_entry=place.index)
            )
        else:
            burn_entry(self._connection, identifier, place)
        query = select(status_events.c.effective_at).where(
            status_events.c.identifier == identifier, status_events.c.effective_at > now
        )
        note_place(self._connection, place, [now, *self._connection.execute(query).scalars()])

    def _licensed(self, number: int, wanted: Sequence[int]) -> dict[int, EntryCause]:
        query = (
            select(licenses.c.status_entry, status_events)
            .join(status_events, status_events.c.identifier == licenses.c.identifier)
            .where(licenses.c.status_list == number, licenses.c.status_entry.in_(wanted))
            .order_by(status_events.c.row)
        )
        events = defaultdict(list)
        for row in self._connection.execute(query).mappings():
            events[row["status_entry"]].append(event_from(row))
        return {index: EntryCause(events=tuple(found)) for index, found in events.items()}

    def _one(self, query: Select[Any]) -> KeptToken | None:
        row = self._connection.execute(query).mappings().one_or_none()
        return None if row is None else _from_row(row)


def _present(number: int | ColumnElement[int]) -> Select[Any]:
    return select(status_list_tokens).where(
        status_list_tokens.c.list_number == number, status_list_tokens.c.replaced_at.is_(None)
    )


def _portions(numbers: Sequence[int]) -> Iterable[Sequence[int]]:
    return (numbers[at : at + _ANY] for at in range(0, len(numbers), _ANY))


def _to_row(token: KeptToken) -> dict[str, Any]:
    return {
        "list_number": token.number,
        "version": token.version,
        "published_at": token.published_at,
        "issued_at": token.issued_at,
        "expires_at": token.expires_at,
        "encoded": token.encoded,
    }


def _from_row(row: RowMapping) -> KeptToken:
    return KeptToken(
        number=row["list_number"],
        version=row["version"],
        published_at=row["published_at"],
        issued_at=row["issued_at"],
        expires_at=row["expires_at"],
        encoded=row["encoded"],
    )
