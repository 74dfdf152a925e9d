"""``yinxin worker``: a process that reads and mints batches."""

import argparse
import os
import sys
import threading
from contextlib import nullcontext

from api.batch_jobs import BatchWorker
from api.commands.registry import Commands, add_command
from api.composition import open_services
from api.console import OK, Output
from api.nightly import nightly


def register(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the command line."""
    parser = add_command(
        commands, "worker", _work, text="批量制证进程 · read and mint batches", parents=[shared]
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
        worker = BatchWorker(services=services, stop=stop, only=options.batch, once=options.once)
        output.say(f"制证进程就绪 · ready: {worker.name}")
        with nullcontext() if options.once else nightly(services):
            worker.work()
    return OK


def _stop_with_parent(stop: threading.Event) -> None:
    """Wait for the end of standard input, which comes when the parent is gone."""
    # Not through the buffer, which a thread that is cut off would leave locked.
    while os.read(sys.stdin.fileno(), 1):
        pass
    stop.set()
