"""How much of the shipped forms nobody has to write, counted over synthetic applicants.

Each applicant holds whole licenses, and registers know who they are. A matter's rate is over one
case for each situation to which its questions lead; the catalogue says nothing of how many cases
a matter has, so each matter counts once. Counted is only what a department vouches for and the
applicant leaves as it is.
"""

import re
from functools import cache
from pathlib import Path
from statistics import mean

from tests.doubles.acceptance import KEY_OF, FakeOffice, FakeProber, FakeSources, SetClock
from tests.doubles.acceptance_memory import MemoryCases, MemoryWork
from tests.doubles.issuing import MemoryObjects
from tests.form_applicants import (
    TODAY,
    Everybody,
    applicant_of,
    child,
    enterprise,
    every_situation,
    father,
    former_operator,
    person,
    registered_child,
    seller,
)
from verify.acceptance.desk import AcceptanceDesk
from verify.acceptance.inquiry import Inquiry
from verify.acceptance.ports import Reply
from verify.acceptance.records import Applicant, PersonRole
from verify.matters.catalogue import Matter
from verify.matters.files import shipped_matters
from verify.matters.situations import Answers
from verify.prefill.facts import Facts
from verify.prefill.filling import PrefillRate, entries_of, filled, rate_of
from verify.prefill.forms import shipped_forms

TARGET = 0.70
PAGE = Path(__file__).parents[3] / "docs" / "prefill.md"


class Knowing(FakeSources):
    """Registers that know the applicants: what an honest one says is so."""

    def check(self, source: str, item: str, applicant: Applicant, situation: Answers) -> Reply:
        self.questions.append((source, item, applicant, situation))
        return Reply.CONFIRMED


def desk_for(matter: Matter, everybody: Everybody) -> AcceptanceDesk:
    work = MemoryWork(MemoryCases())
    with work:
        work.cases.publish(matter)
        work.cases.grant_role("window", PersonRole.ACCEPTANCE)
        work.commit()
    return AcceptanceDesk(
        matters=shipped_matters(),
        inquiry=Inquiry(
            finders=(everybody,), sources=Knowing(), departments=FakeOffice(is_silent=True)
        ),
        unit_of_work=work,
        clock=SetClock(),
        prober=FakeProber(work, SetClock()),
        objects=MemoryObjects(),
        key_of=KEY_OF,
    )


@cache
def rates() -> dict[str, tuple[PrefillRate, ...]]:
    """The rate of each situation of each matter."""
    matters, forms = shipped_matters(), shipped_forms()
    people = {
        "enterprise": enterprise(),
        "person": person(),
        "father": father(),
        "child": child(),
        "former-operator": former_operator(),
        "registered-child": registered_child(),
        "seller": seller(),
    }
    everybody = Everybody(people)
    found: dict[str, tuple[PrefillRate, ...]] = {}
    for code in matters.codes():
        matter = matters.latest(code)
        applicant = applicant_of(matter, people).applicant
        desk = desk_for(matter, everybody)
        of_matter: list[PrefillRate] = []
        for situation in every_situation(matter.situations):
            view = desk.open_case(
                code,
                applicant,
                operator="window",
                situation=situation,
                parties=everybody.parties(matter, situation),
            )
            facts = Facts(view=view, licenses=everybody.attached(view), today=TODAY)
            form = filled(forms.shown(matter, situation), facts)
            of_matter.append(rate_of(entries_of(form, {})))
        found[code] = tuple(of_matter)
    return found


def together(parts: tuple[PrefillRate, ...]) -> PrefillRate:
    total = PrefillRate()
    for part in parts:
        total = total.plus(part)
    return total


def test_shipped_catalogue_reaches_the_target_of_prefill() -> None:
    reached = mean(together(parts).rate for parts in rates().values())

    assert reached >= TARGET, f"{reached:.3f}"


def figures() -> dict[str, str]:
    """What the page says: the catalogue's mean, that over all situations, and the deep matters."""
    everything = together(tuple(map(together, rates().values())))
    own = {
        code: f"{together(parts).rate:.1%}, {min(part.rate for part in parts):.1%} to"
        f" {max(part.rate for part in parts):.1%}"
        for code, parts in rates().items()
        if shipped_forms().has_own(code)
    }
    return {
        "each matter once": f"{mean(together(parts).rate for parts in rates().values()):.1%}",
        "each situation once": f"{everything.rate:.1%}",
        **own,
    }


def test_page_says_the_figures_as_they_are_also_where_a_form_falls_short() -> None:
    rows = re.findall(r"^\| `?([a-z -]+?)`? \| ([0-9.%, to]+) \|$", PAGE.read_text(), re.MULTILINE)

    assert dict(rows) == figures()
