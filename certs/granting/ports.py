"""Where grants are kept."""

from typing import Protocol

from certs.granting.grants import GrantEvent, KeptGrant


class GrantBook(Protocol):
    """Keeps grants and their events; nothing in it is changed or taken back."""

    def add(self, kept: KeptGrant, *, request_key: str) -> None:
        """Keep a new grant with its first event.

        Raises:
            GrantRefusedError: The database refuses it, whatever the program thought.
        """
        ...

    def of_request(self, key: str) -> KeptGrant | None:
        """Return the grant that a request led to, or None."""
        ...

    def get(self, grant_id: str) -> KeptGrant:
        """Return a grant.

        Raises:
            GrantNotFoundError: There is none.
        """
        ...

    def claim(self, grant_id: str) -> KeptGrant:
        """Return a grant that nobody else uses or ends until this unit of work is over.

        Raises:
            GrantNotFoundError: There is none.
        """
        ...

    def append(self, grant_id: str, event: GrantEvent) -> None:
        """Append an event; the caller has claimed the grant.

        Raises:
            GrantRefusedError: It was revoked before.
        """
        ...

    def of_holder(self, holder_key: str) -> tuple[KeptGrant, ...]:
        """Return the grants over a holder's licenses, newest first."""
        ...

    def of_person(self, person: str) -> tuple[KeptGrant, ...]:
        """Return the grants that somebody gave or was given, newest first."""
        ...
