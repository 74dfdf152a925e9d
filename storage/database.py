"""The database connection: SQLite embedded, PostgreSQL beyond one machine."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final

from sqlalchemy import (
    URL,
    BigInteger,
    Connection,
    Dialect,
    Engine,
    Integer,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

from storage.database_errors import translate
from storage.errors import AddressError
from storage.write_turns import WriteTurns

POSTGRESQL: Final = "postgresql"
SQLITE: Final = "sqlite"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_LOCK_TIMEOUT_MS: Final = 30_000
"""How long a unit of work waits for another; the same in both dialects."""
_STATEMENT_TIMEOUT_MS: Final = 60_000
_IDLE_IN_TRANSACTION_MS: Final = 300_000
"""A process that hangs in a transaction must not hold its locks for ever."""
_CONNECT_SECONDS: Final = 10
_BEGIN_IMMEDIATE: Final = "BEGIN IMMEDIATE"
_READING: Final = {"sqlite_begin": "BEGIN DEFERRED", f"{POSTGRESQL}_readonly": True}
_ONLY_READS: Final = "only_reads"
_KEPT_CONNECTIONS: Final = 10
_MORE_CONNECTIONS: Final = 30
"""Together one for each of the 40 threads that serve routes."""
_SESSION: Final = (
    f"-c lock_timeout={_LOCK_TIMEOUT_MS}",
    f"-c statement_timeout={_STATEMENT_TIMEOUT_MS}",
    f"-c idle_in_transaction_session_timeout={_IDLE_IN_TRANSACTION_MS}",
    # What was about to be signed must be on the disk before a key is used.
    "-c synchronous_commit=on",
)

BIG_NUMBER: Final = BigInteger().with_variant(Integer(), SQLITE)
"""A number that counts without end; SQLite counts rows only in a column named INTEGER."""


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


def connect(address: str) -> Engine:
    """Return an engine whose every connection has what the schema relies on; none is made yet.

    Args:
        address: ``sqlite:///…``, ``postgresql://…`` or ``postgresql+psycopg://…``.

    Raises:
        AddressError: It is no such address; it is not quoted, for it may hold a password.
    """
    url = _parse(address)
    if url.get_backend_name() == POSTGRESQL:
        engine = _connect_postgresql(url)
    else:
        engine = _connect_sqlite(url)
    event.listen(engine, "handle_error", translate)
    return engine


def only_read(connection: Connection) -> None:
    """Let the transaction that this connection begins next read only; its writes are refused."""
    connection.execution_options(**_READING)


def commit(connection: Connection) -> None:
    """Make what a connection wrote durable, and let the next writer begin."""
    connection.commit()
    WriteTurns.end(connection.info)


def _parse(address: str) -> URL:
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        url = None
    if url is None or url.drivername not in {SQLITE, POSTGRESQL, f"{POSTGRESQL}+psycopg"}:
        raise AddressError(
            "数据库地址应为 postgresql://用户@主机/库名，或留空使用内置数据库 · "
            "database_url must read postgresql://user@host/name, or be empty for the embedded one"
        )
    return url


def _connect_postgresql(url: URL) -> Engine:
    """Return an engine; what the address itself says about the session comes last and wins."""
    given = url.query.get("options", ())
    options = (*_SESSION, *((given,) if isinstance(given, str) else given))
    # Errors quote statements, and statements carry people's data.
    return create_engine(
        url.set(drivername=f"{POSTGRESQL}+psycopg"),
        hide_parameters=True,
        # Units that read and then write say what they lock; stricter levels would fail instead
        # of waiting.
        isolation_level="READ COMMITTED",
        pool_size=_KEPT_CONNECTIONS,
        max_overflow=_MORE_CONNECTIONS,
        # A server that was started anew must not cost the first requests after it.
        pool_pre_ping=True,
        pool_use_lifo=True,
        connect_args={
            "application_name": url.query.get("application_name", "yinxin"),
            "connect_timeout": url.query.get("connect_timeout", str(_CONNECT_SECONDS)),
            "options": " ".join(options),
            "client_encoding": "utf8",
        },
    )


def _connect_sqlite(url: URL) -> Engine:
    engine = create_engine(
        url, hide_parameters=True, pool_size=_KEPT_CONNECTIONS, max_overflow=_MORE_CONNECTIONS
    )
    event.listen(engine, "connect", _prepare_sqlite)
    turns = WriteTurns(seconds=_LOCK_TIMEOUT_MS / 1000)
    event.listen(engine, "begin", partial(_begin_sqlite, turns))
    event.listen(engine, "checkin", _end_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _: object) -> None:  # noqa: ANN401 - any DBAPI connection
    # The driver's own transaction control would begin too late for our read-then-write units.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute(f"PRAGMA busy_timeout={_LOCK_TIMEOUT_MS}")
    cursor.close()


def _begin_sqlite(turns: WriteTurns, connection: Connection) -> None:
    # A unit of work may read and then write; taking the write lock at once makes two such units
    # wait for each other instead of failing half-way.
    begin = connection.get_execution_options().get("sqlite_begin", _BEGIN_IMMEDIATE)
    if begin == _BEGIN_IMMEDIATE:
        turns.take(connection)
    else:
        connection.info[_ONLY_READS] = True
        connection.exec_driver_sql("PRAGMA query_only=ON")
    connection.exec_driver_sql(begin)


def _end_sqlite(connection: Any, record: ConnectionPoolEntry) -> None:  # noqa: ANN401 - any DBAPI connection
    WriteTurns.end(record.info)
    if record.info.pop(_ONLY_READS, False) and connection is not None:
        connection.execute("PRAGMA query_only=OFF")
