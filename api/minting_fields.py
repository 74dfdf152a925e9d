"""A license type's fields as somebody fills them in: how each is asked for, and what it holds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Final, Self

from certs.catalogue import LicenseType
from certs.element_names import Element
from certs.field_problems import FieldProblem
from certs.type_fields import FieldGroup, FieldKind, FieldSpec
from certs.validity_ranges import PERMANENT

PERMANENT_MARK: Final = ".permanent"
"""Behind a field's name: the checkbox that says 长期."""
_LONG: Final = 60


@unique
class Asked(StrEnum):
    """How a value is asked for."""

    TEXT = "text"
    LONG_TEXT = "long"
    CODE = "code"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    SUGGESTED = "suggested"


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledField:
    """One field of the form.

    Attributes:
        choices: What may be chosen, each with what people read.
        may_be_permanent: Whether 长期 may be said instead of a day.
        value: What stands in it.
        problem: What is wrong with that, if anything.
    """

    spec: FieldSpec
    asked: Asked
    choices: tuple[tuple[str, str], ...]
    may_be_permanent: bool
    condition: str
    value: str
    problem: FieldProblem | None

    @classmethod
    def of(
        cls, spec: FieldSpec, license_type: LicenseType, value: str, problem: FieldProblem | None
    ) -> Self:
        """Return a field of a type with what stands in it."""
        is_end = spec.element is Element.VALID_TO
        return cls(
            spec=spec,
            asked=_asked(spec),
            choices=_choices(spec, license_type),
            may_be_permanent=is_end and license_type.cataloguing.allows_permanent,
            condition=_condition(spec, license_type),
            value=value,
            problem=problem,
        )

    @property
    def is_permanent(self) -> bool:
        """Whether it says 长期."""
        return self.value == PERMANENT


def filled_groups(
    license_type: LicenseType, raw: Mapping[str, str], problems: Iterable[FieldProblem] = ()
) -> Sequence[tuple[FieldGroup, list[FilledField]]]:
    """Return the fields of a type by their groups, each with what stands in it."""
    by_name = {problem.field: problem for problem in problems}
    fields = [
        FilledField.of(spec, license_type, raw.get(spec.name, ""), by_name.get(spec.name))
        for spec in license_type.fields
    ]
    found = [(group, [item for item in fields if item.spec.group is group]) for group in FieldGroup]
    return [(group, members) for group, members in found if members]


def raw_of(license_type: LicenseType, typed: Mapping[str, str]) -> dict[str, str]:
    """Return what was typed, by the type's field names; what is not the type's is left out."""
    return {
        spec.name: PERMANENT
        if typed.get(spec.name + PERMANENT_MARK)
        else typed.get(spec.name, "").strip()
        for spec in license_type.fields
    }


def _asked(spec: FieldSpec) -> Asked:
    if spec.element is Element.HOLDER_CODE_TYPE:
        return Asked.CHOICE
    match spec.kind:
        case FieldKind.CHOICE:
            return Asked.SUGGESTED if spec.allows_detail else Asked.CHOICE
        case FieldKind.DATE:
            return Asked.DATE
        case FieldKind.NUMBER:
            return Asked.NUMBER
        case FieldKind.CODE:
            return Asked.CODE
        case FieldKind.TEXT:
            return Asked.LONG_TEXT if spec.max_length > _LONG else Asked.TEXT


def _choices(spec: FieldSpec, license_type: LicenseType) -> tuple[tuple[str, str], ...]:
    if spec.element is Element.HOLDER_CODE_TYPE:
        return tuple((item.value, item.name_zh) for item in license_type.holder_code_types)
    return tuple((label, label) for label in spec.choices)


def _condition(spec: FieldSpec, license_type: LicenseType) -> str:
    """Return when a conditional field is required, in words."""
    if spec.required_if is None:
        return ""
    label = license_type.field_by_name[spec.required_if.field].label_zh
    values = "、".join(spec.required_if.values)
    return f"{label}为{values}时必填" if values else f"填写了{label}时必填"
