"""The face and its code against the record, field by field (逐项比对).

What differs is named with both values. Values that are a person's are masked before anybody
sees them: findings are kept and shown where the record must not go.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from certs.catalogue import Catalogue, LicenseType
from certs.element_labels import element_label
from certs.element_names import Element
from certs.face_contents import IDENTIFIER, printed_elements, required_marks
from certs.masking import mask, redact
from certs.printed_codes import CodeClaims
from certs.records import LicenseRecord
from certs.type_folders import shipped_types
from certs.validity_ranges import PERMANENT
from verify.printed_faces import PrintedFace

DIGEST: Final = "digest"
STATUS: Final = "status"

_ISSUER_CODE: Final = "certificateIssuingAuthorityCode"
_OF_CODES: Final = {
    DIGEST: ("数据摘要", "Digest of the record"),
    STATUS: ("状态位", "Status entry"),
}
_HOLDERS: Final = frozenset({Element.HOLDER_NAME, Element.HOLDER_CODE, Element.NUMBER})
# What a line break swallows; see the line breaker of the faces.
_SPACES: Final = " \u3000"
_MOST_SHOWN: Final = 120
# Shorter texts without Chinese characters stand in many others by chance.
_SECRET: Final = re.compile(r"(?=.*[^\x00-\x7f]).{2,}|.{6,}", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldMismatch:
    """A field that is not the same in two places.

    Attributes:
        field: The element's name in the record.
        label: What people call it, in Chinese.
        label_en: The same in English.
        record: What the record says; empty if it says nothing.
        printed: What is printed; empty if nothing is.
        is_certain: False where only the type could tell whether faces print it, and the type is
            not known here.
    """

    field: str
    label: str
    label_en: str
    record: str
    printed: str
    is_certain: bool = True

    @property
    def facts(self) -> Mapping[str, str]:
        """The values as facts of a finding."""
        return {
            "field": self.field,
            "label": self.label,
            "label_en": self.label_en,
            "record": self.record,
            "printed": self.printed,
        }


def compare_face(
    record: LicenseRecord, printed: PrintedFace, *, types: Catalogue | None = None
) -> tuple[FieldMismatch, ...]:
    """Compare each marked text of a face with the record.

    White space at which a line was broken does not count; every other character does. What no
    face can leave out has to be printed (`certs.face_contents.REQUIRED`), what the record does
    not have must not be, and nothing may be printed twice.

    Args:
        record: What the license says.
        printed: A marked face.
        types: The types that are known here; None for those of the program.
    """
    return tuple(_face_mismatches(record, printed, _View.of(record, types)))


def compare_text(
    record: LicenseRecord, page_text: str, *, types: Catalogue | None = None
) -> tuple[FieldMismatch, ...]:
    """Look for each value of the record in the text of a page that does not say what is what.

    That is what no face can leave out, and the type's own fields, but for those that it does not
    print: where the type is not known, whether it prints one that is missing is not certain.
    White space does not count. What was found for one value does not count for another, shorter
    one.

    Args:
        record: What the license says.
        page_text: All that the page says.
        types: As for ``compare_face``.
    """
    view, prints = _View.of(record, types), printed_elements(record)
    said = _dense(page_text)
    own = (name for name in record.fields if name not in view.unprinted)
    required = required_marks(record)
    names = [*sorted(required), *own]
    missing = set[str]()
    for name in sorted(names, key=lambda name: len(_dense(_first(prints[name]))), reverse=True):
        found = next((text for text in map(_dense, prints[name]) if text in said), None)
        if found is None:
            missing.add(name)
        elif found:
            said = said.replace(found, "\n", 1)
    return tuple(
        replace(
            view.mismatch(name, _first(prints[name]), ""),
            is_certain=name in required or view.license_type is not None,
        )
        for name in names
        if name in missing
    )


def _dense(text: str) -> str:
    return re.sub(r"\s", "", text)


def compare_code(
    record: LicenseRecord, claims: CodeClaims, *, types: Catalogue | None = None
) -> tuple[FieldMismatch, ...]:
    """Compare what a code claims with the record: all of it, and nothing is masked in a code.

    Arguments as for ``compare_face``.
    """
    pairs = {
        IDENTIFIER: (str(record.identifier), str(claims.identifier)),
        _ISSUER_CODE: (str(record.authority.code), claims.issuer_code),
        Element.ISSUED_ON: (record.issued_on.isoformat(), claims.issued_on.isoformat()),
        Element.VALID_TO: (
            record.valid_to.isoformat() if record.valid_to else PERMANENT,
            claims.valid_to.isoformat() if claims.valid_to else PERMANENT,
        ),
        STATUS: (_place(record), _place(claims)),
        DIGEST: (record.digest.hex(), claims.digest.hex()),
    }
    view = _View.of(record, types)
    return tuple(
        view.mismatch(name, ours, theirs)
        for name, (ours, theirs) in pairs.items()
        if ours != theirs
    )


def _face_mismatches(
    record: LicenseRecord, printed: PrintedFace, view: "_View"
) -> Iterator[FieldMismatch]:
    prints = printed_elements(record)
    seen: dict[str, str] = {}
    for text in printed.texts:
        name, shown = text.name, "".join(text.lines)
        expected = prints.get(name, frozenset())
        if name in seen:
            yield view.mismatch(name, _first(expected), f"{seen[name]} / {shown}")
        elif not any(_says(text.lines, value) for value in expected):
            yield view.mismatch(name, _first(expected), shown)
        seen[name] = shown
    for name in sorted(required_marks(record) - seen.keys()):
        yield view.mismatch(name, _first(prints[name]), "")


def _says(lines: tuple[str, ...], value: str) -> bool:
    """Whether ``lines`` are ``value``, broken at its spaces or between its characters."""
    rest = value
    for number, line in enumerate(lines):
        rest = rest.lstrip(_SPACES) if number else rest
        if not line or not rest.startswith(line):
            return False
        rest = rest[len(line) :]
    return not rest.strip(_SPACES)


def _first(prints: frozenset[str]) -> str:
    """Return one of the ways to print a value, always the same one."""
    return max(prints, default="", key=lambda text: (len(text), text))


def _place(source: LicenseRecord | CodeClaims) -> str:
    return f"{source.status_index.list_number}/{source.status_index.index}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """What people may see of a record's values.

    Attributes:
        license_type: The type, if it is known here.
        public: The names of what is nobody's; anything else could be.
        secrets: The values that are a person's.
    """

    license_type: LicenseType | None
    public: frozenset[str]
    secrets: tuple[str, ...]

    @classmethod
    def of(cls, record: LicenseRecord, types: Catalogue | None) -> "_View":
        known = _shipped() if types is None else types
        license_type = known.version(record.identifier.type_code, record.type_version)
        specs = license_type.fields if license_type is not None else ()
        public = {spec.name for spec in specs if not spec.is_personal}
        personal = frozenset(record.fields.keys() - public)
        if not record.holder.code_type.is_organization:
            personal |= _HOLDERS
        values = record.elements()
        secrets = {values[name] for name in personal if _SECRET.fullmatch(values[name])}
        return cls(
            license_type=license_type,
            public=frozenset(values.keys() | _OF_CODES.keys()) - personal,
            secrets=tuple(sorted(secrets, key=len, reverse=True)),
        )

    @property
    def unprinted(self) -> frozenset[str]:
        """The fields that faces of the type leave out; none where the type is unknown."""
        return self.license_type.style.unprinted if self.license_type else frozenset()

    def mismatch(self, name: str, ours: str, theirs: str) -> FieldMismatch:
        label, label_en = _OF_CODES.get(name) or element_label(name, self.license_type)
        return FieldMismatch(
            # Even the name of a text may have been made up to hold somebody's number.
            field=redact(name),
            label=redact(label),
            label_en=redact(label_en),
            record=self._shown(name, ours),
            printed=self._shown(name, theirs),
        )

    def _shown(self, name: str, text: str) -> str:
        if name not in self.public:
            text = mask(text)
        for secret in self.secrets:
            text = text.replace(secret, mask(secret))
        text = redact(text)
        return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"


@cache
def _shipped() -> Catalogue:
    """Return the types that come with the program."""
    return Catalogue.of(shipped_types())
