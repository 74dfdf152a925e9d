"""Opens the identity provider that the settings name."""

from typing import Final

from api.identity.oidc import OidcProvider
from api.identity.ports import IdentityProvider
from api.settings import Settings
from certs.ports import Clock

CALLBACK: Final = "/session/callback"
"""Where browsers come back; the provider has to know the whole address."""


def open_identity_provider(settings: Settings, clock: Clock) -> IdentityProvider | None:
    """Return the provider, or None where people sign in by tokens alone."""
    if not settings.identity_issuer:
        return None
    return OidcProvider(
        issuer=settings.identity_issuer,
        client_id=settings.identity_client_id,
        client_secret=settings.identity_client_secret.get_secret_value(),
        redirect_uri=settings.public_url.rstrip("/") + CALLBACK,
        clock=clock,
    )
