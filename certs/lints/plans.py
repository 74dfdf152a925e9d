"""Which fields of a type the lints look at; worked out once, as licenses come by the million."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Self

from certs.catalogue import LicenseType
from certs.element_names import Element
from certs.type_fields import FieldKind

_MOST: Final = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class LintPlan:
    """The fields of a type, by what lints want of them.

    Attributes:
        sources: Every field with the element that it fills, or None.
        required_texts: Fields of words that no license can be without.
        public_texts: Fields of words that nobody masks.
        personal: Fields that messages mask.
        number: 证照编号.
        issued_on: 证照颁发日期.
    """

    sources: tuple[tuple[str, Element | None], ...]
    required_texts: tuple[str, ...]
    public_texts: tuple[str, ...]
    personal: tuple[str, ...]
    number: str
    issued_on: str

    @classmethod
    def of(cls, license_type: LicenseType) -> Self:
        """Return the plan for a type."""
        fields = license_type.fields
        texts = [spec for spec in fields if spec.kind is FieldKind.TEXT]
        names = {spec.element: spec.name for spec in fields}
        return cls(
            sources=tuple((spec.name, spec.element) for spec in fields),
            required_texts=tuple(spec.name for spec in texts if spec.is_required),
            public_texts=tuple(spec.name for spec in texts if not spec.is_personal),
            personal=tuple(spec.name for spec in fields if spec.is_personal),
            number=names[Element.NUMBER],
            issued_on=names[Element.ISSUED_ON],
        )


@lru_cache(_MOST)
def plan_of(license_type: LicenseType) -> LintPlan:
    """Return the plan for a type, made once."""
    return LintPlan.of(license_type)
