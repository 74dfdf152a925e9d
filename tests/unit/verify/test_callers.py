"""Who may ask as a region."""

from dataclasses import replace
from datetime import timedelta

import pytest

from certs.regions import RegionCode
from signing.roles import Role
from tests import world
from tests.caller_cases import (
    BODY,
    CASES,
    HEAD,
    NOW,
    CallerCase,
    receive,
    signed,
    sound,
    trust,
)
from tests.doubles.nonces import MemoryNonces
from tests.instance_parts import BAOJI, WUHU, revocations
from verify.callers import (
    REMEMBERED,
    WINDOW,
    Distrust,
    check_caller,
    check_signer,
    check_unused,
    read_signature,
)
from verify.errors import CallerNotTrustedError
from verify.speakers import parse_lists
from verify.trust_lists import TrustedRegion

MOMENT = timedelta(microseconds=1)


def test_a_region_of_the_trust_list_is_recognized() -> None:
    assert receive(sound(), MemoryNonces()) == trust().region(RegionCode(BAOJI))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_request_that_goes_wrong_is_nobodys(case: CallerCase) -> None:
    nonces = MemoryNonces()

    with pytest.raises(CallerNotTrustedError) as caught:
        receive(case.change(sound()), nonces)

    assert caught.value.reason == case.reason
    assert len(nonces) == (case.reason is Distrust.REPLAYED)


def test_every_reason_has_a_case() -> None:
    # The one that is missing there is that of a request which does not claim to be signed.
    assert {case.reason for case in CASES} == set(Distrust) - {Distrust.UNSIGNED}


def test_each_case_has_its_own_name() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 60


@pytest.mark.parametrize("apart", [-WINDOW, timedelta(0), WINDOW], ids=str)
def test_clocks_may_differ_by_five_minutes(apart: timedelta) -> None:
    assert timedelta(minutes=5) == WINDOW
    assert str(receive(replace(sound(), now=NOW + apart), MemoryNonces()).code) == BAOJI


def test_a_request_without_a_body_and_a_content_type_is_signed_as_well() -> None:
    head = replace(HEAD, method="GET", content_type="")
    headers = signed(head, b"")

    found = receive(
        replace(sound(), headers=headers, method="GET", content_type="", body=b""), MemoryNonces()
    )

    assert str(found.code) == BAOJI


def test_a_request_that_does_not_hold_uses_no_nonce_up() -> None:
    nonces, sent = MemoryNonces(), sound()

    with pytest.raises(CallerNotTrustedError):
        receive(replace(sent, body=b"other"), nonces)

    assert str(receive(sent, nonces).code) == BAOJI


def test_the_second_of_two_equal_requests_is_refused_as_long_as_its_time_lasts() -> None:
    nonces, sent = MemoryNonces(), sound()
    receive(sent, nonces)

    for later in (timedelta(0), WINDOW):
        with pytest.raises(CallerNotTrustedError, match="replayed"):
            receive(replace(sent, now=NOW + later), nonces)


def test_a_nonce_outlives_every_clock_that_would_take_it_again() -> None:
    nonces, sent = MemoryNonces(), replace(sound(), now=NOW - WINDOW)
    receive(sent, nonces)
    for _ in range(3):
        receive(replace(sound(), headers=signed(now=NOW + WINDOW), now=NOW + WINDOW), nonces)

    with pytest.raises(CallerNotTrustedError, match="replayed"):
        receive(replace(sent, now=NOW + WINDOW), nonces)


def test_a_nonce_is_forgotten_in_the_end() -> None:
    nonces = MemoryNonces()
    receive(sound(), nonces)
    later = NOW + REMEMBERED + MOMENT

    receive(replace(sound(), headers=signed(now=later), now=later), nonces)

    assert len(nonces) == 1


def test_two_regions_may_draw_the_same_nonce() -> None:
    nonces = MemoryNonces()
    signature = read_signature(sound().headers)

    check_unused(signature, nonces=nonces, now=NOW)
    check_unused(replace(signature, signer=WUHU), nonces=nonces, now=NOW)

    assert len(nonces) == 2


def test_a_body_that_takes_longer_than_the_window_comes_too_late() -> None:
    """Or else two copies, both begun in time, could both end after the nonce was forgotten."""
    signature, nonces = read_signature(sound().headers), MemoryNonces()

    with pytest.raises(CallerNotTrustedError, match="clock"):
        check_unused(signature, nonces=nonces, now=NOW + REMEMBERED + MOMENT)

    assert len(nonces) == 0


def test_nobody_without_a_key_below_the_anchors_makes_us_ask_for_lists() -> None:
    asked: list[TrustedRegion] = []

    def lists_of(region: TrustedRegion) -> tuple[()]:
        asked.append(region)
        return ()

    stranger = world.certified(world.authority_below(world.root(), "Stranger"), Role.SERVICE)
    for headers in (signed(signer=stranger), signed(signer=world.region(BAOJI).record_signer)):
        with pytest.raises(CallerNotTrustedError):
            check_signer(
                read_signature(headers),
                HEAD,
                own=RegionCode(WUHU),
                trust=trust(),
                lists_of=lists_of,
                now=NOW,
            )

    assert asked == []


def test_the_lists_asked_for_are_those_of_the_region_that_signed() -> None:
    asked = []

    def lists_of(region: TrustedRegion) -> object:
        asked.append(str(region.code))
        return parse_lists(revocations(str(region.code)))

    check_caller(
        read_signature(sound().headers),
        HEAD,
        BODY,
        own=RegionCode(WUHU),
        trust=trust(),
        lists_of=lists_of,  # type: ignore[arg-type]  # a generator would do as well
        nonces=MemoryNonces(),
        now=NOW,
    )

    assert asked == [BAOJI]


def test_the_error_tells_the_caller_nothing_that_it_sent() -> None:
    with pytest.raises(CallerNotTrustedError) as caught:
        receive(replace(sound(), path="/api/v1/licenses/3402111990"), MemoryNonces())

    assert "3402111990" not in str(caught.value)
