"""Matters (事项) over HTTP."""

from fastapi import APIRouter

from api.schemas.cases import MatterOut
from api.services import ServicesDep

router = APIRouter(prefix="/matters", tags=["事项 matters"])


@router.get("", summary="可办事项及其材料 · matters and what they ask for")
def list_matters(services: ServicesDep) -> list[MatterOut]:
    """Return every matter in its newest version."""
    codes = dict.fromkeys(matter.code for matter in services.matters.matters)
    return [MatterOut.of(services.matters.latest(code)) for code in codes]
