"""Reads uploaded rows with the help of a process that has limits; see ``api.row_worker``."""

import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final, cast

from certs.applications import MissingCharacters
from certs.catalogue import LicenseType
from certs.civil_dates import day_of
from certs.errors import MalformedSheetError
from certs.rows.columns import FoundColumn, Recognition
from certs.rows.opening import KINDS_BY_ENDING
from certs.rows.sources import SourceKind
from certs.rows.tables import RowResult, judged
from certs.rows.text_encodings import Certainty, FoundEncoding

_LONGEST_LINE: Final = 32 * 2**20
"""A row of 100 cells of 32,767 characters, each six bytes in JSON, is less."""
_LOOK_SECONDS: Final = 60.0
_READ_SECONDS: Final = 1800.0
_MAX_REFUSAL: Final = 800
_STOPPED: Final = (
    "文件读取超出内存或时间上限，请拆分后重新上传 · "
    "reading the file took more memory or time than it may; split it"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRows:
    """Rows as another process reads them; like ``RowTable``, they are read once.

    Attributes:
        columns: The columns with a heading, from left to right.
        faults: Why they do not fit; with any, no row is read.
        encoding: How the text was encoded; None where the source leaves no doubt.
    """

    license_type: LicenseType
    columns: tuple[FoundColumn, ...]
    faults: tuple[str, ...]
    encoding: FoundEncoding | None
    _lines: Iterator[dict[str, Any]] = field(repr=False)

    def results(
        self, *, missing_characters: MissingCharacters = lambda _text: ""
    ) -> Iterator[RowResult]:
        """Yield what became of each row, in their order.

        Raises:
            MalformedSheetError: The source is damaged from here on, or takes too much.
        """
        for line in self._lines:
            yield judged(
                self.license_type, self.columns, line["row"], line["texts"], missing_characters
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class RowReader:
    """Starts the processes.

    Attributes:
        home: The instance whose types are known; None for those of the program alone.
    """

    home: Path | None = None

    @contextmanager
    def opened(  # noqa: PLR0913 - how a file is read
        self,
        content: bytes,
        license_type: LicenseType,
        *,
        name: str,
        kind: SourceKind | None,
        encoding: str,
        mapping: Mapping[str, object],
        with_rows: bool,
    ) -> Iterator[ReadRows]:
        """Open the rows of a file.

        Args:
            content: The file.
            license_type: Whose fields the columns hold.
            name: What its sender calls it; the end may tell what it is.
            kind: What it is said to be.
            encoding: What its encoding is said to be; blank where it is to be found.
            mapping: What the sender says of headings.
            with_rows: Not only the columns are wanted.

        Raises:
            MalformedSheetError: They cannot be read at all, or only with more than they may take.
        """
        asked = {
            "type": str(license_type.code),
            "kind": kind.value if kind else "",
            "encoding": encoding,
            "mapping": dict(mapping),
            "home": str(self.home) if self.home else "",
            "on": day_of(datetime.now(UTC)).isoformat(),
            "rows": with_rows,
        }
        seconds = _READ_SECONDS if with_rows else _LOOK_SECONDS
        with (
            _on_disk(content, name) as path,
            _process(asked | {"path": str(path)}, seconds) as output,
        ):
            lines = _lines(output)
            yield _opened(next(lines, {}), lines, license_type)


@contextmanager
def _on_disk(content: bytes, name: str) -> Iterator[Path]:
    """Put a file where the process finds it; of its name nothing is taken but a known end."""
    ending = Path(name).suffix.lower()
    with tempfile.TemporaryDirectory(prefix="yinxin-rows-") as folder:
        path = Path(folder) / f"rows{ending if ending in KINDS_BY_ENDING else ''}"
        path.write_bytes(content)
        yield path


@contextmanager
def _process(asked: Mapping[str, Any], seconds: float) -> Iterator[IO[bytes]]:
    """Start the process and give what it says; it ends with the block, or when its time is up."""
    process = subprocess.Popen(
        [sys.executable, "-m", "api.row_worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    watchdog = threading.Timer(seconds, process.kill)
    watchdog.daemon = True
    watchdog.start()
    try:
        with process:
            question, answer = cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)
            question.write(json.dumps(asked).encode() + b"\n")
            question.flush()
            try:
                yield answer
            finally:
                process.kill()
    except BrokenPipeError:
        raise MalformedSheetError(_STOPPED) from None
    finally:
        watchdog.cancel()


def _lines(output: IO[bytes]) -> Iterator[dict[str, Any]]:
    """Yield what the process says, up to its end; dying before that is a refusal.

    Raises:
        MalformedSheetError: The file is refused, or the process died at its limits.
    """
    while line := output.readline(_LONGEST_LINE):
        try:
            said: dict[str, Any] = json.loads(line)
        except ValueError:  # it died while speaking
            break
        if "end" in said:
            return
        if "refusal" in said:
            raise MalformedSheetError(str(said["refusal"])[:_MAX_REFUSAL])
        yield said
    raise MalformedSheetError(_STOPPED)


def _opened(
    head: Mapping[str, Any], lines: Iterator[dict[str, Any]], license_type: LicenseType
) -> ReadRows:
    found = head["encoding"]
    return ReadRows(
        license_type=license_type,
        columns=tuple(_column(license_type, item) for item in head["columns"]),
        faults=tuple(head["faults"]),
        encoding=None
        if found is None
        else FoundEncoding(
            codec=found["codec"],
            certainty=Certainty(found["certainty"]),
            sample=tuple(tuple(row) for row in found["sample"]),
        ),
        _lines=lines,
    )


def _column(license_type: LicenseType, said: Mapping[str, Any]) -> FoundColumn:
    """Return a column as the process found it.

    Raises:
        MalformedSheetError: It holds a field that the type here does not have.
    """
    column = FoundColumn(**{**said, "how": Recognition(said["how"])})
    if not {spec.name for spec in license_type.fields}.issuperset(column.names):
        raise MalformedSheetError(
            f"{license_type.name} 没有字段 · has no field {'、'.join(column.names)}"
        )
    return column
