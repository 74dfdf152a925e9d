"""Certificate paths (证书链) to an anchor, at an explicit time.

Every rule is its own function with its own error, so that a report can say which one broke.
Source: RFC 5280 §6, restricted: no policies, no name constraints, names equal byte for byte.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique
from functools import lru_cache
from typing import Final

from signing.certificates import Certificate
from signing.errors import InvalidPathError, InvalidSignatureError, MalformedStructureError
from signing.revocation_lists import RevocationList
from signing.roles import Role

_MAX_PATH: Final = 6
_KEPT: Final = 8192
"""Signatures that are not verified twice."""
_SIGNING_USAGES: Final = frozenset({"digital_signature", "non_repudiation"})


@dataclass(frozen=True, slots=True)
class Path:
    """Certificates from the leaf to the anchor, both included."""

    certificates: tuple[Certificate, ...]

    @property
    def leaf(self) -> Certificate:
        """The certificate that the path is for."""
        return self.certificates[0]

    @property
    def anchor(self) -> Certificate:
        """The certificate that is trusted by itself."""
        return self.certificates[-1]


@unique
class RevocationState(StrEnum):
    """What the lists say about a path."""

    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Revocation:
    """What the lists say about a path, and since when.

    Attributes:
        since: The earliest revocation time, when revoked.
        as_of: The oldest ``this_update`` among the lists relied on, when they suffice.
    """

    state: RevocationState
    since: datetime | None = None
    as_of: datetime | None = None


def build_path(
    leaf: Certificate,
    *,
    intermediates: Iterable[Certificate],
    anchors: Iterable[Certificate],
) -> Path:
    """Find the path whose signatures, authorities and lengths hold; times are not looked at.

    Raises:
        InvalidPathError: There is none.
    """
    by_subject: dict[bytes, list[Certificate]] = {}
    trusted = frozenset(anchors)
    for certificate in (*trusted, *intermediates):
        by_subject.setdefault(certificate.subject_name, []).append(certificate)
    found = _search(leaf, by_subject, trusted)
    if found is None:
        raise InvalidPathError("no path leads to an anchor")
    return Path(found)


def check_times(path: Path, at: datetime) -> None:
    """Refuse a path of which a certificate is out of date at ``at``.

    Raises:
        InvalidPathError: One is; the message names it.
    """
    for certificate in path.certificates:
        if not certificate.is_valid_at(at):
            raise InvalidPathError(f"{certificate.common_name} is not valid at {at.isoformat()}")


def check_role(path: Path, role: Role) -> None:
    """Refuse a leaf that is not for ``role`` alone, or that may not sign.

    Raises:
        InvalidPathError: It is not.
    """
    leaf = path.leaf
    if leaf.is_authority or not leaf.has_role(role) or not leaf.key_usages & _SIGNING_USAGES:
        raise InvalidPathError(f"{leaf.common_name} is not for {role}")


def revocation_of(path: Path, *, lists: Iterable[RevocationList], at: datetime) -> Revocation:
    """Return what fresh, authentic lists say about every certificate below the anchor.

    Args:
        path: The path.
        lists: Candidate lists, from anywhere; those that do not verify are passed over.
        at: The time at which a list must be fresh.
    """
    candidates = tuple(lists)
    since: list[datetime] = []
    updates: list[datetime] = []
    for certificate, issuer in zip(path.certificates, path.certificates[1:], strict=False):
        relevant = _newest(candidates, issuer, at)
        if relevant is None:
            return Revocation(state=RevocationState.UNKNOWN)
        updates.append(relevant.this_update)
        if certificate.serial in relevant.revoked:
            since.append(relevant.revoked[certificate.serial])
    if since:
        return Revocation(
            state=RevocationState.REVOKED, since=min(since), as_of=min(updates, default=None)
        )
    return Revocation(state=RevocationState.GOOD, as_of=min(updates, default=None))


def _search(
    leaf: Certificate,
    by_subject: dict[bytes, list[Certificate]],
    trusted: frozenset[Certificate],
) -> tuple[Certificate, ...] | None:
    """Search breadth first; each certificate is met once, so that a crowd costs little."""
    paths: deque[tuple[Certificate, ...]] = deque([(leaf,)])
    seen = {leaf}
    while paths:
        so_far = paths.popleft()
        if so_far[-1] in trusted:
            return so_far
        if len(so_far) >= _MAX_PATH:
            continue
        for issuer in by_subject.get(so_far[-1].issuer_name, ()):
            if issuer not in seen and _may_issue(issuer, so_far):
                seen.add(issuer)
                paths.append((*so_far, issuer))
    return None


def _may_issue(issuer: Certificate, below: tuple[Certificate, ...]) -> bool:
    """Whether ``issuer`` is an authority that signed the top of ``below``."""
    subject = below[-1]
    authorities_below = sum(not certificate.is_self_issued for certificate in below[1:])
    if not issuer.is_authority or "key_cert_sign" not in issuer.key_usages:
        return False
    if issuer.path_length is not None and authorities_below > issuer.path_length:
        return False
    if subject.unknown_critical or issuer.unknown_critical:
        return False
    if subject.authority_key_id and subject.authority_key_id != issuer.subject_key_id:
        return False
    return _has_signed(issuer, subject)


@lru_cache(_KEPT)
def _has_signed(issuer: Certificate, subject: Certificate) -> bool:
    """Whether ``issuer`` signed ``subject``; every path asks again for the same few."""
    try:
        subject.verify_signature(issuer.public_key)
    except InvalidSignatureError:
        return False
    return True


@lru_cache(_KEPT)
def _has_listed(issuer: Certificate, found: RevocationList) -> bool:
    """Whether ``issuer`` signed a revocation list."""
    try:
        found.verify(issuer)
    except (InvalidSignatureError, MalformedStructureError):
        return False
    return True


def _newest(
    lists: tuple[RevocationList, ...], issuer: Certificate, at: datetime
) -> RevocationList | None:
    fresh = [
        item
        for item in lists
        if item.issuer_name == issuer.subject_name and item.this_update <= at <= item.next_update
    ]
    newest_first = sorted(fresh, key=lambda item: (item.this_update, item.number), reverse=True)
    return next((item for item in newest_first if _has_listed(issuer, item)), None)
