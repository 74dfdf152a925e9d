"""Trusted time from a ledger (可信时间): what is in a log that other regions saw was there by then.

A region can write any time into an entry, and sign any checkpoint. It cannot sign for others:
an entry below a checkpoint that other regions cosigned existed when they did.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from certs.errors import MalformedRecordError
from certs.ledger.entries import LedgerEntry, LedgerName
from certs.ledger.publishing import origin_of
from certs.regions import RegionCode
from signing.errors import InvalidSignatureError, MalformedStructureError
from signing.ledger.notes import Note
from signing.ledger.proof_files import LedgerProof
from verify.errors import LedgerProofError, TooFewWitnessesError
from verify.ledger.keys import log_keys, witness_keys
from verify.ledger.witnessing import check_signed
from verify.trusted_regions import TrustedRegion


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """That a region saw a checkpoint, and when it says that it did."""

    region: RegionCode
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvedTime:
    """What a proof shows.

    Attributes:
        entry: What stands in the log.
        at: By when it stood there, as far as enough witnesses say.
        sightings: Who saw the checkpoint, the earliest first.
    """

    entry: LedgerEntry
    at: datetime
    sightings: tuple[Sighting, ...]


def prove_time(
    proof: LedgerProof,
    *,
    log: LedgerName,
    keeper: TrustedRegion,
    regions: Iterable[TrustedRegion],
    quorum: int = 1,
) -> ProvedTime:
    """Check a proof from its entry to the witnesses.

    Args:
        proof: The proof.
        log: Which log of the keeper the entry should stand in.
        keeper: The region that keeps the log; its own sighting counts for nothing.
        regions: The regions whose sightings count.
        quorum: How many of them it takes.

    Raises:
        LedgerProofError: The log is another one, or nobody who may signed the checkpoint.
        TooFewWitnessesError: Too few other regions saw the checkpoint.
        InvalidProofError: The entry is not in the tree.
    """
    if proof.checkpoint.origin != origin_of(str(keeper.code), log):
        raise LedgerProofError("the proof is of another log")
    try:
        entry = LedgerEntry.parse(proof.entry)
        check_signed(proof.note, log_keys(keeper, log))
    except (MalformedRecordError, InvalidSignatureError) as error:
        raise LedgerProofError(str(error)) from error
    proof.verify_inclusion()
    found = sightings_of(proof.note, (region for region in regions if region.code != keeper.code))
    if len(found) < max(quorum, 1):
        raise TooFewWitnessesError(f"{len(found)} other regions saw it, not {quorum}")
    return ProvedTime(entry=entry, at=found[max(quorum, 1) - 1].at, sightings=found)


def sightings_of(note: Note, regions: Iterable[TrustedRegion]) -> tuple[Sighting, ...]:
    """Return which regions saw a checkpoint, the earliest first.

    A key counts for what it signed while its certificate was valid.
    """
    found = (_sighting(note, region) for region in regions)
    return tuple(sorted((item for item in found if item is not None), key=lambda item: item.at))


def _sighting(note: Note, region: TrustedRegion) -> Sighting | None:
    for key, certificate in zip(witness_keys(region), region.ledger, strict=True):
        try:
            at = note.seen_at(key)
        except (InvalidSignatureError, MalformedStructureError):
            continue
        if certificate.is_valid_at(at):
            return Sighting(region=region.code, at=at)
    return None
