"""What bulletins are made from: all seals' digests and lives at once, and a count of events."""

from datetime import timedelta

from certs.seals.events import SealMove
from certs.seals.lifecycle import move_seal, register_seal
from tests import world
from tests.seal_lives import enable_seal, event, registered
from tests.unit.storage.conftest import OpenUnit

REGION, OTHER = world.region("340200"), world.region("610300")


def test_all_lives_and_digests_are_those_of_each_seal_in_order(open_unit: OpenUnit) -> None:
    first = enable_seal(REGION, open_unit)
    second = registered(OTHER.seal, OTHER.seal_signer.certificate)
    register_seal(second, event(SealMove.MADE), unit_of_work=open_unit)
    for number, move in enumerate((SealMove.SUSPENDED, SealMove.RESUMED, SealMove.REVOKED)):
        at = world.NOON + timedelta(minutes=number)
        move_seal(first.code, event(move, at), unit_of_work=open_unit)

    with open_unit() as work:
        lives, digests = work.seals.lives(), work.seals.digests()

        assert lives == {code: work.seals.events(code) for code in (first.code, second.code)}
        assert digests == {first.code: first.digest, second.code: second.digest}
        assert [len(lives[code]) for code in (first.code, second.code)] == [5, 1]


def test_every_event_changes_the_count(open_unit: OpenUnit) -> None:
    def count() -> int:
        with open_unit() as work:
            return work.seals.count_events()

    assert count() == 0
    seal = enable_seal(REGION, open_unit)
    assert count() == 2
    move_seal(seal.code, event(SealMove.SUSPENDED), unit_of_work=open_unit)
    assert count() == 3
