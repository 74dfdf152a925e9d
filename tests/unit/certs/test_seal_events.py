"""The life of a seal: what may follow what, who agrees, and what was known when."""

from datetime import datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certs.errors import IllegalTransitionError, SealRecordError, SecondPersonRequiredError
from certs.identifiers import SocialCreditCode
from certs.seals.events import (
    ALLOWED,
    Approval,
    SealEvent,
    SealMove,
    SealState,
    begins,
    check_move,
    event_at,
    same_person,
)
from certs.seals.succession import IssuerSuccession
from certs.seals.uses import SealUse
from tests import world
from tests.seal_lives import HEAD, KEEPER, event

HOUR = timedelta(hours=1)
FORMER, SUCCESSOR = (SocialCreditCode(world.ISSUERS[code][1]) for code in ("340200", "610300"))


def life(*moves: SealMove, recorded: datetime = world.NOON) -> tuple[SealEvent, ...]:
    """Moves an hour apart."""
    return tuple(event(move, recorded + HOUR * n) for n, move in enumerate(moves))


# Moves -------------------------------------------------------------------------------------------

PATHS = {
    SealState.MADE: (SealMove.MADE,),
    SealState.ENABLED: (SealMove.MADE, SealMove.ENABLED),
    SealState.SUSPENDED: (SealMove.MADE, SealMove.ENABLED, SealMove.SUSPENDED),
    SealState.REVOKED: (SealMove.MADE, SealMove.REVOKED),
    SealState.DESTROYED: (SealMove.MADE, SealMove.DESTROYED),
}
MAY = {
    ("made", "enabled"),
    ("made", "revoked"),
    ("made", "destroyed"),
    ("enabled", "suspended"),
    ("enabled", "revoked"),
    ("enabled", "destroyed"),
    ("suspended", "resumed"),
    ("suspended", "revoked"),
    ("suspended", "destroyed"),
    ("revoked", "destroyed"),
}


@pytest.mark.parametrize(("state", "move"), list(product(PATHS, SealMove)))
def test_only_the_moves_of_the_table_are_allowed(state: SealState, move: SealMove) -> None:
    before = life(*PATHS[state])
    after = event(move, world.NOON + 5 * HOUR)

    if (state.value, move.value) in MAY:
        check_move(before, after)
    else:
        with pytest.raises(IllegalTransitionError, match=move.zh):
            check_move(before, after)


def test_a_life_begins_with_the_making() -> None:
    check_move((), event(SealMove.MADE))
    for move in set(SealMove) - {SealMove.MADE}:
        with pytest.raises(IllegalTransitionError):
            check_move((), event(move))


def test_an_end_is_never_left_but_by_destruction() -> None:
    assert ALLOWED[SealState.REVOKED] == {SealMove.DESTROYED}
    assert ALLOWED[SealState.DESTROYED] == frozenset()


def test_nothing_happens_to_a_seal_before_it_was_made() -> None:
    with pytest.raises(IllegalTransitionError, match="made"):
        check_move(
            life(SealMove.MADE),
            event(SealMove.REVOKED, world.NOON - HOUR, recorded_at=world.NOON + HOUR),
        )


# Persons -----------------------------------------------------------------------------------------


def noted(
    move: SealMove, *, document_no: str = "1号", approval: Approval | None = None
) -> SealEvent:
    """An event of noon, recorded by the keeper."""
    return SealEvent(
        move=move,
        effective_at=world.NOON,
        recorded_at=world.NOON,
        operator=KEEPER,
        document_no=document_no,
        approval=approval,
    )


@pytest.mark.parametrize("move", [SealMove.MADE, SealMove.REVOKED, SealMove.DESTROYED])
def test_making_revoking_and_destroying_need_a_second_person(move: SealMove) -> None:
    with pytest.raises(SecondPersonRequiredError, match="second person"):
        noted(move)
    with pytest.raises(SecondPersonRequiredError, match="operator"):
        noted(move, approval=Approval(approver=KEEPER))
    with pytest.raises(SealRecordError, match="document number"):
        noted(move, document_no="", approval=Approval(approver=HEAD))
    assert noted(move, approval=Approval(approver=HEAD)).move is move


@pytest.mark.parametrize(
    "other", ["S001", "s001", "\uff33\uff10\uff10\uff11", "S 001", "S001\u3000"]
)
def test_one_person_typed_in_two_ways_is_one_person(other: str) -> None:
    assert same_person("S001", other)
    assert not same_person("S002", other)


def test_who_agreed_to_what_needs_nobody_is_kept_but_never_the_operator() -> None:
    agreed = Approval(approver=HEAD)
    assert noted(SealMove.SUSPENDED, document_no="", approval=agreed).approval == agreed
    with pytest.raises(SecondPersonRequiredError):
        noted(SealMove.SUSPENDED, approval=Approval(approver=KEEPER))


@pytest.mark.parametrize("name", ["", " ", "  S001", "S001 ", "S\n001", "a" * 101, "\u202eS001"])
def test_nobody_hides_behind_a_name_that_is_none(name: str) -> None:
    with pytest.raises(SealRecordError):
        SealEvent(
            move=SealMove.ENABLED,
            effective_at=world.NOON,
            recorded_at=world.NOON,
            operator=name,
        )
    with pytest.raises(SealRecordError):
        Approval(approver=name)


@pytest.mark.parametrize("digest", ["1", "A" * 64, "g" * 64, "1" * 65])
def test_an_approval_is_named_by_an_sm3_digest(digest: str) -> None:
    with pytest.raises(SealRecordError, match="SM3"):
        Approval(approver=HEAD, digest=digest)
    with pytest.raises(SealRecordError, match="SM3"):
        SealUse(
            seal_code="340200000001",
            used_at=world.NOON,
            operator=KEEPER,
            purpose="签发",
            digest=digest,
        )


# Times -------------------------------------------------------------------------------------------


def test_nothing_takes_effect_before_it_is_told() -> None:
    with pytest.raises(SealRecordError, match="生效时间"):
        event(SealMove.SUSPENDED, world.NOON + HOUR, recorded_at=world.NOON)


@pytest.mark.parametrize("move", [SealMove.ENABLED, SealMove.RESUMED])
def test_bringing_into_use_is_never_dated_back(move: SealMove) -> None:
    with pytest.raises(SealRecordError, match="倒签"):
        event(move, world.NOON, recorded_at=world.NOON + timedelta(seconds=1))


@pytest.mark.parametrize("move", [SealMove.SUSPENDED, SealMove.REVOKED])
def test_what_ends_or_pauses_use_may_be_dated_back(move: SealMove) -> None:
    event(move, world.NOON, recorded_at=world.NOON + 48 * HOUR)


def test_use_begins_with_the_second_because_seal_signatures_name_whole_seconds() -> None:
    now = world.NOON + timedelta(microseconds=700_000)

    assert begins(SealMove.ENABLED, now) == world.NOON
    assert begins(SealMove.SUSPENDED, now) == now


def _at(events: tuple[SealEvent, ...], at: datetime, known: datetime) -> str | None:
    found = event_at(events, at=at, known=known)
    return found.move.state.value if found else None


def test_a_back_dated_revocation_shows_from_when_it_was_known() -> None:
    events = (
        *life(SealMove.MADE, SealMove.ENABLED),
        event(SealMove.REVOKED, world.NOON + 2 * HOUR, recorded_at=world.NOON + 9 * HOUR),
    )
    sealed_at = world.NOON + 5 * HOUR

    assert _at(events, sealed_at, world.NOON + 6 * HOUR) == "enabled"
    assert _at(events, sealed_at, world.NOON + 9 * HOUR) == "revoked"
    assert _at(events, world.NOON + HOUR, world.NOON + 9 * HOUR) == "enabled"
    assert _at(events, world.NOON, world.NOON + 9 * HOUR) == "made"
    assert _at(events, world.NOON - HOUR, world.NOON + 9 * HOUR) is None


def test_a_back_dated_suspension_covers_what_was_resumed_before_it_was_known() -> None:
    events = (
        *life(SealMove.MADE, SealMove.ENABLED, SealMove.SUSPENDED, SealMove.RESUMED),
        event(SealMove.SUSPENDED, world.NOON + 90 * HOUR / 60, recorded_at=world.NOON + 9 * HOUR),
    )

    assert _at(events, world.NOON + 5 * HOUR, world.NOON + 5 * HOUR) == "enabled"
    assert _at(events, world.NOON + 5 * HOUR, world.NOON + 9 * HOUR) == "suspended"


@given(st.lists(st.sampled_from(list(SealMove)), max_size=8), st.integers(0, 12))
def test_after_an_end_no_time_is_ever_good(moves: list[SealMove], hours: int) -> None:
    events: tuple[SealEvent, ...] = ()
    for number, move in enumerate([SealMove.MADE, *moves]):
        candidate = event(move, world.NOON + HOUR * number)
        try:
            check_move(events, candidate)
        except IllegalTransitionError:
            continue
        events += (candidate,)
    ended = [item for item in events if item.move in {SealMove.REVOKED, SealMove.DESTROYED}]
    at = world.NOON + HOUR * hours

    if ended and at >= ended[0].effective_at:
        assert _at(events, at, at) in {"revoked", "destroyed"}


# Succession --------------------------------------------------------------------------------------


def succession(**changes: object) -> IssuerSuccession:
    values: dict[str, object] = {
        "former_code": FORMER,
        "former_name": "芜湖市食品药品监督管理局",
        "successor_code": SUCCESSOR,
        "successor_name": "芜湖市市场监督管理局",
        "effective_at": world.NOON,
        "recorded_at": world.NOON,
        "operator": KEEPER,
        "document_no": "芜编〔2026〕1号",
        "approval": Approval(approver=HEAD),
    }
    return IssuerSuccession(**(values | changes))  # type: ignore[arg-type]


def test_a_succession_changes_something_and_has_two_persons_and_a_document() -> None:
    assert succession(successor_code=FORMER).former_code == FORMER
    with pytest.raises(SealRecordError, match="nothing changes"):
        succession(successor_code=FORMER, successor_name="芜湖市食品药品监督管理局")
    with pytest.raises(SecondPersonRequiredError):
        succession(approval=Approval(approver=KEEPER))
    with pytest.raises(SealRecordError, match="document number"):
        succession(document_no="")
