"""A proxy before a real S3 server, which may answer in its place: late, in part, or not at all."""

import http.client
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

_METHODS = ("GET", "PUT", "POST", "HEAD", "DELETE")
_HOP_BY_HOP = frozenset({"connection", "transfer-encoding", "content-length"})


@dataclass
class S3Proxy:
    """What it was asked, and what it does about it.

    Attributes:
        address: The address of the bucket through the proxy.
        meddle: Answers a request itself and returns True, or lets it pass.
        keeps: How much of an answer's body gets through, as a fraction.
    """

    address: str
    meddle: Callable[[BaseHTTPRequestHandler], bool] = lambda _: False
    keeps: float = 1.0
    asked: list[str] = field(default_factory=list)


@contextmanager
def s3_proxy(address: str) -> Iterator[S3Proxy]:
    """A proxy to the server of a bucket's address."""
    host = urlsplit(address).netloc.rpartition("@")[2]
    methods = {f"do_{name}": _Passing.pass_on for name in _METHODS}
    handler = type("Handler", (_Passing,), {"upstream": host, **methods})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    proxy = S3Proxy(address.replace(host, f"127.0.0.1:{server.server_port}"))
    handler.proxy = proxy  # type: ignore[attr-defined]  # made above
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Passing(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    upstream: str
    proxy: S3Proxy

    def handle_one_request(self) -> None:
        self.body = b""
        super().handle_one_request()

    def pass_on(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        self.body = self.rfile.read(length)
        self.proxy.asked.append(f"{self.command} {self.path}")
        if self.proxy.meddle(self):
            return
        with closing(http.client.HTTPConnection(self.upstream, timeout=10)) as connection:
            connection.request(self.command, self.path, self.body, dict(self.headers.items()))
            response = connection.getresponse()
            body = response.read()
        self.send_response(response.status)
        for name, value in response.getheaders():
            if name.lower() not in _HOP_BY_HOP:
                self.send_header(name, value)
        told = response.getheader("Content-Length", "0") if self.command == "HEAD" else len(body)
        self.send_header("Content-Length", str(told))
        self.end_headers()
        self.wfile.write(body[: int(len(body) * self.proxy.keeps)])
        self.close_connection = self.proxy.keeps < 1

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def answering(status: int, *, times: int = 1 << 30) -> Callable[[BaseHTTPRequestHandler], bool]:
    """Answer so many requests with a status, as a server in trouble does."""
    left = [times]

    def meddle(request: BaseHTTPRequestHandler) -> bool:
        if not left[0]:
            return False
        left[0] -= 1
        accept(request, status)
        return True

    return meddle


def dawdling(seconds: float) -> Callable[[BaseHTTPRequestHandler], bool]:
    """Answer nothing for a while, and then drop the connection."""

    def meddle(request: BaseHTTPRequestHandler) -> bool:
        time.sleep(seconds)
        request.close_connection = True
        return True

    return meddle


def swallowing(part: str) -> Callable[[BaseHTTPRequestHandler], bool]:
    """Accept what is PUT to such a path, and do nothing about it."""

    def meddle(request: BaseHTTPRequestHandler) -> bool:
        is_meant = request.command == "PUT" and part in request.path
        if is_meant:
            accept(request, 200)
        return is_meant

    return meddle


def accept(request: BaseHTTPRequestHandler, status: int) -> None:
    request.send_response(status)
    request.send_header("Content-Length", "0")
    request.end_headers()
