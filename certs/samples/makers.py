"""The makers of synthetic rows, by the short name of the license type."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from certs.samples.birth_certificate import birth_certificate_rows
from certs.samples.business_license import business_license_rows
from certs.samples.disability_card import disability_card_rows
from certs.samples.drainage_permit import drainage_permit_rows
from certs.samples.food_business import food_business_rows
from certs.samples.medical_institution import medical_institution_rows
from certs.samples.nurse_practice import nurse_practice_rows
from certs.samples.real_estate_title import real_estate_title_rows
from certs.samples.road_transport_operation import road_transport_operation_rows
from certs.samples.road_transport_vehicle import road_transport_vehicle_rows
from certs.samples.rows import RowMaker
from certs.samples.social_security_card import social_security_card_rows
from certs.samples.special_equipment_use import special_equipment_use_rows

ROW_MAKERS: Final[Mapping[str, RowMaker]] = MappingProxyType(
    {
        "birth_certificate": birth_certificate_rows,
        "business_license": business_license_rows,
        "disability_card": disability_card_rows,
        "drainage_permit": drainage_permit_rows,
        "food_business": food_business_rows,
        "medical_institution": medical_institution_rows,
        "nurse_practice": nurse_practice_rows,
        "real_estate_title": real_estate_title_rows,
        "road_transport_operation": road_transport_operation_rows,
        "road_transport_vehicle": road_transport_vehicle_rows,
        "social_security_card": social_security_card_rows,
        "special_equipment_use": special_equipment_use_rows,
    }
)
