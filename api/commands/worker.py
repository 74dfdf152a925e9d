"""``yinxin worker``: a process that mints batches."""

import argparse
import os
import sys
import threading
from typing import Final

from api.batch_workers import release_dead, worker_name
from api.commands.registry import Commands, add_command
from api.composition import open_services
from api.console import OK, Output
from api.services import Services
from certs.batches.batch import Batch, BatchState
from certs.batches.minting import mint_batch

_LOOK_EVERY_SECONDS: Final = 1.0
_NEWEST: Final = 100


def register(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the command line."""
    parser = add_command(
        commands, "worker", _work, text="批量制证进程 · mint batches", parents=[shared]
    )
    parser.add_argument("--batch", default="", metavar="ID", help="只做这一批 only this batch")
    parser.add_argument(
        "--once", action="store_true", help="无事可做即退出 end when nothing is left to do"
    )
    parser.add_argument("--with-parent", action="store_true", help=argparse.SUPPRESS)


def _work(options: argparse.Namespace, output: Output) -> int:
    stop = threading.Event()
    if options.with_parent:
        threading.Thread(target=_stop_with_parent, args=(stop,), daemon=True).start()
    with open_services(options.home) as services:
        output.say(f"制证进程就绪 · ready: {worker_name()}")
        while not stop.is_set():
            unfinished = _unfinished(services, options.batch)
            if not unfinished and (options.batch or options.once):
                break
            for batch in unfinished:
                _mint(batch, services, stop)
            # What others have in their hands may come back.
            stop.wait(_LOOK_EVERY_SECONDS)
    return OK


def _stop_with_parent(stop: threading.Event) -> None:
    """Wait for the end of standard input, which comes when the parent is gone."""
    # Not through the buffer, which a thread that is cut off would leave locked.
    while os.read(sys.stdin.fileno(), 1):
        pass
    stop.set()


def _unfinished(services: Services, batch_id: str) -> list[Batch]:
    """Return the batches that run and have rows waiting, the oldest first."""
    with services.unit_of_work() as work:
        batches = [work.batches.get(batch_id)] if batch_id else work.batches.newest(_NEWEST)
        running = [batch for batch in reversed(batches) if batch.state is BatchState.RUNNING]
        for batch in running:
            release_dead(work, batch.id)
        work.commit()
        return [batch for batch in running if work.batches.counts(batch.id).waiting]


def _mint(batch: Batch, services: Services, stop: threading.Event) -> None:
    desk = services.desks.get(batch.type_code)
    if desk is not None:
        mint_batch(batch, desk=desk, worker=worker_name(), should_stop=stop.is_set)
