"""Matters (事项) over HTTP: what they ask, and by which rules the paper is spared."""

from collections.abc import Iterable
from datetime import date
from typing import Self

from pydantic import Field

from api.schemas.bodies import Body
from verify.acceptance.reasons import ReasonCode
from verify.matters.catalogue import Audience, Matter
from verify.matters.materials import Material, MaterialSource, Necessity, StatutoryException
from verify.matters.parties import Party
from verify.matters.situations import Choice, Condition, Question
from verify.matters.ways import Rule, Way

Conditions = dict[str, tuple[str, ...]] | tuple[dict[str, tuple[str, ...]], ...]
"""One group of answers, or several of which one is to be met."""


class ChoiceOut(Body):
    """One answer to a question."""

    code: str
    zh: str
    en: str

    @classmethod
    def of(cls, choice: Choice) -> Self:
        """Show a choice."""
        return cls(code=choice.code, zh=choice.zh, en=choice.en)


class QuestionOut(Body):
    """情形问题: asked before the materials are known."""

    code: str
    zh: str
    en: str
    choices: tuple[ChoiceOut, ...]
    when: Conditions = Field(description="asked under these answers; empty: always")

    @classmethod
    def of(cls, question: Question) -> Self:
        """Show a question."""
        return cls(
            code=question.code,
            zh=question.zh,
            en=question.en,
            choices=tuple(map(ChoiceOut.of, question.choices)),
            when=conditions_of(question.when),
        )


class PartyOut(Body):
    """当事人: somebody beside the applicant whose license is looked up."""

    code: str
    zh: str
    en: str

    @classmethod
    def of(cls, party: Party) -> Self:
        """Show a party."""
        return cls(code=party.code, zh=party.zh, en=party.en)


class RuleOut(Body):
    """A way of having a material without its paper."""

    way: Way
    legal_basis: str
    valid_from: date | None
    valid_to: date | None

    @classmethod
    def of(cls, rule: Rule) -> Self:
        """Show a rule."""
        return cls(
            way=rule.way,
            legal_basis=rule.legal_basis,
            valid_from=rule.term.first,
            valid_to=rule.term.last,
        )


class ExceptionOut(Body):
    """A statute that wants the original all the same."""

    reason: ReasonCode
    legal_basis: str

    @classmethod
    def of(cls, exception: StatutoryException) -> Self:
        """Show an exception."""
        return cls(reason=exception.reason, legal_basis=exception.legal_zh)


class RequiredMaterialOut(Body):
    """A material that a matter asks for."""

    code: str
    name: str
    name_en: str
    source: MaterialSource
    necessity: Necessity
    when: Conditions = Field(description="asked for under these answers; empty: always")
    party: str = Field(description="whose it is: applicant, or the code of a party")
    license_types: tuple[str, ...] = Field(description="可替代的证照类型 · types that serve")
    legal_basis: str | None
    ways: tuple[RuleOut, ...]
    exceptions: tuple[ExceptionOut, ...]

    @classmethod
    def of(cls, material: Material) -> Self:
        """Show a material."""
        license_rule = material.license_rule
        return cls(
            code=material.code,
            name=material.name_zh,
            name_en=material.name_en,
            source=material.source,
            necessity=material.necessity,
            when=conditions_of(material.when),
            party=material.party,
            license_types=tuple(map(str, license_rule.license_types)) if license_rule else (),
            legal_basis=_first_basis(material.rules),
            ways=tuple(map(RuleOut.of, material.rules)),
            exceptions=tuple(map(ExceptionOut.of, material.exceptions)),
        )


class MatterOut(Body):
    """事项."""

    code: str
    version: int
    name: str
    name_en: str
    audience: Audience | None = Field(description="null: persons and enterprises")
    region: str | None = Field(description="null: handled everywhere")
    department: str
    legal_basis: str
    one_thing: str = Field(description="所属的一件事")
    questions: tuple[QuestionOut, ...]
    parties: tuple[PartyOut, ...] = Field(description="当事人, named where needed")
    materials: tuple[RequiredMaterialOut, ...]

    @classmethod
    def of(cls, matter: Matter) -> Self:
        """Show a matter."""
        return cls(
            code=matter.code,
            version=matter.version,
            name=matter.name_zh,
            name_en=matter.name_en,
            audience=matter.audience,
            region=str(matter.region) if matter.region else None,
            department=matter.department_zh,
            legal_basis=matter.legal_basis,
            one_thing=matter.one_thing,
            questions=tuple(map(QuestionOut.of, matter.situations.questions)),
            parties=tuple(map(PartyOut.of, matter.parties)),
            materials=tuple(map(RequiredMaterialOut.of, matter.materials)),
        )


def _first_basis(rules: Iterable[Rule]) -> str | None:
    return next((rule.legal_basis for rule in rules), None)


def conditions_of(condition: Condition) -> Conditions:
    """Show a condition: one group by itself, several as a list."""
    groups = tuple(
        {code: tuple(sorted(wanted)) for code, wanted in group} for group in condition.groups
    )
    return groups[0] if len(groups) == 1 else groups
