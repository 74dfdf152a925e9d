"""Questions between regions: who may ask, who can read, and what is believed."""

import json
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certs.canonical import JsonValue
from certs.envelopes import sign_payload
from certs.holder_codes import HolderCode, HolderCodeType
from certs.regions import RegionCode
from certs.statuses import StatusKind
from certs.type_folders import shipped_type
from signing import sm2
from signing.revocation_lists import RevocationList, parse_revocation_list
from signing.roles import Role
from signing.signer import CertifiedSigner
from tests import sealed, world
from tests.sealed import NOW
from verify.errors import ShareError
from verify.sharing import (
    MOST_LICENSES,
    ReceivedQuery,
    SharedLicense,
    ShareQuery,
    ShareReply,
    open_query,
    open_reply,
    sign_query,
    sign_reply,
)
from verify.trust_lists import TrustedRegion, TrustList

WUHU, BAOJI = RegionCode("340200"), RegionCode("610300")
CITIZEN = HolderCode(code_type=HolderCodeType.CITIZEN_NUMBER, code="11010519491231002X")
QUERY = ShareQuery(
    holder=CITIZEN,
    license_types=(shipped_type("food_business").code,),
    purpose="办件查询",
)
LICENSES = (
    SharedLicense(identifier="1.2.156.3005.2.1", status=StatusKind.ACTIVE, pdf=b"%PDF-1"),
    SharedLicense(identifier="1.2.156.3005.2.2", status=StatusKind.REVOKED, pdf=b""),
)


@dataclass(frozen=True)
class Opener:
    """Opens what is encrypted for a region's service."""

    code: RegionCode

    def decrypt(self, ciphertext: bytes) -> bytes:
        pair = world.region(str(self.code)).service.signer._pair  # type: ignore[attr-defined]  # the test's own key
        return sm2.decrypt(ciphertext, key=pair)


@cache
def trust() -> TrustList:
    return sealed.trust(region(WUHU), region(BAOJI))


def region(code: RegionCode) -> TrustedRegion:
    return sealed.trusted_region(str(code), url=f"http://{code}.test")


@cache
def lists_of(code: RegionCode) -> tuple[RevocationList, ...]:
    issued = world.region(str(code)).authority.revocation_list(
        {}, number=1, this_update=world.NOON, next_update=world.NOON + timedelta(days=7)
    )
    return (parse_revocation_list(issued.encoded),)


def ask(*, to: RegionCode = WUHU, signer: CertifiedSigner | None = None) -> tuple[bytes, str]:
    """宝鸡 asks."""
    service = world.region(str(BAOJI)).service
    return sign_query(QUERY, asker=BAOJI, region=region(to), signer=signer or service, now=NOW)


def receive(
    data: bytes, *, own: RegionCode = WUHU, trusted: TrustList | None = None, late: int = 0
) -> ReceivedQuery:
    """芜湖 opens."""
    return open_query(
        data,
        own=own,
        decryptor=Opener(own),
        trust=trusted or trust(),
        lists=lambda asker: lists_of(asker.code),
        now=NOW + timedelta(seconds=late),
    )


def answer(received: ReceivedQuery, licenses: tuple[SharedLicense, ...] = LICENSES) -> bytes:
    return sign_reply(
        ShareReply(licenses=licenses),
        received=received,
        signer=world.region(str(WUHU)).service,
        now=NOW,
    )


def read(data: bytes, nonce: str) -> tuple[SharedLicense, ...]:
    """宝鸡 reads the reply."""
    return open_reply(
        data,
        nonce=nonce,
        region=region(WUHU),
        decryptor=Opener(BAOJI),
        lists=lists_of(WUHU),
        now=NOW,
    ).licenses


def test_a_question_arrives_as_it_was_asked_and_its_answer_as_it_was_given() -> None:
    data, nonce = ask()

    received = receive(data)

    assert received.query == QUERY
    assert received.asker == region(BAOJI)
    assert read(answer(received), nonce) == LICENSES


def test_nobody_on_the_way_can_read_holder_or_license() -> None:
    data, _ = ask()
    reply = answer(receive(data))

    for message in (data, reply):
        for secret in (CITIZEN.code, '111"', "办件查询", LICENSES[0].identifier, "%PDF"):
            assert secret.encode() not in message
            assert secret.encode().hex().encode() not in message
    assert CITIZEN.code[:-1] not in repr(receive(data))


def test_no_two_questions_look_alike() -> None:
    (first, nonce), (second, other) = ask(), ask()

    assert nonce != other
    assert json.loads(first)["payload"]["body"] != json.loads(second)["payload"]["body"]


def test_a_question_cannot_be_replayed_to_another_region() -> None:
    data, _ = ask(to=WUHU)

    with pytest.raises(ShareError):
        receive(data, own=BAOJI)


def test_a_question_addressed_anew_by_somebody_else_is_not_answered() -> None:
    data, _ = ask(to=WUHU)
    payload = json.loads(data)["payload"] | {"to": str(BAOJI), "from": str(WUHU)}
    forwarded = sign_payload(payload, signer=world.region(str(WUHU)).service, signed_at=world.NOON)

    with pytest.raises(ShareError):
        receive(forwarded, own=BAOJI)


def test_a_question_with_another_nonce_cannot_be_opened() -> None:
    data, _ = ask()
    payload = json.loads(data)["payload"] | {"nonce": "0" * 32}
    resigned = sign_payload(payload, signer=world.region(str(BAOJI)).service, signed_at=NOW)

    with pytest.raises(ShareError):
        receive(resigned)


def test_regions_outside_the_trust_list_are_not_answered() -> None:
    data, _ = ask()

    with pytest.raises(ShareError):
        receive(data, trusted=sealed.trust(region(WUHU)))


@pytest.mark.parametrize("late", [-301, 301, 86_400])
def test_old_and_early_questions_are_not_answered(late: int) -> None:
    data, _ = ask()

    with pytest.raises(ShareError):
        receive(data, late=late)


@pytest.mark.parametrize("late", [-299, 0, 299])
def test_questions_of_these_five_minutes_are_answered(late: int) -> None:
    assert receive(ask()[0], late=late).query == QUERY


def test_only_a_service_of_the_asking_region_may_ask() -> None:
    for signer in (
        world.region(str(BAOJI)).status_signer,
        world.region(str(WUHU)).service,
        world.certified(world.authority_below(world.root(), "impostor"), Role.SERVICE),
    ):
        with pytest.raises(ShareError):
            receive(ask(signer=signer)[0])


def test_a_question_is_not_answered_when_nobody_knows_who_is_revoked() -> None:
    data, _ = ask()

    with pytest.raises(ShareError):
        open_query(
            data,
            own=WUHU,
            decryptor=Opener(WUHU),
            trust=trust(),
            lists=lambda _: (),
            now=NOW,
        )


@pytest.mark.parametrize(
    "changes",
    [
        {"schema": "yinxin.share-reply/1"},
        {"at": "2026-03-18T13:00:00"},
        {"at": "now"},
        {"from": "999999"},
        {"body": "!"},
        {"body": "AAAA"},
        {"body": "中"},
        {"nonce": "中"},
        {"more": {"deep": "er"}},
    ],
)
def test_a_question_with_a_wrong_part_is_not_answered(changes: dict[str, JsonValue]) -> None:
    payload = json.loads(ask()[0])["payload"] | changes
    resigned = sign_payload(payload, signer=world.region(str(BAOJI)).service, signed_at=NOW)

    with pytest.raises(ShareError):
        receive(resigned)


@pytest.mark.parametrize("name", ["schema", "from", "to", "nonce", "at", "body"])
def test_a_question_that_lacks_a_part_is_not_answered(name: str) -> None:
    payload = json.loads(ask()[0])["payload"]
    del payload[name]
    resigned = sign_payload(payload, signer=world.region(str(BAOJI)).service, signed_at=NOW)

    with pytest.raises(ShareError):
        receive(resigned)


def test_a_reply_to_another_question_is_not_believed() -> None:
    first, _ = ask()
    _, nonce = ask()

    with pytest.raises(ShareError):
        read(answer(receive(first)), nonce)


def test_only_the_asked_region_is_believed() -> None:
    data, nonce = ask()
    received = receive(data)
    for signer in (world.region(str(BAOJI)).service, world.region(str(WUHU)).status_signer):
        forged = sign_reply(
            ShareReply(licenses=LICENSES), received=received, signer=signer, now=NOW
        )

        with pytest.raises(ShareError):
            read(forged, nonce)


def test_only_the_asker_can_open_the_reply() -> None:
    data, nonce = ask()
    reply = answer(receive(data))

    with pytest.raises(ShareError):
        open_reply(
            reply,
            nonce=nonce,
            region=region(WUHU),
            decryptor=Opener(WUHU),
            lists=lists_of(WUHU),
            now=NOW,
        )


def test_a_flood_of_licenses_is_not_believed() -> None:
    data, nonce = ask()
    received = receive(data)

    assert len(read(answer(received, LICENSES[:1] * MOST_LICENSES), nonce)) == MOST_LICENSES
    with pytest.raises(ShareError):
        read(answer(received, LICENSES[:1] * (MOST_LICENSES + 1)), nonce)


def test_a_reply_of_no_licenses_is_an_answer() -> None:
    data, nonce = ask()

    assert read(answer(receive(data), ()), nonce) == ()


@cache
def _exchange() -> tuple[bytes, bytes, str]:
    data, nonce = ask()
    return data, answer(receive(data)), nonce


def _altered(data: st.DataObject, genuine: bytes) -> bytes:
    changed = bytearray(genuine)
    changed[data.draw(st.integers(0, len(genuine) - 1))] ^= data.draw(st.integers(1, 255))
    return bytes(changed)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_no_altered_question_asks_something_else(data: st.DataObject) -> None:
    try:
        received = receive(_altered(data, _exchange()[0]))
    except ShareError:
        return
    # Base64 has bits that mean nothing; what is asked must be the same.
    genuine = receive(_exchange()[0])
    assert (received.query, received.asker) == (genuine.query, genuine.asker)
    assert received.reply_to == genuine.reply_to


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_no_altered_reply_says_something_else(data: st.DataObject) -> None:
    _, reply, nonce = _exchange()
    try:
        licenses = read(_altered(data, reply), nonce)
    except ShareError:
        return
    assert licenses == LICENSES


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_garbage_is_neither_question_nor_reply(garbage: bytes) -> None:
    with pytest.raises(ShareError):
        receive(garbage)
    with pytest.raises(ShareError):
        read(garbage, "0" * 32)
