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
        return self._hash(f"{holder.code_type.value}|{holder.code}")

    def of_number(self, type_code: str, issuer_code: str, number: str) -> str:
        """Return the key of a printed number, which may hold a citizen number."""
        return self._hash(f"number|{type_code}|{issuer_code}|{number}")

    def of_printed_number(self, number: str) -> str:
        """Return the key of a printed number, or of a case's, whoever issued it."""
        return self._hash(f"printed|{number}")

    def _hash(self, message: str) -> str:
        return hmac.digest(self._secret, message.encode(), lambda: hashlib.new("sm3")).hex()
