"""What the sharing family asks of the register: who has what, and what a license says."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from api.http_errors import BasisMissingError
from api.schemas.sharing_family import HolderIn, IdentifierIn, NumberIn, TypeIn
from api.services import Services, Work
from api.sharing_asking import (
    Asking,
    Told,
    chosen,
    event_now,
    permitted,
    record_of,
    refused,
    release_to,
)
from api.sharing_codes import ShareStatus, info_result
from api.sharing_spellings import same_value, write_name
from certs.access import CallerRole
from certs.catalogue import LicenseType
from certs.element_names import BASE, IMPERSONAL
from certs.errors import LicenseNotFoundError, MalformedIdentifierError
from certs.holder_codes import HolderCode, HolderCodeType
from certs.identifiers import LicenseIdentifier, SocialCreditCode, serial_of_number
from certs.licenses import License
from certs.masking import redact
from certs.records import LicenseRecord
from certs.rights import Action

_MOST: Final = 20
_NOTHING: Final = Told(status=ShareStatus.NO_RECORD)


def search(asking: Asking) -> Told:
    """持证主体检索: the licenses of one type that a holder has, the newest first."""
    asking = asking.allowed_to(Action.ASK_REGISTER)
    asked = HolderIn.model_validate(asking.data)
    license_type = asking.license_type(asked.type_code)
    holder = _holder(asked, license_type)
    found = []
    for license in _of_holder(holder, asked, asking):
        record = record_of(license, asking.services)
        name = "certificateHolderName"
        if asked.name and not same_value(name, asked.name, record.holder_name, license_type):
            continue
        release_to(license.identifier, asking, cause=asked, fields=BASE)
        found.append(_told(license, record, BASE, asking, license_type))
    return Told(data={"certificates": found}) if found else _NOTHING


def _of_holder(holder: HolderCode, asked: HolderIn, asking: Asking) -> tuple[License, ...]:
    """Return the licenses that whoever asks may know of.

    Raises:
        BasisMissingError: A window whose case is not this holder's.
    """
    services = asking.services
    if asking.known_caller.role is CallerRole.ISSUER:
        with services.unit_of_work() as work:
            work.only_read()
            found = work.licenses.of_holder(services.holder_keys.of(holder), asked.type_code)
        return found[:_MOST]
    case = asking.case_of(asked)
    if not case:
        raise BasisMissingError("a window names its case")
    view = services.acceptance.view_case(case)
    people = (view.case.applicant, *view.case.parties.values())
    if all(person.code != holder for person in people):
        raise BasisMissingError("the case is somebody else's")
    with services.unit_of_work() as work:
        work.only_read()
        licenses = [work.licenses.find(identifier) for identifier in sorted(view.licenses)]
    return tuple(
        item for item in licenses if item is not None and item.type_code == asked.type_code
    )


def _holder(asked: HolderIn, license_type: LicenseType) -> HolderCode:
    """Return the holder asked about; whoever does not say the kind of code means a usual one.

    Raises:
        MalformedIdentifierError: The code is none of its kind.
        SharingRefusedError: It is of no kind that the type has, or that there is.
    """
    code = asked.code.upper()
    if asked.code_type:
        return HolderCode(code_type=_kind(asked.code_type), code=code)
    for kind in license_type.holder_code_types:
        try:
            return HolderCode(code_type=kind, code=code)
        except MalformedIdentifierError:
            continue
    raise refused(
        "持证主体代码不符合该类证照的代码类型", "no kind of code that this type's holders have"
    )


def _kind(code: str) -> HolderCodeType:
    try:
        return HolderCodeType(code)
    except ValueError as error:
        raise refused("没有此持证主体代码类型", "no such kind of holder code") from error


def find_by_number(asking: Asking) -> Told:
    """证照查询: the license that bears a printed number, and nothing of its holder.

    People's licenses are not found by it: their numbers are often their own.
    """
    asking = asking.allowed_to(Action.ASK_REGISTER)
    asked = NumberIn.model_validate(asking.data)
    license_type = asking.license_type(asked.type_code)
    license = numbered(asked.number, license_type, asking.services, issuer_code=asked.issuer_code)
    if license is None:
        return _NOTHING
    record = record_of(license, asking.services)
    if not record.holder.code_type.is_organization:
        return _NOTHING
    return Told(data=_told(license, record, IMPERSONAL, asking, license_type))


def numbered(
    number: str, license_type: LicenseType, services: Services, *, issuer_code: str = ""
) -> License | None:
    """Return the newest license of an organization that bears a printed number, or None.

    An organization's number is the serial of its license's identifier.

    Raises:
        SharingRefusedError: A type that is not looked up by number, or a citizen number.
        MalformedIdentifierError: The number makes no serial, or the issuer's code is none.
    """
    if not license_type.management.lookup_by_number or redact(number) != number:
        raise refused(
            "该类证照不按编号查询，请用证照标识", "licenses of this type are not found by number"
        )
    serial = serial_of_number(number)
    issuers = {SocialCreditCode(issuer_code)} if issuer_code else set(_issuers(services))
    with services.unit_of_work() as work:
        work.only_read()
        for issuer in sorted(issuers, key=str):
            newest = LicenseIdentifier(
                type_code=license_type.code, issuer_code=issuer, serial=serial
            )
            found = _newest(newest, work)
            if found is not None:
                return found
    return None


def _newest(first: LicenseIdentifier, work: Work) -> License | None:
    """Return the newest version of a license that was issued, given its first."""
    stem = f"{first.type_code}.{first.issuer_code}.{first.serial}"
    for version in range(work.intents.versions([stem]).get(stem, 0), 0, -1):
        license = work.licenses.find(str(replace(first, version=version)))
        if license is not None:
            return license
    return None


def _issuers(services: Services) -> Iterator[SocialCreditCode]:
    """Yield the issuers whose licenses this instance keeps."""
    yield from (desk.authority.code for desk in services.desks.values())
    trust = services.trust.current()
    region = trust.region(services.region) if trust is not None else None
    yield from (item.code for item in (region.issuers if region is not None else ()))


def read_metadata(asking: Asking) -> Told:
    """元数据获取: what a license says, or the elements of it that were asked for."""
    asking = asking.allowed_to(Action.ASK_REGISTER)
    asked = IdentifierIn.model_validate(asking.data)
    license_type = _type_of(asked.identifier, asking.services)
    names = chosen(asked.range, license_type)
    if not names:
        own = license_type.fields if license_type is not None else ()
        every = (*BASE, *(spec.name for spec in own if spec.element is None))
        names = permitted(asked.identifier, every, asking, cause=asked)
    license = release_to(asked.identifier, asking, cause=asked, fields=names)
    record = record_of(license, asking.services)
    return Told(data=_told(license, record, names, asking, license_type))


def _type_of(identifier: str, services: Services) -> LicenseType | None:
    """Return the type of a license.

    Raises:
        LicenseNotFoundError: The identifier is none, so nobody has such a license.
    """
    try:
        parsed = LicenseIdentifier.parse(identifier)
    except MalformedIdentifierError as error:
        raise LicenseNotFoundError(identifier) from error
    return services.type_named(parsed)


def _told(
    license: License,
    record: LicenseRecord,
    names: tuple[str, ...],
    asking: Asking,
    license_type: LicenseType | None,
) -> dict[str, Any]:
    """Return elements in the spelling of the question, and how the license stands."""
    services = asking.services
    elements = record.elements()
    with services.unit_of_work() as work:
        work.only_read()
        event = event_now(license, work, services)
    result = info_result(license, event, services.clock.now())
    return {
        **asking.spelled({name: elements.get(name, "") for name in names}, license_type),
        "standing": {"result": result.value, "message": result.words[0]},
    }


def read_dictionary(asking: Asking) -> Told:
    """照面字段解析: what licenses of a type say, element by element; no secret to anybody."""
    asked = TypeIn.model_validate(asking.data)
    found = next(
        (
            item
            for item in asking.services.catalogue
            if asked.code == str(item.code) or (not asked.code and asked.name == item.name)
        ),
        None,
    )
    if found is None:
        return _NOTHING
    return Told(
        data={
            **asking.spelled(
                {"certificateTypeCode": str(found.code), "certificateTypeName": found.name}, found
            ),
            "elements": [
                {
                    "name": write_name(
                        spec.element.value if spec.element else spec.name, asking.spelling, found
                    ),
                    "label": spec.label_zh,
                    "labelEn": spec.label_en,
                    "kind": spec.kind.value,
                    "required": spec.is_required,
                    "maxLength": spec.max_length,
                    "choices": list(spec.choices),
                }
                for spec in found.fields
            ],
        }
    )
