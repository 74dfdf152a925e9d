"""Load license types from their folders; the schema is strict and errors name file and key."""

from pathlib import Path
from types import MappingProxyType

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
from certs.errors import MalformedIdentifierError, MalformedTypeError
from certs.holder_codes import HolderCodeType
from certs.identifiers import LicenseTypeCode
from certs.typed_tables import TypedTable, read_toml

_SHIPPED = Path(__file__).parent / "types"
_SCHEMA = "yinxin.license-type/1"
_MAX_LENGTH_LIMIT = 4000
_MAX_FIELDS = 100
_MAX_MILLIMETERS = 1000


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
        return _license_type(folder, read_toml(path, error=MalformedTypeError))
    except MalformedTypeError as error:
        raise MalformedTypeError(f"{path.as_posix()}: {error}") from error


def _license_type(folder: Path, table: TypedTable) -> LicenseType:
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
        fields=_fields(table),
        ignored_headings=table.texts("ignored_headings"),
    )
    table.finish()
    return license_type


def _type_code(table: TypedTable) -> LicenseTypeCode:
    try:
        return LicenseTypeCode(table.take("code", str))
    except MalformedIdentifierError as error:
        raise table.error("code", str(error)) from error


def _related_items(table: TypedTable) -> MappingProxyType[str, str]:
    items = table.take("related_items", dict, {})
    if not all(isinstance(name, str) for name in items.values()):
        raise table.error("related_items", "must be texts by code")
    return MappingProxyType(dict(items))


def _seal_box(table: TypedTable) -> SealBox:
    box = SealBox(
        center_x_mm=table.length("center_x_mm", below=_MAX_MILLIMETERS),
        center_y_mm=table.length("center_y_mm", below=_MAX_MILLIMETERS),
        width_mm=table.length("width_mm", below=_MAX_MILLIMETERS),
        height_mm=table.length("height_mm", below=_MAX_MILLIMETERS),
    )
    table.finish()
    return box


def _fields(table: TypedTable) -> tuple[FieldSpec, ...]:
    tables = table.tables("fields")
    if len(tables) > _MAX_FIELDS:
        raise table.error("fields", f"must be 1 to {_MAX_FIELDS} tables")
    return tuple(_field(item) for item in tables)


def _field(table: TypedTable) -> FieldSpec:
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
