"""The progress of a batch as it happens (text/event-stream), for as long as somebody listens."""

import asyncio
from collections.abc import AsyncIterator
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
    """Yield how a batch stands whenever that changes, until it is over."""
    last = b""
    for _ in range(int(_LONGEST_SECONDS / _LOOK_SECONDS)):
        shown = await run_in_threadpool(_shown, batch_id, services)
        said = shown.model_dump_json().encode()
        # Between changes a comment tells proxies that somebody is still there.
        yield b": \n\n" if said == last else b"event: progress\ndata: " + said + b"\n\n"
        last = said
        if shown.state.is_over:
            return
        await asyncio.sleep(_LOOK_SECONDS)


def _shown(batch_id: str, services: Services) -> BatchOut:
    with services.unit_of_work() as work:
        batch = work.batches.get(batch_id)
        now = services.clock.now()
        return BatchOut.of(view_of(batch, work, now=now, is_counted=batch.state.is_over))
