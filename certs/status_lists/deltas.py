"""What changed between two versions of a status list (每日增量), signed like the list itself.

A verifier that holds the older version applies the delta instead of fetching the whole list. The
delta says what must come out, so that it cannot be applied to anything but the version it names.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Self

from certs.errors import MalformedStatusListError
from certs.status_lists import rice
from certs.status_lists.containers import StatusList
from certs.status_lists.tokens import (
    ENTRY_BITS,
    LIST_SIZE,
    StatusListToken,
    instant,
    read_claims,
    uri_of,
)
from signing import cose
from signing.algorithms import sm3
from signing.certificates import Certificate
from signing.cose import SignedClaims
from signing.signer import CertifiedSigner

DOMAIN: Final = "yinxin.status-delta/1"
CONTENT_TYPE: Final = "application/vnd.yinxin.status-delta+cwt"
MAX_CHANGES: Final = 2**16
"""With more the whole list is no longer to fetch."""

_DIGEST_BYTES: Final = 32
_SUBJECT: Final = 2
_EXPIRES: Final = 4
_ISSUED: Final = 6
_FROM_VERSION: Final = -1
_TO_VERSION: Final = -2
_FROM_ISSUED: Final = -3
_COUNT: Final = -4
_PARAMETER: Final = -5
_INDEXES: Final = -6
_VALUES: Final = -7
_RESULT: Final = -8
_CLAIMS: Final = frozenset(
    {
        _SUBJECT,
        _EXPIRES,
        _ISSUED,
        _FROM_VERSION,
        _TO_VERSION,
        _FROM_ISSUED,
        _COUNT,
        _PARAMETER,
        _INDEXES,
        _VALUES,
        _RESULT,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusDelta:
    """What a signed delta says; whether its signer may be believed is another question.

    Attributes:
        uri: The list.
        from_version: The version that it is applied to, SM3 in hexadecimal.
        to_version: The version that it leads to.
        from_issued_at: When the older version was issued.
        issued_at: When the newer version was issued.
        expires_at: Until when that one may be relied on.
        values: New values by index, ascending.
        key_id: First 8 bytes of SM3 of the signer's certificate.
    """

    uri: str
    from_version: str
    to_version: str
    from_issued_at: datetime
    issued_at: datetime
    expires_at: datetime
    values: dict[int, int]
    key_id: bytes
    _result: bytes = field(repr=False)
    _signed: SignedClaims = field(repr=False)

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Parse a delta; nothing is verified yet.

        Raises:
            MalformedStatusListError: Not a delta.
        """
        signed = read_claims(data, content_type=CONTENT_TYPE)
        claims = signed.claims
        if claims.keys() != _CLAIMS:
            raise MalformedStatusListError("claims are missing or unknown")
        times = tuple(instant(claims[key]) for key in (_FROM_ISSUED, _ISSUED, _EXPIRES))
        if not times[0] <= times[1] < times[2]:
            raise MalformedStatusListError("times in the wrong order")
        return cls(
            uri=uri_of(claims[_SUBJECT]),
            from_version=_digest(claims[_FROM_VERSION]).hex(),
            to_version=_digest(claims[_TO_VERSION]).hex(),
            from_issued_at=times[0],
            issued_at=times[1],
            expires_at=times[2],
            values=_values(claims),
            key_id=signed.key_id,
            _result=_digest(claims[_RESULT]),
            _signed=signed,
        )

    def verify(self, certificate: Certificate) -> None:
        """Check that ``certificate`` signed this delta.

        Raises:
            InvalidSignatureError: It did not.
        """
        self._signed.verify(certificate, domain=DOMAIN)

    def apply(self, statuses: StatusList) -> StatusList:
        """Return the newer values.

        Args:
            statuses: What the version ``from_version`` holds.

        Raises:
            MalformedStatusListError: Something else comes out than the delta says.
        """
        after = statuses.changed(self.values)
        if sm3(after.data) != self._result:
            raise MalformedStatusListError("the delta is for another version of the list")
        return after


def sign_delta(
    before: StatusListToken, after: StatusListToken, *, signer: CertifiedSigner
) -> bytes:
    """Return a signed delta that leads from one version of a list to a later one.

    Raises:
        MalformedStatusListError: They are not versions of one list, or differ in more than
            ``MAX_CHANGES`` entries.
    """
    values = before.statuses.differences(after.statuses)
    if before.uri != after.uri or before.issued_at > after.issued_at:
        raise MalformedStatusListError("not an earlier and a later version of one list")
    if len(values) > MAX_CHANGES:
        raise MalformedStatusListError("more changes than a delta tells")
    parameter = rice.parameter_for(len(values), size=LIST_SIZE)
    news = StatusList.empty(bits=ENTRY_BITS, size=len(values))
    claims = {
        _SUBJECT: after.uri,
        _EXPIRES: int(after.expires_at.timestamp()),
        _ISSUED: int(after.issued_at.timestamp()),
        _FROM_VERSION: bytes.fromhex(before.version),
        _TO_VERSION: bytes.fromhex(after.version),
        _FROM_ISSUED: int(before.issued_at.timestamp()),
        _COUNT: len(values),
        _PARAMETER: parameter,
        _INDEXES: rice.encode(tuple(values), parameter=parameter),
        _VALUES: news.changed(dict(enumerate(values.values()))).data,
        _RESULT: sm3(after.statuses.data),
    }
    return cose.sign_claims(claims, signer=signer, domain=DOMAIN, content_type=CONTENT_TYPE)


def _values(claims: dict[Any, Any]) -> dict[int, int]:
    count, parameter = claims[_COUNT], claims[_PARAMETER]
    packed, news = claims[_INDEXES], claims[_VALUES]
    if type(count) is not int or not 0 <= count <= MAX_CHANGES:
        raise MalformedStatusListError("not a number of changes")
    if type(parameter) is not int or not 0 <= parameter <= rice.MAX_PARAMETER:
        raise MalformedStatusListError("not a parameter of the code")
    if not isinstance(packed, bytes) or not isinstance(news, bytes):
        raise MalformedStatusListError("changes are bytes")
    indexes = rice.decode(packed, count=count, parameter=parameter, size=LIST_SIZE)
    values = StatusList(bits=ENTRY_BITS, data=news)
    room = StatusList.empty(bits=ENTRY_BITS, size=count)
    if values.size != room.size or any(values.get(at) for at in range(count, values.size)):
        raise MalformedStatusListError("not one new value for each change")
    return {index: values.get(at) for at, index in enumerate(indexes)}


def _digest(value: Any) -> bytes:  # noqa: ANN401 - any CBOR value
    if not isinstance(value, bytes) or len(value) != _DIGEST_BYTES:
        raise MalformedStatusListError("a claim is not a digest")
    return value
