"""Reads what pages say in separate, limited processes; one that hangs or dies is replaced."""

import subprocess
import sys
import threading
from queue import SimpleQueue
from typing import IO, Final, Self

from api.page_worker import LENGTH_BYTES, UNREADABLE

_SECONDS: Final = 20.0
_MAX_TEXT_BYTES: Final = 8 * 2**20


class _Worker:
    """One reading process."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, pdf: bytes) -> bytes | None:
        """Return the text, or None if the page cannot be read in time."""
        process = self._running()
        # Killing the process ends a blocked write as well as a blocked read.
        watchdog = threading.Timer(self._seconds, process.kill)
        watchdog.start()
        try:
            return _exchange(process, pdf)
        except OSError:
            self.close()
            return None
        finally:
            watchdog.cancel()
            watchdog.join()

    def _running(self) -> subprocess.Popen[bytes]:
        """Return the process, a new one if it died."""
        if self._process is not None and self._process.poll() is None:
            return self._process
        self.close()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "api.page_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        return self._process

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
    """A few reading processes that callers take turns with; use as a context manager.

    Args:
        workers: How many processes there may be; each starts when first needed.
        seconds: How long one file may take.
    """

    def __init__(self, workers: int = 2, *, seconds: float = _SECONDS) -> None:
        self._idle: SimpleQueue[_Worker] = SimpleQueue()
        self._workers = [_Worker(seconds) for _ in range(workers)]
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
            return None if text is None else text.decode("utf-8", "replace")
        finally:
            self._idle.put(worker)

    def close(self) -> None:
        """End all processes."""
        for worker in self._workers:
            worker.close()


def _exchange(process: subprocess.Popen[bytes], pdf: bytes) -> bytes | None:
    """Return the text, or None where the process says that it cannot be read.

    Raises:
        OSError: The process died, or does not keep to the protocol.
    """
    if process.stdin is None or process.stdout is None:
        raise BrokenPipeError
    process.stdin.write(len(pdf).to_bytes(LENGTH_BYTES, "big"))
    process.stdin.write(pdf)
    process.stdin.flush()
    length = int.from_bytes(_read(process.stdout, LENGTH_BYTES), "big")
    if length == UNREADABLE:
        return None
    if length > _MAX_TEXT_BYTES:
        raise BrokenPipeError
    return _read(process.stdout, length)


def _read(pipe: IO[bytes], length: int) -> bytes:
    found = pipe.read(length)
    if len(found) < length:
        raise BrokenPipeError
    return found


def _close(pipe: IO[bytes] | None) -> None:
    if pipe is not None:
        try:
            pipe.close()
        except OSError:
            return
