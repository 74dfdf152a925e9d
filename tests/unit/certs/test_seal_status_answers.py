"""Signed answers about a seal, and what a verifier may conclude from them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from certs.envelopes import Envelope, parse_envelope, sign_payload
from certs.errors import MalformedRecordError, SealRecordError
from certs.ports import UnitOfWork
from certs.seals.events import SealMove, SealState
from certs.seals.lifecycle import answer_seal_status, move_seal
from certs.seals.status_answers import (
    SealQuestion,
    SealStatusAnswer,
    Standing,
    read_answer,
)
from signing.errors import InvalidPathError
from tests import world
from tests.doubles.issuing import FixedClock
from tests.doubles.register import MemoryDatabase
from tests.seal_lives import enable_seal, event

REGION = world.region("340200")
NOW = world.NOON + timedelta(hours=1)
NONCE = "0" * 32


@pytest.fixture
def database() -> MemoryDatabase:
    made = MemoryDatabase()
    enable_seal(REGION, made.unit_of_work)
    return made


def question(database: MemoryDatabase) -> SealQuestion:
    with database.unit_of_work() as work:
        (seal,) = work.seals.all()
    return SealQuestion(code=seal.code, seal_digest=seal.digest, at=world.NOON, nonce=NONCE)


def answer(asked: SealQuestion, database: MemoryDatabase) -> bytes:
    def unit_of_work() -> UnitOfWork:
        return database.unit_of_work()

    return answer_seal_status(
        asked.code,
        at=asked.at,
        nonce=asked.nonce,
        region="340200",
        unit_of_work=unit_of_work,
        clock=FixedClock(NOW),
        signer=REGION.status_signer,
    )


def speaks(envelope: Envelope) -> None:
    """Our region's status signer may speak, and nobody else."""
    envelope.verify()
    if envelope.message.signer != REGION.status_signer.certificate:
        raise InvalidPathError("somebody else")


def test_an_enabled_seal_stood_well(database: MemoryDatabase) -> None:
    asked = question(database)

    found = read_answer(answer(asked, database), asked, check_speaker=speaks, now=NOW)

    assert (found.standing, found.state, found.problem) == (Standing.GOOD, SealState.ENABLED, "")
    assert found.since == world.NOON - timedelta(hours=1)
    assert (found.as_of, found.answered_by) == (NOW, "status")


@pytest.mark.parametrize("move", [SealMove.SUSPENDED, SealMove.REVOKED, SealMove.DESTROYED])
def test_what_ended_before_the_signature_is_bad_and_after_it_good(
    database: MemoryDatabase, move: SealMove
) -> None:
    asked = question(database)
    back = event(move, world.NOON, recorded_at=NOW, reason="密钥外泄")
    move_seal(asked.code, back, unit_of_work=database.unit_of_work)
    earlier = replace(asked, at=world.NOON - timedelta(seconds=1))

    ended = read_answer(answer(asked, database), asked, check_speaker=speaks, now=NOW)
    before = read_answer(answer(earlier, database), earlier, check_speaker=speaks, now=NOW)

    assert (ended.standing, ended.problem) == (Standing.BAD, "not-enabled")
    assert (ended.state, ended.since, ended.reason) == (move.state, world.NOON, "密钥外泄")
    assert before.standing is Standing.GOOD


def test_a_seal_nobody_knows_another_seal_and_a_time_before_the_seal_are_bad(
    database: MemoryDatabase,
) -> None:
    asked = question(database)
    for changed, problem in (
        (replace(asked, code="99999999"), "not-registered"),
        (replace(asked, seal_digest="0" * 64), "other-seal"),
        (replace(asked, at=world.NOON - timedelta(days=1)), "not-begun"),
    ):
        found = read_answer(answer(changed, database), changed, check_speaker=speaks, now=NOW)
        assert (found.standing, found.problem) == (Standing.BAD, problem)


def test_an_answer_to_another_question_or_an_old_one_says_nothing(
    database: MemoryDatabase,
) -> None:
    asked = question(database)
    given = answer(asked, database)
    others = (
        replace(asked, nonce="1" * 32),
        replace(asked, at=asked.at + timedelta(seconds=1)),
        replace(asked, code="34020000000002"),
    )

    for other in others:
        found = read_answer(given, other, check_speaker=speaks, now=NOW)
        assert (found.standing, found.problem) == (Standing.UNKNOWN, "other-question")
    late = read_answer(given, asked, check_speaker=speaks, now=NOW + timedelta(minutes=6))
    assert (late.standing, late.problem) == (Standing.UNKNOWN, "other-question")


@pytest.mark.parametrize("damaged", [b"", b"{}", b"\xff" * 100, b"[" * 5000, b"x" * 70_000])
def test_what_is_no_answer_says_nothing(damaged: bytes, database: MemoryDatabase) -> None:
    found = read_answer(damaged, question(database), check_speaker=speaks, now=NOW)

    assert (found.standing, found.problem) == (Standing.UNKNOWN, "not-trusted")


def test_silence_says_nothing(database: MemoryDatabase) -> None:
    found = read_answer(None, question(database), check_speaker=speaks, now=NOW)

    assert (found.standing, found.problem) == (Standing.UNKNOWN, "silent")


def test_a_changed_answer_and_another_speaker_say_nothing(database: MemoryDatabase) -> None:
    asked = question(database)
    given = answer(asked, database)
    changed = given.replace(b'"status":"enabled"', b'"status":"revoked"')
    assert changed != given
    envelope = parse_envelope(given)
    foreign = sign_payload(
        envelope.payload, signer=world.region("610300").status_signer, signed_at=NOW
    )

    for bad in (changed, foreign):
        found = read_answer(bad, asked, check_speaker=speaks, now=NOW)
        assert (found.standing, found.problem) == (Standing.UNKNOWN, "not-trusted")


def test_an_answer_with_more_or_less_than_the_schema_is_none(database: MemoryDatabase) -> None:
    payload = parse_envelope(answer(question(database), database)).payload
    for changed in (
        payload | {"more": "1"},
        {key: value for key, value in payload.items() if key != "since"},
        payload | {"status": "fine"},
        payload | {"at": "yesterday"},
        payload | {"at": "2026-03-18T04:00:00"},
        payload | {"status": "unknown"},
        payload | {"schema": "yinxin.status-answer/1"},
        payload | {"since": 5},
    ):
        signed = sign_payload(changed, signer=REGION.status_signer, signed_at=NOW)
        with pytest.raises(MalformedRecordError):
            SealStatusAnswer.of(parse_envelope(signed))


def test_nobody_is_told_the_future(database: MemoryDatabase) -> None:
    ahead = replace(question(database), at=NOW + timedelta(minutes=6))

    with pytest.raises(SealRecordError, match="future"):
        answer(ahead, database)
