"""Where the corrections of cases are kept, and who takes them in."""

from datetime import datetime
from typing import Protocol

from certs.regions import RegionCode
from verify.acceptance.places import Place
from verify.case_corrections.records import CaseCorrection, RaisedCorrection, Standing


class CaseCorrectionBook(Protocol):
    """The corrections that cases raised (办件纠错)."""

    def add(self, correction: CaseCorrection) -> None:
        """Keep a correction with the decision that raises it; it is due at once."""
        ...

    def of_case(self, case_id: str) -> tuple[CaseCorrection, ...]:
        """Return the corrections of a case."""
        ...

    def take(self, limit: int, *, now: datetime, until: datetime) -> tuple[CaseCorrection, ...]:
        """Return what is due, the longest waiting first, and make it due again ``until``."""
        ...

    def note(self, place: Place, standing: Standing | None, *, until: datetime | None) -> None:
        """Note how a correction stands, if that was heard, and when to ask next; None: never."""
        ...


class CorrectionOffice(Protocol):
    """Whoever takes corrections of this region's licenses in (纠错受理)."""

    def raise_one(self, raised: RaisedCorrection, *, asker: RegionCode, name: str) -> Standing:
        """Take a correction in; the same again is no other.

        Raises:
            ShareError: There is no such license here, or it cannot be corrected so.
        """
        ...

    def standing(self, place: Place, *, asker: RegionCode) -> Standing:
        """Return how a region's own correction stands.

        Raises:
            ShareError: There is none.
        """
        ...
