"""What packages are found by (检索项): keyed hashes of codes and numbers, type, and dates.

Codes and printed numbers may be a person's own; they are searched by hashes under a secret that
never leaves the instance, and stand nowhere else in the archive's book.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from certs import canonical
from certs.errors import MalformedIdentifierError, MalformedPackageError, MalformedRecordError
from certs.holder_codes import HolderCode, HolderCodeType
from certs.holder_keys import HolderKeys
from certs.packages.bag_info import PackageKind
from certs.packages.envelopes import parse_envelope
from certs.packages.files import CASE_RECORD, ENVELOPE, RECORD
from certs.packages.jobs import KeptPackage
from certs.packages.package import ArchivePackage
from certs.packages.rules import PackageRule
from certs.records import LicenseRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageListing:
    """What one package is found by.

    Attributes:
        holder_key: Of the holder of the license, or the applicant of the case.
        number_key: Of the printed number, or the number of the case.
        type_code: 证照类型代码; empty for a case.
        issued_on: When the license was issued, or the case decided.
    """

    package_id: str
    holder_key: str
    number_key: str
    issued_on: date
    type_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageQuery:
    """What is searched for; what is empty does not matter. Days and instants are inclusive."""

    holder_key: str = ""
    number_key: str = ""
    type_code: str = ""
    kind: PackageKind | None = None
    issued_from: date | None = None
    issued_to: date | None = None
    archived_from: datetime | None = None
    archived_to: datetime | None = None

    @property
    def is_by_issue(self) -> bool:
        """Whether answers come by the day of issue; else by when they were archived."""
        return self.issued_from is not None or self.issued_to is not None


class PackageSearch(Protocol):
    """Finds packages, within one transaction."""

    def enlist(self, listing: PackageListing) -> None:
        """Say what a package that is entered is found by."""
        ...

    def unlisted(self, limit: int) -> tuple[KeptPackage, ...]:
        """Return packages of which nobody has said what they are found by, oldest first."""
        ...

    def find(
        self, query: PackageQuery, limit: int, *, after: str | None = None
    ) -> tuple[KeptPackage, ...]:
        """Return packages, the newest first, from behind the id ``after``.

        Raises:
            PackageNotFoundError: ``after`` is no package's.
        """
        ...


def listing_of(package: ArchivePackage, keys: HolderKeys) -> PackageListing:
    """Return what a package is found by.

    Raises:
        MalformedPackageError: What it is of does not say so.
    """
    try:
        if package.info.kind is PackageKind.CASE:
            return _of_case(package, keys)
        return _of_license(package, keys)
    except (KeyError, ValueError, MalformedRecordError, MalformedIdentifierError) as error:
        about = CASE_RECORD if package.info.kind is PackageKind.CASE else RECORD
        raise MalformedPackageError(
            PackageRule.RECORD, "it does not say whose it is", about=about
        ) from error


def _of_license(package: ArchivePackage, keys: HolderKeys) -> PackageListing:
    record = LicenseRecord.parse(package.files[RECORD].content)
    return PackageListing(
        package_id=package.package_id,
        holder_key=keys.of(record.holder),
        number_key=keys.of_printed_number(record.number),
        type_code=str(record.identifier.type_code),
        issued_on=record.issued_on,
    )


def _of_case(package: ArchivePackage, keys: HolderKeys) -> PackageListing:
    record = canonical.decode(package.files[CASE_RECORD].content)
    applicant = record.get("applicant") if isinstance(record, Mapping) else None
    if not isinstance(applicant, Mapping):
        raise MalformedRecordError("a case without an applicant")
    holder = HolderCode(
        code_type=HolderCodeType(str(applicant["code_type"])), code=str(applicant["code"])
    )
    decided_on = parse_envelope(package.files[ENVELOPE].content).values["内容描述/日期"]
    return PackageListing(
        package_id=package.package_id,
        holder_key=keys.of(holder),
        number_key=keys.of_printed_number(package.info.identifier),
        issued_on=date.fromisoformat(decided_on),
    )
