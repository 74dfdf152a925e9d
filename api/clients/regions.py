"""Asks other regions over HTTP; a region that does not answer well is silent."""

import base64
import binascii
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Self
from urllib.parse import quote

import httpx

from certs import canonical
from certs.errors import MalformedRecordError
from verify.sharing import MAX_REPLY_BYTES

_TIMEOUT: Final = httpx.Timeout(3.0, connect=2.0)
_SHARE_TIMEOUT: Final = httpx.Timeout(10.0, connect=2.0)
_MAX_ANSWER_BYTES: Final = 65_536
_MAX_LISTS_BYTES: Final = 16 * 2**20
_LISTS_KEPT_SECONDS: Final = 60.0
_MOST_SECONDS: Final = 15.0
"""How long a whole answer may take; the timeouts above are for each piece of it."""

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class HttpRegionClient:
    """One pool of connections to all regions; use as a context manager.

    Attributes:
        most_seconds: How long a whole answer may take.
    """

    most_seconds: float = _MOST_SECONDS
    _http: httpx.Client = field(
        default_factory=lambda: httpx.Client(timeout=_TIMEOUT, follow_redirects=False)
    )
    _lists: dict[str, tuple[float, tuple[bytes, ...]]] = field(default_factory=dict)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def ask_status(self, service_url: str, identifier: str, nonce: str) -> bytes | None:
        """Return the signed status answer as it came, or None."""
        url = f"{service_url}/api/v1/licenses/{quote(identifier, safe='')}/status"
        return self._fetch("GET", url, _MAX_ANSWER_BYTES, params={"nonce": nonce})

    def ask_seal_status(
        self, service_url: str, code: str, *, at: datetime, nonce: str
    ) -> bytes | None:
        """Return the signed answer what a seal was at a time as it came, or None."""
        url = f"{service_url}/api/v1/seals/{quote(code, safe='')}/status"
        params = {"at": at.isoformat(), "nonce": nonce}
        return self._fetch("GET", url, _MAX_ANSWER_BYTES, params=params)

    def revocation_lists(self, service_url: str) -> tuple[bytes, ...]:
        """Return the region's certificate revocation lists, asked for once a minute at most."""
        kept_at, lists = self._lists.get(service_url, (0.0, ()))
        if lists and time.monotonic() - kept_at < _LISTS_KEPT_SECONDS:
            return lists
        answer = self._fetch("GET", f"{service_url}/api/v1/revocation-lists", _MAX_LISTS_BYTES)
        fresh = _decode_lists(answer) if answer is not None else ()
        if not fresh:
            return lists  # the last good ones; whether they are fresh enough is judged there
        self._lists[service_url] = (time.monotonic(), fresh)
        return fresh

    def share(self, service_url: str, query: bytes) -> bytes | None:
        """Return the reply to a signed query as it came, or None."""
        return self._fetch(
            "POST",
            f"{service_url}/api/v1/share/licenses",
            2 * MAX_REPLY_BYTES,
            content=query,
            timeout=_SHARE_TIMEOUT,
        )

    def _fetch(  # noqa: PLR0913 - the parts of a request
        self,
        method: str,
        url: str,
        max_bytes: int,
        *,
        params: Mapping[str, str] | None = None,
        content: bytes | None = None,
        timeout: httpx.Timeout = _TIMEOUT,
    ) -> bytes | None:
        """Return the body of a good answer within bounds, or None."""
        deadline = time.monotonic() + self.most_seconds
        try:
            with self._http.stream(
                method, url, params=params, content=content, timeout=timeout
            ) as response:
                if response.status_code != httpx.codes.OK:
                    logger.warning("a region answered %s", response.status_code)
                    return None
                body = bytearray()
                for chunk in response.iter_bytes():
                    body += chunk
                    if len(body) > max_bytes or time.monotonic() > deadline:
                        logger.warning("a region's answer is too long, or too slow")
                        return None
                return bytes(body)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            logger.warning("a region is silent: %s", type(error).__name__)
            return None


def _decode_lists(answer: bytes) -> tuple[bytes, ...]:
    try:
        value = canonical.parse_json(answer, max_bytes=_MAX_LISTS_BYTES)
        items = value["lists"] if isinstance(value, dict) else None
        if not isinstance(items, list):
            return ()
        return tuple(base64.b64decode(str(item), validate=True) for item in items)
    except (MalformedRecordError, KeyError, binascii.Error, ValueError):
        return ()
