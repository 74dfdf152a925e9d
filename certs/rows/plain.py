"""Rows of plain texts by headings that are known: tables that are about no license type."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from types import MappingProxyType
from typing import Final

from certs.errors import MalformedSheetError
from certs.rows.columns import HEADING_WITHIN_ROWS
from certs.rows.delimited import open_delimited
from certs.rows.json_lines import open_json_lines
from certs.rows.opening import KINDS_BY_ENDING
from certs.rows.sources import Cells, Source, SourceKind
from certs.rows.texts import MAX_CELL_CHARACTERS
from certs.rows.workbooks import open_workbook

Headings = Mapping[str, frozenset[str]]
"""What a column may be called, by its key; in small letters."""

_NONE: Final[Headings] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainRow:
    """One row.

    Attributes:
        number: Its number, as people see it.
        texts: Its texts by key; blank where the cell is, without the keys that have no column.
    """

    number: int
    texts: Mapping[str, str]


@contextmanager
def open_plain_rows(
    path: Path, headings: Headings, *, optional: Headings = _NONE
) -> Iterator[Iterator[PlainRow]]:
    """Open a table (.xlsx, .csv, .jsonl) whose heading row names every key.

    Args:
        path: The file.
        headings: The columns that it must have.
        optional: The columns that it may have.

    Raises:
        MalformedSheetError: It cannot be read, or lacks a column; the message names it.
    """
    every = {**headings, **optional}
    with _open(path, every) as source:
        yield _rows(source, every, wanted=headings)


def _open(path: Path, headings: Headings) -> AbstractContextManager[Source]:
    match KINDS_BY_ENDING.get(path.suffix.lower()):
        case SourceKind.XLSX:
            return open_workbook(path)
        case SourceKind.JSON_LINES:
            return open_json_lines(path, declared=None)
        case SourceKind.CSV:
            return open_delimited(
                path, declared=None, count_known=lambda row: len(_places(row, headings))
            )
        case None:
            raise MalformedSheetError("文件应为 .xlsx .csv .jsonl · a table is .xlsx, .csv, .jsonl")


def _rows(source: Source, headings: Headings, *, wanted: Headings) -> Iterator[PlainRow]:
    names, rows = _heading(source, headings)
    places = _places(names, headings)
    missing = [key for key in wanted if key not in places]
    if missing:
        raise MalformedSheetError(f"缺少列 {' '.join(missing)} · columns are missing")
    for number, cells in rows:
        texts = {
            key: _text(source, cells[place]) if place < len(cells) else ""
            for key, place in places.items()
        }
        if any(texts.values()):
            yield PlainRow(number=number, texts=texts)


def _heading(
    source: Source, headings: Headings
) -> tuple[Sequence[str], Iterator[tuple[int, Cells]]]:
    """Return the headings, and the rows below them."""
    if source.names is not None:
        return source.names, source.rows
    head = list(islice(source.rows, HEADING_WITHIN_ROWS))
    texts = [[_text(source, cell) for cell in cells] for _, cells in head]
    best = max(range(len(head)), key=lambda at: len(_places(texts[at], headings)), default=None)
    if best is None:
        raise MalformedSheetError("表格是空的 · the table is empty")
    return texts[best], chain(head[best + 1 :], source.rows)


def _places(names: Sequence[str], headings: Headings) -> dict[str, int]:
    """Return the first column of each key."""
    found: dict[str, int] = {}
    for place, name in enumerate(names):
        for key, known in headings.items():
            if name.strip().lower() in known:
                found.setdefault(key, place)
    return found


def _text(source: Source, cell: object) -> str:
    text = source.show(cell).strip()
    if len(text) > MAX_CELL_CHARACTERS:
        raise MalformedSheetError("单元格过长 · a cell is too long")
    return text
