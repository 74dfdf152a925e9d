"""Reconciling: what a crash left is put in order, and what disagrees is named."""

from dataclasses import replace

import pytest

from certs.issuance import issue
from certs.issuing_desk import IssuingDesk
from certs.reconciliation import reconcile
from certs.reconciliations import Discrepancies, Reconciliation
from tests import desks
from tests.doubles.issuing import Fuse, FusedObjects, MemoryObjects, PowerCutError
from tests.unit.storage.conftest import OpenUnit, open_unit

__all__ = ["open_unit"]


@pytest.fixture
def objects() -> MemoryObjects:
    return MemoryObjects()


@pytest.fixture
def desk(open_unit: OpenUnit, objects: MemoryObjects) -> IssuingDesk:
    return desks.desk(open_unit, objects)


def reconciled(desk: IssuingDesk) -> Reconciliation:
    return reconcile([desk], unit_of_work=desk.unit_of_work, objects=desk.objects)


def test_books_that_agree_are_clean(desk: IssuingDesk) -> None:
    issue(desks.requests(3), desk=desk)

    found = reconciled(desk)

    assert found.is_clean
    assert found == Reconciliation(
        finished=(),
        given_up=0,
        removed=0,
        licenses=3,
        incomplete=(),
        discrepancies=Discrepancies(),
    )


def test_a_license_without_its_objects_is_named(desk: IssuingDesk, objects: MemoryObjects) -> None:
    first, second = (item.license for item in issue(desks.requests(2), desk=desk))
    assert first is not None
    assert second is not None
    objects.remove(second.files.pdf)

    found = reconciled(desk)

    assert (found.is_clean, found.incomplete) == (False, (second.identifier,))


def test_a_license_that_nobody_issued_is_counted(desk: IssuingDesk) -> None:
    with desk.unit_of_work() as work:
        work.licenses.add([(desks.license_of(), desks.event_of())])
        work.commit()

    found = reconciled(desk)

    assert found.discrepancies == Discrepancies(licenses_without_intent=1, unrecorded_uses=1)
    assert not found.is_clean


def test_what_an_attempt_before_a_crash_stored_is_removed(
    desk: IssuingDesk, objects: MemoryObjects
) -> None:
    """The second attempt signs again, and its files have other names."""
    requests = desks.requests(1)
    with pytest.raises(PowerCutError):
        issue(requests, desk=replace(desk, objects=FusedObjects(objects, Fuse(6))))
    left = set(objects.contents)

    found = reconciled(desk)

    assert len(found.finished) == 1
    assert found.removed == len(left - set(objects.contents)) > 0
    with desk.unit_of_work() as work:
        license = work.licenses.get(found.finished[0])
    assert set(objects.contents) == set(license.files.names)
    assert reconciled(desk).removed == 0


def test_what_a_license_that_was_given_up_stored_is_removed(
    desk: IssuingDesk, objects: MemoryObjects
) -> None:
    with pytest.raises(PowerCutError):
        issue(desks.requests(1), desk=replace(desk, objects=FusedObjects(objects, Fuse(6))))
    issue(desks.requests(1, prefix="again"), desk=desk)

    found = reconciled(desk)

    assert (len(found.finished), found.given_up) == (0, 1)
    assert found.removed > 0
    (license,) = _licenses(desk)
    assert set(objects.contents) == set(license)


def _licenses(desk: IssuingDesk) -> list[tuple[str, ...]]:
    with desk.unit_of_work() as work:
        return [item.files.names for item in work.licenses.newest(10)]


def test_a_license_in_a_package_that_is_not_its_own_is_counted(desk: IssuingDesk) -> None:
    (license,) = (item.license for item in issue(desks.requests(1), desk=desk))
    assert license is not None
    stray = replace(license.files, package="a" * 64, package_bytes=1)
    with desk.unit_of_work() as work:
        other = replace(desks.license_of(), files=stray)
        work.licenses.add([(other, desks.event_of())])
        work.commit()

    assert reconciled(desk).discrepancies.unentered_packages == 1
