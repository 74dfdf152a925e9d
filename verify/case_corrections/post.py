"""Brings corrections of cases to their issuers, and hears what came of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from certs.regions import RegionCode
from verify.acceptance.ports import AcceptanceWork
from verify.case_corrections.letters import (
    FOLLOW,
    RAISE,
    parse_standing,
    poll_body,
    raised_body,
)
from verify.case_corrections.ports import CorrectionOffice
from verify.case_corrections.records import (
    ENDED,
    CaseCorrection,
    RaisedCorrection,
    Standing,
    proposal_of,
)
from verify.departments.ports import Courier
from verify.errors import MatterNotFoundError, ShareError, SourceSilentError
from verify.matters.catalogue import MatterCatalogue
from verify.ports import Clock

_PORTION: Final = 50
_TAKEN: Final = timedelta(minutes=5)
"""Longer than a portion takes when every region is silent."""
_FIRST_PAUSE: Final = timedelta(seconds=10)
_LONGEST_PAUSE: Final = timedelta(hours=1)
_MOST_DOUBLINGS: Final = 9
_LOOKED_AFTER: Final = timedelta(minutes=10)
_GIVEN_UP: Final = timedelta(days=365)


def _ignore(_correction: CaseCorrection) -> None:
    """Nobody waits for the license that came of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionPost:
    """Carries corrections of one region's cases.

    Attributes:
        own: The region.
        name: Its name, as issuers read who raised it.
        office: Takes in what is of the own region.
        courier: Reaches the others.
        matters: Whose license is meant.
    """

    own: RegionCode
    name: str
    office: CorrectionOffice
    courier: Courier
    matters: MatterCatalogue
    unit_of_work: Callable[[], AcceptanceWork]
    clock: Clock

    def step(self, corrected: Callable[[CaseCorrection], None] = _ignore) -> int:
        """Deliver and ask after what is due; return of how many something was heard.

        Args:
            corrected: Told of each correction that led to a license, before that is noted.
        """
        now = self.clock.now()
        with self.unit_of_work() as work:
            due = work.case_corrections.take(_PORTION, now=now, until=now + _TAKEN)
            work.commit()
        return sum(self._exchange(item, corrected) for item in due)

    def _exchange(
        self, correction: CaseCorrection, corrected: Callable[[CaseCorrection], None]
    ) -> bool:
        try:
            standing = self._follow(correction) if correction.receipt else self._raise(correction)
        except (SourceSilentError, ShareError, MatterNotFoundError):
            standing = None
        if standing is not None and standing.outcome not in {"", correction.outcome}:
            corrected(correction)
        until = _next(correction, standing, self.clock.now())
        with self.unit_of_work() as work:
            work.case_corrections.note(correction.place, standing, until=until)
            work.commit()
        return standing is not None

    def _raise(self, correction: CaseCorrection) -> Standing:
        raised = self._raised(correction)
        if correction.region == self.own:
            return self.office.raise_one(raised, asker=self.own, name=self.name)
        return parse_standing(self.courier.ask(correction.region, RAISE, raised_body(raised)))

    def _follow(self, correction: CaseCorrection) -> Standing:
        if correction.region == self.own:
            return self.office.standing(correction.place, asker=self.own)
        answer = self.courier.ask(correction.region, FOLLOW, poll_body(correction.place))
        return parse_standing(answer)

    def _raised(self, correction: CaseCorrection) -> RaisedCorrection:
        with self.unit_of_work() as work:
            case = work.cases.get(correction.place.case_id)
        matter = self.matters.version(case.matter_code, case.matter_version)
        material = matter.material(correction.place.material)
        owner = case.applicant if material is None else case.owner(material)
        return RaisedCorrection(correction=correction, proposed=proposal_of(correction, owner))


def _next(correction: CaseCorrection, standing: Standing | None, now: datetime) -> datetime | None:
    """Return when it is looked after next; None once nothing more is to be heard."""
    heard = standing.step if standing is not None else correction.step
    if now - correction.raised_at > _GIVEN_UP:
        return None
    if heard in ENDED:
        return None
    if heard is not None:
        return now + _LOOKED_AFTER
    pause: timedelta = _FIRST_PAUSE * (1 << min(correction.attempts, _MOST_DOUBLINGS))
    return now + min(pause, _LONGEST_PAUSE)
