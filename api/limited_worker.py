"""A process that works on foreign bytes for another one, within limits.

It reads length-prefixed requests from its standard input and answers with length-prefixed
bytes. Code that looks at hostile bytes runs here because a thread cannot be stopped.
"""

import resource
import sys
from collections.abc import Callable
from typing import BinaryIO, Final

MEMORY_BYTES: Final = 2**30
CPU_SECONDS: Final = 30
LENGTH_BYTES: Final = 8
NO_ANSWER: Final = 2 ** (8 * LENGTH_BYTES) - 1


def serve(
    answer: Callable[[bytes], bytes | None],
    *,
    cpu_seconds: int = CPU_SECONDS,
    memory_bytes: int = MEMORY_BYTES,
) -> None:
    """Answer requests until the other end closes.

    Args:
        answer: Makes the answer; None where there is none.
        cpu_seconds: Processor time for each request; the system ends the process after it.
        memory_bytes: Address space of the process; what needs more has no answer.
    """
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    while (request := _read(requests)) is not None:
        _grant_time(cpu_seconds)
        try:
            found = answer(request)
        except MemoryError:
            found = None
        length = NO_ANSWER if found is None else len(found)
        answers.write(length.to_bytes(LENGTH_BYTES, "big") + (found or b""))
        answers.flush()


def _grant_time(seconds: int) -> None:
    """Set the processor time that this process may have used when it is done."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    # Whole seconds are all that can be set: round what was used up, never down.
    granted = int(used.ru_utime + used.ru_stime) + seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (granted, hard))


def _read(stream: BinaryIO) -> bytes | None:
    prefix = stream.read(LENGTH_BYTES)
    if len(prefix) < LENGTH_BYTES:
        return None
    return stream.read(int.from_bytes(prefix, "big"))
