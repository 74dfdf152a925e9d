"""用证记录: one use of a license's data, visible to its holder."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Who was shown which fields of a license, when and what for; values are never logged.

    Attributes:
        identifier: 证照标识.
        at: When; before the data left.
        user: Which office or system.
        basis: Why it was allowed: ``display-code``, ``case``, ``grant``, ``register`` (the
            issuer's own), ``data-check`` (a register was asked yes or no),
            ``info-check`` (data that somebody knew was compared) and
            ``info-mismatch`` (it was not right).
        purpose: In plain words.
        fields: Names of the fields.
    """

    identifier: str
    at: datetime
    user: str
    basis: str
    purpose: str
    fields: tuple[str, ...]


class UsageLog(Protocol):
    """用证记录: who was shown what, written before anything is shown."""

    def add(self, usage: Usage) -> None:
        """Append one use."""
        ...

    def count(self, identifier: str, *, user: str, basis: str, since: datetime) -> int:
        """Return how often somebody used a license on one basis since a moment.

        Whoever counts the same waits until this unit ends, so that a limit holds.
        """
        ...

    def of_license(self, identifier: str) -> tuple[Usage, ...]:
        """Return the uses of a license, newest first."""
        ...
