"""Servers that benches run: real processes on loopback, ended by their own handles."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from api.benches import loads
from api.benches.loads import Target


def serve_command(home: Path, port: int) -> tuple[str, ...]:
    """Return the command that serves a region."""
    program = (sys.executable, "-m", "api.cli")
    return (*program, "--home", str(home), "serve", "--port", str(port))


@contextmanager
def run_process(command: Sequence[str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program of ours until the block ends."""
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    with ExitStack() as stack:
        process = subprocess.Popen(  # noqa: S603 - our own program
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=environment
        )
        stack.callback(process.wait)
        stack.callback(process.terminate)
        yield process


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def trivial_server(expected: bytes) -> Iterator[Target]:
    """Run the server that does nothing but answer: the reference of every HTTP figure."""
    port = free_port()
    command = (sys.executable, "-m", "api.benches.trivial_server", str(port))
    with run_process(command) as process:
        loads.wait_for(port)
        yield Target(port=port, pid=process.pid, expected=expected)
