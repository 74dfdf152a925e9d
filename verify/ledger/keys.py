"""Whose signatures count on a checkpoint: the keys that a trust list names for a region."""

from collections.abc import Iterable, Iterator

from certs.ledger.entries import LedgerName
from certs.ledger.publishing import origin_of
from certs.regions import RegionCode
from signing.ledger.notes import NoteKey, NoteRole
from verify.trusted_regions import TrustedRegion


def witness_name(region: RegionCode) -> str:
    """Return the name under which a region signs what it saw of others' logs."""
    return f"{region}.yinxin"


def log_keys(region: TrustedRegion, log: LedgerName) -> tuple[NoteKey, ...]:
    """Return the keys that sign a region's log."""
    name = origin_of(str(region.code), log)
    return tuple(
        NoteKey(name=name, role=NoteRole.LOG, public_key=item.public_key) for item in region.ledger
    )


def witness_keys(region: TrustedRegion) -> tuple[NoteKey, ...]:
    """Return the keys with which a region signs what it saw."""
    name = witness_name(region.code)
    return tuple(
        NoteKey(name=name, role=NoteRole.WITNESS, public_key=item.public_key)
        for item in region.ledger
    )


def keys_by_origin(regions: Iterable[TrustedRegion]) -> dict[str, tuple[NoteKey, ...]]:
    """Return the keys of all logs that the regions keep, by the name of the log."""
    return dict(_keys(regions))


def _keys(regions: Iterable[TrustedRegion]) -> Iterator[tuple[str, tuple[NoteKey, ...]]]:
    for region in regions:
        for log in LedgerName:
            if keys := log_keys(region, log):
                yield keys[0].name, keys
