"""An archive with one package kept, and a keeper."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from certs.civil_dates import start_of
from certs.keeping.holdings import Holding, PackageReference
from certs.keeping.keeper import Keeper
from certs.keeping.ports import KeepingWork
from certs.keeping.retention import RetentionClass
from storage.archive_folder import ArchiveFolder
from tests.doubles.issuing import FixedClock
from tests.world import NOON

OpenKeeping = Callable[[], KeepingWork]
CONTENT, OTHER = b"license package " * 100, b"case package " * 100
TEN_YEARS = start_of(NOON.date().replace(year=NOON.year + 11, month=1, day=1))
AFTER = TEN_YEARS + timedelta(days=1)


class Archive:
    """A keeper with one package kept."""

    def __init__(self, unit_of_work: OpenKeeping, root: Path) -> None:
        self.clock = FixedClock()
        self.store = ArchiveFolder(root, now=self.clock.now)
        self.unit_of_work = unit_of_work
        self.keeper = Keeper(unit_of_work=self.unit_of_work, store=self.store, clock=self.clock)
        self.package = self.keep(CONTENT)

    def keep(self, content: bytes) -> str:
        package = self.store.put(content)
        with self.unit_of_work() as work:
            work.holdings.add(Holding.of(package, size_bytes=len(content), at=self.clock.now()))
            work.commit()
        return package

    def refer(self, package: str, referrer: str) -> None:
        with self.unit_of_work() as work:
            work.holdings.refer(
                PackageReference(package_id=package, referrer=referrer, kind="case")
            )
            work.commit()

    def appraise(self, retention: RetentionClass = RetentionClass.TEN_YEARS) -> Holding:
        return self.keeper.appraise(
            self.package, retention, appraiser="A001", document_no="芜档〔2026〕1号"
        )

    def hold(self) -> int:
        return self.keeper.hold(
            self.package, authority="样例市人民法院", document_no="样0001号", person="A001"
        ).number

    def propose(self, package: str | None = None) -> None:
        self.keeper.propose_disposal(
            package or self.package, proposer="A001", document_no="芜档〔2037〕1号", reason="期满"
        )

    def holding(self) -> Holding:
        with self.unit_of_work() as work:
            return work.holdings.get(self.package)
