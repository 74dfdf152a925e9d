"""Electronic seals (电子印章) over HTTP: what this instance seals with."""

from datetime import datetime
from typing import Self

from fastapi import APIRouter
from pydantic import Field

from api.auth import IssuerDep
from api.schemas.bodies import Body, problems
from api.services import ServicesDep
from signing.seals import Seal, parse_seal

router = APIRouter(prefix="/seals", tags=["印章 seals"])


class SealOut(Body):
    """电子印章, without its picture."""

    code: str = Field(description="印章编码")
    name: str = Field(description="印章名称")
    maker: str = Field(description="制章单位 · common name of the maker's certificate")
    signers: tuple[str, ...] = Field(description="可用印的证书 · who may use it")
    created_at: datetime
    valid_from: datetime
    valid_to: datetime

    @classmethod
    def of(cls, seal: Seal) -> Self:
        """Show a seal."""
        described = seal.description
        return cls(
            code=described.code,
            name=described.name,
            maker=seal.maker.common_name,
            signers=tuple(item.common_name for item in described.signers),
            created_at=described.created_at,
            valid_from=described.valid_from,
            valid_to=described.valid_to,
        )


@router.get("", summary="在用印章 · seals in use", responses=problems(401, 403))
def list_seals(services: ServicesDep, _caller: IssuerDep) -> list[SealOut]:
    """Return the seals that the issuing desks of this instance use, each once."""
    encoded = {desk.sealer.seal for desk in services.desks.values()}
    return [SealOut.of(parse_seal(item)) for item in sorted(encoded)]
