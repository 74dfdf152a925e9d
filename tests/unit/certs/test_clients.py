"""What may be said of a client, and what its rights reach."""

from dataclasses import replace
from datetime import timedelta

import pytest

from certs.access import CallerRole
from certs.clients import CLIENT_ROLES, LONGEST, Client, KeyOffer
from certs.errors import ClientClosedError, ClientRefusedError, ReachRefusedError
from certs.reach import Need, Reach, Subject, codes_of
from signing.authorities import Validity
from signing.certificates import encode_public_key, pem
from signing.roles import Role
from tests import world
from tests.world import NOON, MemorySigner

SIGNER = MemorySigner("client")
YEAR = timedelta(days=365)
CLIENT = Client(
    name="window-system",
    person="S001",
    role=CallerRole.WINDOW,
    key=SIGNER.public_key,
    rights=Reach(license_types=frozenset({"T1"}), matters=frozenset({"M1"})),
    ends_at=NOON + YEAR,
    changed_at=NOON,
    changed_by="X001",
)
KEY = pem("PUBLIC KEY", encode_public_key(SIGNER.public_key))


def need(subject: Subject, code: str) -> Need:
    return Need(subject=subject, code=code)


@pytest.mark.parametrize(
    ("given", "code", "is_covered"),
    [
        (set(), "T1", False),
        (set(), "*", False),
        ({"T1"}, "T1", True),
        ({"T1"}, "T2", False),
        ({"T1"}, "t1", False),
        ({"T1"}, "*", False),
        ({"*"}, "T1", True),
        ({"*"}, "*", True),
    ],
)
def test_what_was_not_given_is_not_covered(given: set[str], code: str, *, is_covered: bool) -> None:
    types, matters = (
        Reach(license_types=frozenset(given)),
        Reach(matters=frozenset(given)),
    )
    assert types.covers(need(Subject.LICENSE_TYPE, code)) is is_covered
    assert matters.covers(need(Subject.MATTER, code)) is is_covered
    assert not types.covers(need(Subject.MATTER, code))
    assert not matters.covers(need(Subject.LICENSE_TYPE, code))
    assert (types.lacking([need(Subject.LICENSE_TYPE, code)]) is None) is is_covered


@pytest.mark.parametrize(
    "codes",
    [{"*", "T1"}, {""}, {"T 1"}, {"证照"}, {"T1;"}, {"a" * 65}, {f"T{n}" for n in range(201)}],
    ids=lambda codes: str(min(codes)),
)
def test_rights_are_codes_or_everything(codes: set[str]) -> None:
    with pytest.raises(ReachRefusedError):
        Reach(license_types=frozenset(codes))
    with pytest.raises(ReachRefusedError):
        Reach(matters=frozenset(codes))


@pytest.mark.parametrize(
    "name", ["", "ab", "1ab", "Abc", "a_b", "a" * 41, "ab-", "abc\n", "系统名"]
)
def test_names_are_of_one_form(name: str) -> None:
    with pytest.raises(ClientRefusedError):
        replace(CLIENT, name=name)


@pytest.mark.parametrize("role", [role for role in CallerRole if role not in CLIENT_ROLES])
def test_a_system_is_a_window_or_an_issuer(role: CallerRole) -> None:
    with pytest.raises(ClientRefusedError):
        replace(CLIENT, role=role)


@pytest.mark.parametrize("person", ["", "周样松", "11010519491231002X", "S 1", "a" * 65])
def test_a_system_acts_as_a_number_that_is_no_citizens(person: str) -> None:
    with pytest.raises(ClientRefusedError):
        replace(CLIENT, person=person)


@pytest.mark.parametrize("ends_at", [NOON, NOON - YEAR, NOON + LONGEST + timedelta(seconds=1)])
def test_the_end_comes_within_three_years(ends_at: object) -> None:
    with pytest.raises(ClientRefusedError):
        replace(CLIENT, ends_at=ends_at)  # type: ignore[arg-type]  # times


def test_it_is_open_until_it_ends_or_is_stopped() -> None:
    assert CLIENT.is_open(NOON)
    assert not CLIENT.is_open(CLIENT.ends_at)
    assert not replace(CLIENT, stopped_at=NOON).is_open(NOON)
    with pytest.raises(ClientClosedError):
        replace(CLIENT, stopped_at=NOON).changed(
            CLIENT.offer, CLIENT.rights, ends_at=CLIENT.ends_at, at=NOON, by="X001"
        )


def test_what_stands_behind_it_ends_with_it() -> None:
    assert CLIENT.grant().expires_at == CLIENT.ends_at
    assert CLIENT.grant(until=NOON).expires_at == NOON
    assert (CLIENT.grant().person, CLIENT.grant().role) == ("S001", CallerRole.WINDOW)


def test_of_a_key_or_a_certificate_the_key_is_taken() -> None:
    certified = world.certified(
        world.region("340200").authority,
        Role.SERVICE,
        validity=Validity(not_before=NOON - YEAR, not_after=NOON + timedelta(days=30)),
    )
    text, month = certified.certificate.to_pem(), NOON + timedelta(days=30)
    bare, offer = KeyOffer.parse(KEY, now=NOON), KeyOffer.parse(text, now=NOON)
    assert (bare.key, bare.until(NOON + YEAR)) == (SIGNER.public_key, NOON + YEAR)
    assert (offer.key, offer.until(NOON + YEAR)) == (certified.certificate.public_key, month)
    assert offer.until(NOON) == NOON
    changed = CLIENT.changed(offer, CLIENT.rights, ends_at=NOON + YEAR, at=NOON, by="X001")
    assert changed.ends_at == month, "it ends with its certificate"
    again = changed.changed(
        changed.offer, CLIENT.rights, ends_at=NOON + YEAR, at=NOON + timedelta(days=1), by="X001"
    )
    assert again.ends_at == month, "also when nothing is said of the key"
    with pytest.raises(ClientRefusedError, match="certificate"):
        replace(changed, ends_at=month + timedelta(seconds=1))
    with pytest.raises(ClientRefusedError, match="not good"):
        KeyOffer.parse(text, now=NOON + YEAR)


def off_the_curve() -> str:
    encoded = bytearray(encode_public_key(SIGNER.public_key))
    encoded[-1] ^= 1
    return pem("PUBLIC KEY", bytes(encoded))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "key",
        KEY + KEY,
        KEY.replace("PUBLIC", "PRIVATE"),
        KEY + world.region("340200").service.certificate.to_pem(),
        world.region("340200").service.certificate.to_pem() * 2,
        pem("PUBLIC KEY", b"0"),
        pem("CERTIFICATE", b"0"),
        off_the_curve(),
        "公" + KEY,
        KEY + " " * 20_000,
    ],
    ids=range(11),
)
def test_what_is_no_one_key_is_refused(text: str) -> None:
    with pytest.raises(ClientRefusedError):
        KeyOffer.parse(text, now=NOON)


def test_codes_are_written_with_anything_between_them() -> None:
    assert codes_of(["a, b c", "d、e\nf，g", ""]) == frozenset("abcdefg")
