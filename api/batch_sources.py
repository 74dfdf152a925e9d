"""Where the rows of a batch come from: a file, or a query of a department's own database."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from api.errors import UsageError
from certs.issuing_desk import IssuingDesk
from certs.rows.mappings import ColumnMapping
from certs.rows.opening import open_rows
from certs.rows.sources import SourceKind
from certs.rows.tables import RowTable
from signing.algorithms import sm3_stream
from storage.record_cursors import open_record_cursor, place_of, tells_password

VARIABLE: Final = "YINXIN_SOURCE_URL"
_BLOCK: Final = 1 << 20


class BatchSource(Protocol):
    """Rows to be minted."""

    @property
    def name(self) -> str:
        """What people call it; never a password."""
        ...

    @property
    def beside(self) -> Path:
        """A path whose neighbours are for what is written about it."""
        ...

    def digest(self) -> str:
        """Return SM3 in hexadecimal over the rows and how they are read.

        Raises:
            OSError: A file cannot be read.
            MalformedSheetError: A database does not answer.
        """
        ...

    @contextmanager
    def opened(self, desk: IssuingDesk) -> Iterator[RowTable]:
        """Open the rows.

        Raises:
            MalformedSheetError: They cannot be read at all.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRows:
    """A file of rows, and how it is read."""

    path: Path
    kind: SourceKind | None = None
    encoding: str | None = None
    mapping: ColumnMapping | None = None

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name

    @property
    def beside(self) -> Path:
        """The file."""
        return self.path

    def digest(self) -> str:
        """Return SM3 over the file and how it is read, in hexadecimal."""
        told = f"{self.kind}|{self.encoding}|{_told(self.mapping)}"
        with self.path.open("rb") as file:
            return sm3_stream((told.encode(), *iter(lambda: file.read(_BLOCK), b""))).hex()

    @contextmanager
    def opened(self, desk: IssuingDesk) -> Iterator[RowTable]:
        """Open the rows."""
        with open_rows(
            self.path,
            desk.license_type,
            kind=self.kind,
            encoding=self.encoding,
            mapping=self.mapping,
        ) as table:
            yield table


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseRows:
    """What a SELECT gives on a database that is only read.

    Attributes:
        address: SQLAlchemy's address of it; it may hold a password.
        query: One SELECT; with ORDER BY, the same rows are the same batch.
    """

    address: str = field(repr=False)
    query: str
    mapping: ColumnMapping | None = None

    @property
    def name(self) -> str:
        """Where the database is, without user and password."""
        return place_of(self.address)

    @property
    def beside(self) -> Path:
        """The folder of whoever runs the program."""
        return Path("database")

    def digest(self) -> str:
        """Return SM3 over all records and how they are read, in hexadecimal."""
        told = f"{self.name}|{self.query}|{_told(self.mapping)}"
        with open_record_cursor(self.address, self.query) as cursor:
            records = (repr(tuple(record)).encode("utf-8", "surrogatepass") for record in cursor)
            return sm3_stream((told.encode(), *records)).hex()

    @contextmanager
    def opened(self, desk: IssuingDesk) -> Iterator[RowTable]:
        """Open the rows."""
        with (
            open_record_cursor(self.address, self.query) as cursor,
            open_rows(cursor, desk.license_type, mapping=self.mapping) as table,
        ):
            yield table


def address_given(on_command_line: str) -> str:
    """Return the address of a database: as given, or from the environment or the file it names.

    Raises:
        UsageError: There is none, or a password is where every user of the machine reads it.
    """
    if on_command_line and on_command_line != "-":
        if tells_password(on_command_line):
            raise UsageError(
                f"命令行上的口令人人可见，请改用环境变量 {VARIABLE} 或 ~/.pgpass · "
                f"others see passwords on the command line; put the address into {VARIABLE}, "
                f"a file that {VARIABLE}_FILE names, or the password into ~/.pgpass"
            )
        return on_command_line
    if value := os.environ.get(VARIABLE):
        return value
    if named := os.environ.get(f"{VARIABLE}_FILE"):
        return Path(named).read_text("utf-8").strip()
    raise UsageError(
        f"请设置 {VARIABLE} 或 {VARIABLE}_FILE · set {VARIABLE} to the address of the database"
    )


def _told(mapping: ColumnMapping | None) -> str:
    return str(sorted((mapping or ColumnMapping()).fields.items()))
