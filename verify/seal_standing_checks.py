"""May a bulletin of seals be believed: by whom it must be signed, of this region, and in time.

Taking it apart is costly and done once for the same bytes. Times, and whether its signer may
still speak, are looked at whenever somebody asks.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Final

from certs.envelopes import Envelope, parse_envelope
from certs.errors import MalformedRecordError
from certs.seals.standings import MAX_BYTES, SealStandings
from certs.seals.status_answers import SealStanding, Standing
from signing.algorithms import sm3
from signing.errors import InvalidPathError, InvalidSignatureError
from signing.revocation_lists import RevocationList
from signing.roles import Role
from signing.seals import Seal
from verify.speakers import check_speaker
from verify.status_list_checks import CLOCK_SLACK
from verify.trust_lists import TrustedRegion

_KNOWN: Final = 32
"""Bulletins remembered; one of 5,000 seals takes ten megabytes taken apart."""


def listed_standing(  # noqa: PLR0913 - which seal when, by whose word
    data: bytes | None,
    seal: Seal,
    *,
    used_at: datetime,
    region: TrustedRegion,
    lists: Iterable[RevocationList],
    now: datetime,
) -> SealStanding:
    """Return how a seal stood when it signed, by a bulletin of its region.

    Whatever is wrong with the bulletin makes the standing unknown, never good; ``problem`` then
    says what: ``missing``, ``not-trusted``, ``other-region``, ``not-yet``, ``expired`` or
    ``not-told``.

    Args:
        data: The bulletin as it came; None for none.
        seal: The seal in the document.
        used_at: The time of the seal signature, as far as it is trusted.
        region: The region that keeps the seal.
        lists: That region's certificate revocation lists.
        now: The present.
    """
    if data is None:
        return _unknown("missing")
    try:
        envelope, standings = _read(data)
        check_speaker(envelope, region, Role.STATUS, lists=lists, now=now)
    except (MalformedRecordError, InvalidSignatureError, InvalidPathError):
        return _unknown("not-trusted")
    problem = _untimely(standings, region, used_at=used_at, now=now)
    if problem:
        return _unknown(problem)
    found = standings.at(seal.description.code, sm3(seal.encoded).hex(), used_at)
    return replace(found, answered_by=envelope.message.signer.common_name)


def end_of(data: bytes | None) -> datetime | None:
    """Return when a bulletin expires; None for what is no bulletin."""
    try:
        return _read(data)[1].expires_at if data is not None else None
    except MalformedRecordError:
        return None


def _untimely(
    standings: SealStandings, region: TrustedRegion, *, used_at: datetime, now: datetime
) -> str:
    """Return why a genuine bulletin does not serve here and now; empty if it does."""
    if standings.region != str(region.code):
        return "other-region"
    if standings.issued_at > now + CLOCK_SLACK:
        return "not-yet"
    if now >= standings.expires_at:
        return "expired"
    # Nobody can tell the future, whatever a signature claims.
    return "not-told" if used_at > now + CLOCK_SLACK else ""


@lru_cache(_KNOWN)
def _read(data: bytes) -> tuple[Envelope, SealStandings]:
    """Return a bulletin, its signature checked, with who signed it.

    Raises:
        MalformedRecordError: Not a bulletin.
        InvalidSignatureError: The signature does not verify; such bytes are not remembered.
    """
    envelope = parse_envelope(data, max_bytes=MAX_BYTES)
    envelope.verify()
    return replace(envelope, payload={}), SealStandings.of(envelope)


def _unknown(problem: str) -> SealStanding:
    return SealStanding(standing=Standing.UNKNOWN, problem=problem)
