"""Asks an outside timestamping authority over HTTP. Source: RFC 3161 §3.4."""

import ipaddress
import time
from dataclasses import dataclass, field
from typing import Final, Self
from urllib.parse import urlsplit

import httpx

from api.errors import SettingsError
from signing.errors import SigningError, TimestampUnavailableError
from signing.timestamps import (
    MAX_RESPONSE_BYTES,
    QUERY_TYPE,
    REPLY_TYPE,
    TimestampRequest,
    read_response,
)

OWN_PATH: Final = "/tsa"
"""Where an instance of demo or dev answers such questions itself."""
_TIMEOUT: Final = httpx.Timeout(5.0, connect=3.0)
_MOST_SECONDS: Final = 15.0
"""How long a whole answer may take; the timeouts above are for each piece of it."""


@dataclass(slots=True)
class HttpTimestampSource:
    """One timestamping authority; every token has been verified against its question.

    Whether the authority is trusted is for whoever judges the file.

    Attributes:
        url: An https address, or http on this machine.
        most_seconds: How long a whole answer may take.

    Raises:
        SettingsError: The address is another.
    """

    url: str
    most_seconds: float = _MOST_SECONDS
    _http: httpx.Client = field(
        default_factory=lambda: httpx.Client(timeout=_TIMEOUT, follow_redirects=False)
    )

    def __post_init__(self) -> None:
        if not _is_acceptable(self.url):
            raise SettingsError(
                "时间戳地址须为 https，或本机的 http · "
                "the timestamp address must be https, or http on this machine"
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def stamp(self, digest: bytes) -> bytes:
        """Return a token over an SM3 digest; see ``TimestampSource.stamp``."""
        request = TimestampRequest.of(digest)
        try:
            token = read_response(self._ask(request.encode()), request)
        except SigningError as error:
            raise TimestampUnavailableError(
                f"时间戳服务的应答无效 · the answer does not hold: {error}"
            ) from error
        return token.encoded

    def _ask(self, query: bytes) -> bytes:
        deadline = time.monotonic() + self.most_seconds
        headers = {"Content-Type": QUERY_TYPE, "Accept": REPLY_TYPE}
        try:
            with self._http.stream("POST", self.url, content=query, headers=headers) as response:
                if response.status_code != httpx.codes.OK:
                    raise _silent(f"HTTP {response.status_code}")
                body = bytearray()
                for chunk in response.iter_bytes():
                    body += chunk
                    if len(body) > MAX_RESPONSE_BYTES or time.monotonic() > deadline:
                        raise _silent("too long, or too slow")
                return bytes(body)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise _silent(type(error).__name__) from error


def _silent(reason: str) -> TimestampUnavailableError:
    return TimestampUnavailableError(
        f"时间戳服务没有正常应答 · the timestamping authority does not answer: {reason}"
    )


def _is_acceptable(url: str) -> bool:
    """Whether what is asked and answered cannot be seen or changed on the way."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and _is_here(host)))


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
