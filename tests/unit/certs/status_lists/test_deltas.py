"""Deltas: they lead from one version to the other, and to nothing else."""

from datetime import timedelta
from typing import Any

import cbor2
import pytest

from certs.errors import MalformedStatusListError
from certs.status_lists import deltas, rice
from certs.status_lists.containers import StatusList
from certs.status_lists.deltas import StatusDelta, sign_delta
from certs.status_lists.tokens import LIST_SIZE, StatusListToken, no_statuses, sign_status_list
from signing import cose
from signing.errors import InvalidSignatureError
from tests import world

URI = "http://wuhu.test/api/v1/status-lists/0"
BEFORE = no_statuses().changed({3: 1, 9: 2})
AFTER = BEFORE.changed({9: 0, 70: 3, 1_000_000: 1})


def _token(statuses: StatusList, *, hours: int = 0, uri: str = URI) -> StatusListToken:
    return StatusListToken.parse(
        sign_status_list(
            statuses,
            uri=uri,
            aggregation_uri=uri,
            issued_at=world.NOON + timedelta(hours=hours),
            signer=world.region("340200").status_signer,
        )
    )


def _delta(before: StatusList = BEFORE, after: StatusList = AFTER) -> bytes:
    signer = world.region("340200").status_signer
    return sign_delta(_token(before), _token(after, hours=24), signer=signer)


def _changed(key: int, value: object) -> bytes:
    claims = cbor2.loads(cbor2.loads(_delta()).value[2])
    return cose.sign_claims(
        {**claims, key: value},
        signer=world.region("340200").status_signer,
        domain=deltas.DOMAIN,
        content_type=deltas.CONTENT_TYPE,
    )


def test_a_delta_leads_from_the_older_version_to_the_newer_one() -> None:
    read = StatusDelta.parse(_delta())

    read.verify(world.region("340200").status_signer.certificate)
    assert read.values == {9: 0, 70: 3, 1_000_000: 1}
    assert read.apply(BEFORE) == AFTER
    assert read.uri == URI
    assert read.issued_at - read.from_issued_at == timedelta(hours=24)
    assert read.expires_at - read.issued_at == timedelta(hours=48)


def test_a_delta_names_the_versions_between_which_it_leads() -> None:
    before, after = _token(BEFORE), _token(AFTER, hours=1)

    read = StatusDelta.parse(sign_delta(before, after, signer=world.region("340200").status_signer))

    assert (read.from_version, read.to_version) == (before.version, after.version)


def test_a_delta_is_not_applied_to_another_version() -> None:
    with pytest.raises(MalformedStatusListError):
        StatusDelta.parse(_delta()).apply(no_statuses())


def test_nothing_changed_is_a_delta_too() -> None:
    read = StatusDelta.parse(_delta(BEFORE, BEFORE))

    assert read.values == {}
    assert read.apply(BEFORE) == BEFORE


def test_a_delta_is_no_list_and_a_list_no_delta() -> None:
    with pytest.raises(MalformedStatusListError):
        StatusListToken.parse(_delta())
    with pytest.raises(MalformedStatusListError):
        StatusDelta.parse(
            cose.sign_claims(
                cbor2.loads(cbor2.loads(_delta()).value[2]),
                signer=world.region("340200").status_signer,
                domain=deltas.DOMAIN,
                content_type="application/statuslist+cwt",
            )
        )


def test_a_delta_signed_as_a_list_does_not_count() -> None:
    claims = cbor2.loads(cbor2.loads(_delta()).value[2])
    signer = world.region("340200").status_signer
    other = cose.sign_claims(
        claims, signer=signer, domain="yinxin.status/1", content_type=deltas.CONTENT_TYPE
    )

    with pytest.raises(InvalidSignatureError):
        StatusDelta.parse(other).verify(signer.certificate)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (2, 7),
        (4, 1),
        (6, 1),
        (-1, b"short"),
        (-2, "0" * 64),
        (-3, 2**32),
        (-4, 2),
        (-4, 4),
        (-4, -1),
        (-4, True),
        (-4, 2**17),
        (-5, 33),
        (-5, -1),
        (-5, 5),
        (-6, b""),
        (-6, b"\xff" * 100),
        (-6, "text"),
        (-7, b""),
        (-7, b"\xff"),
        (-7, bytes(2)),
        (-7, "text"),
        (-8, b""),
        (-9, 1),
    ],
    ids=repr,
)
def test_a_delta_that_breaks_the_layout_is_refused(key: int, value: object) -> None:
    with pytest.raises(MalformedStatusListError):
        StatusDelta.parse(_changed(key, value)).apply(BEFORE)


def test_what_fills_the_last_byte_of_the_values_holds_nothing() -> None:
    assert StatusDelta.parse(_changed(-7, b"\x1c")).values == {9: 0, 70: 3, 1_000_000: 1}

    with pytest.raises(MalformedStatusListError, match="one new value"):
        StatusDelta.parse(_changed(-7, b"\xdc"))


@pytest.mark.parametrize(
    "tokens",
    [
        (_token(BEFORE), _token(AFTER, uri=URI + "1")),
        (_token(BEFORE, hours=1), _token(AFTER)),
    ],
    ids=["two lists", "backwards"],
)
def test_a_delta_leads_forwards_within_one_list(tokens: Any) -> None:  # noqa: ANN401 - two tokens
    with pytest.raises(MalformedStatusListError):
        sign_delta(*tokens, signer=world.region("340200").status_signer)


def test_more_changes_than_a_delta_tells_are_refused() -> None:
    crowd = no_statuses().changed(dict.fromkeys(range(deltas.MAX_CHANGES + 1), 1))

    with pytest.raises(MalformedStatusListError, match="more changes"):
        _delta(no_statuses(), crowd)


def test_a_days_changes_take_little_room() -> None:
    """Thirty a day in a million licenses; plain numbers of 20 bits would take 75 bytes."""
    indexes = tuple(range(17_000, LIST_SIZE, LIST_SIZE // 30))
    coded = rice.encode(indexes, parameter=rice.parameter_for(len(indexes), size=LIST_SIZE))

    assert len(indexes) == 30
    assert len(coded) <= 65
