"""The demo's region servers: real processes on loopback, ended by their own handles."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from api.commands.serve import check_port
from api.demo_country import DemoRegion
from api.errors import ApiError

_START_SECONDS: Final = 30.0
_STOP_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class Servers:
    """The servers that run, by the code of their region."""

    _processes: dict[str, subprocess.Popen[bytes]]

    def end(self, region: DemoRegion) -> None:
        """End the server of one region before the others."""
        _stop(self._processes[region.code])


@contextmanager
def running(out: Path, served: tuple[DemoRegion, ...]) -> Iterator[Servers]:
    """Run the servers of several regions until the block ends; they start side by side.

    Raises:
        UsageError: A port is busy.
        ApiError: A server did not come up; its log says why.
    """
    for region in served:
        check_port("127.0.0.1", region.port)
    with ExitStack() as stack:
        started = [(region, stack.enter_context(_process(out, region))) for region in served]
        http = stack.enter_context(httpx.Client(timeout=1.0))
        for region, process in started:
            _await(region, process, http, _log(out, region))
        yield Servers({region.code: process for region, process in started})


@contextmanager
def _process(out: Path, region: DemoRegion) -> Iterator[subprocess.Popen[bytes]]:
    with _log(out, region).open("ab") as stream:
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
        yield process
    finally:
        _stop(process)


def _log(out: Path, region: DemoRegion) -> Path:
    return out / f"{region.folder}.log"


def _await(
    region: DemoRegion, process: subprocess.Popen[bytes], http: httpx.Client, log: Path
) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if http.get(f"{region.url}/readyz").status_code == httpx.codes.OK:
                return
        except httpx.HTTPError:
            time.sleep(0.05)
    raise ApiError(f"{region.name} 的服务未能启动，详见 {log} · the server did not start, see log")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
