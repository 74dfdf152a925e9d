"""May a status list be believed: signed by whom it must be, this very list, and in time.

What is costly — unpacking, signatures, paths — is done once for the same bytes, so that asking
again costs microseconds. Times are looked at whenever somebody asks.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from certs.errors import MalformedStatusListError
from certs.status_lists.tokens import CONTENT_TYPE, Freshness, StatusListToken, read_claims
from signing.certificates import Certificate, parse_certificate
from signing.errors import InvalidPathError, InvalidSignatureError, MalformedStructureError
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
from verify.errors import StatusListError
from verify.trust_lists import TrustedRegion

CLOCK_SLACK: Final = timedelta(minutes=5)
"""How far ahead of our clock a region's may be."""

_KNOWN: Final = 1500
"""Tokens remembered; one takes a quarter of a megabyte unpacked."""


def read_status_list(  # noqa: PLR0913 - who must have signed which list, and when it counts
    token: bytes,
    *,
    region: TrustedRegion,
    uri: str,
    certificates: Callable[[bytes], Iterable[bytes]],
    lists: Iterable[RevocationList],
    now: datetime,
    at: datetime | None = None,
) -> StatusListToken:
    """Return what a token says, if ``region`` says so and it counts.

    Args:
        token: The token as it came.
        region: The region whose license is asked about.
        uri: The list that the license's record names.
        certificates: Returns the region's certificates under a key identifier, DER.
        lists: Revocation lists from anywhere.
        now: The present; revocation is judged by it.
        at: The moment at which the list must have counted; None for the present. The signer's
            certificate is judged at it, and ``freshness`` of the result tells how well it counts.

    Raises:
        StatusListError: It must not be believed; ``reason`` says why.
    """
    moment = at or now
    known, signer = _signed(token, certificates)
    _check_signer(signer, region, lists, now=now, moment=moment)
    if known.uri != uri:
        raise StatusListError("other-list")
    # Only the present is told by clocks that may differ.
    if known.issued_at > (moment + CLOCK_SLACK if moment >= now else moment):
        raise StatusListError("not-yet")
    if known.freshness(moment) is Freshness.EXPIRED:
        raise StatusListError("expired")
    return known


def _signed(
    token: bytes, certificates: Callable[[bytes], Iterable[bytes]]
) -> tuple[StatusListToken, Certificate]:
    """Return a token and who signed it."""
    try:
        candidates = tuple(certificates(_key_id(token)))
        return _verified(token, candidates)
    except MalformedStatusListError as error:
        raise StatusListError("not-trusted") from error
    except InvalidSignatureError as error:
        raise StatusListError("not-trusted") from error


@lru_cache(_KNOWN)
def _key_id(token: bytes) -> bytes:
    return read_claims(token, content_type=CONTENT_TYPE).key_id


@lru_cache(_KNOWN)
def _verified(token: bytes, candidates: tuple[bytes, ...]) -> tuple[StatusListToken, Certificate]:
    """Return a token with the certificate that signed it; what is not signed is not remembered.

    Raises:
        MalformedStatusListError: Not a token.
        InvalidSignatureError: None of the certificates can be read and signed it.
    """
    parsed = StatusListToken.parse(token)
    for encoded in candidates:
        try:
            certificate = parse_certificate(encoded)
            parsed.verify(certificate)
        except (InvalidSignatureError, MalformedStructureError):
            continue
        return parsed, certificate
    raise InvalidSignatureError("none of the region's certificates signed the list")


def _check_signer(
    signer: Certificate,
    region: TrustedRegion,
    lists: Iterable[RevocationList],
    *,
    now: datetime,
    moment: datetime,
) -> None:
    """Refuse a signer who might not speak about licenses for ``region``, or may be revoked."""
    try:
        path = _path(signer, region.anchors_at(moment))
        check_role(path, Role.STATUS)
        check_times(path, moment)
    except InvalidPathError as error:
        raise StatusListError("not-trusted") from error
    issuers = {item.subject_name for item in path.certificates}
    relevant = tuple(
        item
        for item in lists
        if item.issuer_name in issuers and item.this_update <= now <= item.next_update
    )
    fresh = _FreshLists(tuple(item.encoded for item in relevant), relevant, now)
    if _revocation(path, fresh).state is not RevocationState.GOOD:
        raise StatusListError("not-trusted")


@lru_cache(_KNOWN)
def _path(signer: Certificate, anchors: tuple[Certificate, ...]) -> Path:
    return build_path(signer, intermediates=(), anchors=anchors)


@dataclass(frozen=True, slots=True)
class _FreshLists:
    """Revocation lists that are all in date at ``at``; the same bytes are the same lists.

    As long as the same lists are in date, they say the same.
    """

    encoded: tuple[bytes, ...]
    lists: tuple[RevocationList, ...] = field(compare=False)
    at: datetime = field(compare=False)


@lru_cache(_KNOWN)
def _revocation(path: Path, fresh: _FreshLists) -> Revocation:
    return revocation_of(path, lists=fresh.lists, at=fresh.at)
