"""Fetches trust lists over HTTP; whether one may be believed is checked where it is stored.

A list is signed, so plain http is good enough; what is bounded here is size and time.
"""

import time
from dataclasses import dataclass, field
from typing import Final, Self
from urllib.parse import urlsplit

import httpx

from api.clients.deadlines import Deadlines, bounded_client
from api.errors import SettingsError
from verify.trust_lists import MAX_LIST_BYTES

PATH: Final = "/api/v1/trust-list"
"""Where an instance gives the list that it goes by."""
_TIMEOUT: Final = httpx.Timeout(5.0, connect=3.0)
_MOST_SECONDS: Final = 30.0
"""How long a whole answer may take; the timeouts above are for each piece of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What a source gave.

    Attributes:
        data: The list as it came; empty where the source has the one that is known.
        trouble: Why there is none, in a few words; empty if there is.
    """

    data: bytes = b""
    trouble: str = ""


@dataclass(slots=True)
class TrustListClient:
    """Asks for lists; use as a context manager.

    Attributes:
        most_seconds: How long a whole answer may take.
    """

    most_seconds: float = _MOST_SECONDS
    _deadlines: Deadlines = field(default_factory=Deadlines)
    _http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self._http = bounded_client(self._deadlines, timeout=_TIMEOUT)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def fetch(self, url: str, *, known: str) -> Fetched:
        """Return the list at ``url``.

        Args:
            url: Where it is.
            known: Identity of the list that is known already; empty if there is none.
        """
        # Unpacked sizes are not announced, so nothing comes packed.
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        if known:
            headers["If-None-Match"] = entity_tag(known)
        deadline = time.monotonic() + self.most_seconds
        try:
            with (
                self._deadlines.until(deadline),
                self._http.stream("GET", url, headers=headers) as response,
            ):
                return _read(response, known=known)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            return Fetched(trouble=type(error).__name__)


def entity_tag(identity: str) -> str:
    """Return the entity tag of a list: weak, because its layout is not signed (RFC 9110 §8.8.3)."""
    return f'W/"{identity}"'


def check_url(url: str) -> str:
    """Return the address of a trust list.

    Raises:
        SettingsError: It is no http or https address, or holds a password.
    """
    try:
        parts = urlsplit(url)
        is_good = parts.scheme in {"http", "https"} and bool(parts.hostname)
        has_password = parts.username is not None or parts.password is not None
    except ValueError:
        is_good, has_password = False, False
    if not is_good or has_password:
        raise SettingsError(
            "信任列表地址须为不带口令的 http 或 https · "
            "the address of a trust list is http or https, without a password"
        )
    return url


def _read(response: httpx.Response, *, known: str) -> Fetched:
    if response.status_code == httpx.codes.NOT_MODIFIED and known:
        return Fetched()
    if response.status_code != httpx.codes.OK:
        return Fetched(trouble=f"HTTP {response.status_code}")
    if response.headers.get("Content-Encoding", "identity") != "identity":
        return Fetched(trouble="packed")
    body = bytearray()
    for chunk in response.iter_raw():
        body += chunk
        if len(body) > MAX_LIST_BYTES:
            return Fetched(trouble="too long")
    return Fetched(data=bytes(body)) if body else Fetched(trouble="empty")
