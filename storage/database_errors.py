"""What the database says went wrong, in words of this package and without anybody's data."""

import re
from typing import Any, Final

from sqlalchemy import Index, Table, UniqueConstraint
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DataError, IntegrityError

from storage.errors import DatabaseBusyError, DatabaseUnreachableError, UnstorableValueError
from storage.tables import metadata

_BUSY_STATES: Final = frozenset(
    {
        "40001",  # serialization_failure
        "40P01",  # deadlock_detected
        "55P03",  # lock_not_available: lock_timeout
        "57014",  # query_canceled: statement_timeout
    }
)
_BUSY_NAMES: Final = ("SQLITE_BUSY", "SQLITE_LOCKED")
_SQLITE_RULE: Final = re.compile(r"CHECK constraint failed: (\w+)|([a-z][a-z_]+)")
_SQLITE_COLUMNS: Final = "UNIQUE constraint failed: "


def translate(context: ExceptionContext) -> None:
    """Raise the package's error for one that is about the database, not about a rule in it.

    For SQLAlchemy's event ``handle_error``. What remains loses the detail in which PostgreSQL
    quotes the failing row: it would carry people's data into logs.

    Raises:
        DatabaseBusyError: A lock or an answer did not come in time, or others were served first.
        DatabaseUnreachableError: There is no connection.
        UnstorableValueError: A text does not fit into its column.
    """
    if context.is_pre_ping:
        return  # the pool makes a new connection
    original: Any = context.original_exception
    name = getattr(original, "sqlite_errorname", None) or ""
    if getattr(original, "sqlstate", None) in _BUSY_STATES or name.startswith(_BUSY_NAMES):
        raise DatabaseBusyError("数据库繁忙，请稍后重试 · the database is busy; try again")
    if context.is_disconnect or context.connection is None:
        raise DatabaseUnreachableError(
            "数据库连接不上，请检查 database_url 与数据库服务 · "
            "the database does not answer; look at database_url and the server"
        )
    if isinstance(context.sqlalchemy_exception, DataError):
        raise UnstorableValueError(
            "文字过长或含有不能保存的字符 · a text is too long or holds what cannot be stored"
        ) from None
    _forget_detail(context)


def _forget_detail(context: ExceptionContext) -> None:
    diagnosis = getattr(context.original_exception, "diag", None)
    if diagnosis is None or context.sqlalchemy_exception is None:
        return
    context.original_exception.args = (diagnosis.message_primary,)
    kind = type(context.original_exception).__qualname__
    context.sqlalchemy_exception.args = (f"({kind}) {diagnosis.message_primary}",)


def broken_rule(error: IntegrityError) -> str:
    """Return the name of the constraint or trigger that the database says was broken."""
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        return str(diagnosis.constraint_name or diagnosis.column_name)
    text = str(error.orig)
    match = _SQLITE_RULE.fullmatch(text)
    if match is not None:
        return match.group(1) or match.group(2)
    if text.startswith(_SQLITE_COLUMNS):
        return _unique_rule(text.removeprefix(_SQLITE_COLUMNS))
    # "FOREIGN KEY constraint failed" and the like: SQLite does not say which.
    return text.partition(" constraint failed")[0].lower().replace(" ", "_")


def _unique_rule(listed: str) -> str:
    """Return the name of the rule over ``table.column, table.column``: SQLite tells no other."""
    columns = [item.rpartition(".")[2] for item in listed.split(", ")]
    table = metadata.tables[listed.partition(".")[0]]
    for rule in _unique_rules(table):
        if [column.name for column in rule.columns] == columns:
            return str(rule.name)
    return str(table.primary_key.name)


def _unique_rules(table: Table) -> list[UniqueConstraint | Index]:
    constraints = [item for item in table.constraints if isinstance(item, UniqueConstraint)]
    return [*constraints, *(index for index in table.indexes if index.unique)]
