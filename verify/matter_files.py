"""Load matters from their files; the schema is strict and errors name file and key."""

import tomllib
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeVar

from certs.catalogue import LicenseType
from certs.errors import MalformedIdentifierError
from certs.regions import RegionCode
from certs.type_folders import shipped_types
from verify.errors import MalformedMatterError
from verify.matters import Material, MaterialRule, MaterialSource, Matter, MatterCatalogue, Way

_SHIPPED: Final = Path(__file__).parent / "shipped_matters"
_SCHEMA: Final = "yinxin.matter/1"
_MAX_BYTES: Final = 131_072
_MAX_ITEMS: Final = 100
_MAX_TEXT: Final = 500

_MATTER_KEYS: Final = MappingProxyType(
    {"schema": str, "code": str, "version": int, "name_zh": str, "name_en": str, "materials": list}
)
_MATERIAL_KEYS: Final = MappingProxyType(
    {"code": str, "name_zh": str, "name_en": str, "source": str}
)
_RULE_KEYS: Final = MappingProxyType(
    {
        "way": str,
        "license_types": list,
        "required_fields": list,
        "min_remaining_days": int,
        "legal_basis": str,
    }
)

_T = TypeVar("_T")
_E = TypeVar("_E", bound=StrEnum)


def shipped_matters() -> MatterCatalogue:
    """Return the matters that come with the program; they name license types that do too."""
    types = shipped_types()
    files = sorted(_SHIPPED.glob("*.toml"))
    return MatterCatalogue(tuple(load_matter(path, types=types) for path in files))


def load_matter(path: Path, *, types: Iterable[LicenseType]) -> Matter:
    """Return the matter that a file describes.

    Args:
        path: A TOML file, at most 128 KiB.
        types: The license types that rules may name, by short name or by code.

    Raises:
        MalformedMatterError: The file is missing, too large or not TOML, or a key of it is
            unknown, missing, of the wrong kind or against the rules; the message names the
            file and the place.
    """
    by_name = {name: item for item in types for name in (item.short_name, item.code.value)}
    try:
        return _matter(_Table(_read(path), ""), by_name)
    except MalformedMatterError as error:
        raise MalformedMatterError(f"{path.name}: {error}") from error


def _read(path: Path) -> dict[str, object]:
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_BYTES + 1)
        if len(content) > _MAX_BYTES:
            raise MalformedMatterError(f"more than {_MAX_BYTES} bytes")
        return tomllib.loads(content.decode("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise MalformedMatterError(str(error)) from error


class _Table:
    """A table of the file, read by key; keys that nobody knows are refused."""

    def __init__(self, values: Mapping[str, object], where: str) -> None:
        self._values = values
        self._where = where

    def check_keys(self, required: Mapping[str, type], optional: Mapping[str, type]) -> None:
        """Refuse unknown and missing keys, and values of another kind."""
        for key, value in self._values.items():
            kind = required.get(key) or optional.get(key)
            if kind is None:
                raise self.error(key, "is unknown")
            if type(value) is not kind:
                raise self.error(key, f"must be {kind.__name__}")
        for key in required:
            if key not in self._values:
                raise self.error(key, "is missing")

    def has(self, key: str) -> bool:
        """Tell whether the key is present."""
        return key in self._values

    def take(self, key: str, kind: type[_T]) -> _T:
        """Return a value whose kind was checked; texts are neither blank nor very long."""
        value = self._values[key]
        if not isinstance(value, kind):
            raise self.error(key, f"must be {kind.__name__}")
        if isinstance(value, str) and not (value.strip() and len(value) <= _MAX_TEXT):
            raise self.error(key, f"must be 1 to {_MAX_TEXT} characters, not all blank")
        return value

    def member(self, key: str, enumeration: type[_E]) -> _E:
        """Return the member of ``enumeration`` that a text names."""
        try:
            return enumeration(self.take(key, str))
        except ValueError as error:
            raise self.error(key, f"must be one of {', '.join(enumeration)}") from error

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts, each once."""
        texts = self._items(key, str)
        if len(set(texts)) != len(texts):
            raise self.error(key, "holds a text more than once")
        return texts

    def tables(self, key: str) -> tuple["_Table", ...]:
        """Return an array of tables."""
        return tuple(
            _Table(item, f"{self._where}{key}[{number}]: ")
            for number, item in enumerate(self._items(key, dict))
        )

    def table(self, key: str) -> "_Table | None":
        """Return a table that may be absent."""
        if not self.has(key):
            return None
        return _Table(self.take(key, dict), f"{self._where}{key}: ")

    def error(self, key: str, what: str) -> MalformedMatterError:
        """Return the error that names the place."""
        return MalformedMatterError(f"{self._where}{key[:_MAX_TEXT]}: {what}")

    def _items(self, key: str, kind: type[_T]) -> tuple[_T, ...]:
        items = tuple(item for item in self.take(key, list) if isinstance(item, kind))
        if not 0 < len(items) == len(self.take(key, list)) <= _MAX_ITEMS:
            raise self.error(key, f"must be 1 to {_MAX_ITEMS} of {kind.__name__}")
        return items


def _matter(table: _Table, types: Mapping[str, LicenseType]) -> Matter:
    table.check_keys(_MATTER_KEYS, {"region": str})
    if table.take("schema", str) != _SCHEMA:
        raise table.error("schema", f"must be {_SCHEMA}")
    return Matter(
        code=table.take("code", str),
        version=table.take("version", int),
        name_zh=table.take("name_zh", str),
        name_en=table.take("name_en", str),
        region=_region(table),
        materials=tuple(_material(item, types) for item in table.tables("materials")),
    )


def _region(table: _Table) -> RegionCode | None:
    if not table.has("region"):
        return None
    try:
        return RegionCode(table.take("region", str))
    except MalformedIdentifierError as error:
        raise table.error("region", str(error)) from error


def _material(table: _Table, types: Mapping[str, LicenseType]) -> Material:
    table.check_keys(_MATERIAL_KEYS, {"rule": dict})
    rule = table.table("rule")
    return Material(
        code=table.take("code", str),
        name_zh=table.take("name_zh", str),
        name_en=table.take("name_en", str),
        source=table.member("source", MaterialSource),
        rule=None if rule is None else _rule(rule, types),
    )


def _rule(table: _Table, types: Mapping[str, LicenseType]) -> MaterialRule:
    table.check_keys(_RULE_KEYS, {})
    if table.member("way", Way) is Way.NONE:
        raise table.error("way", "must be a way; leave the rule out where there is none")
    named = [types.get(name) for name in table.texts("license_types")]
    found = tuple(item for item in named if item is not None)
    if len(found) != len(named):
        raise table.error("license_types", "names a type that is not at hand")
    fields = table.texts("required_fields")
    for item in found:
        if not set(fields) <= {spec.name for spec in item.fields}:
            raise table.error("required_fields", f"names a field that {item.short_name} lacks")
    return MaterialRule(
        license_types=tuple(item.code for item in found),
        required_fields=fields,
        min_remaining_days=table.take("min_remaining_days", int),
        legal_basis=table.take("legal_basis", str),
    )
