"""A package as it is about to be stored: read back, and how book and ledger name it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from certs.holder_keys import HolderKeys
from certs.keeping.holdings import PackageReference
from certs.ledger.entries import LedgerEntry
from certs.packages.bag_info import PackageKind
from certs.packages.envelopes import parse_envelope
from certs.packages.files import CASE_RECORD, ENVELOPE, RECORD
from certs.packages.jobs import ArchiveJob, ArchiveStep, KeptPackage
from certs.packages.package import ArchivePackage, parse_package
from certs.packages.search import PackageListing, listing_of
from signing.algorithms import sm3

ARCHIVED: Final = "archived"


@dataclass(frozen=True, slots=True, kw_only=True)
class MadePackage:
    """A package that is ready to be stored.

    Attributes:
        record: SM3 of the record in it, hexadecimal.
        organization: 统一社会信用代码 of who answers for it.
        listing: What it is found by.
        needs: The objects of the packages that it refers to.
    """

    kept: KeptPackage
    record: str
    organization: str
    listing: PackageListing
    data: bytes = field(repr=False)
    needs: tuple[str, ...] = ()

    @property
    def entry(self) -> LedgerEntry:
        """The entry of the log ``archive``: the package by its id, its subject by the record."""
        return LedgerEntry(
            kind=ARCHIVED,
            at=self.kept.archived_at.replace(microsecond=0),
            organization=self.organization,
            digests=(self.kept.package_id, self.record),
        )

    @property
    def references(self) -> tuple[PackageReference, ...]:
        """What it needs, as holdings note it; none of that is disposed of while it is kept."""
        return tuple(
            PackageReference(package_id=name, referrer=self.kept.object, kind=self.kept.kind.value)
            for name in self.needs
        )

    def job(self, step: ArchiveStep) -> ArchiveJob:
        """Return the job at a step; of a case nothing lies loose, so that it ends when entered."""
        is_case = self.kept.kind is PackageKind.CASE
        ended = is_case and step is ArchiveStep.REGISTERED
        return ArchiveJob(
            subject=self.kept.subject,
            kind=self.kept.kind,
            step=ArchiveStep.STORED if ended else step,
            object=self.kept.object,
            changed_at=self.kept.archived_at,
        )


def read_back(
    data: bytes, *, at: datetime, keys: HolderKeys, made: ArchivePackage | None = None
) -> MadePackage:
    """Read a package as whoever receives it does (接收检测).

    Args:
        data: The package.
        at: When it is entered.
        keys: Make what it is found by of whose it is.
        made: What it was just made from, if that is at hand.

    Raises:
        MalformedPackageError: It is not as packages must be.
    """
    package = parse_package(data, made=made)
    values = parse_envelope(package.files[ENVELOPE].content).values
    name = CASE_RECORD if package.info.kind is PackageKind.CASE else RECORD
    return MadePackage(
        kept=_kept(package, data, values, at=at),
        record=package.files[name].sm3,
        organization=values.get("来源/立档单位代码", ""),
        listing=listing_of(package, keys),
        data=data,
        needs=tuple(dict.fromkeys(item.sm3 for item in package.references.values())),
    )


def _kept(
    package: ArchivePackage, data: bytes, values: Mapping[str, str], *, at: datetime
) -> KeptPackage:
    """Return how a package is entered in the book."""
    info = package.info
    return KeptPackage(
        package_id=package.package_id,
        object=sm3(data).hex(),
        sha512=hashlib.sha512(data).hexdigest(),
        length_bytes=len(data),
        kind=info.kind,
        subject=info.identifier,
        archive_number=values.get("档号/档号", ""),
        retention=info.retention,
        archived_at=at,
        supersedes=info.supersedes,
    )
