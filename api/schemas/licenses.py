"""Licenses (电子证照) over HTTP."""

from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, ConfigDict, Field, StringConstraints, field_validator

from api.license_reading import file_address
from api.schemas.bodies import Body, HolderIn, Text
from api.standings import Standing
from certs.identifiers import LicenseIdentifier
from certs.licenses import License
from certs.masking import redact
from certs.statuses import StatusEvent, StatusKind
from certs.validity_ranges import PERMANENT

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


class IssuedLicenseOut(Body):
    """A license that is in force now."""

    identifier: str = Field(description="电子证照标识")
    version: int
    files: FilesOut

    @classmethod
    def of(cls, license: License) -> Self:
        """Show a license just issued."""
        return cls(
            identifier=license.identifier,
            version=LicenseIdentifier.parse(license.identifier).version,
            files=FilesOut.of(license),
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
    status: StatusKind = Field(description="what the newest event made of it")
    standing: str | None = Field(default=None, description="how it stands today, expiry included")
    sealed_at: datetime
    files: FilesOut

    @classmethod
    def of(cls, license: License, standing: Standing | None = None) -> Self:
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
            status=license.status,
            standing=standing.status if standing else None,
            sealed_at=license.sealed_at,
            files=FilesOut.of(license),
        )


class LicensePageOut(Body):
    """Licenses, newest first."""

    licenses: tuple[LicenseOut, ...]
    next: str | None = Field(description="`after` of the next page; null on the last one")


class StatusIn(Body):
    """A change of legal status (状态变更)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "revoked",
                    "effective_at": "2026-03-18T09:00:00+08:00",
                    "decision_no": "芜市监罚〔2026〕12号",
                    "reason": "《食品安全法》第一百二十四条",
                }
            ]
        }
    )

    kind: Literal[
        "active",
        "suspended",
        "revoked",
        "rescinded",
        "withdrawn",
        "cancelled",
        "void",
        "transferred",
    ]
    effective_at: AwareDatetime | None = Field(default=None, description="生效时间; now if absent")
    decision_no: Text = Field(description="文书号")
    reason: Text = Field(description="理由; it is published with the status, so no personal data")

    @field_validator("reason", "decision_no")
    @classmethod
    def _without_personal_data(cls, text: str) -> str:
        if redact(text) != text:
            raise ValueError("理由和文书号会公开，不得含公民身份号码 · no citizen numbers here")
        return text


class StatusEventOut(Body):
    """One change of legal status, with its two times."""

    kind: StatusKind
    term: str = Field(description="法律术语")
    effective_at: datetime
    recorded_at: datetime
    decision_no: str
    reason: str

    @classmethod
    def of(cls, event: StatusEvent) -> Self:
        """Show an event; who recorded it stays inside."""
        return cls(
            kind=event.kind,
            term=event.kind.zh,
            effective_at=event.effective_at,
            recorded_at=event.recorded_at,
            decision_no=event.decision_no,
            reason=event.reason,
        )


class HistoryOut(Body):
    """All changes of a license's status, oldest first."""

    identifier: str
    events: tuple[StatusEventOut, ...]
