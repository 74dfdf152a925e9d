"""Grants for tests."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from certs.granting.grants import (
    EvidenceKind,
    Grant,
    GrantBasis,
    GranteeKind,
    GrantEvent,
    GrantEventKind,
    KeptGrant,
)
from tests import world
from tests.desks import identifier, license_of

NUMBERS = {number: "G" + "A" * 19 + chr(ord("A") + number) for number in range(20)}
CONSENT = Grant(
    id=NUMBERS[1],
    license=identifier(1),
    holder_key=license_of(1).holder_key,
    basis=GrantBasis.CONSENT,
    matter="open-restaurant",
    grantee_kind=GranteeKind.MATTER,
    grantee="open-restaurant",
    fields=("premises", "certificateNumber"),
    purpose="办理开办餐饮店",
    not_before=world.NOON,
    not_after=world.NOON + timedelta(days=30),
    max_uses=2,
    given_by="holder-1",
    given_at_window=False,
    evidence_kind=EvidenceKind.SESSION,
    evidence="6" * 64,
)
DELEGATION = replace(
    CONSENT,
    id=NUMBERS[2],
    basis=GrantBasis.DELEGATION,
    grantee_kind=GranteeKind.ORGANIZATION,
    grantee="样例代理记账",
)
PASSED_ON = replace(
    DELEGATION,
    id=NUMBERS[3],
    grantee_kind=GranteeKind.PERSON,
    grantee="agent-1",
    given_by="样例代理记账",
    fields=("premises",),
    parent=DELEGATION.id,
    depth=2,
)


def kept(grant: Grant, **changes: Any) -> KeptGrant:  # noqa: ANN401 - fields of a grant
    given = GrantEvent(kind=GrantEventKind.GIVEN, at=world.NOON, actor=grant.given_by)
    return KeptGrant(grant=replace(grant, **changes), events=(given,))


def event(kind: GrantEventKind, *, hours: int = 1) -> GrantEvent:
    return GrantEvent(kind=kind, at=world.NOON + timedelta(hours=hours), actor="holder-1")
