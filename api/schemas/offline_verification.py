"""Grounds of verification without a network, over HTTP (离线核验依据)."""

from datetime import datetime
from typing import Self

from pydantic import Field

from api.schemas.bodies import Body
from verify.offline_grounds import BelievedKey, OfflineGrounds, RegionGrounds


class BelievedKeyOut(Body):
    """A key that may be believed."""

    kid: str = Field(description="密钥标识 · first 8 bytes of SM3 of the certificate, hexadecimal")
    key: str = Field(description="SM2 公钥 · 04‖x‖y, hexadecimal")
    role: str = Field(description="`record` signs codes, `status` signs status lists")
    organization: str = Field(description="证书中的统一社会信用代码; empty where it names none")

    @classmethod
    def of(cls, key: BelievedKey) -> Self:
        """Show a key."""
        return cls(
            kid=key.identifier.hex(),
            key=key.certificate.public_key.point.hex(),
            role=key.role.value,
            organization=key.certificate.organization_code,
        )


class EntitledIssuerOut(Body):
    """Which types an issuer may issue."""

    code: str
    name: str
    types: tuple[str, ...]


class RegionGroundsOut(Body):
    """What can be believed about one region; without keys nothing of it can be judged offline."""

    code: str
    name: str
    until: datetime
    keys: tuple[BelievedKeyOut, ...]
    issuers: tuple[EntitledIssuerOut, ...]
    status_lists: dict[str, str] = Field(
        description="状态列表：名称（令牌的 sub）与本系统地址 · name, and where to get it here"
    )

    @classmethod
    def of(cls, grounds: RegionGrounds) -> Self:
        """Show what is known of a region."""
        region = grounds.region
        return cls(
            code=str(region.code),
            name=region.name,
            until=grounds.until,
            keys=tuple(BelievedKeyOut.of(key) for key in grounds.keys),
            issuers=tuple(
                EntitledIssuerOut(
                    code=str(item.code),
                    name=item.name,
                    types=tuple(sorted(str(code) for code in item.types)),
                )
                for item in region.issuers
            ),
            status_lists={
                f"{region.service_url}/api/v1/status-lists/{number}": (
                    f"/api/v1/offline-verification/{region.code}/status-lists/{number}"
                )
                for number in grounds.lists
            },
        )


class OfflineGroundsOut(Body):
    """All that a browser needs to judge codes without a network."""

    made_at: datetime
    trust_version: int
    regions: tuple[RegionGroundsOut, ...]

    @classmethod
    def of(cls, grounds: OfflineGrounds) -> Self:
        """Show the grounds."""
        return cls(
            made_at=grounds.made_at,
            trust_version=grounds.trust.version,
            regions=tuple(RegionGroundsOut.of(item) for item in grounds.regions),
        )
