"""法定代表人变更: what an enterprise granted under a former representative waits to be confirmed.

Who represents an enterprise stands on its business license. A grant was given, or confirmed, under
the version of that day; when a newer version names somebody else, it is suspended at its next use.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from certs.errors import GrantNotFoundError
from certs.granting.giving import GrantUnit
from certs.granting.grants import GrantEvent, GrantEventKind, GrantState, KeptGrant
from certs.licenses import License
from certs.ports import Clock

CHANGED: Final = "法定代表人已变更，待确认"
SYSTEM: Final = "system"
_CONFIRMING: Final = frozenset({GrantEventKind.GIVEN, GrantEventKind.CONFIRMED})


def review(
    grant_id: str,
    *,
    business_type: str,
    representative_of: Callable[[License], str],
    unit_of_work: Callable[[], GrantUnit],
    clock: Clock,
) -> None:
    """Suspend a grant, and the one that it passes on, where the representative has changed.

    Args:
        grant_id: 授权编号; one that there is not is left to whoever uses it.
        business_type: 证照类型代码 of business licenses.
        representative_of: Reads who represents the holder out of a business license.
        unit_of_work: Opens a unit of work.
        clock: Tells the time.
    """
    now = clock.now()
    with unit_of_work() as work:
        for kept in _chain(grant_id, work):
            versions = work.licenses.of_holder(kept.grant.holder_key, business_type)
            is_open = kept.state(now, uses=0) is GrantState.ACTIVE
            then = max(event.at for event in kept.events if event.kind in _CONFIRMING)
            if is_open and has_changed(versions, since=then, representative_of=representative_of):
                event = GrantEvent(
                    kind=GrantEventKind.SUSPENDED, at=now, actor=SYSTEM, reason=CHANGED
                )
                work.grants.append(kept.grant.id, event)
        work.commit()


def _chain(grant_id: str, work: GrantUnit) -> tuple[KeptGrant, ...]:
    try:
        kept = work.grants.claim(grant_id)
        parent = (work.grants.claim(kept.grant.parent),) if kept.grant.parent else ()
    except GrantNotFoundError:
        return ()
    return (kept, *parent)


def has_changed(
    versions: Sequence[License], *, since: datetime, representative_of: Callable[[License], str]
) -> bool:
    """Compare who represented a holder at a moment with who does now.

    Args:
        versions: The holder's business licenses, newest first.
        since: The moment.
        representative_of: Reads who represents the holder out of a business license.
    """
    known = next((item for item in versions if item.sealed_at <= since), None)
    if known is None or known.identifier == versions[0].identifier:
        return False
    return representative_of(known) != representative_of(versions[0])


def confirm(
    grant_id: str,
    *,
    actor: str,
    holder_key: str,
    unit_of_work: Callable[[], GrantUnit],
    clock: Clock,
) -> KeptGrant:
    """Let a suspended grant be used again: the holder confirms it. Again is no error.

    Raises:
        GrantNotFoundError: There is none over a license of this holder.
        GrantRefusedError: It was revoked.
    """
    with unit_of_work() as work:
        kept = work.grants.claim(grant_id)
        if not holder_key or kept.grant.holder_key != holder_key:
            raise GrantNotFoundError(grant_id)
        if kept.events[-1].kind is GrantEventKind.CONFIRMED:
            return kept
        event = GrantEvent(kind=GrantEventKind.CONFIRMED, at=clock.now(), actor=actor)
        work.grants.append(grant_id, event)
        work.commit()
    return KeptGrant(grant=kept.grant, events=(*kept.events, event))
