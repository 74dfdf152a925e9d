"""Checks on an offline code (离线亮证码): is it in time, and shown by the device it is bound to?"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from certs.errors import MalformedCodeError
from certs.offline_codes import OfflineCode
from signing.errors import InvalidSignatureError
from verify.checks import Check, Outcome
from verify.report import Finding

SHOWN_WITHIN: Final = timedelta(seconds=90)
"""How old what a device shows may be, or how far its clock ahead of ours."""
CLOCK_SLACK: Final = timedelta(minutes=5)
"""How far ahead of our clock the clock of whoever signed the code may be."""


def read_offline_code(data: bytes) -> OfflineCode | None:
    """Return an offline code taken apart, not verified, or None if it is none."""
    try:
        return OfflineCode.parse(data) if data else None
    except MalformedCodeError:
        return None


def check_showing(data: bytes, at: datetime) -> Iterator[Finding]:
    """码的时效与出示: judged anew each time, as a code shown is another the next minute.

    Args:
        data: An offline code as it was scanned; nothing is said of what is none.
        at: The moment that the verdict is about.
    """
    brought = read_offline_code(data)
    if brought is None:
        return
    yield _validity(brought, at)
    if brought.claims.device is None:
        yield Finding(check=Check.CODE_BOUND, outcome=Outcome.UNKNOWN)
        return
    reason = _fault(brought, at)
    yield Finding(
        check=Check.CODE_SHOWING, outcome=Outcome.BAD if reason else Outcome.OK, reason=reason
    )


def _validity(brought: OfflineCode, at: datetime) -> Finding:
    claims = brought.claims
    reason = ""
    if at >= claims.expires_at:
        reason = "expired"
    elif claims.issued_at > at + CLOCK_SLACK:
        reason = "not-yet"
    return Finding(
        check=Check.CODE_VALIDITY,
        outcome=Outcome.BAD if reason else Outcome.OK,
        reason=reason,
        facts={"until": claims.expires_at.isoformat()},
    )


def _fault(brought: OfflineCode, at: datetime) -> str:
    """Return what is wrong with how a code is shown that is bound to a device; empty if nothing."""
    proof, device = brought.proof, brought.claims.device
    if proof is None or device is None:
        return "copied"
    try:
        proof.verify(device)
    except InvalidSignatureError:
        return "other-device"
    return "" if abs(at - proof.shown_at) <= SHOWN_WITHIN else "stale"
