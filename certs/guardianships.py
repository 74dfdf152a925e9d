"""监护 (guardianship): who acts for a child, since when, and until the child is of age.

No register of guardians can be asked, so a window registers what it was shown, and a second person
confirms it. It ends by itself when the child is eighteen. Source: 民法典 §§ 17-20, 27.
"""

import base64
import re
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum, unique
from typing import Final, Protocol

from certs.civil_dates import day_of
from certs.errors import GuardianshipRefusedError
from certs.holder_codes import HolderCode, HolderCodeType
from certs.identifiers import CitizenNumber
from certs.masking import redact
from certs.transactions import Transaction

OF_AGE: Final = 18
_NUMBER_BYTES: Final = 12
_NUMBER: Final = re.compile(r"U[A-Z2-7]{20}")
_MOST_NAME: Final = 100
_MOST_REFERENCE: Final = 128


@unique
class GuardianBasis(StrEnum):
    """What a window was shown."""

    BIRTH = "birth-certificate"
    """出生医学证明."""
    HOUSEHOLD = "household-register"
    """户口簿."""
    JUDGEMENT = "judgement"
    """判决、裁定."""
    APPOINTMENT = "appointment"
    """居民委员会、村民委员会或民政部门指定."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guardianship:
    """One guardian of one child.

    Attributes:
        number: What it is called.
        child_key: The child's look-up key in the register; ``guardian_key`` likewise.
        child_shown: The child's name as pages show it; ``guardian_shown`` likewise.
        reference: Number of what was shown, without numbers of people; empty for none.
        until: The eighteenth birthday: from that day on nobody acts for the child.
        confirmed_at: When a second person confirmed it; None while it waits.
        ended_at: When it was ended; None while it was not.

    Raises:
        GuardianshipRefusedError: A part is none, or it is one's own.
    """

    number: str
    child_key: str
    child_shown: str
    guardian_key: str
    guardian_shown: str
    basis: GuardianBasis
    reference: str
    until: date
    proposed_at: datetime
    proposed_by: str
    confirmed_at: datetime | None = None
    confirmed_by: str = ""
    ended_at: datetime | None = None

    def __post_init__(self) -> None:
        if not self.child_key or not self.guardian_key or self.child_key == self.guardian_key:
            raise GuardianshipRefusedError("监护人须是另一人 · a guardian is somebody else")
        for name in (self.child_shown, self.guardian_shown):
            if not 0 < len(name) <= _MOST_NAME:
                raise GuardianshipRefusedError("须写明双方姓名 · name them both")
        if len(self.reference) > _MOST_REFERENCE or redact(self.reference) != self.reference:
            raise GuardianshipRefusedError(
                "依据编号过长或含居民身份证号 · the reference is too long, or a citizen number"
            )
        if day_of(self.proposed_at) >= self.until:
            raise GuardianshipRefusedError("本人已满十八周岁 · who is eighteen has no guardian")

    def stands(self, at: datetime) -> bool:
        """Tell whether the guardian may act at a moment."""
        is_open = self.confirmed_at is not None and self.ended_at is None
        return is_open and day_of(at) < self.until


def eighteenth_birthday(code: HolderCode) -> date:
    """Return the day from which on somebody is of age; 1 March for 29 February.

    Raises:
        GuardianshipRefusedError: The code tells no date of birth.
    """
    if code.code_type is not HolderCodeType.CITIZEN_NUMBER:
        raise GuardianshipRefusedError(
            "须凭公民身份号码登记未成年人 · a child is registered by its citizen number"
        )
    born_on = CitizenNumber(code.code).birth_date
    try:
        return born_on.replace(year=born_on.year + OF_AGE)
    except ValueError:
        return date(born_on.year + OF_AGE, 3, 1)


def new_number() -> str:
    """Return a fresh number: ``U`` and 20 letters."""
    text = base64.b32encode(secrets.token_bytes(_NUMBER_BYTES)).decode("ascii").rstrip("=")
    return f"U{text}"


def is_guardianship_number(text: str) -> bool:
    """Tell whether a text looks like what a guardianship is called."""
    return _NUMBER.fullmatch(text) is not None


class GuardianshipBook(Protocol):
    """Keeps guardianships; nothing of them is ever changed, only added to."""

    def propose(self, guardianship: Guardianship) -> None:
        """Keep one that waits for a second person."""
        ...

    def confirm(self, number: str, *, at: datetime, by: str) -> None:
        """Keep that a second person confirmed one.

        Raises:
            GuardianshipRefusedError: Whoever proposed it confirms, or it was confirmed or ended.
        """
        ...

    def end(self, number: str, *, at: datetime, by: str) -> bool:
        """End one, confirmed or not; False if there is none that could be ended."""
        ...

    def find(self, number: str) -> Guardianship | None:
        """Return one, or None."""
        ...

    def of_guardian(self, key: str) -> tuple[Guardianship, ...]:
        """Return those of a guardian, oldest first."""
        ...

    def of_child(self, key: str) -> tuple[Guardianship, ...]:
        """Return those of a child, oldest first."""
        ...

    def waiting(self, limit: int) -> tuple[Guardianship, ...]:
        """Return what waits for a second person, oldest first."""
        ...


class GuardianshipWork(Transaction, Protocol):
    """A unit of work over guardianships."""

    @property
    def guardianships(self) -> GuardianshipBook:
        """The guardianships within this transaction."""
        ...
