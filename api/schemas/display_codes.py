"""Display codes (亮证码) over HTTP."""

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import ConfigDict, Field, StringConstraints

from api.labels import label_of
from api.openapi_examples import IDENTIFIER as EXAMPLE
from api.schemas.bodies import Body, Identifier
from api.schemas.marks import MarkOut
from api.standings import Standing
from certs.catalogue import LicenseType
from certs.displays import IssuedCode, ShownLicense
from certs.marking import marked_of
from certs.marks import ordered

_Name = Annotated[str, StringConstraints(min_length=1, max_length=60)]


class DisplayCodeIn(Body):
    """What is to be shown, and what for."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "license": EXAMPLE,
                    "purpose": "办理开办餐饮店",
                    "fields": ["certificateName", "certificateHolderName"],
                }
            ]
        }
    )

    license: Identifier = Field(description="电子证照标识")
    purpose: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    fields: tuple[_Name, ...] = Field(
        default=(),
        max_length=40,
        description="出示的信息项，或年龄证明 age-over-14/16/18/60; a usual handful if empty",
    )
    grant: Annotated[str, StringConstraints(max_length=21)] = Field(
        default="", description="代办授权编号: whom the holder lets act shows what windows need"
    )


class DisplayCodeOut(Body):
    """A one-time code; it is nowhere else."""

    code: str
    url: str = Field(description="what the QR code says")
    expires_at: datetime

    @classmethod
    def of(cls, issued: IssuedCode, public_url: str) -> Self:
        """Show a fresh code."""
        return cls(
            code=issued.code,
            url=code_address(issued.code, public_url),
            expires_at=issued.grant.expires_at,
        )


def code_address(code: str, public_url: str) -> str:
    """Return the address that the QR code of ``code`` says."""
    return f"{public_url}/Q/{code}"


class RedeemIn(Body):
    """The code that somebody shows."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"code": "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}]}
    )

    code: Annotated[str, StringConstraints(min_length=1, max_length=60)]


class ShownFieldOut(Body):
    """One field that the holder shows."""

    name: str
    label: str
    label_en: str
    value: str

    @classmethod
    def all_of(cls, shown: ShownLicense, license_type: LicenseType | None) -> tuple[Self, ...]:
        """Return what is shown, in the order that the holder chose."""
        labels = {name: label_of(name, license_type) for name in shown.values}
        return tuple(
            cls(name=name, label=labels[name][0], label_en=labels[name][1], value=value)
            for name, value in shown.values.items()
        )


class ShownLicenseOut(Body):
    """What whoever redeemed the code may see.

    Without signing in: type, holder as the register masks it, how the license stands, and of
    which age the holder is where the code says that. A window sees all that the holder chose.
    """

    identifier: str | None
    type_name: str
    holder: str
    status: str
    is_in_force: bool
    zh: str
    en: str
    valid_to: date | None
    purpose: str | None
    seen_by: str
    fields: tuple[ShownFieldOut, ...]
    marks: tuple[MarkOut, ...] = Field(
        default=(), description="what of the fields is protected more than other data"
    )

    @classmethod
    def anonymous(
        cls, shown: ShownLicense, standing: Standing, *, license_type: LicenseType | None
    ) -> Self:
        """Show what anybody may see."""
        return cls(
            identifier=None,
            type_name=shown.license.type_name,
            holder=shown.license.holder_shown,
            status=standing.status,
            is_in_force=standing.is_in_force,
            zh=standing.zh,
            en=standing.en,
            valid_to=None,
            purpose=None,
            seen_by="anonymous",
            fields=ShownFieldOut.all_of(shown, license_type),
        )

    def to_verifier(self) -> Self:
        """Return it without what a social verifier was not registered for."""
        shown = {item.name for item in self.fields}
        return self.model_copy(
            update={
                "identifier": self.identifier if "certificateIdentifier" in shown else None,
                "valid_to": self.valid_to if "certificateExpiringDate" in shown else None,
            }
        )

    @classmethod
    def to_window(
        cls,
        shown: ShownLicense,
        standing: Standing,
        *,
        by: str,
        license_type: LicenseType | None,
        at: datetime,
    ) -> Self:
        """Show what the holder granted."""
        return cls(
            identifier=shown.license.identifier,
            type_name=shown.license.type_name,
            holder=shown.license.holder_shown,
            status=standing.status,
            is_in_force=standing.is_in_force,
            zh=standing.zh,
            en=standing.en,
            valid_to=shown.license.valid_to,
            purpose=shown.grant.purpose,
            seen_by=by,
            fields=ShownFieldOut.all_of(shown, license_type),
            marks=MarkOut.all_of(
                ordered(marked_of(shown.license, tuple(shown.values), is_whole=False, at=at))
            ),
        )
