"""Workers of batches: this process, or processes of their own on this machine."""

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

from certs.batches.batch import Batch, BatchCounts
from certs.batches.minting import mint_batch
from certs.issuing_desk import IssuingDesk
from certs.ports import UnitOfWork

Watch = Callable[[BatchCounts], None]
"""Called now and then with how far a batch has come."""

_LOOK_EVERY_SECONDS: Final = 0.5
_STOP_SECONDS: Final = 60.0


def worker_name() -> str:
    """Return a name for a worker in this process: host, process and a random part."""
    return f"{socket.gethostname()[:60]}/{os.getpid()}/{secrets.token_hex(4)}"


def release_dead(work: UnitOfWork, batch_id: str) -> None:
    """Give back chunks of workers of this machine whose processes are gone."""
    host = socket.gethostname()[:60]
    for worker in work.chunks.workers(batch_id):
        name, _, rest = worker.partition("/")
        process = rest.partition("/")[0]
        if name == host and process.isdigit() and not _is_alive(int(process)):
            work.chunks.release(worker)


@dataclass(frozen=True, slots=True, kw_only=True)
class Workforce:
    """Who mints: this process, or several of their own.

    Attributes:
        home: The instance's folder.
        passphrase: What opens its keys; needed for several workers.
        workers: How many.
        by_queue: Workers share a queue with those of other hosts; the work is then done by
            processes of their own, however few.
    """

    home: Path
    passphrase: str = field(default="", repr=False)
    workers: int = 1
    by_queue: bool = False

    def mint(self, batch: Batch, *, desk: IssuingDesk, watch: Watch) -> None:
        """Mint a batch, as far as it goes."""
        if self.workers > 1 or self.by_queue:
            _mint_in_processes(batch, self, desk=desk, watch=watch)
        else:
            _mint_here(batch, desk=desk, watch=watch)


def _mint_here(batch: Batch, *, desk: IssuingDesk, watch: Watch) -> None:
    """Mint a batch in this process."""

    def look() -> None:
        with desk.unit_of_work() as work:
            watch(work.batches.counts(batch.id))

    mint_batch(batch, desk=desk, worker=worker_name(), on_progress=look)


def _mint_in_processes(
    batch: Batch, workforce: Workforce, *, desk: IssuingDesk, watch: Watch
) -> None:
    """Mint a batch in processes of their own; they stop when this one ends.

    What a process has in its hands when it dies, another one takes up.
    """
    with ExitStack() as stack:
        running = [
            stack.enter_context(
                worker_process(workforce.home, workforce.passphrase, "--batch", batch.id)
            )
            for _ in range(workforce.workers)
        ]
        while any(process.poll() is None for process in running):
            time.sleep(_LOOK_EVERY_SECONDS)
            with desk.unit_of_work() as work:
                watch(work.batches.counts(batch.id))


@contextmanager
def worker_process(
    home: Path, passphrase: str, *arguments: str
) -> Iterator[subprocess.Popen[bytes]]:
    """Start one worker, and end it with the block.

    The passphrase goes through a pipe, never through an argument.

    Args:
        home: The instance's folder.
        passphrase: What opens its keys.
        arguments: What else ``yinxin worker`` is told.
    """
    readable, writable = os.pipe()
    try:
        process = subprocess.Popen(  # noqa: S603 - our own program
            [
                *(sys.executable, "-m", "api.cli", "--home", str(home)),
                *("worker", *arguments, "--with-parent"),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            env={**_without_passphrase(), "YINXIN_PASSPHRASE_FILE": f"/dev/fd/{readable}"},
            pass_fds=(readable,),
            start_new_session=True,  # Ctrl-C reaches the parent first, which then ends them
        )
    finally:
        os.close(readable)
    with os.fdopen(writable, "w", encoding="utf-8") as pipe:
        pipe.write(passphrase)
    try:
        yield process
    finally:
        _end(process)


def _without_passphrase() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if key != "YINXIN_PASSPHRASE"}


def _end(process: subprocess.Popen[bytes]) -> None:
    """Let a worker finish the few licenses in its hands, then end it."""
    stdin: IO[bytes] | None = process.stdin
    if stdin is not None:
        stdin.close()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
