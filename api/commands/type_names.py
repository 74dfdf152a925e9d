"""License types that somebody names on the command line."""

from api.errors import UsageError
from api.services import Services


def type_code(name: str, services: Services) -> str:
    """Return the code of the type with a short name or code; empty for an empty name.

    Raises:
        UsageError: There is no such type.
    """
    license_type = services.license_type(name) if name else None
    if name and license_type is None:
        raise UsageError(f"没有该证照类型 · no such license type: {name[:60]}")
    return str(license_type.code) if license_type else ""
