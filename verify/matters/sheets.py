"""Matters as departments keep them: a workbook with a sheet for each kind of thing.

Every row becomes a part of the table that `verify.matters.definitions` reads, so that the rules
are the same as for other files; what is wrong is told by sheet, row and column.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from certs.catalogue import LicenseType
from certs.errors import MalformedSheetError
from certs.rows.sheets import Sheet, SheetRow, read_sheets
from certs.rows.sources import FileSource
from certs.typed_tables import TypedTable
from verify.errors import MalformedMatterError
from verify.matters.catalogue import Matter
from verify.matters.definitions import SCHEMA, parse_matter, types_by_name
from verify.matters.sheet_columns import COLUMNS, MATERIAL, MATTER, QUESTION, SheetKind

Entry = dict[str, object]

_PLACE: Final = re.compile(r"((?:(?!when)[a-z]+\[\d+\]: )*)(.*)", re.DOTALL)
_CHOICE: Final = "choice."
_PARTS: Final = {SheetKind.RULES: "rules", SheetKind.EXCEPTIONS: "exceptions"}


def load_sheets(source: FileSource, *, types: Iterable[LicenseType]) -> tuple[Matter, ...]:
    """Return the matters of a workbook.

    Args:
        source: A workbook with the sheets 事项 and 材料, and maybe 情形, 当事人, 规则 and 例外.
        types: The license types that rules may name, by short name or by code.

    Raises:
        MalformedMatterError: It is no such workbook, or something in it is against the rules; the
            message names sheet, row and column.
    """
    try:
        book = _Book.of(read_sheets(source))
    except MalformedSheetError as error:
        raise MalformedMatterError(str(error)) from error
    known = types_by_name(types)
    found = []
    for row in book.matters:
        draft = _Draft.of(row, book)
        try:
            found.append(parse_matter(TypedTable(draft.entry, error=MalformedMatterError), known))
        except MalformedMatterError as error:
            raise MalformedMatterError(draft.told(str(error))) from error
    return tuple(found)


Rows = Mapping[str, Sequence[SheetRow]]
"""Rows by what they belong to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Book:
    """The rows of every sheet by their matter; every row belongs to something that is there."""

    matters: tuple[SheetRow, ...]
    parts: Mapping[SheetKind, Rows]

    @classmethod
    def of(cls, sheets: Iterable[Sheet]) -> "_Book":
        rows: dict[SheetKind, tuple[SheetRow, ...]] = dict.fromkeys(SheetKind, ())
        rows |= {_kind(sheet): sheet.rows for sheet in sheets}
        matters = rows[SheetKind.MATTERS]
        codes = {row.texts.get(MATTER, "") for row in matters}
        if not matters or len(codes) != len(matters):
            raise MalformedMatterError("事项：没有事项，或编码重复 · no matter, or a code twice")
        materials = {_owner(row) for row in rows[SheetKind.MATERIALS]}
        for kind, owners in ((SheetKind.RULES, materials), (SheetKind.EXCEPTIONS, materials)):
            for row in rows[kind]:
                if _owner(row) not in owners:
                    raise _of_nothing(kind, row)
        for kind in (SheetKind.MATERIALS, SheetKind.QUESTIONS, SheetKind.PARTIES):
            for row in rows[kind]:
                if row.texts.get(MATTER) not in codes:
                    raise _of_nothing(kind, row)
        return cls(matters=matters, parts={kind: _by(MATTER, rows[kind]) for kind in SheetKind})

    def of_matter(self, kind: SheetKind, code: str) -> Sequence[SheetRow]:
        """Return the rows of a matter in one sheet."""
        return self.parts[kind].get(code, ())


def _owner(row: SheetRow) -> tuple[str | None, str | None]:
    return row.texts.get(MATTER), row.texts.get(MATERIAL)


def _by(heading: str, rows: Iterable[SheetRow]) -> dict[str, list[SheetRow]]:
    found: dict[str, list[SheetRow]] = {}
    for row in rows:
        found.setdefault(row.texts.get(heading, ""), []).append(row)
    return found


def _of_nothing(kind: SheetKind, row: SheetRow) -> MalformedMatterError:
    return MalformedMatterError(f"{kind} 第 {row.number} 行：无此事项或材料 · of nothing")


def _kind(sheet: Sheet) -> SheetKind:
    try:
        kind = SheetKind(sheet.name)
    except ValueError as error:
        raise MalformedMatterError(f"{sheet.name}：没有这种工作表 · no such sheet") from error
    known = {column.heading for column in COLUMNS[kind]}
    for heading in sheet.headings:
        if heading not in known:
            raise MalformedMatterError(f"{kind}：没有“{heading}”这一列 · no such column")
    return kind


@dataclass(slots=True, kw_only=True)
class _Draft:
    """One matter as a table, and where each part of it stood.

    Attributes:
        places: Sheet and row by the place that a message names.
    """

    entry: Entry
    places: dict[str, tuple[SheetKind, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, row: SheetRow, book: _Book) -> "_Draft":
        draft = cls(entry={"schema": SCHEMA, **_values(SheetKind.MATTERS, row)})
        draft.places[""] = (SheetKind.MATTERS, row.number)
        code = row.texts[MATTER]
        draft._questions(book.of_matter(SheetKind.QUESTIONS, code))
        draft._parties(book.of_matter(SheetKind.PARTIES, code))
        draft._materials(code, book)
        return draft

    def told(self, message: str) -> str:
        """Say what is wrong by sheet, row and column."""
        match = _PLACE.fullmatch(message)
        place, what = match.groups() if match is not None else ("", message)
        kind, row = self._row(place)
        headings = {column.key.removeprefix(_CHOICE): column.heading for column in COLUMNS[kind]}
        key, _, rest = what.partition(": ")
        name, bracket, number = key.removesuffix("]").partition("[")
        group = f"第 {int(number) + 1} 组 group {int(number) + 1}，" if bracket else ""
        told = f"“{headings[name]}”：{group}{rest}" if name in headings else what
        return f"{kind} 第 {row} 行 row {row} {told}"

    def _row(self, place: str) -> tuple[SheetKind, int]:
        """Return the row of a place, or of the nearest part around it."""
        while place not in self.places:
            outer, _, _ = place.removesuffix(": ").rpartition(": ")
            place = f"{outer}: " if outer else ""
        return self.places[place]

    def _questions(self, rows: Iterable[SheetRow]) -> None:
        questions: list[Entry] = []
        for of_question in _by(QUESTION, rows).values():
            place = f"questions[{len(questions)}]: "
            self.places[place] = (SheetKind.QUESTIONS, of_question[0].number)
            choices = []
            for number, row in enumerate(of_question):
                self.places[f"{place}choices[{number}]: "] = (SheetKind.QUESTIONS, row.number)
                choices.append(_values(SheetKind.QUESTIONS, row, part=_CHOICE))
            questions.append(_values(SheetKind.QUESTIONS, of_question[0]) | {"choices": choices})
        if questions:
            self.entry["questions"] = questions

    def _parties(self, rows: Sequence[SheetRow]) -> None:
        parties = [_values(SheetKind.PARTIES, row) for row in rows]
        for number, row in enumerate(rows):
            self.places[f"parties[{number}]: "] = (SheetKind.PARTIES, row.number)
        if parties:
            self.entry["parties"] = parties

    def _materials(self, code: str, book: _Book) -> None:
        parts = {key: _by(MATERIAL, book.of_matter(kind, code)) for kind, key in _PARTS.items()}
        materials: list[Entry] = []
        for row in book.of_matter(SheetKind.MATERIALS, code):
            place = f"materials[{len(materials)}]: "
            self.places[place] = (SheetKind.MATERIALS, row.number)
            entry = _values(SheetKind.MATERIALS, row)
            for kind, key in _PARTS.items():
                own = parts[key].get(row.texts.get(MATERIAL, ""), [])
                for number, part in enumerate(own):
                    self.places[f"{place}{key}[{number}]: "] = (kind, part.number)
                if own:
                    entry[key] = [_values(kind, part) for part in own]
            materials.append(entry)
        self.entry["materials"] = materials


def _values(kind: SheetKind, row: SheetRow, *, part: str = "") -> Entry:
    """Return the values of a row: its own, or those of the part that it is as well."""
    return {
        column.key.removeprefix(part): column.read(row.texts[column.heading])
        for column in COLUMNS[kind]
        if column.heading in row.texts and column.key and _is_of(column.key, part)
    }


def _is_of(key: str, part: str) -> bool:
    return key.startswith(part) if part else "." not in key
