"""Asks a ClamAV daemon whether something is infected (病毒检测), by its command INSTREAM.

Source: clamd(8), COMMANDS.
"""

import socket
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

_CHUNK_BYTES: Final = 1 << 20
_LONGEST_ANSWER: Final = 1_024
_SECONDS: Final = 60.0
_LENGTH: Final = struct.Struct(">I")
_CLEAN: Final = "stream: OK"
_FOUND: Final = " FOUND"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClamdScanner:
    """A virus scanner elsewhere; whatever it does not clearly say is an error.

    Attributes:
        address: ``unix:/path`` or ``tcp://host:port``.
        seconds: How long one question may take in all.
    """

    address: str
    seconds: float = _SECONDS

    def name(self) -> str:
        """Return what it is, with the version of its signatures.

        Raises:
            OSError: It does not answer.
        """
        with self._asked(b"zVERSION\0") as call:
            return call.answer()

    def scan(self, content: bytes) -> str:
        """Return the name of what was found; empty if there is nothing.

        Raises:
            OSError: It does not answer, or does not say.
        """
        with self._asked(b"zINSTREAM\0") as call:
            for at in range(0, len(content), _CHUNK_BYTES):
                chunk = content[at : at + _CHUNK_BYTES]
                call.send(_LENGTH.pack(len(chunk)) + chunk)
            call.send(_LENGTH.pack(0))
            answer = call.answer()
        if answer == _CLEAN:
            return ""
        if not answer.endswith(_FOUND):
            raise OSError(f"the scanner says {answer[:80]!r}")
        return answer.removeprefix("stream: ").removesuffix(_FOUND)

    @contextmanager
    def _asked(self, command: bytes) -> "Iterator[_Call]":
        """Ask something, for as long as the block lasts."""
        ends = time.monotonic() + self.seconds
        kind, _, place = self.address.partition(":")
        if kind == "unix":
            line = socket.socket(socket.AF_UNIX)
        else:
            host, _, port = place.removeprefix("//").rpartition(":")
            line = socket.create_connection((host, int(port)), timeout=self.seconds)
        with line:
            call = _Call(line, ends)
            if kind == "unix":
                call.wait()
                line.connect(place)
            call.send(command)
            yield call


class _Call:
    """One connection, which must come to its end in time however slowly it goes."""

    def __init__(self, line: socket.socket, ends: float) -> None:
        self._line, self._ends = line, ends

    def wait(self) -> None:
        """Let the next step take what is left of the time.

        Raises:
            TimeoutError: Nothing is left.
        """
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError("the scanner takes too long")
        self._line.settimeout(left)

    def send(self, data: bytes) -> None:
        """Send all of ``data``."""
        self.wait()
        self._line.sendall(data)

    def answer(self) -> str:
        """Return what is said up to the closing zero."""
        said = b""
        while not said.endswith(b"\0"):
            self.wait()
            more = self._line.recv(_LONGEST_ANSWER)
            if not more or len(said) + len(more) > _LONGEST_ANSWER:
                raise OSError("the scanner broke off, or says too much")
            said += more
        return said[:-1].decode("utf-8", "replace")
