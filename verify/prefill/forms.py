"""Forms (申请表): the fields that a matter asks the applicant for, each once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from functools import cache
from pathlib import Path
from typing import Final

from certs.catalogue import LicenseType
from certs.type_folders import shipped_types
from certs.typed_tables import TypedTable, read_toml
from verify.decision_errors import FieldValueError
from verify.errors import MalformedMatterError
from verify.matters.catalogue import Audience, Matter, MatterCatalogue
from verify.matters.codes import check_code
from verify.matters.definitions import read_condition
from verify.matters.files import shipped_matters
from verify.matters.situations import ALWAYS, Condition, check_condition
from verify.prefill.sources import Source, SourceKind
from verify.prefill.transforms import parse_day

SCHEMA: Final = "yinxin.form/1"
MAX_VALUE: Final = 1000
"""Characters of a value."""

_SHIPPED: Final = Path(__file__).parents[1] / "shipped_forms"
_COMMON: Final = "common"
_LENGTHS: Final = {"date": 10, "number": 20}
_DEFAULT_LENGTH: Final = 200
# An approver settles fields of results; a form would quote itself.
_NOT_IN_FORMS: Final = frozenset({SourceKind.FORM, SourceKind.GIVEN})


@unique
class FieldKind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    DATE = "date"
    NUMBER = "number"
    CHOICE = "choice"


@unique
class Editable(StrEnum):
    """What the applicant may do with a value that a source gave."""

    LOCKED = "locked"
    """Nothing but say that it is wrong (信息有误), where a department vouches for it."""
    CONFIRM = "confirm"
    """Change it, once it was looked at."""
    FREE = "free"
    """Write what is wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """字段.

    Attributes:
        code: Lower-case words joined by hyphens; forms of different matters that ask for the same
            thing call it the same, so that it is asked once.
        zh: The label.
        en: The same in English.
        kind: What it holds.
        choices: The values of a choice.
        max_length: The most characters.
        when: In which situations it is shown.
        audience: Who is asked for it; None for both.
        sources: Where its value comes from, the first that says anything.
        editable: What the applicant may do with such a value.
        is_required: Whether a form without it is incomplete.
        legal_ref: Why it may be asked for.
    """

    code: str
    zh: str
    en: str
    kind: FieldKind = FieldKind.TEXT
    choices: tuple[str, ...] = ()
    max_length: int = _DEFAULT_LENGTH
    when: Condition = ALWAYS
    audience: Audience | None = None
    sources: tuple[Source, ...] = ()
    editable: Editable = Editable.FREE
    is_required: bool = True
    legal_ref: str = ""

    def __post_init__(self) -> None:
        check_code(self.code)
        if bool(self.choices) != (self.kind is FieldKind.CHOICE):
            raise MalformedMatterError(f"{self.code}: a choice has choices, and nothing else has")
        if self.editable is not Editable.FREE and not self.sources:
            raise MalformedMatterError(f"{self.code}: without a source there is nothing to lock")
        if any(source.kind in _NOT_IN_FORMS for source in self.sources):
            raise MalformedMatterError(f"{self.code}: that source is for results alone")

    def check(self, value: str) -> None:
        """Check what somebody wrote; blank is fine.

        Raises:
            FieldValueError: It is too long, or not of the field's kind.
        """
        if len(value) > self.max_length or (value and not self._is_good(value)):
            raise FieldValueError(self.code)

    def _is_good(self, value: str) -> bool:
        match self.kind:
            case FieldKind.TEXT:
                return all(line.isprintable() for line in value.splitlines())
            case FieldKind.DATE:
                return parse_day(value) is not None
            case FieldKind.NUMBER:
                return value.isascii() and value.replace(".", "", 1).isdecimal()
            case FieldKind.CHOICE:
                return value in self.choices


@dataclass(frozen=True, slots=True)
class FormCatalogue:
    """The forms of all matters; a matter without its own has the common one.

    Attributes:
        forms: Fields by the code of the matter.
        common: The fields of everybody else.
    """

    forms: Mapping[str, tuple[FormField, ...]]
    common: tuple[FormField, ...] = ()

    def has_own(self, matter: str) -> bool:
        """Tell whether a matter has a form of its own."""
        return matter in self.forms

    def of(self, matter: Matter) -> tuple[FormField, ...]:
        """Return the fields of a matter, in every situation."""
        audiences = {None, matter.audience} if matter.audience else {None, *Audience}
        fields = self.forms.get(matter.code, self.common)
        # Whom a matter for both concerns is not known: what both are asked for is asked once.
        asked = {field.code: field for field in fields if field.audience in audiences}
        return tuple(asked.values())

    def shown(self, matter: Matter, situation: Mapping[str, str]) -> tuple[FormField, ...]:
        """Return the fields that a situation calls for, in their order."""
        return tuple(field for field in self.of(matter) if field.when.holds(situation))


@cache
def shipped_forms() -> FormCatalogue:
    """Return the forms that come with the program, for matters and types that do too."""
    return load_forms(
        sorted(_SHIPPED.glob("*.toml")), types=shipped_types(), matters=shipped_matters()
    )


def load_forms(
    paths: Iterable[Path], *, types: Iterable[LicenseType], matters: MatterCatalogue
) -> FormCatalogue:
    """Return the forms that files describe.

    Raises:
        MalformedMatterError: A key is unknown, missing or of the wrong kind, or names what there
            is not; the message names the file and the place.
        MatterNotFoundError: A matter is not at hand.
    """
    known = {item.short_name: item for item in types}
    forms: dict[str, tuple[FormField, ...]] = {}
    for path in paths:
        try:
            code, fields = _form(read_toml(path, error=MalformedMatterError), known, matters)
        except MalformedMatterError as error:
            raise MalformedMatterError(f"{path.name}: {error}") from error
        forms[code] = fields
    common = forms.pop(_COMMON, ())
    return FormCatalogue(forms, common)


def _form(
    table: TypedTable, types: Mapping[str, LicenseType], matters: MatterCatalogue
) -> tuple[str, tuple[FormField, ...]]:
    if table.take("schema", str) != SCHEMA:
        raise table.error("schema", f"must be {SCHEMA}")
    code = table.take("matter", str)
    questions = {} if code == _COMMON else matters.latest(code).situations.by_code
    fields = tuple(_field(item, types) for item in table.tables("fields"))
    table.finish()
    codes = [(field.code, audience) for field in fields for audience in _audiences(field)]
    if len(set(codes)) != len(codes):
        raise MalformedMatterError("each field stands once")
    for field in fields:
        check_condition(field.when, questions, where=field.code)
    return code, fields


def _audiences(field: FormField) -> tuple[Audience, ...]:
    return tuple(Audience) if field.audience is None else (field.audience,)


def _field(table: TypedTable, types: Mapping[str, LicenseType]) -> FormField:
    kind = table.optional_member("kind", FieldKind) or FieldKind.TEXT
    longest = table.take("max_length", int, default=_LENGTHS.get(kind.value, _DEFAULT_LENGTH))
    if not 0 < longest <= MAX_VALUE:
        raise table.error("max_length", f"must be 1 to {MAX_VALUE}")
    field = FormField(
        code=table.take("code", str),
        zh=table.take("zh", str),
        en=table.take("en", str),
        kind=kind,
        choices=table.texts("choices"),
        max_length=longest,
        when=read_condition(table),
        audience=table.optional_member("audience", Audience),
        sources=tuple(Source.parse(text, types) for text in table.texts("sources")),
        editable=table.optional_member("editable", Editable) or Editable.FREE,
        is_required=table.take("required", bool, default=True),
        legal_ref=table.optional_text("legal_ref"),
    )
    table.finish()
    return field
