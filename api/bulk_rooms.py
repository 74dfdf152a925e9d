"""Room for verdicts in bulk: few at once, and each region asked in one go about what they need."""

import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

from api.places import Places
from certs.regions import RegionCode
from certs.status_answer_batches import identifiers_in
from verify.grounds import Asked
from verify.report import Report
from verify.sources import LiveSources
from verify.trust_lists import TrustedRegion
from verify.verifier import Inquiry, Verifier

_MOST_AT_ONCE: Final = 4
_NONCE_BYTES: Final = 16


class ManyAsker(Protocol):
    """Asks a region about many licenses in one request."""

    def ask_statuses(
        self, service_url: str, identifiers: Sequence[str], nonce: str, *, to: RegionCode
    ) -> AbstractContextManager[Iterator[bytes] | None]:
        """Give the lines of the answer as they come, or None for silence; see the client."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedBefore(LiveSources):
    """Live sources in which some licenses were asked about before.

    Attributes:
        asked: What came back, by identifier.
    """

    asked: dict[str, Asked]

    def license_status(
        self, region: TrustedRegion, identifier: str, moment: datetime | None
    ) -> Asked:
        """Return what was answered before, or ask."""
        before = self.asked.get(identifier) if moment is None else None
        if before is not None:
            return before
        return LiveSources.license_status(self, region, identifier, moment)


@dataclass(slots=True)
class BulkRooms:
    """Lets few who ask in bulk in at once.

    Attributes:
        verifier: Judges.
        asker: Asks other regions; None where nobody can be asked.
    """

    verifier: Verifier
    asker: ManyAsker | None = None
    _places: Places = field(default_factory=lambda: Places(_MOST_AT_ONCE))

    def room(self) -> AbstractContextManager[None]:
        """Hold a place while somebody is answered.

        Raises:
            BusyError: There is none.
        """
        return self._places.held()

    def within_room(self, lines: Iterator[bytes]) -> Iterator[bytes]:
        """Return an iterator that holds a place until it is exhausted or closed.

        Raises:
            BusyError: There is none.
        """
        room = self.room()
        room.__enter__()  # now, while a problem can still be answered

        def held() -> Iterator[bytes]:
            try:
                yield b""
                yield from lines
            finally:
                room.__exit__(None, None, None)

        started = held()
        next(started)  # so that closing it frees the place, whether or not anybody reads
        return started

    def prepare(self, inquiry: Inquiry) -> Callable[[list[str]], Callable[[str], Report]]:
        """Return what asks the regions about a portion of the lines, each in one request."""

        def prepared(texts: list[str]) -> Callable[[str], Report]:
            sources = AskedBefore(
                trust=self.verifier.trust,
                client=self.verifier.regions,
                clock=self.verifier.clock,
                asked=self._ask(texts),
            )

            def judge(text: str) -> Report:
                examination = self.verifier.examine_text(text)
                return self.verifier.judge_by(sources, examination, inquiry)

            return judge

        return prepared

    def _ask(self, texts: list[str]) -> dict[str, Asked]:
        asked: dict[str, Asked] = {}
        for region, identifiers in self._by_region(texts):
            asked |= self._ask_region(region, identifiers)
        return asked

    def _by_region(self, texts: list[str]) -> Iterable[tuple[TrustedRegion, list[str]]]:
        """Return the identifiers among some texts that other regions have to be asked about."""
        trust = self.verifier.trust.current()
        found: dict[str, tuple[TrustedRegion, list[str]]] = {}
        if trust is None or self.asker is None:
            return ()
        for text in texts:
            claims = self.verifier.examine_text(text).license
            if claims is None or claims.digest:
                continue
            region = trust.region_of_issuer(claims.identifier.issuer_code)
            if region is not None:
                found.setdefault(str(region.code), (region, []))[1].append(text.strip())
        return found.values()

    def _ask_region(self, region: TrustedRegion, identifiers: list[str]) -> dict[str, Asked]:
        if self.asker is None:
            return {}
        nonce, now = secrets.token_hex(_NONCE_BYTES), self.verifier.clock.now()
        silence = Asked(nonce=nonce, at=now, answer=None)
        asked = dict.fromkeys(identifiers, silence)
        with self.asker.ask_statuses(
            region.service_url, identifiers, nonce, to=region.code
        ) as lines:
            for line in lines or ():
                answer = Asked(nonce=nonce, at=now, answer=line)
                asked |= dict.fromkeys(identifiers_in(line) & asked.keys(), answer)
        return asked
