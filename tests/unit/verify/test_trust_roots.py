"""Roots that follow one another: when each is believed, and who may name the next."""

import base64
import json
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certs.envelopes import sign_payload
from signing.authorities import CertificateAuthority, Validity
from signing.certificate_requests import build_request
from signing.certificates import Certificate
from signing.names import DistinguishedName
from signing.roles import Role
from signing.signer import CertifiedSigner
from tests import world
from tests.sealed import NOW
from tests.trust_lists import (
    DAY,
    HOUR,
    content,
    genuine,
    next_root,
    next_signer,
    root_change,
    root_signer,
    signer,
)
from verify.errors import TrustListError
from verify.trust_lists import TrustList, sign_content
from verify.trust_roots import MAX_CHANGES, RootChange, TrustRoots, sign_root_change

PINNED = TrustRoots(pinned=world.root().certificate)
ROOT, NEXT = world.root().certificate, next_root().certificate


@cache
def authority(name: str, *, validity: Validity = world.LONG) -> CertificateAuthority:
    return CertificateAuthority.self_signed(
        DistinguishedName(common_name=name), signer=world.MemorySigner(name), validity=validity
    )


def change(
    old: CertificateAuthority, new: Certificate, *, begins: datetime = NOW, ends: datetime = NOW
) -> RootChange:
    return sign_root_change(
        new, valid_from=begins, old_until=ends, signer=root_signer(old), now=world.NOON
    )


@cache
def chain(length: int) -> tuple[RootChange, ...]:
    """Each root begins a day after the one before it, and overlaps it by a day."""
    roots = [world.root(), *(authority(f"root {number}") for number in range(length))]
    return tuple(
        change(
            old,
            new.certificate,
            begins=NOW + number * DAY,
            ends=NOW + (number + 1) * DAY,
        )
        for number, (old, new) in enumerate(pairwise(roots))
    )


def reason(act: object, *arguments: object, **named: object) -> str:
    with pytest.raises(TrustListError) as caught:
        act(*arguments, **named)  # type: ignore[operator]
    return caught.value.reason


# When ----------------------------------------------------------------------------------------


def test_a_pinned_root_alone_is_believed_at_all_times() -> None:
    assert PINNED.at(NOW - 999 * DAY) == PINNED.at(NOW + 999 * DAY) == (ROOT,)


@pytest.mark.parametrize(
    ("at", "believed"),
    [
        (NOW - HOUR - timedelta(seconds=1), (ROOT,)),
        (NOW - HOUR, (ROOT, NEXT)),
        (NOW + DAY - timedelta(seconds=1), (ROOT, NEXT)),
        (NOW + DAY, (NEXT,)),
    ],
)
def test_both_roots_are_believed_in_the_overlap_and_one_before_and_after(
    at: datetime, believed: tuple[Certificate, ...]
) -> None:
    assert PINNED.extended((root_change(),)).at(at) == believed


def test_lists_of_both_roots_hold_in_the_overlap() -> None:
    carrying = replace(content(2), changes=(root_change(),))
    old, _ = TrustList.follow(sign_content(carrying, signer=signer()), roots=PINNED, at=NOW)
    new, roots = TrustList.follow(
        sign_content(carrying, signer=next_signer()), roots=PINNED, at=NOW
    )

    assert (old.root, new.root) == (ROOT, NEXT)
    assert roots.changes == (root_change(),)


def test_only_the_new_root_holds_afterwards_whatever_day_a_list_bears() -> None:
    known = PINNED.extended((root_change(),))
    later = NOW + 2 * DAY

    assert reason(TrustList.follow, genuine(), roots=known, at=later) == "not-trusted"
    TrustList.follow(sign_content(content(), signer=next_signer()), roots=known, at=later)


def test_who_slept_through_every_overlap_follows_all_roots_at_once() -> None:
    steps = chain(MAX_CHANGES)
    last = authority(f"root {MAX_CHANGES - 1}")
    data = sign_content(
        replace(content(), changes=steps), signer=world.certified(last, Role.TRUST_LIST)
    )

    found, roots = TrustList.follow(data, roots=PINNED, at=NOW + 400 * DAY)

    assert found.root == last.certificate
    assert roots.at(NOW + 400 * DAY) == (last.certificate,)


def test_who_pinned_a_later_root_needs_only_what_follows_it() -> None:
    steps = chain(3)
    pinned = TrustRoots(pinned=steps[0].new_root)

    assert pinned.extended(steps).changes == steps[1:]


def test_a_chain_with_a_link_missing_leads_no_further() -> None:
    first, _, third = chain(3)

    assert PINNED.extended((first, third)).changes == (first,)


# Who -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("forger", ["list-signer", "next-root"])
def test_only_the_old_roots_own_key_names_the_next(forger: str) -> None:
    assert reason(PINNED.extended, (root_change(by=forger),)) == "not-trusted"


def test_an_altered_change_is_not_believed() -> None:
    entry = json.loads(json.dumps(root_change().entry))
    entry["payload"]["old_until"] = (NOW + 900 * DAY).isoformat()

    assert reason(PINNED.extended, (RootChange.parse(entry),)) == "not-trusted"


def test_parse_alone_believes_no_successor() -> None:
    carrying = replace(content(), changes=(root_change(),))

    data = sign_content(carrying, signer=next_signer())

    assert reason(TrustList.parse, data, root=ROOT) == "not-trusted"


def test_a_root_has_one_successor() -> None:
    known = PINNED.extended((root_change(),))
    other = change(world.root(), authority("usurper").certificate)

    assert reason(known.extended, (other,)) == "conflict"
    assert known.extended((root_change(),)) == known


def test_a_forged_second_successor_raises_no_alarm_of_two() -> None:
    known = PINNED.extended((root_change(),))

    forged = root_change(ends=NOW + 5 * DAY, by="list-signer")

    assert reason(known.extended, (forged,)) == "not-trusted"


def test_a_root_that_another_followed_does_not_return() -> None:
    known = PINNED.extended((root_change(),))
    back = change(next_root(), ROOT)

    assert reason(known.extended, (back,)) == "conflict"


def test_more_changes_than_a_list_may_carry_are_refused() -> None:
    known = PINNED.extended(chain(MAX_CHANGES))
    last = authority(f"root {MAX_CHANGES - 1}")

    assert reason(known.extended, (change(last, NEXT),)) == "malformed"
    carrying = replace(content(), changes=(*chain(MAX_CHANGES), chain(1)[0]))
    data = sign_content(carrying, signer=signer())
    assert reason(TrustList.follow, data, roots=PINNED, at=NOW) == "malformed"


def test_a_root_that_had_ended_names_nobody() -> None:
    ended = authority("ended", validity=Validity(not_before=NOW - 9 * DAY, not_after=NOW - 2 * DAY))
    late = sign_root_change(
        NEXT, valid_from=NOW, old_until=NOW, signer=root_signer(ended), now=NOW - 3 * DAY
    )
    signed = sign_payload(late.envelope.payload, signer=root_signer(ended), signed_at=NOW - DAY)

    offered = RootChange.parse(json.loads(signed))

    assert reason(TrustRoots(pinned=ended.certificate).extended, (offered,)) == "not-trusted"


def _below() -> Certificate:
    return world.region("340200").authority.certificate


def _leaf() -> Certificate:
    return signer().certificate


def _self_made() -> Certificate:
    """A certificate of its own making that is no authority's."""
    name, key = DistinguishedName(common_name="own"), world.MemorySigner("own")
    own = CertificateAuthority.self_signed(name, signer=key, validity=world.LONG)
    return own.issue(build_request(name, signer=key), role=Role.TRUST_LIST, validity=world.LONG)


@pytest.mark.parametrize(
    "certificate",
    [_below(), _leaf(), _self_made()],
    ids=["below a root", "no authority", "no authority, signed by itself"],
)
def test_a_successor_is_a_root(certificate: Certificate) -> None:
    assert reason(change, world.root(), certificate) == "not-trusted"


def test_a_successors_signature_is_its_own() -> None:
    broken = bytearray(authority("honest").certificate.encoded)
    broken[-1] ^= 1
    entry = json.loads(json.dumps(root_change().entry))
    entry["payload"]["new_root"] = base64.b64encode(bytes(broken)).decode()
    signed = sign_payload(entry["payload"], signer=root_signer(), signed_at=world.NOON)

    offered = RootChange.parse(json.loads(signed))

    assert reason(PINNED.extended, (offered,)) == "not-trusted"


@pytest.mark.parametrize(
    ("begins", "ends"), [(NOW, NOW - timedelta(seconds=1)), (NOW + 5000 * DAY, NOW + 5000 * DAY)]
)
def test_no_time_is_left_without_a_root(begins: datetime, ends: datetime) -> None:
    assert reason(change, world.root(), NEXT, begins=begins, ends=ends) == "malformed"


# Form ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("schema", "yinxin.trust/1"),
        ("old_root", None),
        ("new_root", "AAAA"),
        ("new_root", 5),
        ("valid_from", "soon"),
        ("old_until", "2026-03-18T04:00:00"),
        ("note", "x"),
    ],
)
def test_a_change_that_is_malformed_or_says_more_is_refused(
    key: str, value: str | int | None
) -> None:
    payload = dict(root_change().envelope.payload)
    if value is None:
        del payload[key]
    else:
        payload[key] = value
    signed = sign_payload(payload, signer=root_signer(), signed_at=world.NOON)

    assert reason(RootChange.parse, json.loads(signed)) == "malformed"


@pytest.mark.parametrize("entry", [{}, [], "x", 1, {"payload": {}, "signature": ""}, {"a": {}}])
def test_what_is_no_change_is_malformed(entry: object) -> None:
    assert reason(RootChange.parse, entry) == "malformed"


@pytest.mark.parametrize("entries", [{}, "x", 1, [1], [{}]])
def test_the_changes_of_a_list_are_a_list_of_changes(entries: object) -> None:
    payload = json.loads(genuine())["payload"] | {"root_changes": entries}
    data = sign_payload(payload, signer=signer(), signed_at=world.NOON)

    assert reason(TrustList.follow, data, roots=PINNED, at=NOW) == "malformed"
    assert reason(TrustList.parse, data, root=ROOT) == "malformed"


@cache
def _carrying() -> tuple[bytes, CertifiedSigner]:
    carrying = replace(content(), changes=(root_change(),))
    return sign_content(carrying, signer=next_signer()), next_signer()


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_altered_byte_of_a_list_that_changes_the_root_is_believed(data: st.DataObject) -> None:
    sound, _ = _carrying()
    position = data.draw(st.integers(0, len(sound) - 1))
    changed = bytearray(sound)
    changed[position] ^= data.draw(st.integers(1, 255))

    try:
        found, roots = TrustList.follow(bytes(changed), roots=PINNED, at=NOW)
    except TrustListError:
        return
    # Base64 has bits that mean nothing; what is said must be the same.
    assert found.identity == TrustList.follow(sound, roots=PINNED, at=NOW)[0].identity
    assert [item.identity for item in roots.changes] == [root_change().identity]
