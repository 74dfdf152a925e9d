"""Read the parts of a license type from the tables of ``type.toml``.

All parts are read even where some are wrong, so that who writes a type sees what is wrong in
one go: one problem for each table at most.
"""

import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeVar

from certs.catalogue import LicenseType
from certs.element_names import Element
from certs.errors import MalformedIdentifierError, MalformedTypeError
from certs.faces.ornament import Ornament
from certs.holder_codes import HolderCodeType
from certs.identifiers import LicenseTypeCode
from certs.lints.dimensions import LintLevel
from certs.statuses import StatusKind
from certs.type_fields import CodeItem, Condition, FieldFormat, FieldGroup, FieldSpec, Obligation
from certs.type_parts import (
    AuthorityLevel,
    Cataloguing,
    Coding,
    CrossCheck,
    DataRule,
    HolderCategory,
    Management,
    NumberRule,
    Party,
    RuleKind,
    SealBox,
    SerialRule,
    Style,
)
from certs.typed_tables import TypedTable
from certs.validity_ranges import ValidityRange

SCHEMA: Final = "yinxin.license-type/1"
_CODE_LISTS: Final = Path(__file__).parent / "types" / "shared" / "code_lists.toml"
_MAX_FIELDS: Final = 100
_MAX_MILLIMETERS: Final = 1000
_MAX_RENEWAL_DAYS: Final = 3660
_MAX_PROBLEMS: Final = 50
_COLORS: Final = ("paper", "line", "accent", "tint", "blush", "wave")
_GROUPS: Final = {group.name.lower(): group for group in FieldGroup}
_T = TypeVar("_T")


def read_type(folder: Path, table: TypedTable) -> LicenseType:
    """Return the type that a table describes.

    Raises:
        MalformedTypeError: With all problems found, each naming its place.
    """
    problems = _Problems()
    head = problems.part(lambda: _head(folder, table))
    cataloguing = problems.part(lambda: _cataloguing(table.table("catalogue")))
    style = problems.part(lambda: _style(table.table("style")))
    management = problems.part(lambda: _management(table.table("management")))
    coding = problems.part(lambda: _coding(table.table("coding")))
    fields = problems.each(lambda: _field_tables(table), _field)
    rules = problems.each(lambda: _optional_tables(table, "rules"), _rule)
    checks = problems.each(lambda: _optional_tables(table, "cross_checks"), _cross_check)
    ignored = problems.part(lambda: _ignored(table))
    problems.part(table.finish)
    problems.finish()
    # Nothing is None here: each None has left a problem behind.
    if not (head and cataloguing and style and management and coding and ignored is not None):
        raise MalformedTypeError("a part is missing")
    code, name, name_en, definition, version, published_on = head
    return LicenseType(
        folder=folder,
        code=code,
        name=name,
        name_en=name_en,
        definition=definition,
        version=version,
        published_on=published_on,
        cataloguing=cataloguing,
        style=style,
        management=management,
        coding=coding,
        fields=fields,
        rules=rules,
        cross_checks=checks,
        ignored_headings=ignored,
    )


class _Problems:
    """Collects what is wrong while the rest is read."""

    def __init__(self) -> None:
        self._found: list[str] = []

    def part(self, make: Callable[[], _T]) -> _T | None:
        """Return what ``make`` makes; None where it is refused."""
        try:
            return make()
        except MalformedTypeError as error:
            self._found += error.problems
            return None

    def each(
        self, tables: Callable[[], tuple[TypedTable, ...]], make: Callable[[TypedTable], _T]
    ) -> tuple[_T, ...]:
        """Return what ``make`` makes of each table."""
        made = [self.part(partial(make, item)) for item in self.part(tables) or ()]
        return tuple(item for item in made if item is not None)

    def finish(self) -> None:
        """Refuse the type if anything is wrong."""
        if self._found:
            raise MalformedTypeError(*self._found[:_MAX_PROBLEMS])


@contextmanager
def _placed(table: TypedTable) -> Iterator[None]:
    """Put the place of a table before what a part says about itself."""
    try:
        yield
    except MalformedTypeError as error:
        if str(error).startswith(table.where):
            raise
        raise MalformedTypeError(f"{table.where}{error}") from error


# 证照类型要求 -----------------------------------------------------------------------------------


def _head(folder: Path, table: TypedTable) -> tuple[LicenseTypeCode, str, str, str, int, date]:
    if table.take("schema", str) != SCHEMA:
        raise table.error("schema", f"must be {SCHEMA}")
    inner = table.table("type")
    version = inner.positive("version")
    if folder.name != str(version):
        raise inner.error("version", f"is {version}, but the folder is called {folder.name}")
    head = (
        _type_code(inner),
        inner.take("name", str),
        inner.take("name_en", str),
        inner.take("definition", str),
        version,
        _day(inner, "published_on"),
    )
    inner.finish()
    return head


def _type_code(table: TypedTable) -> LicenseTypeCode:
    try:
        return LicenseTypeCode(table.take("code", str))
    except MalformedIdentifierError as error:
        raise table.error("code", str(error)) from error


def _day(table: TypedTable, key: str) -> date:
    value = table.take(key, date)
    if isinstance(value, datetime):
        raise table.error(key, "must be a day, like 2026-01-31")
    return value


# 编目要求, 样式要求, 管理要求, 编码规则 ------------------------------------------------


def _cataloguing(table: TypedTable) -> Cataloguing:
    with _placed(table):
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
    try:
        return tuple(ValidityRange(text) for text in table.texts("validity_ranges"))
    except MalformedTypeError as error:
        if str(error).startswith(table.where):
            raise
        raise table.error("validity_ranges", str(error)) from error


def _style(table: TypedTable) -> Style:
    with _placed(table):
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
    colors = table.optional_table("colors")
    given = {name: colors.take(name, str) for name in _COLORS if colors and colors.has(name)}
    if colors is not None:
        colors.finish()
    with _placed(table):
        return Ornament(width_mm=width, height_mm=height, has_flower=has_flower, **given)


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
    with _placed(table):
        coding = Coding(
            number=table.member("number", NumberRule),
            number_is_personal=table.take("number_is_personal", bool, default=False),
            serial=table.member("serial", SerialRule),
        )
    table.finish()
    return coding


# 信息项 -----------------------------------------------------------------------------------------


def _field_tables(table: TypedTable) -> tuple[TypedTable, ...]:
    tables = table.tables("fields")
    if len(tables) > _MAX_FIELDS:
        raise table.error("fields", f"must be 1 to {_MAX_FIELDS} tables")
    return tables


def _field(table: TypedTable) -> FieldSpec:
    name = table.take("name", str)
    if not (name.isascii() and name.isidentifier() and name.islower()):
        raise table.error("name", "must be lower-case letters, digits and underscores")
    with _placed(table):
        spec = FieldSpec(
            name=name,
            label_zh=table.take("label_zh", str),
            label_en=table.take("label_en", str),
            group=_group(table),
            obligation=table.member("obligation", Obligation),
            required_if=_condition(table.optional_table("required_if")),
            format=_format(table),
            shape=table.optional_text("shape"),
            code_list=_code_list(table),
            allows_detail=table.take("allows_detail", bool, default=False),
            defaults_to=table.optional_text("defaults_to"),
            is_personal=table.take("personal", bool, default=False),
            initials=table.optional_text("initials"),
            aliases=table.texts("aliases"),
            element=table.optional_member("element", Element),
        )
    table.finish()
    return spec


def _group(table: TypedTable) -> FieldGroup:
    text = table.take("group", str)
    if text not in _GROUPS:
        raise table.error("group", f"must be one of {', '.join(_GROUPS)}")
    return _GROUPS[text]


def _format(table: TypedTable) -> FieldFormat:
    try:
        return FieldFormat.parse(table.take("format", str))
    except MalformedTypeError as error:
        if str(error).startswith(table.where):
            raise
        raise table.error("format", str(error)) from error


def _condition(table: TypedTable | None) -> Condition | None:
    if table is None:
        return None
    condition = Condition(field=table.take("field", str), values=table.texts("values"))
    table.finish()
    return condition


def _code_list(table: TypedTable) -> tuple[CodeItem, ...]:
    """Return the code list of a field: its own, or by name one that types share."""
    given = table.take("code_list", object, {})
    items = shared_code_lists().get(given) if isinstance(given, str) else given
    if not isinstance(items, dict):
        raise table.error(
            "code_list", f"must be labels by code, or one of {', '.join(shared_code_lists())}"
        )
    labels = list(items.values())
    if not all(isinstance(label, str) and label for label in labels):
        raise table.error("code_list", "must be labels by code")
    if len({*labels, *items}) != len(labels) + len(items):
        raise table.error("code_list", "codes and labels must all differ")
    return tuple(CodeItem(code, label) for code, label in items.items())


@cache
def shared_code_lists() -> dict[str, dict[str, str]]:
    """Return the code lists that types share, by name."""
    return tomllib.loads(_CODE_LISTS.read_text(encoding="utf-8"))


# Rules ------------------------------------------------------------------------------------------


def _optional_tables(table: TypedTable, key: str) -> tuple[TypedTable, ...]:
    return table.tables(key) if table.has(key) else ()


def _rule(table: TypedTable) -> DataRule:
    rule = DataRule(
        name=_rule_name(table),
        kind=table.member("kind", RuleKind),
        fields=table.texts("fields", is_required=True),
        level=table.optional_member("level", LintLevel) or LintLevel.REFUSE,
        zh=table.take("zh", str),
        en=table.take("en", str),
    )
    if len(rule.fields) < 2:  # noqa: PLR2004 - a rule is about how fields stand to each other
        raise table.error("fields", "names two fields or more")
    table.finish()
    return rule


def _cross_check(table: TypedTable) -> CrossCheck:
    check = CrossCheck(
        name=_rule_name(table),
        field=table.take("field", str),
        other_type=table.take("other_type", str),
        other_field=table.take("other_field", str),
        level=table.optional_member("level", LintLevel) or LintLevel.WARN,
        zh=table.take("zh", str),
        en=table.take("en", str),
    )
    table.finish()
    return check


def _rule_name(table: TypedTable) -> str:
    name = table.take("name", str)
    if not (name.isascii() and name.replace("-", "_").isidentifier() and name.islower()):
        raise table.error("name", "must be lower-case letters, digits and hyphens")
    return name


def _ignored(table: TypedTable) -> tuple[str, ...]:
    inner = table.optional_table("spreadsheets")
    if inner is None:
        return ()
    ignored = inner.texts("ignored_headings")
    inner.finish()
    return ignored
