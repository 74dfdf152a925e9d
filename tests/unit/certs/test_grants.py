"""The rules of grants: what each basis needs, and what nobody can be granted."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from certs.errors import GrantRefusedError
from certs.granting.grants import (
    EvidenceKind,
    GrantBasis,
    GranteeKind,
    GrantEventKind,
    GrantState,
    Preset,
    new_grant_id,
)
from tests import world
from tests.granted import CONSENT, DELEGATION, NUMBERS, PASSED_ON, event, kept

DUTY = replace(
    CONSENT,
    basis=GrantBasis.LEGAL_DUTY,
    given_at_window=True,
    evidence_kind=None,
    evidence="",
    legal_ref="《样例法》第七条",
    noticed_at=world.NOON,
)
ONE_CASE = replace(
    CONSENT,
    basis=GrantBasis.ONE_CASE,
    evidence_kind=None,
    evidence="",
    case_id="C" + "A" * 20,
)
REFUSED: dict[str, tuple[Any, dict[str, Any]]] = {
    "consent without evidence": (CONSENT, {"evidence_kind": None, "evidence": ""}),
    "evidence without a number": (CONSENT, {"evidence": ""}),
    "an operator's tick": (CONSENT, {"given_at_window": True}),
    "for ever": (CONSENT, {"not_after": world.NOON + timedelta(days=367)}),
    "ended before it began": (CONSENT, {"not_after": world.NOON}),
    "no field": (CONSENT, {"fields": ()}),
    "a field twice": (CONSENT, {"fields": ("premises", "premises")}),
    "without end of uses": (CONSENT, {"max_uses": 1001}),
    "no use": (CONSENT, {"max_uses": 0}),
    "no matter": (CONSENT, {"matter": ""}),
    "no license": (CONSENT, {"license": ""}),
    "no purpose": (CONSENT, {"purpose": " "}),
    "a citizen number": (CONSENT, {"purpose": "为11010519491231002X办理"}),
    "a clause for consent": (CONSENT, {"legal_ref": "《样例法》"}),
    "a case for consent": (CONSENT, {"case_id": "C"}),
    "a duty without its clause": (DUTY, {"legal_ref": ""}),
    "a duty without notice": (DUTY, {"noticed_at": None}),
    "a citizen's own duty": (DUTY, {"given_at_window": False}),
    "one case without it": (ONE_CASE, {"case_id": ""}),
    "one case for a person": (ONE_CASE, {"grantee_kind": GranteeKind.PERSON}),
    "a delegation to oneself": (DELEGATION, {"grantee": DELEGATION.given_by}),
    "a delegation to windows": (DELEGATION, {"grantee_kind": GranteeKind.MATTER}),
    "a delegation of 31 days": (DELEGATION, {"not_after": world.NOON + timedelta(days=31)}),
    "a delegation without evidence": (DELEGATION, {"evidence_kind": None, "evidence": ""}),
    "consent passed on": (CONSENT, {"parent": NUMBERS[5], "depth": 2}),
    "passed on twice": (PASSED_ON, {"depth": 3}),
}
BEYOND: dict[str, dict[str, Any]] = {
    "another field": {"fields": ("premises", "hotline")},
    "another license": {"license": "x"},
    "another matter": {"matter": "newborn"},
    "longer": {"not_after": DELEGATION.not_after + timedelta(seconds=1)},
    "sooner": {"not_before": DELEGATION.not_before - timedelta(seconds=1)},
    "more often": {"max_uses": 3},
    "by somebody else": {"given_by": "agent-2"},
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_breaks_a_rule_is_no_grant(case: str) -> None:
    grant, changes = REFUSED[case]

    with pytest.raises(GrantRefusedError, match=" · "):
        replace(grant, **changes)


@pytest.mark.parametrize("change", BEYOND)
def test_no_more_is_passed_on_than_was_given(change: str) -> None:
    PASSED_ON.check_within(DELEGATION)
    wider = replace(PASSED_ON, not_before=world.NOON, not_after=PASSED_ON.not_after)
    changes = BEYOND[change]
    if change == "longer":
        changes = changes | {"not_before": wider.not_before + timedelta(seconds=1)}
    if change == "sooner":
        changes = changes | {"not_after": wider.not_after - timedelta(seconds=1)}

    with pytest.raises(GrantRefusedError):
        replace(wider, **changes).check_within(DELEGATION)


def test_consent_is_not_passed_on() -> None:
    with pytest.raises(GrantRefusedError):
        PASSED_ON.check_within(replace(CONSENT, grantee=PASSED_ON.given_by))


def test_a_window_records_consent_with_evidence_of_the_person() -> None:
    for kind in (EvidenceKind.ID_READER, EvidenceKind.FACE, EvidenceKind.PAPER):
        assert replace(CONSENT, given_at_window=True, evidence_kind=kind).evidence


def test_the_state_follows_from_events_time_and_uses() -> None:
    at = world.NOON
    active = kept(CONSENT)
    suspended = replace(active, events=(*active.events, event(GrantEventKind.SUSPENDED)))
    confirmed = replace(suspended, events=(*suspended.events, event(GrantEventKind.CONFIRMED)))
    revoked = replace(confirmed, events=(*confirmed.events, event(GrantEventKind.REVOKED)))

    assert active.state(at, uses=0) is GrantState.ACTIVE
    assert active.state(at, uses=2) is GrantState.USED_UP
    assert active.state(at - timedelta(seconds=1), uses=0) is GrantState.NOT_YET
    assert active.state(CONSENT.not_after, uses=0) is GrantState.EXPIRED
    assert suspended.state(at, uses=0) is GrantState.SUSPENDED
    assert confirmed.state(at, uses=0) is GrantState.ACTIVE
    assert revoked.state(CONSENT.not_after, uses=9) is GrantState.REVOKED


def test_no_preset_lasts_longer_than_a_year() -> None:
    assert max(preset.lasts for preset in Preset) == timedelta(days=365)


def test_numbers_are_random_and_of_one_length() -> None:
    numbers = {new_grant_id() for _ in range(100)}

    assert len(numbers) == 100
    assert {len(number) for number in numbers} == {21}
