"""Read the parts of a license type from the tables of ``type.toml``.

All parts are read even where some are wrong, so that who writes a type sees what is wrong in
one go: one problem for each table at most.
"""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final

from certs.catalogue import LicenseType
from certs.errors import MalformedTypeError
from certs.faces.ornament import Ornament
from certs.field_tables import (
    field_tables,
    optional_tables,
    read_cross_check,
    read_field,
    read_rule,
)
from certs.holder_codes import HolderCodeType
from certs.identifiers import LicenseTypeCode
from certs.statuses import StatusKind
from certs.table_problems import Problems, placed
from certs.type_parts import (
    AuthorityLevel,
    Cataloguing,
    Coding,
    HolderCategory,
    Management,
    NumberRule,
    Party,
    SealBox,
    SerialRule,
    Style,
)
from certs.typed_tables import TypedTable
from certs.validity_ranges import ValidityRange

SCHEMA: Final = "yinxin.license-type/1"
_MAX_MILLIMETERS: Final = 1000
_MAX_RENEWAL_DAYS: Final = 3660
_COLORS: Final = ("paper", "line", "accent", "tint", "blush", "wave")


def read_type(folder: Path, table: TypedTable) -> LicenseType:
    """Return the type that a table describes.

    Raises:
        MalformedTypeError: With all problems found, each naming its place.
    """
    problems = Problems()
    head = problems.part(lambda: _head(folder, table))
    cataloguing = problems.part(lambda: _cataloguing(table.table("catalogue")))
    style = problems.part(lambda: _style(table.table("style")))
    management = problems.part(lambda: _management(table.table("management")))
    coding = problems.part(lambda: _coding(table.table("coding")))
    fields = problems.each(lambda: field_tables(table), read_field)
    rules = problems.each(lambda: optional_tables(table, "rules"), read_rule)
    checks = problems.each(lambda: optional_tables(table, "cross_checks"), read_cross_check)
    ignored = problems.part(lambda: _ignored(table))
    problems.part(table.finish)
    problems.finish()
    # Nothing is None here: each None has left a problem behind.
    if not (head and cataloguing and style and management and coding and ignored is not None):
        raise MalformedTypeError("a part is missing")
    return LicenseType(
        folder=folder,
        code=head.code,
        name=head.name,
        name_en=head.name_en,
        definition=head.definition,
        version=head.version,
        published_on=head.published_on,
        cataloguing=cataloguing,
        style=style,
        management=management,
        coding=coding,
        fields=fields,
        rules=rules,
        cross_checks=checks,
        ignored_headings=ignored,
    )


# 证照类型要求 -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Head:
    """The first part: what the type is called, and which version this is."""

    code: LicenseTypeCode
    name: str
    name_en: str
    definition: str
    version: int
    published_on: date


def _head(folder: Path, table: TypedTable) -> _Head:
    if table.take("schema", str) != SCHEMA:
        raise table.error("schema", f"must be {SCHEMA}")
    inner = table.table("type")
    head = _Head(
        code=_type_code(inner),
        name=inner.take("name", str),
        name_en=inner.take("name_en", str),
        definition=inner.take("definition", str),
        version=inner.positive("version"),
        published_on=_day(inner, "published_on"),
    )
    inner.finish()
    if folder.name != str(head.version):
        raise inner.error("version", f"is {head.version}, but the folder is called {folder.name}")
    return head


def _type_code(table: TypedTable) -> LicenseTypeCode:
    with placed(table, "code"):
        return LicenseTypeCode(table.take("code", str))


def _day(table: TypedTable, key: str) -> date:
    value = table.take(key, date)
    if isinstance(value, datetime):
        raise table.error(key, "must be a day, like 2026-01-31")
    return value


# 编目要求, 样式要求, 管理要求, 编码规则 ------------------------------------------------


def _cataloguing(table: TypedTable) -> Cataloguing:
    with placed(table):
        cataloguing = Cataloguing(
            defining_authority=table.take("defining_authority", str),
            defining_authority_level=table.member("defining_authority_level", AuthorityLevel),
            related_items=_related_items(table),
            holder_category=table.member("holder_category", HolderCategory),
            holder_code_types=table.members("holder_code_types", HolderCodeType),
            validity_ranges=_validity_ranges(table),
            issuing_levels=table.members("issuing_levels", AuthorityLevel),
        )
    table.finish()
    return cataloguing


def _related_items(table: TypedTable) -> MappingProxyType[str, str]:
    items = table.take("related_items", dict, {})
    if not all(isinstance(name, str) for name in items.values()):
        raise table.error("related_items", "must be texts by code")
    return MappingProxyType(dict(items))


def _validity_ranges(table: TypedTable) -> tuple[ValidityRange, ...]:
    with placed(table, "validity_ranges"):
        return tuple(ValidityRange(text) for text in table.texts("validity_ranges"))


def _style(table: TypedTable) -> Style:
    with placed(table):
        style = Style(
            ground=_ground(table),
            seal_box=_seal_box(table.table("seal_box")),
            unprinted=frozenset(table.texts("unprinted")),
        )
    table.finish()
    return style


def _ground(table: TypedTable) -> Ornament:
    width = table.length("width_mm", below=_MAX_MILLIMETERS)
    height = table.length("height_mm", below=_MAX_MILLIMETERS)
    has_flower = table.take("flower", bool, default=True)
    is_card = table.take("card", bool, default=False)
    colors = table.optional_table("colors")
    given = {name: colors.take(name, str) for name in _COLORS if colors and colors.has(name)}
    if colors is not None:
        colors.finish()
    with placed(table):
        return Ornament(
            width_mm=width, height_mm=height, has_flower=has_flower, is_card=is_card, **given
        )


def _seal_box(table: TypedTable) -> SealBox:
    box = SealBox(
        center_x_mm=table.length("center_x_mm", below=_MAX_MILLIMETERS),
        center_y_mm=table.length("center_y_mm", below=_MAX_MILLIMETERS),
        width_mm=table.length("width_mm", below=_MAX_MILLIMETERS),
        height_mm=table.length("height_mm", below=_MAX_MILLIMETERS),
    )
    table.finish()
    return box


def _management(table: TypedTable) -> Management:
    renewal_days = table.take("renewal_days", int, 0)
    if not 0 <= renewal_days <= _MAX_RENEWAL_DAYS:
        raise table.error("renewal_days", f"must be 0 to {_MAX_RENEWAL_DAYS}")
    management = Management(
        moves=_moves(table.table("moves")),
        lookup_by_number=table.take("lookup_by_number", bool),
        renewal_days=renewal_days,
    )
    table.finish()
    return management


def _moves(table: TypedTable) -> MappingProxyType[StatusKind, tuple[Party, ...]]:
    moves = {kind: table.members(kind.value, Party) for kind in StatusKind if table.has(kind.value)}
    table.finish()
    for kind, parties in moves.items():
        if not parties:
            raise table.error(kind.value, "names nobody who may")
    return MappingProxyType(moves)


def _coding(table: TypedTable) -> Coding:
    with placed(table):
        coding = Coding(
            number=table.member("number", NumberRule),
            number_is_personal=table.take("number_is_personal", bool, default=False),
            serial=table.member("serial", SerialRule),
        )
    table.finish()
    return coding


def _ignored(table: TypedTable) -> tuple[str, ...]:
    inner = table.optional_table("spreadsheets")
    if inner is None:
        return ()
    ignored = inner.texts("ignored_headings")
    inner.finish()
    return ignored
