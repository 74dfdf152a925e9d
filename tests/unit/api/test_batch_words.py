"""What people are told of a batch: how it stands, and what to type next."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from api.batch_views import Awaited, BatchView
from api.batch_words import next_lines, view_json, view_line
from certs.batches.batch import Batch, BatchCounts, BatchState

NOON = datetime(2026, 3, 1, 4, tzinfo=UTC)
ID = "5b1f0e6c9d3a4f7e8a2b1c0d9e8f7a6b"
CONFIRM = f"yinxin batch confirm {ID}"


def view(
    state: BatchState, *, awaits: Awaited | None = None, refusal: str = "", refused: int = 0
) -> BatchView:
    batch = Batch(
        id=ID,
        type_code="1",
        source_name="rows.xlsx",
        source_digest="0" * 64,
        operator="样例",
        columns=(),
        state=state,
        created_at=NOON,
    )
    return BatchView(
        batch=replace(batch, finished_at=NOON if state.is_over else None),
        counts=BatchCounts(waiting=1, refused=refused),
        awaits=awaits,
        is_trial=False,
        refusal=refusal,
        rows_per_second=None,
        is_reconciled=None,
    )


def said(
    state: BatchState, *, awaits: Awaited | None = None, refusal: str = "", refused: int = 0
) -> str:
    return "\n".join(next_lines(view(state, awaits=awaits, refusal=refusal, refused=refused)))


@pytest.mark.parametrize(
    ("state", "awaits", "command"),
    [
        (BatchState.READING, Awaited.READING, "yinxin worker"),
        (BatchState.PAUSED, Awaited.CONFIRMATION, CONFIRM),
        (BatchState.PAUSED, None, f"yinxin batch resume {ID}"),
        (BatchState.RUNNING, None, "yinxin worker"),
    ],
)
def test_a_batch_that_waits_names_the_command_that_takes_it_on(
    state: BatchState, awaits: Awaited | None, command: str
) -> None:
    assert command in said(state, awaits=awaits)
    assert (CONFIRM in said(state, awaits=awaits)) is (awaits is Awaited.CONFIRMATION)


def test_a_batch_that_is_over_asks_for_nothing() -> None:
    assert said(BatchState.DONE) == said(BatchState.CANCELLED) == ""


def test_a_file_that_cannot_be_read_says_why_and_that_it_may_come_again() -> None:
    text = said(BatchState.CANCELLED, refusal="第 7 行损坏 · row 7 is damaged")
    assert "row 7 is damaged" in text
    assert "send it again" in text


def test_refused_rows_are_fetched_by_a_command() -> None:
    assert f"yinxin batch refused {ID} --out" in said(BatchState.DONE, refused=3)


def test_a_list_tells_what_waits_for_a_person() -> None:
    waiting = view(BatchState.PAUSED, awaits=Awaited.CONFIRMATION)

    assert "待确认" in view_line(waiting)
    assert "已暂停" in view_line(view(BatchState.PAUSED))
    assert view_json(waiting)["awaits"] == "confirmation"
    assert view_json(view(BatchState.CANCELLED, refusal="坏 · bad"))["refusal"] == "坏 · bad"
