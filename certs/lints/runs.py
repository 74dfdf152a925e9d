"""Looks over the stock (存量检查): what is looked at, and how far a look has come."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StockScope:
    """Which licenses are looked at, and how closely.

    Attributes:
        type_code: Of this type only; empty for all.
        since: Sealed since then only; None for all.
        has_ended: Those that have ended too.
        opens_files: Files are opened and verified as well.
    """

    type_code: str = ""
    since: datetime | None = None
    has_ended: bool = False
    opens_files: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class LintRun:
    """One look over the stock.

    Attributes:
        number: Counted from 1.
        after: The place in the register up to which it has come.
        licenses: How many licenses were looked at.
        found: How many findings there were, old and new.
        finished_at: When it came to the end; None while it is on its way.
    """

    number: int
    scope: StockScope
    started_at: datetime
    after: int = 0
    licenses: int = 0
    found: int = 0
    finished_at: datetime | None = None
