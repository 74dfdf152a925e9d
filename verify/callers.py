"""Who may ask as a region (对方地区身份核验): a request signed by a region of the trust list.

A good request was signed for this region, within five minutes of our clock, by a service
certificate below an anchor of the region it names, which is known not to be revoked; its body is
the one that was signed; and it was never seen before. Anything else, and anything that nobody can
tell, is refused. The one error does not tell the caller why.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from enum import StrEnum, unique
from typing import Final

from certs.errors import MalformedIdentifierError
from certs.regions import RegionCode
from signing.errors import InvalidPathError, InvalidSignatureError, MalformedStructureError
from signing.paths import (
    Path,
    RevocationState,
    build_path,
    check_role,
    check_times,
    revocation_of,
)
from signing.request_forms import RequestHead, RequestSignature
from signing.request_signatures import RegionSignature, parse_request_signature
from signing.revocation_lists import RevocationList
from signing.roles import Role
from verify.errors import CallerNotTrustedError
from verify.ports import NonceStore
from verify.trust_lists import TrustedRegion, TrustList

WINDOW: Final = timedelta(minutes=5)
"""How far the clocks of two regions may differ, the way included."""
REMEMBERED: Final = 2 * WINDOW
"""How long a nonce is kept after its request was made: our own workers' clocks differ as well."""

_ListsOf = Callable[[TrustedRegion], Iterable[RevocationList]]


@unique
class Distrust(StrEnum):
    """Why a request is not taken for a region's; for the log alone."""

    UNSIGNED = "unsigned"
    MALFORMED = "malformed"
    NO_TRUST_LIST = "no-trust-list"
    OTHER_TARGET = "other-target"
    CLOCK = "clock"
    UNKNOWN_REGION = "unknown-region"
    SIGNATURE = "signature"
    NO_PATH = "no-path"
    WRONG_ROLE = "wrong-role"
    OUT_OF_DATE = "out-of-date"
    REVOKED = "revoked"
    REVOCATION_UNKNOWN = "revocation-unknown"
    BODY = "body"
    REPLAYED = "replayed"


def read_signature(headers: Iterable[tuple[str, str]]) -> RegionSignature:
    """Parse the signature of a request; see ``parse_request_signature``.

    Raises:
        CallerNotTrustedError: It has none of our form.
    """
    try:
        return parse_request_signature(headers)
    except (MalformedStructureError, InvalidSignatureError) as error:
        raise CallerNotTrustedError(Distrust.MALFORMED) from error


def check_caller(  # noqa: PLR0913 - what a request is checked against
    signature: RegionSignature,
    head: RequestHead,
    body: bytes,
    *,
    own: RegionCode,
    trust: TrustList | None,
    lists_of: _ListsOf,
    nonces: NonceStore,
    now: datetime,
) -> TrustedRegion:
    """Return the region that asks; the nonce is used up when everything else holds.

    Raises:
        CallerNotTrustedError: It is none, or the request came before.
    """
    region = check_signer(signature, head, own=own, trust=trust, lists_of=lists_of, now=now)
    check_body(signature, body)
    check_unused(signature, nonces=nonces, now=now)
    return region


def check_signer(  # noqa: PLR0913 - what a signature is checked against
    signature: RegionSignature,
    head: RequestHead,
    *,
    own: RegionCode,
    trust: TrustList | None,
    lists_of: _ListsOf,
    now: datetime,
) -> TrustedRegion:
    """Return the region that signed the head; body and nonce are not looked at.

    What needs the network, the revocation lists, is asked for last: only who holds a key below
    the region's anchors can make us ask.

    Raises:
        CallerNotTrustedError: It is none of the trust list's, or may not sign requests.
    """
    region = _claimed_region(signature, trust, own=own, now=now)
    try:
        signature.verify(head)
    except InvalidSignatureError as error:
        raise CallerNotTrustedError(Distrust.SIGNATURE) from error
    path = _path(signature, region, now)
    match revocation_of(path, lists=lists_of(region), at=now).state:
        case RevocationState.GOOD:
            return region
        case RevocationState.REVOKED:
            raise CallerNotTrustedError(Distrust.REVOKED)
        case RevocationState.UNKNOWN:
            raise CallerNotTrustedError(Distrust.REVOCATION_UNKNOWN)


def check_body(signature: RequestSignature, body: bytes) -> None:
    """Refuse a body other than the one that was signed.

    Raises:
        CallerNotTrustedError: It is another.
    """
    try:
        signature.check_body(body)
    except InvalidSignatureError as error:
        raise CallerNotTrustedError(Distrust.BODY) from error


def check_unused(signature: RequestSignature, *, nonces: NonceStore, now: datetime) -> None:
    """Refuse a request that came before; only for requests that hold in every other way.

    The clock is asked once more: who sends a body slowly could outlast the memory of the nonce.

    Raises:
        CallerNotTrustedError: It came before, or its time is over.
    """
    check_clock(signature, now)
    until = signature.created + REMEMBERED
    if not nonces.use(signature.signer, signature.nonce, until=until, now=now):
        raise CallerNotTrustedError(Distrust.REPLAYED)


def _claimed_region(
    signature: RegionSignature, trust: TrustList | None, *, own: RegionCode, now: datetime
) -> TrustedRegion:
    """Return the region that the request names, if it asks us, now."""
    if trust is None or not trust.is_fresh_at(now):
        raise CallerNotTrustedError(Distrust.NO_TRUST_LIST)
    if signature.to != str(own):
        raise CallerNotTrustedError(Distrust.OTHER_TARGET)
    check_clock(signature, now)
    try:
        region = trust.region(RegionCode(signature.region))
    except MalformedIdentifierError as error:
        raise CallerNotTrustedError(Distrust.MALFORMED) from error
    if region is None:
        raise CallerNotTrustedError(Distrust.UNKNOWN_REGION)
    return region


def check_clock(signature: RequestSignature, now: datetime) -> None:
    """Refuse what was signed too long ago, or in the future.

    Raises:
        CallerNotTrustedError: It was.
    """
    if abs(now - signature.created) > WINDOW:
        raise CallerNotTrustedError(Distrust.CLOCK)


def _path(signature: RegionSignature, region: TrustedRegion, now: datetime) -> Path:
    """Return the path from the certificate to an anchor of the region that it claims."""
    try:
        path = build_path(signature.certificate, intermediates=(), anchors=region.anchors_at(now))
    except InvalidPathError as error:
        raise CallerNotTrustedError(Distrust.NO_PATH) from error
    try:
        check_role(path, Role.SERVICE)
    except InvalidPathError as error:
        raise CallerNotTrustedError(Distrust.WRONG_ROLE) from error
    try:
        check_times(path, now)
    except InvalidPathError as error:
        raise CallerNotTrustedError(Distrust.OUT_OF_DATE) from error
    return path
