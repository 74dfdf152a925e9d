"""Who may speak for a region: a certificate of the right role below one of its anchors."""

from collections.abc import Iterable
from datetime import datetime

from certs.envelopes import Envelope
from signing.errors import InvalidPathError, InvalidSignatureError, MalformedStructureError
from signing.paths import RevocationState, build_path, check_role, check_times, revocation_of
from signing.revocation_lists import RevocationList, parse_revocation_list
from signing.roles import Role
from verify.trust_lists import TrustedRegion


def check_speaker(
    envelope: Envelope,
    region: TrustedRegion,
    role: Role,
    *,
    lists: Iterable[RevocationList],
    now: datetime,
) -> None:
    """Refuse an envelope that is not signed, now, by ``region`` in ``role``.

    Raises:
        InvalidSignatureError: The signature does not verify.
        InvalidPathError: The signer does not speak for the region, or may be revoked.
    """
    envelope.verify()
    path = build_path(envelope.message.signer, intermediates=(), anchors=region.anchors_at(now))
    check_role(path, role)
    check_times(path, now)
    if revocation_of(path, lists=lists, at=now).state is not RevocationState.GOOD:
        raise InvalidPathError("the signer is revoked, or nobody knows")


def parse_lists(encoded: Iterable[bytes]) -> tuple[RevocationList, ...]:
    """Return the revocation lists that can be read; their signatures are checked where used."""
    found = []
    for item in encoded:
        try:
            found.append(parse_revocation_list(item))
        except (MalformedStructureError, InvalidSignatureError):
            continue
    return tuple(found)
