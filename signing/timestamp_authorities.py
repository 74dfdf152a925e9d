"""A timestamping authority (时间戳服务) for demo and tests.

Real ones are lawful services elsewhere; the composition root builds this one only where the
environment is ``demo`` or ``dev``. Source: RFC 3161 §2.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from signing import der
from signing.algorithms import (
    CONTENT_TYPE,
    MESSAGE_DIGEST,
    SIGNING_CERTIFICATE_V2,
    YINXIN_ARC,
    sm3,
)
from signing.errors import InvalidPathError, MalformedStructureError
from signing.named_certificates import name_certificates
from signing.roles import Role
from signing.signer import CertifiedSigner
from signing.timestamp_info import TST_INFO, TimestampInfo
from signing.timestamp_writing import assemble_token
from signing.timestamps import TimestampRequest, granted, parse_request, refused

POLICY: Final = f"{YINXIN_ARC}.2"
_ACCURACY: Final = timedelta(seconds=1)
_SERIAL_BITS: Final = 127


@dataclass(frozen=True, slots=True, kw_only=True)
class TimestampAuthority:
    """Says when it saw a digest; itself a source of timestamps.

    Attributes:
        signer: Its certificate is for timestamping alone.
        now: The clock that is vouched for.

    Raises:
        InvalidPathError: The certificate is for something else.
    """

    signer: CertifiedSigner
    now: Callable[[], datetime]

    def __post_init__(self) -> None:
        if not self.signer.certificate.has_role(Role.TIMESTAMP):
            raise InvalidPathError("the certificate is not for timestamping")

    def stamp(self, digest: bytes) -> bytes:
        """Return a token over an SM3 digest; see ``TimestampSource.stamp``."""
        return self._token(TimestampRequest(digest=digest, nonce=None))

    def answer(self, query: bytes) -> bytes:
        """Return the answer to a question as it came; one that cannot be read is refused.

        Raises:
            KeyUnavailableError: The key store did not answer.
        """
        try:
            request = parse_request(query)
        except MalformedStructureError:
            return refused()
        return refused() if request.policy not in {"", POLICY} else granted(self._token(request))

    def _token(self, request: TimestampRequest) -> bytes:
        info = TimestampInfo(
            policy=POLICY,
            imprint=request.digest,
            serial=secrets.randbits(_SERIAL_BITS),
            time=self.now(),
            nonce=request.nonce,
            accuracy=_ACCURACY,
        ).encode()
        certificates = (self.signer.certificate, *self.signer.chain)
        attributes = [
            _attribute(CONTENT_TYPE, der.oid(TST_INFO)),
            _attribute(MESSAGE_DIGEST, der.octets(sm3(info))),
            _attribute(SIGNING_CERTIFICATE_V2, name_certificates(certificates)),
        ]
        signature = self.signer.sign(der.set_of(attributes))
        return assemble_token(
            info,
            attributes=b"".join(sorted(attributes)),
            certificates=certificates,
            signature=signature,
        )


def _attribute(kind: str, value: bytes) -> bytes:
    return der.sequence(der.oid(kind), der.tlv(der.SET, value))
