"""A few limited processes that callers take turns with; one that hangs or dies is replaced."""

import subprocess
import sys
import threading
from queue import LifoQueue
from typing import IO, Final

from api.limited_worker import LENGTH_BYTES, NO_ANSWER

_SECONDS: Final = 60.0


class LimitedProcesses:
    """Processes of one kind; each starts when first needed.

    Args:
        module: The module to run, which serves with ``api.limited_worker``.
        arguments: Its command line; never anything that came from outside.
        workers: How many processes there may be.
        max_answer_bytes: The longest answer that is taken.
        seconds: How long one request may take on the clock; processor time is limited by
            the process itself.
    """

    def __init__(
        self,
        module: str,
        *,
        workers: int,
        max_answer_bytes: int,
        seconds: float = _SECONDS,
        arguments: tuple[str, ...] = (),
    ) -> None:
        # Last in, first out: a process that has started is asked before one that has not.
        self._idle: LifoQueue[_Process] = LifoQueue()
        command = (sys.executable, "-m", module, *arguments)
        self._processes = [_Process(command, seconds, max_answer_bytes) for _ in range(workers)]
        for process in self._processes:
            self._idle.put(process)

    def ask(self, request: bytes) -> bytes | None:
        """Return the answer, or None if there is none within the limits."""
        process = self._idle.get()
        try:
            return process.ask(request)
        finally:
            self._idle.put(process)

    def close(self) -> None:
        """End all processes."""
        for process in self._processes:
            process.close()


class _Process:
    """One process."""

    def __init__(self, command: tuple[str, ...], seconds: float, max_answer_bytes: int) -> None:
        self._command = command
        self._seconds = seconds
        self._max_answer_bytes = max_answer_bytes
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, request: bytes) -> bytes | None:
        process = self._running()
        # Killing the process ends a blocked write as well as a blocked read.
        watchdog = threading.Timer(self._seconds, process.kill)
        watchdog.start()
        try:
            return self._exchange(process, request)
        except OSError:
            self.close()
            return None
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

    def _running(self) -> subprocess.Popen[bytes]:
        """Return the process, a new one if it died."""
        if self._process is not None and self._process.poll() is None:
            return self._process
        self.close()
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and modules
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        return self._process

    def _exchange(self, process: subprocess.Popen[bytes], request: bytes) -> bytes | None:
        """Return the answer, or None where the process says that there is none.

        Raises:
            OSError: The process died, or does not keep to the protocol.
        """
        if process.stdin is None or process.stdout is None:
            raise BrokenPipeError
        process.stdin.write(len(request).to_bytes(LENGTH_BYTES, "big"))
        process.stdin.write(request)
        process.stdin.flush()
        length = int.from_bytes(_read(process.stdout, LENGTH_BYTES), "big")
        if length == NO_ANSWER:
            return None
        if length > self._max_answer_bytes:
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
