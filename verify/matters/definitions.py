"""A matter as a table of texts: what files of every kind are read into, and what is kept.

The keys are those of ``yinxin.matter/2``; errors name the place and the key.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from operator import itemgetter
from types import MappingProxyType
from typing import Final, ParamSpec, TypeVar

from certs.catalogue import LicenseType
from certs.errors import MalformedIdentifierError
from certs.regions import RegionCode
from certs.typed_tables import TypedTable
from verify.acceptance.reasons import ReasonCode
from verify.errors import MalformedMatterError
from verify.matters.catalogue import Audience, Matter
from verify.matters.materials import Material, MaterialSource, Necessity, StatutoryException
from verify.matters.parties import APPLICANT, Party
from verify.matters.situations import ALWAYS, Choice, Condition, Group, Question, Situations
from verify.matters.ways import (
    CancelledRule,
    CommitmentRule,
    DataRule,
    DeferralKind,
    DeferralRule,
    DepartmentRule,
    LicenseRule,
    Risk,
    Rule,
    Term,
    Way,
)

SCHEMA: Final = "yinxin.matter/2"

_P = ParamSpec("_P")
_T = TypeVar("_T")

Types = Mapping[str, LicenseType]
"""License types by short name and by code."""


def types_by_name(types: Iterable[LicenseType]) -> Types:
    """Return the types that rules may name."""
    return {name: item for item in types for name in (item.short_name, item.code.value)}


def parse_matter(table: TypedTable, types: Types) -> Matter:
    """Return the matter that a table describes.

    Raises:
        MalformedMatterError: A key is unknown, missing, of the wrong kind or against the rules;
            the message names the place.
    """
    if table.take("schema", str) != SCHEMA:
        raise table.error("schema", f"must be {SCHEMA}")
    matter = Matter(
        code=table.take("code", str),
        version=table.take("version", int),
        name_zh=table.take("name_zh", str),
        name_en=table.take("name_en", str),
        audience=table.optional_member("audience", Audience),
        region=_region(table),
        department_zh=table.optional_text("department_zh"),
        legal_basis=table.optional_text("legal_basis"),
        one_thing=table.optional_text("one_thing"),
        term=_term(table),
        situations=Situations(questions=tuple(map(_question, _tables(table, "questions")))),
        parties=tuple(map(_party, _tables(table, "parties"))),
        materials=tuple(_material(item, types) for item in table.tables("materials")),
    )
    table.finish()
    return matter


def _placed(parse: Callable[_P, _T]) -> Callable[_P, _T]:
    """Have errors of a part name its place, also those that its type raises."""

    @wraps(parse)
    def placed(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        where = next(item.where for item in args if isinstance(item, TypedTable))
        try:
            return parse(*args, **kwargs)
        except MalformedMatterError as error:
            if str(error).startswith(where):
                raise
            raise MalformedMatterError(f"{where}{error}") from error

    return placed


@_placed
def _question(table: TypedTable) -> Question:
    question = Question(
        code=table.take("code", str),
        zh=table.take("zh", str),
        en=table.take("en", str),
        choices=tuple(map(_choice, table.tables("choices"))),
        when=read_condition(table),
    )
    table.finish()
    return question


@_placed
def _party(table: TypedTable) -> Party:
    party = Party(code=table.take("code", str), zh=table.take("zh", str), en=table.take("en", str))
    table.finish()
    return party


@_placed
def _choice(table: TypedTable) -> Choice:
    choice = Choice(
        code=table.take("code", str), zh=table.take("zh", str), en=table.take("en", str)
    )
    table.finish()
    return choice


@_placed
def _material(table: TypedTable, types: Types) -> Material:
    material = Material(
        code=table.take("code", str),
        name_zh=table.take("name_zh", str),
        name_en=table.take("name_en", str),
        source=table.member("source", MaterialSource),
        necessity=table.optional_member("necessity", Necessity) or Necessity.REQUIRED,
        party=table.take("party", str, APPLICANT),
        when=read_condition(table),
        exceptions=tuple(map(_exception, _tables(table, "exceptions"))),
        rules=tuple(_rule(item, types) for item in _tables(table, "rules")),
    )
    table.finish()
    return material


@_placed
def _exception(table: TypedTable) -> StatutoryException:
    found = StatutoryException(
        reason=table.member("reason", ReasonCode), legal_zh=table.take("legal_zh", str)
    )
    table.finish()
    return found


# Rules -----------------------------------------------------------------------------------------


@_placed
def _rule(table: TypedTable, types: Types) -> Rule:
    way = table.member("way", Way)
    read = _RULES.get(way)
    if read is None:
        raise table.error("way", "must be a way; leave the rule out where there is none")
    rule = read(table, types)
    table.finish()
    return rule


def _cancelled(table: TypedTable, _types: Types) -> Rule:
    return CancelledRule(legal_basis=table.take("legal_basis", str), term=_term(table))


def _license(table: TypedTable, types: Types) -> Rule:
    named = [types.get(name) for name in table.texts("license_types", is_required=True)]
    found = tuple(item for item in named if item is not None)
    if len(found) != len(named):
        raise table.error("license_types", "names a type that is not at hand")
    fields = table.texts("required_fields")
    for item in found:
        if not set(fields) <= {spec.name for spec in item.fields}:
            raise table.error("required_fields", f"names a field that {item.short_name} lacks")
    return LicenseRule(
        license_types=tuple(item.code for item in found),
        required_fields=fields,
        min_remaining_days=table.take("min_remaining_days", int, 0),
        regions=tuple(_code(table, text) for text in table.texts("regions")),
        needs_agreement=table.take("needs_agreement", bool, default=False),
        legal_basis=table.take("legal_basis", str),
        term=_term(table),
    )


def _data(table: TypedTable, _types: Types) -> Rule:
    return DataRule(
        source=table.take("source", str),
        item=table.take("item", str),
        question_zh=table.take("question_zh", str),
        question_en=table.take("question_en", str),
        legal_basis=table.take("legal_basis", str),
        term=_term(table),
    )


def _department(table: TypedTable, _types: Types) -> Rule:
    return DepartmentRule(
        department=table.take("department", str),
        question_zh=table.take("question_zh", str),
        question_en=table.take("question_en", str),
        answer_hours=table.take("answer_hours", int),
        legal_basis=table.take("legal_basis", str),
        term=_term(table),
    )


def _commitment(table: TypedTable, _types: Types) -> Rule:
    return CommitmentRule(
        text_zh=table.take("text_zh", str),
        text_en=table.take("text_en", str),
        text_version=table.take("text_version", int),
        risk=table.member("risk", Risk),
        follow_up_days=table.take("follow_up_days", int),
        legal_basis=table.take("legal_basis", str),
        term=_term(table),
    )


def _deferral(table: TypedTable, _types: Types) -> Rule:
    return DeferralRule(
        kind=table.member("kind", DeferralKind),
        due_days=table.take("due_days", int, 0),
        legal_basis=table.take("legal_basis", str),
        term=_term(table),
    )


_RULES: Final[Mapping[Way, Callable[[TypedTable, Types], Rule]]] = MappingProxyType(
    {
        Way.EXEMPT: _cancelled,
        Way.E_LICENSE: _license,
        Way.DATA_CHECK: _data,
        Way.DEPARTMENT_CHECK: _department,
        Way.COMMITMENT: _commitment,
        Way.DEFERRAL: _deferral,
    }
)

# Parts -----------------------------------------------------------------------------------------


def _tables(table: TypedTable, key: str) -> tuple[TypedTable, ...]:
    return table.tables(key) if table.has(key) else ()


def read_condition(table: TypedTable) -> Condition:
    """Take the key ``when`` out of a table: in which situations something applies.

    One table is one group, whose questions are all to be met; of a list of tables one is.
    """
    if not table.has("when"):
        return ALWAYS
    tables = table.tables("when") if table.is_list("when") else (table.table("when"),)
    groups = tuple(map(_group, tables))
    try:
        return Condition.of(*groups)
    except MalformedMatterError as error:
        raise table.error("when", str(error)) from error


def _group(table: TypedTable) -> Group:
    named = ((code, frozenset(table.texts(code, is_required=True))) for code in table.keys)
    return tuple(sorted(named, key=itemgetter(0)))


def _term(table: TypedTable) -> Term:
    return Term(first=table.optional_day("valid_from"), last=table.optional_day("valid_to"))


def _region(table: TypedTable) -> RegionCode | None:
    return _code(table, table.take("region", str)) if table.has("region") else None


def _code(table: TypedTable, text: str) -> RegionCode:
    try:
        return RegionCode(text)
    except MalformedIdentifierError as error:
        raise table.error("region", str(error)) from error
