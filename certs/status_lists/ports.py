"""What the use cases of status lists need from outside."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from certs.status_indexes import StatusIndex
from certs.statuses import StatusEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenFacts:
    """What the database knows of a token without reading it.

    Attributes:
        version: SM3 of the token, in hexadecimal.
        published_at: From when it was the list's token.
        issued_at: As of when it says what it says; the same, in whole seconds.
    """

    number: int
    version: str
    published_at: datetime
    issued_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptToken(TokenFacts):
    """A token as the database keeps it.

    Attributes:
        encoded: The token.
    """

    encoded: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class StatusChange:
    """A note that an entry must be looked at anew.

    Attributes:
        row: Names the note.
        index: The entry.
    """

    row: int
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryCause:
    """What an entry's value follows from.

    Attributes:
        events: All events of the license that has the entry.
        is_burned: Whether the entry was given to a license that never came to be.
    """

    events: tuple[StatusEvent, ...] = ()
    is_burned: bool = False


class StatusListRepository(Protocol):
    """The status lists within one transaction.

    Notes are written by the register itself: whoever adds a license, appends an event or
    abandons an intent leaves one in the same transaction.
    """

    def take_lease(self, owner: str, *, now: datetime, until: datetime) -> bool:
        """Become, or stay, the one who publishes; False while somebody else is."""
        ...

    def end_lease(self, owner: str) -> None:
        """Let others publish."""
        ...

    def due(self, *, now: datetime, issued_before: datetime) -> tuple[int, ...]:
        """Return the lists without a token, with notes for ``now``, or with too old a token."""
        ...

    def numbers(self) -> tuple[int, ...]:
        """Return all lists that have entries, in order."""
        ...

    def changes(self, number: int, *, now: datetime, limit: int) -> tuple[StatusChange, ...]:
        """Return the list's notes for ``now``, oldest first."""
        ...

    def finish(self, changes: Iterable[StatusChange]) -> None:
        """Remove notes that were followed."""
        ...

    def waiting(self, number: int) -> int:
        """Return how many notes there are for the list, those for later included."""
        ...

    def causes(self, number: int, indexes: Iterable[int]) -> Mapping[int, EntryCause]:
        """Return what entries follow from; nobody's entries are left out."""
        ...

    def entries(self, number: int, *, after: int, limit: int) -> tuple[int, ...]:
        """Return the list's entries that are somebody's, ascending, from behind ``after``."""
        ...

    def newest(self, number: int) -> KeptToken | None:
        """Return the list's present token, or None."""
        ...

    def present(self) -> tuple[TokenFacts, ...]:
        """Return what is known of the present token of every list, by number."""
        ...

    def at(self, number: int, moment: datetime) -> KeptToken | None:
        """Return the token that stood at a moment and had not expired, or None."""
        ...

    def find(self, number: int, version: str) -> KeptToken | None:
        """Return a token by its version, or None."""
        ...

    def publish(self, token: KeptToken, *, after: str) -> None:
        """Make a token the present one of its list.

        Args:
            token: The token.
            after: Version of the one that it replaces; empty where there is none.

        Raises:
            StatusListBusyError: Somebody else replaced that one meanwhile.
        """
        ...

    def prune(self, before: datetime) -> int:
        """Drop the tokens that were replaced before a moment, but for the last of each day.

        Returns:
            How many were dropped.
        """
        ...

    def unplaced(self, limit: int) -> tuple[tuple[str, bytes], ...]:
        """Return identifiers and records of licenses and abandoned intents without a place."""
        ...

    def place(self, identifier: str, place: StatusIndex, *, now: datetime) -> None:
        """Tell where a license or an abandoned intent stands, and note that its entry is due."""
        ...


class StatusShelf(Protocol):
    """Where the present tokens lie for everybody to fetch."""

    def versions(self) -> Mapping[int, str]:
        """Return the version of every token that lies there."""
        ...

    def put(self, number: int, token: bytes) -> None:
        """Lay a token there, whole or not at all."""
        ...
