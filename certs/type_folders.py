"""Load license types from their folders; the schema is strict and errors name file and key."""

import tomllib
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from certs.catalogue import (
    AuthorityLevel,
    Element,
    FieldKind,
    FieldSpec,
    HolderCategory,
    LicenseType,
    NumberRule,
    SealBox,
    ValidityRange,
)
from certs.errors import LicenseError, MalformedTypeError
from certs.holder_codes import HolderCodeType
from certs.identifiers import LicenseTypeCode

_SHIPPED = Path(__file__).parent / "types"
_SCHEMA = "yinxin.license-type/1"
_MAX_BYTES = 131_072
_MAX_LENGTH_LIMIT = 4000
_MAX_FIELDS = 100
_MAX_MILLIMETERS = 1000

_T = TypeVar("_T")
_E = TypeVar("_E", bound=StrEnum)


def shipped_types() -> tuple[LicenseType, ...]:
    """Return the license types that come with the program, by folder name."""
    return tuple(load_type(path.parent) for path in sorted(_SHIPPED.glob("*/type.toml")))


def load_type(folder: Path) -> LicenseType:
    """Return the license type that ``folder`` describes.

    Raises:
        MalformedTypeError: ``type.toml`` is missing, larger than 128 KiB, not TOML, or a
            key of it is unknown, missing, of the wrong kind or against the rules; the
            message names the file and the key.
    """
    path = folder / "type.toml"
    try:
        return _license_type(folder, _Table(_read(path), path.as_posix()))
    except MalformedTypeError as error:
        if str(error).startswith(path.as_posix()):
            raise
        raise MalformedTypeError(f"{path.as_posix()}: {error}") from error


def _read(path: Path) -> dict[str, object]:
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_BYTES + 1)
        if len(content) > _MAX_BYTES:
            raise MalformedTypeError(f"{path.as_posix()}: more than {_MAX_BYTES} bytes")
        return tomllib.loads(content.decode("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise MalformedTypeError(f"{path.as_posix()}: {error}") from error


class _Table:
    """A table of the file; keys are taken out of it, and what is left over is an error."""

    def __init__(self, values: dict[str, object], where: str) -> None:
        self._values = dict(values)
        self.where = where

    def take(self, key: str, kind: type[_T], default: _T | None = None) -> _T:
        """Return the value of ``key``, which must be exactly of ``kind``."""
        value = self._values.pop(key, default)
        if value is None:
            raise self.error(key, "is missing")
        # bool is an int for isinstance, and no field wants that.
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.error(key, f"must be {kind.__name__}")
        if isinstance(value, str) and not value.strip():
            raise self.error(key, "is blank")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts, empty where the key is absent."""
        items = self.take(key, list, [])
        if not all(isinstance(item, str) and item for item in items):
            raise self.error(key, "must be a list of texts")
        return tuple(items)

    def member(self, key: str, enumeration: type[_E]) -> _E:
        """Return the member of ``enumeration`` that ``key`` names."""
        return self._member(key, self.take(key, str), enumeration)

    def optional_member(self, key: str, enumeration: type[_E]) -> _E | None:
        """Return the member that ``key`` names, None where the key is absent."""
        return self.member(key, enumeration) if key in self._values else None

    def members(self, key: str, enumeration: type[_E]) -> tuple[_E, ...]:
        """Return the members that a list names."""
        return tuple(self._member(key, text, enumeration) for text in self.texts(key))

    def table(self, key: str) -> "_Table":
        """Return the table under ``key``."""
        return _Table(self.take(key, dict), f"{self.where}: {key}")

    def tables(self, key: str) -> list["_Table"]:
        """Return the array of tables under ``key``."""
        items = self.take(key, list)
        if not 0 < len(items) <= _MAX_FIELDS or not all(isinstance(item, dict) for item in items):
            raise self.error(key, f"must be 1 to {_MAX_FIELDS} tables")
        return [_Table(item, f"{self.where}: {key}[{n}]") for n, item in enumerate(items)]

    def millimeters(self, key: str) -> float:
        """Return a length on the page."""
        value = self._values.pop(key, None)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        length = float(str(value)) if is_number else 0.0
        if not 0 < length < _MAX_MILLIMETERS:
            raise self.error(key, f"must be between 0 and {_MAX_MILLIMETERS} millimeters")
        return length

    def finish(self) -> None:
        """Refuse keys that nobody asked for."""
        for key in self._values:
            raise self.error(key, "is unknown")

    def error(self, key: str, what: str) -> MalformedTypeError:
        """Return the error that names file, place and key."""
        return MalformedTypeError(f"{self.where}: {key}: {what}")

    def _member(self, key: str, text: str, enumeration: type[_E]) -> _E:
        try:
            return enumeration(text)
        except ValueError as error:
            raise self.error(key, f"must be one of {', '.join(enumeration)}") from error


def _license_type(folder: Path, table: _Table) -> LicenseType:
    if table.take("schema", str) != _SCHEMA:
        raise table.error("schema", f"must be {_SCHEMA}")
    license_type = LicenseType(
        folder=folder,
        code=_type_code(table),
        name=table.take("name", str),
        name_en=table.take("name_en", str),
        defining_authority=table.take("defining_authority", str),
        defining_authority_level=table.member("defining_authority_level", AuthorityLevel),
        related_items=_related_items(table),
        holder_category=table.member("holder_category", HolderCategory),
        holder_code_types=table.members("holder_code_types", HolderCodeType),
        validity_ranges=tuple(ValidityRange(text) for text in table.texts("validity_ranges")),
        issuing_levels=table.members("issuing_levels", AuthorityLevel),
        number_rule=table.member("number_rule", NumberRule),
        seal_box=_seal_box(table.table("seal_box")),
        fields=tuple(_field(item) for item in table.tables("fields")),
        ignored_headings=table.texts("ignored_headings"),
    )
    table.finish()
    return license_type


def _type_code(table: _Table) -> LicenseTypeCode:
    try:
        return LicenseTypeCode(table.take("code", str))
    except MalformedTypeError:
        raise
    except LicenseError as error:
        raise table.error("code", str(error)) from error


def _related_items(table: _Table) -> MappingProxyType[str, str]:
    items = table.take("related_items", dict, {})
    if not all(isinstance(name, str) for name in items.values()):
        raise table.error("related_items", "must be texts by code")
    return MappingProxyType(dict(items))


def _seal_box(table: _Table) -> SealBox:
    box = SealBox(
        center_x_mm=table.millimeters("center_x_mm"),
        center_y_mm=table.millimeters("center_y_mm"),
        width_mm=table.millimeters("width_mm"),
        height_mm=table.millimeters("height_mm"),
    )
    table.finish()
    return box


def _field(table: _Table) -> FieldSpec:
    name = table.take("name", str)
    if not (name.isascii() and name.isidentifier() and name.islower()):
        raise table.error("name", "must be lower-case letters, digits and underscores")
    max_length = table.take("max_length", int)
    if not 1 <= max_length <= _MAX_LENGTH_LIMIT:
        raise table.error("max_length", f"must be 1 to {_MAX_LENGTH_LIMIT}")
    spec = FieldSpec(
        name=name,
        label_zh=table.take("label_zh", str),
        label_en=table.take("label_en", str),
        is_required=table.take("required", bool),
        is_personal=table.take("personal", bool, default=False),
        kind=table.member("kind", FieldKind),
        max_length=max_length,
        choices=table.texts("choices"),
        allows_detail=table.take("allows_detail", bool, default=False),
        aliases=table.texts("aliases"),
        element=table.optional_member("element", Element),
    )
    table.finish()
    return spec
