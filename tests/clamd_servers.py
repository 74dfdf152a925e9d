"""A server that speaks clamd's protocol and knows one virus; it may also misbehave."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
VERSION = "ClamAV 1.4.3/27700/Sun Nov 22 08:00:00 2026"


@dataclass
class ClamdServer:
    """What it was given, and how it answers.

    Attributes:
        says: Answers whatever it is asked; None to tell the truth.
        is_silent: Listens and never answers.
        chunks: How many chunks came in all.
    """

    address: str
    says: bytes | None = None
    is_silent: bool = False
    chunks: int = 0
    contents: list[bytes] = field(default_factory=list)
    _done: threading.Event = field(default_factory=threading.Event)

    def answer(self, line: socket.socket) -> None:
        with line, line.makefile("rb") as stream:
            command = b"".join(iter(lambda: stream.read(1), b"\0"))
            found = self._found(command, stream.read)
            if self.is_silent:
                self._done.wait(10)
                return
            line.sendall(self.says if self.says is not None else found)

    def _found(self, command: bytes, read: Callable[[int], bytes]) -> bytes:
        if command == b"zVERSION":
            return VERSION.encode() + b"\0"
        assert command == b"zINSTREAM"
        content = b""
        while size := struct.unpack(">I", read(4))[0]:
            content += read(size)
            self.chunks += 1
        self.contents.append(content)
        return b"stream: Eicar-Signature FOUND\0" if EICAR in content else b"stream: OK\0"

    def end(self) -> None:
        self._done.set()


@contextmanager
def clamd(path: str = "") -> Iterator[ClamdServer]:
    """A server on a socket in the file system, or on loopback without ``path``."""
    listener = socket.socket(socket.AF_UNIX if path else socket.AF_INET)
    listener.bind(path or ("127.0.0.1", 0))
    listener.listen()
    address = f"unix:{path}" if path else f"tcp://127.0.0.1:{listener.getsockname()[1]}"
    server = ClamdServer(address)

    def serve() -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            try:
                server.answer(line)
            except OSError:
                continue

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield server
    finally:
        server.end()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()
