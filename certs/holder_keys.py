"""Keyed hashes of holder codes (持证主体代码): the register is searched without the codes."""

import hashlib
import hmac
from dataclasses import dataclass, field

from certs.holder_codes import HolderCode


@dataclass(frozen=True, slots=True)
class HolderKeys:
    """HMAC-SM3 under a secret that never leaves this instance."""

    _secret: bytes = field(repr=False)

    def of(self, holder: HolderCode) -> str:
        """Return the look-up key of ``holder``, 64 hexadecimal digits."""
        message = f"{holder.code_type.value}|{holder.code}".encode()
        return hmac.digest(self._secret, message, lambda: hashlib.new("sm3")).hex()
