"""What every source of rows gives, before anybody knows which column holds which field."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum, unique
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, Protocol, TypeAlias

from certs.errors import MalformedSheetError
from certs.rows.text_encodings import FoundEncoding
from certs.type_fields import FieldSpec

FileSource: TypeAlias = Path | bytes
"""A file, or its bytes."""

Cells: TypeAlias = Sequence[Any]
"""A row as its source has it; only the source's own functions look into a cell."""

RecordValue: TypeAlias = object
"""A value of a database driver; what is no text, number or date is refused."""


@unique
class SourceKind(StrEnum):
    """The kinds of files that rows come in."""

    XLSX = "xlsx"
    CSV = "csv"
    JSON_LINES = "jsonl"


class RecordCursor(Protocol):
    """Records of a database outside, read forwards and once."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, from left to right."""
        ...

    def __iter__(self) -> Iterator[Sequence[RecordValue]]:
        """Yield the records.

        Raises:
            MalformedSheetError: The database stopped answering.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An open source.

    Attributes:
        rows: The rows with their numbers, as the person sees them; where ``names`` is None,
            the heading row is among the first.
        read: Returns the text of a cell, or raises RefusedValueError.
        show: Returns a cell as its program shows it.
        names: The columns' names, where the source keeps them apart from its rows.
        encoding: How the text was encoded, where that is a question.
        has_letters: Whether people know the columns by letters.
    """

    rows: Iterator[tuple[int, Cells]]
    read: Callable[[FieldSpec, Any], str]
    show: Callable[[Any], str]
    names: tuple[str, ...] | None = None
    encoding: FoundEncoding | None = None
    has_letters: bool = True


def open_binary(source: FileSource) -> BinaryIO:
    """Return a file for reading from its start.

    Raises:
        MalformedSheetError: It cannot be opened.
    """
    if isinstance(source, bytes):
        return BytesIO(source)
    try:
        file = source.open("rb")
    except OSError as error:
        raise MalformedSheetError(
            f"文件无法打开 · the file cannot be opened: {error.strerror}"
        ) from error
    if not file.seekable():  # a pipe: everything is read twice
        file.close()
        raise MalformedSheetError("不是普通文件，请先存盘 · a pipe; save it as a file first")
    return file
