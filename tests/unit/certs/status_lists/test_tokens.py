"""Signed status lists: one encoding, one signer, one list, and until when."""

import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

import cbor2
import pytest

from certs.errors import MalformedStatusListError
from certs.status_lists import tokens
from certs.status_lists.tokens import Freshness, StatusListToken, no_statuses, sign_status_list
from signing import cose
from signing.algorithms import sm3
from signing.errors import InvalidSignatureError, MalformedStructureError
from tests import world

URI = "http://wuhu.test/api/v1/status-lists/0"
ALL = "http://wuhu.test/api/v1/status-lists"
STATUSES = no_statuses().changed({0: 1, 7: 2, 2**20 - 1: 3})


def _token(**changes: Any) -> bytes:  # noqa: ANN401 - the parts of a token
    parts: dict[str, Any] = {
        "uri": URI,
        "aggregation_uri": ALL,
        "issued_at": world.NOON,
        "signer": world.region("340200").status_signer,
    }
    return sign_status_list(changes.pop("statuses", STATUSES), **(parts | changes))


def _claims(**changes: object) -> bytes:
    """A token whose claims a test changes; a None takes one out."""
    names = {"sub": 2, "exp": 4, "iat": 6, "list": 65533, "ttl": 65534}
    claims: dict[object, object] = {
        2: URI,
        4: 1773979200,
        6: 1773806400,
        65533: {"bits": 2, "lst": STATUSES.pack()},
        65534: 43200,
    }
    claims |= {names.get(name, name): value for name, value in changes.items()}
    return cose.sign_claims(
        {key: value for key, value in claims.items() if value is not None},
        signer=world.region("340200").status_signer,
        domain=tokens.DOMAIN,
        content_type=tokens.CONTENT_TYPE,
    )


def test_a_token_says_what_was_signed() -> None:
    token = _token()

    read = StatusListToken.parse(token)

    read.verify(world.region("340200").status_signer.certificate)
    assert (read.uri, read.issued_at, read.ttl) == (URI, world.NOON, timedelta(hours=12))
    assert read.expires_at == world.NOON + timedelta(hours=48)
    assert read.statuses == STATUSES
    assert read.version == sm3(token).hex()
    assert read.key_id == world.region("340200").status_signer.certificate.digest[:8]


def test_a_token_has_the_layout_of_the_draft() -> None:
    """What another reader sees who knows nothing of this program."""
    outer = cbor2.loads(_token())
    protected, unprotected, payload, signature = outer.value
    claims = cbor2.loads(payload)

    assert outer.tag == 18
    assert unprotected == {}
    assert len(signature) == 64
    certificate = world.region("340200").status_signer.certificate
    assert cbor2.loads(protected) == {
        1: -65579,
        4: certificate.digest[:8],
        16: "application/statuslist+cwt",
    }
    assert claims.keys() == {2, 4, 6, 65533, 65534}
    assert (claims[2], claims[65534]) == (URI, 43200)
    assert datetime.fromtimestamp(claims[6], UTC) == world.NOON
    assert claims[4] - claims[6] == 48 * 3600
    assert claims[65533].keys() == {"bits", "lst", "aggregation_uri"}
    assert claims[65533]["bits"] == 2
    assert zlib.decompress(claims[65533]["lst"]) == STATUSES.data


def test_the_token_of_these_tests_is_an_honest_one() -> None:
    assert StatusListToken.parse(_claims()).statuses == STATUSES


@pytest.mark.parametrize(
    "changes",
    [
        *({name: None} for name in ("sub", "exp", "iat", "ttl", "list")),
        {"more": 1},
        {"sub": b"http://wuhu.test"},
        {"sub": ""},
        {"sub": "x" * 1001},
        {"exp": 1773806400},
        {"exp": 2**62},
        {"exp": -1},
        {"exp": "soon"},
        {"iat": 0},
        {"iat": True},
        {"iat": 1773806400.5},
        {"ttl": 0},
        {"ttl": -1},
        {"ttl": 2**60},
        {"ttl": "12h"},
        {"ttl": True},
        {"list": {}},
        {"list": []},
        {"list": {"bits": 2}},
        {"list": {"bits": 1, "lst": zlib.compress(bytes(2**17))}},
        {"list": {"bits": 2, "lst": zlib.compress(bytes(2**17))}},
        {"list": {"bits": 2, "lst": zlib.compress(bytes(2**18 + 1))}},
        {"list": {"bits": 2, "lst": bytes(2**18)}},
        {"list": {"bits": 2, "lst": "eNrb"}},
        {"list": {"bits": "2", "lst": STATUSES.pack()}},
        {"list": {"bits": 2, "lst": STATUSES.pack(), "crit": 1}},
        {"list": {"bits": 2, "lst": STATUSES.pack(), "aggregation_uri": 1}},
    ],
    ids=lambda changes: repr(changes)[:60],
)
def test_a_token_that_breaks_the_layout_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(MalformedStatusListError):
        StatusListToken.parse(_claims(**changes))


@pytest.mark.parametrize("data", [b"", b"\xd2", b"\xd2\x84", bytes(tokens.MAX_TOKEN_BYTES + 1)])
def test_other_bytes_are_no_token(data: bytes) -> None:
    with pytest.raises(MalformedStatusListError):
        StatusListToken.parse(data)


def test_a_code_is_no_token_and_a_token_no_code() -> None:
    signer = world.region("340200").status_signer
    untyped = cose.sign_claims({1: 1}, signer=signer, domain=tokens.DOMAIN)

    with pytest.raises(MalformedStatusListError):
        StatusListToken.parse(untyped)
    with pytest.raises(MalformedStructureError, match="headers"):
        cose.parse_claims(_token())


def test_a_signature_for_another_purpose_does_not_count() -> None:
    signer = world.region("340200").status_signer
    claims = cbor2.loads(cbor2.loads(_token()).value[2])
    other = cose.sign_claims(
        claims, signer=signer, domain="yinxin.qr/1", content_type=tokens.CONTENT_TYPE
    )

    with pytest.raises(InvalidSignatureError):
        StatusListToken.parse(other).verify(signer.certificate)


def test_somebody_elses_signature_does_not_count() -> None:
    with pytest.raises(InvalidSignatureError):
        StatusListToken.parse(_token()).verify(world.region("610300").status_signer.certificate)


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (-1, Freshness.FRESH),
        (0, Freshness.FRESH),
        (12, Freshness.FRESH),
        (12.001, Freshness.AGING),
        (47.999, Freshness.AGING),
        (48, Freshness.EXPIRED),
    ],
)
def test_a_list_is_fresh_then_aging_then_expired(hours: float, expected: Freshness) -> None:
    read = StatusListToken.parse(_token())

    assert read.freshness(world.NOON + timedelta(hours=hours)) is expected
