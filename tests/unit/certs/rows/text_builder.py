"""Text files of food-business licenses, and what is read from them."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence

from certs.applications import LicenseApplication
from certs.rows.mappings import ColumnMapping
from certs.rows.opening import open_rows
from certs.rows.sources import SourceKind
from certs.rows.tables import RowResult
from tests.unit.certs.rows.workbook_builder import FOOD, LABELS, ROWS, values_of


def csv_of(
    *rows: Iterable[object], delimiter: str = ",", encoding: str = "utf-8", end: str = "\r\n"
) -> bytes:
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter, lineterminator=end).writerows(rows)
    return file.getvalue().encode(encoding)


def sheet_of(*rows: Mapping[str, str], **options: str) -> bytes:
    return csv_of(LABELS, *(values_of(row) for row in rows), **options)


def json_lines_of(*items: object) -> bytes:
    return "\n".join(json.dumps(item, ensure_ascii=False) for item in items).encode()


def read_csv(
    content: bytes, *, encoding: str | None = None, mapping: Mapping[str, object] | None = None
) -> list[RowResult]:
    columns = ColumnMapping.of(mapping or {}, FOOD)
    with open_rows(content, FOOD, kind=SourceKind.CSV, encoding=encoding, mapping=columns) as table:
        return list(table.results())


def read_json(content: bytes) -> list[RowResult]:
    with open_rows(content, FOOD, kind=SourceKind.JSON_LINES) as table:
        return list(table.results())


def codes_of(result: RowResult) -> list[str]:
    return sorted(located.problem.code.value for located in result.problems)


def read_one(**changes: str) -> RowResult:
    (result,) = read_csv(sheet_of({**ROWS[0], **changes}))
    return result


def applied(result: RowResult) -> LicenseApplication:
    assert result.application is not None, codes_of(result)
    return result.application


def numbers_of(results: Sequence[RowResult]) -> list[str]:
    return [applied(result).number for result in results]
