"""Open rows of applications, whatever they come in."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Final

from certs.catalogue import LicenseType
from certs.errors import MalformedSheetError
from certs.rows.columns import ColumnFinder
from certs.rows.delimited import open_delimited
from certs.rows.json_lines import open_json_lines
from certs.rows.mappings import ColumnMapping
from certs.rows.records import open_records
from certs.rows.sources import FileSource, RecordCursor, Source, SourceKind, open_binary
from certs.rows.tables import RowTable
from certs.rows.workbooks import open_workbook

_ZIP: Final = b"PK\x03\x04"
_COMPOUND_FILE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
KINDS_BY_ENDING: Final[Mapping[str, SourceKind]] = {
    ".xlsx": SourceKind.XLSX,
    ".csv": SourceKind.CSV,
    ".tsv": SourceKind.CSV,
    ".txt": SourceKind.CSV,
    ".jsonl": SourceKind.JSON_LINES,
    ".ndjson": SourceKind.JSON_LINES,
}
"""What files are by the ends of their names, where their content does not tell."""


@contextmanager
def open_rows(
    source: FileSource | RecordCursor,
    license_type: LicenseType,
    *,
    kind: SourceKind | None = None,
    encoding: str | None = None,
    mapping: ColumnMapping | None = None,
) -> Iterator[RowTable]:
    """Open a table of rows; memory stays flat however many there are.

    Args:
        source: A file, its bytes, or the records of a database.
        license_type: Whose fields the columns hold.
        kind: What the file is; by default its content tells, then its name.
        encoding: What a text file's encoding is said to be; by default it is found.
        mapping: What the type's own names leave open.

    Raises:
        MalformedSheetError: It cannot be read at all; the message names the place.
    """
    finder = ColumnFinder(license_type, mapping)
    with _open_source(source, kind, encoding, finder) as opened:
        yield RowTable(opened, license_type, mapping)


def _open_source(
    source: FileSource | RecordCursor,
    kind: SourceKind | None,
    encoding: str | None,
    finder: ColumnFinder,
) -> AbstractContextManager[Source]:
    if not isinstance(source, Path | bytes):
        return nullcontext(open_records(source))
    match _kind_of(source, kind):
        case SourceKind.XLSX:
            return open_workbook(source)
        case SourceKind.CSV:
            return open_delimited(source, declared=encoding, count_known=finder.known)
        case SourceKind.JSON_LINES:
            return open_json_lines(source, declared=encoding)


def _kind_of(source: FileSource, said: SourceKind | None) -> SourceKind:
    """Return what a file is said to be, or is by its content, then by its name."""
    with open_binary(source) as file:
        head = file.read(len(_COMPOUND_FILE))
    if head.startswith(_COMPOUND_FILE):
        raise MalformedSheetError(
            "旧版 .xls 或加了打开密码的工作簿，请去掉密码并另存为 .xlsx · "
            "an old .xls or a workbook with a password: save it as .xlsx without one"
        )
    if said is not None:
        return said
    if head.startswith(_ZIP):
        return SourceKind.XLSX
    named = KINDS_BY_ENDING.get(source.suffix.lower()) if isinstance(source, Path) else None
    if named is not None:
        return named
    raise MalformedSheetError(
        "看不出文件类型，请注明 xlsx、csv 或 jsonl · "
        "cannot tell what the file is; say xlsx, csv or jsonl"
    )
