"""Keeps an instance's trust list up to date (信任列表更新): asks at intervals, believes nobody.

What comes is stored only where the trust folder accepts it, so a source that lies, lags or is
silent changes nothing: the last good list stays, until it expires.
"""

import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import Final, Protocol

from api.clients.trust_lists import PATH, Fetched, TrustListClient, check_url
from api.repeating import repeating
from api.services import TrustStore
from api.trust_words import one_line, why_refused
from verify.errors import TrustListError
from verify.trust_lists import TrustList

INTERVAL_SECONDS: Final = 600.0
_JITTER: Final = 0.1
_MOST_PEERS: Final = 3
_MAX_DETAIL: Final = 200

logger = logging.getLogger(__name__)


@unique
class Result(StrEnum):
    """How one source answered."""

    ADOPTED = "adopted"
    SAME = "same"
    REFUSED = "refused"
    SILENT = "silent"


_WORDS: Final = {
    Result.ADOPTED: "已采用 adopted",
    Result.SAME: "没有更新 nothing newer",
    Result.REFUSED: "拒收 refused",
    Result.SILENT: "没有正常应答 no good answer",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one source led to.

    Attributes:
        detail: The version that was adopted, or what was wrong.
    """

    source: str
    result: Result
    detail: str = ""

    @property
    def text(self) -> str:
        """One line for people."""
        return f"信任列表 trust list: {_WORDS[self.result]} {self.detail} · {self.source}"


class Fetch(Protocol):
    """Fetches a list, bounded in size and time; never raises for what is there."""

    def __call__(self, url: str, *, known: str) -> Fetched:
        """Return the list at ``url``, nothing where it is the known one, or what is wrong."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where lists may be had.

    Attributes:
        first: The address that the settings name; empty if they name none.
        peers: Returns addresses of other regions, asked where the first gives nothing good.
    """

    first: str
    peers: Callable[[], tuple[str, ...]]


def sources_of(store: TrustStore, *, trust_url: str, own_url: str) -> Sources:
    """Return where an instance looks: at an address, and at regions of the list it has.

    Raises:
        SettingsError: The address is none.
    """

    def peers() -> tuple[str, ...]:
        current = store.current()
        regions = current.regions if current is not None else ()
        others = [item.service_url for item in regions if item.service_url != own_url]
        secrets.SystemRandom().shuffle(others)
        return tuple(f"{url}{PATH}" for url in others[:_MOST_PEERS])

    return Sources(first=check_url(trust_url) if trust_url else "", peers=peers)


@dataclass(slots=True, kw_only=True)
class TrustRefresher:
    """Asks for newer lists.

    Attributes:
        store: Checks what comes and keeps it.
    """

    store: TrustStore
    fetch: Fetch
    sources: Sources
    _told: dict[str, str] = field(default_factory=dict)

    def run_once(self) -> tuple[Outcome, ...]:
        """Ask each source once; of peers several, because any one of them may lag."""
        first = self.sources.first
        outcomes = [self._ask(first)] if first else []
        if not any(item.result in {Result.ADOPTED, Result.SAME} for item in outcomes):
            peers = [url for url in self.sources.peers() if url != first]
            outcomes += [self._ask(url, may_lag=True) for url in peers]
        for item in outcomes:
            self._tell(item)
        return tuple(outcomes)

    def _ask(self, url: str, *, may_lag: bool = False) -> Outcome:
        """Ask one source; a peer that has not heard of the newest list yet is no alarm."""
        current = self.store.current()
        fetched = self.fetch(url, known=current.identity if current is not None else "")
        if fetched.trouble:
            return Outcome(source=url, result=Result.SILENT, detail=fetched.trouble)
        if not fetched.data:
            return Outcome(source=url, result=Result.SAME)
        if may_lag and _lags(fetched.data, current):
            return Outcome(source=url, result=Result.SAME, detail="落后 lags behind")
        try:
            accepted = self.store.accept(fetched.data)
        except TrustListError as error:
            return Outcome(
                source=url, result=Result.REFUSED, detail=one_line(why_refused(error)[:_MAX_DETAIL])
            )
        if current is not None and accepted.identity == current.identity:
            return Outcome(source=url, result=Result.SAME)
        return Outcome(source=url, result=Result.ADOPTED, detail=f"第 {accepted.version} 版")

    def _tell(self, outcome: Outcome) -> None:
        """Log what changed, once: a list adopted, or a source that went wrong in a new way."""
        said = "" if outcome.result in {Result.ADOPTED, Result.SAME} else outcome.text
        if outcome.result is Result.ADOPTED or (said and said != self._told.get(outcome.source)):
            logger.warning("%s", outcome.text)
        self._told[outcome.source] = said


def _lags(data: bytes, current: TrustList | None) -> bool:
    """Whether a list says by itself that it is older than the one that is known."""
    try:
        return current is not None and TrustList.show(data).version < current.version
    except TrustListError:
        return False


@contextmanager
def kept_fresh(
    store: TrustStore, sources: Sources, *, interval: float = INTERVAL_SECONDS
) -> Iterator[None]:
    """Refresh in the background, at once and every ``interval`` seconds, until the block ends."""
    with TrustListClient() as client:
        refresher = TrustRefresher(store=store, fetch=client.fetch, sources=sources)
        with repeating(
            refresher.run_once,
            interval=interval,
            jitter=_JITTER,
            name="trust-refresh",
            trouble="the trust list could not be refreshed",
        ):
            yield
