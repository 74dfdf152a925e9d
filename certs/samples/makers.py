"""The makers of synthetic rows, by the short name of the license type."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from certs.samples.birth_certificate import birth_certificate_rows
from certs.samples.business_license import business_license_rows
from certs.samples.food_business import food_business_rows
from certs.samples.road_transport_vehicle import road_transport_vehicle_rows
from certs.samples.rows import RowMaker

ROW_MAKERS: Final[Mapping[str, RowMaker]] = MappingProxyType(
    {
        "birth_certificate": birth_certificate_rows,
        "business_license": business_license_rows,
        "food_business": food_business_rows,
        "road_transport_vehicle": road_transport_vehicle_rows,
    }
)
