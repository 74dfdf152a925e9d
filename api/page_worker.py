"""A process that reads pages for another one, within limits; started by ``api.page_reader``.

It reads length-prefixed PDFs from its standard input and answers with length-prefixed text.
Native code looks at hostile bytes here, so nothing but text goes back.
"""

import resource
import sys
from typing import BinaryIO, Final

from certs.errors import FaceError
from certs.faces.pages import page_text

MEMORY_BYTES: Final = 2 * 2**30
CPU_SECONDS: Final = 3600
LENGTH_BYTES: Final = 8
UNREADABLE: Final = 2 ** (8 * LENGTH_BYTES) - 1


def main() -> None:
    """Serve until the other end closes."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    while (pdf := _read(requests)) is not None:
        try:
            text = page_text(pdf).encode("utf-8", "replace")
            answers.write(len(text).to_bytes(LENGTH_BYTES, "big") + text)
        except (FaceError, MemoryError):
            answers.write(UNREADABLE.to_bytes(LENGTH_BYTES, "big"))
        answers.flush()


def _read(stream: BinaryIO) -> bytes | None:
    prefix = stream.read(LENGTH_BYTES)
    if len(prefix) < LENGTH_BYTES:
        return None
    return stream.read(int.from_bytes(prefix, "big"))


if __name__ == "__main__":
    main()
