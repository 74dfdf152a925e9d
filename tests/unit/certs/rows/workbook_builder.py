"""Workbooks of food-business licenses, good ones and changed ones."""

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping

from openpyxl import Workbook

from certs.regions import RegionCode
from certs.rows.opening import open_rows
from certs.rows.sources import SourceKind
from certs.rows.tables import RowResult
from certs.samples.food_business import food_business_rows
from certs.type_folders import shipped_type

FOOD = shipped_type("food_business")
ROWS = food_business_rows(RegionCode("340200"), 3, seed=1)
LABELS = [spec.label_zh for spec in FOOD.fields]
NAMES = [spec.name for spec in FOOD.fields]
SHEET = "xl/worksheets/sheet1.xml"


def workbook_of(*rows: Iterable[object]) -> bytes:
    workbook = Workbook()
    for row in rows:
        workbook.worksheets[0].append(list(row))
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def values_of(row: Mapping[str, str], **changes: object) -> list[object]:
    return [{**row, **changes}[name] for name in NAMES]


def read(content: bytes) -> list[RowResult]:
    with open_rows(content, FOOD, kind=SourceKind.XLSX) as table:
        return list(table.results())


def repacked(change: Callable[[str, bytes], bytes]) -> bytes:
    """Return a good workbook whose parts went through ``change``."""
    file = io.BytesIO()
    source = io.BytesIO(workbook_of(LABELS, *(values_of(row) for row in ROWS)))
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            new.writestr(member, change(member, old.read(member)))
    return file.getvalue()


def with_sheet(change: Callable[[bytes], bytes]) -> bytes:
    """Return a good workbook whose sheet went through ``change``, which must change it."""

    def change_part(member: str, content: bytes) -> bytes:
        if member != SHEET:
            return content
        changed = change(content)
        assert changed != content
        return changed

    return repacked(change_part)


def with_shared_strings(extra: bytes = b"") -> bytes:
    """Return a good workbook as Excel writes it: texts in a part of their own."""
    texts: list[bytes] = []

    def share(match: re.Match[bytes]) -> bytes:
        texts.append(match.group(2))
        return b'<c%s t="s"><v>%d</v></c>' % (match.group(1), len(texts) - 1)

    def change(member: str, content: bytes) -> bytes:
        if member == SHEET:
            inline = rb'<c( [^>]*?) t="inlineStr"><is><t[^>]*>([^<]*)</t></is></c>'
            return re.sub(inline, share, content)
        if member == "[Content_Types].xml":
            part = (
                b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.'
                b'openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
            )
            return content.replace(b"</Types>", part)
        return content

    file = io.BytesIO(repacked(change))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        items = b"".join(b"<si><t>%s</t></si>" % text for text in texts)
        namespace = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        content = b'<sst xmlns="%s">%s%s</sst>' % (namespace, items, extra)
        archive.writestr("xl/sharedStrings.xml", content)
    return file.getvalue()
