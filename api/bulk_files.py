"""Many files judged in one call (批量核验文件): a line a file, in the order they came.

Each file is judged as soon as it has arrived, a few at a time; only the lines are kept until the
whole body is read, because a sender that does not listen while it sends would wait for ever.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Final

from fastapi.concurrency import run_in_threadpool
from pydantic_core import to_json

from api.multipart_files import ReceivedFile
from api.reports import brief_json
from certs.masking import redact
from verify.verifier import Inquiry, Verifier

MOST_FILES: Final = 1000
_AT_ONCE: Final = 4


async def judge_files(
    files: AsyncIterator[ReceivedFile], verifier: Verifier, inquiry: Inquiry
) -> list[bytes]:
    """Return a line for each file; not more than a few files are in memory at any time."""
    room = asyncio.Semaphore(_AT_ONCE)
    lines: list[asyncio.Task[bytes]] = []

    async def judged(number: int, file: ReceivedFile) -> bytes:
        try:
            return await run_in_threadpool(_line, number, file, verifier, inquiry)
        finally:
            room.release()

    number = 0
    try:
        async for file in files:
            number += 1
            await room.acquire()
            lines.append(asyncio.create_task(judged(number, file)))
            del file
        return await asyncio.gather(*lines)
    finally:
        for task in lines:
            task.cancel()


def _line(number: int, file: ReceivedFile, verifier: Verifier, inquiry: Inquiry) -> bytes:
    report = verifier.verify(file.data, inquiry=inquiry)
    value: dict[str, Any] = {"line": number, "file": redact(file.name), **brief_json(report)}
    return to_json(value) + b"\n"
