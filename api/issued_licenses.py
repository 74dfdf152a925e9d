"""A license as its issuer looks after it: standing, versions, changes of status, findings."""

from dataclasses import dataclass
from datetime import datetime

from api.services import Services, Work
from api.standings import Standing, standing_now
from api.stock_linting import FindingWords
from certs.catalogue import LicenseType
from certs.errors import LicenseNotFoundError, MalformedIdentifierError
from certs.identifiers import LicenseIdentifier
from certs.licenses import License
from certs.lifecycle import present_status
from certs.marking import marks_of_whole
from certs.marks import Mark
from certs.statuses import StatusEvent, StatusKind

_MOST_VERSIONS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedLicense:
    """One license version and what is known about it; values of its fields are not in here.

    Attributes:
        license_type: In the version that licenses get now; None where it is not at hand.
        status: Legal status at this moment.
        versions: All versions there are, oldest first, this one among them.
        events: Its changes of status, oldest first.
        flags: Receipt numbers of corrections that are open about it.
        findings: What lints found and is open, in words.
    """

    license: License
    license_type: LicenseType | None
    status: StatusKind
    standing: Standing
    versions: tuple[License, ...]
    events: tuple[StatusEvent, ...]
    flags: tuple[str, ...]
    findings: tuple[str, ...]
    marks: tuple[Mark, ...]

    @property
    def version(self) -> int:
        """Which version it is."""
        return LicenseIdentifier.parse(self.license.identifier).version


def issued_license(identifier: str, services: Services) -> IssuedLicense:
    """Return a license of this register.

    Raises:
        LicenseNotFoundError: There is none.
    """
    now = services.clock.now()
    with services.unit_of_work() as work:
        work.only_read()
        license = work.licenses.get(identifier)
        return _seen(license, work, services, now)


def _seen(license: License, work: Work, services: Services, now: datetime) -> IssuedLicense:
    words = FindingWords.of(services.catalogue)
    found = work.quality.of_license(license.identifier)
    return IssuedLicense(
        license=license,
        license_type=services.license_type(license.type_code),
        status=present_status(license, work, now),
        standing=standing_now(license, work, now),
        versions=_versions(license, work),
        events=work.licenses.events(license.identifier),
        flags=tuple(item.receipt for item in work.corrections.flags(license.identifier)),
        findings=tuple(words.line(item, license.type_code) for item in found if item.is_open),
        marks=marks_of_whole(license, now),
    )


def _versions(license: License, work: Work) -> tuple[License, ...]:
    """Return what came before and after, oldest first."""
    found = [license]
    while len(found) < _MOST_VERSIONS and found[0].replaces:
        before = work.licenses.find(found[0].replaces)
        if before is None:
            break
        found.insert(0, before)
    while len(found) < _MOST_VERSIONS:
        after = work.licenses.successor(found[-1].identifier)
        if after is None:
            break
        found.append(after)
    return tuple(found)


def find_issued(text: str, services: Services) -> tuple[str, ...]:
    """Return the identifiers of licenses by identifier, or by the number that is printed.

    A number finds what has not ended; several types may have used one.
    """
    try:
        identifier = str(LicenseIdentifier.parse(text))
    except MalformedIdentifierError:
        return _of_number(text, services)
    with services.unit_of_work() as work:
        work.only_read()
        try:
            return (work.licenses.get(identifier).identifier,)
        except LicenseNotFoundError:
            return ()


def _of_number(number: str, services: Services) -> tuple[str, ...]:
    now = services.clock.now()
    with services.unit_of_work() as work:
        work.only_read()
        found = [
            work.licenses.of_number(code, str(desk.authority.code), number, at=now)
            for code, desk in services.desks.items()
        ]
    return tuple(license.identifier for license in found if license is not None)
