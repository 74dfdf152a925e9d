"""The package of one license (证照存档信息包): what is archived of it, and how it is laid out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from certs.civil_dates import day_of
from certs.packages.bag_info import PackageKind, PackageType, Retention
from certs.packages.envelopes import describe, write_envelope
from certs.packages.events import PackageEvent, write_events
from certs.packages.files import CAPTURE_CHECKS, ENVELOPE, EVENTS, PackageFile
from certs.packages.metadata import license_metadata
from certs.packages.package import ArchivePackage, make_package
from certs.records import LicenseRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveTerms:
    """Under whom and for how long an instance archives.

    Attributes:
        organization: 立档单位名称.
        fonds: 全宗号.
        retention: 保管期限.
    """

    organization: str
    fonds: str
    retention: Retention = Retention.THIRTY_YEARS


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturedLicense:
    """All that goes into the package of a license.

    Attributes:
        content: Record, signature and faces, by path in the package.
        events: What happened to it, oldest first.
        evidence: What it takes to verify it again without asking anyone, by path.
        supersedes: The id of the package in whose place this one comes; empty for a first one.
    """

    record: LicenseRecord
    content: Mapping[str, PackageFile] = field(repr=False)
    events: tuple[PackageEvent, ...]
    evidence: Mapping[str, bytes] = field(repr=False)
    supersedes: str = ""


def draft_package(
    captured: CapturedLicense, *, terms: ArchiveTerms, packed_at: datetime
) -> ArchivePackage:
    """Return the package without the report of its checks, which look at it first."""
    kind = PackageType.AMENDED if captured.supersedes else PackageType.ORIGINAL
    envelope = write_envelope(
        license_metadata(captured.record, fonds=terms.fonds, retention=terms.retention),
        describe(captured.content),
        type=kind,
        made_at=packed_at,
        made_by=terms.organization,
    )
    described = {
        ENVELOPE: envelope,
        EVENTS: write_events(captured.events),
        **captured.evidence,
    }
    return make_package(
        organization=terms.organization,
        identifier=str(captured.record.identifier),
        packed_on=day_of(packed_at),
        kind=PackageKind.LICENSE,
        fonds=terms.fonds,
        retention=terms.retention,
        files={**captured.content, **_files(described.items())},
        supersedes=captured.supersedes,
    )


def checked_package(draft: ArchivePackage, report: bytes) -> ArchivePackage:
    """Return the package with the report of its checks (归档检测)."""
    return draft.with_file(CAPTURE_CHECKS, report)


def _files(contents: Iterable[tuple[str, bytes]]) -> dict[str, PackageFile]:
    return {name: PackageFile(content=content) for name, content in contents}
