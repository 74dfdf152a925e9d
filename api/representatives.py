"""Who represents an enterprise (法定代表人), as its business licenses say."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from certs.catalogue import LicenseType
from certs.granting.giving import GrantUnit
from certs.granting.representing import has_changed, review
from certs.license_files import read_record
from certs.licenses import License
from certs.ports import Clock, ObjectStore

BUSINESS_LICENSE: Final = "business_license"
_REPRESENTATIVE: Final = "legal_representative"


@dataclass(frozen=True, slots=True, kw_only=True)
class Representatives:
    """Tells whether whoever said something for an enterprise still represents it.

    Attributes:
        business: The type of business licenses; None where none are issued here, and nothing can
            be told.
    """

    business: LicenseType | None
    objects: ObjectStore
    unit_of_work: Callable[[], GrantUnit]
    clock: Clock

    def review_grant(self, grant_id: str) -> None:
        """Suspend what an enterprise granted under a former representative."""
        if self.business is not None:
            review(
                grant_id,
                business_type=str(self.business.code),
                representative_of=self._of,
                unit_of_work=self.unit_of_work,
                clock=self.clock,
            )

    def has_changed(self, enterprise_key: str, *, since: datetime) -> bool:
        """Tell whether an enterprise has another representative than at a moment."""
        if self.business is None:
            return False
        with self.unit_of_work() as work:
            work.only_read()
            versions = work.licenses.of_holder(enterprise_key, str(self.business.code))
        return has_changed(versions, since=since, representative_of=self._of)

    def _of(self, license: License) -> str:
        return read_record(self.objects, license.files).fields.get(_REPRESENTATIVE, "")
