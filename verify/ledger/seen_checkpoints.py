"""A checkpoint in somebody's hands (留存的检查点): whose it is, and which other regions saw it."""

from collections.abc import Iterable
from dataclasses import dataclass

from certs.ledger.entries import LedgerName
from certs.ledger.publishing import origin_of
from signing.errors import InvalidSignatureError
from signing.ledger.checkpoints import Checkpoint
from signing.ledger.notes import Note
from verify.errors import LedgerProofError, StrangeLogError
from verify.ledger.keys import log_keys
from verify.ledger.time_proofs import Sighting, sightings_of
from verify.ledger.witnessing import check_signed
from verify.trusted_regions import TrustedRegion


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenCheckpoint:
    """A checkpoint whose region signed it.

    Attributes:
        keeper: The region that keeps the log.
        sightings: Which other regions cosigned it, the earliest first; none if nobody did.
    """

    checkpoint: Checkpoint
    keeper: TrustedRegion
    log: LedgerName
    sightings: tuple[Sighting, ...]


def read_seen(note: Note, regions: Iterable[TrustedRegion]) -> SeenCheckpoint:
    """Check who signed a checkpoint.

    Args:
        note: The checkpoint with its signatures.
        regions: The regions whose signatures count.

    Raises:
        MalformedStructureError: The note is not a checkpoint.
        StrangeLogError: No region of these keeps such a log.
        LedgerProofError: The region that keeps it did not sign it.
    """
    trusted = tuple(regions)
    checkpoint = Checkpoint.parse(note.text)
    keeper, log = keeper_of(checkpoint.origin, trusted)
    try:
        check_signed(note, log_keys(keeper, log))
    except InvalidSignatureError as error:
        raise LedgerProofError(f"{keeper.code} did not sign it") from error
    others = (region for region in trusted if region.code != keeper.code)
    return SeenCheckpoint(
        checkpoint=checkpoint, keeper=keeper, log=log, sightings=sightings_of(note, others)
    )


def keeper_of(origin: str, regions: Iterable[TrustedRegion]) -> tuple[TrustedRegion, LedgerName]:
    """Return the region that keeps a log, and which of its logs it is.

    Raises:
        StrangeLogError: None of these does.
    """
    for region in regions:
        for log in LedgerName:
            if origin == origin_of(str(region.code), log):
                return region, log
    raise StrangeLogError(origin)
