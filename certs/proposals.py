"""Proposals (提议) of what needs two persons: one says what is to be done, another one confirms.

Nothing changes until somebody else has confirmed. Of one license or seal at most one proposal
waits at a time, so that whoever confirms sees all there is to decide.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, unique
from typing import Any, Final, Protocol

from certs.errors import ApproverRequiredError, ProposalClosedError
from certs.transactions import Transaction

MAX_PERSON: Final = 100
MAX_SUBJECT: Final = 200
MAX_NOTE: Final = 500


@unique
class ProposalSubject(StrEnum):
    """What a proposal is about."""

    LICENSE = "license"
    SEAL = "seal"


@unique
class ProposalOutcome(StrEnum):
    """What became of a proposal."""

    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"

    @property
    def zh(self) -> str:
        """The word for it."""
        return {"confirmed": "已复核执行", "rejected": "复核不同意", "withdrawn": "已撤回"}[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalEnd:
    """How a proposal ended, by whom, and why."""

    outcome: ProposalOutcome
    person: str
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One proposal.

    Attributes:
        id: 16 random bytes in hexadecimal.
        about: What it is about.
        subject: 证照标识 or 印章编码.
        content: The change, as the interface takes it; no personal data.
        proposed_by: A staff number (经办人).
        end: None while it waits.
    """

    id: str
    about: ProposalSubject
    subject: str
    content: Mapping[str, Any] = field(repr=False)
    proposed_by: str
    proposed_at: datetime
    end: ProposalEnd | None = None

    def check_end(self, end: ProposalEnd) -> None:
        """Refuse an end that this person cannot bring about.

        Raises:
            ProposalClosedError: It has ended already.
            ApproverRequiredError: Whoever proposed confirms it, or somebody else withdraws it.
        """
        if self.end is not None:
            raise ProposalClosedError(
                f"该提议{self.end.outcome.zh} · it has ended: {self.end.outcome}"
            )
        is_own = end.person.strip() == self.proposed_by.strip()
        if is_own and end.outcome is not ProposalOutcome.WITHDRAWN:
            raise ApproverRequiredError(
                "复核人不得是提议人 · whoever proposed it cannot confirm or reject it"
            )
        if not is_own and end.outcome is ProposalOutcome.WITHDRAWN:
            raise ApproverRequiredError("只有提议人可以撤回 · only whoever proposed it withdraws")


def new_proposal_id() -> str:
    """Return a fresh name for a proposal."""
    return secrets.token_hex(16)


class ProposalBook(Protocol):
    """Keeps proposals."""

    def add(self, proposal: Proposal) -> None:
        """Keep a new proposal.

        Raises:
            ProposalClosedError: Another one about the same waits already.
        """
        ...

    def get(self, proposal_id: str) -> Proposal:
        """Return a proposal.

        Raises:
            ProposalNotFoundError: There is none.
        """
        ...

    def waiting(self, limit: int) -> tuple[Proposal, ...]:
        """Return proposals that wait, the oldest first."""
        ...

    def ended(self, limit: int) -> tuple[Proposal, ...]:
        """Return proposals that have ended, the newest end first."""
        ...

    def waiting_about(self, about: ProposalSubject, subject: str) -> Proposal | None:
        """Return the proposal about a license or seal that waits, or None."""
        ...

    def end(self, proposal_id: str, end: ProposalEnd) -> None:
        """Keep how a proposal ended.

        Raises:
            ProposalClosedError: Somebody was faster.
        """
        ...


class ProposalWork(Transaction, Protocol):
    """A unit of work over proposals."""

    @property
    def proposals(self) -> ProposalBook:
        """The proposals within this transaction."""
        ...
