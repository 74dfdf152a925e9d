"""申请成为社会核验机构: what an enterprise asks to see of licenses, and what became of that."""

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from certs.errors import VerifierRefusedError
from certs.masking import redact
from certs.verifiers import VerifierWork

MOST_WAITING: Final = 3
"""How many of one enterprise wait at a time."""
MOST_REASON: Final = 200
_NUMBER_BYTES: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationOutcome:
    """What was decided about an application.

    Attributes:
        verifier: The name of the registration that came of it; empty where it was refused.
        reason: Why it was refused; empty where it was not.

    Raises:
        VerifierRefusedError: Refused without a reason, or with a number of somebody.
    """

    at: datetime
    by: str
    verifier: str = ""
    reason: str = ""

    def __post_init__(self) -> None:
        if self.verifier:
            return
        if not 0 < len(self.reason) <= MOST_REASON or redact(self.reason) != self.reason:
            raise VerifierRefusedError(
                "请写明不予登记的理由，不含证件号码 · say why not, without numbers of people"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifierApplication:
    """One application of an enterprise.

    Attributes:
        number: What it is called.
        applicant_key: The enterprise's look-up key.
        title: Its name, as whoever vouches for identities gave it.
        license_types: Codes of types.
        fields: Names of elements, fields and proofs.
        applied_by: The opaque name of whoever applied for it.
        outcome: What was decided; None while it waits.
    """

    number: str
    applicant_key: str
    title: str
    purpose: str
    license_types: frozenset[str]
    fields: frozenset[str]
    applied_at: datetime
    applied_by: str
    outcome: ApplicationOutcome | None = None


def new_number() -> str:
    """Return a fresh number: ``V`` and 20 letters."""
    text = base64.b32encode(secrets.token_bytes(_NUMBER_BYTES)).decode("ascii").rstrip("=")
    return f"V{text}"


class VerifierApplicationBook(Protocol):
    """Keeps applications; nothing of them is ever changed, only decided."""

    def add(self, application: VerifierApplication) -> None:
        """Keep one that waits.

        Raises:
            VerifierRefusedError: As many of this enterprise wait as may.
        """
        ...

    def decide(self, number: str, outcome: ApplicationOutcome) -> None:
        """Keep what was decided.

        Raises:
            VerifierRefusedError: It was decided before.
        """
        ...

    def find(self, number: str) -> VerifierApplication | None:
        """Return one, or None."""
        ...

    def of_applicant(self, key: str) -> tuple[VerifierApplication, ...]:
        """Return those of an enterprise, newest first."""
        ...

    def waiting(self) -> tuple[VerifierApplication, ...]:
        """Return what waits, oldest first."""
        ...


class VerifierApplicationWork(VerifierWork, Protocol):
    """A unit of work over applications and what comes of them."""

    @property
    def verifier_applications(self) -> VerifierApplicationBook:
        """The applications within this transaction."""
        ...
