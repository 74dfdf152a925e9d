"""Grants (用证授权) in the database."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, func, insert, or_, select
from sqlalchemy.exc import IntegrityError

from certs.errors import GrantNotFoundError, GrantRefusedError
from certs.granting.grants import (
    EvidenceKind,
    Grant,
    GrantBasis,
    GranteeKind,
    GrantEvent,
    GrantEventKind,
    KeptGrant,
)
from storage.database_errors import broken_rule
from storage.grant_tables import grant_events, grant_fields, grants
from storage.locks import hold


class SqlGrants:
    """The grants on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, kept: KeptGrant, *, request_key: str) -> None:
        """Keep a new grant with its first event, or raise GrantRefusedError."""
        grant = kept.grant
        parent = self._row(grant.parent) if grant.parent else None
        fields = [
            {"grant_id": grant.id, "place": place, "field": name, "parent": grant.parent or None}
            for place, name in enumerate(grant.fields)
        ]
        try:
            self._connection.execute(insert(grants), [_to_row(grant, request_key, parent)])
            self._connection.execute(insert(grant_fields), fields)
            for number, event in enumerate(kept.events, 1):
                self._connection.execute(insert(grant_events), [_event_row(grant, number, event)])
        except IntegrityError as error:
            raise _refusal(error) from error

    def of_request(self, key: str) -> KeptGrant | None:
        """Return the grant that a request led to, or None."""
        found = self._all(select(grants).where(grants.c.request_key == key))
        return found[0] if found else None

    def get(self, grant_id: str) -> KeptGrant:
        """Return a grant, or raise GrantNotFoundError."""
        found = self._all(select(grants).where(grants.c.id == grant_id))
        if not found:
            raise GrantNotFoundError(grant_id)
        return found[0]

    def claim(self, grant_id: str) -> KeptGrant:
        """Return a grant that nobody else uses or ends until this unit of work is over."""
        hold(self._connection, f"{grants.name}:{grant_id}")
        return self.get(grant_id)

    def append(self, grant_id: str, event: GrantEvent) -> None:
        """Append an event, or raise GrantRefusedError: it was revoked before."""
        grant = self.get(grant_id).grant
        number = select(func.count()).where(grant_events.c.grant_id == grant_id)
        row = _event_row(grant, self._connection.execute(number).scalar_one() + 1, event)
        try:
            self._connection.execute(insert(grant_events), [row])
        except IntegrityError as error:
            raise _refusal(error) from error

    def of_holder(self, holder_key: str) -> tuple[KeptGrant, ...]:
        """Return the grants over a holder's licenses, newest first."""
        query = select(grants).where(grants.c.holder_key == holder_key)
        return self._all(query.order_by(grants.c.row.desc()))

    def of_person(self, person: str) -> tuple[KeptGrant, ...]:
        """Return the grants that somebody gave or was given, newest first."""
        query = select(grants).where(or_(grants.c.grantee == person, grants.c.given_by == person))
        return self._all(query.order_by(grants.c.row.desc()))

    def _row(self, grant_id: str) -> RowMapping:
        query = select(grants.c.not_after, grants.c.depth).where(grants.c.id == grant_id)
        row = self._connection.execute(query).mappings().one_or_none()
        if row is None:
            raise GrantNotFoundError(grant_id)
        return row

    def _all(self, query: Select[Any]) -> tuple[KeptGrant, ...]:
        rows = self._connection.execute(query).mappings().all()
        names = [row["id"] for row in rows]
        fields, events = self._fields(names), self._events(names)
        return tuple(
            KeptGrant(grant=_from_row(row, fields[row["id"]]), events=tuple(events[row["id"]]))
            for row in rows
        )

    def _fields(self, names: Sequence[str]) -> dict[str, list[str]]:
        query = select(grant_fields).where(grant_fields.c.grant_id.in_(names))
        found: dict[str, list[str]] = defaultdict(list)
        for row in self._connection.execute(query.order_by(grant_fields.c.place)).mappings():
            found[row["grant_id"]].append(row["field"])
        return found

    def _events(self, names: Sequence[str]) -> dict[str, list[GrantEvent]]:
        query = select(grant_events).where(grant_events.c.grant_id.in_(names))
        found: dict[str, list[GrantEvent]] = defaultdict(list)
        for row in self._connection.execute(query.order_by(grant_events.c.number)).mappings():
            found[row["grant_id"]].append(
                GrantEvent(
                    kind=GrantEventKind(row["kind"]),
                    at=row["at"],
                    actor=row["actor"],
                    reason=row["reason"],
                )
            )
        return found


def _refusal(error: IntegrityError) -> GrantRefusedError:
    rule = broken_rule(error)
    return GrantRefusedError(f"授权违反登记规则（{rule}），未予保存 · refused by the rule {rule}")


def _to_row(grant: Grant, request_key: str, parent: RowMapping | None) -> dict[str, Any]:
    return {
        "id": grant.id,
        "request_key": request_key,
        "license": grant.license,
        "holder_key": grant.holder_key,
        "basis": grant.basis.value,
        "matter": grant.matter,
        "grantee_kind": grant.grantee_kind.value,
        "grantee": grant.grantee,
        "purpose": grant.purpose,
        "not_before": grant.not_before,
        "not_after": grant.not_after,
        "max_uses": grant.max_uses,
        "given_by": grant.given_by,
        "given_at_window": grant.given_at_window,
        "evidence_kind": grant.evidence_kind.value if grant.evidence_kind else None,
        "evidence": grant.evidence or None,
        "legal_ref": grant.legal_ref or None,
        "noticed_at": grant.noticed_at,
        "case_id": grant.case_id or None,
        "parent": grant.parent or None,
        "parent_not_after": parent["not_after"] if parent else None,
        "parent_depth": parent["depth"] if parent else None,
        "depth": grant.depth,
        "grantee_shown": grant.grantee_shown or None,
    }


def _from_row(row: RowMapping, fields: Sequence[str]) -> Grant:
    return Grant(
        id=row["id"],
        license=row["license"],
        holder_key=row["holder_key"],
        basis=GrantBasis(row["basis"]),
        matter=row["matter"],
        grantee_kind=GranteeKind(row["grantee_kind"]),
        grantee=row["grantee"],
        fields=tuple(fields),
        purpose=row["purpose"],
        not_before=row["not_before"],
        not_after=row["not_after"],
        max_uses=row["max_uses"],
        given_by=row["given_by"],
        given_at_window=row["given_at_window"],
        evidence_kind=EvidenceKind(row["evidence_kind"]) if row["evidence_kind"] else None,
        evidence=row["evidence"] or "",
        legal_ref=row["legal_ref"] or "",
        noticed_at=row["noticed_at"],
        case_id=row["case_id"] or "",
        parent=row["parent"] or "",
        depth=row["depth"],
        grantee_shown=row["grantee_shown"] or "",
    )


def _event_row(grant: Grant, number: int, event: GrantEvent) -> dict[str, Any]:
    return {
        "grant_id": grant.id,
        "number": number,
        "kind": event.kind.value,
        "at": event.at,
        "actor": event.actor,
        "reason": event.reason,
    }
