"""What an offline code says, and that nothing else is read as one."""

from datetime import timedelta
from typing import Any

import pytest

from certs.errors import MalformedCodeError
from certs.faces.qr import qr_modules
from certs.offline_codes import MOST_LETTERS, OfflineCode, to_address
from signing import cose
from tests import sealed, world
from tests.offline_codes import loose, offline_claims, shown, signed
from tests.sealed import CODE, URL

VERSION_15 = 77
"""Modules along a side: what a phone reads at arm's length."""


def _with(claims: dict[Any, Any]) -> bytes:
    signer = world.region(CODE).record_signer
    return cose.sign_claims(claims, signer=signer, domain="yinxin.show/1")


def test_a_code_comes_back_as_it_was_made() -> None:
    code = signed()
    found = OfflineCode.of_address(shown(code))

    assert found.claims == offline_claims()
    assert found.proof is not None
    assert found.proof.code == code


def test_a_code_alone_brings_no_proof() -> None:
    assert OfflineCode.of_address(loose()).proof is None


@pytest.mark.parametrize("changes", [{"device": None}, {"valid_to": None}, {"fields": ()}])
def test_what_is_missing_stays_missing(changes: dict[str, object]) -> None:
    claims = offline_claims(**changes)

    assert OfflineCode.parse(signed(claims)).claims == claims


def test_the_address_keeps_to_letters_of_the_alphanumeric_mode() -> None:
    address = shown()

    assert address.startswith(f"{URL.upper()}/S#")
    assert set(address.partition("#")[2]) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$*+-./:")


def test_the_fullest_code_on_a_phone_stays_below_version_16() -> None:
    count = 1
    while len(cose.to_text(signed(_of_fields(count + 1)))) <= MOST_LETTERS:
        count += 1

    assert count >= 8
    assert qr_modules(shown(signed(_of_fields(count))), level="L").size <= VERSION_15


def _of_fields(count: int) -> Any:  # noqa: ANN401 - the claims
    return offline_claims(fields=tuple((f"样例{n}", f"值{n * 7919 % 1000}") for n in range(count)))


CLAIMS = offline_claims().to_claims()
SHOWN: dict[Any, Any] = CLAIMS[-2]  # type: ignore[assignment]


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {**CLAIMS, 99: 1},
        {k: v for k, v in CLAIMS.items() if k != 4},
        {**CLAIMS, 4: 0},
        {**CLAIMS, 4: 2**40},
        {**CLAIMS, 6: 1.5},
        {**CLAIMS, 1: "11340200MB9TXY014H"},
        {**CLAIMS, 65535: [0]},
        {**CLAIMS, 65535: [0, -1]},
        {**CLAIMS, 65535: [0, "7"]},
        {**CLAIMS, 8: {}},
        {**CLAIMS, 8: {1: {}}},
        {**CLAIMS, -2: []},
        {**CLAIMS, -2: {**SHOWN, 9: 1}},
        {**CLAIMS, -2: {**SHOWN, 1: "1.2.156.nothing"}},
        {**CLAIMS, -2: {**SHOWN, 3: 7}},
        {**CLAIMS, -2: {**SHOWN, 4: "many"}},
        {**CLAIMS, -2: {**SHOWN, 4: [["one"]]}},
        {**CLAIMS, -2: {**SHOWN, 4: [["one", 2]]}},
        {**CLAIMS, -2: {**SHOWN, 5: 2**60}},
    ],
)
def test_any_other_claims_are_refused_though_signed(claims: dict[Any, Any]) -> None:
    with pytest.raises(MalformedCodeError):
        OfflineCode.parse(_with(claims))


@pytest.mark.parametrize("text", ["", "HTTP://WUHU.TEST/S#", "HTTP://WUHU.TEST/S#ABC", "/S#æ"])
def test_any_other_text_carries_no_code(text: str) -> None:
    with pytest.raises(MalformedCodeError):
        OfflineCode.of_address(text)


def test_a_proof_around_a_proof_is_no_code() -> None:
    inner = OfflineCode.of_address(shown()).encoded

    with pytest.raises(MalformedCodeError):
        OfflineCode.of_address(shown(inner))


def test_a_printed_code_is_no_offline_code() -> None:
    with pytest.raises(MalformedCodeError):
        OfflineCode.of_address(sealed.code_text(sealed.record()).replace("/V#", "/S#"))


def test_times_are_whole_seconds() -> None:
    late = offline_claims().issued_at + timedelta(microseconds=500_000)
    found = OfflineCode.parse(signed(offline_claims(issued_at=late))).claims

    assert found.issued_at == offline_claims().issued_at
    assert to_address(signed(), public_url="https://a.test/sub/").startswith(
        "HTTPS://A.TEST/sub/S#"
    )
