"""The rules of a license type (``[[rules]]``), applied to values: one function for each kind."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import Final, TypeAlias

from certs.type_parts import DataRule, RuleKind
from certs.validity_ranges import PERMANENT

_Filled: TypeAlias = Sequence[tuple[str, str]]
_LAST: Final = "9999-12-31"


def broken_at(rule: DataRule, values: Mapping[str, str]) -> str:
    """Return the field at which values break a rule; nothing where they keep to it.

    Args:
        rule: The rule.
        values: Values as they are kept, by field name. A rule says nothing of values one of
            which is missing here, as one that could not be read is; blank ones are left out.
    """
    if not values.keys() >= set(rule.fields):
        return ""
    filled = [(name, values[name]) for name in rule.fields if values[name]]
    return _KINDS[rule.kind](rule.fields, filled)


def _date_order(_fields: Sequence[str], filled: _Filled) -> str:
    # Dates are kept as YYYY-MM-DD, which sorts like the days themselves.
    days = [(name, _LAST if value == PERMANENT else value) for name, value in filled]
    return next((name for (_, day), (name, later) in pairwise(days) if later < day), "")


def _equal(_fields: Sequence[str], filled: _Filled) -> str:
    return next((name for name, value in filled if value != filled[0][1]), "")


def _different(_fields: Sequence[str], filled: _Filled) -> str:
    values = [value for _, value in filled]
    return next((name for place, (name, value) in enumerate(filled) if value in values[:place]), "")


def _contained(_fields: Sequence[str], filled: _Filled) -> str:
    return next((name for name, value in filled[1:] if filled[0][1] not in value), "")


def _begins_with(_fields: Sequence[str], filled: _Filled) -> str:
    first = filled[:1]
    return next(
        (name for name, text in first for _, head in filled[1:] if not text.startswith(head)), ""
    )


def _one_of(fields: Sequence[str], filled: _Filled) -> str:
    return "" if filled else fields[0]


def _together(fields: Sequence[str], filled: _Filled) -> str:
    names = {name for name, _ in filled}
    return next((name for name in fields if names and name not in names), "")


_KINDS: Final[Mapping[RuleKind, Callable[[Sequence[str], _Filled], str]]] = MappingProxyType(
    {
        RuleKind.DATE_ORDER: _date_order,
        RuleKind.EQUAL: _equal,
        RuleKind.DIFFERENT: _different,
        RuleKind.CONTAINED: _contained,
        RuleKind.BEGINS_WITH: _begins_with,
        RuleKind.ONE_OF: _one_of,
        RuleKind.TOGETHER: _together,
    }
)
