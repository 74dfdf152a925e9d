"""The bulletin of seals: what it says of any moment, and what it refuses to be."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certs.canonical import JsonValue
from certs.envelopes import parse_envelope, sign_payload
from certs.errors import IllegalTransitionError, MalformedRecordError
from certs.ports import UnitOfWork
from certs.seals.events import SealEvent, SealMove, SealState
from certs.seals.lifecycle import answer_seal_status, move_seal
from certs.seals.standings import LIFETIME, MAX_BYTES, SealStandings, listed_seals
from certs.seals.standings_publisher import RENEWED_AFTER, StandingsPublisher
from certs.seals.status_answers import SealQuestion, Standing, read_answer
from tests import world
from tests.doubles.issuing import FixedClock
from tests.doubles.register import MemoryDatabase
from tests.instance_parts import MovingClock
from tests.seal_lives import enable_seal, event
from tests.seal_standing_cases import USED, standings

REGION = world.region("340200")
CODE = "34020000000001"
NOW = world.NOON + timedelta(hours=1)


@pytest.fixture
def database() -> MemoryDatabase:
    made = MemoryDatabase()
    enable_seal(REGION, made.unit_of_work)
    return made


def publisher(database: MemoryDatabase, clock: MovingClock) -> StandingsPublisher:
    def unit_of_work() -> UnitOfWork:
        return database.unit_of_work()

    return StandingsPublisher(
        region="340200", unit_of_work=unit_of_work, clock=clock, signer=REGION.status_signer
    )


def read(data: bytes | None) -> SealStandings:
    assert data is not None
    envelope = parse_envelope(data, max_bytes=MAX_BYTES)
    envelope.verify()
    return SealStandings.of(envelope)


def test_a_bulletin_names_every_seal_with_its_whole_life_and_nobody_who_acted(
    database: MemoryDatabase,
) -> None:
    ended = event(SealMove.REVOKED, NOW - timedelta(minutes=9), recorded_at=NOW)
    move_seal(CODE, replace(ended, reason="密钥外泄"), unit_of_work=database.unit_of_work)

    data = publisher(database, MovingClock(NOW)).current()
    found = read(data)

    phases = found.seals[CODE].phases
    assert [item.state for item in phases] == [
        SealState.MADE,
        SealState.ENABLED,
        SealState.REVOKED,
    ]
    assert (phases[-1].reason, phases[-1].decision_no) == ("密钥外泄", "样印〔2026〕1号")
    assert (phases[-1].recorded_at, phases[0].recorded_at) == (NOW, None)
    assert (found.region, found.issued_at, found.expires_at) == ("340200", NOW, NOW + LIFETIME)
    assert data is not None
    assert b"S001" not in data
    assert b"S002" not in data


def test_it_is_signed_anew_when_the_register_changed_and_when_it_grows_old(
    database: MemoryDatabase,
) -> None:
    clock = MovingClock(NOW)
    keeper = publisher(database, clock)
    first = keeper.current()
    clock.advance(RENEWED_AFTER - timedelta(seconds=1))
    assert keeper.current() is first

    move_seal(CODE, event(SealMove.SUSPENDED, clock.now()), unit_of_work=database.unit_of_work)
    second = keeper.current()
    assert read(second).seals[CODE].phases[-1].state is SealState.SUSPENDED
    assert keeper.current() is second

    clock.advance(RENEWED_AFTER)
    third = keeper.current()
    assert read(third).issued_at == clock.now()
    clock.advance(-timedelta(days=1))
    assert read(keeper.current()).issued_at == clock.now()


def test_a_region_with_too_much_to_say_leaves_out_the_reasons_before_it_says_nothing() -> None:
    life = (*USED, event(SealMove.SUSPENDED, world.NOON, reason="理" * 500))
    many = {f"34020{number:09}": "ab" * 32 for number in range(3000)}
    wordy = standings(life=life, digests=many)

    with pytest.raises(MalformedRecordError):
        wordy.sign(REGION.status_signer)
    short = read(wordy.without_reasons().sign(REGION.status_signer))
    assert short.at("34020000000007", "ab" * 32, world.NOON).state is SealState.SUSPENDED


def test_the_publisher_tries_without_reasons_before_it_gives_up(
    database: MemoryDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    wordy = replace(event(SealMove.SUSPENDED, NOW), reason="印章遗失" * 100)
    move_seal(CODE, wordy, unit_of_work=database.unit_of_work)
    whole = publisher(database, MovingClock(NOW)).current()
    assert whole is not None
    monkeypatch.setattr("certs.seals.standings.MAX_BYTES", len(whole) - 1000)

    last = read(publisher(database, MovingClock(NOW)).current()).seals[CODE].phases[-1]

    assert (last.state, last.reason) == (SealState.SUSPENDED, "")


def test_the_publisher_gives_none_where_not_even_that_fits(
    database: MemoryDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("certs.seals.standings.MAX_BYTES", 100)

    assert publisher(database, MovingClock(NOW)).current() is None


STEPS = st.lists(
    st.tuples(st.sampled_from(SealMove), st.integers(0, 3000), st.integers(0, 2000)), max_size=6
)


def lived(steps: list[tuple[SealMove, int, int]], database: MemoryDatabase) -> datetime:
    """Have the seal go through what is allowed of ``steps``; return when the last was recorded."""
    at = world.NOON
    for move, later, back in steps:
        at += timedelta(seconds=later)
        dated_back = timedelta() if move.brings_into_use else timedelta(seconds=back)
        since = max(at - dated_back, world.NOON - timedelta(hours=1))
        try:
            move_seal(CODE, event(move, since, recorded_at=at), unit_of_work=database.unit_of_work)
        except IllegalTransitionError:
            continue
    return at


@settings(max_examples=120, deadline=None)
@given(steps=STEPS, before=st.integers(1, 20_000))
def test_a_bulletin_says_of_every_moment_what_an_answer_would_have_said(
    steps: list[tuple[SealMove, int, int]], before: int
) -> None:
    database = MemoryDatabase()
    seal = enable_seal(REGION, database.unit_of_work)
    clock = MovingClock(lived(steps, database) + timedelta(minutes=1))
    moment = clock.now() - timedelta(seconds=before)
    asked = SealQuestion(code=CODE, seal_digest=seal.digest, at=moment, nonce="0" * 32)

    def unit_of_work() -> UnitOfWork:
        return database.unit_of_work()

    answer = answer_seal_status(
        CODE,
        at=moment,
        nonce=asked.nonce,
        region="340200",
        unit_of_work=unit_of_work,
        clock=FixedClock(clock.now()),
        signer=REGION.status_signer,
    )
    told = read_answer(answer, asked, check_speaker=lambda _: None, now=clock.now())
    listed = read(publisher(database, clock).current()).at(CODE, seal.digest, moment)

    assert replace(listed, answered_by="") == replace(told, answered_by="")


@pytest.mark.parametrize("state", [SealMove.MADE, SealMove.SUSPENDED])
def test_what_may_have_changed_since_is_not_told(state: SealMove) -> None:
    life = USED[:1] if state is SealMove.MADE else (*USED, event(state, world.NOON))
    found = standings(life=life, issued_at=NOW, digests={CODE: "ab" * 32})

    assert found.at(CODE, "ab" * 32, NOW - timedelta(seconds=1)).standing is Standing.BAD
    for later in (NOW, NOW + timedelta(hours=1)):
        assert found.at(CODE, "ab" * 32, later).standing is Standing.UNKNOWN


def test_no_bulletin_tells_of_a_moment_behind_its_end() -> None:
    found = standings(issued_at=NOW, digests={CODE: "ab" * 32})

    last = NOW + LIFETIME - timedelta(seconds=1)
    assert found.at(CODE, "ab" * 32, last).standing is Standing.GOOD
    assert found.at(CODE, "ab" * 32, NOW + LIFETIME).standing is Standing.UNKNOWN


SEAL: dict[str, JsonValue] = {
    "code": CODE,
    "digest": "ab" * 32,
    "states": [{"state": "made", "since": "2026-03-18T03:00:00+00:00"}],
}
PHASE: Mapping[str, JsonValue] = {"state": "made", "since": "2026-03-18T03:00:00+00:00"}


@pytest.mark.parametrize(
    "parts",
    [
        {"schema": "yinxin.seal-standings/2"},
        {"region": 340200},
        {"issued_at": "yesterday"},
        {"issued_at": "2026-03-18T05:00:00"},
        {"issued_at": "2026-03-18T13:00:00+08:00"},
        {"expires_at": "2026-03-18T05:00:00+00:00"},
        {"expires_at": True},
        {"more": "parts"},
        {"seals": {}},
        {"seals": ["34020000000001"]},
        {"seals": [SEAL, SEAL]},
        {"seals": [SEAL | {"states": []}]},
        {"seals": [SEAL | {"states": {}}]},
        {"seals": [SEAL | {"states": ["made"]}]},
        {"seals": [SEAL | {"states": [{**PHASE, "state": "fine"}]}]},
        {"seals": [SEAL | {"states": [{**PHASE, "since": "2026-03-18T03:00:00Z"}]}]},
        {"seals": [SEAL | {"states": [{**PHASE, "reason": ""}]}]},
        {"seals": [SEAL | {"states": [{**PHASE, "operator": "S001"}]}]},
        {"seals": [SEAL | {"states": [{"state": "made"}]}]},
        {"seals": [SEAL | {"digest": 5}]},
        {"seals": [SEAL | {"name": "市章"}]},
        {"seals": [{"code": CODE}]},
    ],
)
def test_what_is_not_of_the_schema_is_no_bulletin(parts: dict[str, JsonValue]) -> None:
    payload = parse_envelope(standings(digests={}).sign(REGION.status_signer)).payload
    signed = sign_payload(payload | parts, signer=REGION.status_signer, signed_at=NOW)

    with pytest.raises(MalformedRecordError):
        SealStandings.of(parse_envelope(signed))


def test_a_sound_seal_in_the_same_place_is_read() -> None:
    payload = parse_envelope(standings(digests={}).sign(REGION.status_signer)).payload
    signed = sign_payload(payload | {"seals": [SEAL]}, signer=REGION.status_signer, signed_at=NOW)

    assert SealStandings.of(parse_envelope(signed)).seals.keys() == {CODE}


def test_five_thousand_seals_fit() -> None:
    life = (*USED, event(SealMove.SUSPENDED, world.NOON, reason="印章遗失，停用核查"))
    many = {f"34020{number:09}": "ab" * 32 for number in range(5000)}
    seals = listed_seals(many, dict.fromkeys(many, life))
    data = SealStandings(
        region="340200", issued_at=NOW, expires_at=NOW + LIFETIME, seals=seals
    ).sign(REGION.status_signer)

    assert len(data) < MAX_BYTES / 2
    assert read(data).seals == seals


def test_seals_without_a_life_are_left_out() -> None:
    lives: dict[str, list[SealEvent]] = {CODE: list(USED), "99999999": list(USED)}

    assert listed_seals({CODE: "ab" * 32, "34020000000002": "cd" * 32}, lives).keys() == {CODE}
