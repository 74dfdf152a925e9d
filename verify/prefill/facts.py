"""Facts (已知信息): everything that a case knows, by the sources under which forms ask for it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Self

from certs.civil_dates import day_of
from verify.acceptance.attachments import AttachedLicense
from verify.acceptance.notices import CaseView
from verify.acceptance.records import Applicant
from verify.matters.ways import Way
from verify.prefill.sources import Source, SourceKind
from verify.prefill.transforms import transformed


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a value comes from (来源), as people read it; never the value itself.

    Attributes:
        kind: Who vouches for it.
        title_zh: 营业执照, 身份核验, ….
        license: 电子证照标识 of the license; empty where it is none.
        field: The license's field or element; empty where it is none.
        as_of: The day on which this was known.
        is_authoritative: Whether a department vouches for it, and not the applicant.
    """

    kind: SourceKind
    title_zh: str
    license: str = ""
    field: str = ""
    as_of: date
    is_authoritative: bool

    @property
    def zh(self) -> str:
        """The line beside a field: 来自 营业执照 · 2026-05-01 · 有效."""
        standing = " · 有效" if self.kind is SourceKind.LICENSE else ""
        return f"来自 {self.title_zh} · {self.as_of.isoformat()}{standing}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A value with its origin."""

    value: str = field(repr=False)
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known in a case.

    Attributes:
        view: The case as it stands.
        licenses: The licenses that are attached to it.
        today: The day on which ages are reckoned.
        decided_on: The day of its outcome; None before.
        previous: The applicant's earlier answers, by field.
        answers: What the case's own form says, by field.
        given: What the approver settles, by field of the result.
    """

    view: CaseView
    licenses: tuple[AttachedLicense, ...]
    today: date
    decided_on: date | None = None
    previous: Mapping[str, str] = field(default_factory=dict, repr=False)
    answers: Mapping[str, str] = field(default_factory=dict, repr=False)
    given: Mapping[str, str] = field(default_factory=dict, repr=False)

    def find(self, source: Source, *, target: str) -> Iterator[Found]:
        """Yield what a source says for the field ``target``; a license type may say it twice."""
        for value, origin in self._raw(source, target):
            made = transformed(value, source.transform, today=self.today)
            if made is not None:
                yield Found(value=made, origin=origin)

    def decided(self, day: date, *, given: Mapping[str, str]) -> Self:
        """Return the same on the day of the outcome, with what the approver settles."""
        return replace(self, decided_on=day, given=given)

    @property
    def is_identified(self) -> bool:
        """Whether somebody else than the window confirms who the applicant is."""
        return self._is_confirmed(self.view.case.applicant)

    def _is_confirmed(self, person: Applicant) -> bool:
        """Tell whether something that serves in the case is of that very person.

        A valid license bears the holder's code and name; a register or a department that confirms
        something confirms it of that code.
        """
        serving = {
            item.serving
            for item in self.view.materials
            if self.view.case.owner(item.material).code == person.code
        }
        return not serving.isdisjoint({Way.E_LICENSE, Way.DATA_CHECK, Way.DEPARTMENT_CHECK})

    def _raw(self, source: Source, target: str) -> Iterator[tuple[str, Origin]]:
        match source.kind:
            case SourceKind.LICENSE:
                yield from self._of_licenses(source)
            case SourceKind.IDENTITY:
                yield self._identity(source.kind, self.view.case.applicant, source.name)
            case SourceKind.PARTY:
                code, _, part = source.name.partition(".")
                person = self.view.case.parties.get(code)
                if person is not None:
                    yield self._identity(source.kind, person, part)
            case SourceKind.SITUATION:
                yield self._choice(source.name), self._own(source.kind, "情形选择")
            case SourceKind.CASE:
                yield (
                    self._of_case(source.name),
                    self._own(source.kind, "办件"),
                )
            case SourceKind.PREVIOUS:
                yield self.previous.get(target, ""), self._own(source.kind, "以往办件")
            case SourceKind.FORM:
                yield self.answers.get(source.name, ""), self._own(source.kind, "申请表")
            case SourceKind.GIVEN:
                yield self.given.get(target, ""), self._own(source.kind, "审批人填写")

    def _of_licenses(self, source: Source) -> Iterator[tuple[str, Origin]]:
        for license in self._distinct():
            if license.record.identifier.type_code != source.license_type:
                continue
            elements = license.record.elements()
            origin = Origin(
                kind=source.kind,
                title_zh=license.record.type_name,
                license=str(license.record.identifier),
                field=source.name,
                as_of=day_of(license.lookup.looked_up_at),
                is_authoritative=True,
            )
            yield license.values.get(source.name) or elements.get(source.name, ""), origin

    def _distinct(self) -> Iterator[AttachedLicense]:
        """Yield each license once, though several materials may ask for it."""
        seen: set[str] = set()
        for license in self.licenses:
            identifier = str(license.record.identifier)
            if identifier not in seen:
                seen.add(identifier)
                yield license

    def _own(self, kind: SourceKind, title: str, *, is_authoritative: bool = False) -> Origin:
        return Origin(
            kind=kind,
            title_zh=title,
            as_of=self.view.case.opened_on,
            is_authoritative=is_authoritative,
        )

    def _identity(self, kind: SourceKind, person: Applicant, part: str) -> tuple[str, Origin]:
        known = {
            "code": person.code.code,
            "code-type": person.code.code_type.value,
            "name": person.name,
        }
        is_confirmed = self._is_confirmed(person)
        return known[part], self._own(kind, "身份核验", is_authoritative=is_confirmed)

    def _choice(self, question: str) -> str:
        chosen = self.view.case.situation.get(question)
        asked = self.view.matter.situations.by_code.get(question)
        choices = asked.choices if asked is not None else ()
        return next((item.zh for item in choices if item.code == chosen), "")

    def _of_case(self, name: str) -> str:
        known = {
            "opened-on": self.view.case.opened_on.isoformat(),
            "decided-on": self.decided_on.isoformat() if self.decided_on is not None else "",
            "matter": self.view.matter.name_zh,
        }
        return known[name]


def first_found(sources: tuple[Source, ...], facts: Facts, *, target: str) -> Found | None:
    """Return what the first source that says anything says for a field."""
    return next((found for item in sources for found in facts.find(item, target=target)), None)
