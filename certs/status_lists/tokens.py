"""Signed status lists (状态列表令牌): who says so, since when, and until when it may be relied on.

A token is a COSE_Sign1 over the claims that the draft names, signed with SM2. Ours are exact:
one order of the claims, no others, 2^20 entries of two bits. Source:
draft-ietf-oauth-status-list, "Status List Token in CWT Format" and "Status List in CBOR".
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum, unique
from typing import Any, Final, Self

from certs.errors import MalformedStatusListError
from certs.status_indexes import INDEX_BITS
from certs.status_lists.containers import MAX_LIST_BYTES, StatusList
from signing import cose
from signing.algorithms import sm3
from signing.certificates import Certificate
from signing.cose import SignedClaims
from signing.errors import InvalidSignatureError, MalformedStructureError
from signing.signer import CertifiedSigner

DOMAIN: Final = "yinxin.status/1"
CONTENT_TYPE: Final = "application/statuslist+cwt"
ENTRY_BITS: Final = 2
LIST_SIZE: Final = 1 << INDEX_BITS
MAX_TOKEN_BYTES: Final = MAX_LIST_BYTES + 4096
"""Two bits of pure chance for every entry, and the claims around them."""

TIME_TO_LIVE: Final = timedelta(hours=12)
LIFETIME: Final = timedelta(hours=48)
_SUBJECT: Final = 2
_EXPIRES: Final = 4
_ISSUED: Final = 6
_STATUS_LIST: Final = 65533
_TTL: Final = 65534
_CLAIMS: Final = frozenset({_SUBJECT, _EXPIRES, _ISSUED, _STATUS_LIST, _TTL})
_BITS: Final = "bits"
_LIST: Final = "lst"
_AGGREGATION: Final = "aggregation_uri"
_MAX_URI: Final = 1000
_MAX_SECONDS: Final = 2**33
"""A time in the year 2242; later ones are nobody's."""


@unique
class Freshness(StrEnum):
    """How far a list may still be relied on."""

    FRESH = "fresh"
    """No older than its time to live."""
    AGING = "aging"
    """Older, and not yet expired: people are told how old."""
    EXPIRED = "expired"
    """Nothing can be said by it any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusListToken:
    """What a token says; whether its signer may be believed is another question.

    Attributes:
        uri: The list that it is; records name it.
        ttl: How long it may be kept before a newer one should be asked for.
        statuses: The values by index.
        key_id: First 8 bytes of SM3 of the signer's certificate.
        version: SM3 of the token's bytes, in hexadecimal.
    """

    uri: str
    issued_at: datetime
    expires_at: datetime
    ttl: timedelta
    statuses: StatusList
    key_id: bytes
    version: str
    _signed: SignedClaims = field(repr=False)

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Parse a token; nothing is verified yet.

        Raises:
            MalformedStatusListError: Not such a token.
        """
        signed = read_claims(data, content_type=CONTENT_TYPE)
        claims = signed.claims
        if claims.keys() != _CLAIMS:
            raise MalformedStatusListError("claims are missing or unknown")
        issued_at, expires_at = instant(claims[_ISSUED]), instant(claims[_EXPIRES])
        ttl = claims[_TTL]
        if type(ttl) is not int or not 0 < ttl < _MAX_SECONDS or expires_at <= issued_at:
            raise MalformedStatusListError("a list that never stands, or has no time to live")
        return cls(
            uri=uri_of(claims[_SUBJECT]),
            issued_at=issued_at,
            expires_at=expires_at,
            ttl=timedelta(seconds=ttl),
            statuses=_statuses(claims[_STATUS_LIST]),
            key_id=signed.key_id,
            version=version_of(data),
            _signed=signed,
        )

    def verify(self, certificate: Certificate) -> None:
        """Check that ``certificate`` signed this token.

        Raises:
            InvalidSignatureError: It did not.
        """
        self._signed.verify(certificate, domain=DOMAIN)

    def freshness(self, now: datetime) -> Freshness:
        """Return how far the list may be relied on at ``now``."""
        if now >= self.expires_at:
            return Freshness.EXPIRED
        return Freshness.FRESH if now - self.issued_at <= self.ttl else Freshness.AGING


def sign_status_list(  # noqa: PLR0913 - the parts of a token
    statuses: StatusList,
    *,
    uri: str,
    aggregation_uri: str,
    issued_at: datetime,
    signer: CertifiedSigner,
    ttl: timedelta = TIME_TO_LIVE,
    lifetime: timedelta = LIFETIME,
) -> bytes:
    """Return a signed token.

    Args:
        statuses: All entries, 2^20 of two bits.
        uri: Where the list is published, as records name it.
        aggregation_uri: Where all lists of the instance are named.
        issued_at: As of when the entries are so; whole seconds.
        signer: The key of the role ``status``.
        ttl: How long it may be kept before a newer one should be asked for.
        lifetime: How long it may be relied on at all.
    """
    claims = {
        _SUBJECT: uri,
        _EXPIRES: int((issued_at + lifetime).timestamp()),
        _ISSUED: int(issued_at.timestamp()),
        _TTL: int(ttl.total_seconds()),
        _STATUS_LIST: {
            _BITS: statuses.bits,
            _LIST: statuses.pack(),
            _AGGREGATION: aggregation_uri,
        },
    }
    return cose.sign_claims(claims, signer=signer, domain=DOMAIN, content_type=CONTENT_TYPE)


def no_statuses() -> StatusList:
    """Return a list in which nothing was ever marked."""
    return StatusList.empty(bits=ENTRY_BITS, size=LIST_SIZE)


def version_of(token: bytes) -> str:
    """Return the name of a token: SM3 of its bytes, in hexadecimal."""
    return sm3(token).hex()


def read_claims(data: bytes, *, content_type: str) -> SignedClaims:
    """Return the claims of a token, or raise MalformedStatusListError."""
    try:
        return cose.parse_claims(data, content_type=content_type, max_bytes=MAX_TOKEN_BYTES)
    except (MalformedStructureError, InvalidSignatureError) as error:
        raise MalformedStatusListError(f"not a signed token: {error}") from error


def instant(value: Any) -> datetime:  # noqa: ANN401 - any CBOR value
    """Return a time in whole seconds since 1970, or raise MalformedStatusListError."""
    if type(value) is not int or not 0 < value < _MAX_SECONDS:
        raise MalformedStatusListError("a claim is not a time")
    return datetime.fromtimestamp(value, UTC)


def uri_of(value: Any) -> str:  # noqa: ANN401 - any CBOR value
    """Return the address of a list, or raise MalformedStatusListError."""
    if not isinstance(value, str) or not 0 < len(value) <= _MAX_URI:
        raise MalformedStatusListError("a claim is not an address")
    return value


def _statuses(value: Any) -> StatusList:  # noqa: ANN401 - any CBOR value
    if not isinstance(value, dict) or not {_BITS, _LIST} <= value.keys() <= {
        _BITS,
        _LIST,
        _AGGREGATION,
    }:
        raise MalformedStatusListError("not a status list")
    bits, packed = value[_BITS], value[_LIST]
    if _AGGREGATION in value:
        uri_of(value[_AGGREGATION])
    if type(bits) is not int or bits != ENTRY_BITS or not isinstance(packed, bytes):
        raise MalformedStatusListError("entries have two bits here")
    statuses = StatusList.unpack(packed, bits=bits)
    if statuses.size != LIST_SIZE:
        raise MalformedStatusListError(f"a list has {LIST_SIZE} entries here")
    return statuses
