"""Notes for the publisher of status lists, written with what they are about, or not at all."""

import logging
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, insert

from certs.errors import MalformedRecordError
from certs.intents import Intent
from certs.records import LicenseRecord
from certs.status_indexes import StatusIndex
from certs.statuses import StatusEvent, list_value_at
from storage.dialects import insert_of
from storage.status_list_tables import burned_entries, status_changes, status_lists

logger = logging.getLogger(__name__)


def note_licenses(
    connection: Connection, begun: Iterable[tuple[StatusIndex | None, StatusEvent]]
) -> None:
    """Note that licenses came into the register; their lists begin, if they have not yet.

    An entry that says nothing yet needs no note: a license in force is 0, like nobody's entry.
    """
    known = [(place, event) for place, event in begun if place is not None]
    begin_lists(connection, [place for place, _ in known])
    for place, event in known:
        is_silent = list_value_at([event], event.recorded_at) == 0
        if not is_silent or event.effective_at > event.recorded_at:
            note_event(connection, place, event)


def note_event(connection: Connection, place: StatusIndex | None, event: StatusEvent) -> None:
    """Note that an entry is due when ``event`` is known, and again when it takes effect."""
    if place is not None:
        times = {event.recorded_at, max(event.recorded_at, event.effective_at)}
        note_place(connection, place, sorted(times))


def note_place(connection: Connection, place: StatusIndex, times: Iterable[datetime]) -> None:
    """Note that an entry is due at each of these times."""
    rows = [
        {"list_number": place.list_number, "entry": place.index, "due_at": moment}
        for moment in times
    ]
    connection.execute(insert(status_changes), rows)


def burn(connection: Connection, intents: Iterable[Intent]) -> None:
    """Mark the entries of abandoned intents as nobody's for ever."""
    for intent in intents:
        try:
            place = LicenseRecord.parse(intent.record).status_index
        except MalformedRecordError:
            # Nobody can hold a license whose record says nothing; giving up must go on.
            logger.warning("the record of %s cannot be read; no entry is burned", intent.identifier)
            continue
        burn_entry(connection, intent.identifier, place)
        note_place(connection, place, [intent.started_at])


def burn_entry(connection: Connection, identifier: str, place: StatusIndex) -> None:
    """Mark one entry as nobody's for ever."""
    begin_lists(connection, [place])
    row = {"identifier": identifier, "list_number": place.list_number, "entry": place.index}
    connection.execute(insert(burned_entries), [row])


def begin_lists(connection: Connection, places: Iterable[StatusIndex]) -> None:
    """Let the lists begin in which these places are, if they have not yet."""
    rows = [{"number": number} for number in sorted({place.list_number for place in places})]
    if rows:
        connection.execute(insert_of(connection, status_lists).on_conflict_do_nothing(), rows)
