"""What a case refers to stays while the case is kept."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from certs.errors import ArchivedAlreadyError, DisposalError, PackageNotFoundError
from certs.keeping.holdings import PackageReference
from certs.keeping.keeper import Keeper
from certs.keeping.retention import RetentionClass
from certs.ports import ObjectStore
from storage.archive_folder import ArchiveFolder
from storage.object_folder import ObjectFolder
from tests.instances import Country, Instance
from tests.unit.api.test_archiving import _decided, _draft, desk_of, impatient, license_of

BY = {"document_no": "1号"}


@pytest.fixture
def keeper(country: Country) -> Keeper:
    """Who decides about the packages of a region, over the folder where they lie."""
    services = country.wuhu.services
    folder = services.objects.packages._root  # type: ignore[attr-defined]  # the folder's own
    return Keeper(
        unit_of_work=services.unit_of_work,
        store=ArchiveFolder(folder, now=country.clock.now),
        clock=country.clock,
    )


class DisposingStore(ObjectFolder):
    """A store in which somebody disposes of something while something else is put there."""

    def __init__(self, inner: ObjectStore, dispose: Callable[[], object]) -> None:
        super().__init__(inner._root)  # type: ignore[attr-defined]  # the folder's own
        self._dispose = dispose
        self.given: tuple[str, ...] = ()

    def put_all(self, contents: Mapping[str, bytes]) -> None:
        super().put_all(contents)
        self.given = tuple(contents)
        self._dispose()


def _expired(keeper: Keeper, country: Country, package: str) -> None:
    """Appraise, let the period end, and propose to dispose of it."""
    keeper.appraise(package, RetentionClass.TEN_YEARS, appraiser="A1", **BY)
    country.clock.advance(timedelta(days=366 * 12))
    keeper.propose_disposal(package, proposer="A1", reason="期满", **BY)


def _object_of(instance: Instance, identifier: str) -> str:
    return license_of(instance, identifier).files.package


def test_a_license_package_is_not_disposed_of_while_a_case_refers_to_it(
    country: Country, keeper: Keeper
) -> None:
    wuhu = country.wuhu
    case, identifier = _decided(wuhu)
    desk_of(wuhu).run()
    kept = desk_of(wuhu).archive_case(_draft(wuhu, case))
    license_package = _object_of(wuhu, identifier)

    with wuhu.services.unit_of_work() as work:
        noted = work.holdings.references(license_package)
    assert noted == (
        PackageReference(package_id=license_package, referrer=kept.object, kind="case"),
    )
    _expired(keeper, country, license_package)
    with pytest.raises(DisposalError, match="引用"):
        keeper.dispose(license_package, approver="A2")
    assert wuhu.services.objects.has(license_package)
    keeper.appraise(kept.object, RetentionClass.TEN_YEARS, appraiser="A1", **BY)
    keeper.propose_disposal(kept.object, proposer="A1", reason="期满", **BY)
    keeper.dispose(kept.object, approver="A2")
    keeper.dispose(license_package, approver="A2")
    assert not any(map(wuhu.services.objects.has, (license_package, kept.object)))


def test_a_case_is_not_archived_over_a_package_that_was_disposed_of(
    country: Country, keeper: Keeper
) -> None:
    wuhu = country.wuhu
    case, identifier = _decided(wuhu)
    desk_of(wuhu).run()
    draft = _draft(wuhu, case)
    package = _object_of(wuhu, identifier)
    _expired(keeper, country, package)
    keeper.dispose(package, approver="A2")

    with pytest.raises(PackageNotFoundError, match=package):
        desk_of(wuhu).archive_case(draft)
    with wuhu.services.unit_of_work() as work:
        assert work.archive.newest_of(case) is None


def test_a_disposal_in_the_midst_of_archiving_a_case_stops_the_case_for_a_person(
    country: Country, keeper: Keeper
) -> None:
    wuhu = country.wuhu
    case, identifier = _decided(wuhu)
    desk_of(wuhu).run()
    draft = _draft(wuhu, case)
    package = _object_of(wuhu, identifier)
    _expired(keeper, country, package)
    desk = impatient(wuhu)
    slow = DisposingStore(desk.packages, lambda: keeper.dispose(package, approver="A2"))

    with pytest.raises(ArchivedAlreadyError):
        replace(desk, packages=slow).archive_case(draft)

    assert slow.given
    assert not any(map(wuhu.services.objects.has, slow.given)), "nothing is left of the case"
    with wuhu.services.unit_of_work() as work:
        (job,) = work.archive.stopped(9)
    assert (job.subject, bool(job.problem)) == (case, True)
    assert not desk.run().has_moved
