"""The register of seals, in the database and in memory."""

from dataclasses import replace
from datetime import timedelta

import pytest

from certs.errors import (
    DuplicateSealError,
    IllegalTransitionError,
    SealNotFoundError,
    SealNotUsableError,
)
from certs.seals.events import Approval, SealMove, SealState
from certs.seals.lifecycle import move_seal, record_succession, register_seal, seal_status
from certs.seals.register import RegisteredSeal
from certs.seals.uses import SealUse, UseDigest
from tests import world
from tests.seal_lives import enable_seal, event, registered
from tests.unit.certs.test_seal_events import succession
from tests.unit.storage.conftest import OpenUnit

REGION = world.region("340200")
CODE = "34020000000001"
HOUR = timedelta(hours=1)


def seal(code: str = CODE) -> RegisteredSeal:
    return replace(registered(REGION.seal, REGION.seal_signer.certificate), code=code)


def use(number: int = 0, *, code: str = CODE, license: str = "") -> SealUse:
    return SealUse(
        seal_code=code,
        used_at=world.NOON + timedelta(minutes=number),
        operator="I001",
        purpose="签发食品经营许可证",
        digest=f"{number:064x}",
        digest_of=UseDigest.DOCUMENT if license else UseDigest.TO_BE_SIGNED,
        license=license,
    )


def test_a_seal_comes_back_as_it_was_stored(open_unit: OpenUnit) -> None:
    register_seal(seal(), event(SealMove.MADE), unit_of_work=open_unit)

    with open_unit() as work:
        assert work.seals.get(CODE) == seal()
        assert work.seals.find_encoded(seal().digest) == seal()
        assert work.seals.all() == (seal(),)
        assert work.seals.find("340200000000") is None
        assert work.seals.find_encoded("0" * 64) is None
        with pytest.raises(SealNotFoundError, match="340200000000"):
            work.seals.get("340200000000")


def test_a_code_and_a_seal_are_registered_once(open_unit: OpenUnit) -> None:
    register_seal(seal(), event(SealMove.MADE), unit_of_work=open_unit)
    other = replace(seal(), encoded=b"another")

    for again in (seal(), other, seal("34020000000002")):
        with pytest.raises(DuplicateSealError):
            register_seal(again, event(SealMove.MADE), unit_of_work=open_unit)

    with open_unit() as work:
        assert work.seals.all() == (seal(),)
        assert len(work.seals.events(CODE)) == 1


def test_a_life_comes_back_in_order_with_who_and_why(open_unit: OpenUnit) -> None:
    made = replace(
        event(SealMove.MADE, reason="新设机构"),
        approval=Approval(approver="S002", digest="a" * 64),
    )
    life = (
        made,
        event(SealMove.ENABLED, world.NOON + HOUR),
        replace(
            event(SealMove.SUSPENDED, world.NOON + HOUR, recorded_at=world.NOON + 3 * HOUR),
            document_no="停〔2026〕1号",
        ),
        event(SealMove.RESUMED, world.NOON + 4 * HOUR),
        event(SealMove.REVOKED, world.NOON + 5 * HOUR),
        event(SealMove.DESTROYED, world.NOON + 6 * HOUR),
    )
    register_seal(seal(), life[0], unit_of_work=open_unit)
    for item in life[1:]:
        move_seal(CODE, item, unit_of_work=open_unit)

    with open_unit() as work:
        assert work.seals.events(CODE) == life
        assert work.seals.states() == {CODE: SealState.DESTROYED}
        assert work.seals.events("other000") == ()


def test_status_at_a_time_as_known_at_a_time(open_unit: OpenUnit) -> None:
    enable_seal(REGION, open_unit)
    revoked = event(SealMove.REVOKED, world.NOON, recorded_at=world.NOON + 5 * HOUR)
    move_seal(CODE, revoked, unit_of_work=open_unit)

    def state(at: timedelta, known: timedelta) -> str | None:
        _, found = seal_status(
            CODE, at=world.NOON + at, known=world.NOON + known, unit_of_work=open_unit
        )
        return found.move.state.value if found else None

    assert state(HOUR, 4 * HOUR) == "enabled"
    assert state(HOUR, 5 * HOUR) == "revoked"
    assert state(-HOUR, 5 * HOUR) == "enabled"
    assert state(-2 * HOUR, 5 * HOUR) is None
    with pytest.raises(SealNotFoundError):
        seal_status("99999999", at=world.NOON, known=world.NOON, unit_of_work=open_unit)


def test_of_two_who_move_a_seal_at_once_the_second_is_refused(open_unit: OpenUnit) -> None:
    enable_seal(REGION, open_unit)
    with open_unit() as work:
        number = len(work.seals.events(CODE)) + 1
    move_seal(CODE, event(SealMove.SUSPENDED, world.NOON + HOUR), unit_of_work=open_unit)

    with open_unit() as work, pytest.raises(IllegalTransitionError):
        work.seals.append_event(CODE, event(SealMove.REVOKED, world.NOON + HOUR), number=number)

    with open_unit() as work:
        assert work.seals.states()[CODE] is SealState.SUSPENDED


@pytest.mark.parametrize(
    ("number", "move", "hours"),
    [
        (3, SealMove.RESUMED, 1),  # not suspended
        (3, SealMove.MADE, 1),  # made already
        (4, SealMove.SUSPENDED, 1),  # leaves one out
        (3, SealMove.SUSPENDED, -2),  # recorded before the last one
    ],
)
def test_the_store_itself_knows_which_events_may_follow(
    open_unit: OpenUnit, number: int, move: SealMove, hours: int
) -> None:
    enable_seal(REGION, open_unit)

    with open_unit() as work, pytest.raises(IllegalTransitionError):
        work.seals.append_event(CODE, event(move, world.NOON + HOUR * hours), number=number)


def test_uses_are_read_newest_first_page_by_page(open_unit: OpenUnit) -> None:
    enable_seal(REGION, open_unit)
    with open_unit() as work:
        work.seals.add_uses(
            [use(number, license="L1" if number == 2 else "") for number in range(5)]
        )
        work.commit()

    with open_unit() as work:
        first = work.seals.uses(CODE, limit=2)
        assert [item for _, item in first] == [use(4), use(3)]
        rest = work.seals.uses(CODE, limit=10, before=first[-1][0])
        assert [item for _, item in rest] == [use(2, license="L1"), use(1), use(0)]
        assert work.seals.uses_of_license("L1") == (use(2, license="L1"),)
        assert work.seals.uses("other000", limit=10) == ()


def test_no_use_is_recorded_of_a_seal_that_is_not_enabled(open_unit: OpenUnit) -> None:
    register_seal(seal(), event(SealMove.MADE), unit_of_work=open_unit)
    with open_unit() as work, pytest.raises(SealNotUsableError):
        work.seals.add_uses([use()])
    move_seal(CODE, event(SealMove.ENABLED), unit_of_work=open_unit)
    with open_unit() as work:
        work.seals.add_uses([])
        work.seals.add_uses([use()])
        work.commit()
    move_seal(CODE, event(SealMove.SUSPENDED), unit_of_work=open_unit)
    with open_unit() as work, pytest.raises(SealNotUsableError):
        work.seals.add_uses([use(1)])
    with open_unit() as work, pytest.raises(SealNotUsableError):
        work.seals.add_uses([use(1, code="unknown1")])


def test_successions_come_back_in_order(open_unit: OpenUnit) -> None:
    first = succession()
    second = succession(
        former_name="芜湖市市场监督管理局", approval=Approval(approver="S002", digest="b" * 64)
    )
    for item in (first, second):
        record_succession(item, unit_of_work=open_unit)

    with open_unit() as work:
        assert work.seals.successions() == (first, second)
