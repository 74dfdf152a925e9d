"""Faces with a trusted time at birth, seals that live elsewhere, and silence of the clock."""

from dataclasses import dataclass, field, replace

import pytest

from certs.intents import Intent, IntentStage
from certs.issuance import issue, resume
from certs.issuing_desk import IssuingDesk
from certs.licenses import License
from signing.algorithms import SEAL_SIGNATURE_ATTRIBUTE, sm3
from signing.errors import KeyUnavailableError, TimestampUnavailableError
from signing.pdf.assembly import SealProfile
from signing.pdf.reading import StrictPdf, parse_strict
from signing.seal_signatures import parse_seal_signature
from signing.signed_messages import Dialect, parse_message
from signing.signer import KeyReference
from signing.sm2 import PublicKey
from signing.timestamp_tokens import parse_token
from tests import desks, world
from tests.doubles.issuing import MemoryObjects
from tests.doubles.register import MemoryDatabase
from tests.foreign_timestamps import authority


@dataclass
class Clockwork:
    """Gives tokens until it is silent."""

    is_silent: bool = False
    asked: list[bytes] = field(default_factory=list)

    def stamp(self, digest: bytes) -> bytes:
        self.asked.append(digest)
        if self.is_silent:
            raise TimestampUnavailableError("silent")
        return authority().stamp(digest)


class House:
    def __init__(self) -> None:
        self.database = MemoryDatabase()
        self.objects = MemoryObjects()

    def desk(self, **changes: object) -> IssuingDesk:
        return replace(desks.desk(self.database.unit_of_work, self.objects), **changes)  # type: ignore[arg-type]

    def intents(self) -> dict[str, Intent]:
        with self.database.unit_of_work() as work:
            return work.intents.of_requests([item.key for item in desks.requests(3)])

    def face(self, license: License) -> StrictPdf:
        return parse_strict(self.objects.get(license.files.pdf))


def _licenses(desk: IssuingDesk, count: int) -> list[License]:
    outcomes = issue(desks.requests(count), desk=desk)
    return [outcome.license for outcome in outcomes if outcome.license is not None]


def test_each_face_gets_a_timestamp_over_its_signature_value() -> None:
    house, clockwork = House(), Clockwork()

    licenses = _licenses(house.desk(timestamps=clockwork), 2)

    assert len(licenses) == 2
    for license in licenses:
        face = house.face(license)
        message = parse_message(Dialect.CMS, face.contents)
        message.verify(face.digest())
        token = parse_token(message.timestamp)
        token.verify(sm3(message.signature.to_der()))
        seal_signature = parse_seal_signature(message.attributes[SEAL_SIGNATURE_ATTRIBUTE])
        assert token.info.imprint in clockwork.asked
        assert seal_signature.timestamp == b""


def test_no_clock_means_no_timestamp() -> None:
    house = House()
    (license,) = _licenses(house.desk(), 1)
    assert parse_message(Dialect.CMS, house.face(license).contents).timestamp == b""


def test_nothing_is_issued_while_the_clock_is_silent_and_everything_afterwards() -> None:
    house, clockwork = House(), Clockwork(is_silent=True)
    with pytest.raises(KeyUnavailableError):
        issue(desks.requests(3), desk=house.desk(timestamps=clockwork))

    with house.database.unit_of_work() as work:
        assert work.licenses.newest(10) == ()
    assert {item.stage for item in house.intents().values()} == {IntentStage.SEALED}

    clockwork.is_silent = False
    finished = resume(house.desk(timestamps=clockwork)).licenses

    assert {item.identifier for item in finished} == {
        item.identifier for item in house.intents().values()
    }
    assert {item.stage for item in house.intents().values()} == {IntentStage.ISSUED}
    for license in finished:
        assert parse_message(Dialect.CMS, house.face(license).contents).timestamp


def test_an_intent_begun_without_a_clock_is_given_up_when_there_is_one() -> None:
    """The room for the token changes the bytes of the face, so they must not be sealed twice."""
    house = House()
    broken = replace(world.region("340200").seal_signer, signer=_Dead())
    with pytest.raises(KeyUnavailableError):
        issue(desks.requests(1), desk=house.desk(seal_signer=broken))

    assert resume(house.desk(timestamps=Clockwork())).licenses == ()
    (intent,) = house.intents().values()
    assert intent.stage is IntentStage.ABANDONED


class _Dead:
    """The seal's key, out of reach."""

    key = KeyReference("memory", "dead")

    @property
    def public_key(self) -> PublicKey:
        return world.region("340200").seal_signer.signer.public_key

    def sign(self, message: bytes) -> bytes:
        raise KeyUnavailableError(f"{len(message)} bytes unsigned")


def test_a_seal_that_lives_elsewhere_signs_alone() -> None:
    house = House()
    untouched = replace(world.region("340200").seal_signer, signer=_Dead())

    (license,) = _licenses(house.desk(profile=SealProfile.GM_SEAL, seal_signer=untouched), 1)

    face = house.face(license)
    assert face.profile is SealProfile.GM_SEAL
    parse_seal_signature(face.contents).verify(face.digest())
