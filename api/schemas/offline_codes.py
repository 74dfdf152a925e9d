"""Offline display codes (离线亮证码) over HTTP."""

import base64
import binascii
from datetime import datetime
from typing import Annotated, Self

from pydantic import ConfigDict, Field, StringConstraints, field_validator

from api.openapi_examples import IDENTIFIER as EXAMPLE
from api.schemas.bodies import Body, Identifier
from certs.offline_codes import to_address
from certs.offline_showing import IssuedOfflineCode
from signing.errors import MalformedStructureError
from signing.holder_proofs import DeviceKey

_Name = Annotated[str, StringConstraints(min_length=1, max_length=60)]
_EXAMPLE = (
    "BGsX0fLhLEJH+Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT+NC4v4af5uO5+tKfA+eFivOM1drMV7Oy7ZAaDe/UfU="
)


class OfflineCodeIn(Body):
    """What is to be shown, and by which device."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "license": EXAMPLE,
                    "fields": ["age-over-18"],
                    "device": _EXAMPLE,
                }
            ]
        }
    )

    license: Identifier = Field(description="电子证照标识")
    fields: tuple[_Name, ...] = Field(
        default=(),
        max_length=40,
        description="出示的信息项，或年龄证明 age-over-14/16/18/60; a usual handful if empty",
    )
    device: Annotated[str, StringConstraints(max_length=120)] = Field(
        default="",
        description="设备公钥：P-256 未压缩点，base64; empty for a code that is bound to none",
    )

    @field_validator("device")
    @classmethod
    def _is_key(cls, value: str) -> str:
        _device_key(value)
        return value

    @property
    def device_key(self) -> DeviceKey | None:
        """The key of the device that will show it; None for none."""
        return _device_key(self.device)


def _device_key(text: str) -> DeviceKey | None:
    try:
        return DeviceKey.of_point(base64.b64decode(text, validate=True)) if text else None
    except (binascii.Error, ValueError, MalformedStructureError) as error:
        raise ValueError("not a point of P-256, uncompressed, in base64") from error


class OfflineCodeOut(Body):
    """A signed code; it is nowhere else."""

    url: str = Field(description="what the QR code says where no device signs it anew")
    license: str
    type_name: str
    holder: str
    fields: tuple[tuple[str, str], ...] = Field(description="label and value")
    expires_at: datetime
    is_bound: bool

    @classmethod
    def of(cls, issued: IssuedOfflineCode, public_url: str) -> Self:
        """Show a fresh code."""
        claims = issued.claims
        return cls(
            url=to_address(issued.code, public_url=public_url),
            license=str(claims.identifier),
            type_name=claims.type_name,
            holder=claims.holder_shown,
            fields=claims.fields,
            expires_at=claims.expires_at,
            is_bound=claims.device is not None,
        )
