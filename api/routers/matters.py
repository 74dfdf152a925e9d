"""Matters (事项) over HTTP."""

from fastapi import APIRouter

from api.schemas.matters import MatterOut
from api.services import ServicesDep

router = APIRouter(prefix="/matters", tags=["事项 matters"])


@router.get("", summary="可办事项及其材料 · matters and what they ask for")
def list_matters(services: ServicesDep) -> list[MatterOut]:
    """Return every matter in its newest version."""
    matters = services.matters
    return [MatterOut.of(matters.latest(code)) for code in matters.codes()]
