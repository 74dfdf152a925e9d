"""Licenses (电子证照) over HTTP."""

import base64
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Annotated, Self

from pydantic import (
    ConfigDict,
    Field,
    StringConstraints,
)

from api.license_reading import file_address
from api.schemas.bodies import Body, HolderIn, Identifier
from api.schemas.marks import MarkOut
from api.standings import Standing
from certs.identifiers import LicenseIdentifier
from certs.licenses import License
from certs.lints.dimensions import LintLevel
from certs.marks import Mark
from certs.statuses import StatusKind
from certs.validity_ranges import PERMANENT
from signing.algorithms import sm3

_Value = Annotated[str, StringConstraints(max_length=4000)]
_Date = Annotated[str, StringConstraints(min_length=1, max_length=40)]


class LicenseIn(Body):
    """What a license is to say; dates as 2026-03-18, 2026年3月18日 or 20260318."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "food_business",
                    "holder": {
                        "code_type": "001",
                        "code": "92340202YX0000009J",
                        "name": "芜湖市镜湖区青禾（样例）小吃店",
                    },
                    "fields": {
                        "legal_representative": "赵样安",
                        "domicile": "芜湖市镜湖区样例东路1号",
                        "premises": "芜湖市镜湖区样例东路1号",
                        "business_form": "餐饮服务经营者",
                        "business_items": "热食类食品制售",
                        "number": "JY23402020000018",
                        "supervising_agency": "镜湖区市场监督管理局样例所",
                        "hotline": "12315",
                        "signatory": "钱样宁",
                    },
                    "issued_on": "2026-03-18",
                    "valid_from": "2026-03-18",
                    "valid_to": "2031-03-17",
                }
            ]
        }
    )

    type: Annotated[str, StringConstraints(min_length=1, max_length=60)] = Field(
        description="证照类型短名或代码 · short name or code of the type"
    )
    holder: HolderIn = Field(description="持证主体")
    fields: dict[Annotated[str, StringConstraints(max_length=60)], _Value] = Field(
        default={}, max_length=100, description="信息项 by name"
    )
    valid_from: _Date = Field(description="有效期起始日期")
    valid_to: _Date = Field(description=f"有效期截止日期, or {PERMANENT}")
    number: _Date | None = Field(default=None, description="证照编号, unless among the fields")
    issued_on: _Date | None = Field(default=None, description="颁发日期; today if not given")
    replaces: Identifier | None = Field(
        default=None,
        description="所替代的证照标识（延续、变更）; this is its next version, and ends it",
    )


class FilesOut(Body):
    """Where the files of a license are read, relative to this host."""

    pdf: str
    ofd: str | None = Field(
        default=None,
        exclude_if=lambda address: address is None,
        description="absent if the license has no OFD face",
    )
    json_: str = Field(alias="json")
    p7s: str

    model_config = ConfigDict(frozen=True, extra="forbid", serialize_by_alias=True)

    @classmethod
    def of(cls, license: License) -> Self:
        """Return the addresses of a license's files."""
        identifier = license.identifier
        return cls.model_validate(
            {
                "pdf": file_address(identifier, "pdf"),
                "ofd": file_address(identifier, "ofd") if license.files.ofd else None,
                "json": file_address(identifier, "json"),
                "p7s": file_address(identifier, "p7s"),
            }
        )


class InlineFileOut(Body):
    """A file in the answer itself."""

    media_type: str
    sm3: str = Field(description="SM3 of the file, hexadecimal")
    content: str = Field(description="the file, base64")

    @classmethod
    def of(cls, content: bytes, *, media_type: str) -> Self:
        """Show a file."""
        return cls(
            media_type=media_type,
            sm3=sm3(content).hex(),
            content=base64.b64encode(content).decode("ascii"),
        )


class IssueFindingOut(Body):
    """What a lint found about a license just issued; never a value."""

    name: str = Field(description="检查项; its stable name")
    level: LintLevel
    field: str = Field(description="信息项; empty where it is about the whole license")
    label: str
    zh: str
    en: str


class IssuedLicenseOut(Body):
    """A license that is in force now."""

    identifier: str = Field(description="电子证照标识")
    version: int
    files: FilesOut
    findings: tuple[IssueFindingOut, ...] = Field(
        description="数据质量提示; what refused nothing, and is kept with the license"
    )
    inline: dict[str, InlineFileOut] | None = Field(
        default=None,
        exclude_if=lambda files: files is None,
        description="the files that `include` asked for; one that the license has not is missing",
    )

    @classmethod
    def of(
        cls,
        license: License,
        *,
        findings: Iterable[Mapping[str, str]],
        inline: dict[str, InlineFileOut] | None = None,
    ) -> Self:
        """Show a license just issued."""
        return cls(
            identifier=license.identifier,
            version=LicenseIdentifier.parse(license.identifier).version,
            files=FilesOut.of(license),
            findings=tuple(IssueFindingOut.model_validate(item) for item in findings),
            inline=inline,
        )


class LicenseOut(Body):
    """A license as the register shows it; personal names are masked."""

    identifier: str
    version: int
    type: str = Field(description="证照类型代码")
    type_name: str
    issuer_code: str
    holder: str = Field(description="持证主体; masked where it is a person")
    valid_from: date
    valid_to: date | None = Field(description="null is 长期")
    replaces: str | None = Field(default=None, description="the version that it took the place of")
    status: StatusKind = Field(description="法律状态; how it stands by law now")
    standing: str | None = Field(default=None, description="how it stands today, expiry included")
    sealed_at: datetime
    flags: tuple[str, ...] | None = Field(
        default=None,
        exclude_if=lambda flags: not flags,
        description="标注: receipt numbers of corrections that are open about it",
    )
    marks: tuple[MarkOut, ...] = Field(
        default=(),
        exclude_if=lambda marks: not marks,
        description="标记: what of it is protected more than other data",
    )
    files: FilesOut

    @classmethod
    def of(
        cls,
        license: License,
        standing: Standing | None = None,
        *,
        flags: tuple[str, ...] = (),
        marks: tuple[Mark, ...] = (),
    ) -> Self:
        """Show a license."""
        return cls(
            identifier=license.identifier,
            version=LicenseIdentifier.parse(license.identifier).version,
            type=license.type_code,
            type_name=license.type_name,
            issuer_code=license.issuer_code,
            holder=license.holder_shown,
            valid_from=license.valid_from,
            valid_to=license.valid_to,
            replaces=license.replaces or None,
            status=license.status,
            standing=standing.status if standing else None,
            sealed_at=license.sealed_at,
            flags=flags or None,
            marks=MarkOut.all_of(marks),
            files=FilesOut.of(license),
        )


class LicensePageOut(Body):
    """Licenses, newest first."""

    licenses: tuple[LicenseOut, ...]
    next: str | None = Field(description="`after` of the next page; null on the last one")
