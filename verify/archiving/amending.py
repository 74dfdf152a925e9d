"""Packages in the place of others (修改型): a license whose state changed after it was archived.

The license is captured anew with all that happened since, and with who had it amended and why.
The steps are those of the desk, under the job that the license had: named, stored, entered in one
transaction in which the register turns to the new package. The old one stays under its retention.
"""

from dataclasses import dataclass

from certs.errors import ArchivedAlreadyError, PackageNotFoundError
from certs.licenses import License
from certs.packages.events import EventType, PackageEvent, parse_events
from certs.packages.files import EVENTS
from certs.packages.jobs import KeptPackage
from certs.packages.package import parse_package
from certs.statuses import StatusEvent
from verify.archive_checks.results import CheckOutcome
from verify.archiving.capture import capture
from verify.archiving.desk import ArchiveDesk
from verify.archiving.made_packages import MadePackage, read_back
from verify.errors import NothingAmendedError, PackageRefusedError

_STEP = "修改"


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendingDesk:
    """Packs archived licenses again.

    Attributes:
        desk: Whose steps it goes.
    """

    desk: ArchiveDesk

    def amend(self, identifier: str, *, reason: str, person: str) -> KeptPackage:
        """Put a new package in the place of the one that a license has.

        Args:
            identifier: 证照标识.
            reason: Why, in words that name nobody.
            person: Who had it done, by the number of staff.

        Raises:
            LicenseNotFoundError: The register does not have it.
            PackageNotFoundError: It is not archived yet.
            NothingAmendedError: Nothing happened to it since.
            PackageRefusedError: The new package does not pass the checks.
            ArchivedAlreadyError: Another process has amended it meanwhile.
        """
        with self.desk.unit_of_work() as work:
            license = work.licenses.get(identifier)
            events = work.licenses.events(identifier)
            old = work.archive.of_object(license.files.package)
        if old is None:
            raise PackageNotFoundError(identifier)
        self._check_changed(old, events)
        made = self._packed(license, events, old, reason=reason, person=person)
        if not self.desk.keep(made):
            raise ArchivedAlreadyError("another process has amended it meanwhile")
        return made.kept

    def _check_changed(self, old: KeptPackage, events: tuple[StatusEvent, ...]) -> None:
        """Refuse to pack again what says nothing new."""
        package = parse_package(self.desk.packages.get(old.object))
        told = parse_events(package.files[EVENTS].content)
        known = sum(item.type is EventType.STATUS_CHANGE for item in told)
        if known >= len(events):
            raise NothingAmendedError(old.package_id)

    def _packed(
        self,
        license: License,
        events: tuple[StatusEvent, ...],
        old: KeptPackage,
        *,
        reason: str,
        person: str,
    ) -> MadePackage:
        now = self.desk.clock.now()
        note = PackageEvent(
            type=EventType.DECISION, step=_STEP, at=now, agent=person, detail=reason
        )
        captured = capture(
            license,
            events,
            tools=self.desk.tools,
            now=now,
            supersedes=old.package_id,
            notes=(note,),
            repeated=self.desk.is_repeated,
        )
        if captured.report.is_blocked:
            raise PackageRefusedError(captured.report.named(CheckOutcome.FAIL))
        return read_back(captured.package.encode(), at=now, keys=self.desk.holder_keys)
