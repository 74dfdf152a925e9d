"""What callers read of errors of the database and the object store."""

from http import HTTPStatus
from typing import Final

from api.problem_kinds import ProblemKind
from storage import errors

KINDS: Final[dict[type[Exception], ProblemKind]] = {
    errors.DatabaseBusyError: ProblemKind(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "DATABASE_BUSY",
        "数据库繁忙",
        "The database is busy",
        "其他操作正在更改同一数据，本次没有改动，请稍后重试。",
        "Other work is changing the same data; nothing was changed, try again.",
    ),
    errors.DatabaseUnreachableError: ProblemKind(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "DATABASE_UNREACHABLE",
        "数据库暂不可用",
        "The database does not answer",
        "数据库暂时没有应答，请稍后重试。",
        "The database does not answer; try again later.",
    ),
    errors.ObjectStoreError: ProblemKind(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "OBJECT_STORE_UNAVAILABLE",
        "对象存储暂不可用",
        "The object store does not answer",
        "对象存储暂时没有应答，请稍后重试。",
        "The object store does not answer; try again later.",
    ),
    errors.UnstorableValueError: ProblemKind(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "UNSTORABLE_VALUE",
        "内容无法保存",
        "A value cannot be stored",
        "有的文字过长，或含有不能保存的字符（如 NUL）。",
        "A text is too long, or holds a character that cannot be stored, such as NUL.",
    ),
}

WITHOUT_DETAIL: Final[frozenset[type[Exception]]] = frozenset(
    {
        # Bases: only their subclasses are raised.
        errors.StorageError,
        # Faults of the installation, or of stored data: for the log, not for callers.
        errors.ObjectNotFoundError,
        errors.DamagedObjectError,
        errors.ObjectRangeError,
        errors.SchemaError,
        errors.UnfitObjectStoreError,
        errors.AddressError,
    }
)
