"""Who takes packages out of the archive (利用登记), on record before anything leaves."""

from collections.abc import Iterable
from typing import Final

from api.services import Services
from certs.packages.jobs import KeptPackage, PackageUse
from certs.releases import KEEPING_DUTY, Basis, BasisKind, Wanted, release

READING: Final = "档案调阅"
EXPORT: Final = "档案导出"
HANDOVER: Final = "档案移交"


def note_use(
    packages: Iterable[KeptPackage], services: Services, *, person: str, purpose: str
) -> None:
    """Put on record who takes which package; of a license of ours its holder sees it too."""
    now = services.clock.now()
    basis = Basis(kind=BasisKind.ARCHIVE, permitted=None, purpose=purpose, duty=KEEPING_DUTY)
    with services.unit_of_work() as work:
        for kept in packages:
            if work.licenses.find(kept.subject) is None:
                work.archive.note_use(
                    PackageUse(package_id=kept.package_id, at=now, person=person, purpose=purpose)
                )
                continue
            wanted = Wanted(identifier=kept.subject, fields=(), user=person)
            release(wanted, basis, work=work, at=now)
        work.commit()
