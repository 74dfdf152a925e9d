"""How far a batch has come, on a line of the terminal."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import Progress

from api.console import Output
from certs.batches.batch import BatchCounts


class ProgressLine:
    """Shows rows, rate, time left and refused."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("读取 reading", total=None)
        self._started: float | None = None
        self._before = 0

    def read(self, rows: int) -> None:
        """Show how many rows are staged."""
        self._progress.update(self._task, completed=rows)

    def watch(self, counts: BatchCounts) -> None:
        """Show how many rows are settled."""
        now = time.monotonic()
        if self._started is None:
            self._started, self._before = now, counts.ended
        seconds = now - self._started
        rate = (counts.ended - self._before) / seconds if seconds else 0.0
        self._progress.update(
            self._task,
            total=counts.read,
            completed=counts.ended,
            description=f"制证 minting {rate:.0f}/s 拒绝 refused {counts.refused}",
        )


@contextmanager
def progress_line(output: Output) -> Iterator[ProgressLine]:
    """Show a line until the block ends."""
    with output.progress() as progress:
        yield ProgressLine(progress)
