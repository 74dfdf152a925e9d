"""Region services on loopback: one that runs an application, and those that behave badly."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

Behave = Callable[[socket.socket, threading.Event], None]


@contextmanager
def serving(app: ASGIApp) -> Iterator[str]:
    """An application behind a real server; gives its address."""
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", ws="none")
    server = uvicorn.Server(config)
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(20)
        listener.close()
        assert not thread.is_alive()


@contextmanager
def behaving(behave: Behave) -> Iterator[str]:
    """A service that treats every connection in its own way, until the test is over."""
    over = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.02)
    threads: list[threading.Thread] = []

    def treat(connection: socket.socket) -> None:
        with connection:
            try:
                behave(connection, over)
            except OSError:
                return  # the other side has had enough

    def accept() -> None:
        while not over.is_set():
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                continue
            connection.settimeout(5)
            threads.append(threading.Thread(target=treat, args=(connection,)))
            threads[-1].start()

    acceptor = threading.Thread(target=accept)
    acceptor.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        over.set()
        for thread in (acceptor, *threads):
            thread.join(10)
        listener.close()


def saying(*pieces: bytes) -> Behave:
    """Reads a request, says this, and hangs up."""

    def behave(connection: socket.socket, _: threading.Event) -> None:
        connection.recv(65_536)
        for piece in pieces:
            connection.sendall(piece)

    return behave


def dripping(first: bytes, drop: bytes) -> Behave:
    """Reads a request, says something, and then a drop now and then, for ever."""

    def behave(connection: socket.socket, over: threading.Event) -> None:
        connection.recv(65_536)
        connection.sendall(first)
        while not over.wait(0.01):
            connection.sendall(drop)

    return behave


def silent(connection: socket.socket, over: threading.Event) -> None:
    """Takes the request and says nothing."""
    connection.recv(65_536)
    over.wait()
