"""Who speaks for a region."""

from dataclasses import replace
from datetime import timedelta

import pytest

from certs.envelopes import Envelope, parse_envelope, sign_payload
from signing.authorities import Validity
from signing.errors import InvalidPathError, InvalidSignatureError
from signing.roles import Role
from signing.signer import CertifiedSigner
from tests import sealed, world
from tests.sealed import CODE, NOW
from verify.speakers import check_speaker, parse_lists


def said_by(signer: CertifiedSigner) -> Envelope:
    return parse_envelope(sign_payload({"says": "样例"}, signer=signer, signed_at=world.NOON))


def check(envelope: Envelope, *, role: Role = Role.STATUS, revoked: tuple[int, ...] = ()) -> None:
    check_speaker(
        envelope,
        sealed.trusted_region(),
        role,
        lists=parse_lists(sealed.revocations(*revoked)),
        now=NOW,
    )


def test_a_region_speaks_through_a_certificate_of_the_role() -> None:
    check(said_by(world.region(CODE).status_signer))


def test_another_role_may_not_speak() -> None:
    for signer in (world.region(CODE).service, world.region(CODE).record_signer):
        with pytest.raises(InvalidPathError):
            check(said_by(signer))


def test_another_region_may_not_speak() -> None:
    with pytest.raises(InvalidPathError):
        check(said_by(world.region("610300").status_signer))


def test_a_self_made_certificate_may_not_speak() -> None:
    impostor = world.certified(world.authority_below(world.root(), "impostor"), Role.STATUS)

    with pytest.raises(InvalidPathError):
        check(said_by(impostor))


@pytest.mark.parametrize("days", [(-30, -1), (1, 30)])
def test_an_ended_or_future_certificate_may_not_speak(days: tuple[int, int]) -> None:
    start, end = (NOW + timedelta(days=item) for item in days)
    validity = Validity(not_before=start, not_after=end)
    signer = world.certified(world.region(CODE).authority, Role.STATUS, validity=validity)

    with pytest.raises(InvalidPathError):
        check(said_by(signer))


def test_a_revoked_certificate_may_not_speak() -> None:
    signer = world.region(CODE).status_signer

    with pytest.raises(InvalidPathError):
        check(said_by(signer), revoked=(signer.certificate.serial,))


def test_nobody_may_speak_when_nobody_knows_who_is_revoked() -> None:
    envelope = said_by(world.region(CODE).status_signer)

    with pytest.raises(InvalidPathError):
        check_speaker(envelope, sealed.trusted_region(), Role.STATUS, lists=(), now=NOW)


def test_altered_words_are_nobodys() -> None:
    envelope = replace(said_by(world.region(CODE).status_signer), identity=bytes(32))

    with pytest.raises(InvalidSignatureError):
        check(envelope)


def test_lists_that_cannot_be_read_are_left_out() -> None:
    (good,) = sealed.revocations()

    found = parse_lists((b"", good, good[:-1], b"\x30\x80" * 40_000))

    assert [item.encoded for item in found] == [good]
