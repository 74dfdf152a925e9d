"""用证记录: one use of a license's data, visible to its holder."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from certs.marks import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Who was shown which fields of a license, when and what for; values are never logged.

    Attributes:
        identifier: 证照标识.
        at: When; before the data left.
        user: Which office or system.
        basis: Why it was allowed, a value of `certs.releases.BasisKind`; older releases wrote the
            same words.
        purpose: In plain words.
        fields: Names of the fields.
        matter: Code of the matter that it was for; empty where there is none.
        case_id: 办件编号; empty where there is none.
        grant_id: The grant that allowed it; empty where none did.
        on_behalf_of: For whom ``user`` acted (代谁办理); empty for nobody else.
        marks: What of it is protected more than other data.
    """

    identifier: str
    at: datetime
    user: str
    basis: str
    purpose: str
    fields: tuple[str, ...]
    matter: str = ""
    case_id: str = ""
    grant_id: str = ""
    on_behalf_of: str = ""
    marks: tuple[Mark, ...] = ()


class UsageLog(Protocol):
    """用证记录: who was shown what, written before anything is shown."""

    def add(self, *uses: Usage) -> None:
        """Append uses."""
        ...

    def count(self, identifier: str, *, user: str, basis: str, since: datetime) -> int:
        """Return how often somebody used a license on one basis since a moment.

        Whoever counts the same waits until this unit ends, so that a limit holds.
        """
        ...

    def count_of_grant(self, grant_id: str) -> int:
        """Return how often a grant was used, by whom it is passed on to as well.

        Whoever counts the same waits until this unit ends, so that a limit holds.
        """
        ...

    def of_license(self, identifier: str) -> tuple[Usage, ...]:
        """Return the uses of a license, newest first."""
        ...
