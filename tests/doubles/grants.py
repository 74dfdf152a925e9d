"""Grants in memory; passes the tests of the SQL ones."""

from dataclasses import dataclass, field

from certs.errors import GrantNotFoundError, GrantRefusedError
from certs.granting.grants import GrantEvent, GrantEventKind, KeptGrant


@dataclass
class GrantShelf:
    kept: dict[str, KeptGrant] = field(default_factory=dict)
    requests: dict[str, str] = field(default_factory=dict)


class MemoryGrants:
    def __init__(self, shelf: GrantShelf) -> None:
        self._shelf = shelf

    def add(self, kept: KeptGrant, *, request_key: str) -> None:
        grant = kept.grant
        if grant.id in self._shelf.kept or request_key in self._shelf.requests:
            raise GrantRefusedError("uq_grants")
        if grant.parent and not set(grant.fields) <= set(self.get(grant.parent).grant.fields):
            raise GrantRefusedError("fk_grant_fields_parent")
        self._shelf.kept[grant.id] = kept
        self._shelf.requests[request_key] = grant.id

    def of_request(self, key: str) -> KeptGrant | None:
        return self._shelf.kept.get(self._shelf.requests.get(key, ""))

    def get(self, grant_id: str) -> KeptGrant:
        if grant_id not in self._shelf.kept:
            raise GrantNotFoundError(grant_id)
        return self._shelf.kept[grant_id]

    def claim(self, grant_id: str) -> KeptGrant:
        return self.get(grant_id)

    def append(self, grant_id: str, event: GrantEvent) -> None:
        kept = self.get(grant_id)
        if any(item.kind is GrantEventKind.REVOKED for item in kept.events):
            raise GrantRefusedError("grant_events_before_end")
        self._shelf.kept[grant_id] = KeptGrant(grant=kept.grant, events=(*kept.events, event))

    def of_holder(self, holder_key: str) -> tuple[KeptGrant, ...]:
        found = reversed(self._shelf.kept.values())
        return tuple(item for item in found if item.grant.holder_key == holder_key)

    def of_person(self, person: str) -> tuple[KeptGrant, ...]:
        found = reversed(self._shelf.kept.values())
        return tuple(item for item in found if person in {item.grant.grantee, item.grant.given_by})
