"""The desk of whoever supervises (监督台): figures, the cases behind them, what is published."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final, Protocol

from certs.civil_dates import day_of, start_of
from certs.corrections import DayLimits
from certs.overasks import KeptOverAsk, OverAskLog
from certs.transactions import Transaction
from verify.matters.catalogue import MatterCatalogue
from verify.matters.ways import Way
from verify.ports import Clock
from verify.supervision.figures import Figures, figures_of
from verify.supervision.tallies import (
    Fact,
    Grouping,
    TallyBook,
    Weeks,
    by_department,
    monday_of,
    week_number,
)

_USUAL: Final = timedelta(weeks=12)
_AT_ONCE: Final = 5_000
_LAST_WEEK: Final = 400_000


class RegisterFigures(Protocol):
    """What is counted in the registers themselves."""

    def licenses_in_force(self) -> Mapping[str, int]:
        """Return how many licenses are in force, by the code of their type."""
        ...

    def seal_uses(self, weeks: Weeks) -> int:
        """Return how often seals were used."""
        ...

    def seals_in_force(self, at: datetime) -> frozenset[str]:
        """Return the codes of the seals that may be used."""
        ...

    def seals_used(self, weeks: Weeks) -> frozenset[str]:
        """Return the codes of the seals that were used then."""
        ...

    def silent_minutes(self, weeks: Weeks) -> Mapping[str, float]:
        """Return how many minutes probes found each source down."""
        ...

    def sources_up(self, weeks: Weeks) -> Mapping[str, bool]:
        """Return whether each source that was probed then worked at last."""
        ...

    def correction_days(self, weeks: Weeks) -> Sequence[float]:
        """Return how many days corrections took that ended then."""
        ...


class SupervisionWork(Transaction, Protocol):
    """A unit of work over tallies and registers."""

    @property
    def tallies(self) -> TallyBook:
        """The tallies."""
        ...

    @property
    def overasks(self) -> OverAskLog:
        """What was refused because it went beyond."""
        ...

    @property
    def register_figures(self) -> RegisterFigures:
        """What is counted in the registers."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How sources and issuers did.

    Attributes:
        silent_minutes: Minutes that probes found each source down.
        correction_days: How long each correction took that ended then.
        uses: Uses of licenses (用证), by basis.
        licenses: Licenses in force, by the code of their type.
        licenses_used: How many licenses somebody used, each once, by the code of their type.
        seal_uses: Uses of seals (用印).
        seals: How many seals are in force.
        seals_used: How many of them were used.
    """

    silent_minutes: Mapping[str, float]
    correction_days: tuple[float, ...]
    uses: Mapping[str, int]
    licenses: Mapping[str, int]
    licenses_used: Mapping[str, int]
    seal_uses: int
    seals: int
    seals_used: int

    @property
    def license_use_rate(self) -> float | None:
        """用证率: licenses that somebody used as a share of those in force; None where none is.

        Never more than all: of those that were used some may have ended since.
        """
        used, in_force = sum(self.licenses_used.values()), sum(self.licenses.values())
        return _share(min(used, in_force), in_force)

    @property
    def seal_use_rate(self) -> float | None:
        """用印率: the share of the seals in force that were used; None where none is."""
        return _share(self.seals_used, self.seals)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicFigures:
    """What governments publish (公示).

    Attributes:
        licenses: Licenses in force, by the code of their type.
        matters: How many matters are handled.
        exempting: How many of them spare at least one material.
        used: How often licenses were used.
        exempted: How many materials nobody had to bring, by class of exemption.
        cases: How many cases were opened.
    """

    licenses: Mapping[str, int]
    matters: int
    exempting: int
    used: int
    exempted: Mapping[str, int]
    cases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisionDesk:
    """监督台 of one region.

    Attributes:
        unit_of_work: Opens a unit of work.
        matters: 事项清单, which says whose matter it is.
        clock: Tells the time.
        limits: How many days the answer to a correction may take.
    """

    unit_of_work: Callable[[], SupervisionWork]
    matters: MatterCatalogue
    clock: Clock
    limits: DayLimits = field(default_factory=DayLimits)

    def weeks(self, first: date | None = None, last: date | None = None) -> Weeks:
        """Return the weeks of two days; the last twelve weeks where none is named."""
        end = last or day_of(self.clock.now())
        start = first or end - _USUAL
        return Weeks(first=week_number(start), last=max(week_number(start), week_number(end)))

    def figures(self, weeks: Weeks, by: Grouping | None = None) -> tuple[Figures, ...]:
        """Return the figures of some weeks, told apart or together."""
        with self.unit_of_work() as work:
            work.only_read()
            found = work.tallies.read(weeks, by)
        if by is Grouping.DEPARTMENT:
            found = by_department(found, self._departments())
        return figures_of(found)

    def health(self, weeks: Weeks) -> Health:
        """Return how sources and issuers did in some weeks."""
        with self.unit_of_work() as work:
            work.only_read()
            found = figures_of(work.tallies.read(weeks, None))
            total = found[0] if found else Figures(group="", counts={})
            registers = work.register_figures
            seals = registers.seals_in_force(self.clock.now())
            return Health(
                silent_minutes=registers.silent_minutes(weeks),
                correction_days=tuple(registers.correction_days(weeks)),
                uses=total.of(Fact.USE),
                licenses=registers.licenses_in_force(),
                licenses_used=total.licenses_used(weeks.first),
                seal_uses=registers.seal_uses(weeks),
                seals=len(seals),
                seals_used=len(seals & registers.seals_used(weeks)),
            )

    def availability(self, weeks: Weeks) -> Mapping[str, tuple[float | None, ...]]:
        """Return what share of each week each source answered, week by week.

        Sources are probed all the time, and written down when something is wrong or changes: what
        worked at last and is not heard of still works. None stands for what nobody knows. Of the
        present week what is over counts.
        """
        now = self.clock.now()
        with self.unit_of_work() as work:
            work.only_read()
            registers = work.register_figures
            at_last = dict(registers.sources_up(Weeks(first=0, last=weeks.first - 1)))
            found = []
            for number in range(weeks.first, weeks.last + 1):
                week = Weeks(first=number, last=number)
                at_last |= registers.sources_up(week)
                found.append(_shares(number, dict(at_last), registers.silent_minutes(week), now))
        return {source: tuple(week.get(source) for week in found) for source in sorted(at_last)}

    def cases(
        self, weeks: Weeks, fact: Fact, code: str, *, after: str = "", limit: int = 100
    ) -> tuple[str, ...]:
        """Return the numbers of the cases behind a figure, in their order."""
        with self.unit_of_work() as work:
            work.only_read()
            return tuple(work.tallies.cases(weeks, fact, code, after=after, limit=limit))

    def overasks(
        self, weeks: Weeks, *, type_code: str = "", after: int = 0, limit: int = 100
    ) -> tuple[KeptOverAsk, ...]:
        """Return the requests that were refused because they went beyond, oldest first."""
        first, last = monday_of(weeks.first), monday_of(weeks.last + 1) - timedelta(days=1)
        with self.unit_of_work() as work:
            work.only_read()
            found = work.overasks.between(
                first, last, type_code=type_code, after=after, limit=limit
            )
        return tuple(found)

    def published(self) -> PublicFigures:
        """Return what is published: all weeks together, and nothing of any case."""
        with self.unit_of_work() as work:
            work.only_read()
            always = Weeks(first=0, last=_LAST_WEEK)
            found = figures_of(work.tallies.read(always, None))
            licenses = work.register_figures.licenses_in_force()
        total = found[0] if found else Figures(group="", counts={})
        latest = [self.matters.latest(code) for code in self.matters.codes()]
        return PublicFigures(
            licenses=licenses,
            matters=len(latest),
            exempting=sum(any(item.way is not Way.NONE for item in m.materials) for m in latest),
            used=sum(total.of(Fact.USE).values()),
            exempted=total.replaced,
            cases=total.cases,
        )

    def count(self) -> int:
        """Count what was noted since, in portions; return how many facts there were."""
        counted = 0
        while True:
            with self.unit_of_work() as work:
                portion = work.tallies.count_noted(_AT_ONCE)
                work.commit()
            counted += portion
            if portion < _AT_ONCE:
                return counted

    def _departments(self) -> dict[str, str]:
        latest = (self.matters.latest(code) for code in self.matters.codes())
        return {matter.code: matter.department_zh for matter in latest}


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def weeks_text(weeks: Weeks) -> tuple[str, str]:
    """Return the first and the last day of some weeks."""
    last = monday_of(weeks.last + 1) - timedelta(days=1)
    return monday_of(weeks.first).isoformat(), last.isoformat()


def _shares(
    week: int, at_last: Mapping[str, bool], silent: Mapping[str, float], now: datetime
) -> dict[str, float]:
    """Return what share of a week each source answered of which something is known."""
    minutes = _minutes_of(week, now)
    known = {source for source, is_up in at_last.items() if is_up} | silent.keys()
    return {source: max(0.0, 1 - silent.get(source, 0.0) / minutes) for source in known}


def _minutes_of(week: int, now: datetime) -> float:
    """Return how many minutes of a week are over; one at least."""
    begins = start_of(monday_of(week))
    over = min(now, begins + timedelta(weeks=1)) - begins
    return max(1.0, over / timedelta(minutes=1))
