"""What must I bring? (一次性告知): for everybody, without an account and without a name.

Answers stand in the address as codes of choices, so a page can be sent on or printed. Nothing is
looked up here; what is found for a person is in the notice of their case.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.matter_words import rule_words
from api.pages.rendering import PageDep
from verify.matters.catalogue import Matter
from verify.matters.materials import Material, MaterialSource
from verify.matters.notices import Notice
from verify.matters.situations import Answers, Situations
from verify.matters.ways import Rule, Way

router = APIRouter(prefix="/bring")


@dataclass(frozen=True, slots=True)
class Item:
    """A material as the page tells of it."""

    material: Material

    @property
    def is_spared(self) -> bool:
        """Whether the office gets it without the applicant."""
        return self.material.way is not Way.NONE

    @property
    def spared_by(self) -> tuple[tuple[Rule, str], ...]:
        """The rules that spare it, in their order, with words."""
        rules = (rule for rule in self.material.rules if rule.way.exemption is not None)
        return tuple((rule, rule_words(rule)) for rule in rules)

    @property
    def instead(self) -> tuple[tuple[Rule, str], ...]:
        """What else may take its place: a declaration, or time."""
        rules = (rule for rule in self.material.rules if rule.way.exemption is None)
        return tuple((rule, rule_words(rule)) for rule in rules)


@router.get("")
def list_matters(page: PageDep) -> HTMLResponse:
    """List the matters: the national bundles first."""
    matters = page.services.matters
    found = sorted(map(matters.latest, matters.codes()), key=lambda item: item.code)
    return page.render(
        "bring.html",
        things=[item for item in found if item.one_thing],
        others=[item for item in found if not item.one_thing],
        issued=_issued,
    )


@router.get("/{code}")
def show_matter(page: PageDep, code: str, request: Request) -> HTMLResponse:
    """Tell what a matter asks for under the answers given, and ask what is still open.

    Raises:
        MatterNotFoundError: There is none.
    """
    matter = page.services.matters.latest(code)
    answers = _fitting(matter.situations, request.query_params)
    notice = Notice.of(matter, answers)
    items = [Item(material) for material in notice.asked_for]
    return page.render(
        "bring_matter.html",
        notice=notice,
        questions=[item for item in matter.situations.questions if item.when.holds(answers)],
        brought=[item for item in items if not item.is_spared],
        spared=[item for item in items if item.is_spared],
        depending=notice.depending,
    )


def _fitting(situations: Situations, given: Mapping[str, str]) -> Answers:
    """Return the answers that fit, in the order of the questions.

    Whoever changes an earlier answer leaves later ones in the address that nobody asks for now.
    """
    answers: dict[str, str] = {}
    for question in situations.questions:
        choice = given.get(question.code, "")
        if question.when.holds(answers) and question.has(choice):
            answers[question.code] = choice
    return answers


def _issued(matter: Matter) -> int:
    return sum(item.source is MaterialSource.GOVERNMENT_ISSUED for item in matter.materials)
