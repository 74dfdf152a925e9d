"""The database connection: SQLite embedded, any SQLAlchemy dialect beyond one machine."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import BigInteger, Dialect, Engine, create_engine, event, make_url
from sqlalchemy.types import TypeDecorator

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_BUSY_TIMEOUT_MS: Final = 30_000


class Instant(TypeDecorator[datetime]):
    """An instant as whole microseconds since 1970 (UTC).

    An integer compares and subtracts alike in every dialect, so constraints on times can be
    written once.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Return the column's integer."""
        return None if value is None else (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401, ARG002 - SQLAlchemy's signature
        """Return the instant, timezone-aware."""
        return None if value is None else _EPOCH + timedelta(microseconds=value)


def connect(url: str) -> Engine:
    """Return an engine for ``url``; on SQLite every connection gets what the schema relies on."""
    # Errors quote statements, and statements carry people's data.
    engine = create_engine(url, hide_parameters=True)
    if make_url(url).get_backend_name() == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _: object) -> None:  # noqa: ANN401 - any DBAPI connection
    # The driver's own transaction control would begin too late for our read-then-write units.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute(f"PRAGMA busy_timeout={_BUSY_TIMEOUT_MS}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:  # noqa: ANN401 - SQLAlchemy's event signature
    # A unit of work may read and then write; taking the write lock at once makes two such units
    # wait for each other instead of failing half-way.
    mode = connection.get_execution_options().get("sqlite_begin", "IMMEDIATE")
    connection.exec_driver_sql(f"BEGIN {mode}")
