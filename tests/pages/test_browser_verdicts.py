"""The verdict that a browser makes by itself is ours, and no bad signature passes there."""

import base64
import json
import zlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import pytest

from api.schemas.offline_verification import OfflineGroundsOut
from certs.offline_codes import OfflineCode
from certs.status_indexes import StatusIndex
from signing import cose, curve, sm2
from signing.engines.selection import KNOWN_MESSAGE, KNOWN_POINT, KNOWN_VALUE
from signing.holder_proofs import DeviceKey
from signing.roles import Role
from tests import sealed, world
from tests.carrier_cases import status_list_with
from tests.offline_codes import loose, offline_claims, shown, signed
from tests.pages.stages import Stage, needs_chromium
from tests.sealed import CODE, NOW, URL, Regions, code_text
from tests.unit.signing.test_sm2 import _shared
from verify.offline_grounds import offline_grounds
from verify.trust_lists import TrustList

pytestmark = needs_chromium
NAME = f"{URL}/api/v1/status-lists/0"
CALL = """async ([module, name, given]) => {
  const found = await import(`/static/scripts/offline/${module}.js`);
  const read = (value) => value?.hex === undefined ? value
    : Uint8Array.from(value.hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  const told = await found[name](...given.map(read));
  const digits = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return told instanceof Uint8Array ? { hex: digits(told) } : told;
}"""
JUDGE = """async ([text, grounds, lists, now]) => {
  const { judge } = await import("/static/scripts/offline/judging.js");
  const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
  const tokens = new Map(Object.entries(lists).map(([name, hex]) => [name, bytes(hex)]));
  const { conclusion, reason, notes, code } = await judge(text, { grounds, tokens, now });
  return { conclusion, reason, notes, holder: code?.holder ?? null };
}"""


def call(stage: Stage, module: str, name: str, *given: object) -> Any:  # noqa: ANN401 - what it gives
    """What a function of a script gives for these values; bytes go and come as such."""
    passed = [{"hex": item.hex()} if isinstance(item, bytes) else item for item in given]
    told = stage.browser.page.evaluate(CALL, [module, name, passed])
    return bytes.fromhex(told["hex"]) if isinstance(told, dict) and "hex" in told else told


@pytest.fixture(autouse=True)
def page(stage: Stage) -> None:
    if not stage.browser.address.endswith("/verify/offline"):
        stage.visit("/verify/offline")


# Signatures ----------------------------------------------------------------------------------

R, S, N = KNOWN_VALUE.r, KNOWN_VALUE.s, curve.N
POINT = KNOWN_POINT.hex()


def raw(r: int, s: int) -> bytes:
    return (r % 2**256).to_bytes(32) + (s % 2**256).to_bytes(32)


def verifies(stage: Stage, message: bytes, value: bytes, key: str) -> bool:
    return bool(call(stage, "sm2", "verifies", message, value, key))


def test_the_standard_s_signature_verifies_in_the_browser(stage: Stage) -> None:
    assert verifies(stage, KNOWN_MESSAGE, KNOWN_VALUE.to_raw(), POINT)
    assert not verifies(stage, KNOWN_MESSAGE + b"x", KNOWN_VALUE.to_raw(), POINT)


@pytest.mark.parametrize(
    ("r", "s"),
    [
        (0, S),
        (R, 0),
        (N, S),
        (R, N),
        (R + N, S),
        (R, S + N),
        (R, N - R),
        (0, 0),
        (R, N - S),
        (S, R),
    ],
)
def test_values_out_of_range_are_refused_in_the_browser(stage: Stage, r: int, s: int) -> None:
    assert not verifies(stage, KNOWN_MESSAGE, raw(r, s), POINT)


def test_flipped_bits_are_refused_in_the_browser(stage: Stage) -> None:
    value = int.from_bytes(KNOWN_VALUE.to_raw())
    for position in range(0, 512, 37):
        altered = (value ^ 1 << position).to_bytes(64)
        assert not verifies(stage, KNOWN_MESSAGE, altered, POINT)


@pytest.mark.parametrize("length", [0, 63, 65, 70])
def test_values_of_other_lengths_are_refused_in_the_browser(stage: Stage, length: int) -> None:
    assert not verifies(stage, KNOWN_MESSAGE, (KNOWN_VALUE.to_raw() * 2)[:length], POINT)
    assert not verifies(stage, KNOWN_MESSAGE, KNOWN_VALUE.to_der(), POINT)


@pytest.mark.parametrize(
    "key",
    [
        POINT[:-2] + f"{KNOWN_POINT[-1] ^ 1:02x}",
        "02" + POINT[2:66],
        "03" + POINT[2:],
        POINT[2:],
        POINT + "00",
        "04" + "00" * 64,
        "00",
        "",
        POINT.upper(),
        "04" + curve.P.to_bytes(32).hex() + POINT[66:],
    ],
)
def test_points_off_the_curve_are_refused_in_the_browser(stage: Stage, key: str) -> None:
    assert not verifies(stage, KNOWN_MESSAGE, KNOWN_VALUE.to_raw(), key)


def test_what_we_sign_verifies_in_the_browser_and_for_no_other_key(stage: Stage) -> None:
    for number in range(8):
        pair, other = sm2.PrivateKey.generate(), sm2.PrivateKey.generate()
        message = f"印信 {number}".encode()
        value = sm2.sign(message, key=pair).to_raw()

        assert verifies(stage, message, value, pair.public.point.hex())
        assert not verifies(stage, message, value, other.public.point.hex())


def test_other_implementations_negatives_are_refused_in_the_browser(stage: Stage) -> None:
    for case in _shared("sm2-sign-gbt32918.json"):
        if "msg_hex" not in case or case["id"] != "1234567812345678":
            continue
        key, r, s = f"04{case['x']}{case['y']}", int(str(case["r"]), 16), int(str(case["s"]), 16)
        is_written = 0 <= r < 2**256 and 0 <= s < 2**256
        told = is_written and verifies(stage, bytes.fromhex(str(case["msg_hex"])), raw(r, s), key)
        assert told is case["expected"], case["name"]


# Encodings -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data", [b"", b"\0", b"\xd2", b"\0\xff\x01", bytes(range(256)), b"\xff" * 9]
)
def test_base43_is_the_same_on_both_sides(stage: Stage, data: bytes) -> None:
    text = call(stage, "base43", "toLetters", data)

    assert call(stage, "base43", "toBytes", text) == data
    code = b"\xd2" + data  # only codes are read here
    assert cose.from_text(call(stage, "base43", "toLetters", code)) == code


@pytest.mark.parametrize("text", ["0", "0000", "a", "00 ", "::", ":::", "0" * 9000, "é00"])
def test_what_is_no_base43_is_refused_in_the_browser(stage: Stage, text: str) -> None:
    assert reason_of(stage, f"HTTP://X/S#{text}") == ("failed", "damaged")


def bomb() -> bytes:
    return zlib.compress(b"\xd2" + bytes(10 << 20), 9)[:6000]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x78",
        bomb(),
        bytes.fromhex("d28443a10126a04040"),
        bytes.fromhex("d28443a10126a0404000"),
        bytes.fromhex("d29f43a10126a04040ff"),
        bytes.fromhex("d1" + "8443a10126a04040"),
        b"\xd2" + b"\x81" * 200,
        b"\xd2\x9b" + b"\xff" * 8,
        b"\xd2\x5b" + b"\xff" * 8,
        bytes.fromhex("d2840000"),
    ],
    ids=range(11),
)
def test_bytes_that_are_no_code_are_refused_in_the_browser(stage: Stage, data: bytes) -> None:
    text = call(stage, "base43", "toLetters", data)

    assert reason_of(stage, f"HTTP://X/S#{text}") == ("failed", "damaged")


# Verdicts ------------------------------------------------------------------------------------


@cache
def _grounds(trust: TrustList | None = None, **published: Any) -> Mapping[str, Any]:  # noqa: ANN401
    regions = Regions(
        status_lists={(0, None): _token()},
        published=(
            *sealed.published(),
            world.region(CODE).status_signer.certificate.encoded,
        ),
        **published,
    )
    found = offline_grounds(trust or sealed.trust(), regions, NOW)
    return dict(json.loads(OfflineGroundsOut.of(found).model_dump_json()))


def _token(*values: tuple[int, int], **changes: Any) -> bytes:  # noqa: ANN401
    return status_list_with(*values, **changes)


def judged(
    stage: Stage,
    text: str,
    *,
    grounds: Mapping[str, Any] | None = None,
    token: bytes | None = b"",
    now: datetime = NOW,
) -> dict[str, Any]:
    lists = {NAME: (token or _token()).hex()} if token is not None else {}
    given = [text, grounds or _grounds(), lists, now.timestamp()]
    return dict(stage.browser.page.evaluate(JUDGE, given))


def reason_of(stage: Stage, text: str, **given: Any) -> tuple[str, str]:  # noqa: ANN401
    told = judged(stage, text, **given)
    return told["conclusion"], told["reason"]


def test_what_a_phone_shows_passes_with_what_its_holder_chose(stage: Stage) -> None:
    told = judged(stage, shown())

    assert told == {
        "conclusion": "passed",
        "reason": "passed",
        "notes": [],
        "holder": offline_claims().holder_shown,
    }


def test_a_printed_code_passes_and_the_browser_says_that_it_is_on_copies_too(stage: Stage) -> None:
    told = judged(stage, code_text(sealed.record()))

    assert (told["conclusion"], told["notes"]) == ("passed", ["printed"])


def test_a_code_of_no_phone_passes_with_a_warning(stage: Stage) -> None:
    told = judged(stage, loose(signed(offline_claims(device=None))))

    assert (told["conclusion"], told["notes"]) == ("passed", ["loose"])


DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
PLACE = sealed.record().status_index.index


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (loose(), ("failed", "copied")),
        (shown(by=1), ("failed", "other-device")),
        (shown(at=NOW - 2 * MINUTE), ("failed", "stale")),
        (shown(at=NOW + 2 * MINUTE), ("failed", "stale")),
        (
            shown(signed(offline_claims(issued_at=NOW - DAY, expires_at=NOW))),
            ("failed", "expired"),
        ),
        (
            shown(signed(offline_claims(issued_at=NOW + DAY, expires_at=NOW + 2 * DAY))),
            ("failed", "not-yet"),
        ),
        (
            shown(signed(offline_claims(valid_to=NOW.date() - DAY))),
            ("failed", "license-expired"),
        ),
        (
            code_text(replace(sealed.record(), valid_to=NOW.date() - DAY)),
            ("failed", "license-expired"),
        ),
        (shown(signed(domain="yinxin.qr/1")), ("failed", "signature")),
        (
            shown(signed(signer=world.certified(world.region(CODE).authority, Role.RECORD))),
            ("unknown", "key-unknown"),
        ),
        (shown(signed(signer=world.region("610300").record_signer)), ("unknown", "key-unknown")),
        (shown(signed(signer=world.region(CODE).status_signer)), ("unknown", "key-unknown")),
        (shown()[:-6], ("failed", "damaged")),
        (shown().replace("/S#", "/V#"), ("failed", "damaged")),
        (code_text(sealed.record()).replace("/V#", "/S#"), ("failed", "damaged")),
        ("HTTP://WUHU.TEST/Q/" + "A2" * 13, ("unknown", "one-time")),
        ("hello", ("unknown", "strange")),
    ],
    ids=lambda value: value[1] if isinstance(value, tuple) else "",
)
def test_what_must_not_pass_does_not_pass_in_the_browser(
    stage: Stage, text: str, expected: tuple[str, str]
) -> None:
    assert reason_of(stage, text) == expected


def test_no_byte_of_what_a_phone_shows_can_be_changed(stage: Stage) -> None:
    data = OfflineCode.of_address(shown()).encoded
    for place in range(0, len(data), 3):
        changed = bytearray(data)
        changed[place] ^= 1
        text = call(stage, "base43", "toLetters", bytes(changed))

        assert reason_of(stage, f"{URL}/S#{text}")[0] != "passed", place


@pytest.mark.parametrize(
    ("value", "reason"), [(1, "ended"), (2, "suspended"), (3, "replaced"), (0, "passed")]
)
def test_the_status_list_decides_in_the_browser(stage: Stage, value: int, reason: str) -> None:
    token = _token((PLACE, value))

    assert reason_of(stage, shown(), token=token)[1] == reason


def test_every_place_of_a_list_is_told_apart(stage: Stage) -> None:
    for index in (0, 1, 2, 3, 4, 1_000_003, 2**20 - 1):
        place = StatusIndex(list_number=0, index=index)
        text = shown(signed(offline_claims(status_index=place)))

        assert reason_of(stage, text, token=_token((index, 1)))[1] == "ended"
        assert reason_of(stage, text, token=_token((index ^ 1, 1)))[1] == "passed"


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        (None, ("unknown", "list-missing")),
        (_token(age_hours=49), ("unknown", "list-old")),
        (_token(signer=world.region(CODE).record_signer), ("unknown", "list-untrusted")),
        (_token(signer=world.region("610300").status_signer), ("unknown", "list-untrusted")),
        (_token(number=1), ("unknown", "list-untrusted")),
        (_token()[:-1], ("unknown", "list-untrusted")),
        (_token() + b"\0", ("unknown", "list-untrusted")),
        (b"x", ("unknown", "list-untrusted")),
        (_token(age_hours=-1), ("unknown", "list-old")),
    ],
    ids=["none", "old", "role", "region", "other", "short", "long", "nothing", "tomorrow"],
)
def test_a_list_that_does_not_count_leaves_it_open(
    stage: Stage, token: bytes | None, expected: tuple[str, str]
) -> None:
    assert reason_of(stage, shown(), token=token) == expected


def test_a_list_of_yesterday_passes_and_says_its_age(stage: Stage) -> None:
    assert judged(stage, shown(), token=_token(age_hours=13))["notes"] == ["aging"]


def test_another_place_than_any_list_has_is_damaged(stage: Stage) -> None:
    claims = offline_claims().to_claims() | {65535: [0, 2**20]}
    signer = world.region(CODE).record_signer
    code = cose.sign_claims(claims, signer=signer, domain="yinxin.show/1")

    assert reason_of(stage, shown(code)) == ("failed", "damaged")


def test_without_grounds_nothing_can_be_told(stage: Stage) -> None:
    page = stage.browser.page
    told = page.evaluate(JUDGE, [shown(), None, {}, NOW.timestamp()])

    assert (told["conclusion"], told["reason"]) == ("unknown", "no-grounds")


def test_grounds_end_with_the_revocation_lists_they_rest_on(stage: Stage) -> None:
    late = NOW + timedelta(days=8)
    far = shown(signed(offline_claims(issued_at=late, expires_at=late + DAY)), at=late)

    assert reason_of(stage, far, now=late) == ("unknown", "grounds-old")


def test_a_revoked_key_is_no_key(stage: Stage) -> None:
    serial = world.region(CODE).record_signer.certificate.serial
    grounds = _grounds(lists=sealed.revocations(serial))

    assert reason_of(stage, shown(), grounds=grounds) == ("unknown", "key-unknown")


def test_without_revocation_lists_nobody_is_believed(stage: Stage) -> None:
    assert reason_of(stage, shown(), grounds=_grounds(lists=())) == ("unknown", "key-unknown")


def test_an_issuer_that_the_trust_list_does_not_name_is_unknown(stage: Stage) -> None:
    region = replace(sealed.trusted_region(), issuers=())

    assert reason_of(stage, shown(), grounds=_grounds(sealed.trust(region))) == (
        "unknown",
        "issuer-unknown",
    )


def test_an_issuer_that_may_not_issue_the_type_fails(stage: Stage) -> None:
    region = sealed.trusted_region()
    without = replace(region.issuers[0], types=frozenset())
    grounds = _grounds(sealed.trust(replace(region, issuers=(without,))))

    assert reason_of(stage, shown(), grounds=grounds) == ("failed", "not-entitled")


def test_a_key_of_another_organization_fails(stage: Stage) -> None:
    stranger = world.certified(world.region(CODE).authority, Role.RECORD)
    regions = Regions(published=(stranger.certificate.encoded,))
    found = offline_grounds(sealed.trust(), regions, NOW)
    grounds = json.loads(OfflineGroundsOut.of(found).model_dump_json())

    assert reason_of(stage, shown(signed(signer=stranger)), grounds=grounds) == (
        "failed",
        "other-issuer",
    )


def test_what_a_browser_proves_our_own_reader_takes(stage: Stage) -> None:
    script = """async (url) => {
      const { publicKey, present } = await import("/static/scripts/offline/holder.js");
      return [await publicKey(), url && (await present({ url })).join("")];
    }"""
    page = stage.browser.page
    point = DeviceKey.of_point(base64.b64decode(page.evaluate(script, "")[0]))
    text = page.evaluate(script, loose(signed(offline_claims(device=point))))[1]
    found = OfflineCode.of_address(text)

    assert found.proof is not None
    found.proof.verify(point)
    assert found.claims.device == point
