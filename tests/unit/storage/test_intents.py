"""The intents of issuing, in the database and in memory."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from threading import Barrier

import pytest

from certs.errors import DuplicateLicenseError, IntentClosedError
from certs.intents import Intent, IntentStage
from tests import world
from tests.desks import ISSUER, TYPE, identifier
from tests.unit.storage.conftest import OpenUnit

OTHER_ISSUER = "11610300MB9TXY014E"


def _intent(number: int = 1, *, version: int = 1, issuer: str = ISSUER, key: str = "") -> Intent:
    return Intent(
        identifier=identifier(number, version=version, issuer=issuer),
        request_key=key or f"key {number} {version} {issuer}",
        started_at=world.NOON,
        record=b"record \x00\xff",
        record_to_be_signed=b"attributes",
        code_to_be_signed=b"claims",
    )


def _add(open_unit: OpenUnit, *intents: Intent) -> None:
    with open_unit() as work:
        work.intents.add(intents)
        work.commit()


def _open(open_unit: OpenUnit, limit: int = 10, issuer: str = ISSUER) -> tuple[Intent, ...]:
    with open_unit() as work:
        return work.intents.open(limit, type_code=TYPE, issuer_code=issuer)


def test_an_intent_comes_back_as_it_was_stored(open_unit: OpenUnit) -> None:
    _add(open_unit, _intent(1), _intent(2))

    assert _open(open_unit) == (_intent(1), _intent(2))
    with open_unit() as work:
        key = _intent(2).request_key
        assert work.intents.of_requests([key, "unknown"]) == {key: _intent(2)}


def test_each_stage_keeps_what_it_adds(open_unit: OpenUnit) -> None:
    _add(open_unit, _intent(1), _intent(2))
    signed = _intent(1).signed(record_signature=b"r", code_signature=b"c")
    rendered = signed.rendered(document_digest=b"d", seal_to_be_signed=b"s")

    done = rendered.sealed(seal_signature=b"t", document_to_be_signed=b"m")
    for before, after in pairwise((_intent(1), signed, rendered, done)):
        with open_unit() as work:
            work.intents.advance([after], since=before.stage)
            work.commit()
        assert _open(open_unit) == (after, _intent(2))


def test_a_step_is_taken_once(open_unit: OpenUnit) -> None:
    """Of two processes that take up one intent, the second is told."""
    _add(open_unit, _intent(1), _intent(2))
    signed = _intent(1).signed(record_signature=b"r", code_signature=b"c")
    with open_unit() as work:
        work.intents.advance([signed], since=IntentStage.RECORDED)
        work.commit()

    late = _intent(1).signed(record_signature=b"late", code_signature=b"late")
    with open_unit() as work, pytest.raises(IntentClosedError):
        work.intents.advance([late], since=IntentStage.RECORDED)
    assert _open(open_unit) == (signed, _intent(2))


def _close(open_unit: OpenUnit, intent: Intent, last: IntentStage) -> None:
    """Store ``intent`` with its last stage, whatever lies between."""
    with open_unit() as work:
        if last is IntentStage.ABANDONED:
            work.intents.abandon([intent])
        else:
            work.intents.advance([replace(intent, stage=last)], since=intent.stage)
        work.commit()


@pytest.mark.parametrize("last", [IntentStage.ISSUED, IntentStage.ABANDONED])
def test_a_closed_intent_stays_on_record_and_is_not_open(
    open_unit: OpenUnit, last: IntentStage
) -> None:
    _add(open_unit, _intent(1), _intent(2))
    _close(open_unit, _intent(1), last)

    assert _open(open_unit) == (_intent(2),)
    with open_unit() as work:
        found = work.intents.of_requests([_intent(1).request_key])
    assert found[_intent(1).request_key].stage is last


@pytest.mark.parametrize("last", [IntentStage.ISSUED, IntentStage.ABANDONED])
def test_a_closed_intent_never_opens_again(open_unit: OpenUnit, last: IntentStage) -> None:
    """Else a slow process could take up what another has finished."""
    _add(open_unit, _intent(1), _intent(2))
    _close(open_unit, _intent(1), last)

    late = [
        item.signed(record_signature=b"r", code_signature=b"c") for item in map(_intent, (1, 2))
    ]
    with open_unit() as work, pytest.raises(IntentClosedError):
        work.intents.advance(late, since=IntentStage.RECORDED)
    for unknown in (_intent(1), _intent(3)):
        with open_unit() as work, pytest.raises(IntentClosedError):
            work.intents.abandon([unknown])
    assert _open(open_unit) == (_intent(2),)


def test_a_request_key_and_an_identifier_are_taken_once(open_unit: OpenUnit) -> None:
    _add(open_unit, _intent(1))

    for twin in (
        replace(_intent(2), request_key=_intent(1).request_key),
        replace(_intent(1), request_key="another"),
    ):
        with open_unit() as work, pytest.raises(DuplicateLicenseError):
            work.intents.add([_intent(3), twin])
    assert _open(open_unit) == (_intent(1),)


def test_nothing_to_add_and_nothing_to_replace_is_fine(open_unit: OpenUnit) -> None:
    with open_unit() as work:
        work.intents.add([])
        work.intents.advance([], since=IntentStage.RECORDED)
        work.intents.abandon([])
        work.commit()

    assert _open(open_unit) == ()


def test_open_intents_are_those_of_the_issuer_oldest_first(open_unit: OpenUnit) -> None:
    foreign = _intent(1, issuer=OTHER_ISSUER)
    _add(open_unit, _intent(3), foreign, _intent(1), _intent(2))

    assert _open(open_unit) == (_intent(3), _intent(1), _intent(2))
    assert _open(open_unit, limit=2) == (_intent(3), _intent(1))
    assert _open(open_unit, issuer=OTHER_ISSUER) == (foreign,)


def test_the_highest_version_ever_begun_is_known(open_unit: OpenUnit) -> None:
    _add(open_unit, _intent(1), _intent(1, version=12), _intent(1, version=3), _intent(2))
    stem = f"{TYPE}.{ISSUER}.JY{1:014d}"
    unknown = [f"{TYPE}.{ISSUER}.X{number}" for number in range(1200)]

    with open_unit() as work:
        assert work.intents.versions([*unknown, stem]) == {stem: 12}
        assert work.intents.versions([]) == {}


def test_numbers_are_handed_out_once(open_unit: OpenUnit) -> None:
    taken: list[int] = []
    for count in (3, 0, 1):
        with open_unit() as work:
            taken += work.intents.allocate(count)
            work.commit()

    assert taken == [0, 1, 2, 3]


def test_numbers_are_handed_out_once_to_many_at_once(open_unit: OpenUnit) -> None:
    start = Barrier(6)

    def allocate(_: int) -> list[int]:
        start.wait()
        with open_unit() as work:
            numbers = list(work.intents.allocate(5))
            work.commit()
        return numbers

    with ThreadPoolExecutor(6) as pool:
        taken = [number for numbers in pool.map(allocate, range(6)) for number in numbers]

    assert sorted(taken) == list(range(30))
