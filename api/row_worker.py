"""The process that reads uploaded rows; started by ``api.row_reader``.

Spreadsheets are hostile until read, so they are read here, within limits of memory and processor
time. What goes back are lines of JSON: what the columns are, then the texts of one row each.
"""

import json
import resource
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any, Final

from api.homes import Home
from api.type_catalogue import catalogue_of
from certs.catalogue import Catalogue, LicenseType
from certs.errors import MalformedSheetError
from certs.rows.mappings import ColumnMapping
from certs.rows.opening import open_rows
from certs.rows.sources import SourceKind
from certs.rows.tables import RowTable
from certs.rows.text_encodings import FoundEncoding
from certs.type_folders import shipped_types

_MEMORY_BYTES: Final = 2**30
_CPU_SECONDS: Final = 600


def lines(asked: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what is read: the columns, then the rows where they are asked for, then the end."""
    try:
        license_type = _type(asked)
        with open_rows(
            Path(asked["path"]),
            license_type,
            kind=SourceKind(asked["kind"]) if asked["kind"] else None,
            encoding=asked["encoding"] or None,
            mapping=ColumnMapping.of(asked["mapping"], license_type),
        ) as table:
            yield _head(table)
            if asked["rows"]:
                for number, texts in table.texts():
                    yield {"row": number, "texts": dict(texts)}
            yield {"end": True}
    except MalformedSheetError as error:
        yield {"refusal": str(error)}


def _type(asked: dict[str, Any]) -> LicenseType:
    if asked["home"]:
        catalogue = catalogue_of(Home(Path(asked["home"])), on=date.fromisoformat(asked["on"]))
    else:
        catalogue = Catalogue.of(shipped_types())
    found = catalogue.find(asked["type"])
    if found is None:
        raise MalformedSheetError("没有此证照类型 · no such license type")
    return found


def _head(table: RowTable) -> dict[str, Any]:
    return {
        "columns": [asdict(item) for item in table.columns],
        "faults": list(table.faults),
        "encoding": _encoding(table.encoding),
    }


def _encoding(found: FoundEncoding | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "codec": found.codec,
        "certainty": found.certainty.value,
        "sample": [list(row) for row in found.sample],
    }


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # The rows of a workbook come from its own file; nothing else is ever written.
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _main() -> None:
    asked = json.loads(sys.stdin.buffer.readline())
    _limit()
    for line in lines(asked):
        sys.stdout.write(json.dumps(line, ensure_ascii=True) + "\n")
        if "columns" in line:
            sys.stdout.flush()


if __name__ == "__main__":
    _main()
