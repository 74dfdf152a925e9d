"""Who may call this instance (访问凭证): bearer tokens with one role, kept by their digest.

The identity of people comes from outside later; until then a token names a person.
"""

import base64
import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum, unique
from typing import Final, Protocol

from signing.algorithms import sm3

_TOKEN_BYTES: Final = 24


@unique
class CallerRole(StrEnum):
    """What a caller is here for."""

    ISSUER = "issuer"
    """发证部门: a maker, checker, seal keeper and seal approver in one, for small departments."""
    WINDOW = "window"
    CITIZEN = "citizen"
    ORG_ADMIN = "org_admin"
    """企业证照管理员: acts for an enterprise, and appoints agents."""
    ORG_AGENT = "org_agent"
    """企业经办人: acts for an enterprise as far as the appointment goes."""
    MAKER = "maker"
    """制证员: issues licenses and proposes changes; confirms none."""
    CHECKER = "checker"
    """复核员: confirms changes of licenses that others propose; proposes none."""
    SEAL_KEEPER = "seal_keeper"
    """印章管理员: keeps seals and proposes changes of them."""
    SEAL_APPROVER = "seal_approver"
    """印章审批人: confirms changes of seals that others propose."""
    ARCHIVIST = "archivist"
    """档案员: reads and finds packages, and proposes to dispose of them."""
    SUPERVISOR = "supervisor"
    """监督人员: reads figures and the numbers of cases, and nobody's license."""
    AUDITOR = "auditor"
    """安全审计员: reads what was decided and what the ledger holds; changes nothing."""
    SYSTEM_ADMIN = "system_admin"
    """系统管理员: keeps the instance running; gives nobody anything, reads no license."""
    SECURITY_ADMIN = "security_admin"
    """安全管理员: gives people and systems their roles and takes them away."""


ORG_ROLES: Final = (CallerRole.ORG_ADMIN, CallerRole.ORG_AGENT)
"""The roles of people who act for an enterprise by an appointment."""
HOLDER_ROLES: Final = (CallerRole.CITIZEN, *ORG_ROLES)
"""The roles of who holds licenses, and of those who act for one that does."""
STAFF_ROLES: Final = tuple(role for role in CallerRole if role not in HOLDER_ROLES)
"""The roles of people who work here."""
ADMINISTRATORS: Final = (CallerRole.AUDITOR, CallerRole.SYSTEM_ADMIN, CallerRole.SECURITY_ADMIN)
"""三员: whoever is one of these is nothing else (三员分立); the database holds it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessGrant:
    """What stands behind a token.

    Attributes:
        person: Staff number or, for citizens, an opaque name.
        holder_key: A holder's look-up key in the register; empty for staff.
        holder_shown: A holder's name as the pages show it; empty for staff.
        actor_key: The look-up key of the person who acts for an enterprise; empty for everybody
            else, and where the provider does not tell it.
        appointment: The appointment (企业任命) that the person acts by; empty for none.
        expires_at: None for tokens that only an administrator ends.
    """

    person: str
    role: CallerRole
    holder_key: str = ""
    holder_shown: str = ""
    actor_key: str = ""
    appointment: str = ""
    expires_at: datetime | None = None

    @property
    def is_holder(self) -> bool:
        """Whether it is for a holder's own licenses."""
        return self.role in HOLDER_ROLES

    def until(self, moment: datetime) -> "AccessGrant":
        """Return it as ending at a moment, or earlier where it ends earlier."""
        end = moment if self.expires_at is None else min(moment, self.expires_at)
        return replace(self, expires_at=end)


def new_token() -> str:
    """Return a fresh token, 39 letters of base32."""
    return base64.b32encode(secrets.token_bytes(_TOKEN_BYTES)).decode("ascii").rstrip("=")


def token_digest(token: str) -> str:
    """Return what is stored of a token: SM3 in hexadecimal."""
    return sm3(token.encode("utf-8", "surrogatepass")).hex()


class AccessRepository(Protocol):
    """Access tokens, kept by their digest."""

    def add(self, digest: str, grant: AccessGrant) -> None:
        """Store what stands behind a token.

        Raises:
            SeparatedDutiesError: The person administers in another way, or does daily work.
        """
        ...

    def find(self, digest: str, *, at: datetime) -> AccessGrant | None:
        """Return the grant behind a token that is good at ``at``, or None."""
        ...

    def remove(self, digest: str) -> None:
        """End a token."""
        ...

    def of_staff(self, *, at: datetime) -> tuple[AccessGrant, ...]:
        """Return what stands behind the tokens of people who work here, by person.

        A session that was opened without a token rests on one that nobody knows; it is among them.
        """
        ...

    def remove_all(self, person: str, role: CallerRole) -> int:
        """End a person's tokens in a role, and what was opened with them; return how many."""
        ...

    def forget(self, before: datetime) -> int:
        """Remove tokens that ended before a moment; return how many."""
        ...
