"""The ledger of one region in a process: publisher, witness, and who asks other witnesses."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Final, Protocol

from api.repeating import repeating
from certs.ledger.ports import LedgerShelf
from certs.ledger.publishing import LedgerPublisher
from certs.ports import Clock, UnitOfWork
from certs.regions import RegionCode
from signing.ledger.notes import NoteKey
from signing.signer import Signer
from verify.ledger.asking import WitnessClient, WitnessRound
from verify.ledger.keys import keys_by_origin, witness_name
from verify.ledger.witnessing import Witness, WitnessBook
from verify.trust_lists import TrustList
from verify.trusted_regions import TrustedRegion

PUBLISHED_SECONDS: Final = 1.0
"""A checkpoint covers what was recorded at most so long after."""
ASKED_SECONDS: Final = 5.0
_JITTER: Final = 0.2


class CurrentTrust(Protocol):
    """Knows whom this instance believes."""

    def current(self) -> TrustList | None:
        """Return the newest good list, or None if there is none."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerOffice:
    """What a process does with ledgers.

    Attributes:
        shelf: The files of this region's logs.
        publisher: Publishes them; None where this process has no key for it.
        witness: Cosigns other regions' logs; None likewise.
        round: Asks other regions to cosign this one's; None where nobody is asked.
    """

    shelf: LedgerShelf
    publisher: LedgerPublisher | None = None
    witness: Witness | None = None
    round: WitnessRound | None = None

    def publish_and_ask(self) -> None:
        """Publish what is new, and ask the other regions to witness it, once and now.

        Raises:
            LedgerDamagedError: Database and published ledger do not tell one story.
        """
        if self.publisher is not None:
            self.publisher.publish()
        if self.round is not None:
            self.round.ask()


def open_ledger_office(  # noqa: PLR0913 - the parts of an office
    region: RegionCode,
    *,
    signer: Signer | None,
    shelf: LedgerShelf,
    unit_of_work: Callable[[], UnitOfWork],
    open_book: Callable[[], AbstractContextManager[WitnessBook]],
    clock: Clock,
    trust: CurrentTrust,
    client: WitnessClient | None,
    quorum: int = 1,
) -> LedgerOffice:
    """Put an office together.

    Args:
        region: Whose it is.
        signer: The key of the role ``ledger``; None where the instance has none.
        shelf: The files of its logs.
        unit_of_work: Opens the database.
        open_book: Opens what was seen of others' logs.
        clock: Tells the time.
        trust: Knows the other regions.
        client: Asks them; None where nobody is asked.
        quorum: How many of them have to see a checkpoint.
    """
    if signer is None:
        return LedgerOffice(shelf=shelf)
    regions = partial(_regions, trust)
    publisher = LedgerPublisher(
        unit_of_work=unit_of_work, clock=clock, region=str(region), signer=signer, shelf=shelf
    )
    witness = Witness(
        name=witness_name(region),
        signer=signer,
        clock=clock,
        keys=partial(_keys, trust, region),
        open_book=open_book,
    )
    asked = None
    if client is not None:
        asked = WitnessRound(
            region=region,
            unit_of_work=unit_of_work,
            shelf=shelf,
            regions=regions,
            client=client,
            quorum=quorum,
        )
    return LedgerOffice(shelf=shelf, publisher=publisher, witness=witness, round=asked)


def _regions(trust: CurrentTrust) -> tuple[TrustedRegion, ...]:
    """Return the regions that are trusted now; none where no list can be believed."""
    current = trust.current()
    return current.regions if current is not None else ()


def _keys(trust: CurrentTrust, own: RegionCode) -> dict[str, tuple[NoteKey, ...]]:
    """Return the keys of the others' logs: nobody witnesses what it keeps itself."""
    return keys_by_origin(item for item in _regions(trust) if item.code != own)


@contextmanager
def keeping_ledger(office: LedgerOffice) -> Iterator[None]:
    """Publish, and ask for witnesses, until the block ends; whatever goes wrong is tried again."""
    with ExitStack() as stack:
        if office.publisher is not None:
            stack.enter_context(
                repeating(
                    office.publisher.publish,
                    interval=PUBLISHED_SECONDS,
                    name="ledger-publisher",
                    trouble="the ledger could not be published",
                )
            )
        if office.round is not None:
            stack.enter_context(
                repeating(
                    office.round.ask,
                    interval=ASKED_SECONDS,
                    jitter=_JITTER,
                    name="ledger-witnesses",
                    trouble="no witness could be asked",
                )
            )
        yield
