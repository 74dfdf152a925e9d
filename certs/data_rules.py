"""The rules of a license type for the data of one license (数据规则), evaluated."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Final

from certs.catalogue import LicenseType
from certs.type_fields import FieldKind, FieldSpec
from certs.type_parts import DataRule, RuleKind
from certs.validity_ranges import PERMANENT

_LAST_DAY: Final = "9999-12-31"


def broken_rules(license_type: LicenseType, values: Mapping[str, str]) -> tuple[DataRule, ...]:
    """Return the rules of a type that the values of a license break, in their order.

    Args:
        license_type: The type, in the version that the license was made by.
        values: By field name, as they are kept: days in ISO form, labels of code lists.
    """
    return tuple(rule for rule in license_type.rules if not _holds(rule, license_type, values))


def fields_at_fault(
    license_type: LicenseType, values: Mapping[str, str]
) -> Iterator[tuple[DataRule, str]]:
    """Yield broken rules, each with the field at which people will look for the fault.

    A rule is not asked about values one of which is missing from ``values``, as one that could
    not be read is; arguments as for ``broken_rules``.
    """
    for rule in license_type.rules:
        is_known = values.keys() >= {*rule.fields}
        if is_known and not _holds(rule, license_type, values):
            yield rule, _field_at_fault(rule, license_type, values)


def _field_at_fault(rule: DataRule, license_type: LicenseType, values: Mapping[str, str]) -> str:
    match rule.kind:
        case RuleKind.DATE_ORDER | RuleKind.EQUAL | RuleKind.DIFFERENT:
            # The first one that does not go with those before it.
            begins = (rule.fields[:count] for count in range(2, len(rule.fields)))
            broken = (
                names[-1]
                for names in begins
                if not _holds(replace(rule, fields=names), license_type, values)
            )
            return next(broken, rule.fields[-1])
        case RuleKind.TOGETHER:
            return next(name for name in rule.fields if not values.get(name))
        case RuleKind.CONTAINED | RuleKind.BEGINS_WITH | RuleKind.ONE_OF | RuleKind.SUM:
            return rule.fields[0]


def _holds(  # noqa: PLR0911 - one answer for each kind
    rule: DataRule, license_type: LicenseType, values: Mapping[str, str]
) -> bool:
    texts = [values.get(name, "") for name in rule.fields]
    filled = [text for text in texts if text]
    match rule.kind:
        case RuleKind.DATE_ORDER:
            return all(_day(first) <= _day(then) for first, then in pairwise(filled))
        case RuleKind.EQUAL:
            return len(set(filled)) <= 1
        case RuleKind.DIFFERENT:
            return len(set(filled)) == len(filled)
        case RuleKind.CONTAINED | RuleKind.BEGINS_WITH:
            return not texts[0] or _stands_in_number(rule, license_type, values)
        case RuleKind.ONE_OF:
            return bool(filled)
        case RuleKind.TOGETHER:
            return len(filled) in {0, len(texts)}
        case RuleKind.SUM:
            return not texts[0] or _adds_up(filled)


def _adds_up(texts: Sequence[str]) -> bool:
    try:
        return Decimal(texts[0]) == sum(map(Decimal, texts[1:]))
    except InvalidOperation:
        return False  # a stored text that is no number is no sum either


def _day(text: str) -> str:
    """Return a day so that days compare as texts."""
    return _LAST_DAY if text == PERMANENT else text


def _stands_in_number(rule: DataRule, license_type: LicenseType, values: Mapping[str, str]) -> bool:
    coded = [_coded(license_type.field_by_name[name], values.get(name, "")) for name in rule.fields]
    rest = "".join(coded[1:])
    if rule.kind is RuleKind.CONTAINED:
        return not rest or coded[0] in rest
    return coded[0].startswith(rest)


def _coded(spec: FieldSpec, text: str) -> str:
    """Return a value as it stands inside numbers: a day YYYYMMDD, a label as its code."""
    if spec.kind is FieldKind.DATE:
        return text.replace("-", "")
    return next((item.code for item in spec.code_list if item.is_in(text)), text)
