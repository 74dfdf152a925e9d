"""Sources (来源): where a value may come from, and how files of forms write that.

``license:business_license.domicile | street``: kind, name, and a transform where one is needed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Final, Self, TypeVar

from certs.catalogue import LicenseType
from certs.element_names import Element
from certs.identifiers import LicenseTypeCode
from verify.errors import MalformedMatterError
from verify.prefill.transforms import Transform

_E = TypeVar("_E", bound=StrEnum)
_WRITTEN: Final = re.compile(
    r"(?P<kind>[a-z]+)(?::(?P<name>[A-Za-z0-9_.-]{1,80}))?(?: \| (?P<transform>[a-z-]{1,40}))?"
)
ISSUER_ELEMENTS: Final = frozenset(
    {
        "certificateIdentifier",
        "certificateIssuingAuthorityName",
        "certificateIssuingAuthorityCode",
        "certificateAreaCode",
        "certificateTypeName",
    }
)
"""Elements of a license that its issuer alone fills in."""


@unique
class SourceKind(StrEnum):
    """Who vouches for a value."""

    LICENSE = "license"
    """A license attached to the case: a field of its type, or an element of every license."""
    IDENTITY = "identity"
    """Whom the window identified when it opened the case: ``code``, ``code-type``, ``name``."""
    PARTY = "party"
    """A party that the case names: ``mother.code``, ``mother.code-type``, ``mother.name``."""
    SITUATION = "situation"
    """The answer to a question of the matter, in words."""
    CASE = "case"
    """The case itself: ``opened-on``, ``decided-on``, ``matter``."""
    PREVIOUS = "previous"
    """What the applicant wrote into the same field of an earlier form."""
    FORM = "form"
    """A field of the case's form; for results alone."""
    GIVEN = "given"
    """What the approver settles; for results alone."""


_NAMES: Final[Mapping[SourceKind, frozenset[str]]] = {
    SourceKind.IDENTITY: frozenset({"code", "code-type", "name"}),
    SourceKind.CASE: frozenset({"opened-on", "decided-on", "matter"}),
}
_UNNAMED: Final = frozenset({SourceKind.PREVIOUS, SourceKind.GIVEN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """来源 of a value.

    Attributes:
        kind: Who vouches for it.
        name: Which value; empty where the kind has one only.
        license_type: The type of the license, for licenses alone.
        transform: What is made of it.
    """

    kind: SourceKind
    name: str = ""
    license_type: LicenseTypeCode | None = None
    transform: Transform = Transform.AS_IS

    @classmethod
    def parse(cls, text: str, types: Mapping[str, LicenseType]) -> Self:
        """Return the source that a text writes.

        Args:
            text: As files have it.
            types: License types by short name.

        Raises:
            MalformedMatterError: It writes none, or names a type or field that there is not.
        """
        match = _WRITTEN.fullmatch(text)
        if match is None:
            raise MalformedMatterError(f"not a source: {text[:80]!r}")
        kind = _member(SourceKind, match["kind"], text)
        transform = _member(Transform, match["transform"] or Transform.AS_IS.value, text)
        name = match["name"] or ""
        if kind is SourceKind.LICENSE:
            license_type, name = _field_of(name, types, text)
            return cls(kind=kind, name=name, license_type=license_type, transform=transform)
        if kind is SourceKind.PARTY and name.partition(".")[2] not in _NAMES[SourceKind.IDENTITY]:
            raise MalformedMatterError(f"a party has no such part: {text[:80]!r}")
        if (kind in _UNNAMED) == bool(name) or name not in _NAMES.get(kind, {name}):
            raise MalformedMatterError(f"no source of this kind has that name: {text[:80]!r}")
        return cls(kind=kind, name=name, transform=transform)


def _member(enumeration: type[_E], value: str, text: str) -> _E:
    try:
        return enumeration(value)
    except ValueError as error:
        raise MalformedMatterError(f"not a source: {text[:80]!r}") from error


def _field_of(
    name: str, types: Mapping[str, LicenseType], text: str
) -> tuple[LicenseTypeCode, str]:
    type_name, _, field = name.partition(".")
    known = types.get(type_name)
    if known is None:
        raise MalformedMatterError(f"no license type has this name: {text[:80]!r}")
    if field not in known.field_by_name and field not in ISSUER_ELEMENTS | set(Element):
        raise MalformedMatterError(f"the license type has no such field: {text[:80]!r}")
    return known.code, field
