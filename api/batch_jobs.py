"""What workers do: mint chunks of batches, and read the files that batches come as."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from api.batch_reading import read_file
from api.batch_workers import release_dead, worker_name
from api.http_errors import NotServedHereError
from api.services import JobQueue, Services
from certs.batches.batch import Batch, BatchState
from certs.batches.minting import mint_batch, mint_numbered
from certs.issuing_desk import IssuingDesk
from certs.ports import UnitOfWork
from storage.job_queue import MINT, READ

_LOOK_SECONDS: Final = 1.0
_OLDEST: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchWorker:
    """One worker.

    Attributes:
        stop: Set when it is to end.
        only: The one batch that it works on; blank for all.
        once: It ends when nothing is left to do.
    """

    services: Services
    stop: threading.Event
    only: str = ""
    once: bool = False
    name: str = field(default_factory=worker_name)

    def work(self) -> None:
        """Work until told to stop, or until nothing is left where that was asked for."""
        if self.services.queue is None:
            self._work_by_looking()
        else:
            self._work_by_queue(self.services.queue)

    # By a queue ------------------------------------------------------------------------------

    def _work_by_queue(self, queue: JobQueue) -> None:
        with self.services.unit_of_work() as work:
            work.batches.restore_jobs()
            work.commit()
        queue.work({MINT: self._mint, READ: self._read}, stop=self.stop, idle=self._is_idle)

    def _is_idle(self) -> bool:
        return bool(self.only or self.once) and not self._unfinished()

    def _mint(self, arguments: Mapping[str, Any], should_stop: Callable[[], bool]) -> bool:
        batch = self._batch(arguments)
        return mint_numbered(
            batch,
            arguments["chunk"],
            desk=self._desk(batch),
            worker=self.name,
            should_stop=should_stop,
        )

    def _read(self, arguments: Mapping[str, Any], should_stop: Callable[[], bool]) -> bool:
        batch = self._batch(arguments)
        read_file(batch, desk=self._desk(batch), reader=self.services.row_reader, stop=should_stop)
        return not should_stop()

    def _batch(self, arguments: Mapping[str, Any]) -> Batch:
        with self.services.unit_of_work() as work:
            return work.batches.get(arguments["batch"])

    def _desk(self, batch: Batch) -> IssuingDesk:
        """Return who issues.

        Raises:
            NotServedHereError: This process does not; another worker may.
        """
        desk = self.services.desks.get(batch.type_code)
        if desk is None:
            raise NotServedHereError("no issuing desk for the type of this batch")
        return desk

    # By looking ------------------------------------------------------------------------------

    def _work_by_looking(self) -> None:
        while not self.stop.is_set():
            unfinished = self._unfinished()
            if not unfinished and (self.only or self.once):
                return
            for batch in unfinished:
                self._advance(batch)
            # What others have in their hands may come back.
            self.stop.wait(_LOOK_SECONDS)

    def _advance(self, batch: Batch) -> None:
        """Take a batch as far as it goes."""
        desk = self._desk(batch)
        if batch.state is BatchState.READING:
            read_file(batch, desk=desk, reader=self.services.row_reader, stop=self.stop.is_set)
        else:
            mint_batch(batch, desk=desk, worker=self.name, should_stop=self.stop.is_set)

    def _unfinished(self) -> list[Batch]:
        """Return the batches with files to be read, or with rows to be minted, by this worker.

        Those of types that are not issued here are left to others.
        """
        with self.services.unit_of_work() as work:
            known = (
                (work.batches.get(self.only),) if self.only else work.batches.unfinished(_OLDEST)
            )
            for batch in known:
                self._tidy(batch, work)
            work.commit()
            served = [batch for batch in known if batch.type_code in self.services.desks]
            return [batch for batch in served if _is_unfinished(batch, work)]

    def _tidy(self, batch: Batch, work: UnitOfWork) -> None:
        """Take back what dead workers hold, and end what was cancelled while they held it."""
        if batch.state is BatchState.RUNNING:
            release_dead(work, batch.id)
        elif batch.state is BatchState.CANCELLED and work.batches.counts(batch.id).waiting:
            work.chunks.call_off(batch.id, now=self.services.clock.now())


def has_work(services: Services) -> bool:
    """Tell whether a worker that looks for batches would find one it can take further."""
    with services.unit_of_work() as work:
        work.only_read()
        return any(
            batch.type_code in services.desks and _is_unfinished(batch, work)
            for batch in work.batches.unfinished(_OLDEST)
        )


def _is_unfinished(batch: Batch, work: UnitOfWork) -> bool:
    match batch.state:
        case BatchState.READING:
            # What the command line reads, it reads itself.
            return work.batch_files.of_batch(batch.id) is not None
        case BatchState.RUNNING:
            return work.batches.counts(batch.id).waiting > 0
        case BatchState.PAUSED | BatchState.CANCELLED | BatchState.DONE:
            return False
