"""Sources of trust lists on loopback: good ones, and every kind of bad one."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.trust_lists import genuine


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a source gives to whoever asks.

    Attributes:
        announced: The length that the answer claims to have, of what it holds.
    """

    body: Callable[[], bytes] = lambda: b""
    status: int = 200
    headers: dict[str, str] | None = None
    announced: Callable[[bytes], int] | None = None
    endless: bool = False
    slow_body: bool = False
    slow_headers: bool = False

    @property
    def patience_seconds(self) -> float:
        """How long to wait for it: little where it takes forever."""
        return 0.8 if self.slow_body or self.slow_headers else 20.0


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    """A source on loopback; ``/good`` always gives the genuine list."""
    ended = threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, answer, ended))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/list"
    finally:
        ended.set()
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def __init__(
        self,
        answer: Answer,
        ended: threading.Event,
        request: socket.socket,
        address: tuple[str, int],
        server: ThreadingHTTPServer,
    ) -> None:
        self._answer, self._ended = answer, ended
        super().__init__(request, address, server)

    def do_GET(self) -> None:
        try:
            self._give(Answer(body=genuine) if self.path == "/good" else self._answer)
        except OSError:
            self.close_connection = True  # whoever asked has gone

    def _give(self, given: Answer) -> None:
        if given.slow_headers:
            self._drip(b"HTTP/1.0 200 OK\r\nX-Slow: " + b"a" * 10_000)
            return
        body = given.body()
        self.send_response(given.status)
        for name, value in (given.headers or {}).items():
            self.send_header(name, value)
        if given.announced is not None:
            self.send_header("Content-Length", str(given.announced(body)))
        self.end_headers()
        if given.slow_body:
            self._drip(body)
            return
        self.wfile.write(body)
        while given.endless and not self._ended.is_set():
            self.wfile.write(b" " * 65_536)

    def _drip(self, data: bytes) -> None:
        for number in range(len(data)):
            if self._ended.wait(0.2):
                return
            self.wfile.write(data[number : number + 1])
            self.wfile.flush()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def nobody() -> str:
    """An address where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}/list"
