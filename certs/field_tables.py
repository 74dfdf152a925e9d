"""Read the fields of a license type (信息项) and the rules about them from their tables.

Whatever a table must not say is a ``MalformedTypeError`` that names its place.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Final

from certs.element_names import Element
from certs.lints.dimensions import LintLevel
from certs.table_problems import placed
from certs.type_fields import CodeItem, Condition, FieldFormat, FieldGroup, FieldSpec, Obligation
from certs.type_parts import CrossCheck, DataRule, RuleKind
from certs.typed_tables import TypedTable

_CODE_LISTS: Final = Path(__file__).parent / "types" / "shared" / "code_lists.toml"
_MAX_FIELDS: Final = 100
_GROUPS: Final = {group.name.lower(): group for group in FieldGroup}


def field_tables(table: TypedTable) -> tuple[TypedTable, ...]:
    """Return the tables of the fields; there are some, and not too many."""
    tables = table.tables("fields")
    if len(tables) > _MAX_FIELDS:
        raise table.error("fields", f"must be 1 to {_MAX_FIELDS} tables")
    return tables


def read_field(table: TypedTable) -> FieldSpec:
    """Return the field that a table describes."""
    name = table.take("name", str)
    if not (name.isascii() and name.isidentifier() and name.islower()):
        raise table.error("name", "must be lower-case letters, digits and underscores")
    with placed(table):
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
            is_birth=table.take("birth", bool, default=False),
            is_trade_secret=table.take("trade_secret", bool, default=False),
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
    with placed(table, "format"):
        return FieldFormat.parse(table.take("format", str))


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


def optional_tables(table: TypedTable, key: str) -> tuple[TypedTable, ...]:
    """Return the tables under a key; none where it is absent."""
    return table.tables(key) if table.has(key) else ()


def read_rule(table: TypedTable) -> DataRule:
    """Return the rule that a table describes."""
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


def read_cross_check(table: TypedTable) -> CrossCheck:
    """Return the cross-check that a table describes."""
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
