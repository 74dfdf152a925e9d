"""Checks on timestamps (时间戳): whether somebody trusted saw a signature, and when."""

from collections.abc import Callable, Iterator
from datetime import datetime

from signing.errors import InvalidPathError, InvalidSignatureError, MalformedStructureError
from signing.paths import (
    Path,
    RevocationState,
    build_path,
    check_role,
    check_times,
    revocation_of,
)
from signing.revocation_lists import RevocationList
from signing.roles import Role
from signing.timestamp_tokens import Token, parse_token
from verify.checks import Check, Outcome
from verify.readings import Reading, SignatureKind
from verify.report import Finding
from verify.trust_lists import TrustedRegion, TrustList

ListsOf = Callable[[TrustedRegion], tuple[RevocationList, ...]]


def trusted_times(
    readings: tuple[Reading, ...],
    trust: TrustList | None,
    *,
    lists_of: ListsOf,
    now: datetime,
) -> tuple[tuple[Finding, ...], dict[int, datetime]]:
    """时间戳可信: a timestamp comes from an authority below an anchor of the trust list.

    Returns:
        One finding for each timestamp, and by signature the earliest moment that a trusted
        clock gave it.
    """
    findings: list[Finding] = []
    times: dict[int, datetime] = {}
    for reading in readings:
        token = _token(reading)
        if token is None:
            continue
        reason = _distrust(token, trust, lists_of, now)
        findings.append(
            Finding(
                check=Check.TIMESTAMP_TRUSTED,
                signature=reading.number,
                outcome=Outcome.UNKNOWN if reason else Outcome.OK,
                reason=reason,
                facts={
                    "authority": token.certificate.common_name,
                    "time": token.time.isoformat(),
                },
            )
        )
        if not reason:
            for number in _proven_by(reading, readings):
                times[number] = min(times.get(number, token.time), token.time)
    return tuple(findings), times


def _proven_by(reading: Reading, readings: tuple[Reading, ...]) -> Iterator[int]:
    """Yield the signatures that were there when the token was given.

    A token over a document lies behind what it covers, so earlier signatures are in it.
    """
    if reading.kind is SignatureKind.TIMESTAMP and reading.intact:
        yield from {item.number for item in readings if item.number <= reading.number}
    elif reading.kind is not SignatureKind.TIMESTAMP:
        yield reading.number


def _token(reading: Reading) -> Token | None:
    """Return the token of a reading if it is one and is over this signature."""
    if not reading.timestamp:
        return None
    try:
        token = parse_token(reading.timestamp)
        token.verify(reading.stamped)
    except (MalformedStructureError, InvalidSignatureError):
        return None
    return token


def _distrust(token: Token, trust: TrustList | None, lists_of: ListsOf, now: datetime) -> str:
    """Return why the token's clock is not believed; empty if it is."""
    found = trusted_clock(token, trust)
    if found is None:
        return "unknown-authority"
    path, region = found
    # A stolen clock can be set back, so no token of a revoked one proves anything.
    if revocation_of(path, lists=lists_of(region), at=now).state is not RevocationState.GOOD:
        return "revocation"
    return ""


def trusted_clock(token: Token, trust: TrustList | None) -> tuple[Path, TrustedRegion] | None:
    """Return how a token's authority leads to a trusted region, valid at the token's own time.

    None if it does not; whether it was revoked is for the caller.
    """
    region = None
    if trust is not None:
        region = trust.region_above(token.certificate, intermediates=token.others, at=token.time)
    if region is None:
        return None
    try:
        path = build_path(
            token.certificate,
            intermediates=token.others,
            anchors=region.anchors_at(token.time),
        )
        check_role(path, Role.TIMESTAMP)
        check_times(path, token.time)
    except InvalidPathError:
        return None
    return path, region
