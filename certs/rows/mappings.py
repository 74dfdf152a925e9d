"""Mapping files: which column holds which field, for headings that a type does not know.

A TOML file of lines ``"heading" = "field_name"``; ``""`` leaves a column out, and a list of
two date fields splits a period such as 2026-01-01至2031-01-01.
"""

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final, Self

from certs.catalogue import LicenseType
from certs.errors import MalformedSheetError
from certs.type_fields import FieldKind, heading_key

UNDECIDED: Final = "?"
"""What a draft says of a column until somebody has decided."""

_MAX_FILE_BYTES: Final = 131_072


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMapping:
    """Field names by heading, as ``heading_key`` writes it; no name leaves the column out."""

    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def fields_of(self, key: str) -> tuple[str, ...] | None:
        """Return the fields of a heading, None where the mapping does not speak of it."""
        return self.fields.get(key)

    @classmethod
    def of(cls, entries: Mapping[str, object], license_type: LicenseType) -> Self:
        """Return the mapping that says ``entries``: a field name, "" or a list of two by heading.

        Raises:
            MalformedSheetError: A field is not one of the type's, a list is not two dates,
                a heading comes twice or has not been decided about.
        """
        fields: dict[str, tuple[str, ...]] = {}
        for heading, value in entries.items():
            key = heading_key(heading)
            if key in fields:
                raise _error(heading, "重复 · comes twice")
            fields[key] = _names(heading, value, license_type)
        return cls(fields=MappingProxyType(fields))


def read_mapping(path: Path, license_type: LicenseType) -> ColumnMapping:
    """Return the mapping in a file of at most 128 KiB.

    Raises:
        MalformedSheetError: The file is missing, too large, no TOML or does not fit the type.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_FILE_BYTES + 1)
    except OSError as error:
        raise MalformedSheetError(
            f"无法打开映射文件 · the mapping file cannot be opened: {error.strerror}"
        ) from error
    return ColumnMapping.of(parse_mapping(content), license_type)


def parse_mapping(content: bytes) -> dict[str, object]:
    """Return the entries of a mapping file, by heading; what they name is not looked at.

    Raises:
        MalformedSheetError: It is larger than 128 KiB, or no TOML.
    """
    if len(content) > _MAX_FILE_BYTES:
        raise MalformedSheetError("映射文件过大 · the mapping file is larger than 128 KiB")
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise MalformedSheetError(
            f"映射文件不是 TOML · the mapping file is not TOML: {str(error)[:200]}"
        ) from error


def mapping_toml(entries: Mapping[str, Sequence[str]]) -> str:
    """Return a mapping file: by heading one field, two dates, or none to leave the column out."""
    lines = []
    for heading, names in entries.items():
        fields = [toml_text(name) for name in names]
        value = f"[{', '.join(fields)}]" if len(fields) > 1 else "".join(fields) or '""'
        lines.append(f"{toml_text(heading)} = {value}\n")
    return "".join(lines)


def toml_text(text: str) -> str:
    """Return ``text`` as a TOML string on one line; runs of spaces become one."""
    # JSON's escapes are TOML's too, but for DEL, which TOML wants escaped.
    return json.dumps(" ".join(text.split()), ensure_ascii=False).replace("\x7f", "\\u007f")


def _names(heading: str, value: object, license_type: LicenseType) -> tuple[str, ...]:
    kinds = {spec.name: spec.kind for spec in license_type.fields}
    match value:
        case "":
            return ()
        case str() if value == UNDECIDED:
            raise _error(heading, '尚未确定，请填字段名或 "" · name a field, or "" to leave it out')
        case str() if value in kinds:
            return (value,)
        case [str() as first, str() as last] if first != last and _are_dates(kinds, first, last):
            return first, last
        case list():
            raise _error(heading, "应为两个日期字段 · a list names two fields of dates")
        case _:
            raise _error(heading, f"没有字段 · no such field: {str(value)[:60]}")


def _are_dates(kinds: Mapping[str, FieldKind], *names: str) -> bool:
    return all(kinds.get(name) is FieldKind.DATE for name in names)


def _error(heading: str, what: str) -> MalformedSheetError:
    return MalformedSheetError(f"映射文件 mapping 「{heading[:60]}」：{what}")
