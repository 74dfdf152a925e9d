"""The last run of each periodic job in the database; the port is ``RunBook``."""

from sqlalchemy import Connection, delete, insert, select

from certs.periodic_runs import PeriodicRun
from storage.locks import hold
from storage.run_tables import periodic_runs


class SqlRuns:
    """The runs on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, name: str) -> PeriodicRun | None:
        """Return the last run of a job, or None; nobody else claims it until this unit ends."""
        hold(self._connection, f"{periodic_runs.name}:{name}")
        query = select(periodic_runs).where(periodic_runs.c.name == name)
        row = self._connection.execute(query).mappings().one_or_none()
        return None if row is None else PeriodicRun(**row)

    def all(self) -> tuple[PeriodicRun, ...]:
        """Return the last run of every job, by name."""
        query = select(periodic_runs).order_by(periodic_runs.c.name)
        return tuple(PeriodicRun(**row) for row in self._connection.execute(query).mappings())

    def keep(self, run: PeriodicRun) -> None:
        """Keep a run in place of the one before."""
        self._connection.execute(delete(periodic_runs).where(periodic_runs.c.name == run.name))
        self._connection.execute(
            insert(periodic_runs).values(
                name=run.name, begun_at=run.begun_at, ended_at=run.ended_at, done=run.done
            )
        )
