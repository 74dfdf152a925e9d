"""``yinxin serve``: the HTTP interface and the pages of one region."""

import argparse
import errno
import socket
from importlib import import_module
from typing import Final

from api.bootstrap import OpenHome, passphrase_of
from api.commands.registry import Commands, add_command
from api.console import OK, Output
from api.errors import UsageError
from api.region_keys import open_ahead
from api.settings import Settings

_LAST_PORT: Final = 65_535


def register(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the command line."""
    parser = add_command(commands, "serve", _serve, text="启动服务 · serve", parents=[shared])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)


def _serve(options: argparse.Namespace, output: Output) -> int:
    check_port(options.host, options.port)
    # Opening keys is slow on purpose, and leaves time to load all that serves meanwhile.
    passphrase = passphrase_of(Settings.read(options.home))
    instance = open_ahead(OpenHome.at(options.home, passphrase=passphrase))
    import_module("api.region_server").serve_region(
        instance, output, passphrase=passphrase, host=options.host, port=options.port
    )
    return OK


def check_port(host: str, port: int) -> None:
    """Refuse a port that somebody else listens on.

    Raises:
        UsageError: It is taken, not ours to use, or no port at all.
    """
    if not 0 < port <= _LAST_PORT:
        raise UsageError(f"端口应为 1 至 {_LAST_PORT} · a port is a number up to {_LAST_PORT}")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
                raise
            raise UsageError(
                f"端口 {port} 已被占用，请用 --port 换一个或先结束占用它的程序 · "
                f"port {port} is busy; choose another with --port, or end what uses it"
            ) from error
