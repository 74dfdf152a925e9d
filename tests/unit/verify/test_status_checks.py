"""Legal status by the signed answer of the issuing region, and nobody else's."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certs.statuses import StatusKind
from signing.revocation_lists import RevocationList, parse_revocation_list
from tests import sealed, world
from tests.sealed import NOW, Regions
from verify.checks import Outcome
from verify.report import Finding
from verify.status_checks import check_status


def lists() -> tuple[RevocationList, ...]:
    return tuple(parse_revocation_list(item) for item in sealed.revocations())


def ask(regions: Regions) -> tuple[Finding, str]:
    return check_status(
        sealed.record(), sealed.trusted_region(), client=regions, lists=lists(), now=NOW
    )


def test_an_active_license_is_in_force_and_tells_how_fresh_that_is() -> None:
    finding, status = ask(Regions())

    assert (finding.outcome, status) == (Outcome.OK, "active")
    assert finding.as_of == NOW


@pytest.mark.parametrize("kind", [item for item in StatusKind if item is not StatusKind.ACTIVE])
def test_every_other_status_is_told_with_term_day_decision_and_reason(kind: StatusKind) -> None:
    event = sealed.event(kind, reason="样例理由", decision_no="样〔2026〕1号")

    finding, status = ask(Regions(event=event))

    assert (finding.outcome, finding.reason, status) == (Outcome.BAD, "not-active", kind.value)
    assert finding.facts == {
        "kind": kind.value,
        "term": kind.zh,
        "day": "2026-03-18",
        "decision": "样〔2026〕1号",
        "reason": "样例理由",
    }


def test_a_status_that_nobody_can_be_believed_about_is_unknown() -> None:
    for regions in (
        Regions(silent=True),
        Regions(signer=world.region("610300").status_signer),
        Regions(bend=lambda answer: replace(answer, nonce="0" * 32)),
    ):
        finding, status = ask(regions)

        assert (finding.outcome, status) == (Outcome.UNKNOWN, "unknown")


@pytest.mark.parametrize("late", [timedelta(minutes=5), -timedelta(minutes=5), timedelta()])
def test_answers_of_these_five_minutes_are_fresh(late: timedelta) -> None:
    assert ask(Regions(at=NOW + late))[0].outcome is Outcome.OK


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**20), st.integers(1, 255))
def test_no_altered_answer_says_more_than_a_genuine_one(place: int, mask: int) -> None:
    def alter(answer: bytes) -> bytes:
        changed = bytearray(answer)
        changed[place % len(answer)] ^= mask
        return bytes(changed)

    finding, _ = ask(Regions(event=sealed.event(StatusKind.REVOKED), break_=alter))

    assert finding.outcome is not Outcome.OK


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_no_garbage_is_an_answer(garbage: bytes) -> None:
    finding, _ = ask(Regions(break_=lambda _: garbage))

    assert (finding.outcome, finding.reason) == (Outcome.UNKNOWN, "not-trusted")
