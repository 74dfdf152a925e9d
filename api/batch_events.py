"""The progress of a batch as it happens (text/event-stream), for as long as somebody listens."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Final

from fastapi.concurrency import run_in_threadpool

from api.batch_views import view_of
from api.places import Places
from api.schemas.batches import BatchOut
from api.services import Services

EVENT_STREAM: Final = "text/event-stream"
_LOOK_SECONDS: Final = 1.0
_LONGEST_SECONDS: Final = 600
"""Then listeners come again by themselves."""


async def listening(stream: AsyncIterator[bytes], places: Places) -> AsyncIterator[bytes]:
    """Yield an empty beginning, then the stream; a place is held until it ends or is closed.

    Raises:
        BusyError: There is none.
    """
    with places.held():
        yield b""
        async for event in stream:
            yield event


async def events(batch_id: str, services: Services) -> AsyncIterator[bytes]:
    """Yield how a batch stands, for programs, whenever that changes, until it is over."""

    def look() -> tuple[str, bool]:
        shown = _shown(batch_id, services)
        return shown.model_dump_json(), shown.state.is_over

    async for event in changes(look):
        yield event


async def changes(look: Callable[[], tuple[str, bool]]) -> AsyncIterator[bytes]:
    """Yield what a look shows whenever that changes, until it is the last.

    Args:
        look: Returns what is shown, and whether nothing will change any more; runs in a thread.
    """
    last = ""
    for _ in range(int(_LONGEST_SECONDS / _LOOK_SECONDS)):
        said, is_over = await run_in_threadpool(look)
        # Between changes a comment tells proxies that somebody is still there.
        yield b": \n\n" if said == last else _event(said)
        last = said
        if is_over:
            return
        await asyncio.sleep(_LOOK_SECONDS)


def _event(said: str) -> bytes:
    lines = "".join(f"data: {line}\n" for line in said.splitlines())
    return f"event: progress\n{lines}\n".encode()


def _shown(batch_id: str, services: Services) -> BatchOut:
    with services.unit_of_work() as work:
        work.only_read()
        batch = work.batches.get(batch_id)
        now = services.clock.now()
        return BatchOut.of(view_of(batch, work, now=now, is_counted=batch.state.is_over))
