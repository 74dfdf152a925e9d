"""Records of another system's database, read forwards and never written.

The database is a department's own, so the connection can read only, by the database's own
rule, and messages never carry the password of its address.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote_plus

from sqlalchemy import URL, Connection, CursorResult, Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from certs.errors import MalformedSheetError
from certs.masking import redact
from certs.rows.sources import RecordValue

_BATCH: Final = 1_000
_MAX_REASON: Final = 200
_READERS: Final = frozenset({"select", "with"})
_SQLITE: Final = "sqlite"
_POSTGRESQL: Final = "postgresql"


class SqlRecordCursor:
    """The records of one statement, fetched from the server a thousand at a time."""

    def __init__(self, result: CursorResult[Any], place: str) -> None:
        self._result = result
        self._place = place

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(self._result.keys())

    def __iter__(self) -> Iterator[Sequence[RecordValue]]:
        """Yield the records.

        Raises:
            MalformedSheetError: The database stopped answering.
        """
        try:
            for partition in self._result.partitions(_BATCH):
                yield from (tuple(record) for record in partition)
        except SQLAlchemyError as error:
            # Here the driver's words may quote a person's values.
            raise MalformedSheetError(
                f"数据库 {self._place} 读取中断 · "
                f"the database stopped answering ({type(error).__name__})"
            ) from None


@contextmanager
def open_record_cursor(url: str, select: str) -> Iterator[SqlRecordCursor]:
    """Open the records that a SELECT gives, in a transaction that can only read.

    Args:
        url: SQLAlchemy's address of a SQLite or PostgreSQL database.
        select: One statement, SELECT or WITH; no semicolon within.

    Raises:
        MalformedSheetError: The address or statement is not of that kind, the database does
            not answer, or refuses the statement.
    """
    address, statement = _address(url), _statement(select)
    engine = _engine(address)
    try:
        with _reading(engine, address) as connection:
            result = _execute(connection, statement, address)
            yield SqlRecordCursor(result, _place(address))
            result.close()
            connection.rollback()
    finally:
        engine.dispose()


def place_of(url: str) -> str:
    """Return where a database is, without user, password and options.

    Raises:
        MalformedSheetError: It is no address of a SQLite or PostgreSQL database.
    """
    return _place(_address(url))


def tells_password(url: str) -> bool:
    """Tell whether an address holds a password.

    Raises:
        MalformedSheetError: It is no address of a SQLite or PostgreSQL database.
    """
    address = _address(url)
    return address.password is not None or "password" in address.query


@contextmanager
def _reading(engine: Engine, address: URL) -> Iterator[Connection]:
    try:
        connection = engine.connect()
    except (SQLAlchemyError, ImportError) as error:
        raise _refused(error, address, "无法连接数据库 · cannot connect to") from None
    with connection:
        yield connection


def _execute(connection: Connection, statement: str, address: URL) -> CursorResult[Any]:
    options: dict[str, Any] = {"stream_results": True, "yield_per": _BATCH, "no_parameters": True}
    if address.get_backend_name() == _POSTGRESQL:
        options["postgresql_readonly"] = True
    try:
        # As it stands: a text() clause would take ':30' in it for a parameter.
        return connection.execution_options(**options).exec_driver_sql(statement)
    except SQLAlchemyError as error:
        raise _refused(error, address, "数据库不接受该查询 · refuses the statement:") from None


def _engine(address: URL) -> Engine:
    options: dict[str, Any] = {"hide_parameters": True, "poolclass": NullPool}
    if address.get_backend_name() == _SQLITE:
        # Read-only, so that a mistyped name makes no new file.
        uri = f"{Path(address.database or '').absolute().as_uri()}?mode=ro"
        options["creator"] = lambda: sqlite3.connect(uri, uri=True)
    try:
        return create_engine(address, **options)
    except (SQLAlchemyError, ImportError) as error:
        raise _refused(error, address, "没有该数据库的驱动 · no driver for") from None


def _address(url: str) -> URL:
    try:
        address = make_url(url)
        backend = address.get_backend_name()
    except (ArgumentError, NoSuchModuleError, ValueError):
        raise MalformedSheetError(
            "数据库地址格式不符 · not an address like postgresql+psycopg://user:password@host/name"
        ) from None
    if backend not in {_SQLITE, _POSTGRESQL}:
        raise MalformedSheetError(
            f"不支持 {backend[:30]}，请先导出为 .csv · "
            "only SQLite and PostgreSQL; export other databases as .csv"
        )
    return address


def _statement(select: str) -> str:
    statement = select.strip().removesuffix(";").rstrip()
    words = statement.split(maxsplit=1)
    if not words or words[0].lower() not in _READERS or ";" in statement:
        raise MalformedSheetError(
            "只接受一条 SELECT 语句，语句中不能有分号 · one SELECT, with no semicolon within"
        )
    return statement


def _refused(error: Exception, address: URL, what: str) -> MalformedSheetError:
    """Return our error with the first line of the driver's, without the password."""
    cause = getattr(error, "orig", None) or error
    reason = (str(cause).splitlines() or [""])[0]
    for secret in _secrets(address):
        reason = reason.replace(secret, "***")
    return MalformedSheetError(f"{what} {_place(address)}: {redact(reason)[:_MAX_REASON]}")


def _place(address: URL) -> str:
    """Return where the database is, without user, password and options."""
    return f"{address.get_backend_name()}://{address.host or ''}/{address.database or ''}"


def _secrets(address: URL) -> Iterator[str]:
    """Yield what messages must not say: the password, and options, which may hold one too."""
    values = address.normalized_query.values()
    for secret in (str(address.password or ""), *(text for texts in values for text in texts)):
        if secret:
            yield secret
            yield quote_plus(secret)
