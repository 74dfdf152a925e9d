"""Rows of delimited text (.csv, .tsv, .txt; RFC 4180) with comma, tab, semicolon or bar."""

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Final

from certs.errors import MalformedSheetError
from certs.rows.columns import HEADING_WITHIN_ROWS, MAX_COLUMNS
from certs.rows.sources import FileSource, Source
from certs.rows.text_files import MAX_ROW_CHARACTERS, TextSource, open_text
from certs.type_fields import FieldSpec

_DELIMITERS: Final = (",", "\t", ";", "\uff5c", "|")
_MAX_ROW_LINES: Final = 100

CountKnown = Callable[[Sequence[str]], int]
"""Returns how many of some headings name a field."""


@contextmanager
def open_delimited(
    source: FileSource, *, declared: str | None, count_known: CountKnown
) -> Iterator[Source]:
    """Open a text file; the delimiter is the one that shows most known headings.

    Rows are numbered as spreadsheet programs do: a row of several lines counts once, a blank
    line too.

    Raises:
        MalformedSheetError: It cannot be opened, or is in no known encoding.
    """
    with open_text(source, declared) as text:
        delimiter = _delimiter(text, count_known)
        yield Source(
            rows=_rows(text, delimiter), read=_read, show=str.strip, encoding=text.encoding
        )


def _read(_spec: FieldSpec, cell: str) -> str:
    return cell.strip()


def _delimiter(text: TextSource, count_known: CountKnown) -> str:
    # The heading row may stand below a title of several lines.
    head = list(islice(text.lines(), HEADING_WITHIN_ROWS * 4))

    def known(delimiter: str) -> int:
        try:
            rows = [*islice(csv.reader(head, delimiter=delimiter), HEADING_WITHIN_ROWS)]
        except csv.Error:
            return 0
        return max((count_known([cell.strip() for cell in row]) for row in rows), default=0)

    return max(_DELIMITERS, key=known)


def _rows(text: TextSource, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    counter = _LineCounter(text.lines())
    # Strict: a quote in the wrong place joins rows, so nothing after it can be believed.
    reader = csv.reader(counter, delimiter=delimiter, strict=True)
    number = 0
    while True:
        counter.begin_row()
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise MalformedSheetError(
                f"第 {counter.place} 行的引号或长度有误 · line {counter.place}: {error}"
            ) from error
        if row is None:
            return
        number += 1
        yield number, _bounded(row, number)


def _bounded(row: list[str], number: int) -> list[str]:
    if len(row) > MAX_COLUMNS and any(cell.strip() for cell in row[MAX_COLUMNS:]):
        raise MalformedSheetError(
            f"第 {number} 行超过 {MAX_COLUMNS} 列 · row {number}: more than {MAX_COLUMNS} columns"
        )
    return row


class _LineCounter:
    """Hands lines on, and refuses a row that goes on over far too many of them."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._number = 0
        self._first = 1
        self._characters = 0

    @property
    def place(self) -> str:
        """The lines of the present row."""
        last = max(self._number, self._first)
        return f"{self._first}" if last == self._first else f"{self._first}-{last}"

    def begin_row(self) -> None:
        """Count anew."""
        self._first = self._number + 1
        self._characters = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self._number += 1
        self._characters += len(line)
        is_long = self._number - self._first >= _MAX_ROW_LINES
        if is_long or self._characters > MAX_ROW_CHARACTERS:
            raise MalformedSheetError(
                f"第 {self._first} 行的引号没有闭合 · line {self._first}: a quote is not closed"
            )
        return line
