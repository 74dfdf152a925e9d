"""One change of status for many licenses (批量变更): tried out first, then proposed one by one.

Each license gets a proposal of its own, so what cannot be changed holds up nothing else, and the
same list proposed again changes nothing.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from api.issued_licenses import find_issued
from api.problems import Problem, describe
from api.proposing import end_proposal, propose_status, try_status
from api.schemas.statuses import StatusIn
from api.services import Services
from certs.errors import LicenseError
from certs.proposals import ProposalOutcome

MOST: Final = 500
"""So many at once: whoever confirms has to be able to look at them."""
_BETWEEN: Final = re.compile(r"[\s,，、;；]+")
_SHOWN: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkLine:
    """One license of a list.

    Attributes:
        text: What was typed, or the number of a proposal.
        identifier: 证照标识; empty where none was found.
        zh: Why it cannot be changed; empty where it can, or was.
    """

    text: str
    identifier: str = ""
    zh: str = ""
    en: str = ""

    @property
    def is_good(self) -> bool:
        """Whether nothing stands against it."""
        return bool(self.identifier) and not self.zh


def listed(text: str) -> tuple[str, ...]:
    """Return the licenses that somebody listed, each once, in their order."""
    return tuple(dict.fromkeys(item for item in _BETWEEN.split(text) if item))


def try_all(
    texts: Sequence[str], body: StatusIn, *, person: str, services: Services
) -> tuple[BulkLine, ...]:
    """Return what would become of each license; nothing is kept."""

    def attempt(identifier: str) -> None:
        try_status(identifier, body, person=person, services=services)

    return tuple(_line(text, attempt, services) for text in texts)


def propose_all(
    texts: Sequence[str], body: StatusIn, *, person: str, services: Services
) -> tuple[BulkLine, ...]:
    """Propose the change of each license; return what became of each."""

    def attempt(identifier: str) -> None:
        propose_status(identifier, body, person=person, services=services)

    return tuple(_line(text, attempt, services) for text in texts)


def confirm_all(
    proposals: Iterable[str], *, person: str, services: Services
) -> tuple[BulkLine, ...]:
    """Confirm proposals, each carried out by itself; return what became of each."""
    lines = []
    for number in dict.fromkeys(proposals):
        try:
            ended = end_proposal(
                number, ProposalOutcome.CONFIRMED, person=person, services=services
            )
        except LicenseError as error:
            lines.append(_refused(number, "", describe(error)))
        else:
            lines.append(BulkLine(text=number, identifier=ended.subject))
    return tuple(lines)


def _line(text: str, attempt: Callable[[str], None], services: Services) -> BulkLine:
    found = find_issued(text, services)
    shown = text[:_SHOWN]
    if not found:
        return BulkLine(text=shown, zh="没有这份证照", en="no such license")
    if len(found) > 1:
        return BulkLine(
            text=shown, zh="此编号有多份证照，请填写证照标识", en="several; use the identifier"
        )
    try:
        attempt(found[0])
    except LicenseError as error:
        return _refused(shown, found[0], describe(error))
    return BulkLine(text=shown, identifier=found[0])


def _refused(text: str, identifier: str, problem: Problem) -> BulkLine:
    return BulkLine(text=text, identifier=identifier, zh=problem.zh, en=problem.en)
