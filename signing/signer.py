"""What the rest of the project may ask of a private key or of a seal."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from signing.certificates import Certificate
from signing.errors import DamagedKeyError
from signing.sm2 import PublicKey


@dataclass(frozen=True, slots=True)
class KeyReference:
    """Names a key held by a key store; never the key itself."""

    store: str
    label: str


class Signer(Protocol):
    """Signs with one SM2 key that stays inside its key store."""

    @property
    def key(self) -> KeyReference:
        """The key that signs."""
        ...

    @property
    def public_key(self) -> PublicKey:
        """The public half."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Sign ``message`` with SM2 and SM3.

        Args:
            message: The bytes as they are; hashing with Z happens behind this port.

        Returns:
            DER ``SEQUENCE { r INTEGER, s INTEGER }`` (签名值), at most 72 bytes.

        Raises:
            KeyUnavailableError: The key store did not answer.

        Source: GB/T 35276-2017.
        """
        ...


class Decryptor(Protocol):
    """Opens what was encrypted for one SM2 key that stays inside its key store."""

    def decrypt(self, ciphertext: bytes) -> bytes:
        """Open an SM2Cipher, DER.

        Raises:
            MalformedStructureError: It was not made for this key, or was altered.
            KeyUnavailableError: The key store did not answer.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CertifiedSigner:
    """A signer with the certificate that names its key, and the authorities above it.

    Attributes:
        chain: Certificates above ``certificate``, nearest first, without the root.

    Raises:
        DamagedKeyError: Certificate and key do not belong together.
    """

    signer: Signer
    certificate: Certificate
    chain: tuple[Certificate, ...] = ()

    def __post_init__(self) -> None:
        if self.signer.public_key != self.certificate.public_key:
            raise DamagedKeyError(f"{self.signer.key.label}: certificate and key do not fit")

    def sign(self, message: bytes) -> bytes:
        """Sign ``message``; see ``Signer.sign``."""
        return self.signer.sign(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealProperties:
    """What a seal signature says besides the digest.

    Attributes:
        signed_at: 签章时间, whole seconds.
        document: Names the protected bytes; opaque ASCII text (propertyInfo).
    """

    signed_at: datetime
    document: str


class Sealer(Protocol):
    """Puts one electronic seal on digests; the seal may live in an outside seal system."""

    @property
    def seal(self) -> bytes:
        """The SESeal (电子印章), DER."""
        ...

    def seal_digest(self, digest: bytes, properties: SealProperties) -> bytes:
        """Return the SES_Signature (电子签章) over an SM3 digest, DER.

        Args:
            digest: SM3 of the protected bytes, 32 bytes.
            properties: Time and document reference; the same input may be sealed again.

        Raises:
            KeyUnavailableError: The seal system did not answer.

        Source: GB/T 38540-2020, built to what four implementations and real files agree on.
        """
        ...
