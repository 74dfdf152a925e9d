"""Loads an HTTP server on loopback: many requests over few connections, counted by its CPU time.

The generator writes raw requests, so that it takes little of the machine itself.
"""

import os
import socket
import statistics
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final, Self

_CONNECTIONS: Final = 8
_TICKS: Final = os.sysconf("SC_CLK_TCK")
_HEADER_END: Final = b"\r\n\r\n"
_SECONDS: Final = 60.0
_NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where requests go.

    Attributes:
        pid: The server's process, whose CPU time counts.
        expected: What every good answer holds.
        times: How often it holds that.
    """

    port: int
    pid: int
    expected: bytes
    times: int = 1


def post(path: str, body: bytes, *, headers: Mapping[str, str] = _NO_HEADERS) -> bytes:
    """Return a whole request."""
    more = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"{more}Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode("ascii") + body


def cpu_seconds(pid: int) -> float:
    """Return the CPU time that a process has used, all its threads together."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def per_core_second(target: Target, requests: Sequence[bytes]) -> float:
    """Send all requests as fast as they are answered; return answers a second of server CPU."""
    before = cpu_seconds(target.pid)
    _send_all(target, requests)
    return len(requests) / (cpu_seconds(target.pid) - before)


def per_second(target: Target, requests: Sequence[bytes]) -> float:
    """Send all requests as fast as they are answered; return answers a second on the clock."""
    started = time.perf_counter()
    _send_all(target, requests)
    return len(requests) / (time.perf_counter() - started)


def latencies_ms(target: Target, requests: Sequence[bytes], *, rate: float) -> list[float]:
    """Send requests at a steady rate; return how long each took from when it was due.

    An answer that is late makes the next ones late as well, as for people who come anyway.
    """
    spacing = _CONNECTIONS / rate
    start = time.perf_counter() + 0.1

    def steadily(number: int) -> list[float]:
        found = []
        with _Connection(target) as connection:
            for at, request in enumerate(requests[number::_CONNECTIONS]):
                due = start + (at + number / _CONNECTIONS) * spacing
                time.sleep(max(0.0, due - time.perf_counter()))
                connection.ask(request)
                found.append((time.perf_counter() - due) * 1000)
        return found

    with ThreadPoolExecutor(_CONNECTIONS) as pool:
        return [item for part in pool.map(steadily, range(_CONNECTIONS)) for item in part]


def percentile(values: Sequence[float], percent: int) -> float:
    """Return the value that ``percent`` of a hundred do not pass."""
    return statistics.quantiles(values, n=100)[percent - 1]


def _send_all(target: Target, requests: Sequence[bytes]) -> None:
    def share(number: int) -> None:
        with _Connection(target) as connection:
            for request in requests[number::_CONNECTIONS]:
                connection.ask(request)

    with ThreadPoolExecutor(_CONNECTIONS) as pool:
        for _ in pool.map(share, range(_CONNECTIONS)):
            pass


class _Connection:
    """One connection that is kept open."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._socket = socket.create_connection(("127.0.0.1", target.port), timeout=_SECONDS)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def ask(self, request: bytes) -> None:
        """Send a request and read its answer.

        Raises:
            RuntimeError: The answer is not the expected one.
        """
        self._socket.sendall(request)
        answer = self._socket.recv(65_536)
        head, mark, body = answer.partition(_HEADER_END)
        while not mark:
            answer += self._socket.recv(65_536)
            head, mark, body = answer.partition(_HEADER_END)
        length = _length(head)
        while len(body) < length:
            body += self._socket.recv(65_536)
        if body.count(self._target.expected) < self._target.times:
            raise RuntimeError(f"not the expected answer: {head[:20]!r} {body!r}")


def _length(head: bytes) -> int:
    _, _, rest = head.lower().partition(b"content-length:")
    return int(rest.split(b"\r\n", 1)[0])


def wait_for(port: int, *, seconds: float = 30.0) -> None:
    """Wait until a port answers.

    Raises:
        TimeoutError: It does not.
    """
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            pause.wait(0.02)
        else:
            return
    raise TimeoutError(f"nobody listens on port {port}")


def turnaround_ms(target: Target, requests: Sequence[bytes]) -> list[float]:
    """Send requests one after another; return how long each took, milliseconds."""
    found = []
    with _Connection(target) as connection:
        for request in requests:
            started = time.perf_counter()
            connection.ask(request)
            found.append((time.perf_counter() - started) * 1000)
    return found
