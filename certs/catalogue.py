"""The catalogue (证照目录): license types in all their versions.

A type is a folder with its data and its face. What changes it makes a new version; licenses
keep the version they were made by.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Final, Self

from certs.element_names import Element
from certs.errors import MalformedTypeError
from certs.holder_codes import HolderCodeType
from certs.identifiers import LicenseTypeCode
from certs.statuses import StatusKind
from certs.type_fields import NEEDED_ELEMENTS, FieldKind, FieldSpec
from certs.type_parts import (
    Cataloguing,
    Coding,
    CrossCheck,
    DataRule,
    HolderCategory,
    Management,
    RuleKind,
    SerialRule,
    Style,
)

_KINDS_OF_RULES = {RuleKind.DATE_ORDER: FieldKind.DATE, RuleKind.SUM: FieldKind.NUMBER}


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenseType:
    """证照类型, in one version.

    Attributes:
        folder: Where it was loaded from: ``<short name>/<version>``.
        code: 证照类型代码.
        name: 证照类型名称.
        name_en: The same in English.
        definition: What the license is, in a sentence.
        version: From 1; licenses name the one they were made by.
        published_on: From when licenses are made by it.
        cataloguing: 编目要求.
        style: 样式要求.
        management: 管理要求.
        coding: 编码规则.
        fields: 信息项, in the order of the face.
        rules: What the data of one license keeps to.
        cross_checks: What agrees with the holder's other licenses.
        ignored_headings: Columns of spreadsheets that are not part of the license.
    """

    folder: Path
    code: LicenseTypeCode
    name: str
    name_en: str
    definition: str
    version: int
    published_on: date
    cataloguing: Cataloguing
    style: Style
    management: Management
    coding: Coding
    fields: tuple[FieldSpec, ...]
    rules: tuple[DataRule, ...] = ()
    cross_checks: tuple[CrossCheck, ...] = ()
    ignored_headings: tuple[str, ...] = ()
    field_by_name: Mapping[str, FieldSpec] = field(init=False, repr=False, compare=False)
    field_by_heading: Mapping[str, FieldSpec] = field(init=False, repr=False, compare=False)
    _by_element: Mapping[Element, FieldSpec] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._check_fields()
        self._check_named_fields()
        self._check_rules()
        self._check_lookup()
        names = {spec.name: spec for spec in self.fields}
        headings = {key: spec for spec in self.fields for key in spec.heading_keys}
        elements = {spec.element: spec for spec in self.fields if spec.element}
        # Millions of rows are read by one type: nothing is searched for twice.
        object.__setattr__(self, "field_by_name", MappingProxyType(names))
        object.__setattr__(self, "field_by_heading", MappingProxyType(headings))
        object.__setattr__(self, "_by_element", MappingProxyType(elements))

    def __hash__(self) -> int:
        return hash((self.code, self.version))

    def _check_fields(self) -> None:
        elements = [spec.element for spec in self.fields if spec.element]
        _refuse_repeated("field names", [spec.name for spec in self.fields])
        _refuse_repeated("elements", elements)
        _refuse_repeated("headings", [key for spec in self.fields for key in spec.heading_keys])
        missing = NEEDED_ELEMENTS - set(elements)
        if missing:
            raise MalformedTypeError(f"fields: none for {', '.join(sorted(missing))}")
        if len(self.holder_code_types) > 1 and Element.HOLDER_CODE_TYPE not in elements:
            raise MalformedTypeError(f"fields: none for {Element.HOLDER_CODE_TYPE}")

    def _check_lookup(self) -> None:
        """Refuse a look-up by number that could reveal a person or find nothing."""
        is_of_people = self.cataloguing.holder_category is HolderCategory.PERSON
        is_serial = self.coding.serial is SerialRule.NUMBER
        if self.management.lookup_by_number and (is_of_people or not is_serial):
            raise MalformedTypeError(
                "management: lookup_by_number: only where organizations hold the licenses "
                "and the number makes the serial"
            )

    def _check_named_fields(self) -> None:
        """Refuse parts that name a field which is not there, or one that cannot do it."""
        known = {spec.name: spec for spec in self.fields}
        problems = [
            f"{where}: there is no field {name}"
            for where, name in self._named_fields()
            if name not in known
        ]
        if not problems:
            problems = [*self._vain_conditions(known), *self._orders_of_other_fields(known)]
        if problems:
            raise MalformedTypeError(*problems)

    def _named_fields(self) -> Iterator[tuple[str, str]]:
        """Yield every place that names a field, and the name."""
        for name in sorted(self.style.unprinted):
            yield "style: unprinted", name
        for number, spec in enumerate(self.fields):
            if spec.required_if is not None:
                yield f"fields[{number}]: required_if", spec.required_if.field
            if spec.defaults_to:
                yield f"fields[{number}]: defaults_to", spec.defaults_to
        for number, rule in enumerate(self.rules):
            for name in rule.fields:
                yield f"rules[{number}]: fields", name
        for number, check in enumerate(self.cross_checks):
            yield f"cross_checks[{number}]: field", check.field

    def _vain_conditions(self, known: Mapping[str, FieldSpec]) -> Iterator[str]:
        """Yield conditions that can never hold: the other field's code list lacks the value."""
        for number, spec in enumerate(self.fields):
            condition = spec.required_if
            if condition is None or not known[condition.field].choices:
                continue
            for value in sorted(set(condition.values) - set(known[condition.field].choices)):
                yield f"fields[{number}]: required_if: {condition.field} is never {value}"

    def _orders_of_other_fields(self, known: Mapping[str, FieldSpec]) -> Iterator[str]:
        for number, rule in enumerate(self.rules):
            if rule.kind is RuleKind.DATE_ORDER:
                for name in rule.fields:
                    if known[name].kind is not FieldKind.DATE:
                        yield f"rules[{number}]: fields: {name} is no date"

    def _check_rules(self) -> None:
        """Refuse a rule about days or sums that names a field of another kind."""
        kinds = {spec.name: spec.kind for spec in self.fields}
        for number, rule in enumerate(self.rules):
            needed = _KINDS_OF_RULES.get(rule.kind)
            for name in rule.fields:
                if needed is not None and kinds[name] is not needed:
                    raise MalformedTypeError(f"rules[{number}]: fields: {name} is no {needed}")

    @property
    def short_name(self) -> str:
        """The folder's name, which commands and interfaces accept beside the code."""
        return self.folder.parent.name

    @property
    def face_template(self) -> Path:
        """The template of the face (照面)."""
        return self.folder / "face.typ"

    @property
    def holder_code_types(self) -> tuple[HolderCodeType, ...]:
        """The code types its holders go by."""
        return self.cataloguing.holder_code_types

    @property
    def allowed_moves(self) -> frozenset[StatusKind]:
        """The changes of legal status that its licenses know."""
        return frozenset(self.management.moves)

    @property
    def printed_fields(self) -> tuple[FieldSpec, ...]:
        """The fields that have a place on the face."""
        return tuple(spec for spec in self.fields if spec.name not in self.style.unprinted)

    def field_of(self, element: Element) -> FieldSpec | None:
        """Return the field that fills ``element``, if the type has one."""
        return self._by_element.get(element)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All versions of all types that an instance knows; iterates over the current ones.

    Attributes:
        versions: Each version of each type once.
        current: By code, the versions that licenses are made by now.
    """

    versions: tuple[LicenseType, ...]
    current: Mapping[str, LicenseType] = field(repr=False)

    @classmethod
    def of(cls, versions: Iterable[LicenseType], *, on: date = date.max) -> Self:
        """Return the catalogue as it stands on a day.

        Args:
            versions: What there is.
            on: The day; versions published later make no licenses yet.

        Raises:
            MalformedTypeError: A version is there twice, or a code and a short name do not
                belong together throughout.
        """
        known = tuple(sorted(versions, key=lambda item: (item.short_name, item.version)))
        _refuse_repeated("versions", [f"{item.code} {item.version}" for item in known])
        pairs = {(str(item.code), item.short_name) for item in known}
        _refuse_repeated("codes", [code for code, _ in pairs])
        _refuse_repeated("short names", [name for _, name in pairs])
        # Sorted by version, the highest one stays.
        current = {str(item.code): item for item in known if item.published_on <= on}
        return cls(known, MappingProxyType(current))

    def __iter__(self) -> Iterator[LicenseType]:
        return iter(self.current.values())

    def __len__(self) -> int:
        return len(self.current)

    def find(self, name_or_code: str) -> LicenseType | None:
        """Return the current version of the type with a short name or code."""
        return next((item for item in self if item.short_name == name_or_code), None) or (
            self.current.get(name_or_code)
        )

    def version(self, code: LicenseTypeCode | str, number: int) -> LicenseType | None:
        """Return the version that a license was made by."""
        return next((item for item in self.history(code) if item.version == number), None)

    def history(self, code: LicenseTypeCode | str) -> tuple[LicenseType, ...]:
        """Return all versions of a type, the first one first."""
        return tuple(item for item in self.versions if str(item.code) == str(code))


def _refuse_repeated(what: str, items: Sequence[str]) -> None:
    repeated = {item for item in items if items.count(item) > 1}
    if repeated:
        raise MalformedTypeError(f"{what} more than once: {', '.join(sorted(repeated))}")


NO_TYPES: Final = Catalogue.of(())
"""A catalogue without types."""
