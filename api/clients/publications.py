"""What regions publish (公开数据), kept in memory: the last that was good, refreshed on the side.

Certificates, revocation lists and status lists are asked for by every verdict and change seldom.
Whoever asks waits for a region once, the first time; a region that falls silent leaves what it
said last. Whether that is still fresh enough is judged where it is used.
"""

import logging
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final, Generic, Protocol, TypeVar, cast

import httpx

from api.clients.calls import Answer

RETRY_SECONDS: Final = 5.0
"""How soon a silent region is asked for the same again."""
FORGOTTEN_SECONDS: Final = 3600.0
"""What nobody asked for in this time is not refreshed any more, and forgotten."""
_TICK_SECONDS: Final = 2.0
_MOST: Final = 8192
_MOST_BYTES: Final = 512 * 2**20
_REFRESHERS: Final = 4
_FIRST_WAIT_SECONDS: Final = 20.0
_LAST_WAIT_SECONDS: Final = 5.0

logger = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication(Generic[T]):
    """One thing that a region publishes.

    Attributes:
        path: From below the address of its service.
        read: Returns what an answer says, or None if it is no good; then the last one stays.
        max_bytes: The longest answer.
        fresh_seconds: How old it may become before it is asked for again.
    """

    service_url: str
    path: str
    read: Callable[[bytes], T | None] = field(compare=False)
    max_bytes: int = field(compare=False)
    fresh_seconds: float = field(compare=False, default=60.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept(Generic[T]):
    """What a region published last.

    Attributes:
        fetched_at: When the region last said so, in seconds of the clock.
    """

    value: T
    size_bytes: int
    etag: str
    fetched_at: float


class Fetch(Protocol):
    """Asks a region; a status of 304 confirms what the tag names."""

    def __call__(self, publication: Publication[Any], *, etag: str) -> Answer | None:
        """Return the answer, or None for silence."""
        ...


@dataclass(slots=True)
class _Entry:
    """One publication's place; ``fetching`` is held by whoever asks the region."""

    publication: Publication[Any]
    asked_for_at: float
    tried_at: float | None = None
    kept: Kept[Any] | None = None
    fetching: threading.Lock = field(default_factory=threading.Lock)


class Publications:
    """The memory of what regions publish; safe for threads.

    Without ``start`` there is no thread, and what became old is refreshed by who asks for it.
    """

    def __init__(self, fetch: Fetch, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._fetch = fetch
        self._clock = clock
        self._entries: OrderedDict[Publication[Any], _Entry] = OrderedDict()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def get(self, publication: Publication[T]) -> T | None:
        """Return what the region published last, or None if it never did.

        Waits for the region only while there is nothing to return; without a thread, also to
        refresh what is old.
        """
        entry = self._entry(publication)
        kept = entry.kept
        if kept is None:
            self._fetch_first(entry)
        elif self._thread is None and self._is_due(entry):
            self._refresh(entry)
        kept = entry.kept
        return cast("T", kept.value) if kept is not None else None

    def peek(self, publication: Publication[T]) -> Kept[T] | None:
        """Return what is in memory, and ask nobody; for routes that must not wait."""
        entry = self._entry(publication)
        return cast("Kept[T] | None", entry.kept)

    def start(self) -> None:
        """Begin to refresh in the background; what was looked for without success as well."""
        if self._thread is None:
            self._thread = threading.Thread(
                target=self._run, name="region-publications", daemon=True
            )
            self._thread.start()

    def close(self) -> None:
        """End the thread, if there is one; an exchange on its way has its own deadline."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(_LAST_WAIT_SECONDS)

    def refresh_due(self) -> None:
        """Refresh everything that is old, and forget what nobody asks for."""
        now = self._clock()
        with self._lock:
            for key, entry in list(self._entries.items()):
                if now - entry.asked_for_at > FORGOTTEN_SECONDS:
                    del self._entries[key]
            due = [entry for entry in self._entries.values() if self._is_due(entry)]
        if due:
            with ThreadPoolExecutor(_REFRESHERS) as pool:
                for _ in pool.map(self._refresh_anyhow, due):
                    pass

    def _run(self) -> None:
        jitter = secrets.SystemRandom()
        while not self._stop.wait(_TICK_SECONDS * jitter.uniform(0.5, 1.5)):
            self.refresh_due()

    def _refresh_anyhow(self, entry: _Entry) -> None:
        """Refresh one entry; what goes wrong there must not end the thread that serves all."""
        try:
            self._refresh(entry)
        except Exception:
            entry.tried_at = self._clock()
            if not self._stop.is_set():
                logger.exception("what a region publishes could not be refreshed")

    def _entry(self, publication: Publication[Any]) -> _Entry:
        now = self._clock()
        with self._lock:
            entry = self._entries.get(publication)
            if entry is None:
                entry = self._entries[publication] = _Entry(publication, now)
                self._make_room()
            entry.asked_for_at = now
            self._entries.move_to_end(publication)
            return entry

    def _make_room(self) -> None:
        """Forget what was longest not asked for, but for the newest entry."""
        size = sum(item.kept.size_bytes for item in self._entries.values() if item.kept)
        while len(self._entries) > 1 and (len(self._entries) > _MOST or size > _MOST_BYTES):
            _, gone = self._entries.popitem(last=False)
            size -= gone.kept.size_bytes if gone.kept else 0

    def _is_due(self, entry: _Entry) -> bool:
        now = self._clock()
        if entry.tried_at is not None and now - entry.tried_at < RETRY_SECONDS:
            return False
        kept = entry.kept
        return kept is None or now - kept.fetched_at >= entry.publication.fresh_seconds

    def _fetch_first(self, entry: _Entry) -> None:
        """Ask the region, or wait for who does so already."""
        if not self._is_due(entry) or not entry.fetching.acquire(timeout=_FIRST_WAIT_SECONDS):
            return
        try:
            if entry.kept is None and self._is_due(entry):
                self._ask(entry)
        finally:
            entry.fetching.release()

    def _refresh(self, entry: _Entry) -> None:
        """Ask the region again, unless somebody does so already."""
        if not entry.fetching.acquire(blocking=False):
            return
        try:
            if self._is_due(entry):
                self._ask(entry)
        finally:
            entry.fetching.release()

    def _ask(self, entry: _Entry) -> None:
        publication, before = entry.publication, entry.kept
        answer = self._fetch(publication, etag=before.etag if before is not None else "")
        now = self._clock()
        entry.tried_at = now
        if answer is None:
            return
        if answer.status == httpx.codes.NOT_MODIFIED and before is not None and before.etag:
            entry.kept = Kept(
                value=before.value, size_bytes=before.size_bytes, etag=before.etag, fetched_at=now
            )
        elif answer.status == httpx.codes.OK:
            value = publication.read(answer.body)
            if value is not None:
                entry.kept = Kept(
                    value=value, size_bytes=len(answer.body), etag=answer.etag, fetched_at=now
                )
