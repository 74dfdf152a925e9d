"""Filling (预填): a form with what the case knows, each value with its source; how well it did."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as part
from datetime import datetime

from certs.identifiers import LicenseIdentifier
from verify.decision_errors import FieldLockedError, FieldUnknownError
from verify.prefill.facts import Facts, Found, Origin
from verify.prefill.forms import Editable, FormField
from verify.prefill.sources import SourceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledField:
    """A field as the form shows it.

    Attributes:
        field: What is asked for.
        found: What its sources say, each value once, by their priority.
        answer: What the applicant wrote or confirmed; None before.
    """

    field: FormField
    found: tuple[Found, ...] = ()
    answer: str | None = part(default=None, repr=False)

    @property
    def prefill(self) -> Found | None:
        """The value that is filled in."""
        return self.found[0] if self.found else None

    @property
    def vouched(self) -> tuple[Found, ...]:
        """The values that departments vouch for; several where licenses differ."""
        return tuple(item for item in self.found if item.origin.is_authoritative)

    @property
    def differing(self) -> tuple[Found, ...]:
        """The values that departments vouch for, where they differ; to be shown side by side."""
        return self.vouched if len(self.vouched) > 1 else ()

    @property
    def is_locked(self) -> bool:
        """Whether nothing but what departments vouch for may stand here."""
        return self.field.editable is Editable.LOCKED and bool(self.vouched)

    @property
    def value(self) -> str:
        """What stands in the field."""
        if self.answer is not None:
            return self.answer
        return self.prefill.value if self.prefill is not None else ""

    @property
    def origin(self) -> Origin | None:
        """Where what stands in the field comes from; None where the applicant wrote it."""
        return next((item.origin for item in self.found if item.value == self.value), None)

    def entry(self, given: str | None) -> "FormEntry":
        """Return what is kept of the field; None where nobody wrote anything is the prefill.

        Raises:
            FieldLockedError: Another value than departments vouch for.
            FieldValueError: Not a value of the field's kind.
        """
        value = self.value if given is None else given.strip()
        if self.is_locked and value not in {item.value for item in self.vouched}:
            raise FieldLockedError(self.field.code)
        source = next((item for item in self.found if item.value == value), None)
        if source is None:
            self.field.check(value)
        is_changed = bool(self.found) and source is None
        return FormEntry(
            field=self.field.code,
            value=value,
            origin=None if source is None else source.origin,
            is_changed=is_changed,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FormEntry:
    """What is kept of a field.

    Attributes:
        field: Its code.
        value: What stands in it; may be blank.
        origin: Where that comes from; None where the applicant wrote it.
        is_changed: Whether a source said something else.
    """

    field: str
    value: str = part(repr=False)
    origin: Origin | None = None
    is_changed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptForm:
    """A version of the form of a case; never changed afterwards.

    Attributes:
        case_id: The case.
        version: From 1.
        entries: Each field that was shown.
        operator: Who filled it in with the applicant.
        recorded_at: When.
    """

    case_id: str
    version: int
    entries: tuple[FormEntry, ...]
    operator: str
    recorded_at: datetime

    @property
    def answers(self) -> dict[str, str]:
        """What stands in the fields that are not blank."""
        return {entry.field: entry.value for entry in self.entries if entry.value}

    def standing(self, serving: Collection[LicenseIdentifier]) -> dict[str, str | None]:
        """Return what stands in the fields, None where another license says it now.

        Whoever took over what a license says takes over what its next version says.

        Args:
            serving: The licenses that serve the case now.
        """
        return {
            entry.field: None if _is_outdated(entry, serving) else entry.value
            for entry in self.entries
        }

    def says(self, entries: Iterable[FormEntry]) -> bool:
        """Tell whether it says the same."""
        return {item.field: item.value for item in self.entries} == {
            item.field: item.value for item in entries
        }


def filled(
    fields: Iterable[FormField], facts: Facts, answers: Mapping[str, str | None] | None = None
) -> tuple[FilledField, ...]:
    """Return a form with what is known; ``answers`` is what stands in it already.

    Where that is None in a field, what is known stands there.
    """
    return tuple(
        FilledField(
            field=item,
            found=_distinct(
                found for source in item.sources for found in facts.find(source, target=item.code)
            ),
            answer=None if answers is None else answers.get(item.code, ""),
        )
        for item in fields
    )


def entries_of(form: Iterable[FilledField], given: Mapping[str, str]) -> tuple[FormEntry, ...]:
    """Return what is kept of a form, once the applicant has answered.

    Raises:
        FieldUnknownError: The form shows no such field.
        FieldLockedError: A locked field is to say something else.
        FieldValueError: Not a value of its field's kind.
    """
    shown = {item.field.code: item for item in form}
    for code in given:
        if code not in shown:
            raise FieldUnknownError(code)
    return tuple(item.entry(given.get(code)) for code, item in shown.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class PrefillRate:
    """预填率, counted honestly: of the fields shown, how many nobody had to write.

    Attributes:
        shown: Fields that were shown to the applicant.
        authoritative: Filled by what a department vouches for, and not changed.
        previous: Filled by what the applicant wrote before; never counted as filled.
        changed: Filled, and changed by the applicant.
    """

    shown: int = 0
    authoritative: int = 0
    previous: int = 0
    changed: int = 0

    @property
    def rate(self) -> float:
        """The share that counts; 0 where nothing was shown."""
        return self.authoritative / self.shown if self.shown else 0.0

    def plus(self, other: "PrefillRate") -> "PrefillRate":
        """Return both together."""
        return PrefillRate(
            shown=self.shown + other.shown,
            authoritative=self.authoritative + other.authoritative,
            previous=self.previous + other.previous,
            changed=self.changed + other.changed,
        )


def rate_of(entries: Iterable[FormEntry]) -> PrefillRate:
    """Return how well a form was filled in, by what was kept of it.

    Source: unconfirmed; the measure that 芜湖 publishes was not at hand.
    """
    kept = tuple(entries)
    origins = [entry.origin for entry in kept if entry.value]
    return PrefillRate(
        shown=len(kept),
        authoritative=sum(item is not None and item.is_authoritative for item in origins),
        previous=sum(item is not None and item.kind is SourceKind.PREVIOUS for item in origins),
        changed=sum(entry.is_changed for entry in kept),
    )


def _is_outdated(entry: FormEntry, serving: Collection[LicenseIdentifier]) -> bool:
    """Tell whether a license said it in whose place another of its type serves."""
    if entry.origin is None or not entry.origin.license:
        return False
    license = LicenseIdentifier.parse(entry.origin.license)
    return license not in serving and license.type_code in {item.type_code for item in serving}


def _distinct(found: Iterable[Found]) -> tuple[Found, ...]:
    kept: dict[str, Found] = {}
    for item in found:
        kept.setdefault(item.value, item)
    return tuple(kept.values())
