"""How a client's connection is told (双向 TLS): what the proxy before us says it showed.

TLS ends at the proxy, which hands on the certificate in `Client-Cert` (RFC 9440) and a secret that
it shares with us. Without that secret the header is anybody's text, and says nothing.
"""

import hmac
import logging
from dataclasses import dataclass, field
from typing import Final

from fastapi import Request

from signing.connection_certificates import ConnectionCertificate, parse_connection_header
from signing.errors import MalformedStructureError

CERTIFICATE_HEADER: Final = "Client-Cert"
SECRET_HEADER: Final = "Yinxin-Proxy-Secret"  # noqa: S105 - the name of a header

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ProxiedConnections:
    """Reads what a proxy says of connections.

    Attributes:
        secret: What the proxy and we share; empty where no proxy is believed.
    """

    secret: str = field(default="", repr=False)

    def certificate_of(self, request: Request) -> ConnectionCertificate | None:
        """Return what the other side of the connection showed; None for nothing to be believed."""
        shown = request.headers.getlist(CERTIFICATE_HEADER)
        if not shown or not self._is_by_proxy(request):
            return None
        try:
            (value,) = shown
            return parse_connection_header(value)
        except (MalformedStructureError, ValueError):
            logger.warning("a proxy says something else than one certificate")
            return None

    def _is_by_proxy(self, request: Request) -> bool:
        given = request.headers.getlist(SECRET_HEADER)
        if not self.secret or len(given) != 1:
            return False
        return hmac.compare_digest(given[0].encode("latin-1"), self.secret.encode("utf-8"))
