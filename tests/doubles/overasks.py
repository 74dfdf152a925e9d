"""Refused over-asking in memory; passes the tests of the SQL one."""

from collections import Counter
from datetime import date
from itertools import islice

from certs.civil_dates import day_of
from certs.overasks import KeptOverAsk, OverAsk, OverAskCount


class MemoryOverAsks:
    def __init__(self, kept: list[OverAsk]) -> None:
        self._kept = kept

    def add(self, refusal: OverAsk) -> None:
        self._kept.append(refusal)

    def counts(self, first: date, last: date) -> tuple[OverAskCount, ...]:
        found = Counter(
            (day_of(item.at), item.department, item.matter)
            for item in self._kept
            if first <= day_of(item.at) <= last
        )
        return tuple(
            OverAskCount(day=day, department=department, matter=matter, refusals=refusals)
            for (day, department, matter), refusals in sorted(found.items())
        )

    def between(
        self, first: date, last: date, *, type_code: str = "", after: int = 0, limit: int
    ) -> tuple[KeptOverAsk, ...]:
        found = (
            KeptOverAsk(number=number, refusal=item)
            for number, item in enumerate(self._kept, start=1)
            if number > after
            and first <= day_of(item.at) <= last
            and type_code in {"", item.type_code}
        )
        return tuple(islice(found, limit))
