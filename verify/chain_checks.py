"""Checks on certificates: does a path lead to an anchor, was it good then, is it good now?

Two times matter. A path is judged when it was used; revocation is asked for now. Whoever holds
a key chooses the time in a signature, so what a revoked certificate signed "before" stands only
if somebody else's clock says so.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from signing.certificates import Certificate
from signing.errors import InvalidPathError
from signing.paths import (
    Path,
    Revocation,
    RevocationState,
    build_path,
    check_role,
    check_times,
    revocation_of,
)
from signing.revocation_lists import RevocationList
from signing.roles import Role
from signing.seals import Seal
from verify.checks import Check, Outcome
from verify.report import Finding
from verify.trust_lists import TrustedRegion

NO_TRUSTED_TIME: Final = "no-trusted-time"
"""Why a revoked certificate leaves open what it signed before: nobody saw when that was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateChecks:
    """The names of the checks on one kind of certificate."""

    path: Check
    revocation: Check
    expiry: Check | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A certificate whose path is asked about.

    Attributes:
        signature: The signature it belongs to; 0 for the record's.
        roles: What it may be for.
        used_at: When it says it was used; None if nothing says so.
        proven_at: When somebody trusted saw that it had been used; None if nobody did.
        seal: The seal that was used with it.
        timeless: What it means that the certificate has ended and nothing says when it was used.
    """

    certificate: Certificate
    intermediates: tuple[Certificate, ...]
    roles: frozenset[Role]
    used_at: datetime | None
    checks: CertificateChecks
    signature: int = 0
    proven_at: datetime | None = None
    seal: Seal | None = None
    timeless: Outcome = Outcome.UNKNOWN

    def finding(
        self,
        check: Check,
        outcome: Outcome,
        reason: str = "",
        facts: Mapping[str, str] | None = None,
        as_of: datetime | None = None,
    ) -> Finding:
        """Return a finding about this certificate."""
        return Finding(
            check=check,
            signature=self.signature,
            outcome=outcome,
            reason=reason,
            facts={"subject": self.certificate.common_name} if facts is None else facts,
            as_of=as_of,
        )


def check_chain(
    subject: Subject,
    region: TrustedRegion | None,
    *,
    lists: Iterable[RevocationList],
    now: datetime,
) -> tuple[Finding, ...]:
    """证书路径与吊销: path, role and times when it was used; revocation as known now."""
    then = subject.used_at or now
    check = subject.checks.path
    if not subject.certificate.is_valid_at(then):
        if subject.used_at is None:
            return (subject.finding(check, subject.timeless, "no-time"),)
        return (subject.finding(check, Outcome.BAD, "out-of-date"),)
    if region is None:
        return (subject.finding(check, Outcome.UNKNOWN, "region-unknown"),)
    try:
        path = build_path(
            subject.certificate,
            intermediates=subject.intermediates,
            anchors=region.anchors_at(then),
        )
    except InvalidPathError:
        return (subject.finding(check, Outcome.BAD, "no-path"),)
    revocation = revocation_of(path, lists=lists, at=now)
    return (
        _path_finding(subject, path, revocation, then),
        _revocation_finding(subject, revocation),
    )


def check_expiry(subject: Subject, now: datetime) -> Finding | None:
    """证书到期: the signer's certificate is still in date; only a warning if it is not."""
    if subject.checks.expiry is None:
        return None
    certificate = subject.certificate
    return subject.finding(
        subject.checks.expiry,
        Outcome.OK if certificate.is_valid_at(now) else Outcome.BAD,
        facts={"not_after": certificate.not_after.isoformat()},
    )


def _path_finding(subject: Subject, path: Path, revocation: Revocation, then: datetime) -> Finding:
    check = subject.checks.path
    if not _has_a_role(path, subject.roles):
        return subject.finding(check, Outcome.BAD, "wrong-role")
    try:
        check_times(path, then)
    except InvalidPathError:
        return subject.finding(check, Outcome.BAD, "out-of-date")
    if revocation.since is not None and revocation.since <= then:
        return subject.finding(
            check, Outcome.BAD, "revoked", {"since": revocation.since.isoformat()}
        )
    return subject.finding(check, Outcome.OK)


def _has_a_role(path: Path, roles: Iterable[Role]) -> bool:
    for role in roles:
        try:
            check_role(path, role)
        except InvalidPathError:
            continue
        return True
    return False


def _revocation_finding(subject: Subject, revocation: Revocation) -> Finding:
    check, as_of = subject.checks.revocation, revocation.as_of
    match revocation.state:
        case RevocationState.GOOD:
            return subject.finding(check, Outcome.OK, facts={}, as_of=as_of)
        case RevocationState.UNKNOWN:
            return subject.finding(check, Outcome.UNKNOWN, facts={}, as_of=as_of)
        case RevocationState.REVOKED:
            return _revoked(subject, revocation)


def _revoked(subject: Subject, revocation: Revocation) -> Finding:
    """Tell what a revoked certificate signed before from what it may have signed after."""
    check, since = subject.checks.revocation, revocation.since
    facts = {"since": since.isoformat()} if since is not None else {}
    if since is None or (subject.used_at is not None and since <= subject.used_at):
        return subject.finding(check, Outcome.BAD, facts=facts, as_of=revocation.as_of)
    if subject.proven_at is not None and subject.proven_at < since:
        facts["proven"] = subject.proven_at.isoformat()
        return subject.finding(check, Outcome.OK, "proven-before", facts, revocation.as_of)
    return subject.finding(check, Outcome.UNKNOWN, NO_TRUSTED_TIME, facts, revocation.as_of)
