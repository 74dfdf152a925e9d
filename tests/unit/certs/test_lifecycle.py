"""Changes of status, and the signed answers about them."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from certs.envelopes import parse_envelope, sign_payload
from certs.errors import IllegalTransitionError, LicenseNotFoundError, MalformedRecordError
from certs.holder_codes import HolderCode, HolderCodeType
from certs.holder_keys import HolderKeys
from certs.lifecycle import answer_status, record_status
from certs.ports import UnitOfWork
from certs.status_answers import StatusAnswer
from certs.status_indexes import StatusIndex
from certs.statuses import StatusEvent, StatusKind
from tests import desks, world
from tests.doubles.issuing import FixedClock
from tests.doubles.register import MemoryDatabase

NONCE = "0123456789abcdef" * 2
S = StatusKind
OpenUnit = Callable[[], UnitOfWork]


@pytest.fixture
def open_unit() -> OpenUnit:
    """A register with one license in force."""
    database = MemoryDatabase()
    with database.unit_of_work() as work:
        work.licenses.add([(desks.license_of(1), desks.event_of())])
        work.commit()
    return database.unit_of_work


def _event(kind: StatusKind, *, hours: int = 1) -> StatusEvent:
    at = world.NOON + timedelta(hours=hours)
    return replace(desks.event_of(kind), effective_at=at, recorded_at=at)


def _answer(
    open_unit: OpenUnit, identifier: str, *, hours: float = 5, at: datetime | None = None
) -> StatusAnswer:
    region = world.region("340200")
    clock = FixedClock(world.NOON + timedelta(hours=hours, microseconds=7))
    data = answer_status(
        identifier,
        NONCE,
        at=at,
        region="340200",
        unit_of_work=open_unit,
        clock=clock,
        signer=region.status_signer,
    )
    envelope = parse_envelope(data)
    envelope.verify()
    assert envelope.message.signer == region.status_signer.certificate
    return StatusAnswer.of(envelope)


def test_a_revoked_license_is_revoked_in_register_log_and_answer(open_unit: OpenUnit) -> None:
    event = _event(S.REVOKED)

    assert record_status(desks.identifier(1), event, unit_of_work=open_unit) == event

    with open_unit() as work:
        assert work.licenses.get(desks.identifier(1)).status is S.REVOKED
        assert work.licenses.events(desks.identifier(1))[-1] == event
    answer = _answer(open_unit, desks.identifier(1))
    assert answer.event == replace(event, actor="")
    assert (answer.nonce, answer.region) == (NONCE, "340200")
    assert answer.record_digest == desks.license_of(1).files.record
    assert answer.answered_at == world.NOON + timedelta(hours=5)


def test_a_revocation_dated_back_behind_the_issuing_counts_all_the_same(
    open_unit: OpenUnit,
) -> None:
    """Decisions often carry a date alone, which is the midnight before the license was sealed."""
    back = replace(_event(S.REVOKED), effective_at=world.NOON - timedelta(hours=12))
    record_status(desks.identifier(1), back, unit_of_work=open_unit)

    answer = _answer(open_unit, desks.identifier(1))

    assert answer.event is not None
    assert answer.event.kind is S.REVOKED


def test_an_answer_tells_what_is_known_when_it_is_given(open_unit: OpenUnit) -> None:
    record_status(desks.identifier(1), _event(S.SUSPENDED, hours=3), unit_of_work=open_unit)

    kinds = [
        answer.event.kind
        for hours in (0, 2, 3, 4)
        if (answer := _answer(open_unit, desks.identifier(1), hours=hours)).event
    ]

    assert kinds == [S.ACTIVE, S.ACTIVE, S.SUSPENDED, S.SUSPENDED]


def test_an_unknown_license_gets_a_signed_answer_too(open_unit: OpenUnit) -> None:
    answer = _answer(open_unit, desks.identifier(9))

    assert answer.event is None
    assert answer.record_digest == ""
    assert (answer.list_number, answer.list_index, answer.list_version) == ("", "", "")
    assert (answer.valid_from, answer.valid_to) == ("", "")


def test_an_answer_about_an_earlier_moment_counts_what_is_known_now(open_unit: OpenUnit) -> None:
    back = replace(_event(S.REVOKED, hours=3), effective_at=world.NOON + timedelta(hours=1))
    record_status(desks.identifier(1), back, unit_of_work=open_unit)

    found = {
        hours: _answer(open_unit, desks.identifier(1), at=world.NOON + timedelta(hours=hours))
        for hours in (-1, 0.5, 1, 4)
    }

    kinds = {hours: answer.event.kind if answer.event else None for hours, answer in found.items()}
    assert kinds == {-1: None, 0.5: S.ACTIVE, 1: S.REVOKED, 4: S.REVOKED}
    assert {answer.answered_at for answer in found.values()} == {world.NOON + timedelta(hours=5)}
    assert found[0.5].asked_about == world.NOON + timedelta(minutes=30)
    assert found[-1].record_digest


def test_an_answer_tells_entry_and_validity(open_unit: OpenUnit) -> None:
    place = StatusIndex(list_number=2, index=9)
    with open_unit() as work:
        license = replace(desks.license_of(2), valid_to=None, status_index=place)
        work.licenses.add([(license, desks.event_of())])
        work.commit()

    answer = _answer(open_unit, desks.identifier(2))

    assert (answer.list_number, answer.list_index, answer.list_version) == ("2", "9", "")
    assert (answer.valid_from, answer.valid_to) == ("2026-01-01", "")
    assert answer.asked_about == answer.answered_at


def test_a_license_that_does_not_exist_cannot_be_revoked(open_unit: OpenUnit) -> None:
    with pytest.raises(LicenseNotFoundError):
        record_status(desks.identifier(9), _event(S.REVOKED), unit_of_work=open_unit)


@pytest.mark.parametrize(
    "path", [(S.REVOKED, S.ACTIVE), (S.SUSPENDED, S.PENDING), (S.SUPERSEDED, S.REVOKED)]
)
def test_an_illegal_step_changes_nothing(
    open_unit: OpenUnit, path: tuple[StatusKind, StatusKind]
) -> None:
    first, second = path
    record_status(desks.identifier(1), _event(first), unit_of_work=open_unit)

    with pytest.raises(IllegalTransitionError):
        record_status(desks.identifier(1), _event(second, hours=2), unit_of_work=open_unit)

    with open_unit() as work:
        assert work.licenses.get(desks.identifier(1)).status is first
        assert len(work.licenses.events(desks.identifier(1))) == 2


def test_a_suspended_license_comes_back(open_unit: OpenUnit) -> None:
    for hours, kind in enumerate((S.SUSPENDED, S.ACTIVE, S.SUSPENDED, S.REVOKED), start=1):
        record_status(desks.identifier(1), _event(kind, hours=hours), unit_of_work=open_unit)
        answer = _answer(open_unit, desks.identifier(1), hours=hours)
        assert answer.event is not None
        assert answer.event.kind is kind


# Answers from outside ----------------------------------------------------------------------------


def _payload(**changes: object) -> bytes:
    payload = {
        "schema": "yinxin.status-answer/1",
        "identifier": desks.identifier(1),
        "nonce": NONCE,
        "region": "340200",
        "answered_at": "2026-03-18T04:00:00+00:00",
        "record_digest": "1" * 64,
        "at": "2026-03-18T04:00:00+00:00",
        "list_number": "0",
        "list_index": "7",
        "list_version": "2" * 64,
        "valid_from": "2026-01-01",
        "valid_to": "",
        "status": "revoked",
        "effective_at": "2026-03-18T03:00:00+00:00",
        "recorded_at": "2026-03-18T03:30:00+00:00",
        "reason": "理由",
        "decision_no": "1号",
        **changes,
    }
    kept = {key: value for key, value in payload.items() if value is not None}
    return sign_payload(
        json.loads(json.dumps(kept)),
        signer=world.region("340200").status_signer,
        signed_at=world.NOON,
    )


def test_the_payload_of_these_tests_is_an_honest_one() -> None:
    answer = StatusAnswer.of(parse_envelope(_payload()))

    assert answer.event is not None
    assert answer.event.kind is S.REVOKED


@pytest.mark.parametrize(
    "changes",
    [
        {"schema": "yinxin.status-answer/2"},
        {"schema": None},
        {"nonce": None},
        {"region": 340200},
        {"status": "fine"},
        {"status": None},
        {"status": "unknown"},
        {"answered_at": "2026-03-18T04:00:00"},
        {"answered_at": "yesterday"},
        {"answered_at": "2026-03-18T04:00:00Z"},
        {"effective_at": ""},
        {"recorded_at": "2026-02-30T00:00:00+00:00"},
        {"more": "parts"},
        {"at": None},
        {"at": ""},
        {"at": "2026-03-18T04:00:00Z"},
        {"list_index": None},
        {"list_index": 7},
        {"valid_to": None},
        {"reason": ["a", "list"]},
    ],
    ids=str,
)
def test_answers_that_break_the_schema_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(MalformedRecordError):
        StatusAnswer.of(parse_envelope(_payload(**changes)))


# Holder keys -------------------------------------------------------------------------------------


def test_holder_keys_tell_holders_and_secrets_apart_and_show_neither() -> None:
    code = "340202199001011234"
    one = HolderCode(code_type=HolderCodeType.ORDINARY_PASSPORT, code="E12345678")
    other = replace(one, code_type=HolderCodeType.SERVICE_PASSPORT)
    keys = HolderKeys(b"secret" * 6)

    assert keys.of(one) == keys.of(replace(one))
    assert len({keys.of(one), keys.of(other), HolderKeys(b"x" * 32).of(one)}) == 3
    assert "secret" not in repr(keys)
    assert code not in keys.of(one)
    assert len(keys.of(one)) == 64
