"""Status lists from other regions: who signed, which list, and when; nothing costly twice."""

import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

import pytest

from certs.status_lists.tokens import Freshness, StatusListToken, no_statuses, sign_status_list
from signing import sm2
from signing.authorities import Validity
from signing.certificates import Certificate
from signing.revocation_lists import RevocationList
from signing.roles import Role
from signing.signer import CertifiedSigner
from tests import sealed, world
from verify.errors import StatusListError
from verify.speakers import parse_lists
from verify.status_list_checks import read_status_list
from verify.trust_lists import TrustedRegion

URI = f"{sealed.URL}/api/v1/status-lists/0"
NOW = world.NOON + timedelta(hours=1)


def _token(signer: CertifiedSigner | None = None, **changes: object) -> bytes:
    parts = {"uri": URI, "aggregation_uri": URI, "issued_at": world.NOON} | changes
    return sign_status_list(
        no_statuses().changed({7: 2}),
        signer=signer or world.region("340200").status_signer,
        **parts,  # type: ignore[arg-type]
    )


@cache
def _lists() -> tuple[RevocationList, ...]:
    return parse_lists(sealed.revocations())


def _read(  # noqa: PLR0913 - each is one circumstance
    token: bytes | None = None,
    *,
    region: TrustedRegion | None = None,
    certificates: Iterable[Certificate] | None = None,
    lists: tuple[RevocationList, ...] | None = None,
    now: datetime = NOW,
    at: datetime | None = None,
) -> StatusListToken:
    held = certificates or [world.region("340200").status_signer.certificate]
    return read_status_list(
        token or _token(),
        region=region or sealed.trusted_region(),
        uri=URI,
        certificates=lambda _: [item.encoded for item in held],
        lists=_lists() if lists is None else lists,
        now=now,
        at=at,
    )


def _reason(token: bytes | None = None, **circumstances: object) -> str:
    with pytest.raises(StatusListError) as caught:
        _read(token, **circumstances)  # type: ignore[arg-type]
    return caught.value.reason


def test_a_sound_list_is_believed() -> None:
    read = _read()

    assert read.statuses.get(7) == 2
    assert read.freshness(NOW) is Freshness.FRESH


def test_certificates_are_asked_for_by_key() -> None:
    asked: list[bytes] = []

    def certificates(identifier: bytes) -> tuple[bytes, ...]:
        asked.append(identifier)
        return (world.region("340200").status_signer.certificate.encoded,)

    read_status_list(
        _token(),
        region=sealed.trusted_region(),
        uri=URI,
        certificates=certificates,
        lists=_lists(),
        now=NOW,
    )

    assert asked == [world.region("340200").status_signer.certificate.digest[:8]]


@pytest.mark.parametrize("token", [b"", b"junk", sealed.record().encode()])
def test_what_is_no_list_is_not_trusted(token: bytes) -> None:
    with pytest.raises(StatusListError, match="not-trusted"):
        read_status_list(
            token,
            region=sealed.trusted_region(),
            uri=URI,
            certificates=lambda _: (),
            lists=_lists(),
            now=NOW,
        )


def test_a_changed_list_is_not_trusted() -> None:
    token = bytearray(_token())
    token[-1] ^= 1

    assert _reason(bytes(token)) == "not-trusted"


def test_a_key_that_nobody_knows_is_not_trusted() -> None:
    other = world.region("340200").record_signer.certificate

    assert _reason(certificates=[other]) == "not-trusted"


def test_a_damaged_certificate_beside_the_right_one_does_no_harm() -> None:
    right = world.region("340200").status_signer.certificate

    read = read_status_list(
        _token(),
        region=sealed.trusted_region(),
        uri=URI,
        certificates=lambda _: (b"junk", right.encoded),
        lists=_lists(),
        now=NOW,
    )

    assert read.uri == URI


@pytest.mark.parametrize("role", [Role.RECORD, Role.SEAL, Role.SERVICE])
def test_a_key_of_another_role_is_not_trusted(role: Role) -> None:
    other = world.certified(world.region("340200").authority, role)

    assert _reason(_token(other), certificates=[other.certificate]) == "not-trusted"


def test_another_regions_key_is_not_trusted() -> None:
    other = world.region("610300").status_signer

    assert _reason(_token(other), certificates=[other.certificate]) == "not-trusted"


def test_a_revoked_key_is_not_trusted() -> None:
    serial = world.region("340200").status_signer.certificate.serial

    assert _reason(lists=parse_lists(sealed.revocations(serial))) == "not-trusted"


def test_without_fresh_revocation_lists_nothing_is_trusted() -> None:
    assert _reason(lists=()) == "not-trusted"
    assert _reason(now=world.NOON + timedelta(days=8)) == "not-trusted"


def test_a_key_that_ended_is_not_trusted_now() -> None:
    ended = world.certified(
        world.region("340200").authority,
        Role.STATUS,
        validity=Validity(not_before=world.LONG.not_before, not_after=world.NOON),
    )
    token = _token(ended, issued_at=world.NOON - timedelta(hours=1))

    assert _reason(token, certificates=[ended.certificate]) == "not-trusted"
    then = world.NOON - timedelta(minutes=30)
    assert _read(token, certificates=[ended.certificate], at=then).uri == URI


def test_an_anchor_that_was_withdrawn_carries_nothing_new() -> None:
    region = sealed.trusted_region()
    anchors = tuple(replace(item, withdrawn_at=world.NOON) for item in region.anchors)

    assert _reason(region=replace(region, anchors=anchors)) == "not-trusted"


def test_another_list_under_this_address_is_told() -> None:
    assert _reason(_token(uri=URI.replace("/0", "/1"))) == "other-list"


@pytest.mark.parametrize(
    ("minutes", "expected"), [(60 * 48 - 1, ""), (60 * 48, "expired"), (-5, ""), (-6, "not-yet")]
)
def test_a_list_counts_from_its_issue_until_it_expires(minutes: int, expected: str) -> None:
    now = world.NOON + timedelta(minutes=minutes)
    lists = parse_lists(sealed.revocations(issued_at=now - timedelta(hours=1)))

    if expected:
        assert _reason(now=now, lists=lists) == expected
    else:
        assert _read(now=now, lists=lists).uri == URI


def test_of_an_earlier_moment_a_list_counts_that_stood_then() -> None:
    late = world.NOON + timedelta(days=5)

    assert _reason(now=late) == "expired"
    assert _read(now=late, at=world.NOON + timedelta(hours=5)).uri == URI
    assert _reason(now=late, at=world.NOON - timedelta(seconds=1)) == "not-yet"
    assert _reason(now=late, at=world.NOON + timedelta(hours=48)) == "expired"


def test_a_revocation_that_comes_to_be_known_ends_trust_in_a_list_read_before() -> None:
    """What was remembered must not outlive what it rested on."""
    token = _token()
    serial = world.region("340200").status_signer.certificate.serial
    assert _read(token).uri == URI

    assert _reason(token, lists=parse_lists(sealed.revocations(serial))) == "not-trusted"
    assert _reason(token, lists=()) == "not-trusted"
    assert _reason(token, now=world.NOON + timedelta(hours=49)) == "expired"
    assert _reason(token, region=sealed.trusted_region("610300")) == "not-trusted"


def test_a_second_look_costs_neither_signature_nor_unpacking(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    token, region = _token(), sealed.trusted_region()
    _read(token, region=region)

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a signature is verified again")

    monkeypatch.setattr(sm2, "verify", refuse)
    monkeypatch.setattr(StatusListToken, "parse", refuse)
    started = time.perf_counter()
    for _ in range(200):
        _read(token, region=region, now=NOW + timedelta(minutes=1))

    assert (time.perf_counter() - started) / 200 < 0.001
