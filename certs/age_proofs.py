"""年龄证明: that the holder of a license is of an age, said without the date of birth.

The sentence is worked out from the citizen number that the license was issued to, on the day it
is asked.
"""

from collections.abc import Iterable
from datetime import date
from types import MappingProxyType
from typing import Final

from certs.civil_dates import whole_years
from certs.holder_codes import HolderCode, HolderCodeType
from certs.identifiers import CitizenNumber

AGES: Final = MappingProxyType({f"age-over-{age}": age for age in (14, 16, 18, 60)})
"""Ages in whole years (周岁), by the names that interfaces give them."""
HOLDS: Final = "是"
"""What such a sentence says; one that is not true is never made."""


def provable(holder: HolderCode, today: date) -> tuple[str, ...]:
    """Return the names of the ages that a holder has, youngest first.

    None of an organization, or of somebody whose code tells no date of birth.
    """
    if holder.code_type is not HolderCodeType.CITIZEN_NUMBER:
        return ()
    years = whole_years(CitizenNumber(holder.code).birth_date, today)
    return tuple(name for name, age in AGES.items() if years >= age)


def proofs_in(names: Iterable[str]) -> tuple[str, ...]:
    """Return which of ``names`` are of age proofs, in their order."""
    return tuple(name for name in names if name in AGES)


def proof_label(name: str) -> tuple[str, str] | None:
    """Return the label of an age proof, Chinese and English; None for other names."""
    age = AGES.get(name)
    return (f"已满{age}周岁", f"At least {age} years old") if age is not None else None
