"""Matching (免申即享匹配): whose licenses in the own register fit a policy, as a stream.

Nothing but identifiers leaves, and that somebody looked is on record for each holder before.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from certs.catalogue import Catalogue
from certs.civil_dates import day_of
from certs.errors import LicenseError
from certs.license_files import read_record
from certs.licenses import License
from certs.lifecycle import present_status
from certs.ports import ObjectStore, UnitOfWork
from certs.records import LicenseRecord
from certs.releases import Basis, BasisKind, Wanted, release_found
from verify.benefits.policies import BenefitPolicy
from verify.ports import Clock
from verify.registers.desk import stands

_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class BenefitMatcher:
    """Finds whom a benefit is for.

    Attributes:
        unit_of_work: Opens the own register of licenses.
        objects: Holds their records.
        catalogue: The license types.
    """

    unit_of_work: Callable[[], UnitOfWork]
    objects: ObjectStore
    catalogue: Catalogue
    clock: Clock

    def matching(self, policy: BenefitPolicy) -> Iterator[str]:
        """Yield the identifiers of the licenses that fit, newest first.

        A license whose record cannot be read fits nothing; its holder applies as ever.
        """
        after: str | None = None
        while True:
            with self.unit_of_work() as work:
                page = work.licenses.newest(_AT_ONCE, after=after)
                fitting = self._fitting(page, policy, work)
                # On record before anything leaves.
                work.commit()
            yield from fitting
            if len(page) < _AT_ONCE:
                return
            after = page[-1].identifier

    def _fitting(
        self, page: Sequence[License], policy: BenefitPolicy, work: UnitOfWork
    ) -> tuple[str, ...]:
        now, types = self.clock.now(), set(map(str, policy.holders.license_types))
        fitting = [
            license
            for license in page
            if license.type_code in types and self._fits(license, policy, work, now)
        ]
        fields = ("status", *(item.field for item in policy.holders.conditions))
        user = policy.department_zh
        wanted = [
            (license, Wanted(identifier=license.identifier, fields=fields, user=user))
            for license in fitting
        ]
        release_found(wanted, _basis(policy, fields), work=work, at=now)
        return tuple(license.identifier for license in fitting)

    def _fits(
        self, license: License, policy: BenefitPolicy, work: UnitOfWork, now: datetime
    ) -> bool:
        try:
            record = read_record(self.objects, license.files)
        except LicenseError:
            return False
        if not stands(policy.holders.standing, present_status(license, work, now), record, now):
            return False
        texts, today = self._texts(record), day_of(now)
        return all(
            condition.holds(texts.get(condition.field, ""), today=today)
            for condition in policy.holders.conditions
        )

    def _texts(self, record: LicenseRecord) -> dict[str, str]:
        """Return what the fields of the type say; some stand in elements with other names."""
        elements = record.elements()
        known = self.catalogue.version(record.identifier.type_code, record.type_version)
        specs = known.fields if known is not None else ()
        return {spec.name: elements.get(spec.element or spec.name, "") for spec in specs}


def _basis(policy: BenefitPolicy, fields: tuple[str, ...]) -> Basis:
    return Basis(
        kind=BasisKind.BENEFIT,
        permitted=frozenset(fields),
        purpose=f"免申即享 {policy.name_zh}",
        department=policy.department_zh,
        duty=policy.legal_basis,
    )
