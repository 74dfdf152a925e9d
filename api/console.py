"""What the command line prints: JSON for programs, tables and sentences for people."""

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

OK: Final = 0
FAILED: Final = 1
INDETERMINATE: Final = 2
USAGE: Final = 64
INTERNAL: Final = 70


@dataclass(frozen=True, slots=True)
class Output:
    """Where results go; with ``as_json`` nothing but one JSON document reaches stdout."""

    as_json: bool

    def result(self, value: Any, *lines: str) -> None:  # noqa: ANN401 - any JSON value
        """Print ``value`` for programs, or ``lines`` for people."""
        if self.as_json:
            print(json.dumps(value, ensure_ascii=False, indent=2))  # noqa: T201 - the result
            return
        for line in lines:
            self.say(line)

    def say(self, line: str) -> None:
        """Tell people something; it goes to stderr when programs listen."""
        self._console().print(line, markup=False, highlight=False, soft_wrap=True)

    def table(self, title: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Show a table to people."""
        table = Table(title=title, title_justify="left")
        for heading in headings:
            table.add_column(heading, overflow="fold")
        for row in rows:
            table.add_row(*row)
        self._console().print(table)

    def progress(self) -> Progress:
        """Return a progress display for long work."""
        return Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )

    def _console(self) -> Console:
        # Bold and colors only on a terminal; rich decides that by the stream.
        return Console(stderr=self.as_json, highlight=False)


def complain(message: str) -> None:
    """Tell people on stderr what went wrong and what to do next."""
    sys.stderr.write(f"yinxin: {message}\n")
