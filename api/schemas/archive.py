"""Bodies about the archive."""

from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from api.archive_views import checks_json
from certs.packages.jobs import KeptChecks, KeptPackage


class ArchivePackageOut(BaseModel):
    """A package as it is entered, and the reports on it."""

    model_config = ConfigDict(extra="forbid")

    package: str = Field(description="信息包标识, SM3 of its last manifest")
    object: str = Field(description="SM3 of the package's bytes")
    sha512: str = Field(description="SHA-512 of the same")
    length_bytes: int
    kind: str = Field(description="license 证照, case 办件")
    subject: str = Field(description="证照标识或办件编号")
    archive_number: str = Field(description="档号")
    retention: str = Field(description="保管期限")
    archived_at: datetime
    supersedes: str = Field(default="", description="The package in whose place it came")
    checks: tuple[dict[str, Any], ...] = Field(
        default=(), description="四性检测报告, oldest first; that of capture lies in the package"
    )

    @classmethod
    def of(cls, kept: KeptPackage, checks: tuple[KeptChecks, ...]) -> Self:
        """Return what callers are told of a package."""
        return cls(
            package=kept.package_id,
            object=kept.object,
            sha512=kept.sha512,
            length_bytes=kept.length_bytes,
            kind=kept.kind.value,
            subject=kept.subject,
            archive_number=kept.archive_number,
            retention=kept.retention.value,
            archived_at=kept.archived_at,
            supersedes=kept.supersedes,
            checks=tuple(dict(checks_json(item)) for item in checks),
        )
