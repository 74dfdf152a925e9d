"""One call to another region: signed, bounded in bytes and time, retried, behind a breaker.

A region that does not answer well is silent; nothing here raises for what a region does.
"""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import InitVar, dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import quote, urlencode

import httpx

from api.clients.breakers import Breaker, Breakers, Heard, Pass
from api.clients.deadlines import Deadlines, bounded_client
from api.clients.retries import PIECE, Retries
from api.clients.silence import Lines, SilenceError, trouble
from certs.regions import RegionCode
from signing.errors import SigningError
from signing.request_forms import RequestHead, RequestKind
from signing.request_signatures import REGION, sign_request
from signing.signer import CertifiedSigner

_BUSY: Final = frozenset({429, 502, 503, 504})
"""The region, or what stands before it, cannot answer now."""
_ASK_AGAIN: Final = _BUSY - {429}
_READ: Final = frozenset({200})
_PLAIN: Final = "identity"
_MAX_ETAG: Final = 200

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """As whom this instance asks: its region's key for signed requests.

    Attributes:
        kind: What its signatures count as.
    """

    region: RegionCode
    signer: CertifiedSigner
    now: Callable[[], datetime]
    kind: RequestKind = REGION

    def sign(self, head: RequestHead, body: bytes, *, to: RegionCode) -> dict[str, str]:
        """Return the headers that sign a request for one region; see ``sign_request``."""
        return sign_request(
            head,
            body,
            region=str(self.region),
            to=str(to),
            signer=self.signer,
            now=self.now(),
            kind=self.kind,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What is asked of a region.

    Attributes:
        path: From below the address of the service, percent-encoded.
        to: The region that a signature is for; None for what anybody may ask.
        is_idempotent: It may be asked again when nobody answered.
        max_bytes: The longest answer; of an answer in lines, the longest line.
        seconds: How long the whole answer may take, all attempts included.
        read: The statuses whose answers are read; of others the status alone counts.
    """

    method: str = "GET"
    service_url: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = field(default=None, repr=False)
    content_type: str = ""
    to: RegionCode | None = None
    is_idempotent: bool = True
    max_bytes: int
    seconds: float
    piece: httpx.Timeout = field(default_factory=lambda: PIECE)
    read: frozenset[int] = _READ

    @property
    def head(self) -> RequestHead:
        """What is signed besides the body."""
        return RequestHead(
            method=self.method,
            path=self.path,
            query=urlencode(self.query, quote_via=quote, safe=""),
            content_type=self.content_type,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer within bounds; its status is the region's."""

    status: int
    body: bytes
    etag: str = ""


@dataclass(slots=True)
class RegionCalls:
    """Carries calls over one pool of connections; safe for threads.

    Attributes:
        voice: Signs the calls that are for one region; None where this process has no key, and
            such calls go out unsigned.
        clock: Seconds that only grow.
        may_be_reached: Tells of an IP address whether connections may lead there; None for all.
    """

    voice: Voice | None = None
    retries: Retries = field(default_factory=Retries)
    clock: Callable[[], float] = time.monotonic
    may_be_reached: Callable[[str], bool] | None = None
    http: InitVar[httpx.Client | None] = None
    breakers: Breakers = field(init=False)
    _deadlines: Deadlines = field(init=False)
    _client: httpx.Client = field(init=False)

    def __post_init__(self, http: httpx.Client | None) -> None:
        self.breakers = Breakers(clock=self.clock)
        self._deadlines = Deadlines(self.clock)
        self._client = http or bounded_client(
            self._deadlines, timeout=PIECE, may_be_reached=self.may_be_reached
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def ask(self, call: Call) -> Answer | None:
        """Return the region's answer, whatever its status, or None for silence."""
        deadline, breaker = self.clock() + call.seconds, self.breakers.of(call.service_url)
        for used in self._passes(call, breaker, deadline):
            heard = Heard.NOTHING
            try:
                answer = self._exchange(call, deadline)
                heard = Heard.WELL
            except SilenceError as error:
                heard = error.heard
                logger.warning("a region is silent: %s", error)
                if not error.may_ask_again:
                    return None
            else:
                return answer
            finally:
                breaker.report(used, heard)
        return None

    @contextmanager
    def stream(self, call: Call, *, most_lines: int) -> Iterator[Iterator[bytes] | None]:
        """Give the lines of an answer as they come, or None for silence.

        The lines end early where the region breaks off, takes too long or says too much. Until
        the first of them the call may be repeated, so it must change nothing.
        """
        deadline, breaker = self.clock() + call.seconds, self.breakers.of(call.service_url)
        for used in self._passes(call, breaker, deadline):
            heard, response, may_ask_again = Heard.NOTHING, None, False
            try:
                response = self._send(call, deadline)
            except SilenceError as error:
                heard, may_ask_again = error.heard, error.may_ask_again
                logger.warning("a region is silent: %s", error)
            finally:
                if response is None:
                    breaker.report(used, heard)
            if response is not None:
                chunks = self._chunks(response, deadline)
                lines = Lines(chunks, max_bytes=call.max_bytes, most=most_lines)
                is_answer = response.status_code == httpx.codes.OK
                try:
                    yield lines if is_answer else None
                finally:
                    response.close()
                    breaker.report(used, lines.heard if is_answer else Heard.WELL)
                return
            if not may_ask_again:
                break
        yield None

    def _passes(self, call: Call, breaker: Breaker, deadline: float) -> Iterator[Pass]:
        """Yield a pass for each attempt, after a pause for all but the first."""
        attempts = self.retries.attempts if call.is_idempotent else 1
        for number in range(1, attempts + 1):
            used = breaker.let_through()
            if used is None:
                logger.info("a region is not asked: its breaker is open")
                return
            yield used
            if number < attempts and not self.retries.pause(number, deadline=deadline):
                return

    def _exchange(self, call: Call, deadline: float) -> Answer:
        response = self._send(call, deadline)
        try:
            body = bytearray()
            # What else than an answer a region has to say is not read.
            if response.status_code in call.read:
                for chunk in self._chunks(response, deadline):
                    body += chunk
                    if len(body) > call.max_bytes:
                        raise SilenceError("the answer is too long")
        finally:
            response.close()
        etag = response.headers.get("etag", "")
        return Answer(
            status=response.status_code,
            body=bytes(body),
            etag=etag if len(etag) <= _MAX_ETAG else "",
        )

    def _send(self, call: Call, deadline: float) -> httpx.Response:
        """Return an answer whose body is still to be read."""
        with self._deadlines.until(deadline), trouble():
            response = self._client.send(self._request(call), stream=True)
        if response.status_code in _BUSY:
            response.close()
            again = response.status_code in _ASK_AGAIN
            raise SilenceError(f"HTTP {response.status_code}", may_ask_again=again)
        # Nothing else was asked for; a few bytes could unpack to any number.
        if response.headers.get("content-encoding", _PLAIN) != _PLAIN:
            response.close()
            raise SilenceError("the answer is packed")
        return response

    def _request(self, call: Call) -> httpx.Request:
        """Return the request; a signature is of this attempt alone."""
        try:
            head = call.head
            headers = {"Accept-Encoding": _PLAIN, **call.headers}
            if call.content_type:
                headers["Content-Type"] = call.content_type
            if self.voice is not None and call.to is not None:
                headers |= self.voice.sign(head, call.content or b"", to=call.to)
        except SigningError as error:
            raise SilenceError(
                f"the request cannot be signed: {type(error).__name__}", heard=Heard.NOTHING
            ) from error
        query = f"?{head.query}" if head.query else ""
        return self._client.build_request(
            call.method,
            f"{call.service_url}{call.path}{query}",
            headers=headers,
            content=call.content,
            timeout=call.piece,
        )

    def _chunks(self, response: httpx.Response, deadline: float) -> Iterator[bytes]:
        chunks = response.iter_bytes()
        while True:
            with self._deadlines.until(deadline), trouble():
                chunk = next(chunks, None)
            if chunk is None:
                return
            if self.clock() > deadline:
                raise SilenceError("the answer takes too long")
            yield chunk
