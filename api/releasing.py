"""Values of a license for whoever has a basis; the use is on record before they are read."""

from collections.abc import Iterable, Mapping

from api.callers import Caller
from api.http_errors import UnknownFieldError
from api.license_reading import FindBasis, basis_of, own_license, release_by
from api.services import Services
from certs.catalogue import LicenseType
from certs.element_names import BASE
from certs.identifiers import LicenseIdentifier
from certs.license_files import read_record
from certs.licenses import License


def release_values(  # noqa: PLR0913 - who asks for what, and on what basis
    identifier: str,
    names: tuple[str, ...],
    *,
    caller: Caller,
    services: Services,
    case: str,
    grant: str,
) -> tuple[License, Mapping[str, str]]:
    """Return a license and the values of what was asked for; of all that is permitted for none.

    Args:
        identifier: 证照标识.
        names: Names of elements or fields; empty for all that is permitted.
        caller: Who asks.
        services: The instance.
        case: The case that a window acts in.
        grant: The grant that is used; empty for none.

    Raises:
        LicenseNotFoundError: There is none that the caller may know of.
        GrantNotFoundError: There is no such grant for the caller.
        GrantNotUsableError: The grant is not active.
        BasisMissingError: Nothing allows the caller to see any of it.
        UnknownFieldError: A name that such licenses do not have.
        OverAskError: More than the basis permits.
    """
    license_type = services.type_named(LicenseIdentifier.parse(identifier))
    wanted = names_recorded(names, license_type)
    if caller.grant.is_holder and not grant:
        with services.unit_of_work() as work:
            license = own_license(identifier, caller=caller, work=work, guarding_at=services.clock)
        every = wanted or tuple(names_of_type(license_type).values())
        return license, _values(license, every, services)
    find = basis_of(identifier, caller=caller, services=services, case=case, grant=grant)
    wanted = wanted or _all_permitted(find, license_type, services)
    license = release_by(find, identifier, caller=caller, services=services, fields=wanted)
    return license, _values(license, wanted, services)


def names_recorded(names: Iterable[str], license_type: LicenseType | None) -> tuple[str, ...]:
    """Return how records call fields; a type's own names for what fills elements are read too.

    Raises:
        UnknownFieldError: A name that such licenses do not have.
    """
    known = names_of_type(license_type)
    for name in names:
        if name not in known:
            raise UnknownFieldError(name)
    return tuple(dict.fromkeys(known[name] for name in names))


def names_of_type(license_type: LicenseType | None) -> Mapping[str, str]:
    """Return every name by which fields of a type may be asked for, and how records call it."""
    specs = license_type.fields if license_type is not None else ()
    own = {spec.name: spec.element.value if spec.element else spec.name for spec in specs}
    return {name: name for name in BASE} | own


def _all_permitted(
    find: FindBasis, license_type: LicenseType | None, services: Services
) -> tuple[str, ...]:
    with services.unit_of_work() as work:
        basis = find(work, services.clock.now())
    every = tuple(dict.fromkeys(names_of_type(license_type).values()))
    beyond = basis.beyond(every)
    return tuple(name for name in every if name not in beyond)


def _values(license: License, names: tuple[str, ...], services: Services) -> Mapping[str, str]:
    elements = read_record(services.objects, license.files).elements()
    return {name: elements.get(name, "") for name in names}
