"""Keys that are opened when they sign for the first time, not when a process starts."""

from functools import cached_property

from api.bootstrap import KeyOpener
from signing.certificates import Certificate
from signing.signer import KeyReference, Signer
from signing.sm2 import PublicKey


class LateSigner:
    """A signer whose certificate is at hand, and whose key is opened once it is needed.

    Opening a key takes a quarter of a second on purpose, which a start need not wait for.
    """

    def __init__(self, store: KeyOpener, label: str, certificate: Certificate) -> None:
        self._store, self._label, self._certificate = store, label, certificate

    @cached_property
    def _opened(self) -> Signer:
        return self._store.open(self._label)

    @property
    def key(self) -> KeyReference:
        """The key that signs."""
        return self._opened.key

    @property
    def public_key(self) -> PublicKey:
        """The public half, as the certificate says."""
        return self._certificate.public_key

    def sign(self, message: bytes) -> bytes:
        """Sign ``message``; see ``Signer.sign``."""
        return self._opened.sign(message)
