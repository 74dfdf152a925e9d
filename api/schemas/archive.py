"""Bodies about the archive."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.archive_views import checks_json
from api.schemas.bodies import Body
from certs.civil_dates import start_of
from certs.holder_codes import HolderCode, HolderCodeType
from certs.holder_keys import HolderKeys
from certs.keeping.disposals import DisposalProposal
from certs.keeping.retention import MAX_DOCUMENT_NO, MAX_REASON
from certs.packages.bag_info import PackageKind
from certs.packages.jobs import KeptChecks, KeptPackage
from certs.packages.search import PackageQuery

PACKAGE_PATTERN = r"^[0-9a-f]{64}$"
_EARLIEST, _LATEST = date(1900, 1, 1), date(9000, 1, 1)
_Day = Annotated[date, Field(ge=_EARLIEST, le=_LATEST)]


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


class SoughtHolderIn(Body):
    """Whose packages: 持证主体, or the applicant of a case."""

    code_type: HolderCodeType
    code: Annotated[str, StringConstraints(min_length=1, max_length=80)]


class PackageSearchIn(Body):
    """What is searched for; codes and numbers stand in a body and never in an address."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "holder": {"code_type": "001", "code": "11340200MB9TXY014H"},
                    "kind": "license",
                    "issued_from": "2026-01-01",
                    "limit": 50,
                }
            ]
        }
    )

    holder: SoughtHolderIn | None = None
    number: Annotated[str, StringConstraints(min_length=1, max_length=128)] | None = Field(
        default=None, description="证照编号或办件编号"
    )
    type: Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{21}$")] | None = Field(
        default=None, description="证照类型代码"
    )
    kind: PackageKind | None = None
    issued_from: _Day | None = Field(default=None, description="颁发或办结，自")
    issued_to: _Day | None = Field(default=None, description="颁发或办结，至")
    archived_from: _Day | None = Field(default=None, description="归档，自")
    archived_to: _Day | None = Field(default=None, description="归档，至")
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    after: Annotated[str, StringConstraints(pattern=PACKAGE_PATTERN)] | None = Field(
        default=None, description="`next` of the page before"
    )

    def to_query(self, keys: HolderKeys) -> PackageQuery:
        """Return the search, with keyed hashes for codes and numbers.

        Raises:
            MalformedIdentifierError: The holder's code is none.
        """
        holder = self.holder
        archived_to = self.archived_to
        return PackageQuery(
            holder_key=(
                keys.of(HolderCode(code_type=holder.code_type, code=holder.code.strip()))
                if holder is not None
                else ""
            ),
            number_key=keys.of_printed_number(self.number.strip()) if self.number else "",
            type_code=self.type or "",
            kind=self.kind,
            issued_from=self.issued_from,
            issued_to=self.issued_to,
            archived_from=start_of(self.archived_from) if self.archived_from else None,
            archived_to=(
                start_of(archived_to + timedelta(days=1)) - timedelta(microseconds=1)
                if archived_to
                else None
            ),
        )


class PackagePageOut(BaseModel):
    """Packages, the newest first."""

    model_config = ConfigDict(extra="forbid")

    packages: tuple[ArchivePackageOut, ...] = Field(description="without their reports")
    next: str | None = Field(description="`after` of the next page; null on the last one")


class PackageChecksOut(BaseModel):
    """四性检测报告 of a package that were kept, oldest first."""

    model_config = ConfigDict(extra="forbid")

    package: str
    checks: tuple[dict[str, Any], ...]


class DisposalProposalIn(Body):
    """提出销毁: another person approves it, at the command line."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"document_no": "档字〔2026〕1号", "reason": "保管期满"}]}
    )

    document_no: Annotated[str, StringConstraints(min_length=1, max_length=MAX_DOCUMENT_NO)]
    reason: Annotated[str, StringConstraints(min_length=1, max_length=MAX_REASON)]


class DisposalProposalOut(BaseModel):
    """What was proposed, and by whom."""

    model_config = ConfigDict(extra="forbid")

    package: str
    proposer: str
    proposed_at: datetime
    document_no: str
    reason: str

    @classmethod
    def of(cls, proposal: DisposalProposal, *, package: str) -> Self:
        """Return what callers are told; ``package`` is the package's id."""
        return cls(
            package=package,
            proposer=proposal.proposer,
            proposed_at=proposal.proposed_at,
            document_no=proposal.document_no,
            reason=proposal.reason,
        )
