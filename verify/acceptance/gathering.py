"""Ask each register once for all that a case needs of it (合并查询), instead of once a material.

What is asked, of whom and when is what the materials would ask one by one: the own register
first, the others only for what the own one does not have. Only the number of letters differs.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from certs.holder_codes import HolderCode
from certs.identifiers import LicenseTypeCode
from certs.regions import RegionCode
from verify.acceptance.budgets import Deadline, within
from verify.acceptance.ports import FoundLicense, LicenseFinder
from verify.acceptance.reach import Reach, Reached
from verify.acceptance.records import Applicant
from verify.errors import SourceSilentError
from verify.matters.ways import LicenseRule

Question = tuple[HolderCode, LicenseTypeCode]
Answers = Mapping[Question, tuple[FoundLicense, ...] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What one material needs of the registers.

    Attributes:
        rule: Its rule.
        owner: Whose license it is.
        reach: Who may be asked.
    """

    rule: LicenseRule
    owner: Applicant
    reach: Reach


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredFinder:
    """A register that has answered already; about what it was not asked it is silent.

    Attributes:
        region: The region that keeps it.
        answers: What it said; None for what it was silent about.
    """

    region: RegionCode
    answers: Answers = field(repr=False)

    def find(
        self, holder: HolderCode, license_types: Sequence[LicenseTypeCode]
    ) -> tuple[FoundLicense, ...]:
        """Return what it said; see ``LicenseFinder.find``."""
        told = [self.answers.get((holder, item)) for item in license_types]
        if None in told:
            raise SourceSilentError(str(self.region))
        return tuple(license for found in told for license in found or ())


def gather(
    needs: Sequence[Need],
    finders: Sequence[LicenseFinder],
    *,
    is_served: Callable[[Need, Sequence[FoundLicense]], bool],
    deadline: Deadline,
) -> tuple[AnsweredFinder, ...]:
    """Return the registers with what they say to everything that is needed of them.

    Args:
        needs: What the materials need.
        finders: The registers, the own region's first.
        is_served: Tells whether licenses of the own register serve a material.
        deadline: Whoever has not answered by then is silent.
    """
    home = finders[0].region
    own = _asked((need, item) for need in needs for item in need.reach.asked if _is_at(item, home))
    at_home = {region: _find_all(finder, asked) for region, (finder, asked) in own.items()}
    left = [need for need in needs if not _is_served(need, at_home.get(home, {}), is_served)]
    others = _asked(
        (need, item) for need in left for item in need.reach.asked if not _is_at(item, home)
    )
    tasks = [partial(_find_all, finder, asked) for finder, asked in others.values()]
    heard = within(deadline.left, tasks)
    said = at_home | {
        region: answers if answers is not None else dict.fromkeys(_questions(asked))
        for (region, (_, asked)), answers in zip(others.items(), heard, strict=True)
    }
    return tuple(
        AnsweredFinder(region=item.region, answers=said.get(item.region, {})) for item in finders
    )


_Asked = dict[HolderCode, dict[LicenseTypeCode, None]]


def _asked(
    wanted: Iterable[tuple[Need, Reached]],
) -> dict[RegionCode, tuple[LicenseFinder, _Asked]]:
    """Return what each register is asked: of whom, and about which types."""
    found: dict[RegionCode, tuple[LicenseFinder, _Asked]] = {}
    for need, reached in wanted:
        _, asked = found.setdefault(reached.finder.region, (reached.finder, {}))
        asked.setdefault(need.owner.code, {}).update(dict.fromkeys(reached.license_types))
    return found


def _find_all(finder: LicenseFinder, asked: _Asked) -> Answers:
    """Ask a register once for each person, about all types."""
    answers: dict[Question, tuple[FoundLicense, ...] | None] = {}
    for holder, types in asked.items():
        try:
            found = finder.find(holder, tuple(types))
        except SourceSilentError:
            answers |= dict.fromkeys((holder, item) for item in types)
            continue
        for item in types:
            answers[holder, item] = tuple(
                license for license in found if license.identifier.type_code == item
            )
    return answers


def _is_served(
    need: Need,
    answers: Answers,
    is_served: Callable[[Need, Sequence[FoundLicense]], bool],
) -> bool:
    own = [
        license
        for license_type in need.rule.license_types
        for license in answers.get((need.owner.code, license_type)) or ()
    ]
    return is_served(need, own)


def _is_at(reached: Reached, home: RegionCode) -> bool:
    return reached.finder.region == home


def _questions(asked: _Asked) -> list[Question]:
    return [(holder, item) for holder, types in asked.items() for item in types]
