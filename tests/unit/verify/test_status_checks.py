"""Legal status by the signed answer of the issuing region, and nobody else's."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certs.statuses import StatusKind
from signing.revocation_lists import parse_revocation_list
from tests import sealed, world
from tests.carrier_cases import status_list_with
from tests.sealed import NOW, Regions
from verify.checks import Outcome
from verify.license_claims import LicenseClaims
from verify.policies import StatusOrder
from verify.report import Finding
from verify.sources import LiveSources
from verify.status_checks import StatusQuestion, check_status


def ask(regions: Regions, order: StatusOrder = StatusOrder.ONLINE_FIRST) -> tuple[Finding, str]:
    verdict = check_status(
        StatusQuestion(
            claims=LicenseClaims.of_record(sealed.record()),
            region=sealed.trusted_region(),
            sources=LiveSources(
                trust=sealed.Held(sealed.trust()), client=regions, clock=sealed.At(NOW)
            ),
            lists=tuple(parse_revocation_list(item) for item in sealed.revocations()),
            order=order,
            longest_age=timedelta(hours=12),
            now=NOW,
        )
    )
    return verdict.finding, verdict.status


def test_an_active_license_is_in_force_and_tells_how_fresh_that_is() -> None:
    finding, status = ask(Regions())

    assert (finding.outcome, status) == (Outcome.OK, "active")
    assert finding.as_of == NOW


def test_an_open_correction_informs_and_refuses_nothing() -> None:
    finding, status = ask(Regions(bend=lambda answer: replace(answer, flagged=True)))

    assert (finding.outcome, finding.reason, status) == (Outcome.OK, "flagged", "active")


@pytest.mark.parametrize("kind", [item for item in StatusKind if item is not StatusKind.ACTIVE])
def test_every_other_status_is_told_with_term_day_decision_and_reason(kind: StatusKind) -> None:
    event = sealed.event(kind, reason="样例理由", decision_no="样〔2026〕1号")

    finding, status = ask(Regions(event=event))

    assert (finding.outcome, finding.reason, status) == (Outcome.BAD, "not-active", kind.value)
    assert finding.facts == {
        "kind": kind.value,
        "term": kind.zh,
        "day": "2026-03-18",
        "effective_at": world.NOON.isoformat(),
        "recorded_at": world.NOON.isoformat(),
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


ACTIVE, ENDED = status_list_with(), status_list_with((sealed.record().status_index.index, 1))
OLD = status_list_with(age_hours=13)


@pytest.mark.parametrize(
    ("order", "silent", "token", "expected"),
    [
        ("online-first", False, ENDED, ("ok", "")),
        ("online-first", True, ACTIVE, ("ok", "listed")),
        ("online-first", True, ENDED, ("bad", "list-ended")),
        ("online-first", True, None, ("unknown", "silent")),
        ("online-first", True, OLD, ("unknown", "stale")),
        ("online-only", False, ENDED, ("ok", "")),
        ("online-only", True, ACTIVE, ("unknown", "silent")),
        ("list-first", False, ACTIVE, ("ok", "listed")),
        ("list-first", False, ENDED, ("ok", "")),
        ("list-first", True, ENDED, ("bad", "list-ended")),
        ("list-first", False, None, ("ok", "")),
        ("list-first", True, None, ("unknown", "silent")),
        ("list-first", False, OLD, ("ok", "")),
        ("list-first", True, OLD, ("unknown", "stale")),
        ("list-first", True, b"garbage", ("unknown", "list-not-trusted")),
    ],
)
def test_the_policy_says_whom_to_hear_first(
    order: str,
    silent: bool,  # noqa: FBT001
    token: bytes | None,
    expected: tuple[str, str],
) -> None:
    lists: dict[tuple[int, datetime | None], bytes] = {}
    if token is not None:
        lists[0, None] = token

    finding, _ = ask(Regions(silent=silent, status_lists=lists), StatusOrder(order))

    assert (finding.outcome, finding.reason) == expected
