"""Compare what a license says with what is applied for."""

from certs.applications import LicenseApplication
from certs.records import LicenseRecord


def says(record: LicenseRecord, application: LicenseApplication) -> bool:
    """Tell whether a license says what was applied for; the day of issue may be another."""
    return (
        record.identifier.type_code == application.type_code
        and record.holder == application.holder
        and record.holder_name == application.holder_name
        and record.number == application.number
        and (record.valid_from, record.valid_to) == (application.valid_from, application.valid_to)
        and dict(record.fields) == dict(application.fields)
    )
