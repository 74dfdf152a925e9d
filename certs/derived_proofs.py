"""派生证明: one sentence about a license, said without what it is worked out from.

That the holder is of an age (年龄证明), without the date of birth; that the license is good for so
many days more (有效期证明), without its last day. It is worked out on the day it is asked.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from certs.civil_dates import whole_years
from certs.holder_codes import HolderCode, HolderCodeType
from certs.identifiers import CitizenNumber

AGES: Final = MappingProxyType({f"age-over-{age}": age for age in (14, 16, 18, 60)})
"""Ages in whole years (周岁), by the names that interfaces give them."""
TERMS: Final = MappingProxyType({f"valid-for-{days}": days for days in (30, 90, 365)})
"""Days for which a license is good, today among them, by the names that interfaces give them."""
PROOFS: Final = frozenset({*AGES, *TERMS})
HOLDS: Final = "是"
"""What such a sentence says; one that is not true is never made."""


def provable(holder: HolderCode, valid_to: date | None, today: date) -> tuple[str, ...]:
    """Return the names of the sentences that hold of a license, ages first.

    Args:
        holder: Whose it is.
        valid_to: Its last day; None for 长期.
        today: The day, in Beijing.
    """
    return (*_ages(holder, today), *_terms(valid_to, today))


def proofs_in(names: Iterable[str]) -> tuple[str, ...]:
    """Return which of ``names`` are of proofs, in their order."""
    return tuple(name for name in names if name in PROOFS)


def proof_label(name: str) -> tuple[str, str] | None:
    """Return the label of a proof, Chinese and English; None for other names."""
    if name in AGES:
        return f"已满{AGES[name]}周岁", f"At least {AGES[name]} years old"
    if name in TERMS:
        return f"有效期不少于{TERMS[name]}天", f"Good for {TERMS[name]} days at least"
    return None


def _ages(holder: HolderCode, today: date) -> tuple[str, ...]:
    """Return the ages of a holder; none of an organization, or where no code tells a birth."""
    if holder.code_type is not HolderCodeType.CITIZEN_NUMBER:
        return ()
    years = whole_years(CitizenNumber(holder.code).birth_date, today)
    return tuple(name for name, age in AGES.items() if years >= age)


def _terms(valid_to: date | None, today: date) -> tuple[str, ...]:
    """Return for how many days a license is good; one without an end is for all of them."""
    return tuple(
        name
        for name, days in TERMS.items()
        if valid_to is None or today + timedelta(days=days - 1) <= valid_to
    )
