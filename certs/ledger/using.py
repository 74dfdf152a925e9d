"""Entries of the log ``audit``: that a license's data were used, so that no use is forgotten.

A use says who looked at whose license, so the entry holds nothing but a digest with a salt; the
salt stays with the row of the use, and whoever may read that row can show that it stands there.
"""

from datetime import UTC

from certs import canonical
from certs.canonical import JsonValue
from certs.ledger.entries import LedgerEntry
from certs.marks import marks_text
from certs.usages import Usage
from signing.algorithms import sm3

USED = "used"


def used(usage: Usage, *, salt: str) -> LedgerEntry:
    """Return the entry of one use.

    Args:
        usage: The use.
        salt: 16 random bytes in hexadecimal.
    """
    return LedgerEntry(
        kind=USED,
        at=usage.at.replace(microsecond=0),
        organization="",
        digests=(usage_digest(usage, salt=salt),),
    )


def usage_digest(usage: Usage, *, salt: str) -> str:
    """Return SM3 over everything that was recorded of a use, in hexadecimal."""
    said: dict[str, JsonValue] = {
        "at": usage.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "basis": usage.basis,
        "fields": list(usage.fields),
        "identifier": usage.identifier,
        "purpose": usage.purpose,
        "salt": salt,
        "user": usage.user,
    }
    # Uses of before had none of these, and their digests stay what they were.
    more = {
        "case": usage.case_id,
        "grant": usage.grant_id,
        "marks": marks_text(usage.marks),
        "matter": usage.matter,
        "on_behalf_of": usage.on_behalf_of,
    }
    said |= {name: value for name, value in more.items() if value}
    return sm3(canonical.encode(said)).hex()
