"""What an SM2 engine must offer; everything it is given has been range-checked before."""

from typing import Protocol

from signing.signature_values import SignatureValue


class LoadedPrivateKey(Protocol):
    """A private key inside an engine; safe to use from several threads."""

    def sign_digest(self, digest: bytes) -> SignatureValue:
        """Sign e = SM3(Z ‖ M), 32 bytes, with a fresh nonce."""
        ...

    def decrypt(self, ciphertext: bytes) -> bytes:
        """Open an SM2Cipher (DER, GM/T 0009-2012).

        Raises:
            MalformedStructureError: It was not made for this key, or was altered.
        """
        ...


class LoadedPublicKey(Protocol):
    """A public key inside an engine; safe to use from several threads."""

    def verify_digest(self, digest: bytes, value: SignatureValue) -> None:
        """Verify ``value`` over e, 32 bytes.

        Raises:
            InvalidSignatureError: It does not verify.
        """
        ...

    def encrypt(self, plain: bytes) -> bytes:
        """Return an SM2Cipher (DER) that only the private key opens."""
        ...


class Engine(Protocol):
    """SM2 arithmetic on the curve sm2p256v1; an engine equals only itself."""

    def __hash__(self) -> int: ...

    @property
    def name(self) -> str:
        """Short name, shown to people."""
        ...

    def generate(self) -> bytes:
        """Return a fresh private scalar, 32 bytes."""
        ...

    def public_point(self, scalar: bytes) -> bytes:
        """Return ``04 || x || y`` of [scalar]G, 65 bytes."""
        ...

    def load_private(self, scalar: bytes, point: bytes) -> LoadedPrivateKey:
        """Load a private scalar with its public point."""
        ...

    def load_public(self, point: bytes) -> LoadedPublicKey:
        """Load a public point that is known to be on the curve."""
        ...
