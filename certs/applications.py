"""Applications: what somebody filled in for a license, checked against its type.

All problems are reported at once, one for each field at most, so that a department can
correct a row in one go.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from certs.catalogue import LicenseType
from certs.data_rules import fields_at_fault
from certs.element_names import Element
from certs.errors import InvalidApplicationError, RefusedValueError
from certs.field_problems import FieldProblem, ProblemCode, code_point
from certs.field_values import read_value
from certs.holder_codes import HolderCode, HolderCodeType
from certs.identifiers import LicenseTypeCode
from certs.lints.dimensions import LintLevel
from certs.type_fields import FieldSpec
from certs.validity_ranges import PERMANENT

_MAX_UNKNOWN = 20
MissingCharacters = Callable[[str], str]
"""Returns the characters of a text that no font of the face has, each once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenseApplication:
    """A complete and valid set of values for one license.

    Attributes:
        type_code: 证照类型代码.
        holder: 持证主体代码 and its type.
        holder_name: 持证主体.
        number: 证照编号, as it will be printed.
        issued_on: 证照颁发日期.
        valid_from: 证照有效期起始日期.
        valid_to: 证照有效期截止日期, the last day; None is 长期.
        fields: The fields that no base element holds, by name; dates as YYYY-MM-DD.
    """

    type_code: LicenseTypeCode
    holder: HolderCode
    holder_name: str = field(repr=False)
    number: str
    issued_on: date
    valid_from: date
    valid_to: date | None
    fields: Mapping[str, str] = field(repr=False)


def parse_application(
    license_type: LicenseType,
    raw: Mapping[str, str],
    *,
    missing_characters: MissingCharacters = lambda _text: "",
) -> LicenseApplication:
    """Return the application that ``raw`` fills in, field by field name.

    Spaces around values go. Dates may be written 2026-03-18, 2026年3月18日 or 20260318.

    Args:
        license_type: The type applied for.
        raw: What was filled in, by field name; a blank value is as good as none.
        missing_characters: Asked for each text; what it names is refused.

    Raises:
        InvalidApplicationError: With every problem found.
    """
    code_type = _code_type(license_type, raw)
    values, problems = read_values(license_type, raw, missing_characters=missing_characters)
    at_fault = {problem.field for problem in problems}
    broken = _broken_rules(license_type, values)
    problems += [problem for problem in broken if problem.field not in at_fault]
    if problems:
        raise InvalidApplicationError(tuple(problems))
    return _application(license_type, values, code_type)


def read_values(
    license_type: LicenseType,
    raw: Mapping[str, str],
    *,
    missing_characters: MissingCharacters = lambda _text: "",
) -> tuple[dict[str, str], list[FieldProblem]]:
    """Return values as they are kept, by field name, and what is wrong with the others.

    The rules of the type are not asked; arguments as for ``parse_application``.
    """
    code_type = _code_type(license_type, raw)
    values: dict[str, str] = {}
    problems: list[FieldProblem] = []
    for spec in license_type.fields:
        text = raw.get(spec.name, "").strip()
        if not text:
            text = _instead(spec, raw, code_type)
        try:
            value = read_value(spec, text, license_type, code_type)
            _check_glyphs(value, missing_characters)
        except RefusedValueError as refused:
            problems.append(_problem(spec, text, refused))
        else:
            values[spec.name] = value
    problems += _missing_fields(license_type, values)
    problems += _unknown_fields(license_type, raw)
    problems += _date_problems(license_type, values)
    return values, problems


def _instead(spec: FieldSpec, raw: Mapping[str, str], code_type: HolderCodeType) -> str:
    """Return what a blank field stands for; nothing, for most."""
    if spec.defaults_to:
        return raw.get(spec.defaults_to, "").strip()
    # The record will say it, and what is required of such holders is required at once.
    is_code_type = spec.element is Element.HOLDER_CODE_TYPE and not spec.is_required
    return code_type.value if is_code_type else ""


def _code_type(license_type: LicenseType, raw: Mapping[str, str]) -> HolderCodeType:
    """Return the holder's code type; the first permitted where what is given is not one."""
    spec = license_type.field_of(Element.HOLDER_CODE_TYPE)
    given = raw.get(spec.name, "").strip() if spec else ""
    named = [member for member in license_type.holder_code_types if member.value == given]
    return named[0] if named else license_type.holder_code_types[0]


def _problem(spec: FieldSpec, text: str, refused: RefusedValueError) -> FieldProblem:
    return FieldProblem.of(
        refused.code,
        field=spec.name,
        label_zh=spec.label_zh,
        value=text,
        is_personal=spec.is_personal,
        facts=refused.facts,
    )


def _check_glyphs(text: str, missing_characters: MissingCharacters) -> None:
    missing = missing_characters(text)
    if missing:
        shown = " ".join(
            f"{letter} {code_point(letter)}" if letter.isprintable() else code_point(letter)
            for letter in missing[:10]
        )
        raise RefusedValueError(ProblemCode.MISSING_GLYPH, characters=shown)


def _missing_fields(license_type: LicenseType, values: Mapping[str, str]) -> list[FieldProblem]:
    """Return the conditional fields that are blank though what others say requires them."""
    return [
        _problem(spec, "", RefusedValueError(ProblemCode.MISSING_FIELD))
        for spec in license_type.fields
        if spec.required_if is not None
        and values.get(spec.name) == ""
        and spec.required_if.holds(values.get(spec.required_if.field, ""))
    ]


def _unknown_fields(license_type: LicenseType, raw: Mapping[str, str]) -> list[FieldProblem]:
    unknown = [name for name in raw if name not in license_type.field_by_name]
    return [
        FieldProblem.of(
            ProblemCode.UNKNOWN_FIELD,
            field=name[:60],
            label_zh=name[:60],
            value=raw[name],
            is_personal=True,  # nobody has said what it holds
        )
        for name in unknown[:_MAX_UNKNOWN]
    ]


def _date_problems(license_type: LicenseType, values: Mapping[str, str]) -> list[FieldProblem]:
    """Return what is wrong between the dates that were read."""
    end_spec = license_type.field_of(Element.VALID_TO)
    end = _date_at(license_type, values, Element.VALID_TO)
    if end_spec is None or end is None:
        return []
    text = values[end_spec.name]
    for element in (Element.VALID_FROM, Element.ISSUED_ON):
        spec = license_type.field_of(element)
        start = _date_at(license_type, values, element)
        if spec and start and end < start:
            facts = {"earlier": spec.label_zh}
            refused = RefusedValueError(ProblemCode.DATE_ORDER, **facts)
            return [_problem(end_spec, text, refused)]
    start = _date_at(license_type, values, Element.VALID_FROM)
    longest = license_type.cataloguing.longest_validity(start) if start else None
    if start and longest and end > longest.end_after(start):
        refused = RefusedValueError(ProblemCode.VALIDITY_TOO_LONG, longest=longest.text)
        return [_problem(end_spec, text, refused)]
    return []


def _broken_rules(license_type: LicenseType, values: Mapping[str, str]) -> list[FieldProblem]:
    """Return the rules of the type that values break, each at a field of its own."""
    problems: dict[str, FieldProblem] = {}
    for rule, name in fields_at_fault(license_type, values):
        if rule.level is LintLevel.REFUSE and name not in problems:
            refused = RefusedValueError(ProblemCode.BROKEN_RULE, zh=rule.zh, en=rule.en)
            problems[name] = _problem(license_type.field_by_name[name], values[name], refused)
    return list(problems.values())


def _date_at(license_type: LicenseType, values: Mapping[str, str], element: Element) -> date | None:
    """Return the date that was read for ``element``; None where none was, or 长期."""
    spec = license_type.field_of(element)
    text = values.get(spec.name, "") if spec else ""
    return date.fromisoformat(text) if text and text != PERMANENT else None


def _application(
    license_type: LicenseType, values: Mapping[str, str], code_type: HolderCodeType
) -> LicenseApplication:
    of_element = {spec.element: values[spec.name] for spec in license_type.fields if spec.element}
    rest = {
        spec.name: values[spec.name]
        for spec in license_type.fields
        if spec.element is None and values[spec.name]
    }
    valid_to = of_element[Element.VALID_TO]
    return LicenseApplication(
        type_code=license_type.code,
        holder=HolderCode(code_type=code_type, code=of_element[Element.HOLDER_CODE]),
        holder_name=of_element[Element.HOLDER_NAME],
        number=of_element[Element.NUMBER],
        issued_on=date.fromisoformat(of_element[Element.ISSUED_ON]),
        valid_from=date.fromisoformat(of_element[Element.VALID_FROM]),
        valid_to=None if valid_to == PERMANENT else date.fromisoformat(valid_to),
        fields=MappingProxyType(rest),
    )
