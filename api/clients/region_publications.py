"""What regions publish for everybody (公开文件): where it lies, how long it is fresh."""

import base64
import binascii
from typing import Final

from api.clients.publications import Publication
from certs import canonical
from certs.envelopes import parse_envelope
from certs.errors import MalformedRecordError
from certs.seals.standings import MAX_BYTES as MAX_STANDINGS_BYTES
from certs.seals.standings import SealStandings
from certs.status_lists.tokens import MAX_TOKEN_BYTES

_MAX_LISTS_BYTES: Final = 16 * 2**20
_MOST_ITEMS: Final = 1000
_LISTS_FRESH_SECONDS: Final = 60.0
_CERTIFICATES_FRESH_SECONDS: Final = 300.0
_STATUS_FRESH_SECONDS: Final = 15.0
_STANDINGS_FRESH_SECONDS: Final = 60.0


def revocation_lists_of(service_url: str) -> Publication[tuple[bytes, ...]]:
    """Return where a region publishes its certificate revocation lists."""
    return Publication(
        service_url=service_url,
        path="/api/v1/revocation-lists",
        read=lambda answer: _items(answer, "lists"),
        max_bytes=_MAX_LISTS_BYTES,
        fresh_seconds=_LISTS_FRESH_SECONDS,
    )


def certificates_of(service_url: str) -> Publication[tuple[bytes, ...]]:
    """Return where a region publishes the certificates of its seals, records and services."""
    return Publication(
        service_url=service_url,
        path="/api/v1/certificates",
        read=lambda answer: _items(answer, "certificates"),
        max_bytes=_MAX_LISTS_BYTES,
        fresh_seconds=_CERTIFICATES_FRESH_SECONDS,
    )


def status_list_of(service_url: str, number: int) -> Publication[bytes]:
    """Return where a region publishes one of its status lists."""
    return Publication(
        service_url=service_url,
        path=f"/api/v1/status-lists/{number:d}",
        read=lambda answer: answer or None,
        max_bytes=MAX_TOKEN_BYTES,
        fresh_seconds=_STATUS_FRESH_SECONDS,
    )


def seal_standings_of(service_url: str) -> Publication[bytes]:
    """Return where a region publishes the bulletin of its seals."""
    return Publication(
        service_url=service_url,
        path="/api/v1/seal-standings",
        read=_standings,
        max_bytes=MAX_STANDINGS_BYTES,
        fresh_seconds=_STANDINGS_FRESH_SECONDS,
    )


def _standings(answer: bytes) -> bytes | None:
    """Return a bulletin as it came, or None if it is none, so that the last good one stays.

    Who signed it is judged where it is used.
    """
    try:
        SealStandings.of(parse_envelope(answer, max_bytes=MAX_STANDINGS_BYTES))
    except MalformedRecordError:
        return None
    return answer


def _items(answer: bytes, name: str) -> tuple[bytes, ...] | None:
    """Return the base64 items of a JSON object's list, or None if it is no such thing."""
    try:
        value = canonical.parse_json(answer, max_bytes=_MAX_LISTS_BYTES)
        items = value[name] if isinstance(value, dict) else None
        if not isinstance(items, list) or not 0 < len(items) <= _MOST_ITEMS:
            return None
        texts = [item for item in items if isinstance(item, str)]
        if len(texts) != len(items):
            return None
        return tuple(base64.b64decode(text, validate=True) for text in texts)
    except (MalformedRecordError, KeyError, binascii.Error, ValueError):
        return None
