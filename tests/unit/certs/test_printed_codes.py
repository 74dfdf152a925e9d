"""The code printed on a face: what it claims, and the address it stands in."""

from datetime import date, timedelta

import pytest

from certs.errors import MalformedIdentifierError
from certs.faces.qr import qr_svg
from certs.printed_codes import DOMAIN, claims_of, from_address, to_address
from signing import cose
from signing.errors import InvalidSignatureError, MalformedStructureError, SigningError
from tests import desks, world
from tests.unit.certs.test_records import record

EPOCH = date(1970, 1, 1)


def _code() -> bytes:
    signer = world.region("340200").record_signer
    return cose.sign_claims(claims_of(record()), signer=signer, domain=DOMAIN)


def test_a_code_claims_issuer_dates_status_place_identifier_and_digest() -> None:
    claims = claims_of(record())

    assert claims[1] == "11340200MB9TXY014H"
    assert claims[65535] == [0, 77]
    assert claims[-1] == {1: desks.identifier(1), 2: record().digest}
    days = {key: EPOCH + timedelta(days=claims[key]) for key in (4, 6)}  # type: ignore[arg-type]
    assert days == {4: date(2031, 3, 17), 6: date(2026, 3, 18)}


def test_a_permanent_license_claims_no_end() -> None:
    assert 4 not in claims_of(record(valid_to=None))


def test_a_code_holds_no_personal_value() -> None:
    held = repr(claims_of(record(holder_name="李样宁", fields={"signatory": "张样安"})))

    assert "样" not in held


def test_a_code_comes_back_from_its_address_and_verifies() -> None:
    address = to_address(_code(), public_url="http://127.0.0.1:8000")

    claims = cose.parse_claims(from_address(address))

    claims.verify(world.region("340200").record_signer.certificate, domain=DOMAIN)
    assert claims.claims == claims_of(record())
    with pytest.raises(InvalidSignatureError):
        claims.verify(world.region("340200").record_signer.certificate, domain="yinxin.status/1")


@pytest.mark.parametrize(
    ("public_url", "begins"),
    [
        ("http://127.0.0.1:8000", "HTTP://127.0.0.1:8000/V#"),
        ("https://zz.wuhu.example/", "HTTPS://ZZ.WUHU.EXAMPLE/V#"),
    ],
)
def test_the_address_uses_the_letters_that_a_qr_code_packs_tightly(
    public_url: str, begins: str
) -> None:
    address = to_address(_code(), public_url=public_url)

    assert address.startswith(begins)
    head, _, letters = address.partition("#")
    assert set(head + letters) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
    assert qr_svg(address).startswith("<svg")


def test_the_host_is_not_looked_at() -> None:
    here = to_address(_code(), public_url="http://a.example")
    there = "https://b.example/x/V#" + here.partition("#")[2]

    assert from_address(there) == from_address(here)


@pytest.mark.parametrize("text", ["", "https://a.example/", "V#ABC", "https://a.example/v#ABC"])
def test_texts_without_a_code_are_refused(text: str) -> None:
    with pytest.raises(MalformedIdentifierError):
        from_address(text)


@pytest.mark.parametrize("letters", ["", "A", "abc", "印", ":::", "0" * 9000, "A B"])
def test_damaged_codes_are_refused(letters: str) -> None:
    with pytest.raises(MalformedStructureError):
        from_address(f"HTTPS://A.EXAMPLE/V#{letters}")


def test_a_code_with_one_letter_changed_never_verifies() -> None:
    certificate = world.region("340200").record_signer.certificate
    address = to_address(_code(), public_url="http://a.example")
    start = address.index("#") + 1
    for at in range(start, len(address)):
        letter = "0" if address[at] != "0" else "1"
        changed = address[:at] + letter + address[at + 1 :]
        with pytest.raises(SigningError):
            cose.parse_claims(from_address(changed)).verify(certificate, domain=DOMAIN)
