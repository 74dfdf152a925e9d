"""License types (证照类型) over HTTP."""

from fastapi import APIRouter

from api.schemas.license_types import LicenseTypeOut
from api.services import ServicesDep

router = APIRouter(prefix="/license-types", tags=["证照类型 license types"])


@router.get("", summary="证照类型及其信息项 · types and their fields")
def list_license_types(services: ServicesDep) -> list[LicenseTypeOut]:
    """Return every license type of this instance."""
    return [LicenseTypeOut.of(item) for item in services.catalogue]
