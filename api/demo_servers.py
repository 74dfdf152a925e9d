"""The demo's region servers: real processes on loopback, ended by their own handles."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import httpx

from api.commands.serve import check_port
from api.demo_country import DemoRegion
from api.errors import ApiError

_START_SECONDS: Final = 30.0
_STOP_SECONDS: Final = 10.0


@contextmanager
def running(out: Path, region: DemoRegion) -> Iterator[subprocess.Popen[bytes]]:
    """Run one region's server until the block ends.

    Raises:
        UsageError: Its port is busy.
        ApiError: It did not come up; the log says why.
    """
    check_port("127.0.0.1", region.port)
    log = out / f"{region.folder}.log"
    with log.open("wb") as stream:
        process = subprocess.Popen(  # noqa: S603 - our own program
            [
                *(sys.executable, "-m", "api.cli", "--home", str(out / region.folder)),
                *("serve", "--port", str(region.port)),
            ],
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
            start_new_session=True,  # Ctrl-C reaches the demo first, which then ends them
        )
    try:
        _await(region, process, log)
        yield process
    finally:
        _stop(process)


@contextmanager
def both_running(out: Path, served: tuple[DemoRegion, ...]) -> Iterator[None]:
    """Run several regions' servers until the block ends."""
    with ExitStack() as stack:
        for region in served:
            stack.enter_context(running(out, region))
        yield


def _await(region: DemoRegion, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{region.url}/readyz", timeout=1.0).status_code == httpx.codes.OK:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise ApiError(f"{region.name} 的服务未能启动，详见 {log} · the server did not start, see log")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
