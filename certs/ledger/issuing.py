"""Entries of the log ``issue``: that a license came into being, and what became of it.

Both are found by whoever has the license: by the digests of its files, which hold a random salt
and signatures, and by those of what was recorded about it.
"""

from datetime import UTC, datetime

from certs import canonical
from certs.ledger.entries import LedgerEntry
from certs.licenses import License
from certs.statuses import StatusEvent
from signing.algorithms import sm3

ISSUED = "issued"


def issued(license: License, event: StatusEvent) -> LedgerEntry:
    """Return the entry of a new license: each of its files by its digest."""
    return LedgerEntry(
        kind=ISSUED,
        at=event.recorded_at.replace(microsecond=0),
        organization=license.issuer_code,
        digests=license.files.names,
    )


def changed(record: str, organization: str, event: StatusEvent) -> LedgerEntry:
    """Return the entry of a change of status.

    Args:
        record: The SM3 digest of the license's record, in hexadecimal.
        organization: 统一社会信用代码 of the issuer.
        event: The change.
    """
    return LedgerEntry(
        kind=event.kind.value,
        at=event.recorded_at.replace(microsecond=0),
        organization=organization,
        digests=(event_digest(record, event),),
    )


def event_digest(record: str, event: StatusEvent) -> str:
    """Return what commits to a change: SM3 over the record's digest and all that was recorded.

    Whoever has the license and its history can work it out; nobody else learns the reason, or
    even which license it is.
    """
    said = {
        "actor": event.actor,
        "approver": event.approver,
        "decision_no": event.decision_no,
        "effective_at": _microseconds(event.effective_at),
        "kind": event.kind.value,
        "overturns": event.overturns,
        "reason": event.reason,
        "record": record,
        "recorded_at": _microseconds(event.recorded_at),
    }
    return sm3(canonical.encode(said)).hex()


def _microseconds(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="microseconds")
