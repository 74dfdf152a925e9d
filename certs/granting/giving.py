"""Use cases of grants (用证授权): give, pass on, revoke, suspend and confirm."""

from collections.abc import Callable
from typing import Protocol

from certs.errors import GrantNotFoundError, GrantRefusedError
from certs.granting.grants import Grant, GrantEvent, GrantEventKind, KeptGrant
from certs.granting.ports import GrantBook
from certs.marking import is_about_child
from certs.ports import Clock, LicenseRepository
from certs.transactions import Transaction
from certs.usages import UsageLog


class GrantWork(Protocol):
    """What grants are given and used with."""

    @property
    def grants(self) -> GrantBook:
        """The grants within this transaction."""
        ...

    @property
    def licenses(self) -> LicenseRepository:
        """The register within this transaction."""
        ...

    @property
    def usages(self) -> UsageLog:
        """The usage log within this transaction."""
        ...


class GrantUnit(GrantWork, Transaction, Protocol):
    """The same as a unit of work."""


def give(
    grant: Grant, *, request_key: str, unit_of_work: Callable[[], GrantUnit], clock: Clock
) -> KeptGrant:
    """Keep a grant (授权); the same request leads to the same grant.

    Raises:
        LicenseNotFoundError: The holder has no such license.
        GrantNotFoundError: There is no such parent.
        GrantRefusedError: It breaks a rule, goes beyond its parent, or is over a child's license
            and no guardian gave it.
    """
    with unit_of_work() as work:
        known = work.grants.of_request(request_key)
        if known is not None:
            return known
        license = work.licenses.get(grant.license)
        if license.holder_key != grant.holder_key:
            raise GrantRefusedError("只能授权本人的证照 · a holder grants the own licenses alone")
        if is_about_child(license, grant.not_before):
            grant.check_guardian()
        if grant.parent:
            parent = work.grants.claim(grant.parent)
            grant.check_within(parent.grant)
            if any(event.kind is GrantEventKind.REVOKED for event in parent.events):
                raise GrantRefusedError("原授权已撤销 · the delegation was revoked")
        given = GrantEvent(kind=GrantEventKind.GIVEN, at=clock.now(), actor=grant.given_by)
        kept = KeptGrant(grant=grant, events=(given,))
        work.grants.add(kept, request_key=request_key)
        work.commit()
    return kept


def revoke(  # noqa: PLR0913 - who ends what, and why
    grant_id: str,
    *,
    actor: str,
    holder_key: str,
    reason: str,
    unit_of_work: Callable[[], GrantUnit],
    clock: Clock,
) -> KeptGrant:
    """End a grant at once (撤销授权); what hangs on it ends with it. Again is no error.

    Args:
        grant_id: 授权编号.
        actor: Who ends it: the holder, whoever gave it, or who will act by it no more.
        holder_key: The actor's own key where the actor is a holder; empty for staff.
        reason: Why; may be empty.
        unit_of_work: Opens a unit of work.
        clock: Tells the time.

    Raises:
        GrantNotFoundError: There is none that the actor may end.
    """
    with unit_of_work() as work:
        kept = work.grants.claim(grant_id)
        is_holder = bool(holder_key) and kept.grant.holder_key == holder_key
        is_delegate = kept.grant.is_delegated_to(actor, holder_key)
        if not (is_holder or is_delegate) and kept.grant.given_by != actor:
            raise GrantNotFoundError(grant_id)
        if kept.events[-1].kind is GrantEventKind.REVOKED:
            return kept
        ended = GrantEvent(kind=GrantEventKind.REVOKED, at=clock.now(), actor=actor, reason=reason)
        work.grants.append(grant_id, ended)
        work.commit()
    return KeptGrant(grant=kept.grant, events=(*kept.events, ended))
