"""Load matters from their files; the schema is strict and errors name file and key."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from certs.catalogue import Catalogue, LicenseType
from certs.errors import MalformedIdentifierError
from certs.regions import RegionCode
from certs.type_folders import shipped_types
from certs.typed_tables import TypedTable, read_toml
from verify.errors import MalformedMatterError
from verify.matters import Material, MaterialRule, MaterialSource, Matter, MatterCatalogue, Way

_SHIPPED: Final = Path(__file__).parent / "shipped_matters"
_SCHEMA: Final = "yinxin.matter/1"


def shipped_matters() -> MatterCatalogue:
    """Return the matters that come with the program; they name license types that do too."""
    types = Catalogue.of(shipped_types())
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
        return _matter(read_toml(path, error=MalformedMatterError), by_name)
    except MalformedMatterError as error:
        raise MalformedMatterError(f"{path.name}: {error}") from error


def _matter(table: TypedTable, types: Mapping[str, LicenseType]) -> Matter:
    if table.take("schema", str) != _SCHEMA:
        raise table.error("schema", f"must be {_SCHEMA}")
    matter = Matter(
        code=table.take("code", str),
        version=table.take("version", int),
        name_zh=table.take("name_zh", str),
        name_en=table.take("name_en", str),
        region=_region(table),
        materials=tuple(_material(item, types) for item in table.tables("materials")),
    )
    table.finish()
    return matter


def _region(table: TypedTable) -> RegionCode | None:
    if not table.has("region"):
        return None
    try:
        return RegionCode(table.take("region", str))
    except MalformedIdentifierError as error:
        raise table.error("region", str(error)) from error


def _material(table: TypedTable, types: Mapping[str, LicenseType]) -> Material:
    rule = table.optional_table("rule")
    material = Material(
        code=table.take("code", str),
        name_zh=table.take("name_zh", str),
        name_en=table.take("name_en", str),
        source=table.member("source", MaterialSource),
        rule=None if rule is None else _rule(rule, types),
    )
    table.finish()
    return material


def _rule(table: TypedTable, types: Mapping[str, LicenseType]) -> MaterialRule:
    if table.member("way", Way) is Way.NONE:
        raise table.error("way", "must be a way; leave the rule out where there is none")
    named = [types.get(name) for name in table.texts("license_types", is_required=True)]
    found = tuple(item for item in named if item is not None)
    if len(found) != len(named):
        raise table.error("license_types", "names a type that is not at hand")
    fields = table.texts("required_fields", is_required=True)
    for item in found:
        if not set(fields) <= {spec.name for spec in item.fields}:
            raise table.error("required_fields", f"names a field that {item.short_name} lacks")
    rule = MaterialRule(
        license_types=tuple(item.code for item in found),
        required_fields=fields,
        min_remaining_days=table.take("min_remaining_days", int),
        legal_basis=table.take("legal_basis", str),
    )
    table.finish()
    return rule
