"""接入系统登记: registers the systems that call this instance, changes what they may, stops them.

Nobody does so for oneself, nor for a system that acts as oneself.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from api.people import PeopleWork, check_other, grant_window_roles, tidy_window
from certs.access import CallerRole, new_token, token_digest
from certs.catalogue import Catalogue
from certs.clients import TOKEN_LIFETIME, Client, KeyOffer, read_connection
from certs.errors import ClientClosedError, ClientNotFoundError, ClientRefusedError
from certs.masking import redact
from certs.ports import Clock
from certs.reach import EVERY, Reach
from verify.errors import MatterNotFoundError
from verify.matters.catalogue import MatterCatalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is said of a client when it is registered, and may be said anew.

    Attributes:
        key: A certificate or a public key, PEM.
        license_types: Short names or codes of license types, or ``*`` alone.
        matters: Codes of matters, or ``*`` alone.
        connection: The certificate that its connections have to show, PEM; empty where any
            connection will do, and None to leave that as it is.
    """

    key: str
    license_types: frozenset[str]
    matters: frozenset[str]
    ends_at: datetime
    connection: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenToken:
    """A token for a client's next minutes; it is kept nowhere."""

    token: str
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientOffice:
    """Keeps which systems call, and what they may touch."""

    unit_of_work: Callable[[], PeopleWork]
    clock: Clock
    catalogue: Catalogue
    matters: MatterCatalogue

    def all(self) -> tuple[Client, ...]:
        """Return every client by name, those that were stopped as well."""
        with self.unit_of_work() as work:
            work.only_read()
            return work.clients.all()

    def register(
        self, name: str, *, person: str, role: CallerRole, terms: Terms, by: str
    ) -> Client:
        """Register a client.

        Raises:
            OwnRoleError: It would act as whoever registers it.
            ClientRefusedError: A part is none.
            ClientClosedError: The name was given before.
            SeparatedDutiesError: The person that it acts as administers.
        """
        check_other(person, by)
        now = self.clock.now()
        offer = KeyOffer.parse(terms.key, now=now)
        client = Client(
            name=name,
            person=person,
            role=role,
            key=offer.key,
            key_ends_at=offer.ends_at,
            rights=self._rights(terms),
            connection=_connection(terms, now),
            ends_at=offer.until(terms.ends_at),
            changed_at=now,
            changed_by=by,
        )
        with self.unit_of_work() as work:
            work.clients.add(client)
            grant_window_roles(work, person, role, is_approver=False)
            work.commit()
        return client

    def change(self, name: str, *, terms: Terms, by: str) -> Client:
        """Give a client another key, other rights or another end; what stood before is kept.

        An empty key leaves the one that it has.

        Raises:
            ClientNotFoundError: There is none.
            OwnRoleError: It acts as whoever changes it.
            ClientRefusedError: A part is none.
            ClientClosedError: It was stopped.
        """
        now = self.clock.now()
        with self.unit_of_work() as work:
            client = _found(work, name)
            check_other(client.person, by)
            changed = client.changed(
                _offer(terms, client.offer, now=now),
                self._rights(terms),
                ends_at=terms.ends_at,
                at=now,
                by=by,
            )
            work.clients.change(changed)
            work.commit()
        return changed

    def stop(self, name: str, *, by: str) -> bool:
        """Stop a client, for good, with its tokens; False if it was stopped before.

        Raises:
            ClientNotFoundError: There is none.
            OwnRoleError: It acts as whoever stops it.
        """
        now = self.clock.now()
        with self.unit_of_work() as work:
            client = _found(work, name)
            check_other(client.person, by)
            is_stopped = work.clients.stop(name, at=now, by=by)
            tidy_window(work, client.person, client.role, at=now)
            work.commit()
        return is_stopped

    def give_token(self, client: Client) -> GivenToken:
        """Return a token of ten minutes for a client that just signed a request.

        Raises:
            ClientClosedError: It was stopped meanwhile.
        """
        now = self.clock.now()
        until = min(now + TOKEN_LIFETIME, client.ends_at)
        token = new_token()
        with self.unit_of_work() as work:
            if not _found(work, client.name).is_open(now):
                raise ClientClosedError("接入系统已停用 · the client was stopped")
            work.clients.add_token(token_digest(token), client.name, until=until)
            work.commit()
        return GivenToken(token=token, seconds=int((until - now).total_seconds()))

    def _rights(self, terms: Terms) -> Reach:
        return Reach(
            license_types=frozenset(map(self._type_code, terms.license_types)),
            matters=frozenset(map(self._matter_code, terms.matters)),
        )

    def _type_code(self, named: str) -> str:
        found = None if named == EVERY else self.catalogue.find(named)
        if found is None and named != EVERY:
            raise ClientRefusedError(_unknown(named, "证照类型", "license type"))
        return named if found is None else str(found.code)

    def _matter_code(self, named: str) -> str:
        if named != EVERY:
            try:
                self.matters.latest(named)
            except MatterNotFoundError as error:
                raise ClientRefusedError(_unknown(named, "事项", "matter")) from error
        return named


def _offer(terms: Terms, before: KeyOffer, *, now: datetime) -> KeyOffer:
    """Return what a client shows from now on: what is not said anew stays as before."""
    offer = KeyOffer.parse(terms.key, now=now) if terms.key else before
    connection = before.connection if terms.connection is None else _connection(terms, now)
    return replace(offer, connection=connection)


def _connection(terms: Terms, now: datetime) -> str:
    return read_connection(terms.connection, now=now) if terms.connection else ""


def _found(work: PeopleWork, name: str) -> Client:
    client = work.clients.find(name)
    if client is None:
        raise ClientNotFoundError("no such client")
    return client


def _unknown(named: str, zh: str, en: str) -> str:
    shown = redact(named)[:60].replace(" · ", " ")
    return f"没有{zh} {shown} · there is no {en} {shown}"
