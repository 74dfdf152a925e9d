"""Lines and records of text files, bounded: a line without end is refused, not read."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, TextIO

from certs.errors import MalformedSheetError
from certs.rows.sources import FileSource, open_binary
from certs.rows.text_encodings import FoundEncoding, find_encoding

MAX_ROW_CHARACTERS: Final = 1_000_000
"""The longest line, and the longest row of several lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSource:
    """An open text file and what was found out about its encoding."""

    file: TextIO
    encoding: FoundEncoding

    def lines(self) -> Iterator[str]:
        """Yield the lines from the first, with their ends as they stand.

        Raises:
            MalformedSheetError: A line is too long, or no longer what it was when the
                encoding was found.
        """
        self.file.seek(0)
        number = 0
        try:
            while line := self.file.readline(MAX_ROW_CHARACTERS + 1):
                number += 1
                if len(line) > MAX_ROW_CHARACTERS:
                    raise MalformedSheetError(f"第 {number} 行过长 · line {number} is far too long")
                yield line
        except (UnicodeDecodeError, OSError) as error:
            raise MalformedSheetError(
                f"第 {number + 1} 行之后无法读取 · cannot be read after line {number}"
            ) from error


@contextmanager
def open_text(source: FileSource, declared: str | None) -> Iterator[TextSource]:
    """Open a text file whose encoding is declared or found.

    Raises:
        MalformedSheetError: As ``open_binary`` and ``find_encoding``.
    """
    with open_binary(source) as binary:
        encoding = find_encoding(binary, declared)
        # Line ends stay as they are: those inside quotes belong to a value.
        with io.TextIOWrapper(binary, encoding=encoding.codec, newline="") as file:
            yield TextSource(file=file, encoding=encoding)
