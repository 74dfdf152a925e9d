"""Asking for timestamps (时间戳): what a request and its answer are. Source: RFC 3161 §2.4."""

import secrets
from dataclasses import dataclass
from typing import Final, Protocol

from signing import der
from signing.errors import InvalidSignatureError, MalformedStructureError
from signing.timestamp_info import at_least, encode_imprint, parse_imprint, to_number
from signing.timestamp_tokens import MAX_TOKEN_BYTES, Token, parse_token

MAX_REQUEST_BYTES: Final = 1024
MAX_RESPONSE_BYTES: Final = MAX_TOKEN_BYTES + 4096
QUERY_TYPE: Final = "application/timestamp-query"
REPLY_TYPE: Final = "application/timestamp-reply"
_NONCE_BITS: Final = 64
_TRUE: Final = der.tlv(der.BOOLEAN, b"\xff")
_GRANTED: Final = frozenset({0, 1})
"""granted, grantedWithMods."""
_REJECTION: Final = 2
_BAD_DATA_FORMAT: Final = der.tlv(der.BIT_STRING, b"\x02\x04")


class TimestampSource(Protocol):
    """Gives trusted times; the authority behind it may be anywhere."""

    def stamp(self, digest: bytes) -> bytes:
        """Return a timestamp token over an SM3 digest, verified, DER.

        Args:
            digest: SM3 of what is to be timestamped, 32 bytes.

        Raises:
            TimestampUnavailableError: The authority gave none that holds.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TimestampRequest:
    """A question (TimeStampReq).

    Attributes:
        digest: SM3 of what is to be timestamped, 32 bytes.
        nonce: Ties the answer to this question.
        policy: Dotted OID of the rules asked for, empty when any will do.
    """

    digest: bytes
    nonce: int | None
    policy: str = ""

    @classmethod
    def of(cls, digest: bytes) -> "TimestampRequest":
        """Return a question with a fresh nonce."""
        return cls(digest=digest, nonce=secrets.randbits(_NONCE_BITS))

    def encode(self) -> bytes:
        """Return the DER; the authority's certificate is asked for too."""
        return der.sequence(
            der.integer(1),
            encode_imprint(self.digest),
            *((der.oid(self.policy),) if self.policy else ()),
            *(() if self.nonce is None else (der.integer(self.nonce),)),
            _TRUE,
        )


def parse_request(data: bytes) -> TimestampRequest:
    """Parse a question that wants the certificate inside the answer.

    Raises:
        MalformedStructureError: Not such a question over an SM3 digest, or with extensions.
    """
    if len(data) > MAX_REQUEST_BYTES:
        raise MalformedStructureError(f"a request is longer than {MAX_REQUEST_BYTES} bytes")
    version, imprint, *more = at_least(der.read(data), 2)
    tags = [item.tag for item in more]
    if der.to_integer(version) != 1 or tags[-1:] != [der.BOOLEAN] or more[-1].encoded != _TRUE:
        raise MalformedStructureError("not a version 1 request for a token with its certificate")
    if tags[:-1] not in ([], [der.OID], [der.INTEGER], [der.OID, der.INTEGER]):
        raise MalformedStructureError("a request says too much, or out of order")
    found = dict(zip(tags, more, strict=True))
    return TimestampRequest(
        digest=parse_imprint(imprint),
        nonce=to_number(found[der.INTEGER]) if der.INTEGER in found else None,
        policy=der.to_oid(found[der.OID]) if der.OID in found else "",
    )


def read_response(data: bytes, request: TimestampRequest) -> Token:
    """Return the token of an answer (TimeStampResp), verified against the question.

    Raises:
        MalformedStructureError: No such answer, or the authority refused.
        InvalidSignatureError: The token is over something else, answers another question, or
            does not verify.
    """
    if len(data) > MAX_RESPONSE_BYTES:
        raise MalformedStructureError(f"an answer is longer than {MAX_RESPONSE_BYTES} bytes")
    status, *tokens = at_least(der.read(data), 1)
    code = der.to_integer(at_least(status, 1)[0])
    if code not in _GRANTED or len(tokens) != 1:
        raise MalformedStructureError(f"the timestamping authority refused (status {code})")
    token = parse_token(tokens[0].encoded)
    if request.nonce is not None and token.info.nonce is None:
        raise InvalidSignatureError("the timestamp does not say which request it answers")
    if request.policy and token.info.policy != request.policy:
        raise InvalidSignatureError("the timestamp was given under other rules")
    token.verify(request.digest, nonce=request.nonce)
    return token


def granted(token: bytes) -> bytes:
    """Return an answer with a token, DER."""
    return der.sequence(der.sequence(der.integer(0)), token)


def refused() -> bytes:
    """Return an answer that refuses a question that cannot be read, DER."""
    return der.sequence(der.sequence(der.integer(_REJECTION), _BAD_DATA_FORMAT))
