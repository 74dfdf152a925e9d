"""The board of whoever supervises (看板): figures of some weeks, made ready to be drawn.

What is drawn is shares of 100, so that a page needs no arithmetic; each piece leads to the cases
behind it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from urllib.parse import urlencode

from verify.supervision.desk import SupervisionDesk, weeks_text
from verify.supervision.figures import Figures
from verify.supervision.tallies import Fact, Grouping, Weeks, monday_of

_FULL: Final = 100.0
_WEEK: Final = timedelta(days=6)
WAYS: Final[Mapping[str, tuple[str, str]]] = {
    "exempt": ("直接取消", "Abolished"),
    "e_license": ("电子证照", "E-license"),
    "data_check": ("数据共享核验", "Data check"),
    "department_check": ("部门核验", "Department check"),
    "commitment": ("告知承诺", "Declared"),
    "deferral": ("容缺办理", "Deferred"),
    "voluntary": ("自愿提交纸质", "Voluntary paper"),
    "demand": ("要求提交纸质", "Paper demanded"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One week of a chart over time.

    Attributes:
        label: Its Monday, as month and day.
        rate: The replacement rate; None where nothing was asked for.
        cases: How many cases were opened.
        address: Where the week is looked at by itself.
    """

    label: str
    rate: float | None
    cases: int
    address: str

    @property
    def height(self) -> float:
        """The rate, of 100."""
        return _FULL * (self.rate or 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a whole.

    Attributes:
        name: Its code, which styles know.
        start: Where it begins, of 100.
        length: How long it is, of 100.
        address: The cases behind it.
    """

    name: str
    zh: str
    en: str
    number: int
    start: float
    length: float
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """看板.

    Attributes:
        span: The first and the last day.
        total: All figures together; None where there were no cases.
        before: The same of as many weeks before; None where there were none.
        columns: Week by week, weeks without cases as well.
        parts: How materials were had that a rule spares.
        sources: What share of each week each source answered, as far as it was probed.
    """

    span: tuple[str, str]
    total: Figures | None
    before: Figures | None
    columns: Sequence[Column]
    parts: Sequence[Part]
    sources: Mapping[str, Sequence[Column]]

    @property
    def change(self) -> float | None:
        """By how much the replacement rate changed, in points; None where there is no other."""
        now = self.total.replacement_rate if self.total is not None else None
        then = self.before.replacement_rate if self.before is not None else None
        return None if now is None or then is None else _FULL * (now - then)


def board_of(desk: SupervisionDesk, weeks: Weeks) -> Board:
    """Return the board of some weeks."""
    length = weeks.last - weeks.first + 1
    total = _one(desk.figures(weeks))
    earlier = Weeks(first=weeks.first - length, last=weeks.first - 1)
    return Board(
        span=weeks_text(weeks),
        total=total,
        before=_one(desk.figures(earlier)),
        columns=_columns(desk, weeks),
        parts=() if total is None else parts_of(total, weeks_text(weeks)),
        sources=_sources(desk, weeks),
    )


def parts_of(total: Figures, span: tuple[str, str]) -> tuple[Part, ...]:
    """Return how materials were had, the ways that spared somebody something first."""
    demanded = sum(total.demanded.values())
    numbers = {way: total.number(Fact.DECISION, way) for way in WAYS} | {"demand": demanded}
    whole = sum(numbers.values())
    parts, start = [], 0.0
    for name, number in numbers.items():
        if number:
            length = _FULL * number / whole
            zh, en = WAYS[name]
            # Of demands there is a code for each reason, and no one for all of them.
            address = "#demanded" if name == "demand" else cases_address(Fact.DECISION, name, span)
            parts.append(
                Part(
                    name=name,
                    zh=zh,
                    en=en,
                    number=number,
                    start=start,
                    length=length,
                    address=address,
                )
            )
            start += length
    return tuple(parts)


def cases_address(fact: Fact, code: str, span: tuple[str, str]) -> str:
    """Return where the cases behind a figure are listed."""
    query = {"fact": fact.value, "code": code, "from": span[0], "to": span[1]}
    return f"/supervise/cases?{urlencode(query)}"


def _columns(desk: SupervisionDesk, weeks: Weeks) -> tuple[Column, ...]:
    found = {item.group: item for item in desk.figures(weeks, Grouping.WEEK)}
    columns = []
    for number in range(weeks.first, weeks.last + 1):
        figures = found.get(str(number))
        rate = figures.replacement_rate if figures is not None else None
        columns.append(_column(number, rate, cases=figures.cases if figures is not None else 0))
    return tuple(columns)


def _sources(desk: SupervisionDesk, weeks: Weeks) -> Mapping[str, Sequence[Column]]:
    numbers = range(weeks.first, weeks.last + 1)
    return {
        source: [_column(number, rate) for number, rate in zip(numbers, rates, strict=True)]
        for source, rates in desk.availability(weeks).items()
    }


def _column(number: int, rate: float | None, *, cases: int = 0) -> Column:
    monday = monday_of(number)
    query = {"from": monday.isoformat(), "to": (monday + _WEEK).isoformat()}
    return Column(
        label=f"{monday:%m-%d}", rate=rate, cases=cases, address=f"/supervise?{urlencode(query)}"
    )


def _one(found: Sequence[Figures]) -> Figures | None:
    return found[0] if found else None
