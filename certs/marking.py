"""What of a license is marked: where it is about a child, and which fields are trade secrets.

All of it is kept with the row of the license, so that a release asks for nothing more.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from certs.catalogue import LicenseType
from certs.civil_dates import day_of
from certs.granting.grants import STANDING
from certs.holder_codes import HolderCode, HolderCodeType
from certs.identifiers import CitizenNumber
from certs.licenses import License
from certs.marks import Mark, ordered
from certs.records import LicenseRecord

_YEARS: Final = 14
_FILES: Final = "license."
"""Files of a license hold all that it says; no field is called so, and only its standing is."""


def fourteenth_birthday(born_on: date) -> date:
    """Return the day from which on somebody is a child no more; 1 March for 29 February."""
    try:
        return born_on.replace(year=born_on.year + _YEARS)
    except ValueError:
        return date(born_on.year + _YEARS, 3, 1)


def child_until(record: LicenseRecord, license_type: LicenseType | None) -> date | None:
    """Return until when, exclusive, a license is about a child; None where it never was.

    A child is known by the citizen number of the holder, or by the date of birth in a field that
    the type names. A license made when that day had passed was never about one.

    Args:
        record: What the license says.
        license_type: Its type; None where nobody knows it.
    """
    specs = license_type.fields if license_type is not None else ()
    told = [_by_field(record.fields.get(spec.name, "")) for spec in specs if spec.is_birth]
    known = [day for day in (child_by_code(record.holder), *told) if day is not None]
    until = max(known, default=None)
    return until if until is not None and until > record.issued_on else None


def child_by_code(code: HolderCode) -> date | None:
    """Return the fourteenth birthday of whom a code names; None where it does not tell."""
    if code.code_type is not HolderCodeType.CITIZEN_NUMBER:
        return None
    return fourteenth_birthday(CitizenNumber(code.code).birth_date)


def _by_field(text: str) -> date | None:
    try:
        return fourteenth_birthday(date.fromisoformat(text))
    except ValueError:
        return None


def secret_fields(license_type: LicenseType | None) -> frozenset[str]:
    """Return the fields that a type calls trade secrets, as records name them."""
    specs = license_type.fields if license_type is not None else ()
    return frozenset(spec.name for spec in specs if spec.is_trade_secret)


def is_about_child(license: License, at: datetime) -> bool:
    """Tell whether a license is about a child under 14 at a moment, by the day in Beijing."""
    return license.child_until is not None and day_of(at) < license.child_until


def marked_of(
    license: License, fields: Sequence[str], *, is_whole: bool, at: datetime
) -> dict[Mark, tuple[str, ...]]:
    """Return the marks of what is about to leave, each with the fields that have it.

    Args:
        license: The license.
        fields: Names of elements, fields and files.
        is_whole: All that the license says leaves, whatever the fields are.
        at: When it leaves.
    """
    found: dict[Mark, tuple[str, ...]] = {}
    if is_about_child(license, at):
        found[Mark.UNDER_14] = tuple(fields)
    secrets = license.secrets
    if secrets:
        telling = tuple(name for name in fields if name in secrets or _is_file(name))
        if telling or is_whole:
            found[Mark.TRADE_SECRET] = telling or tuple(fields)
    return found


def marks_of_whole(license: License, at: datetime) -> tuple[Mark, ...]:
    """Return the marks of all that a license says, and so of its files."""
    return ordered(marked_of(license, (), is_whole=True, at=at))


def _is_file(name: str) -> bool:
    return name.startswith(_FILES) and name != STANDING
