"""An end to whole exchanges: httpx bounds each piece of an answer, and pieces can be many.

A service that sends its headers a byte at a time would hold a thread for hours, before there is
an answer whose length or age could be looked at. So the deadline is kept where bytes are read.
"""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Final

import httpcore
import httpx

_PIECE_BYTES: Final = 65_536


class Deadlines:
    """The deadline of the exchange that each thread is in, if it is in one."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._threads = threading.local()

    @contextmanager
    def until(self, deadline: float) -> Iterator[None]:
        """Let this thread wait for the network no longer than to ``deadline``, by the clock."""
        before: float | None = getattr(self._threads, "deadline", None)
        self._threads.deadline = deadline
        try:
            yield
        finally:
            self._threads.deadline = before

    def within(self, timeout: float | None, late: type[Exception]) -> float | None:
        """Return ``timeout``, or the time that is left if it is less.

        Raises:
            Exception: Of the type ``late``: no time is left.
        """
        deadline: float | None = getattr(self._threads, "deadline", None)
        if deadline is None:
            return timeout
        left = deadline - self._clock()
        if left <= 0:
            raise late("the whole exchange took too long")
        return left if timeout is None else min(timeout, left)


def bounded_client(
    deadlines: Deadlines,
    *,
    timeout: httpx.Timeout,
    may_be_reached: Callable[[str], bool] | None = None,
) -> httpx.Client:
    """Return a client of which every read, write and connection ends with the deadline.

    Redirects are not followed and cookies not kept. Proxies of the environment are used as always.

    Args:
        deadlines: When exchanges end.
        timeout: Of each piece.
        may_be_reached: Tells of an IP address whether connections may lead there; None for all.
    """
    client = httpx.Client(verify=_trusted(), timeout=timeout, follow_redirects=False)
    client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=()))
    # httpx passes no network backend on to httpcore, which takes one; a test holds on to it.
    for transport in (client._transport, *client._mounts.values()):  # noqa: SLF001 - see above
        if isinstance(transport, httpx.HTTPTransport):
            pool = transport._pool  # noqa: SLF001 - see above
            pool._network_backend = _Backend(pool._network_backend, deadlines, may_be_reached)  # noqa: SLF001 - see above
    return client


@cache
def _trusted() -> ssl.SSLContext:
    """Return the authorities whose services are believed; to read them takes 20 ms."""
    return httpx.create_ssl_context()


class _Backend(httpcore.NetworkBackend):
    """Opens connections that keep deadlines."""

    def __init__(
        self,
        inner: httpcore.NetworkBackend,
        deadlines: Deadlines,
        may_be_reached: Callable[[str], bool] | None,
    ) -> None:
        self._inner = inner
        self._deadlines = deadlines
        self._may_be_reached = may_be_reached

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        left = self._deadlines.within(timeout, httpcore.ConnectTimeout)
        if self._may_be_reached is not None:
            host = _reachable(host, port, self._may_be_reached)
        stream = self._inner.connect_tcp(
            host, port, timeout=left, local_address=local_address, socket_options=socket_options
        )
        return _Stream(stream, self._deadlines)

    def sleep(self, seconds: float) -> None:
        self._inner.sleep(seconds)


def _reachable(host: str, port: int, may_be_reached: Callable[[str], bool]) -> str:
    """Return the IP address of a host; the one that was looked at is the one that is used.

    Raises:
        httpcore.ConnectError: It has none, or one that connections may not lead to.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(f"no address of {host}") from error
    addresses = [str(item[4][0]) for item in found]
    if not addresses or not all(map(may_be_reached, addresses)):
        raise httpcore.ConnectError(f"connections may not lead to {host}")
    return addresses[0]


class _Stream(httpcore.NetworkStream):
    """A connection that keeps deadlines."""

    def __init__(self, inner: httpcore.NetworkStream, deadlines: Deadlines) -> None:
        self._inner = inner
        self._deadlines = deadlines

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        left = self._deadlines.within(timeout, httpcore.ReadTimeout)
        return self._inner.read(max_bytes, timeout=left)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), _PIECE_BYTES):
            left = self._deadlines.within(timeout, httpcore.WriteTimeout)
            self._inner.write(buffer[start : start + _PIECE_BYTES], timeout=left)

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = self._deadlines.within(timeout, httpcore.ConnectTimeout)
        secured = self._inner.start_tls(ssl_context, server_hostname=server_hostname, timeout=left)
        return _Stream(secured, self._deadlines)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - httpcore's signature
        return self._inner.get_extra_info(info)
