"""Values of a license for whoever has a basis; the use is on record before they are read."""

from collections.abc import Mapping

from api.auth import Caller
from api.http_errors import UnknownFieldError
from api.license_reading import basis_of, own_license, release_by
from api.services import Services
from certs.access import CallerRole
from certs.catalogue import LicenseType
from certs.element_names import BASE
from certs.identifiers import LicenseIdentifier
from certs.license_files import read_record
from certs.licenses import License
from certs.releases import Basis


def release_values(
    identifier: str, names: tuple[str, ...], *, caller: Caller, services: Services, case: str
) -> tuple[License, Mapping[str, str]]:
    """Return a license and the values of what was asked for; of all that is permitted for none.

    Args:
        identifier: 证照标识.
        names: Names of elements or fields; empty for all that is permitted.
        caller: Who asks.
        services: The instance.
        case: The case that a window acts in.

    Raises:
        LicenseNotFoundError: There is none that the caller may know of.
        BasisMissingError: Nothing allows the caller to see any of it.
        UnknownFieldError: A name that such licenses do not have.
        OverAskError: More than the basis permits.
    """
    license_type = services.type_named(LicenseIdentifier.parse(identifier))
    wanted = tuple(dict.fromkeys(_recorded(name, license_type) for name in names))
    if caller.role is CallerRole.CITIZEN:
        with services.unit_of_work() as work:
            license = own_license(identifier, caller=caller, work=work)
        return license, _values(license, wanted, services)
    basis = basis_of(identifier, caller=caller, services=services, case=case)
    wanted = wanted or _all_permitted(basis, license_type)
    license = release_by(basis, identifier, caller=caller, services=services, fields=wanted)
    return license, _values(license, wanted, services)


def _recorded(name: str, license_type: LicenseType | None) -> str:
    """Return how records call a field; its type's name for what fills an element is read too."""
    known = names_of_type(license_type)
    if name not in known:
        raise UnknownFieldError(name)
    return known[name]


def names_of_type(license_type: LicenseType | None) -> Mapping[str, str]:
    """Return every name by which fields of a type may be asked for, and how records call it."""
    specs = license_type.fields if license_type is not None else ()
    own = {spec.name: spec.element.value if spec.element else spec.name for spec in specs}
    return {name: name for name in BASE} | own


def _all_permitted(basis: Basis, license_type: LicenseType | None) -> tuple[str, ...]:
    every = tuple(dict.fromkeys(names_of_type(license_type).values()))
    beyond = basis.beyond(every)
    return tuple(name for name in every if name not in beyond)


def _values(license: License, names: tuple[str, ...], services: Services) -> Mapping[str, str]:
    elements = read_record(services.objects, license.files).elements()
    return {name: elements.get(name, "") for name in names or elements}
