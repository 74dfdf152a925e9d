"""The status lists in memory; they pass the tests of the SQL ones."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count

from certs.civil_dates import day_of
from certs.errors import MalformedRecordError, StatusListBusyError
from certs.intents import Intent, IntentStage
from certs.licenses import License
from certs.records import LicenseRecord
from certs.status_indexes import StatusIndex
from certs.status_lists.ports import EntryCause, KeptToken, StatusChange, TokenFacts
from certs.status_lists.tokens import version_of
from certs.statuses import StatusEvent


@dataclass
class StatusShelfState:
    """What is kept of status lists."""

    numbers: set[int] = field(default_factory=set)
    notes: list[tuple[int, StatusIndex, datetime]] = field(default_factory=list)
    rows: "count[int]" = field(default_factory=count)
    burned: dict[str, StatusIndex] = field(default_factory=dict)
    tokens: list[tuple[KeptToken, datetime | None]] = field(default_factory=list)
    lease: tuple[str, datetime] | None = None

    def note(self, place: StatusIndex | None, times: Iterable[datetime]) -> None:
        if place is not None:
            self.numbers.add(place.list_number)
            self.notes.extend((next(self.rows), place, moment) for moment in times)

    def note_event(self, place: StatusIndex | None, event: StatusEvent) -> None:
        self.note(place, (event.recorded_at, max(event.effective_at, event.recorded_at)))

    def burn(self, intent: Intent) -> None:
        if intent.stage is IntentStage.ABANDONED:
            try:
                place = LicenseRecord.parse(intent.record).status_index
            except MalformedRecordError:
                return
            self.burned[intent.identifier] = place
            self.note(place, [intent.started_at])


class MemoryStatusLists:
    def __init__(
        self,
        state: StatusShelfState,
        *,
        licenses: dict[str, License],
        events: dict[str, list[StatusEvent]],
        intents: dict[str, Intent],
    ) -> None:
        self._state = state
        self._licenses = licenses
        self._events = events
        self._intents = intents

    def take_lease(self, owner: str, *, now: datetime, until: datetime) -> bool:
        lease = self._state.lease
        if lease is not None and lease[0] != owner and lease[1] > now:
            return False
        self._state.lease = (owner, until)
        return True

    def end_lease(self, owner: str) -> None:
        if self._state.lease is not None and self._state.lease[0] == owner:
            self._state.lease = None

    def due(self, *, now: datetime, issued_before: datetime) -> tuple[int, ...]:
        noted = {place.list_number for _, place, moment in self._state.notes if moment <= now}
        young = {
            token.number
            for token, replaced_at in self._state.tokens
            if replaced_at is None and token.issued_at > issued_before
        }
        return tuple(sorted((self._state.numbers - young) | (noted & self._state.numbers)))

    def numbers(self) -> tuple[int, ...]:
        return tuple(sorted(self._state.numbers))

    def changes(self, number: int, *, now: datetime, limit: int) -> tuple[StatusChange, ...]:
        found = [
            (moment, row, place.index)
            for row, place, moment in self._state.notes
            if place.list_number == number and moment <= now
        ]
        return tuple(StatusChange(row, index) for _, row, index in sorted(found)[:limit])

    def finish(self, changes: Iterable[StatusChange]) -> None:
        rows = {item.row for item in changes}
        self._state.notes = [item for item in self._state.notes if item[0] not in rows]

    def waiting(self, number: int) -> int:
        return sum(place.list_number == number for _, place, _ in self._state.notes)

    def causes(self, number: int, indexes: Iterable[int]) -> Mapping[int, EntryCause]:
        wanted = set(indexes)
        found = {
            place.index: EntryCause(is_burned=True)
            for place in self._state.burned.values()
            if place.list_number == number and place.index in wanted
        }
        for identifier, license in self._licenses.items():
            place = license.status_index
            if place is not None and place.list_number == number and place.index in wanted:
                found[place.index] = EntryCause(events=tuple(self._events[identifier]))
        return found

    def entries(self, number: int, *, after: int, limit: int) -> tuple[int, ...]:
        places = [item.status_index for item in self._licenses.values()]
        found = {
            place.index
            for place in (*places, *self._state.burned.values())
            if place is not None and place.list_number == number and place.index > after
        }
        return tuple(sorted(found)[:limit])

    def newest(self, number: int) -> KeptToken | None:
        return next(
            (
                token
                for token, replaced_at in self._state.tokens
                if token.number == number and replaced_at is None
            ),
            None,
        )

    def present(self) -> tuple[TokenFacts, ...]:
        found = [token for token, replaced_at in self._state.tokens if replaced_at is None]
        return tuple(
            TokenFacts(
                number=item.number,
                version=item.version,
                published_at=item.published_at,
                issued_at=item.issued_at,
                expires_at=item.expires_at,
            )
            for item in sorted(found, key=lambda item: item.number)
        )

    def at(self, number: int, moment: datetime) -> KeptToken | None:
        return next(
            (
                token
                for token, replaced_at in reversed(self._state.tokens)
                if token.number == number
                and token.published_at <= moment < token.expires_at
                and (replaced_at is None or moment < replaced_at)
            ),
            None,
        )

    def find(self, number: int, version: str) -> KeptToken | None:
        return next(
            (
                token
                for token, _ in self._state.tokens
                if (token.number, token.version) == (number, version)
            ),
            None,
        )

    def publish(self, token: KeptToken, *, after: str) -> None:
        present = self.newest(token.number)
        if after != (present.version if present else ""):
            raise StatusListBusyError("the list was published meanwhile")
        self._state.tokens = [
            (kept, token.published_at if kept is present else replaced_at)
            for kept, replaced_at in self._state.tokens
        ]
        self._state.tokens.append((token, None))

    def prune(self, before: datetime) -> int:
        last = {
            (token.number, day_of(token.published_at)): token.version
            for token, replaced_at in self._state.tokens
            if replaced_at is not None and replaced_at < before
        }
        kept = [
            (token, replaced_at)
            for token, replaced_at in self._state.tokens
            if replaced_at is None or replaced_at >= before or token.version in last.values()
        ]
        dropped = len(self._state.tokens) - len(kept)
        self._state.tokens = kept
        return dropped

    def unplaced(self, limit: int) -> tuple[tuple[str, bytes], ...]:
        found = [
            (identifier, intent.record)
            for identifier, intent in self._intents.items()
            if self._is_unplaced(identifier, intent)
        ]
        return tuple(found[:limit])

    def place(self, identifier: str, place: StatusIndex, *, now: datetime) -> None:
        if identifier in self._licenses:
            license = self._licenses[identifier]
            self._licenses[identifier] = replace(license, status_index=place)
        else:
            self._state.burned[identifier] = place
        later = [
            event.effective_at
            for event in self._events.get(identifier, ())
            if event.effective_at > now
        ]
        self._state.note(place, [now, *later])

    def _is_unplaced(self, identifier: str, intent: Intent) -> bool:
        if identifier in self._licenses:
            return self._licenses[identifier].status_index is None
        return intent.stage is IntentStage.ABANDONED and identifier not in self._state.burned


class MemoryShelf:
    """Tokens that lie there for everybody; each one put is counted."""

    def __init__(self) -> None:
        self.tokens: dict[int, bytes] = {}
        self.puts = 0

    def versions(self) -> Mapping[int, str]:
        return {number: version_of(token) for number, token in self.tokens.items()}

    def put(self, number: int, token: bytes) -> None:
        self.tokens[number] = token
        self.puts += 1
