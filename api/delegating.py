"""替人代办: what somebody may do with another's license, and the code shown for it at a window."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from api.callers import Caller
from api.services import Services, Work
from certs.displays import IDENTIFYING, SHOWN_BY_DEFAULT, IssuedCode, issue_code
from certs.errors import GrantNotFoundError, GrantNotUsableError
from certs.granting.grants import GrantState, KeptGrant
from certs.licenses import License
from certs.rights import Relation

_MOST_PURPOSE: Final = 150
# A window learns whose matter it is, and of which license that is said.
_SHOWN: Final = tuple(dict.fromkeys((*IDENTIFYING, *SHOWN_BY_DEFAULT)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegation:
    """One delegation (代办授权), as whoever acts by it sees it.

    Attributes:
        license: The license that it is about.
        left: How often it can still be used.
    """

    kept: KeptGrant
    license: License
    state: GrantState
    left: int


def delegations_to(caller: Caller, services: Services) -> tuple[Delegation, ...]:
    """Return what somebody may act by now, newest first."""
    key, now = caller.grant.holder_key, services.clock.now()
    if not key or caller.appointment is not None:
        return ()
    with services.unit_of_work() as work:
        work.only_read()
        found = [
            _seen(kept, work, now)
            for kept in work.grants.of_person(key)
            if kept.grant.is_delegated_to(caller.person, key)
        ]
    return tuple(item for item in found if item.state is GrantState.ACTIVE)


def delegation_to(grant_id: str, caller: Caller, services: Services) -> Delegation:
    """Return a delegation to whoever asks, however it stands.

    Raises:
        GrantNotFoundError: There is none, or it is another's.
    """
    with services.unit_of_work() as work:
        work.only_read()
        kept = work.grants.get(grant_id)
        is_theirs = kept.grant.is_delegated_to(caller.person, caller.grant.holder_key)
        if not caller.may_as(Relation.GRANT if is_theirs else Relation.STRANGER) or not is_theirs:
            raise GrantNotFoundError(grant_id)
        return _seen(kept, work, services.clock.now())


def show_delegated(
    grant_id: str, caller: Caller, services: Services, *, license: str = ""
) -> IssuedCode:
    """Make a one-time code by which a window learns for whom a delegate comes, and in what.

    Using it up is a use of the delegation; making it is none.

    Args:
        grant_id: The delegation.
        caller: Who acts by it.
        services: This instance.
        license: The license that it has to be about; empty for whichever it is.

    Raises:
        GrantNotFoundError: There is no such delegation to whoever asks.
        GrantNotUsableError: It is not active.
    """
    services.representatives.review_grant(grant_id)
    found = delegation_to(grant_id, caller, services)
    if license not in {"", found.license.identifier}:
        raise GrantNotFoundError(grant_id)
    if found.state is not GrantState.ACTIVE:
        raise GrantNotUsableError(found.state.value)
    grant = found.kept.grant
    shown = grant.grantee_shown or caller.grant.holder_shown
    return issue_code(
        grant.license,
        holder_key=grant.holder_key,
        purpose=f"{grant.purpose[:_MOST_PURPOSE]}（代办人{shown[:40]}出示）",
        fields=_SHOWN,
        delegation=grant_id,
        unit_of_work=services.unit_of_work,
        objects=services.objects,
        clock=services.clock,
    )


def _seen(kept: KeptGrant, work: Work, now: datetime) -> Delegation:
    uses = work.usages.count_of_grant(kept.grant.id)
    return Delegation(
        kept=kept,
        license=work.licenses.get(kept.grant.license),
        state=kept.state(now, uses=uses),
        left=max(kept.grant.max_uses - uses, 0),
    )
