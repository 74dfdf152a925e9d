"""Checks on certificates: does a path lead to the region's anchor, and was it good then?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from signing.certificates import Certificate
from signing.errors import InvalidPathError
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
from verify.checks import Check, Outcome
from verify.report import Finding
from verify.trust_lists import TrustedRegion

_OUTCOMES: Final = {
    RevocationState.GOOD: Outcome.OK,
    RevocationState.REVOKED: Outcome.BAD,
    RevocationState.UNKNOWN: Outcome.UNKNOWN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A certificate whose path is asked about.

    Attributes:
        path_check: The check that its path belongs to.
        revocation_check: The check that its revocation belongs to.
        used_at: When it was used.
    """

    certificate: Certificate
    intermediates: tuple[Certificate, ...]
    role: Role
    used_at: datetime
    path_check: Check
    revocation_check: Check


def check_chain(
    subject: Subject,
    region: TrustedRegion | None,
    *,
    lists: Iterable[RevocationList],
    now: datetime,
) -> tuple[Finding, ...]:
    """证书路径与吊销: path, role and times at the time of use; revocation as known now."""
    if region is None:
        unknown = Finding(
            check=subject.path_check, outcome=Outcome.UNKNOWN, reason="region-unknown"
        )
        return (unknown,)
    try:
        path = build_path(
            subject.certificate,
            intermediates=subject.intermediates,
            anchors=region.anchors_at(subject.used_at),
        )
    except InvalidPathError:
        return (Finding(check=subject.path_check, outcome=Outcome.BAD, reason="no-path"),)
    return (_path_finding(subject, path), _revocation_finding(subject, path, lists, now))


def check_expiry(certificate: Certificate, now: datetime) -> Finding:
    """证书到期: the signer's certificate is still in date; only a warning if it is not."""
    return Finding(
        check=Check.SEAL_CERTIFICATE_EXPIRY,
        outcome=Outcome.OK if certificate.is_valid_at(now) else Outcome.BAD,
        facts={"not_after": certificate.not_after.isoformat()},
    )


def _path_finding(subject: Subject, path: Path) -> Finding:
    facts = {"subject": subject.certificate.common_name}
    try:
        check_role(path, subject.role)
    except InvalidPathError:
        return Finding(
            check=subject.path_check, outcome=Outcome.BAD, reason="wrong-role", facts=facts
        )
    try:
        check_times(path, subject.used_at)
    except InvalidPathError:
        return Finding(
            check=subject.path_check, outcome=Outcome.BAD, reason="out-of-date", facts=facts
        )
    return Finding(check=subject.path_check, outcome=Outcome.OK, facts=facts)


def _revocation_finding(
    subject: Subject, path: Path, lists: Iterable[RevocationList], now: datetime
) -> Finding:
    revocation = revocation_of(path, lists=lists, at=now)
    # Without trusted time nobody can tell what was sealed before the revocation.
    since = {"since": revocation.since.isoformat()} if revocation.since else {}
    return Finding(
        check=subject.revocation_check,
        outcome=_OUTCOMES[revocation.state],
        facts=since,
        as_of=revocation.as_of,
    )
