"""A worker of the queue in PostgreSQL: takes jobs, gives signs of life, retries what stalled.

A worker that dies leaves its jobs as being done. Every other worker looks for jobs whose worker
gave no sign of life, and queues them again; what a job does twice must do no harm.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self, TypeAlias

from procrastinate import App, JobContext, PsycopgConnector, RetryStrategy
from procrastinate.exceptions import ConnectorException
from sqlalchemy import Engine

from storage.database import POSTGRESQL
from storage.job_queue import QUEUE

logger = logging.getLogger(__name__)

Task: TypeAlias = Callable[[Mapping[str, Any], Callable[[], bool]], bool]
"""Does one job; is given its arguments, and what tells whether it should stop soon.

It tells whether it came to its end; if not, the job is queued again.
"""

_HEARTBEAT_SECONDS: Final = 2.0
_STALLED_SECONDS: Final = 10.0
_LOOK_SECONDS: Final = 2.0
_POLL_SECONDS: Final = 2.0
"""How long a job may go unseen if a notice of it is lost."""
_STOP_SECONDS: Final = 1.0
"""After it, running tasks are told to stop; they end between a few licenses."""
_RETRY: Final = RetryStrategy(wait=1, linear_wait=5)
"""Without end: a key store may be away for days, and nobody would begin again by hand."""
_CONNECTIONS: Final = 3


@dataclass(frozen=True, slots=True)
class SqlJobQueue:
    """The queue in one database, on PostgreSQL."""

    engine: Engine

    @classmethod
    def of(cls, engine: Engine) -> Self | None:
        """Return the queue of a database; None where it has none."""
        return cls(engine) if engine.dialect.name == POSTGRESQL else None

    def work(
        self,
        tasks: Mapping[str, Task],
        *,
        stop: threading.Event,
        idle: Callable[[], bool] = lambda: False,
    ) -> None:
        """Work on jobs until told to stop: by ``stop``, by SIGTERM or SIGINT, or by ``idle``.

        Args:
            tasks: What to do, by the name of the task.
            stop: Set when the worker is to end.
            idle: Asked every two seconds whether the worker may end by itself.
        """
        _Worker(engine=self.engine, tasks=tasks, stop=stop, idle=idle).run()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Worker:
    """Works on the queue of one database."""

    engine: Engine
    tasks: Mapping[str, Task]
    stop: threading.Event
    idle: Callable[[], bool]

    def run(self) -> None:
        asyncio.run(self._run())

    async def _run(self) -> None:
        app = self._app()
        async with app.open_async():
            working = asyncio.create_task(self._work(app))
            watching = asyncio.create_task(self._watch(app, working))
            try:
                await working
            except asyncio.CancelledError:
                if not self.stop.is_set():
                    raise
            finally:
                watching.cancel()
                await asyncio.gather(watching, return_exceptions=True)

    async def _work(self, app: App) -> None:
        await app.run_worker_async(
            queues=[QUEUE],
            concurrency=1,
            delete_jobs="successful",
            update_heartbeat_interval=_HEARTBEAT_SECONDS,
            stalled_worker_timeout=_STALLED_SECONDS,
            fetch_job_polling_interval=_POLL_SECONDS,
            shutdown_graceful_timeout=_STOP_SECONDS,
        )

    async def _watch(self, app: App, working: "asyncio.Task[None]") -> None:
        """Retry what stalled, and end the worker when that is due."""
        while not working.done():
            await asyncio.sleep(_LOOK_SECONDS)
            if self.stop.is_set() or await asyncio.to_thread(self.idle):
                self.stop.set()
                working.cancel()
                return
            await _retry_stalled(app)

    def _app(self) -> App:
        connector = PsycopgConnector(
            conninfo=_conninfo(self.engine), min_size=1, max_size=_CONNECTIONS
        )
        app = App(connector=connector)
        for name, task in self.tasks.items():
            app.task(name=name, queue=QUEUE, pass_context=True, retry=_RETRY)(self._called(task))
        return app

    def _called(self, task: Task) -> Callable[..., None]:
        def call(context: JobContext, **arguments: Any) -> None:  # noqa: ANN401 - what was queued
            if not task(arguments, lambda: self.stop.is_set() or context.should_abort()):
                raise _UnfinishedError

        return call


class _UnfinishedError(Exception):
    """Makes the library queue the job again."""


def _conninfo(engine: Engine) -> str:
    """Return the address as libpq reads it."""
    return engine.url.set(drivername=POSTGRESQL).render_as_string(hide_password=False)


async def _retry_stalled(app: App) -> None:
    jobs = await app.job_manager.get_stalled_jobs(
        queue=QUEUE, seconds_since_heartbeat=_STALLED_SECONDS
    )
    for job in jobs:
        try:
            await app.job_manager.retry_job(job)
        except ConnectorException:
            # Another worker was faster, or the one thought dead has just finished it.
            logger.info("job %s is not stalled any more", job.id)
        else:
            logger.warning("job %s stalled and is queued again", job.id)
