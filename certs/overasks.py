"""Over-asking (超范围调用): somebody wanted more of a license than is registered for the matter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from certs.marks import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class OverAsk:
    """One refusal. It names no license and no holder, and holds no value.

    Attributes:
        user: Which office, person or system wanted it.
        department: Who handles the matter; empty where that is not said.
        matter: Code of the matter; empty where none was named.
        type_code: 证照类型代码.
        case_id: 办件编号; empty where there is none.
        fields: What went beyond.
        region: 行政区划 of the issuer; empty where older releases did not say it.
        marks: What is protected more, and wanted without a duty or an agreement; where there are
            some, ``fields`` are those that have them.
    """

    at: datetime
    user: str
    department: str
    matter: str
    type_code: str
    case_id: str
    fields: tuple[str, ...]
    region: str = ""
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptOverAsk:
    """A refusal with the number under which it is kept."""

    number: int
    refusal: OverAsk


@dataclass(frozen=True, slots=True, kw_only=True)
class OverAskCount:
    """How often a department wanted too much for a matter on a day (Beijing)."""

    department: str
    matter: str
    day: date
    refusals: int


class OverAskLog(Protocol):
    """Keeps refusals; nothing in it is changed."""

    def add(self, refusal: OverAsk) -> None:
        """Append one refusal."""
        ...

    def counts(self, first: date, last: date) -> Sequence[OverAskCount]:
        """Return the refusals of days, both counted in, by department, matter and day."""
        ...

    def between(
        self, first: date, last: date, *, type_code: str = "", after: int = 0, limit: int
    ) -> Sequence[KeptOverAsk]:
        """Return refusals of days, both counted in, in the order in which they were kept.

        Args:
            first: The first day (Beijing).
            last: The last day.
            type_code: 证照类型代码; empty for all.
            after: The number of the last one that is known already.
            limit: How many at most.
        """
        ...
