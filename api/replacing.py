"""What a new version of a license begins with: what the old one says, and what is corrected."""

from api.callers import Caller
from api.releasing import names_of_type, release_values
from api.services import Services
from certs.catalogue import LicenseType
from certs.corrections import Correction


def values_to_replace(
    identifier: str,
    license_type: LicenseType,
    *,
    correction: str,
    caller: Caller,
    services: Services,
) -> dict[str, str]:
    """Return the values of a license by the type's field names, proposed ones in their places.

    Reading them is a use of the license, and goes on record before.

    Args:
        identifier: 证照标识 of the old version.
        license_type: Its type.
        correction: Receipt number of a correction; empty for none.
        caller: Who asks.
        services: The instance.

    Raises:
        LicenseNotFoundError: There is no such license.
        CorrectionNotFoundError: There is no such correction.
    """
    _, values = release_values(identifier, (), caller=caller, services=services, case="", grant="")
    found = {
        spec.name: values.get(spec.element.value if spec.element else spec.name, "")
        for spec in license_type.fields
    }
    if not correction:
        return found
    with services.unit_of_work() as work:
        work.only_read()
        proposed = proposed_by_field(work.corrections.get(correction), license_type)
    return found | proposed


def proposed_by_field(correction: Correction, license_type: LicenseType) -> dict[str, str]:
    """Return what a correction proposes, by the type's own field names."""
    recorded = names_of_type(license_type)
    by_record = {recorded[spec.name]: spec.name for spec in license_type.fields}
    return {
        by_record.get(recorded.get(name, name), name): value
        for name, value in correction.proposed.items()
    }
