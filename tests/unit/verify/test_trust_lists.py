"""Trust lists: what they say, and who may sign them."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certs.canonical import JsonValue
from certs.envelopes import sign_payload
from certs.identifiers import LicenseTypeCode, SocialCreditCode
from certs.regions import RegionCode
from signing.authorities import Validity
from signing.roles import Role
from signing.signer import CertifiedSigner
from tests import sealed, world
from tests.sealed import NOW
from verify.errors import TrustListError
from verify.trust_lists import (
    Anchor,
    TrustList,
    parse_region_entry,
    region_entry,
    sign_trust_list,
)


@cache
def list_signer() -> CertifiedSigner:
    return world.certified(world.root(), Role.TRUST_LIST)


def signed(*, version: int = 1, signer: CertifiedSigner | None = None) -> bytes:
    return sign_trust_list(
        (sealed.trusted_region(), sealed.trusted_region("610300", url="http://baoji.test")),
        version=version,
        issued_at=world.NOON,
        expires_at=world.NOON + timedelta(days=30),
        signer=signer or list_signer(),
    )


def parse(data: bytes) -> TrustList:
    return TrustList.parse(data, root=world.root().certificate)


def payload() -> dict[str, JsonValue]:
    value: dict[str, JsonValue] = json.loads(signed())["payload"]
    return value


def resigned(value: dict[str, JsonValue]) -> bytes:
    """Whatever a root signs by mistake."""
    return sign_payload(value, signer=list_signer(), signed_at=world.NOON)


def test_a_list_says_after_parsing_what_was_signed() -> None:
    found = parse(signed(version=7))

    assert found.version == 7
    assert (found.issued_at, found.expires_at) == (world.NOON, world.NOON + timedelta(days=30))
    assert found.regions == (
        sealed.trusted_region(),
        sealed.trusted_region("610300", url="http://baoji.test"),
    )


def test_the_identity_does_not_depend_on_layout_but_on_every_word() -> None:
    data = signed()
    spaced = json.dumps(json.loads(data), indent=3, ensure_ascii=True).encode()

    assert parse(spaced).identity == parse(data).identity
    assert parse(signed(version=2)).identity != parse(data).identity


def test_a_list_stands_from_issue_until_it_expires() -> None:
    found = parse(signed())

    assert found.is_fresh_at(found.issued_at)
    assert found.is_fresh_at(found.expires_at - timedelta(seconds=1))
    assert not found.is_fresh_at(found.expires_at)
    assert not found.is_fresh_at(found.issued_at - timedelta(seconds=1))


def test_regions_are_found_by_their_code_only() -> None:
    found = parse(signed())

    assert found.region(RegionCode("610300")) is not None
    assert found.region(RegionCode("340000")) is None
    assert found.region(RegionCode("340202")) is None


def test_an_issuer_is_entitled_to_the_types_that_are_listed() -> None:
    region = sealed.trusted_region()
    (issuer,) = region.issuers
    (code,) = issuer.types

    assert region.entitles(issuer.code, code, NOW)
    assert not region.entitles(SocialCreditCode(world.ISSUERS["610300"][1]), code, NOW)
    assert not region.entitles(issuer.code, LicenseTypeCode("11100000MB9TXY0149002"), NOW)


def test_an_anchor_covers_what_was_signed_while_it_stood() -> None:
    certificate = world.region("340200").authority.certificate
    anchor = Anchor(
        certificate=certificate, valid_from=world.NOON, withdrawn_at=world.NOON + timedelta(days=1)
    )

    assert not anchor.covers(world.NOON - timedelta(seconds=1))
    assert anchor.covers(world.NOON)
    assert anchor.covers(world.NOON + timedelta(hours=23))
    assert not anchor.covers(world.NOON + timedelta(days=1))


@pytest.mark.parametrize(
    "signer",
    [
        lambda: world.certified(world.root(), Role.STATUS),
        lambda: world.certified(world.region("340200").authority, Role.TRUST_LIST),
        lambda: world.certified(world.authority_below(world.root(), "below"), Role.TRUST_LIST),
        lambda: world.certified(
            world.root(),
            Role.TRUST_LIST,
            validity=Validity(
                not_before=world.NOON - timedelta(days=9), not_after=world.NOON - timedelta(days=1)
            ),
        ),
    ],
    ids=["another role", "a region", "an authority below", "ended"],
)
def test_only_a_list_signer_of_the_root_is_believed(
    signer: Callable[[], CertifiedSigner],
) -> None:
    with pytest.raises(TrustListError) as caught:
        parse(signed(signer=signer()))

    assert caught.value.reason == "not-trusted"


@pytest.mark.parametrize(("signed_days", "issued_days"), [(-2, 0), (0, -2), (2, 0), (0, 2)])
def test_a_list_signer_is_in_date_when_it_signs_and_when_the_list_begins(
    signed_days: int, issued_days: int
) -> None:
    day = timedelta(days=1)
    short = world.certified(
        world.root(),
        Role.TRUST_LIST,
        validity=Validity(not_before=world.NOON - day, not_after=world.NOON + day),
    )
    value = payload()
    value["issued_at"] = (world.NOON + issued_days * day).isoformat()

    with pytest.raises(TrustListError) as caught:
        parse(sign_payload(value, signer=short, signed_at=world.NOON + signed_days * day))

    assert caught.value.reason == "not-trusted"


def test_a_list_of_another_root_is_not_believed() -> None:
    with pytest.raises(TrustListError) as caught:
        TrustList.parse(signed(), root=world.region("340200").authority.certificate)

    assert caught.value.reason == "not-trusted"


def test_altered_words_are_not_believed() -> None:
    value = json.loads(signed())
    value["payload"]["version"] = 2

    with pytest.raises(TrustListError) as caught:
        parse(json.dumps(value).encode())

    assert caught.value.reason == "not-trusted"


@cache
def _genuine() -> bytes:
    return signed()


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_no_altered_word_is_believed(data: st.DataObject) -> None:
    genuine = _genuine()
    position = data.draw(st.integers(0, len(genuine) - 1))
    changed = bytearray(genuine)
    changed[position] ^= data.draw(st.integers(1, 255))

    try:
        believed = parse(bytes(changed))
    except TrustListError:
        return
    # Base64 has bits that mean nothing; what is said must be the same.
    assert believed.identity == parse(genuine).identity


def _bend(path: tuple[str | int, ...], value: object) -> dict[str, JsonValue]:
    """The payload with one part replaced, or left out where ``value`` is None."""
    bent = payload()
    place: object = bent
    for name in path[:-1]:
        place = place[name]  # type: ignore[index]
    if value is None:
        del place[path[-1]]  # type: ignore[attr-defined]
    else:
        place[path[-1]] = value  # type: ignore[index]
    return bent


_LEAF = base64.b64encode(world.region("340200").service.certificate.encoded).decode()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("schema",), "yinxin.trust/2"),
        (("version",), 0),
        (("version",), "1"),
        (("version",), True),
        (("issued_at",), "2026-03-18T12:00:00"),
        (("expires_at",), "soon"),
        (("expires_at",), None),
        (("regions",), {}),
        (("regions",), ["340200"]),
        (("regions", 0, "code"), "000000"),
        (("regions", 0, "code"), "610300"),
        (("regions", 0, "name"), None),
        (("regions", 0, "service"), "AAAA"),
        (("regions", 0, "service"), "中"),
        (("regions", 0, "service_url"), 7),
        (("regions", 0, "anchors"), None),
        (("regions", 0, "anchors", 0, "certificate"), _LEAF),
        (("regions", 0, "anchors", 0, "certificate"), "!"),
        (("regions", 0, "anchors", 0, "valid_from"), "2026-03-18"),
        (("regions", 0, "anchors", 0, "withdrawn_at"), ""),
        (("regions", 0, "issuers", 0, "code"), "11340200MB9TXY014A"),
        (("regions", 0, "issuers", 0, "types"), [7]),
        (("regions", 0, "issuers", 0, "types"), ["x"]),
    ],
)
def test_a_list_with_a_wrong_part_is_malformed_although_signed(
    path: tuple[str | int, ...], value: object
) -> None:
    with pytest.raises(TrustListError) as caught:
        parse(resigned(_bend(path, value)))

    assert caught.value.reason == "malformed"


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=400))
def test_garbage_is_malformed(garbage: bytes) -> None:
    with pytest.raises(TrustListError) as caught:
        parse(garbage)

    assert caught.value.reason == "malformed"


def test_a_list_of_too_many_bytes_is_refused() -> None:
    with pytest.raises(TrustListError):
        parse(b" " * (4 * 2**20) + signed())


def test_a_region_exports_what_it_will_be_read_as() -> None:
    region = sealed.trusted_region()
    ended = replace(region, anchors=(replace(region.anchors[0], withdrawn_at=NOW),))

    assert parse_region_entry(region_entry(region)) == region
    assert parse_region_entry(region_entry(ended)) == ended


@pytest.mark.parametrize("name", sorted(region_entry(sealed.trusted_region()).keys() - {"ledger"}))
def test_an_entry_that_lacks_a_part_is_malformed(name: str) -> None:
    entry = region_entry(sealed.trusted_region())
    del entry[name]

    with pytest.raises(TrustListError) as caught:
        parse_region_entry(entry)

    assert caught.value.reason == "malformed"


def test_an_entry_from_before_there_were_ledgers_is_read() -> None:
    entry = region_entry(sealed.trusted_region())
    del entry["ledger"]

    assert parse_region_entry(entry) == replace(sealed.trusted_region(), ledger=())
    assert "ledger" not in region_entry(replace(sealed.trusted_region(), ledger=()))


def test_a_certificate_of_another_role_is_none_of_a_ledger() -> None:
    region = sealed.trusted_region()
    entry = region_entry(replace(region, ledger=(region.service,)))

    with pytest.raises(TrustListError) as caught:
        parse_region_entry(entry)

    assert caught.value.reason == "malformed"


def test_the_last_instant_of_the_calendar_is_an_expiry_like_any_other() -> None:
    end = datetime.max.replace(microsecond=0, tzinfo=UTC)
    data = sign_trust_list(
        (sealed.trusted_region(),),
        version=1,
        issued_at=world.NOON,
        expires_at=end,
        signer=list_signer(),
    )

    assert parse(data).is_fresh_at(NOW)
