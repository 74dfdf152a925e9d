"""Reads what pages say in separate, limited processes; one that hangs or dies is replaced."""

import subprocess
import sys
import threading
from queue import SimpleQueue
from typing import IO, Final, Self

from api.page_worker import LENGTH_BYTES, UNREADABLE

_SECONDS_PER_PAGE: Final = 20.0
_MAX_TEXT_BYTES: Final = 8 * 2**20


class _Worker:
    """One reading process."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, pdf: bytes) -> bytes | None:
        """Return the text, or None if the page cannot be read in time."""
        process = self._process
        if process is None or process.poll() is not None:
            process = self._process = subprocess.Popen(
                [sys.executable, "-m", "api.page_worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        # Killing the process ends a blocked write as well as a blocked read.
        watchdog = threading.Timer(_SECONDS_PER_PAGE, process.kill)
        watchdog.start()
        try:
            return _exchange(process, pdf)
        finally:
            watchdog.cancel()
            watchdog.join()

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            _close(pipe)
        process.kill()
        process.wait()


class ProcessPageReader:
    """A few reading processes that callers take turns with; use as a context manager."""

    def __init__(self, workers: int = 2) -> None:
        self._idle: SimpleQueue[_Worker] = SimpleQueue()
        self._workers = [_Worker() for _ in range(workers)]
        for worker in self._workers:
            self._idle.put(worker)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def page_text(self, pdf: bytes) -> str | None:
        """Return the text of the pages, or None if they cannot be read."""
        worker = self._idle.get()
        try:
            text = worker.ask(pdf)
            if text is None:
                worker.close()
            return None if text is None else text.decode("utf-8", "replace")
        finally:
            self._idle.put(worker)

    def close(self) -> None:
        """End all processes."""
        for worker in self._workers:
            worker.close()


def _exchange(process: subprocess.Popen[bytes], pdf: bytes) -> bytes | None:
    if process.stdin is None or process.stdout is None:
        return None
    try:
        process.stdin.write(len(pdf).to_bytes(LENGTH_BYTES, "big"))
        process.stdin.write(pdf)
        process.stdin.flush()
        prefix = process.stdout.read(LENGTH_BYTES)
        length = int.from_bytes(prefix, "big")
        if len(prefix) < LENGTH_BYTES or length == UNREADABLE or length > _MAX_TEXT_BYTES:
            return None
        text = process.stdout.read(length)
    except OSError:
        return None
    return text if len(text) == length else None


def _close(pipe: IO[bytes] | None) -> None:
    if pipe is not None:
        try:
            pipe.close()
        except OSError:
            return
