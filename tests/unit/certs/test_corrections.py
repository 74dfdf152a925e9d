"""Corrections: one step after the other, by the right person, with a new version at the end."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from certs.correction_desk import Objection, raise_correction, take_step
from certs.corrections import (
    FLAGGED,
    NEXT_STEPS,
    Correction,
    CorrectionEvent,
    CorrectionKind,
    CorrectionStep,
    DayLimits,
)
from certs.errors import (
    CorrectionNotFoundError,
    CorrectionStepError,
    LicenseNotFoundError,
    MalformedCorrectionError,
)
from certs.lifecycle import record_status
from certs.statuses import StatusKind
from storage.unit_of_work import SqlUnitOfWork
from tests import desks, world
from tests.doubles.issuing import FixedClock
from tests.doubles.register import MemoryDatabase, MemoryUnitOfWork
from tests.unit.storage.conftest import OpenUnit, open_unit

__all__ = ["open_unit"]
S = CorrectionStep
K = CorrectionKind
HAPPY = (S.ACCEPTED, S.FLAGGED, S.UPHELD, S.UNFLAGGED, S.ARCHIVED)
NEW = desks.identifier(1, version=2)


@dataclass(frozen=True)
class Office:
    """License 1, its next version, and somebody who says that it is wrong."""

    open_unit: OpenUnit
    clock: FixedClock

    def raised(
        self, kind: CorrectionKind = K.WRONG, *, key: str = "k", **changes: object
    ) -> Correction:
        objection = Objection(
            kind=kind,
            identifier="" if kind is K.MISSING else desks.identifier(1),
            license_type=desks.food_business(),
            remark="经营场所门牌号有误",
            proposed={"premises": "样例东路3号"},
        )
        with self.open_unit() as work:
            assert isinstance(work, SqlUnitOfWork | MemoryUnitOfWork)
            found = raise_correction(
                replace(objection, **changes),  # type: ignore[arg-type]
                actor="W001",
                request_key=key,
                work=work,
                clock=self.clock,
            )
            work.commit()
        return found

    def step(
        self, receipt: str, step: CorrectionStep, *, actor: str = "I001", license: str = ""
    ) -> Correction:
        event = CorrectionEvent(
            step=step, at=self.clock.now(), actor=actor, reason="已核实", license=license
        )
        return take_step(receipt, event, unit_of_work=self.open_unit)  # type: ignore[arg-type]

    def go(self, receipt: str, *steps: CorrectionStep) -> Correction:
        for step in steps:
            self.step(receipt, step, license=NEW if step is S.UNFLAGGED else "")
        return self.get(receipt)

    def get(self, receipt: str) -> Correction:
        with self.open_unit() as work:
            assert isinstance(work, SqlUnitOfWork | MemoryUnitOfWork)
            return work.corrections.get(receipt)

    def flags(self) -> list[str]:
        with self.open_unit() as work:
            assert isinstance(work, SqlUnitOfWork | MemoryUnitOfWork)
            return [item.receipt for item in work.corrections.flags(desks.identifier(1))]


@pytest.fixture
def office(open_unit: OpenUnit) -> Office:
    return _office(open_unit)


def _office(open_unit: OpenUnit) -> Office:
    ended = replace(desks.license_of(1), status=StatusKind.SUPERSEDED)
    new = replace(desks.license_of(1, version=2), replaces=ended.identifier)
    with open_unit() as work:
        work.licenses.add([(ended, desks.event_of(StatusKind.SUPERSEDED))])
        work.licenses.add([(new, desks.event_of()), (desks.license_of(3), desks.event_of())])
        work.commit()
    return Office(open_unit, FixedClock())


def test_a_correction_goes_all_the_way_and_ends_in_a_new_version(office: Office) -> None:
    receipt = office.raised().receipt

    done = office.go(receipt, *HAPPY)

    assert [event.step for event in done.events] == [S.RAISED, *HAPPY]
    assert done.outcome == NEW
    assert not done.is_open
    assert office.get(receipt) == done


def test_the_flag_stands_from_flagging_to_unflagging(office: Office) -> None:
    receipt = office.raised().receipt
    assert office.flags() == []
    for step in HAPPY:
        office.go(receipt, step)
        assert office.flags() == ([receipt] if step in FLAGGED else [])


def test_what_was_proposed_is_kept_until_archiving_and_no_longer(office: Office) -> None:
    receipt = office.raised().receipt
    office.go(receipt, *HAPPY[:-1])
    assert office.get(receipt).proposed == {"premises": "样例东路3号"}

    office.go(receipt, S.ARCHIVED)

    assert office.get(receipt).proposed == {}


def test_proposed_values_do_not_reach_logs_by_repr(office: Office) -> None:
    assert "样例东路" not in repr(office.raised())


def test_a_rejected_correction_changes_nothing(office: Office) -> None:
    receipt = office.raised().receipt
    office.go(receipt, S.ACCEPTED, S.FLAGGED, S.REJECTED)
    with pytest.raises(CorrectionStepError):
        office.step(receipt, S.UNFLAGGED, license=NEW)

    done = office.step(receipt, S.UNFLAGGED)

    assert done.outcome == ""
    assert office.flags() == []


def test_a_declined_correction_is_archived(office: Office) -> None:
    receipt = office.raised(K.UNLOADABLE).receipt

    assert not office.go(receipt, S.DECLINED, S.ARCHIVED).is_open


def test_a_missing_license_is_answered_by_one_of_its_type(office: Office) -> None:
    receipt = office.raised(K.MISSING).receipt
    office.go(receipt, S.ACCEPTED, S.FLAGGED, S.UPHELD)

    assert office.step(receipt, S.UNFLAGGED, license=desks.identifier(3)).step is S.UNFLAGGED
    assert office.flags() == []


@pytest.mark.parametrize(
    ("license", "error"),
    [
        ("", CorrectionStepError),
        (desks.identifier(3), CorrectionStepError),
        (desks.identifier(9), LicenseNotFoundError),
    ],
    ids=["none", "another-license", "unknown"],
)
def test_what_is_upheld_needs_the_next_version(
    office: Office, license: str, error: type[Exception]
) -> None:
    receipt = office.raised().receipt
    office.go(receipt, S.ACCEPTED, S.FLAGGED, S.UPHELD)

    with pytest.raises(error):
        office.step(receipt, S.UNFLAGGED, license=license)
    assert office.get(receipt).step is S.UPHELD


def test_a_license_that_has_ended_otherwise_needs_no_new_version_but_a_reason(
    open_unit: OpenUnit,
) -> None:
    with open_unit() as work:
        work.licenses.add([(desks.license_of(1), desks.event_of())])
        work.commit()
    office = Office(open_unit, FixedClock())
    receipt = office.raised().receipt
    office.go(receipt, S.ACCEPTED, S.FLAGGED, S.UPHELD)
    with pytest.raises(CorrectionStepError):
        office.step(receipt, S.UNFLAGGED)

    revoked = desks.event_of(StatusKind.REVOKED)
    record_status(desks.identifier(1), revoked, unit_of_work=open_unit)

    bare = CorrectionEvent(step=S.UNFLAGGED, at=world.NOON, actor="I001")
    with pytest.raises(CorrectionStepError):
        take_step(receipt, bare, unit_of_work=office.open_unit)  # type: ignore[arg-type]
    assert office.step(receipt, S.UNFLAGGED).step is S.UNFLAGGED
    assert office.flags() == []
    assert not office.step(receipt, S.ARCHIVED).is_open


def test_a_reason_names_no_person(office: Office) -> None:
    receipt = office.raised().receipt
    personal = CorrectionEvent(
        step=S.DECLINED, at=world.NOON, actor="I001", reason="11010519491231002X 并非持证人"
    )

    with pytest.raises(CorrectionStepError):
        take_step(receipt, personal, unit_of_work=office.open_unit)  # type: ignore[arg-type]
    assert office.get(receipt).step is S.RAISED


def test_only_the_step_that_closes_names_a_license(office: Office) -> None:
    receipt = office.raised().receipt

    with pytest.raises(CorrectionStepError):
        office.step(receipt, S.ACCEPTED, license=NEW)


@pytest.mark.parametrize("actor", ["W001", " W001 "])
@pytest.mark.parametrize("step", [S.UPHELD, S.REJECTED])
def test_whoever_raised_it_cannot_verify_it(
    office: Office, step: CorrectionStep, actor: str
) -> None:
    receipt = office.raised().receipt
    office.go(receipt, S.ACCEPTED, S.FLAGGED)

    with pytest.raises(CorrectionStepError):
        office.step(receipt, step, actor=actor)


@pytest.mark.parametrize("step", [S.DECLINED, S.UPHELD, S.REJECTED])
def test_decisions_need_a_reason(office: Office, step: CorrectionStep) -> None:
    receipt = office.raised().receipt
    if step is not S.DECLINED:
        office.go(receipt, S.ACCEPTED, S.FLAGGED)
    event = CorrectionEvent(step=step, at=world.NOON, actor="I001", reason=" ")

    with pytest.raises(CorrectionStepError):
        take_step(receipt, event, unit_of_work=office.open_unit)  # type: ignore[arg-type]


def test_of_two_people_who_take_a_step_one_is_told(office: Office) -> None:
    receipt = office.raised().receipt
    event = CorrectionEvent(step=S.ACCEPTED, at=world.NOON, actor="I001")
    office.go(receipt, S.DECLINED)

    with office.open_unit() as work, pytest.raises(CorrectionStepError):
        work.corrections.append(receipt, event, expected=S.RAISED)  # type: ignore[attr-defined]


def test_the_same_request_leads_to_the_same_correction(office: Office) -> None:
    assert office.raised(key="one") == office.raised(key="one")
    assert office.raised(key="one").receipt != office.raised(key="two").receipt


def test_lists_go_page_by_page(office: Office) -> None:
    receipts = [office.raised(key=str(number)).receipt for number in range(3)]
    office.go(receipts[1], S.DECLINED, S.ARCHIVED)

    with office.open_unit() as work:
        assert isinstance(work, SqlUnitOfWork | MemoryUnitOfWork)
        first = work.corrections.newest(2)
        rest = work.corrections.newest(2, after=first[-1].receipt)
        waiting = work.corrections.newest(9, open_only=True)
    assert [item.receipt for item in (*first, *rest)] == receipts[::-1]
    assert [item.receipt for item in waiting] == [receipts[2], receipts[0]]


@pytest.mark.parametrize(
    "changes",
    [
        {"identifier": ""},
        {"kind": K.MISSING, "identifier": desks.identifier(1)},
        {"proposed": {"nonsense": "x"}},
        {"proposed": {"premises": "x" * 4001}},
        {"remark": "x" * 501},
        {"remark": "本人 11010519491231002X"},
    ],
    ids=str,
)
def test_what_is_out_of_place_is_refused(office: Office, changes: dict[str, object]) -> None:
    with pytest.raises(MalformedCorrectionError):
        office.raised(**changes)  # type: ignore[arg-type]


def test_what_is_not_there_is_told(office: Office) -> None:
    with pytest.raises(LicenseNotFoundError):
        office.raised(identifier=desks.identifier(9))
    with pytest.raises(CorrectionNotFoundError):
        office.get("A" * 16)


def test_days_are_counted_from_the_step_before(office: Office) -> None:
    limits, day = DayLimits(accept=2, verify=5), timedelta(days=1)
    receipt = office.raised().receipt
    assert office.get(receipt).due_at(limits) == world.NOON + 2 * day
    office.clock.time += day
    for step in HAPPY[:2]:
        office.clock.time += timedelta(hours=1)
        assert office.go(receipt, step).due_at(limits) == world.NOON + 6 * day + timedelta(hours=1)
    assert office.go(receipt, S.UPHELD).due_at(limits) is None


STEPS = st.lists(
    st.tuples(st.sampled_from(S), st.sampled_from(["I001", "W001"]), st.sampled_from(["", NEW])),
    max_size=12,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
@example([(step, "I001", NEW if step is S.UNFLAGGED else "") for step in HAPPY])
def test_no_steps_lead_where_the_table_does_not(
    steps: list[tuple[CorrectionStep, str, str]],
) -> None:
    office = _office(MemoryDatabase().unit_of_work)
    receipt = office.raised().receipt
    for step, actor, license in steps:
        before = office.get(receipt)
        try:
            after = office.step(receipt, step, actor=actor, license=license)
        except CorrectionStepError:
            assert office.get(receipt) == before
            continue
        assert after.step in NEXT_STEPS[before.step]
        assert (after.step in {S.UPHELD, S.REJECTED}) <= (actor != "W001")
        assert (office.flags() == [receipt]) == (after.step in FLAGGED)
    done = office.get(receipt)
    assert (S.UPHELD in [event.step for event in done.events] and not done.is_open) <= (
        done.outcome == NEW
    )
