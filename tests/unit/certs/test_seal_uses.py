"""A seal that is not enabled seals nothing; every use of one that is names a person."""

from dataclasses import replace
from datetime import timedelta

import pytest

from certs.errors import SealNotUsableError
from certs.faces.content import FaceContent
from certs.intents import IntentStage
from certs.issuance import issue, resume
from certs.issuing_desk import IssuingDesk
from certs.seals.events import SealMove
from certs.seals.lifecycle import move_seal
from certs.seals.usability import RecordingSealer
from certs.seals.uses import SealUse, UseDigest
from signing.signer import SealProperties
from tests import desks, world
from tests.doubles.issuing import (
    FixedClock,
    Fuse,
    FusedUnitOfWork,
    LightRenderer,
    MemoryObjects,
    PowerCutError,
    SigningLog,
)
from tests.doubles.register import MemoryDatabase
from tests.seal_lives import event

CODE = "34020000000001"


class Office:
    """A desk whose every signature is on a log."""

    def __init__(self) -> None:
        self.database = MemoryDatabase()
        self.log = SigningLog(witness=lambda label, _message: label)
        healthy = desks.desk(self.database.unit_of_work, MemoryObjects())
        self.desk = desks.watched(healthy, fuse=Fuse(), log=self.log)

    def move(self, move: SealMove, reason: str = "") -> None:
        move_seal(CODE, event(move, reason=reason), unit_of_work=self.database.unit_of_work)

    def uses(self) -> list[SealUse]:
        with self.database.unit_of_work() as work:
            return [use for _, use in work.seals.uses(CODE, limit=100)]

    def cut_after(self, signatures: int) -> None:
        """Issue two licenses and lose the power after so many signatures."""
        desk = desks.watched(self.desk, fuse=Fuse(2 * signatures), log=self.log)
        with pytest.raises(PowerCutError):
            issue(desks.requests(2), desk=desk)


@pytest.fixture
def office() -> Office:
    return Office()


def test_every_license_leaves_a_use_with_its_person(office: Office) -> None:
    outcomes = issue(desks.requests(2), desk=office.desk)

    uses = office.uses()
    assert {use.license for use in uses} == {
        item.license.identifier for item in outcomes if item.license
    }
    assert {(use.operator, use.purpose, use.digest_of) for use in uses} == {
        ("I001", "签发食品经营许可证", UseDigest.TO_BE_SIGNED)
    }
    with office.database.unit_of_work() as work:
        intents = work.intents.of_requests([item.key for item in desks.requests(2)]).values()
    assert {use.digest for use in uses} == {item.seal_to_be_signed.hex() for item in intents}


@pytest.mark.parametrize("move", [SealMove.SUSPENDED, SealMove.REVOKED, SealMove.DESTROYED])
def test_a_seal_out_of_use_begins_nothing(office: Office, move: SealMove) -> None:
    office.move(move, "印章遗失")

    with pytest.raises(SealNotUsableError, match=f"{move.state.zh}（印章遗失）"):
        issue(desks.requests(1), desk=office.desk)

    assert office.log.entries == []
    assert office.uses() == []
    with office.database.unit_of_work() as work:
        assert work.intents.of_requests(["batch:0"]) == {}


def test_a_resumed_seal_seals_again(office: Office) -> None:
    office.move(SealMove.SUSPENDED)
    office.move(SealMove.RESUMED)

    (outcome,) = issue(desks.requests(1), desk=office.desk)

    assert outcome.license is not None


def test_what_was_served_before_is_still_found_when_the_seal_is_suspended(office: Office) -> None:
    first = issue(desks.requests(1), desk=office.desk)
    office.move(SealMove.SUSPENDED)

    assert issue(desks.requests(1), desk=office.desk) == first


@pytest.mark.parametrize("signatures", range(1, 9))
def test_nothing_is_signed_after_a_suspension_and_all_of_it_after_the_resumption(
    office: Office, signatures: int
) -> None:
    office.cut_after(signatures)
    before = len(office.log.entries)
    office.move(SealMove.SUSPENDED)

    with pytest.raises(SealNotUsableError):
        resume(office.desk)
    assert len(office.log.entries) == before

    office.move(SealMove.RESUMED)
    assert len(resume(office.desk).licenses) == 2
    assert len(office.uses()) == 2


def test_a_suspension_between_check_and_intent_b_stops_the_seal(office: Office) -> None:
    """Suspended while faces were being drawn: the transaction that records the uses refuses."""
    desk = replace(office.desk, renderer=_Suspending(office))

    with pytest.raises(SealNotUsableError):
        issue(desks.requests(1), desk=desk)

    assert {label for label, _ in office.log.entries} == {"record"}
    assert office.uses() == []
    with office.database.unit_of_work() as work:
        (intent,) = work.intents.of_requests(["batch:0"]).values()
    assert intent.stage is IntentStage.SIGNED


class _Suspending(LightRenderer):
    def __init__(self, office: Office) -> None:
        super().__init__()
        self._office = office

    def render(self, content: FaceContent) -> bytes:
        self._office.move(SealMove.SUSPENDED)
        return super().render(content)


@pytest.mark.parametrize("operator", ["", "  "])
def test_nobody_uses_a_seal_namelessly(office: Office, operator: str) -> None:
    with pytest.raises(SealNotUsableError, match="--operator"):
        issue(desks.requests(1), desk=replace(office.desk, operator=operator))

    assert office.log.entries == []


def test_a_seal_out_of_date_or_not_registered_seals_nothing(office: Office) -> None:
    late: IssuingDesk = replace(office.desk, clock=FixedClock(world.NOON + timedelta(days=1826)))
    with pytest.raises(SealNotUsableError, match="有效期"):
        issue(desks.requests(1), desk=late)
    stranger = replace(office.desk, sealer=world.region("610300").sealer)
    with pytest.raises(SealNotUsableError, match="未在本实例登记"):
        issue(desks.requests(1), desk=stranger)

    assert office.log.entries == []


# Documents that are no licenses ------------------------------------------------------------------

DIGEST = b"d" * 32
PROPERTIES = SealProperties(signed_at=world.NOON, document="/Doc_0/Signs/Sign_0/Signature.xml")


def recording(office: Office, fuse: Fuse | None = None) -> RecordingSealer:
    return RecordingSealer(
        inner=office.desk.sealer,
        unit_of_work=lambda: FusedUnitOfWork(office.database.unit_of_work(), fuse or Fuse()),
        now=FixedClock().now,
        operator="I002",
        purpose="盖合同章",
    )


def test_a_recorded_sealer_seals_and_leaves_a_use(office: Office) -> None:
    sealer = recording(office)

    assert sealer.seal == office.desk.sealer.seal
    assert sealer.seal_digest(DIGEST, PROPERTIES)

    (use,) = office.uses()
    assert (use.operator, use.purpose, use.license) == ("I002", "盖合同章", "")
    assert (use.digest, use.digest_of) == (DIGEST.hex(), UseDigest.DOCUMENT)


@pytest.mark.parametrize("step", [1, 2, 3])
def test_a_recorded_sealer_never_signs_before_the_use_is_durable(office: Office, step: int) -> None:
    with pytest.raises(PowerCutError):
        recording(office, Fuse(step)).seal_digest(DIGEST, PROPERTIES)

    assert office.log.entries == []
    assert len(office.uses()) == (step == 3)


def test_a_recorded_sealer_refuses_a_suspended_seal_and_a_nameless_user(office: Office) -> None:
    with pytest.raises(SealNotUsableError):
        replace(recording(office), operator="").seal_digest(DIGEST, PROPERTIES)
    office.move(SealMove.SUSPENDED)
    with pytest.raises(SealNotUsableError):
        recording(office).seal_digest(DIGEST, PROPERTIES)

    assert office.log.entries == []
    assert office.uses() == []
