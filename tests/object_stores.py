"""A real S3 server for tests (SeaweedFS from a pip package), and one that breaks its promises.

The environment variable YINXIN_TEST_OBJECTS_URL names a bucket on another server instead.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from secrets import token_hex

from minio import Minio
from minio.error import MinioException
from urllib3 import PoolManager
from urllib3.exceptions import HTTPError

from storage.s3_clients import open_client

VARIABLE = "YINXIN_TEST_OBJECTS_URL"
KEY, SECRET = "yinxin-test", "yinxin-test-secret"
_WEED = Path(sys.executable).parent / "weed"
_PARTS = ("master", "volume", "filer", "s3")
_SECONDS = 30
_ATTEMPTS = 3


@contextmanager
def running_s3() -> Iterator[str]:
    """The address of a bucket."""
    if named := os.environ.get(VARIABLE):
        yield named
        return
    with own_s3() as server:
        yield server.address


@contextmanager
def own_s3() -> Iterator["S3Server"]:
    """A server that nobody else uses, with a bucket."""
    with ExitStack() as stack:
        for attempt in range(_ATTEMPTS):
            running = ExitStack()
            try:
                server = running.enter_context(_server())
            except (AssertionError, MinioException, HTTPError):
                # A port may be taken between being found free and being used.
                if attempt + 1 == _ATTEMPTS:
                    raise
            else:
                stack.push(running)
                yield server
                return


@dataclass
class S3Server:
    """A server whose process may be ended and started again over the same data."""

    folder: Path
    ports: list[int]
    process: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        return f"127.0.0.1:{self.ports[_PARTS.index('s3')]}"

    @property
    def address(self) -> str:
        return f"s3+http://{KEY}:{SECRET}@{self.endpoint}/objects"

    def start(self) -> None:
        self.process = subprocess.Popen(
            _command(self.folder, self.ports),
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        _make_bucket(self.endpoint, self.process)

    def signal(self, number: int) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def kill(self) -> None:
        if self.process is not None:
            # It takes seconds to end politely, and nobody asks these data to outlive it.
            self.process.kill()
            self.process.wait()


@contextmanager
def _server() -> Iterator[S3Server]:
    folder = Path(tempfile.mkdtemp(prefix="yinxin-s3-"))
    server = S3Server(folder, _free_ports(2 * len(_PARTS)))
    try:
        server.start()
        yield server
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)


def below(address: str) -> str:
    """The address of a place of its own in the bucket."""
    return f"{address.rstrip('/')}/{token_hex(8)}"


def locking(address: str) -> str:
    """The address of a bucket with object lock on the server of another one, made if need be."""
    client, bucket, _ = open_client(address)
    name = f"{bucket}-locking"
    if not client.bucket_exists(name):
        client.make_bucket(name, object_lock=True)
    return address.replace(f"/{bucket}", f"/{name}", 1)


def _command(folder: Path, ports: list[int]) -> list[str]:
    people = [
        {
            "name": "test",
            "credentials": [{"accessKey": KEY, "secretKey": SECRET}],
            "actions": ["Admin", "Read", "List", "Write"],
        }
    ]
    (folder / "s3.json").write_text(json.dumps({"identities": people}), "utf-8")
    places = [f"-{part}.port={port}" for part, port in zip(_PARTS, ports, strict=False)]
    inner = [f"-{part}.port.grpc={port}" for part, port in zip(_PARTS, ports[4:], strict=True)]
    return [
        *(str(_WEED), "mini", f"-dir={folder}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1"),
        *(*places, *inner, f"-s3.config={folder / 's3.json'}"),
        *("-webdav=false", "-admin.ui=false", "-s3.port.iceberg=0", "-s3.port.lance=0"),
    ]


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for item in sockets:
            item.bind(("127.0.0.1", 0))
        return [item.getsockname()[1] for item in sockets]


def _make_bucket(endpoint: str, process: subprocess.Popen[bytes]) -> None:
    client = Minio(
        endpoint,
        access_key=KEY,
        secret_key=SECRET,
        secure=False,
        region="us-east-1",
        http_client=PoolManager(timeout=5, retries=False),
    )
    ends_at = time.monotonic() + _SECONDS
    while True:
        assert process.poll() is None, "the S3 server ended"
        try:
            if not client.bucket_exists("objects"):
                client.make_bucket("objects")
        except (MinioException, HTTPError):
            if time.monotonic() > ends_at:
                raise
            time.sleep(0.05)
        else:
            return


class ForgetfulGateway(BaseHTTPRequestHandler):
    """Takes every PUT and ignores If-None-Match, as some gateways do."""

    contents: dict[str, bytes]
    puts: list[bytes]

    def do_HEAD(self) -> None:
        self.answer(200)

    def do_PUT(self) -> None:
        self.take()
        self.answer(200)

    def do_GET(self) -> None:
        self.answer(200, self.contents[self.path])

    def take(self) -> None:
        self.puts.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.contents[self.path] = self.puts[-1]

    def answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Type", "application/xml")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class LosingGateway(ForgetfulGateway):
    """Keeps the first content under a name; its answer to that PUT is lost on the way."""

    def do_PUT(self) -> None:
        if self.path in self.contents:
            kept = self.contents[self.path]
            self.take()
            self.contents[self.path] = kept
            self.answer(412, b"<Error><Code>PreconditionFailed</Code></Error>")
        else:
            self.take()
            self.close_connection = True


@contextmanager
def gateway(kind: type[ForgetfulGateway]) -> Iterator[tuple[str, list[bytes]]]:
    """The address of a bucket behind a gateway of this kind, and what it was given."""
    puts: list[bytes] = []
    handler = type("Handler", (kind,), {"contents": {}, "puts": puts})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"s3+http://key:secret@127.0.0.1:{server.server_port}/objects", puts
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
