"""What is kept of a 一件事: an application, and the cases that it consists of."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from verify.outcomes.records import OutcomeWork
from verify.prefill.desk import FormBook

_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_LENGTH: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """一件事申请: cases of one applicant that were opened together; never changed afterwards.

    Attributes:
        id: T and 20 letters of base 32, random.
        one_thing: The code of the 一件事.
        cases: The cases, in the order of its matters.
        operator: The person at the window.
        opened_at: When.
    """

    id: str
    one_thing: str
    cases: tuple[str, ...]
    operator: str
    opened_at: datetime


def random_application_id() -> str:
    """Return an identifier of an application (100 random bits)."""
    return "T" + "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))


class ApplicationBook(Protocol):
    """Where applications are kept."""

    def add(self, application: Application) -> None:
        """Keep one.

        Raises:
            RecordRefusedError: A case is not there, belongs to another application, or is another
                applicant's or operator's than the first.
        """
        ...

    def get(self, application_id: str) -> Application:
        """Return one.

        Raises:
            ApplicationNotFoundError: There is none.
        """
        ...


class ApplicationWork(OutcomeWork, Protocol):
    """A unit of work over cases and the applications that they belong to."""

    @property
    def applications(self) -> ApplicationBook:
        """The applications."""
        ...

    @property
    def forms(self) -> FormBook:
        """The forms."""
        ...


OpenApplicationWork = Callable[[], ApplicationWork]
