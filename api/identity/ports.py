"""What an identity provider is asked, whichever protocol it speaks."""

import base64
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final, Protocol, Self

from certs.identities import AssuranceLevel, Capacity, Identity

_RANDOM_BYTES: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt to sign in, which the browser that begins it has to end as well.

    Attributes:
        state: What the provider sends back with its answer.
        nonce: What it puts into what it signs.
        verifier: What the one who asked alone knows (RFC 7636).
        capacity: As what somebody wants to sign in.
        is_fresh: Whether who that is has to be shown anew (二次认证).
        back: The page to go on with; empty for the home of the capacity.
    """

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    capacity: Capacity
    is_fresh: bool = False
    back: str = ""

    @classmethod
    def new(cls, capacity: Capacity, *, is_fresh: bool = False, back: str = "") -> Self:
        """Return an attempt that nobody can guess."""
        parts = [secrets.token_urlsafe(_RANDOM_BYTES) for _ in range(3)]
        return cls(
            state=parts[0],
            nonce=parts[1],
            verifier=parts[2],
            capacity=capacity,
            is_fresh=is_fresh,
            back=back,
        )

    @property
    def challenge(self) -> str:
        """What tells that somebody knows the verifier, and not the verifier (S256)."""
        digest = sha256(self.verifier.encode("ascii")).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


class IdentityProvider(Protocol):
    """统一身份认证: tells who somebody is. Ticket services that speak no OIDC fit in here too."""

    @property
    def name(self) -> str:
        """The provider's identifier; with it accounts are told apart."""
        ...

    def begin(self, attempt: Attempt, *, level: AssuranceLevel) -> str:
        """Return the address that a browser is sent to.

        Args:
            attempt: The attempt.
            level: How well it has to be known who it is.

        Raises:
            ProviderSilentError: It does not say where that is.
        """
        ...

    def end(self, attempt: Attempt, code: str) -> Identity:
        """Return who came back with a code.

        Raises:
            ProviderSilentError: It does not answer.
            ProviderRefusedError: The code, or what it signed, is not good for this attempt.
        """
        ...

    def leave(self, back: str) -> str | None:
        """Return where somebody signs out at the provider, too; None where that cannot be said.

        Args:
            back: The address to come back to; the provider has to know it.
        """
        ...
